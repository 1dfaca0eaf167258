"""Where the model could honestly have been built otherwise, and in which forms.

No draw of parameters shows what follows from the form of the model itself. For four choices that evidence does not
settle, the model can be built in another form: each is a parameter of kind ``structure`` whose value is the number of
the form, and 0 is the model as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Form:
    """Describe one form: its name, a title for readers, and what is different in it."""

    name: str
    title: str
    what: str


@dataclass(frozen=True)
class Choice:
    """Describe one choice of structure: the parameter that holds the number of the form, and the forms in order."""

    parameter: str
    forms: tuple[Form, ...]


OWN_AND_FRIENDS, OWN_ONLY, NO_CONTAGION = "own_and_friends", "own_only", "no_contagion"
CAUSAL, STANDING_PAIRS = "causal_series", "standing_pairs"
EFFECTS_ADD, EFFECTS_OVERLAP = "effects_add", "effects_overlap"
BENEFITS_SPREAD, NO_SPREAD, VIOLENCE_MOVES = "benefits_spread", "no_spread", "violence_moves"

CONTAGION = Choice(
    "violence.form_of_contagion",
    (
        Form(OWN_AND_FRIENDS, "Violence spreads to victims and their friends", "The model as it is."),
        Form(
            OWN_ONLY,
            "Violence spreads to victims only",
            "What a victim's friends would take on of an urge to retaliate is the victim's own instead.",
        ),
        Form(
            NO_CONTAGION,
            "Violence does not spread",
            "Being hurt raises nobody's risk; the ordinary risk of the same people is higher, so that there is as much "
            "violence.",
        ),
    ),
)
SERIES = Choice(
    "violence.form_of_series",
    (
        Form(CAUSAL, "Repeats follow from the incident before", "The model as it is."),
        Form(
            STANDING_PAIRS,
            "Repeats come from pairs who keep clashing",
            "Each young person has a lasting opponent and a lasting readiness to hurt them, drawn once; no incident "
            "leads to the next, so preventing one prevents no more.",
        ),
    ),
)
COMBINATION = Choice(
    "programmes.form_of_combination",
    (
        Form(EFFECTS_ADD, "Effects of programmes multiply", "The model as it is."),
        Form(
            EFFECTS_OVERLAP,
            "Effects of programmes overlap",
            "Of several programmes that move the same thing for the same person, family or community the same way, "
            "only the strongest counts.",
        ),
    ),
)
DISPLACEMENT = Choice(
    "programmes.form_of_displacement",
    (
        Form(BENEFITS_SPREAD, "Places next door share the benefit", "The model as it is."),
        Form(NO_SPREAD, "Places next door get nothing", "A programme in a place changes nothing next door."),
        Form(
            VIOLENCE_MOVES,
            "Violence moves next door",
            "What places next door would gain from a programme they lose instead.",
        ),
    ),
)
CHOICES = (CONTAGION, SERIES, COMBINATION, DISPLACEMENT)


def form_of(parameters: Mapping[str, Any], choice: Choice) -> str:
    """Return the name of the form in which the model is built.

    Raises
    ------
    ValueError : where the parameter is not the number of a form.
    """
    number = float(parameters[choice.parameter])
    if number not in range(len(choice.forms)):
        listed = ", ".join(f"{i} ({form.name})" for i, form in enumerate(choice.forms))
        raise ValueError(f"{choice.parameter} is {number:g}; it is one of {listed}.")
    return choice.forms[int(number)].name


ONLY_IN_OTHER_FORMS = frozenset(
    {"violence.level_without_contagion", "violence.standing_ratio", "violence.standing_spread"}
)
"""Parameters that nothing reads while every choice is 0."""
