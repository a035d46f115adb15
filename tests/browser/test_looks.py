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
# Where a page is, and what is drawn last on it: in a chart or a table.
PAGES = {
    "portfolio": ("/", "Hazelfern Diagnostics"),
    "nine cells": ("/?grid=3x3", "Hazelfern Diagnostics"),
    "customer": ("/customer?customer=C-0001", "Mandate"),
    "customer compared": ("/customer?customer=C-0001&view=Compared", "Excel"),
    "customer over time": ("/customer?customer=C-0001&view=Over+time", "Excel"),
    "segments": ("/segments", "With a place"),
    "trends": ("/trends", "Who is behind a number?"),
    "mix": ("/trends?show=Mix", "Excel"),
    "cohorts": ("/trends?show=Cohorts", "Excel"),
    "moves": ("/moves", "Mean CHS now"),
    "migration": ("/moves?question=Where+to", "Excel"),
    "what followed": ("/moves?question=What+followed", "Excel"),
    "review": ("/review", "Your name, on top, goes with it."),
    "plays": ("/playbooks?plays=In+progress", "Plays are given at the review"),
    "playbooks": ("/playbooks?plays=Playbooks", "Which plays?"),
    "did plays help": ("/playbooks?plays=Did+they+help%3F", "No play was given yet"),
    "marketing": ("/audiences", "Where are they frequent?"),
    "sales": ("/audiences?for=sales", "Excel"),
    "product": ("/audiences?for=product", "Excel"),
    "partners": ("/audiences?for=partners", "Excel"),
    "success": ("/audiences?for=success", "Excel"),
    "for the customer": ("/audiences?for=customer", "Make this pack"),
    "revenue": ("/audiences?for=revenue", "Excel"),
    "packs": ("/qbr", "Make the pack"),
    "packs of customers": ("/qbr?about=Customers", "Choose a customer"),
    "upload": ("/upload", "Assessment workbook"),
    "assess": ("/assess", "Share stale"),
    "weights": ("/weights", "Let go of a slider"),
    "evidence": ("/evidence", "Excel"),
    "methodology": ("/methodology", "Product use"),
}
NARROW = 1280  # pixels
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}
# The titles of axes: in the colour of text, or in the quieter one.
INK = {
    "light": ("rgb(31, 39, 51)", "rgb(91, 102, 117)"),
    "dark": ("rgb(230, 233, 239)", "rgb(163, 173, 187)"),
}
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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)], ids=["1280x800", "1920x1080"])
def test_every_page_fits_its_screen_in_the_theme_of_its_reader(
    new_context: Callable[..., BrowserContext],
    dashboard: Dashboard,
    size: tuple[int, int],
    theme: str,
) -> None:
    page = _screen(new_context, size, theme)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, (address, last) in PAGES.items():
        if "=" in address and size[0] > NARROW:
            continue  # a view of a page is most likely not to fit on the smaller screen
        visit(page, dashboard.url + address)
        expect(page.get_by_text(last).first).to_be_attached()
        page.screenshot(path=PICTURES / f"{name} {size[0]} {theme}.png")
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", PAPER[theme])
        for title in page.locator(".js-plotly-plot .xtitle").all():
            expect(title).to_have_css("fill", re.compile("|".join(map(re.escape, INK[theme]))))
        assert page.evaluate(WIDER) == [0, 0], f"{name} is wider than its screen"
        texts = page.evaluate(TEXTS)
        assert [t for t in texts if NOTHING.search(t) and t != SPONSOR] == [], name


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
def test_the_plane_is_on_the_first_screen(
    new_context: Callable[..., BrowserContext], dashboard: Dashboard, grid: str
) -> None:
    page = _screen(new_context, (1280, 800), "light")
    visit(page, f"{dashboard.url}/?grid={grid}")
    expect(points(page)).not_to_have_count(0)
    idle(page)
    title = page.locator(".js-plotly-plot .xtitle").bounding_box()
    assert title is not None
    assert title["y"] + title["height"] <= 800 + 40


def _screen(new_context: Callable[..., BrowserContext], size: tuple[int, int], theme: str) -> Page:
    """A page on a screen of this size, of a reader who likes this theme."""
    page = new_context(color_scheme=theme).new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return page
