"""Say what each numeric attribute of a community is: label, unit and the values it can take."""

from __future__ import annotations

from dataclasses import dataclass

SHARE, COUNT, RATE, SCORE, RANK, POSITION = "share", "count", "rate", "score", "rank", "position"


@dataclass(frozen=True)
class Attribute:
    """Describe one numeric column of ``lsoa.parquet``, or one computed from them.

    ``low`` and ``high`` bound the values a local override may give; ``None`` means no bound.
    """

    name: str
    label: str
    unit: str
    kind: str
    low: float | None = None
    high: float | None = None
    more_is: str = "more"

    @property
    def title(self) -> str:
        """Label with its unit, as a map or a table shows it."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


def _share(name: str, label: str, unit: str = "share of residents") -> Attribute:
    return Attribute(name, label, unit, SHARE, 0.0, 1.0)


def _rate(name: str, label: str) -> Attribute:
    return Attribute(name, label, "recorded per 1,000 people at risk, by place of offence", RATE, 0.0)


def _score(name: str, label: str, unit: str = "Indices of Deprivation 2025 score, higher is worse") -> Attribute:
    return Attribute(name, label, unit, SCORE, more_is="worse")


def _count(name: str, label: str, unit: str = "people") -> Attribute:
    return Attribute(name, label, unit, COUNT, 0.0)


SINGLE_AGES = tuple(f"age_{age}" for age in range(25))
AGE_BANDS = (*(f"age_{low}_{low + 4}" for low in range(25, 90, 5)), "age_90_plus")
AGE_COLUMNS = (*SINGLE_AGES, *AGE_BANDS)
AGE_BAND_STARTS = (*range(25), *range(25, 95, 5))

_COLUMNS = (
    Attribute("imd_score", "Index of Multiple Deprivation 2025", "score", SCORE, 0.0, 100.0, "worse"),
    Attribute("imd_rank", "National rank of multiple deprivation", "1 is most deprived", RANK, 1.0, more_is="better"),
    Attribute("imd_decile", "National tenth of multiple deprivation", "1 is most deprived", RANK, 1.0, 10.0, "better"),
    _share("income_deprivation", "Income deprivation"),
    _share("employment_deprivation", "Employment deprivation", "share of working-age residents"),
    _score("education_score", "Education, skills and training deprivation"),
    _score("health_score", "Health deprivation and disability"),
    _score("crime_score", "Crime domain"),
    _score("housing_services_score", "Barriers to housing and services"),
    _score("environment_score", "Living environment deprivation"),
    _count("children_income_deprived", "Children in income-deprived families", "children"),
    _score("mental_health", "Mood and anxiety disorders", "indicator, higher is worse"),
    _share("he_entry", "Young people not entering higher education", "share"),
    _share("low_adult_skills", "Adults with no or low qualifications", "share of adults 25-66"),
    _rate("violence_with_injury_rate", "Violence with injury"),
    _rate("violence_without_injury_rate", "Violence without injury"),
    _rate("stalking_harassment_rate", "Stalking and harassment"),
    _rate("public_order_weapons_rate", "Public order and weapons offences"),
    _rate("anti_social_behaviour_rate", "Antisocial behaviour"),
    Attribute("connectivity", "Transport connectivity", "score from 0 to 100", SCORE, 0.0, 100.0, "better"),
    _share("overcrowded_bedrooms", "Overcrowding by bedrooms", "share of households"),
    Attribute("homelessness_rate", "Homelessness", "per 1,000 households, of the authority", RATE, 0.0),
    _score("outdoors_score", "Outdoor living environment deprivation"),
    _count("population", "Residents", "people, Census 2021"),
    Attribute("income_rank", "National rank of income deprivation", "1 is most deprived", RANK, 1.0, more_is="better"),
    Attribute("easting", "Easting of the centroid", "metres, British National Grid", POSITION, 0.0),
    Attribute("northing", "Northing of the centroid", "metres, British National Grid", POSITION, 0.0),
    Attribute("lon", "Longitude of the centroid", "degrees east", POSITION, -8.0, 3.0),
    Attribute("lat", "Latitude of the centroid", "degrees north", POSITION, 49.0, 56.5),
    Attribute("area_ha", "Area", "hectares", COUNT, 0.0),
    _count("households", "Households", "households, Census 2021"),
    _share("social_rent", "Social renting", "share of households"),
    _share("private_rent", "Private renting", "share of households"),
    _share("owned", "Owner occupation", "share of households"),
    _share("overcrowded", "Overcrowding", "share of households"),
    _share("deprived_2plus_dimensions", "Deprived in two or more dimensions", "share of households"),
    _share("flats", "Flats", "share of households"),
    *(_count(name, f"Residents aged {name[4:]}") for name in SINGLE_AGES),
    *(_count(name, f"Residents aged {name[4:].replace('_plus', ' or over').replace('_', '-')}") for name in AGE_BANDS),
)

_COMPUTED = (
    _count("population_10_24", "Residents aged 10 to 24", "people"),
    _share("share_10_24", "Residents aged 10 to 24"),
    _rate("violence_rate", "Violence with and without injury"),
    Attribute("population_density", "Residents per hectare", "people per hectare", RATE, 0.0),
)

ATTRIBUTES: dict[str, Attribute] = {attribute.name: attribute for attribute in _COLUMNS}
MAPPABLE: dict[str, Attribute] = {attribute.name: attribute for attribute in (*_COLUMNS, *_COMPUTED)}
