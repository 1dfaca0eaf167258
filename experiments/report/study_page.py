"""One page for any study: a heading that states the finding, cautions, and sections of words, charts and tables."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.report.page import TEMPLATES, environment
from experiments.report.parts import Section
from experiments.version import placewise_version


def study_page(
    kind: str, title: str, heading: str, about: str, sections: Sequence[Section], cautions: Sequence[str] = ()
) -> str:
    """Return a study as one HTML page that needs no file or network beside it.

    Parameters
    ----------
    kind
        What sort of study this is; stands small above the heading.
    title, heading
        Of the browser's tab, and of the page: the finding in one sentence.
    about
        Place, people, period and runs.
    sections
        In order; each is linked from the top.
    cautions
        Sentences that must be read first.
    """
    return (
        environment()
        .get_template("study.html.j2")
        .render(
            style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
            kind=kind,
            title=title,
            heading=heading,
            about=about,
            sections=sections,
            cautions=cautions,
            version=placewise_version(),
        )
    )
