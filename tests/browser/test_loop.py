"""The whole loop: drag a weight, see who moves, look at the evidence, keep it; all pages follow."""

from __future__ import annotations

import re

import pytest
from conftest import Dashboard
from playwright.sync_api import Page, expect
from steps import badge, go, idle, metrics, press, visit
from test_live import drag, number, opened, share

SCENARIOS = ("Retain", "Expand and leverage", "Let go", "Invest in health")


def customers(page: Page) -> dict[str, int]:
    """How many customers stand in each scenario, as the tiles of the portfolio say."""
    said = page.get_by_test_id("stMetricDelta").all_inner_texts()
    counts = [int(re.sub(r"\D.*", "", text, flags=re.DOTALL)) for text in said]
    return dict(zip(metrics(page), counts, strict=True))


def test_from_a_drag_to_a_version_that_portfolio_and_trends_follow(
    page: Page, unvisited: Dashboard
) -> None:
    dashboard = unvisited  # a version is for ever
    visit(page, dashboard.url)
    before = customers(page)
    assert set(before) == set(SCENARIOS)

    # Drag, and see who moves
    opened(page, f"{dashboard.url}/weights")
    drag(page, share(page, "Charter"), 25, 70)
    headline = page.locator(".live .headline")
    expect(headline).to_contain_text("change scenario")
    page.mouse.up()
    idle(page)
    charter = number(page, "Charter").input_value()
    assert float(charter) == pytest.approx(70, abs=2)
    expect(page.get_by_text(re.compile(r"\d+ customers of \d+, .* ARR\."))).to_be_visible()
    live = page.locator(".live").inner_text()
    promised = {
        name: int(re.search(rf"{name}\n.*\n(\d+) customers", live).group(1))  # type: ignore[union-attr]
        for name in SCENARIOS
    }
    assert promised != before
    moved = int(re.match(r"\d+", headline.inner_text()).group())  # type: ignore[union-attr]
    assert moved > 0

    # Look at the evidence, and come back to what was proposed
    go(page, "Evidence")
    expect(page.get_by_text("separates customers who left from those who stayed")).to_be_visible()
    go(page, "Weights")
    expect(number(page, "Charter")).to_have_value(charter)

    # Keep it as a version
    press(page, "Save this as a version")
    form = page.get_by_role("dialog")
    expect(form.get_by_text(f"{moved} customers")).to_be_visible()
    form.get_by_label("Saved by").fill("Ada")
    form.get_by_label("Why").fill("Charter decides")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Version 2026.2 is saved.")).to_be_visible()
    idle(page)

    # The portfolio follows: it counts what the drag promised
    go(page, "Portfolio")
    expect(page.get_by_text("Methodology 2026.2")).to_be_visible()
    assert customers(page) == promised

    # So do the trends: the last period by the new version, and they say so
    go(page, "Trends")
    expect(page.get_by_text("2026.2").first).to_be_visible()
    expect(page.get_by_text("2026.1").first).to_be_visible()

    # And the methodology tells who did it, and why
    page.goto(f"{dashboard.url}/methodology?rules=Versions")
    expect(badge(page, "portfolio")).to_be_visible()
    expect(page.get_by_text("2026.2 is in force since")).to_be_visible()
    versions = page.get_by_test_id("stDataFrame").first
    for said in ("Ada", "Charter decides"):
        expect(versions.locator("td", has_text=said).first).to_be_attached()
