"""From a segment, or a flow between two days, to the customers behind it."""

from __future__ import annotations

from conftest import Dashboard
from playwright.sync_api import Page, expect
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
    visit(page, f"{dashboard.url}/moves?since=2025-09-30")
    matrix = page.get_by_test_id("stDataFrame").last
    matrix.scroll_into_view_if_needed()
    idle(page)
    matrix.locator(".dvn-scroller").click(position={"x": 330, "y": 85})
    chosen = page.get_by_text("Invest in health → Invest in health:")
    expect(chosen).to_be_visible()
    idle(page)
