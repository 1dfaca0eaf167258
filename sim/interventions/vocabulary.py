"""Name the words that scenario and catalogue files may use, each with its plain meaning."""

from __future__ import annotations

SCENARIO_SCHEMA = "placewise.scenario/1"
INTERVENTION_SCHEMA = "placewise.intervention/1"

STRANDS: dict[str, str] = {
    "early_years": "support for young children and their parents",
    "counter_narrative": "role models, messages and norms against violence",
    "employment_pathway": "routes into training and work",
    "place": "changes to places and to who looks after them",
    "justice": "police, courts, diversion and custody",
    "system": "how partners work together",
}

LEVELS: dict[str, str] = {
    "individual": "the person",
    "relationship": "family, friends and other close ties",
    "community": "the neighbourhood, the school and the services in it",
    "societal": "laws, markets and messages that reach everybody",
}

TIERS: dict[str, str] = {
    "primary": "for everybody, before any problem shows",
    "secondary": "for those at higher risk",
    "tertiary": "for those already hurt or already violent",
}

LIFE_COURSE: dict[str, str] = {
    "pregnancy_and_infancy": "before birth and the first two years",
    "early_childhood": "ages 2 to 5",
    "primary_school": "ages 5 to 11",
    "adolescence": "ages 11 to 17",
    "young_adulthood": "ages 18 to 25",
    "adulthood": "from age 26",
    "all_ages": "every age",
}

MODES: dict[str, str] = {
    "targeted": "for people whom services find, up to a number of places",
    "universal": "for everybody eligible in the communities, schools or classes reached",
    "place": "for whole communities, through levers of communities",
}

LOTTERIES: dict[str, str] = {
    "person": "each eligible person",
    "school_year": "a year group of the young people of one community, all together",
    "community": "all eligible people of a community together",
}

NEEDS: dict[str, str] = {
    "recorded_violence": "violence recorded there in the last 12 months, as far as services know of it",
    "deprivation": "how deprived the community is",
    "all": "every community",
}

IMPACT_BADGES: dict[str, str] = {
    "harmful": "more violence",
    "none": "no change",
    "low": "a little less violence",
    "moderate": "less violence",
    "high": "much less violence",
    "unknown": "not known",
}

SECURITY_BADGES: dict[str, str] = {
    "very_low": "hardly anything is known",
    "low": "little is known",
    "moderate": "some sound studies",
    "high": "many sound studies",
    "very_high": "many sound studies that agree",
}

SECURITY_RATERS: dict[str, str] = {
    "yef": "rated by the Youth Endowment Fund",
    "ours": "our own judgement, not a published rating",
}

COST_BADGES: dict[str, str] = {
    "low": "cheap for each person or community",
    "medium": "neither cheap nor dear",
    "high": "dear for each person or community",
}

PAYERS: dict[str, str] = {
    "local_authority": "the council",
    "nhs": "the National Health Service",
    "police": "the police force",
    "justice": "courts, probation, prisons and youth justice",
    "education": "schools, colleges and the Department for Education",
    "work_and_pensions": "the Department for Work and Pensions",
    "treasury": "national taxation",
    "violence_reduction_unit": "the violence reduction unit",
    "mayor_or_commissioner": "the police and crime commissioner or the mayor",
    "funders": "funders of trials and grants",
    "charities": "charities and community groups",
    "employers": "employers",
    "families": "families and individuals",
}

DELIVERERS: dict[str, str] = {
    "youth_services": "youth services",
    "early_help": "early help and family hubs",
    "health_visiting": "health visiting",
    "schools": "schools",
    "social_care": "children's social care",
    "mental_health": "child and adolescent mental health services",
    "youth_justice": "the youth justice service",
    "police": "the police",
    "emergency_department": "the emergency department",
    "employment_support": "employment support and Jobcentre Plus",
    "colleges": "colleges and training providers",
    "employers": "employers",
    "voluntary_sector": "voluntary and community organisations",
    "violence_reduction_unit": "the violence reduction unit",
    "council": "the council",
}

DIALS: dict[str, str] = {
    "collaboration": "how well partners refer people to one another and avoid duplication",
    "co_production": "how far programmes are shaped with the people they are for",
    "data_sharing": "how much of what other services know reaches the service that finds people",
    "counter_narrative": "how far positive messages, role models and news of opportunities reach 10 to 24 year olds",
    "community_consensus": "how far residents and services agree on what to do",
}

EFFECTS: dict[str, str] = {
    "transported": "the effect expected of routine delivery in England",
    "published": "the effect the trials published",
}

SHAPES: dict[str, str] = {
    "while_enrolled": "acts only during the programme",
    "fades": "acts in full during the programme and fades after it",
    "builds": "grows with the dose received and fades after it",
}

SHOCKS: dict[str, str] = {
    "drug_market": "pressure of drug markets that recruit young people",
    "labour_market": "jobs available to local people",
    "alcohol_affordability": "how cheap alcohol is",
    "message_climate": "national messages about violence",
    "violence_trend": "national trend of violence",
    "youth_provision": "youth clubs and activities, everywhere or in some communities",
    "service_funding": "what services can afford, youth provision included",
}

LOCAL_SHOCKS = ("youth_provision",)

VIOLENCE_TYPES: dict[str, str] = {
    "any": "every incident",
    "with_injury": "incidents with an injury",
    "treated": "treated in an emergency department",
    "admitted": "admitted to hospital",
    "homicide": "killed",
    "weapon": "a weapon was carried",
}

VIOLENCE_SETTINGS: dict[str, str] = {
    "partner": "between partners",
    "family": "between other members of a household",
    "peer": "among young people who know each other or live nearby",
    "public": "among adults in public places",
    "acquisitive": "robbery and exploitation",
}

PERSONAL_DATA_KEYS: frozenset[str] = frozenset(
    {
        "forename", "first_name", "surname", "last_name", "full_name", "names", "date_of_birth", "dob", "nhs_number",
        "nhs_no", "upn", "pnc_id", "pncid", "national_insurance_number", "nino", "address", "home_address", "postcode",
        "post_code", "phone", "telephone", "mobile", "email", "e_mail", "victims_names", "offender_id", "person_id",
        "child_id", "pupil_id", "patient_id", "participants_list", "nominals", "ethnicity",
    }
)  # fmt: skip
