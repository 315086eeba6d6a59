"""What every page must stand up to: axe-core finds nothing serious in it, and nothing is wider than the window."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "ui/node_modules/axe-core/axe.min.js"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FINDINGS = """async rules => {
  const bad = one => ["serious", "critical"].includes(one.impact);
  const found = (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations.filter(bad);
  const told = [];
  for (const one of found) {
    let nodes = one.nodes;
    if (one.id === "target-size") {
      // What a bar at the window's edge half covers is small only until one scrolls to it.
      const small = [];
      for (const node of nodes) {
        const element = typeof node.target[0] === "string" && document.querySelector(node.target[0]);
        if (element) element.scrollIntoView({block: "center"});
        const again = element && await axe.run(element, {runOnly: ["target-size"]});
        if (!again || again.violations.some(bad)) small.push(node);
      }
      nodes = small;
    }
    if (nodes.length) told.push(one.id + ": " + nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(" | "));
  }
  return told;
}"""
_SETTLED = """() => Promise.all(document.getAnimations({subtree: true})
  .filter(one => one.effect?.getComputedTiming().iterations !== Infinity)
  .map(one => one.finished.catch(() => {})))"""


def needs_axe() -> None:
    """Fails in CI, and skips elsewhere, when the parts of the pages are not installed."""
    if not AXE.is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("axe-core is missing: `make pages`")


def findings(page: Page) -> list[str]:
    """What axe-core holds to be serious or critical on this page as it stands, shadow roots included."""
    page.evaluate(_SETTLED)
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(_FINDINGS, _RULES)
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        found.append(f"wider than the window: {wide}")
    return found


def sound(page: Page) -> None:
    """Nothing serious in it, and nothing wider than the window."""
    found = findings(page)
    assert not found, "\n".join(found)


def becomes_true(page: Page, expression: str, arg: Any = None, timeout_s: float = 15) -> None:
    """Asks the page again and again from outside: its policy forbids what Playwright would evaluate inside it."""
    end = time.monotonic() + timeout_s
    while not page.evaluate(expression, arg):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)
