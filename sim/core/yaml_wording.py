"""Say in plain words what the YAML parser stumbled over."""

from __future__ import annotations

from ruamel.yaml.error import MarkedYAMLError

# Each row: what the parser says (problem), what it was doing (context), our words, how to mend it.
_WORDING: tuple[tuple[str, str, str, str], ...] = (
    (
        "unknown escape character",
        "",
        "There is a backslash in double quotation marks that cannot be read.",
        "Use single quotation marks instead.",
    ),
    (
        "",
        "flow sequence",
        "The list that begins here with [ is not closed, or two of its items have no comma between them.",
        "Write it as [first, second] and close it with ].",
    ),
    (
        "",
        "flow mapping",
        "The mapping that begins here with { is not closed, or two of its entries have no comma between them.",
        "Write it as {first: 1, second: 2} and close it with }.",
    ),
    (
        "",
        "quoted scalar",
        "The quotation mark that begins here is not closed.",
        "Close the quotation mark, on the same line.",
    ),
    (
        "could not find expected ':'",
        "",
        "The line is not of the form `key: value`: there is no colon followed by a space.",
        "Write `key: value`, with a space after the colon.",
    ),
    (
        "mapping values are not allowed",
        "",
        "There is a colon where none is expected: the line is indented too far, or a text has a colon in it.",
        "Check the indentation against the line above; put a text that has a colon in quotation marks.",
    ),
    (
        "cannot start any token",
        "",
        "A value cannot begin with this character.",
        "Put the text in quotation marks.",
    ),
    (
        "expected <block end>",
        "",
        "The line does not line up with the lines before it.",
        "Give entries of one list or mapping the same number of spaces before them.",
    ),
    (
        "expected the node content",
        "",
        "A value is missing here: a bracket or comma stands in its place.",
        "Check the brackets and commas, or put the text in quotation marks.",
    ),
    (
        "expected '<document start>'",
        "",
        "There is something here that belongs to nothing before it.",
        "Check the line above for a quotation mark or bracket that closes too early.",
    ),
    ("mapping keys are not allowed", "", "A ? cannot stand here.", "Put the text in quotation marks."),
    (
        "expected a single document",
        "",
        "A second document begins here (a line with ---).",
        "Keep one document in each file.",
    ),
    (
        "but found another document",
        "",
        "A second document begins here (a line with ---).",
        "Keep one document in each file.",
    ),
    ("undefined alias", "", "Aliases (*name) are not used here.", "Write the value out in full."),
    ("duplicate anchor", "", "Anchors (&name) are not used here.", "Write the value out in full."),
    ("", "scanning an alias", "A value cannot begin with *.", "Put the text in quotation marks."),
    ("", "scanning an anchor", "A value cannot begin with &.", "Put the text in quotation marks."),
    ("", "directive", "A line cannot begin with %.", "Remove the line, or put the text in quotation marks."),
    ("", "tag", "A value cannot begin with !.", "Put the text in quotation marks."),
    (
        "indicators are not allowed",
        "",
        "A value cannot begin with - or ? in this place.",
        "Put the text in quotation marks, or begin the list on a new line.",
    ),
    (
        "sequence entries are not allowed",
        "",
        "A list item (-) cannot stand here.",
        "Begin the list on a new line below its key.",
    ),
    (
        "",
        "block scalar",
        "A text block (| or >) is not indented as it must be.",
        "Indent each of its lines by two spaces.",
    ),
)
_AT_THE_OPENING = ("flow sequence", "flow mapping", "quoted scalar")


def plain_reason(error: MarkedYAMLError, text: str) -> tuple[tuple[int, int], str, str]:
    """Return ((line, column) counted from 1, message, fix) for a parser error.

    An opening bracket or quotation mark that is never closed is shown at the opening, where it can be mended, not at
    the place, often many lines below, where the parser gave up.
    """
    problem, context = str(error.problem or ""), str(error.context or "")
    mark = error.problem_mark or error.context_mark
    if error.context_mark is not None and any(kind in context for kind in _AT_THE_OPENING):
        mark = error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    lines = text.splitlines() or [""]
    if line > len(lines):
        line, column = len(lines), len(lines[-1]) + 1
    for said, doing, message, fix in _WORDING:
        if said in problem and doing in context:
            return (line, column), message, fix
    return (line, column), f"This is not valid YAML: {problem}.", ""
