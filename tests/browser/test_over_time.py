"""From a segment, a flow between two days or a mark on a trend to the customers behind it."""

from __future__ import annotations

import re

from conftest import Dashboard
from playwright.sync_api import Locator, Page, expect
from steps import column, idle, visit


def test_a_tick_before_a_segment_shows_its_customers(page: Page, stocked: Dashboard) -> None:
    visit(page, f"{stocked.url}/segments?by=Tier")
    expect(page.get_by_text("What are they made of?")).to_be_visible()
    table = page.get_by_test_id("stDataFrame").last
    expect(column(table, 1)).to_have_text(["Gold", "Silver"])
    table.locator(".dvn-scroller").click(position={"x": 15, "y": 50})
    expect(page.get_by_role("heading", name="Gold: 15 customers")).to_be_visible()
    idle(page)


def test_a_click_on_a_number_shows_who_went_there(page: Page, dashboard: Dashboard) -> None:
    visit(page, f"{dashboard.url}/moves?since=2025-09-30&question=Where+to")
    matrix = page.get_by_test_id("stDataFrame").last
    matrix.scroll_into_view_if_needed()
    idle(page)
    matrix.locator(".dvn-scroller").click(position={"x": 330, "y": 85})
    chosen = page.get_by_text("Invest in health → Invest in health:")
    expect(chosen).to_be_visible()
    idle(page)
    page.reload()
    expect(chosen).to_be_visible()
    idle(page)


def test_a_click_on_a_step_shows_whom_it_moved(page: Page, dashboard: Dashboard) -> None:
    visit(page, f"{dashboard.url}/moves?since=2025-09-30")
    step = page.locator(".js-plotly-plot .waterfalllayer .point").nth(1).bounding_box()
    assert step is not None
    page.mouse.click(step["x"] + step["width"] / 2, step["y"] + step["height"] / 2)
    expect(page).to_have_url(re.compile("cause=Health%3A\\+Customers\\+who\\+left"))
    idle(page)
    expect(page.get_by_text("14 customers.")).to_be_visible()


def test_any_day_can_be_compared_with_and_stands_in_the_address(
    page: Page, dashboard: Dashboard
) -> None:
    visit(page, f"{dashboard.url}/moves")
    page.get_by_test_id("stSelectbox").first.get_by_role("combobox").click()
    page.get_by_role("option", name="since another day …").click()
    idle(page)
    page.get_by_test_id("stDateInput").locator("[data-type=year]").click()
    page.keyboard.type("20260214")
    page.get_by_role("heading", name="What moved?").click()
    expect(page).to_have_url(re.compile("since=2026-02-14"))
    idle(page)
    page.reload()
    expect(page.get_by_test_id("stDateInput").locator("[data-type=day]")).to_have_text("14")
    expect(page).to_have_url(re.compile("since=2026-02-14"))
    idle(page)


def test_a_click_on_a_mark_lists_its_customers_and_stands_in_the_address(
    page: Page, dashboard: Dashboard
) -> None:
    visit(page, f"{dashboard.url}/trends")
    _click(page, page.locator(".js-plotly-plot").first.locator(".scatterlayer .point").last)
    listed = page.get_by_role("heading", name="Q3 2026: 212 customers")
    expect(listed).to_be_visible()
    expect(page).to_have_url(re.compile("behind=Q3\\+2026"))
    idle(page)
    page.reload()
    expect(listed).to_be_visible()
    idle(page)


def test_a_click_on_a_bar_lists_who_stands_there(page: Page, dashboard: Dashboard) -> None:
    visit(page, f"{dashboard.url}/trends?show=Mix&split=Region")
    _click(page, page.locator(".js-plotly-plot .barlayer .trace").first.locator(".point").last)
    listed = page.get_by_role("heading", name="Q3 2026, EMEA, Let go: 10 customers")
    expect(listed).to_be_visible()
    idle(page)
    page.reload()
    expect(listed).to_be_visible()
    expect(page).to_have_url(re.compile("split=Region"))
    idle(page)


def test_a_click_on_a_cell_lists_its_cohort_and_the_view_travels(
    page: Page, dashboard: Dashboard
) -> None:
    visit(page, f"{dashboard.url}/trends?cohort=Region&cohort_shows=Retention")
    _click(page, page.locator(".js-plotly-plot").first.locator(".scatterlayer .point").first)
    listed = page.get_by_role("heading", name="APAC · 0: 49 customers")
    expect(listed).to_be_visible()
    idle(page)
    page.reload()
    expect(listed).to_be_visible()
    page.get_by_test_id("stButtonGroup").get_by_text("Scores").click()
    expect(page.get_by_role("heading", name="How healthy are they?")).to_be_visible()
    expect(page).to_have_url(re.compile("trends$"))
    idle(page)


def _click(page: Page, mark: Locator) -> None:
    """Click the middle of a mark of a chart, which lies under the layer that takes the mouse."""
    mark.scroll_into_view_if_needed()
    idle(page)
    box = mark.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    idle(page)
