# mypy: disable-error-code="no-untyped-def"
"""Kernel of starting work states: the monthly chain of education and work carried from 16 to every age."""

from __future__ import annotations

import numpy as np

from sim.core.compiling import kernel
from sim.population.life_course_kernels import entry_hazard, jobless_chance, leaving_hazard, loss_hazard

IN_EDUCATION, IN_WORK, OUT = 0, 1, 2
MONTHS_OUT = 13
SEPTEMBER_OF_YEAR = 6


@kernel
def work_shares(w, disadvantages, first_age, last_age, out):
    """Write the expected share in each state at each age: education, work, and out of both by months (0 to 12+).

    ``out`` has shape (qualifications, sexes, disadvantages, ages, 15) and holds means over a year of age. Birthdays
    are spread over the year, so the September of a year of age falls in its middle.
    """
    now = np.zeros(out.shape[4], np.float64)
    for attained in range(out.shape[0]):
        for sex in range(out.shape[1]):
            for level in range(out.shape[2]):
                x = disadvantages[level]
                now[:] = 0.0
                now[IN_EDUCATION] = 1.0
                for age in range(first_age, last_age + 1):
                    loss, idle = loss_hazard(w, age, sex, x), jobless_chance(w, x)
                    row = out[attained, sex, level, age - first_age]
                    row[:] = 0.0
                    for month in range(12):
                        leaving = leaving_hazard(w, age, attained, month == SEPTEMBER_OF_YEAR) * now[IN_EDUCATION]
                        losing = loss * now[IN_WORK]
                        returning = w.return_to_education[age] * now[IN_WORK]
                        finding = 0.0
                        longest = now[OUT + MONTHS_OUT - 1]
                        for months in range(MONTHS_OUT - 1, -1, -1):
                            stock = longest if months == MONTHS_OUT - 1 else now[OUT + months]
                            found = stock * entry_hazard(w, age, months, x)
                            finding += found
                            after = min(months + 1, MONTHS_OUT - 1)
                            if after == months:
                                now[OUT + after] = stock - found
                            elif after == MONTHS_OUT - 1:
                                now[OUT + after] += stock - found
                            else:
                                now[OUT + after] = stock - found
                        schooled = finding * w.entry_to_education[age]
                        now[OUT] = leaving * idle + losing
                        now[IN_EDUCATION] += returning + schooled - leaving
                        now[IN_WORK] += leaving * (1.0 - idle) + finding - schooled - losing - returning
                        for state in range(row.size):
                            row[state] += now[state] / 12.0
