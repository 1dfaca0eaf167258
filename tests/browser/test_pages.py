"""Pages hold up for axe, by keyboard, at 200%, on a narrow screen, on paper, and off the network."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import experiments
from tests.browser.audit import ZOOMED, opened, runs_off, skips, violations, walk
from tests.browser.pages import PAGES, WRITERS, comparison

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NARROW, WIDE = {"width": 320, "height": 800}, {"width": 1280, "height": 800}
LONG = ("needs assessment", "sensitivity", "scorecard")
"""Pages that take long to make or to look at; the default suite leaves them out."""
MAKES_A_PAGE = ("study_page", "get_template")
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="install .[browser] to look at pages")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def axe() -> str:
    found = pytest.importorskip("axe_playwright_python", reason="install .[browser] to run axe")
    return (Path(found.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page_of(browser: Any, tmp_path_factory: pytest.TempPathFactory, registry: Any) -> Any:
    """Give the path of a page by its name; what writes it runs once."""
    home = tmp_path_factory.mktemp("pages")
    compared = comparison(home / "compared", 3, registry)
    made: dict[Any, Path] = {}

    def path(name: str) -> Path:
        make, inside = PAGES[name]
        if make not in made:
            (home / make.__name__).mkdir()
            made[make] = make(home / make.__name__, registry, compared)
        return made[make] / inside if inside else made[make]

    return path


def test_every_module_that_makes_a_page_is_looked_at() -> None:
    """A new page must be added to ``PAGES``, or this fails."""
    root = Path(experiments.__file__).parents[1]
    makers = set()
    for path in sorted((root / "experiments").rglob("*.py")):
        text = path.read_text("utf-8")
        if not any(name in text for name in MAKES_A_PAGE):
            continue
        calls = (each.func for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call))
        names = {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in calls}
        if names & set(MAKES_A_PAGE):
            makers.add(".".join(path.relative_to(root).with_suffix("").parts))
    assert makers - {"experiments.report.study_page"} == set(WRITERS)
    assert {name for names in WRITERS.values() for name in names} == set(PAGES)


@in_a_browser
@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if name in LONG else ()) for name in PAGES])
def test_a_page_at_200_percent(browser: Any, axe: str, page_of: Any, name: str) -> None:
    path = page_of(name)
    with opened(browser, path) as (page, asked):
        assert runs_off(page) == []
        assert violations(page, axe) == []
        assert walk(page) == []
        assert asked == [path.as_uri()], "a page needs no file or network beside it"
    with opened(browser, path) as (page, _):
        assert skips(page) == []


@in_a_browser
@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_a_page_on_other_screens(browser: Any, axe: str, page_of: Any, name: str, size: dict[str, int]) -> None:
    with opened(browser, page_of(name), size) as (page, _):
        assert runs_off(page) == []
        assert violations(page, axe) == []


@in_a_browser
def test_folded_data_and_sorting_work_by_keyboard(browser: Any, page_of: Any) -> None:
    with opened(browser, page_of("screening"), ZOOMED) as (page, _):
        page.focus("#proposals thead button")
        for order in ("ascending", "descending"):
            page.keyboard.press("Enter")
            assert page.get_attribute("#proposals thead th", "aria-sort") == order
        assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    with opened(browser, page_of("report"), ZOOMED) as (page, _):
        page.focus("summary")
        page.keyboard.press("Enter")
        assert page.evaluate("document.querySelector('details').open") is False


@in_a_browser
@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3, 4, 18])
def test_a_briefing_prints_on_one_page(tmp_path: Path, count: int) -> None:
    folder = comparison(tmp_path / "compared", count)
    printed = tmp_path / "briefing.pdf"
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    url = (folder / "briefing.html").as_uri()
    subprocess.run([*command, f"--print-to-pdf={printed}", url], check=True, capture_output=True, timeout=120)
    assert len(re.findall(rb"/Type /Page\b(?!s)", printed.read_bytes())) == 1
