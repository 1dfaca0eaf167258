"""Pages hold up in a browser: axe finds nothing, nothing runs off a narrow page, a briefing is one side of A4."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments.comparison import compare
from experiments.store import store
from sim.population.places import from_codes
from tests.unit.experiments.fake_place import build_fake

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SCENARIOS = ("counter_narrative", "early_years", "employment_pathways", "hotspot_policing")
PAGES = ("report.html", "briefing.html", "plain.html")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]


def stored(path: Path, count: int) -> Path:
    place = from_codes(["E01012007", "E01012011", "E01012066"], name="Testford")
    found = compare(available(count), place, 4, 5, workers=1, build=build_fake, stress=True)
    return store(found, path / f"of_{count}", ["placewise", "compare"])


def available(count: int) -> list[str]:
    from sim.interventions.catalogue import bundled_scenarios

    others = [name for name in bundled_scenarios() if name not in (*SCENARIOS, "baseline")]
    return [*(name for name in SCENARIOS if name in bundled_scenarios()), *others][:count]


@pytest.mark.parametrize("count", [1, 3, 4])
def test_a_briefing_prints_on_one_page(tmp_path: Path, count: int) -> None:
    folder = stored(tmp_path, count)
    printed = tmp_path / "briefing.pdf"
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    url = (folder / "briefing.html").as_uri()
    subprocess.run([*command, f"--print-to-pdf={printed}", url], check=True, capture_output=True, timeout=120)
    assert len(re.findall(rb"/Type /Page\b(?!s)", printed.read_bytes())) == 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(tmp_path_factory.mktemp("pages"), 3)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_runs_off_the_page_and_axe_finds_nothing(browser: Any, folder: Path, name: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto((folder / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe.Axe().run(page).violations_count == 0
    page.close()


def test_the_first_tab_reaches_the_skip_link(browser: Any, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "report.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.close()
