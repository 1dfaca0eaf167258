"""Every mechanism of the model by name: where it acts, what it does, and what switches it off.

Tests name the mechanisms they examine with ``@pytest.mark.mechanism("retaliation")``; a mechanism without a test, or a
test of something that is not listed here, is refused. The table of mechanisms in ``TABLES.md`` is made from both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SWITCH = re.compile(r"(\w+): ([\w, ]+)")


@dataclass(frozen=True)
class Mechanism:
    """Name one mechanism.

    Attributes
    ----------
    id : name in tests and tables.
    level : ecological level or part of the model at which it acts.
    module : file, without ``sim/`` and ``.py``.
    does : what it does, in a sentence without a verb's subject.
    off : parameters that switch it off, as ``room: name, name; room: name``; empty where none does.
    at : the value at which they do.
    """

    id: str
    level: str
    module: str
    does: str
    off: str = ""
    at: str = "0"

    @property
    def switches(self) -> tuple[str, ...]:
        """Return the identifiers of the parameters that switch it off."""
        return tuple(
            f"{room}.{name.strip()}" for room, names in SWITCH.findall(self.off) for name in names.split(",")
        )  # fmt: skip

    @property
    def path(self) -> str:
        return f"sim/{self.module}.py"


def _listed(level: str, module: str, *rows: tuple[str, ...]) -> tuple[Mechanism, ...]:
    return tuple(Mechanism(row[0], level, module, *row[1:]) for row in rows)


MECHANISMS: tuple[Mechanism, ...] = (
    *_listed(
        "population",
        "population/demography",
        ("death", "ends lives by age, sex and income deprivation", "demography: mortality_female, mortality_male"),
        ("birth", "adds children by the mother's age, parity and partner"),
        ("separation_of_couples", "parts couples by the woman's age", "demography: separation"),
        ("partnering", "joins seekers of near age, who are not close kin", "demography: seeking_most"),
        ("partner_likeness", "joins people of like propensity", "history: partner_correlation"),
        ("leaving_home", "moves adult children out of their parents' home"),
        ("moving_within", "moves households between communities, both ways alike", "demography: moving_within"),
        ("moving_out", "takes households out of the place", "demography: moving_out"),
        ("moving_in", "brings a fixed stream of households like those of the place"),
        ("care_of_orphans", "gives children whose adults are gone another home"),
    ),
    *_listed(
        "society",
        "society/society",
        ("season", "moves all violence by calendar month", "society: season", "1"),
        ("national_trend", "moves all violence by year after the decision date", "society: trend_log_per_year"),
        ("labour_market", "moves the chance of finding work in a shock", "society: labour_market_per_sd"),
        ("message_climate", "moves acceptance of violence of the young in a shock", "society: message_climate_per_sd"),
    ),
    *_listed(
        "relationship",
        "relationship/families",
        (
            "family_stress",
            "stresses homes that are deprived, workless, led by a lone parent or troubled",
            "families: stress_deprivation, stress_lone_parent, stress_workless, stress_propensity",
        ),
        ("parenting", "lowers warmth and supervision under stress", "families: parenting_stress, supervision_stress"),
        ("domestic_abuse", "starts and ends a state of abuse in couples", "families: domestic_abuse_onset"),
        (
            "home_states",
            "starts and ends substance use and mental illness of parents",
            "families: substance_use_onset, mental_illness_onset",
        ),
        ("workless_home", "marks homes where somebody could work and nobody does", "families: stress_workless"),
        ("ace_abuse_and_neglect", "draws five kinds of adversity by stress and parenting", "families: ace_hazards"),
        ("ace_home_states", "marks children who live with a state of the home"),
        ("ace_separation", "marks children when their parents part", "families: separation_ace_share"),
        ("ace_custody", "marks children whose household member is in custody"),
        ("care", "takes children into care and lets them leave", "families: care_entry"),
    ),
    *_listed(
        "relationship",
        "relationship/ties",
        ("friendship", "makes friends who are alike in age, sex, place and propensity", "ties: friends_wanted"),
        ("friend_turnover", "exchanges friends and forgets those who are gone", "ties: renewal"),
        ("gang_entry", "draws the young into gangs and exploitation", "ties: gang_entry"),
        ("gang_exit", "lets members leave, fewer the more friends stay", "ties: gang_exit"),
    ),
    *_listed(
        "relationship",
        "relationship/norms",
        ("norm_influence", "draws norms to friends, home and community", "norms: speed"),
        ("norms_after_harm", "raises acceptance of violence of those hurt", "norms: victim"),
        ("norms_in_gangs", "raises acceptance of violence in gangs", "norms: acceptance_gang"),
        (
            "trusted_adult_norms",
            "lowers acceptance and raises aspiration",
            "norms: acceptance_trusted_adult, aspiration_trusted_adult",
        ),
        ("trusted_adult", "gives and takes trusted adults by ACEs and parenting", "norms: trusted_adult_renewal"),
        ("aspiration", "moves aspiration with school, work and the home", "norms: aspiration_workless_home"),
    ),
    *_listed(
        "individual",
        "individual/individuals",
        ("inheritance", "gives children part of their parents' propensity and ability", "individuals: heritability"),
        ("self_control", "forms self-control mainly before 10", "individuals: formation"),
        ("school_engagement", "moves engagement with school", "individuals: engagement_reversion"),
        ("suspension", "suspends pupils", "individuals: suspension_hazard"),
        ("school_exclusion", "excludes some of the suspended for good", "individuals: exclusion_probability"),
        ("attainment", "settles qualifications at 16"),
        ("trauma", "leaves trauma after harm and abuse at home", "individuals: trauma_victim, trauma_home"),
        ("trauma_decay", "lets trauma halve", "individuals: trauma_half_life", "infinite"),
        ("drinking", "starts and stops heavier drinking", "individuals: drinking_start"),
        ("drug_use", "starts and stops frequent drug use", "individuals: drugs_start"),
        ("leaving_education", "ends education after 16", "work: leave_in_september, leave_otherwise"),
        ("job_loss", "ends work", "work: loss"),
        ("job_entry", "ends time out of education and work", "work: entry"),
        ("disadvantage_at_work", "lengthens and brings on time out of work", "work: loss_slope, entry_slope"),
        ("aspiration_at_work", "helps the aspiring find work", "work: aspiration"),
        ("retirement", "ends working life"),
    ),
    *_listed(
        "community",
        "community/communities",
        (
            "collective_efficacy",
            "moves with violence, turnover, assets and neighbours",
            "communities: efficacy_violence, efficacy_turnover, efficacy_assets",
        ),
        ("fear", "follows visible violence at once", "communities: fear_violence"),
        ("legitimacy", "falls with sanctions beyond the usual", "communities: legitimacy_sanctions"),
        ("spill_over", "shares violence and efficacy with neighbours", "communities: violence_spill_over"),
        ("assets", "raises provision and efficacy where assets are", "communities: assets_listed, youth_listed"),
        ("night_time_economy", "draws public violence to where it is beyond what deprivation predicts",
         "violence: public_location_night_time"),
    ),
    *_listed(
        "violence",
        "violence/exposure_kernels",
        ("context_peer", "peer violence, peak at 14", "violence: base_peer"),
        ("context_public", "public violence, peak at 19", "violence: base_public"),
        ("context_partner", "violence between partners", "violence: base_partner"),
        ("context_family", "violence between household members", "violence: base_family"),
        ("context_acquisitive", "robbery and violence linked to exploitation", "violence: base_acquisitive"),
        ("saturation", "keeps hazards below a level", "violence: most_incidents_per_month", "very large"),
        ("retaliation", "raises hazards after one's own or a friend's harm",
         "violence: retaliation_peer, retaliation_public"),
        ("series", "repeats incidents with the same target", "violence: series_per_incident"),
        ("abuse_state_and_violence", "raises partner and family violence in a state of abuse",
         "violence: partner_abuse_state, family_abuse_state", "their no-abuse ratios"),
        ("partnership_protects", "lowers public violence of people with a partner", "violence: partnered_public"),
        ("custody_incapacitates", "keeps people in custody from violence and harm"),
    ),
    *_listed(
        "violence",
        "violence/opportunity",
        ("hot_cells", "keeps part of public violence in the few places that patrols reach", "violence: hot_cell_share"),
    ),
    *_listed(
        "violence",
        "violence/context_levers",
        ("school_setting", "ties part of peer violence to school days", "society: peer_tied_to_school"),
    ),
    *_listed(
        "violence",
        "violence/factors",
        ("factor_propensity", "lasting propensity", "violence: factor_propensity"),
        ("factor_transitory", "slowly varying risk", "violence: factor_transitory"),
        ("factor_self_control", "self-control", "violence: factor_self_control"),
        ("factor_ace_one", "one ACE", "violence: factor_ace_one"),
        ("factor_ace_two_or_three", "two or three ACEs", "violence: factor_ace_two_or_three"),
        ("factor_ace_four_or_more", "four or more ACEs", "violence: factor_ace_four_or_more"),
        ("factor_trauma", "trauma", "violence: factor_trauma"),
        ("factor_acceptance", "acceptance of violence", "violence: factor_acceptance"),
        ("factor_alcohol", "heavier drinking", "violence: factor_alcohol"),
        ("factor_alcohol_with_four_aces", "heavier drinking with four ACEs", "violence: factor_alcohol_with_four_aces"),
        ("factor_drugs", "frequent drug use", "violence: factor_drugs"),
        ("factor_gang", "gang or exploitation", "violence: factor_gang"),
        ("factor_weapon", "carrying a weapon", "violence: factor_weapon"),
        ("factor_exclusion", "permanent exclusion within a year", "violence: factor_exclusion"),
        ("factor_neet", "not in education, employment or training", "violence: factor_neet"),
        ("factor_employment", "at work, a stake in conformity", "violence: factor_employment"),
        ("factor_supervision", "supervision, under 18", "violence: factor_supervision"),
        ("factor_school_engagement", "engagement with school, 5 to 15", "violence: factor_school_engagement"),
        ("factor_trusted_adult", "a trusted adult, under 25", "violence: factor_trusted_adult"),
        ("labelling", "a sanction, fading", "violence: factor_labelling"),
        ("community_effects", "deprivation, local difference and efficacy of the home community",
         "violence: factor_deprivation, factor_community_residual, factor_collective_efficacy"),
        ("centring", "keeps the mean of the national reference population at one", "centring: risk"),
    ),
    *_listed(
        "violence",
        "violence/victim_kernels",
        ("lifestyle", "draws harm to people of high risk", "violence: victim_risk_peer, victim_risk_public"),
        ("vulnerability", "draws harm to the vulnerable",
         "violence: victim_vulnerability_peer, victim_vulnerability_public"),
        ("aim_at_aggressor", "turns retaliation on whoever did the harm", "violence: target_aggressor"),
        ("repeat_target", "returns to the previous target", "violence: target_previous"),
        ("friends_as_victims", "hurts friends", "violence: target_friend"),
        ("near_victims", "finds peers at home or next door, of like age and sex", "violence: target_own_community"),
    ),
    *_listed(
        "violence",
        "violence/severity",
        ("severity_age", "makes harm worse between 14 and 20", "violence: severity_ed_age, severity_admission_age"),
        ("severity_weapon", "makes harm by weapons worse",
         "violence: severity_injury_weapon, severity_ed_weapon, severity_admission_weapon, severity_death_weapon"),
        ("severity_deprivation", "makes harm worse in deprived communities",
         "violence: severity_ed_deprivation, severity_admission_deprivation"),
        ("alcohol_involved", "says whether the offender had been drinking", "violence: alcohol_involved"),
    ),
    *_listed(
        "violence",
        "violence/weapons",
        ("weapon_carrying", "lets people reconsider carrying", "violence: weapon_refresh"),
        ("weapons_after_harm", "makes those hurt carry", "violence: weapon_victim"),
        ("weapons_of_friends", "makes friends of carriers carry", "violence: weapon_friends"),
        ("weapons_in_gangs", "makes members carry", "violence: weapon_gang"),
        ("weapons_and_fear", "makes people in fearful communities carry", "violence: weapon_fear"),
        ("renewal_of_risk", "renews the transitory part of risk", "violence: transitory_half_life", "infinite"),
    ),
    *_listed(
        "violence",
        "violence/aftermath",
        ("memory_of_harm", "remembers who hurt whom, and fades", "violence: retaliation_half_life"),
        ("contagion_to_friends", "stirs the friends of victims", "violence: share_to_friends"),
        ("survey_counting", "counts as a crime survey counts", "violence: survey_series_cap", "very large"),
    ),
    *_listed(
        "services",
        "services/services",
        ("reporting", "tells the police of part of what happens", "services: report", "-infinite"),
        ("reporting_by_legitimacy", "reports more where services are trusted", "services: report_legitimacy"),
        ("recording", "records part of what is reported", "services: recorded_adult, recorded_child"),
        ("treatment", "marks people treated in an emergency department"),
    ),
    *_listed(
        "services",
        "services/sanctions",
        ("arrest", "arrests part of the recorded offenders", "services: arrest"),
        ("other_offending", "sanctions offences other than violence", "services: other_offending"),
        ("frequent_offending", "lets few people offend often for a time", "services: other_offending_passing"),
        ("known_offenders", "sanctions those sanctioned lately more", "services: other_offending_known"),
        ("sentence", "sanctions part of the arrested, some to custody", "services: sanction"),
    ),
    *_listed(
        "services",
        "services/records",
        ("records", "lets each service know part of the people in need", "services: seen_by_school, seen_by_police"),
    ),
    *_listed(
        "programmes",
        "interventions/delivery",
        ("drop_out", "lets people drop out and keeps the part attended"),
        ("dials_of_programmes", "raises the partnership dials that an entry sets, and pays for it once"),
    ),
    *_listed(
        "programmes",
        "interventions/identifying",
        ("identification", "finds people whom services know, and refers them", "programmes: referral_each_month"),
        ("misread_records", "puts forward people who do not meet a condition", "programmes: misread_share"),
        ("net_widening", "draws in people nobody knew, and labels them"),
        ("uptake_by_need_and_trust", "moves uptake by trauma and by trust, the mean unchanged",
         "programmes: uptake_need, uptake_trust"),
    ),
    *_listed(
        "programmes",
        "interventions/offering",
        ("capacity", "fills no more places than there are"),
        ("uptake", "enrols part of those offered a place"),
        ("universal_reach", "reaches everybody, or whole groups, up to its coverage"),
        ("waiting_list", "lets people wait for a place", "programmes: hand_over_each_month"),
        ("shared_staff", "takes capacity of the service that delivers", "programmes: service_share"),
    ),
    *_listed(
        "programmes",
        "interventions/budget",
        ("budget", "starts nobody whom no payer can pay for"),
    ),
    *_listed(
        "programmes",
        "interventions/pushing",
        ("sessions", "gives the part of the effect that attendance earns"),
        ("fade", "halves effects after the end"),
        ("levers", "moves quantities of the model, and nothing at zero"),
        ("group_contagion", "moves acceptance by that of others in the group", "programmes: group_contagion"),
    ),
    *_listed(
        "programmes",
        "interventions/place_delivery",
        ("place_programmes", "moves communities where need is known, ranked each year"),
        ("diffusion_and_displacement", "gives neighbours part of the effect, or of the violence",
         "programmes: neighbour_share"),
    ),
    *_listed(
        "programmes",
        "interventions/partnership",
        ("dial_collaboration", "refers more and avoids offering twice",
         "programmes: collaboration_referral, collaboration_duplicates"),
        ("dial_co_production", "raises uptake, retention and fidelity",
         "programmes: co_production_uptake, co_production_drop_out, co_production_fidelity"),
        ("dial_data_sharing", "finds people in the records of others", "programmes: data_sharing_reach"),
        ("dial_counter_narrative", "refers more and lowers acceptance of violence",
         "programmes: counter_narrative_referral, counter_narrative_acceptance"),
        ("dial_community_consensus", "raises efficacy and legitimacy",
         "programmes: consensus_efficacy, consensus_legitimacy"),
    ),
)  # fmt: skip
"""Every mechanism, by level."""
