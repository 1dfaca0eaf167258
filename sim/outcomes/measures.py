"""Declared measures: every name the ledger may write down, what it counts and to whom it is attributed."""

from __future__ import annotations

from dataclasses import dataclass

VICTIM = "residence, age and sex of the victim"
PERPETRATOR = "residence, age and sex of the perpetrator"
PERSON = "residence, age and sex of the person concerned"

INCIDENTS = "incidents"
PEOPLE = "people"
EXPECTED = "expected number"


@dataclass(frozen=True, slots=True)
class Measure:
    """Describe one quantity of the ledger.

    Attributes
    ----------
    name
        Key used in the ledger, in results and in files.
    label
        Short text for tables and charts.
    meaning
        One sentence that says exactly what is counted.
    unit
        Unit of one count.
    attributed_to
        Whose residence, age and sex a count is filed under.
    """

    name: str
    label: str
    meaning: str
    unit: str
    attributed_to: str


MEASURES: tuple[Measure, ...] = (
    Measure("person_years", "Person-years", "Time lived in the place, in years", "years", PERSON),
    Measure("incidents", "Violent incidents", "Violent acts against a resident, reported or not", INCIDENTS, VICTIM),
    Measure(
        "incidents_with_injury", "Incidents with injury", "Violent incidents that injure the victim", INCIDENTS, VICTIM
    ),
    Measure("reported", "Reported to police", "Incidents that someone tells the police about", INCIDENTS, VICTIM),
    Measure("recorded", "Recorded by police", "Incidents that the police record as a crime", INCIDENTS, VICTIM),
    Measure(
        "ed_attendances",
        "A&E attendances",
        "Attendances at an emergency department because of violence",
        "attendances",
        VICTIM,
    ),
    Measure("admissions", "Hospital admissions", "Admissions to hospital because of violence", "admissions", VICTIM),
    Measure(
        "sharp_admissions",
        "Admissions, sharp object",
        "Admissions to hospital for assault with a sharp object",
        "admissions",
        VICTIM,
    ),
    Measure("homicides", "Homicides", "Residents killed by violence", "deaths", VICTIM),
    Measure(
        "victims",
        "People harmed",
        "Distinct residents who suffer violence, counted once, the first time since the decision date",
        PEOPLE,
        VICTIM,
    ),
    Measure(
        "perpetrators",
        "People who used violence",
        "Distinct residents who use violence, counted once, the first time since the decision date",
        PEOPLE,
        PERPETRATOR,
    ),
    Measure(
        "victims_in_year",
        "People harmed in the year",
        "Distinct residents who suffer violence in a year",
        PEOPLE,
        VICTIM,
    ),
    Measure(
        "perpetrators_in_year",
        "People who used violence in the year",
        "Distinct residents who use violence in a year",
        PEOPLE,
        PERPETRATOR,
    ),
    Measure(
        "expected_ed_attendances",
        "Expected A&E attendances",
        "Sum over incidents of the probability of an attendance",
        EXPECTED,
        VICTIM,
    ),
    Measure(
        "expected_admissions",
        "Expected admissions",
        "Sum over incidents of the probability of an admission",
        EXPECTED,
        VICTIM,
    ),
    Measure(
        "expected_homicides",
        "Expected homicides",
        "Sum over incidents of the probability that the victim dies",
        EXPECTED,
        VICTIM,
    ),
    Measure("incidents_partner", "Partner violence", "Incidents between current or former partners", INCIDENTS, VICTIM),
    Measure("incidents_family", "Family violence", "Incidents between members of a family", INCIDENTS, VICTIM),
    Measure("incidents_peer", "Peer violence", "Incidents between people who know each other", INCIDENTS, VICTIM),
    Measure("incidents_public", "Public violence", "Incidents between strangers in public", INCIDENTS, VICTIM),
    Measure("incidents_acquisitive", "Robbery", "Incidents of violence to take property", INCIDENTS, VICTIM),
    Measure(
        "incidents_retaliation",
        "Retaliation",
        "Incidents that recent violence against the perpetrator or the perpetrator's friends brought about",
        INCIDENTS,
        VICTIM,
    ),
    Measure(
        "incidents_retaliation_peer",
        "Retaliation, peer violence",
        "Incidents of peer violence that recent violence against the perpetrator or friends brought about",
        INCIDENTS,
        VICTIM,
    ),
    Measure(
        "incidents_series",
        "Repeats in a series",
        "Further incidents of a series against the same victim, which are not contagion",
        INCIDENTS,
        VICTIM,
    ),
    Measure(
        "counted_with_injury",
        "Violence with injury, survey rules",
        "Incidents with injury under crime-survey counting rules, the basis of published unit costs",
        INCIDENTS,
        VICTIM,
    ),
    Measure(
        "counted_without_injury",
        "Violence without injury, survey rules",
        "Incidents without injury under crime-survey counting rules, the basis of published unit costs",
        INCIDENTS,
        VICTIM,
    ),
    Measure(
        "counted_robbery",
        "Robbery, survey rules",
        "Robberies under crime-survey counting rules, the basis of published unit costs",
        INCIDENTS,
        VICTIM,
    ),
    Measure("arrests", "Arrests", "Arrests of residents for violence", "arrests", PERPETRATOR),
    Measure("sanctions", "Sanctions", "Cautions and convictions of residents", "sanctions", PERPETRATOR),
    Measure("charged", "Charged", "Charges of residents, dealt with in court or out of it", "charges", PERPETRATOR),
    Measure("diverted", "Diverted", "Charges of residents dealt with out of court", "charges", PERPETRATOR),
    Measure("community_sentences", "Community sentences", "Community sentences of residents", "sentences", PERPETRATOR),
    Measure("custody_starts", "Custody begun", "Times that residents are sent to custody", "sentences", PERPETRATOR),
    Measure("custody_months", "Months in custody", "Months that residents spend in custody", "months", PERPETRATOR),
    Measure("suspensions", "Suspensions", "Suspensions from school", "suspensions", PERSON),
    Measure("exclusions", "Permanent exclusions", "Permanent exclusions from school", "exclusions", PERSON),
    Measure(
        "persistent_absences",
        "Persistent absence",
        "Pupils expected to miss a tenth or more of school, counted each September for the school year before",
        "pupils",
        PERSON,
    ),
    Measure(
        "aces",
        "Adverse experiences",
        "Kinds of adverse childhood experience that children newly suffer",
        "experiences",
        PERSON,
    ),
    Measure(
        "neet_months",
        "Months out of work and learning",
        "Months that people aged 16 to 24 spend in neither work, education nor training",
        "months",
        PERSON,
    ),
    Measure(
        "fear_person_years",
        "Fear of violence, in person-years",
        "Fear in the home community in standard deviations (0 is usual in England) times time lived there; divided by "
        "person-years it is mean fear",
        "sd x years",
        PERSON,
    ),
    Measure(
        "outdoor_use_person_years",
        "Use of outdoor space, in person-years",
        "People out of doors in the home community against the usual (1) times time lived there; divided by "
        "person-years it is mean use",
        "years",
        PERSON,
    ),
    Measure("births", "Births", "Children born to residents", PEOPLE, PERSON),
    Measure("deaths", "Deaths", "Deaths of residents from any cause", PEOPLE, PERSON),
    Measure("arrived", "Arrivals", "People who move into the place", PEOPLE, PERSON),
    Measure("left", "Departures", "People who move out of the place", PEOPLE, PERSON),
)

MEASURE_NAMES: tuple[str, ...] = tuple(measure.name for measure in MEASURES)

OUTCOMES: tuple[str, ...] = (
    "incidents",
    "incidents_with_injury",
    "reported",
    "recorded",
    "ed_attendances",
    "admissions",
    "homicides",
    "victims",
    "perpetrators",
)

FIFTHS: tuple[str, ...] = ("1 (most deprived)", "2", "3", "4", "5 (least deprived)")


def measure(name: str) -> Measure:
    """Return the declaration of one measure.

    Parameters
    ----------
    name
        A name of :data:`MEASURE_NAMES`.
    """
    return _BY_NAME[name]


_BY_NAME = {each.name: each for each in MEASURES}
