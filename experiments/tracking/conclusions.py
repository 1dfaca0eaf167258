"""What can and what cannot be concluded from counts held against a forecast, in words."""

from __future__ import annotations

from experiments.runs import BASELINE
from experiments.tracking.counts import RECORDED, Counts
from experiments.tracking.forecast import Forecast, OutcomeForecast, WithoutProgramme
from experiments.tracking.result import OutcomeScore, RecordingCheck, Spread
from experiments.tracking.scoring import Held, chance_to_see, change_since_chosen, spread_of
from experiments.wording import level, lower, number, percent

WITHHELD, NOT_COMPARABLE = "withheld", "not comparable"
WITH, WITHOUT, EITHER, LOWER, HIGHER = "with", "without", "either", "lower", "higher"
RECORDING_UNKNOWN = "Whether recording changed is not known, so recorded violence alone decides nothing."
ALWAYS = (
    "One place without comparison places cannot show what caused a difference: anything else that changed at the same "
    "time would look the same. The evaluation plan, not this page, answers whether the programme works.",
    "These are counts of a whole place. They say nothing of any person, family or street.",
)


def verdict_of(held: Held, observed: Counts, recording: RecordingCheck) -> tuple[str, list[str]]:
    """Return the verdict on one outcome and the sentences that explain it."""
    forecast = held.forecast.outcomes[held.outcome]
    words = _expected_words(forecast, change_since_chosen(held, observed))
    reason = _why_not(held, observed, recording)
    if reason is not None:
        verdict, sentence = reason
        return verdict, [*words, sentence]
    inside = {world: spread.low <= held.total <= spread.high for world, spread in _totals(held).items()}
    programmes = [world for world in inside if world != BASELINE]
    if forecast.anchored_on is None and not all(inside.values()):
        return NOT_COMPARABLE, [
            *words,
            "Observed counts are outside a forecast whose level is the model's own. The level may differ because the "
            "counts are defined otherwise, so nothing is concluded about the programme.",
        ]
    if all(inside.values()):
        verdict, sentence = EITHER, _either_words(held, programmes)
    elif inside[BASELINE]:
        verdict, sentence = WITHOUT, "The count is what is usual without the programme, and not what it was to reach."
    elif any(inside[world] for world in programmes):
        verdict, sentence = WITH, "The count is not what is usual without the programme, and is what was forecast with."
    else:
        low = min(spread.low for spread in _totals(held).values())
        verdict = LOWER if held.total < low else HIGHER
        sentence = (
            f"The count is {verdict} than any forecast, with or without the programme. Something that the forecast "
            "does not know of has changed, and the programme cannot be judged by it."
        )
    words.append(sentence)
    if held.outcome == RECORDED and not recording.known:
        words.append(RECORDING_UNKNOWN)
    return verdict, words


def _totals(held: Held) -> dict[str, Spread]:
    return {world: spread_of(sample.sum(axis=1)) for world, sample in held.samples.items()}


def _why_not(held: Held, observed: Counts, recording: RecordingCheck) -> tuple[str, str] | None:
    """Return why nothing is concluded, if so."""
    forecast = held.forecast.outcomes[held.outcome]
    source = observed.sources[held.outcome]
    if held.outcome == RECORDED and recording.changed:
        return WITHHELD, (
            "Recording has changed, so recorded violence is shown and not judged: a rise or fall may be one of "
            "recording alone. Judge by A&E attendances and admissions."
        )
    if forecast.anchored_on is not None and forecast.anchored_on != source:
        return NOT_COMPARABLE, (
            f"The forecast was set on counts from {_article(forecast.anchored_on)} and these are from "
            f"{_article(source)}, which count differently."
        )
    if held.forecast.chosen is not None and not forecast.without_programme:
        return NOT_COMPARABLE, (
            "The place was chosen on a spike and no earlier counts of this outcome say how far it would have fallen "
            "without the programme, so a fall is not judged."
        )
    return None


def _article(source: str) -> str:
    return f"a {source}" if not source.endswith("s") else source


def _either_words(held: Held, programmes: list[str]) -> str:
    likely = max((chance_to_see(held, world) for world in programmes), default=0.0)
    return (
        "The count is inside both the forecast without and the forecast with the programme: it neither shows that the "
        f"programme works nor that it does not. A programme that works as forecast would show in {100 * likely:.0f} of "
        "100 such periods."
    )


