"""Declare every column of people, families and communities, each with the one room that may write it.

Row numbers (``row_reference``) point into the named column set and are remapped when that set is compacted.
"""

from __future__ import annotations

from sim.core.column import Column

NOBODY = -1
NEVER = 255
FEMALE, MALE = 0, 1

CHILD, HEAD, PARTNER, RELATIVE, SHARER, INSTITUTION = range(6)
ROLES = ("child at home", "head", "partner of head", "adult relative", "sharer", "institution")

PUPIL, EDUCATION, EMPLOYED, NEET, RETIRED = range(5)
WORK_STATES = ("under 16", "education after 16", "employed", "not in education, employment or training", "retired")

NO_QUALIFICATION, LOW, MIDDLE, HIGH = range(4)

ACES = (
    "physical_abuse",
    "verbal_abuse",
    "sexual_abuse",
    "physical_neglect",
    "emotional_neglect",
    "domestic_violence",
    "parental_substance_use",
    "parental_mental_illness",
    "separation",
    "custody",
)

KNOWN_TO = (
    *("school", "social_care", "health_visiting", "youth_justice", "police", "emergency_department", "jobcentre"),
    *("ambulance", "child_mental_health", "substance_services", "probation", "youth_services", "housing"),
    "violence_reduction_unit",
)

NOT_INVOLVED, GANG_MEMBER, EXPLOITED = range(3)
GANG_STATES = ("not involved", "in a gang", "exploited by one (county lines)")

DOMESTIC_ABUSE, SUBSTANCE_USE, MENTAL_ILLNESS, WORKLESS, VIOLENCE_AT_HOME = 1, 2, 4, 8, 16
VICTIM_SINCE_DECISION, PERPETRATOR_SINCE_DECISION, VICTIM_THIS_YEAR, PERPETRATOR_THIS_YEAR = 1, 2, 4, 8

PEOPLE: tuple[Column, ...] = (
    Column("key", "uint64", "", "demography", "identity across scenarios"),
    Column("birth_month", "int16", "months from month 0", "demography", "month of birth, mostly negative"),
    Column("sex", "uint8", "", "demography", "0 female, 1 male"),
    Column("present", "uint8", "", "demography", "1 while alive and in the place"),
    Column("age_sex", "uint8", "", "demography", "2 x age in years + sex, 255 when not present; set each month"),
    Column("role", "uint8", "", "demography", "role in the household, see ROLES"),
    Column("family", "int32", "row", "demography", "household", fill=NOBODY, row_reference="families"),
    Column("community", "uint16", "row", "demography", "home community"),
    Column("partner", "int32", "row", "demography", "cohabiting partner", fill=NOBODY, row_reference="people"),
    Column("mother", "int32", "row", "demography", "mother, if in the place", fill=NOBODY, row_reference="people"),
    Column("father", "int32", "row", "demography", "father, if in the place", fill=NOBODY, row_reference="people"),
    Column("parity", "uint8", "children", "demography", "children born to a woman"),
    Column(
        "last_birth_month", "int16", "months from month 0", "demography", "month of a woman's last birth", fill=-2000
    ),
    Column("friends", "int32", "row", "ties", "friends; unused slots hold the own row", 6, NOBODY, "people"),
    Column("friend_count", "uint8", "", "ties", "friend slots in use"),
    Column("gang", "uint8", "", "ties", "0 not involved, 1 in a gang, 2 exploited by one, see GANG_STATES"),
    Column("propensity", "float32", "sd", "individuals", "lasting propensity to violence, part inherited"),
    Column("ability", "float32", "sd", "individuals", "general ability"),
    Column("vulnerability", "float32", "sd", "individuals", "lasting vulnerability to victimisation"),
    Column("self_control", "float32", "sd", "individuals", "self-control"),
    Column("trauma", "float32", "sd", "individuals", "trauma from violence suffered or seen, decaying"),
    Column("school_engagement", "float32", "sd", "individuals", "engagement with school"),
    Column("recent_suspensions", "float32", "suspensions", "individuals", "suspensions, decaying by month"),
    Column("suspensions", "uint8", "suspensions", "individuals", "suspensions so far"),
    Column("exclusion", "uint8", "months", "individuals", "months since permanent exclusion", fill=NEVER),
    Column("qualification", "uint8", "", "individuals", "attainment at 16: 0 not yet, 1 low, 2 middle, 3 high"),
    Column("work", "uint8", "", "individuals", "school and work state, see WORK_STATES"),
    Column("months_in_work_state", "uint8", "months", "individuals", "months since the work state last changed"),
    Column("alcohol", "uint8", "", "individuals", "1 while a heavier drinker"),
    Column("drugs", "uint8", "", "individuals", "1 while using drugs frequently"),
    Column("acceptance_of_violence", "float32", "sd", "norms", "acceptance of violence"),
    Column("aspiration", "float32", "sd", "norms", "aspiration for school and work"),
    Column("trusted_adult", "uint8", "", "norms", "1 with an always-available trusted adult"),
    Column("aces", "uint16", "bits", "families", "adverse childhood experiences, see ACES"),
    Column("ace_count", "uint8", "ACEs", "families", "number of kinds of adverse childhood experience"),
    Column("care", "uint8", "", "families", "1 while looked after"),
    Column("risk_log", "float32", "log", "violence", "individual log-risk of violence"),
    Column("transitory_risk", "float32", "sd", "violence", "slowly varying part of individual log-risk"),
    Column(
        "retaliation",
        "float32",
        "incidents",
        "violence",
        "own and friends' recent victimisation, decaying",
        sparse=True,
    ),
    Column(
        "series", "float32", "incidents", "violence", "own recent incidents with the same target, decaying", sparse=True
    ),
    Column("last_aggressor", "int32", "row", "violence", "who last hurt this person", 1, NOBODY, "people", sparse=True),
    Column("last_target", "int32", "row", "violence", "whom this person last hurt", 1, NOBODY, "people", sparse=True),
    Column("weapon", "uint8", "", "violence", "1 while carrying a weapon"),
    Column("months_since_victim", "uint8", "months", "violence", "since last hurt", fill=NEVER),
    Column("months_since_perpetrator", "uint8", "months", "violence", "since last hurt somebody", fill=NEVER),
    Column("year_victim_count", "uint8", "incidents", "violence", "times hurt this year", sparse=True),
    Column("flags", "uint8", "bits", "violence", "victim or perpetrator since the decision, or this year", sparse=True),
    Column("custody", "uint8", "months", "services", "months of custody left"),
    Column("sanctions", "uint8", "sanctions", "services", "sanctions so far"),
    Column("months_since_sanction", "uint8", "months", "services", "since the last sanction", fill=NEVER),
    Column("months_since_ed", "uint8", "months", "services", "since last treated for violence", fill=NEVER),
    Column("known_to", "uint16", "bits", "services", "services that know the person, see KNOWN_TO"),
)

