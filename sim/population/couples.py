"""Balance the household count of a community and make its couples.

With F families with children, H households, R = H - F, and N adults left after the partners of those families, each
household has one head, so couples without children plus extra adults (sharers, relatives) are exactly N - R.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.population.columns import MALE
from sim.population.neighbourhood import AT_HOME, INDEPENDENT, PAIR, Neighbourhood
from sim.population.parents import find_men, nearest
from sim.population.synthesis_tables import partner_gap

Array = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Balance:
    """Hold the balance of a community.

    Attributes
    ----------
    couples, heads
        Households of couples without children, and of heads with neither partner nor children.
    extra_expected
        Sharers and relatives expected.
    shortage
        Adults missing before every household has a head.
    """

    couples: int
    heads: int
    extra_expected: float
    shortage: int


def extra_adults_expected(hood: Neighbourhood) -> float:
    """Return the sharers and relatives expected from private renting, crowding and students."""
    p, facts = hood.tables.parameters, hood.facts
    households = max(hood.households, 1)
    per_household = (
        p["population.extra_adults_base"]
        + p["population.extra_adults_private_rent"] * facts.private_rent
        + p["population.extra_adults_overcrowding"] * facts.overcrowded
    )
    students = p["population.extra_adults_students"] * facts.student_excess * hood.n
    return max(0.0, households * float(per_household)) + float(students)


def couples_expected(hood: Neighbourhood) -> float:
    """Return the couples expected among independent adults, with and without children."""
    p, facts = hood.tables.parameters, hood.facts
    adults = np.flatnonzero(hood.living == INDEPENDENT)
    chance = hood.tables.couple[hood.age[adults], hood.sex[adults]]
    fall = min(1.0, p["population.student_couples_fall"] * facts.student_excess)
    in_couples = chance.sum() - fall * chance[hood.tables.student[hood.age[adults]]].sum()
    local = (
        p["population.couples_base"]
        + p["population.couples_income"] * facts.income_deprivation
        + p["population.couples_social_rent"] * facts.social_rent
        + p["population.couples_flats"] * facts.flats
    )
    return max(0.0, float(0.5 * in_couples * local))


def adjust_at_home(hood: Neighbourhood, uniforms: Array) -> None:
    """Let more or fewer young adults live with their parents where households are few or many for the adults there.

    Adults who live neither with parents nor in institutions are heads, partners or extra adults, so adults less
    households are couples plus extra adults. What differs from the expected is shared out by prior variance.

    Parameters
    ----------
    uniforms
        Those that decided who lives with parents; people nearest to the other choice change first.
    """
    p = hood.tables.parameters
    first, last = p["population.at_home_adjusted_ages"]
    young = (hood.age >= first) & (hood.age <= last)
    at_home = np.flatnonzero(young & (hood.living == AT_HOME))
    alone = np.flatnonzero(young & (hood.living == INDEPENDENT))
    total, extra = couples_expected(hood), extra_adults_expected(hood)
    residual = float((hood.living == INDEPENDENT).sum()) - hood.households - total - extra
    variance = (p["population.at_home_uncertainty"] * at_home.size) ** 2
    others = (p["population.couples_uncertainty"] * total) ** 2 + extra_adults_spread(hood, extra) ** 2
    change = round(residual * variance / (variance + others + 1e-9))
    people = alone if change > 0 else at_home
    pull = hood.tables.at_home[hood.age[people], hood.sex[people]] / uniforms[people]
    order = np.argsort(-pull if change > 0 else pull, kind="stable")
    most = int(p["population.at_home_most_change"] * at_home.size)
    hood.living[people[order[: min(abs(change), most)]]] = AT_HOME if change > 0 else INDEPENDENT
    grown = np.flatnonzero((hood.living == AT_HOME) & (hood.age >= first))
    pull = hood.tables.at_home[hood.age[grown], hood.sex[grown]] / uniforms[grown]
    room = int(p["population.adult_children_most"] * hood.households)
    hood.living[grown[np.argsort(-pull, kind="stable")[room:]]] = INDEPENDENT


def extra_adults_spread(hood: Neighbourhood, expected: float) -> float:
    """Return the standard deviation of the extra adults around what is expected."""
    p = hood.tables.parameters
    return float(
        p["population.extra_adults_uncertainty"] * expected
        + p["population.extra_adults_uncertainty_households"] * hood.households
        + p["population.extra_adults_uncertainty_students"] * hood.facts.student_excess * hood.n
    )


def balance(hood: Neighbourhood, families: int, coupled: int) -> Balance:
    """Split the adults left over between couples without children and extra adults by prior variance."""
    p = hood.tables.parameters
    adults = int((hood.living == INDEPENDENT).sum())
    left = adults - families - coupled
    rest = max(hood.households - families, 0)
    surplus = left - rest
    extra = extra_adults_expected(hood)
    total = couples_expected(hood)
    couples = max(total - coupled, 0.0)
    variance_couples = (p["population.couples_uncertainty"] * total) ** 2 + 1e-9
    share = variance_couples / (variance_couples + extra_adults_spread(hood, extra) ** 2)
    single = hood.single()
    spread = p["population.couples_most_spread"] * p["population.couples_uncertainty"] * total
    most = max(0, min(surplus, rest, round(couples + spread), hood.women(single).size, hood.men(single).size - coupled))
    chosen = int(np.clip(round(couples + (surplus - couples - extra) * share), 0, most))
    return Balance(chosen, max(rest - chosen, 0), extra, max(-surplus, 0))


def make_couples(hood: Neighbourhood, mothers: Array, couples: int) -> None:
    """Find partners for the mothers who have one and make the couples without children.

    Women without children are chosen with the odds of living in a couple at their age; a stated share of couples
    without children is of one sex, half of women and half of men.
    """
    share = hood.tables.parameters["population.same_sex_couples"]
    of_women, of_men = (int(share / 2 * couples + luck) for luck in hood.facts.same_sex_luck)
    of_women, of_men = (0, 0) if of_women + of_men > couples else (of_women, of_men)
    wives = _by_odds(hood, hood.women(hood.single()))[: couples - of_women - of_men]
    seekers = np.r_[mothers, wives]
    seekers = seekers[np.argsort(hood.draw(PAIR, "queue", seekers), kind="stable")]
    men = hood.men(hood.single())
    found = find_men(hood, seekers, men)
    hood.marry(seekers[found >= 0], men[found[found >= 0]])
    _name_fathers(hood)
    _same_sex(hood, hood.women(hood.single()), of_women)
    _same_sex(hood, hood.men(hood.single()), of_men)


def _by_odds(hood: Neighbourhood, people: Array) -> Array:
    """Return people without children in a keyed order weighted by the odds that they live in a couple."""
    chance = hood.tables.couple[hood.age[people], hood.sex[people]]
    odds = chance / (1.0 - chance) * hood.tables.childless_odds[hood.age[people]]
    return hood.race("couple", people, odds)


def _name_fathers(hood: Neighbourhood) -> None:
    """Make a mother's partner the father of her children, unless he is too young to be."""
    children = np.flatnonzero(hood.mother >= 0)
    father = hood.partner[hood.mother[children]]
    least = hood.tables.parameters["population.father_age_at_birth_least"]
    possible = (father >= 0) & (hood.age[father] - hood.age[children] >= least)
    hood.father[children[possible]] = father[possible]


def _same_sex(hood: Neighbourhood, people: Array, number: int) -> None:
    number = min(number, people.size // 2)
    if number == 0:
        return
    order = _by_odds(hood, people)
    seekers, others = order[:number], order[number:]
    wanted = hood.age[seekers] + partner_gap(hood.tables, hood.age[seekers], hood.draw(PAIR, "gap", seekers))
    found = nearest(hood, wanted, np.zeros(number, np.int64), others)
    hood.marry(seekers, others[found])


def heads_of_couples(hood: Neighbourhood, first: Array) -> Array:
    """Return the reference person of each couple named by one member."""
    second = hood.partner[first]
    mixed = hood.sex[first] != hood.sex[second]
    man = np.where(hood.sex[first] == MALE, first, second)
    woman = np.where(hood.sex[first] == MALE, second, first)
    by_man = hood.draw(PAIR, "head", woman) < hood.tables.parameters["population.couple_head_male"]
    heads: Array = np.where(mixed, np.where(by_man, man, woman), first)
    return heads