def _expected_words(forecast: OutcomeForecast, change: float | None) -> list[str]:
    return [spike_words(each, change) for each in forecast.without_programme]


def spike_words(expected: WithoutProgramme, change: float | None) -> str:
    """Say what was to be expected of those chosen on a spike without any programme, and what was seen."""
    direction = "fall" if expected.change < 0 else "rise"
    said = (
        f"Chosen because counts were high, {expected.who} had {number(expected.chosen_on_a_month)} a month then and "
        f"{number(expected.before_a_month)} before. Without any programme a {direction} to "
        f"{number(expected.expected_a_month)} a month was expected ({percent(expected.change)}; "
        f"{percent(expected.change_low)} to {percent(expected.change_high)}): spikes pass by themselves."
    )
    if change is None:
        return said
    return (
        f"{said} Seen: {percent(change)}. Only what goes beyond the expected {direction} can be due to anything else."
    )


def _expected_briefly(expected: WithoutProgramme, change: float | None) -> str:
    span = f"{percent(expected.change_low)} to {percent(expected.change_high)}"
    seen = "" if change is None else f"; {percent(change)} was seen"
    return f"chosen on a spike, so a change of {percent(expected.change)} ({span}) was expected anyway{seen}."


def conclusions(forecast: Forecast, outcomes: dict[str, OutcomeScore], recording: RecordingCheck) -> list[str]:
    """Say over all outcomes what can be concluded, and then what cannot."""
    sentences = [
        f"{each.label}: {_expected_briefly(expected, each.change_since_chosen)}"
        for each in outcomes.values()
        for expected in each.without_programme
    ]
    by_verdict: dict[str, list[str]] = {}
    for each in outcomes.values():
        by_verdict.setdefault(each.verdict, []).append(lower(each.label))
    for verdict, said in SUMMARIES.items():
        if verdict in by_verdict:
            sentences.append(said.format(", ".join(by_verdict[verdict])))
    if by_verdict.keys() >= {WITH, WITHOUT}:
        sentences.append("The outcomes do not agree, so nothing is concluded from those that favour one side.")
    if RECORDED in outcomes:
        sentences += recording.words if recording.known else [*recording.words, RECORDING_UNKNOWN]
    for each in outcomes.values():
        losing = [mark.name for mark in each.benchmarks if min(mark.forecast_crps.values()) > mark.crps]
        if losing:
            sentences.append(f"{each.label}: a naive forecast wins over every forecast here ({', '.join(losing)}).")
    return [*sentences, *ALWAYS]


SUMMARIES = {
    WITH: "Can be said: {} came out as forecast with the programme, and not as is usual without it.",
    WITHOUT: "Can be said: {} came out as is usual without the programme, and not as forecast with it.",
    EITHER: "Cannot be said: whether the programme changed {}; both forecasts fit.",
    LOWER: "Cannot be said: why {} fell below every forecast.",
    HIGHER: "Cannot be said: why {} rose above every forecast.",
    NOT_COMPARABLE: "Cannot be said: anything of the programme from {}; counts and forecast do not compare.",
    WITHHELD: "Cannot be said: anything of the programme from {}, since recording has changed.",
}
"""By verdict, what is said of the outcomes that have it."""


def heading(place: str, outcomes: dict[str, OutcomeScore]) -> str:
    """Return the finding in one sentence."""
    verdicts = {each.verdict for each in outcomes.values()}
    if WITH in verdicts and WITHOUT not in verdicts:
        return f"{place}: counts are as forecast with the programme, and not as is usual without it"
    if WITHOUT in verdicts and WITH not in verdicts:
        return f"{place}: counts are as is usual without the programme"
    if verdicts & {WITH, WITHOUT}:
        return f"{place}: outcomes do not agree on whether the programme shows"
    if verdicts & {LOWER, HIGHER}:
        return f"{place}: counts are outside every forecast, and the programme cannot be judged"
    return f"{place}: observed counts cannot tell the programme from doing nothing more"


def about(forecast: Forecast, first: str, last: str) -> str:
    """Return what was held against what."""
    return (
        f"Forecast archived {forecast.archived_utc[:10]}, hash {forecast.sha256[:12]}; {forecast.runs} runs, decision "
        f"date {forecast.decision_date}. Observed {first} to {last}. {level(forecast.place.population)} residents."
    )