FAMILIES: tuple[Column, ...] = (
    Column("key", "uint64", "", "demography", "identity across scenarios"),
    Column("community", "uint16", "row", "demography", "home community"),
    Column("present", "uint8", "", "demography", "1 while anybody lives in it"),
    Column("reference_person", "int32", "row", "demography", "head of the household", 1, NOBODY, "people"),
    Column("children", "uint8", "people", "families", "children under 18 in the household this month"),
    Column("lone_parent", "uint8", "", "families", "1 with children and one parent only"),
    Column(
        "states",
        "uint8",
        "bits",
        "families",
        "domestic abuse 1, substance use 2, mental illness 4, workless 8, an incident at home last month 16",
    ),
    Column("stress", "float32", "sd", "families", "parental stress"),
    Column("parenting", "float32", "sd", "families", "parenting quality (warmth)"),
    Column("supervision", "float32", "sd", "families", "parental supervision"),
    Column("stress_trait", "float32", "sd", "families", "lasting family effect on stress"),
    Column("parenting_trait", "float32", "sd", "families", "lasting family effect on parenting"),
    Column("parental_propensity", "float32", "sd", "families", "mean propensity of the parents"),
)

COMMUNITIES: tuple[Column, ...] = (
    Column("key", "uint64", "", "place", "identity: from the LSOA code"),
    Column("deprivation", "float32", "sd", "place", "normal score of the national rank of income deprivation"),
    Column("income_deprivation", "float32", "share", "place", "share of residents in income deprivation"),
    Column("fifth", "uint8", "", "place", "national fifth of income deprivation, 0 most deprived"),
    Column("residual", "float32", "sd", "place", "lasting local difference in residents' risk, not explained by z"),
    Column("night_time_economy", "float32", "weight", "communities", "pull of public violence by night-time places"),
    Column("youth_provision", "float32", "sd", "communities", "places for young people"),
    Column("assets", "float32", "sd", "communities", "community assets"),
    Column("collective_efficacy", "float32", "sd", "communities", "informal social control and cohesion"),
    Column("legitimacy", "float32", "sd", "communities", "trust in services and police"),
    Column("fear", "float32", "sd", "communities", "fear of violence"),
    Column("outdoor_use", "float32", "ratio", "communities", "people out of doors against the usual", fill=1),
    Column("recent_violence", "float32", "incidents per 1,000", "communities", "visible violence, decaying by month"),
    Column("turnover", "float32", "share per year", "communities", "residents who arrived or left"),
)
