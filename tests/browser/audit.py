"""Look at a page as a browser, a keyboard and axe see it, and say what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ZOOMED = {"width": 640, "height": 400}
"""What a window of 1280 by 800 pixels holds at 200%."""
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

# A page says nothing of what runs off it: text may be cut by its box, or by the frame of a drawing.
RUNS_OFF = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const found = wide > 0 ? [`the page is ${wide} pixels too wide`] : [];
  const name = each => `${each.tagName.toLowerCase()} ${each.className} “${each.textContent.trim().slice(0, 40)}”`;
  for (const each of document.body.querySelectorAll("*:not(svg *)")) {
    const style = getComputedStyle(each);
    if (style.display === "inline" || !each.getClientRects().length) continue;
    const scrolls = each.scrollWidth > each.clientWidth + 1;
    if (scrolls && style.overflowX === "auto" && (each.tabIndex !== 0 || !each.getAttribute("aria-label")))
      found.push(`scrolls, but no keyboard reaches it: ${name(each)}`);
    if (scrolls && ["hidden", "clip"].includes(style.overflowX)) found.push(`is cut: ${name(each)}`);
  }
  for (const svg of document.querySelectorAll("svg")) {
    const frame = svg.getBoundingClientRect();
    for (const text of frame.width ? svg.querySelectorAll("text") : []) {
      const box = text.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
          || box.bottom > frame.bottom + 1) found.push(`runs off its drawing: “${text.textContent}”`);
    }
  }
  return found;
}"""
MARK_STOPS = """() => {
  const stops = [...document.querySelectorAll("a[href], button, input, select, summary, textarea, [tabindex]")]
    .filter(each => each.tabIndex >= 0 && each.checkVisibility());
  stops.forEach((each, at) => each.dataset.stop = at);
  return [stops.length, Math.max(...stops.map(each => each.tabIndex))];
}"""
AT_STOP = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  return {
    stop: at === document.body ? null : Number(at.dataset.stop),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    name: `${at.tagName.toLowerCase()} “${(at.getAttribute("aria-label") || at.textContent).trim().slice(0, 40)}”`,
  };
}"""


@contextmanager
def opened(browser: Any, path: Path, size: dict[str, int] = ZOOMED) -> Iterator[tuple[Any, list[str]]]:
    """Open a page, every detail unfolded, and give it with the addresses that it asks for."""
    context = browser.new_context(viewport=size, device_scale_factor=2)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    yield page, asked
    context.close()


def violations(page: Any, axe: str) -> list[str]:
    """Return what axe finds: rule, what it asks for, and the first place that breaks it."""
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(rules)", RULES)["violations"]
    return [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]}" for each in found]


def runs_off(page: Any) -> list[str]:
    """Return what is wider than the page or cut, and what scrolls and cannot be reached by keyboard."""
    found: list[str] = page.evaluate(RUNS_OFF)
    return found


def walk(page: Any) -> list[str]:
    """Press Tab from the top of a page to its end, and return what a person would stumble over."""
    count, highest = page.evaluate(MARK_STOPS)
    wrong = ["the order of tabs is forced"] if count and highest > 0 else []
    for expected in [*range(count), None]:
        page.keyboard.press("Tab")
        at = page.evaluate(AT_STOP)
        if at["stop"] != expected:
            return [*wrong, f"Tab reached {at['name']} ({at['stop']}) where {expected} of {count} comes next"]
        if expected is not None and not at["outlined"]:
            wrong.append(f"focus cannot be seen on {at['name']}")
        if expected is not None and not at["seen"]:
            wrong.append(f"focus is out of sight on {at['name']}")
    return wrong


def skips(page: Any) -> list[str]:
    """Return what is wrong with the link past the navigation of a page; nothing where there is no navigation."""
    if not page.query_selector("nav, header a[href]"):
        return []
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.className") != "skip":
        return ["the first Tab does not reach a skip link"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("!document.activeElement.closest('header, nav') && location.hash !== ''")
    return [] if inside else ["the skip link does not skip"]
