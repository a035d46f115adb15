"""Addresses: what somebody sees is what they can send to somebody else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import Dashboard
from playwright.sync_api import BrowserContext, Page, expect
from steps import badge, go, idle, points, visit


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/customer?customer=C-0001", "Customer A – Alder & Finch Retail"),
        ("/methodology", "How we score: Customer maturity and health"),
        ("/upload", "Upload what you have"),
    ],
)
def test_the_very_first_visitor_may_come_by_any_link(
    page: Page, unvisited: Dashboard, address: str, title: str
) -> None:
    visit(page, unvisited.url + address)
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(badge(page, "Sample portfolio")).to_be_visible()
    expect(page.get_by_test_id("stTopNav")).to_contain_text("Portfolio")
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(unvisited.url + address)


def test_a_view_travels_in_its_address(
    page: Page, stocked: Dashboard, new_context: Callable[..., BrowserContext]
) -> None:
    visit(page, stocked.url)
    _filter(page, "Tier", "Gold")
    page.get_by_test_id("stButtonGroup").get_by_text("3x3").click()
    # Every second one of the thirty is Gold; the cuts are now at 33 and 67.
    _shows_gold_in_nine_cells(page)
    another = new_context().new_page()
    visit(another, page.url)
    _shows_gold_in_nine_cells(another)


def _shows_gold_in_nine_cells(page: Page) -> None:
    expect(points(page)).to_have_count(15)
    expect(page.get_by_role("button", name="Tier: Gold")).to_be_visible()
    expect(page.locator(".js-plotly-plot .annotation-text")).not_to_have_count(0)
    expect(page).to_have_url(re.compile("grid=3x3"))
    expect(page).to_have_url(re.compile("f_tier=Gold"))
    idle(page)


def test_a_day_travels_in_its_address(page: Page, dashboard: Dashboard) -> None:
    visit(page, f"{dashboard.url}/?as_of=2025-03-31")
    expect(page.get_by_role("button", name="As of 31 Mar 2025")).to_be_visible()
    page.get_by_role("button", name="As of 31 Mar 2025").click()
    page.get_by_role("button", name="Newest day").click()
    expect(page.get_by_role("button", name="As of 30 Sep 2026")).to_be_visible()
    expect(page).to_have_url(f"{dashboard.url}/")


def test_nonsense_in_an_address_is_left_out(page: Page, stocked: Dashboard) -> None:
    for nonsense in ("as_of=1999-01-01", "as_of=x", "grid=4x4", "f_tier=Nobody"):
        visit(page, f"{stocked.url}/?{nonsense}")
        expect(points(page)).to_have_count(30)
        expect(page.get_by_role("button", name="As of 31 Mar 2026")).to_be_visible()
        expect(page.get_by_role("button", name="All customers")).to_be_visible()


def test_a_customer_that_is_not_known_is_not_a_fault(page: Page, stocked: Dashboard) -> None:
    visit(page, f"{stocked.url}/customer?customer=nobody")
    expect(page.get_by_text("No customer is chosen")).to_be_visible()


def test_what_the_reader_set_stays_set_on_other_pages(page: Page, stocked: Dashboard) -> None:
    visit(page, stocked.url)
    _filter(page, "Handled by", "Ana")
    expect(points(page)).to_have_count(10)
    page.get_by_test_id("stButtonGroup").get_by_text("3x3").click()
    expect(page).to_have_url(re.compile("grid=3x3"))
    idle(page)
    go(page, "Methodology")
    go(page, "Customer")
    expect(page.get_by_role("radio", name="3x3")).to_be_checked()
    go(page, "Portfolio")
    expect(points(page)).to_have_count(10)
    expect(page.get_by_role("radio", name="3x3")).to_be_checked()
    expect(page.get_by_role("button", name="Handled by: Ana")).to_be_visible()
    expect(page).to_have_url(re.compile("f_handled_by=Ana"))


def test_all_filters_are_cleared_at_once(page: Page, stocked: Dashboard) -> None:
    visit(page, f"{stocked.url}/?f_tier=Gold&f_handled_by=Ana")
    # Every second and every third of thirty: every sixth.
    expect(points(page)).to_have_count(5)
    page.get_by_role("button", name="Handled by: Ana").click()
    page.get_by_role("button", name="Clear all filters").click()
    expect(points(page)).to_have_count(30)
    expect(page).to_have_url(f"{stocked.url}/")


def _filter(page: Page, column: str, value: str) -> None:
    """Choose a value in the box of filters."""
    page.get_by_role("button", name="All customers").click()
    page.get_by_role("combobox", name=column).click()
    page.get_by_role("option", name=value, exact=True).click()
    page.keyboard.press("Escape")
    idle(page)
