"""How the pages look: on two screens, in both themes; pictures go to test-results/looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Dashboard
from playwright.sync_api import BrowserContext, Page, expect
from steps import idle, points, visit

PICTURES = Path(__file__).parent.parent.parent / "test-results" / "looks"
PAGES = {
    "portfolio": "/",
    "nine cells": "/?grid=3x3",
    "customer": "/customer?customer=C-0001",
    "upload": "/upload",
    "methodology": "/methodology",
}
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}
INK = {"light": "rgb(31, 39, 51)", "dark": "rgb(230, 233, 239)"}
NOTHING = re.compile(r"\b(None|nan|NaN|NaT|null|undefined)\b")
SPONSOR = "None → Advocate"  # a customer's sponsor may be "None": that is an answer
# Every piece of text in the page, in its charts and in its tables.
TEXTS = """() => {
    const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
        if (!walker.currentNode.parentElement.closest('style, script, noscript'))
            texts.push(walker.currentNode.data);
    return texts;
}"""
WIDER = """() => [document.documentElement, document.querySelector("[data-testid='stMain']")]
    .map(e => e.scrollWidth - e.clientWidth)"""


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[(1280, 800), (1920, 1080)], ids=["1280x800", "1920x1080"])
def screen(
    request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext], theme: str
) -> Page:
    """A page on a screen of this size, of a reader who likes this theme."""
    page = new_context(color_scheme=theme).new_page()
    page.set_viewport_size({"width": request.param[0], "height": request.param[1]})
    return page


def test_every_page_fits_its_screen_and_says_something(
    screen: Page, dashboard: Dashboard, theme: str
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, address in PAGES.items():
        visit(screen, dashboard.url + address)
        if name != "upload":
            expect(points(screen).first if name != "methodology" else screen.get_by_role("tab").first).to_be_visible()
        expect(screen.get_by_test_id("stApp")).to_have_css("background-color", PAPER[theme])
        idle(screen)
        width = screen.viewport_size["width"]
        screen.screenshot(path=PICTURES / f"{name} {width} {theme}.png")
        assert screen.evaluate(WIDER) == [0, 0], f"{name} is wider than its screen"
        texts = [t for t in screen.evaluate(TEXTS) if NOTHING.search(t) and t != SPONSOR]
        assert texts == [], name


def test_the_chart_follows_the_theme_and_the_plane_fills_the_first_screen(
    screen: Page, dashboard: Dashboard, theme: str
) -> None:
    visit(screen, dashboard.url)
    title = screen.locator(".js-plotly-plot .xtitle")
    expect(title).to_have_css("fill", INK[theme])
    idle(screen)
    box = title.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= screen.viewport_size["height"] + 40
