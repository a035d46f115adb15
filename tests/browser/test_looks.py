"""How the pages look: on two screens, in both themes; pictures go to test-results/looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Dashboard
from playwright.sync_api import BrowserContext, expect
from steps import idle, points, visit

PICTURES = Path(__file__).parent.parent.parent / "test-results" / "looks"
PAGES = {
    "portfolio": "/",
    "nine cells": "/?grid=3x3",
    "customer": "/customer?customer=C-0001",
    "upload": "/upload",
    "methodology": "/methodology",
}
NOTHING = re.compile(r"\b(None|nan|NaN|NaT|null|undefined)\b")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_every_page_fits_its_screen(
    new_context: Callable[..., BrowserContext],
    dashboard: Dashboard,
    width: int,
    height: int,
    theme: str,
) -> None:
    context = new_context(color_scheme=theme)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    for name, address in PAGES.items():
        visit(page, dashboard.url + address)
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name} {width} {theme}.png")
        ...
