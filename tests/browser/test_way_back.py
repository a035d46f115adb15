"""Back from a customer to where somebody came from: the filter, the column and the tick hold."""

from __future__ import annotations

import re

from conftest import Dashboard
from playwright.sync_api import Page, expect
from steps import idle, visit


def test_back_from_a_customer_the_filter_and_the_ticked_segment_hold(
    page: Page, stocked: Dashboard
) -> None:
    visit(page, f"{stocked.url}/segments?by=Handled+by&f_tier=Gold&segment=Ana")
    ticked = page.get_by_role("heading", name="Ana: 5 customers")
    expect(ticked).to_be_visible()
    page.get_by_test_id("stDataFrame").last.locator(".dvn-scroller").click(
        position={"x": 15, "y": 50}
    )
    expect(page).to_have_url(re.compile(r"/customer\?"))
    idle(page)
    page.go_back()
    expect(ticked).to_be_visible()
    expect(page.get_by_role("button", name="Tier: Gold")).to_be_visible()
    idle(page)
