"""When the effects of interventions come and go: with the programme, with a half-life, or years later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.core.levers import FAMILY, LEVERS
from sim.core.time import MONTHS_PER_YEAR
from sim.interventions.enrolments import COMPLETED
from sim.interventions.programme_parts import Eligibility
from sim.interventions.schema import PLACE
from sim.interventions.strengths import at_scale
from sim.place import Place
from tests.mechanisms.catalogue_doses import for_everybody, single, singles, strengthened
from tests.mechanisms.paired import rates
from tests.small_world import SmallWorld, scenario

PUPILS = Eligibility(10, 18, None, (), (), ())
STOP = 12
GONE, LATER = 2 * MONTHS_PER_YEAR, 3 * MONTHS_PER_YEAR


def started_once(name: str) -> SmallWorld:
    """Return a world in which a shipped programme started once, for pupils, up to the month in which it ends."""
    programme = replace(at_scale(for_everybody(single(name)), 1.0), who=PUPILS, group=False)
    return SmallWorld(2000).start(programme).live(programme.months + 1)


def pushes(world: SmallWorld, name: str) -> np.ndarray:
    table = world.table
    return world.levers.person(name).of(table.person[table.status == COMPLETED])


FADING = [
    (name, lever)
    for name in singles()
    for lever in single(name).levers
    if single(name).mode != PLACE and lever.shape == "fades"
]


@pytest.mark.mechanism("fade")
@pytest.mark.parametrize(("name", "lever"), FADING, ids=lambda each: getattr(each, "name", each))
def test_lasting_effects_of_shipped_programmes_halve_with_their_half_life(name, lever):
    world = started_once(name)
    level = world.levers.family if LEVERS[lever.name].level == FAMILY else world.levers.person

    def there() -> float:
        return float(np.abs(level(lever.name).value).max())

    end = there()
    assert end > 0.0
    world.live(int(lever.half_life_months))
    assert there() == pytest.approx(end / 2, rel=1e-5)


def test_focused_deterrence_halves_within_a_year_of_its_end():
    world = started_once("focused_deterrence")
    end = pushes(world, "violence_hazard")
    assert (end < 0.0).all()
    assert pushes(world.live(12), "violence_hazard") == pytest.approx(end / 2, rel=1e-5)
    assert pushes(world.live(12), "violence_hazard") == pytest.approx(end / 4, rel=1e-5)


def test_a_mentor_is_gone_at_the_end_and_most_of_what_was_learnt_a_year_and_a_half_later():
    world = started_once("mentoring")
    assert (pushes(world, "trusted_adult") == 0.0).all()
    end = pushes(world, "violence_hazard")
    left = pushes(world.live(18), "violence_hazard") / end
    assert left == pytest.approx(0.5 ** (18 / 12), rel=1e-5)
    assert (left < 0.4).all()


@pytest.mark.mechanism("place_programmes", "retaliation")
def test_patrols_end_at_once_and_what_they_spared_fades_with_contagion(poor: Place):
    """Patrols everywhere at the strongest: the lever goes with them, fewer with a score to settle stay for a while."""
    plan = replace(strengthened(single("hot_spot_policing"), 25.0), where=None, stop_month=STOP)
    busy, still = poor.fork(scenario(replace(plan, shares_capacity_of=None))), poor.fork()
    scores, hazards = {}, {}
    for month in range(LATER):
        for world in (busy, still):
            world.run(1)
        pushed = busy.tools.levers.community("hot_cell")
        assert (pushed.size > 0 and (pushed < 0.0).all()) if month < STOP else pushed.size == 0
        if month in (STOP - 1, STOP, STOP + 6, GONE, LATER - 1):
            one, other = (float(world.people.retaliation[:].sum()) for world in (busy, still))
            scores[month] = one / other - 1.0
            one, other = (float(rates(world).sum()) for world in (busy, still))
            hazards[month] = one / other - 1.0
    assert scores[STOP - 1] < scores[STOP + 6] < 0.0
    assert hazards[STOP - 1] < hazards[STOP] < 0.0
    assert abs(scores[GONE]) < abs(scores[STOP - 1]) / 4
    assert max(abs(hazards[month]) for month in (GONE, LATER - 1)) < abs(hazards[STOP]) / 2
    busy.close()
    still.close()


YOUNGEST_OFFENDERS, ADOLESCENTS = 10, (13, 17)
INFANTS = Eligibility(0, 3, None, (), (), ())


@pytest.mark.slow
@pytest.mark.mechanism("levers", "fade")
def test_early_years_programmes_change_violence_only_from_adolescence_on(poor: Place):
    """Children under four in three programmes, at twice their strength, followed to 17 beside their untreated twins."""
    names = ("parenting_programme", "intensive_preschool", "nurse_family_partnership")
    start = poor.month
    worlds = {"": poor.fork()}
    for name in names:
        worlds[name] = poor.fork(scenario(replace(strengthened(for_everybody(single(name)), 2.0), who=INFANTS)))
    born = poor.people.birth_month
    keys = poor.people.key[(poor.people.present == 1) & (start - born < 48) & (born <= start)]
    by_age = {name: np.zeros(18) for name in worlds}
    for _ in range(17):
        rows_of = {}
        for name, world in worlds.items():
            world.run(MONTHS_PER_YEAR)
            people = world.people
            rows = np.flatnonzero((people.present == 1) & np.isin(people.key, keys))
            rows_of[name] = dict(zip(people.key[rows].tolist(), rows.tolist(), strict=True))
        twins = sorted(set.intersection(*(set(each) for each in rows_of.values())))
        for name, world in worlds.items():
            rows = np.array([rows_of[name][key] for key in twins])
            ages = (world.month - world.people.birth_month[rows]) // MONTHS_PER_YEAR
            by_age[name] += np.bincount(np.minimum(ages, 17), rates(world)[:, rows].sum(axis=0), minlength=18)
    teens = slice(ADOLESCENTS[0], ADOLESCENTS[1])
    for name in names:
        assert worlds[name].programmes.counts(1)[name]["participants"].sum() > 300
        assert (by_age[name][:YOUNGEST_OFFENDERS] == by_age[""][:YOUNGEST_OFFENDERS]).all()
        assert (by_age[name][:YOUNGEST_OFFENDERS] == 0.0).all()
        assert by_age[name][teens].sum() < 0.95 * by_age[""][teens].sum()
    children = by_age[""][YOUNGEST_OFFENDERS:12].sum()
    assert children < by_age[""][teens].sum() / 4
    for world in worlds.values():
        world.close()
