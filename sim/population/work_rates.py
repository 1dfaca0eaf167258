"""Coefficients of education after 16, work and being out of both.

The same chain acts month by month in the room of individuals and in the starting work states.
"""

from __future__ import annotations

import numpy as np

from sim.population.coefficients import Coefficients, Values, by_age, coefficients


def work_rates(p: Values) -> Coefficients:
    """Gather the monthly chances of education and work."""
    loss = by_age(p["work.loss_ages"], p["work.loss"])[:, None] * np.asarray(p["work.loss_by_sex"])
    entry = np.stack([by_age(p["work.entry_ages"], row) for row in np.asarray(p["work.entry"])], axis=1)
    return coefficients(
        leave_in_september=by_age(p["work.leaving_ages"], p["work.leave_in_september"]),
        leave_otherwise=by_age(p["work.leave_otherwise_ages"], p["work.leave_otherwise"]),
        leave_by_qualification=p["work.leave_by_qualification"],
        jobless_leaver=p["work.jobless_leaver"],
        jobless_leaver_most=p["work.jobless_leaver_most"],
        loss=loss,
        entry=entry,
        entry_first_months=p["work.entry_first_months"],
        entry_later_months=p["work.entry_later_months"],
        entry_to_education=by_age(p["work.entry_to_education_ages"], p["work.entry_to_education"]),
        return_to_education=by_age(p["work.return_ages"], p["work.return_to_education"]),
        deprivation=p["work.deprivation"],
        qualification=p["work.qualification"],
        aces=p["work.aces"],
        engagement=p["work.engagement"],
        excluded=p["work.excluded"],
        sanctioned=p["work.sanctioned"],
        lone_parent=p["work.lone_parent"],
        aspiration=p["work.aspiration"],
        loss_slope=p["work.loss_slope"],
        entry_slope=p["work.entry_slope"],
        loss_ceiling=by_age(p["work.ceiling_ages"], p["work.loss_ceiling"]),
        entry_ceiling=by_age(p["work.ceiling_ages"], p["work.entry_ceiling"]),
        retirement_age_years=p["work.retirement_age_years"],
        most_aces=p["families.most_aces"],
    )
