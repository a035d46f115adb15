"""From two files to the customers to talk about, and back: the main job, in a browser."""

from __future__ import annotations

from collections.abc import Callable

from conftest import Dashboard
from customers import assessments, crm, csv_file, thirty
from playwright.sync_api import BrowserContext, Page, expect
from steps import (
    badge,
    column,
    download,
    go,
    hover,
    idle,
    lasso,
    metrics,
    place,
    points,
    press,
    records,
    take_for,
    upload,
    visit,
)

HOSTILE = "<img src=x onerror=alert(1)>"


def test_two_files_become_a_portfolio_and_can_be_taken_back(
    page: Page, dashboard: Dashboard
) -> None:
    visit(page, dashboard.url)
    expect(badge(page, "Sample portfolio")).to_be_visible()
    expect(points(page)).not_to_have_count(0)
    page.get_by_role("link", name="Upload your own").click()
    idle(page)

    upload(page, _files())
    table = page.get_by_test_id("stExpander").filter(has_text="crm export.csv")
    table.locator("summary").click()
    take_for(page, table, "Handled by", "Owner")
    # 31 customers; 30 x 12 levels, and 31 x 6 drivers of which one is not known.
    assert metrics(page) == {
        "New customers": "31",
        "Known customers": "0",
        "New values": "545",
        "Changed values": "0",
        "Unchanged values": "0",
        "Refused rows": "0",
    }
    expect(page.get_by_role("tab", name="Remarks (1)")).to_be_visible()
    page.get_by_label("Imported by").fill("Grace")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("crm export.csv and assessments.xlsx imported").first).to_be_visible()
    expect(page.get_by_text("by Grace, state of").first).to_be_visible()

    page.get_by_role("link", name="See the portfolio").click()
    _is_the_portfolio(page)
    _undo_and_redo(page)
    _is_the_portfolio(page)


def _files() -> list[tuple[str, bytes]]:
    """Thirty assessed customers and one that is not; a hole, money in words, a hostile name."""
    people = thirty([HOSTILE])
    rows = crm(people)
    rows[3]["NPS"] = ""
    rows[4]["ARR"] = "call us"
    rows.append({**rows[5], "Account ID": "A31", "Account Name": "Not asked yet"})
    return [("crm export.csv", csv_file(rows)), ("assessments.xlsx", assessments(people))]


def _is_the_portfolio(page: Page) -> None:
    """What the uploaded files must have become: 2 x 3 customers left of CMI 50, 3 x 3 right."""
    expect(badge(page, "Your portfolio")).to_be_visible()
    expect(points(page)).to_have_count(30)
    idle(page)
    expect(page.get_by_text("30 customers stand for 2.9 M USD")).to_be_visible()
    assert metrics(page) == {
        "Retain": "500 k USD",  # six, of which one has no ARR that is a number
        "Expand and leverage": "900 k USD",
        "Let go": "600 k USD",
        "Invest in health": "900 k USD",
    }
    expect(page.get_by_text("1 customer without a place on the plane")).to_be_visible()
    # The corners, and the customer on both cuts; each stands where it was worked out by hand.
    for name, cmi, chs in (
        (HOSTILE, 0, 10),
        ("Customer 1-50", 0, 50),  # has the hole
        ("Customer 3-50", 50, 50),
        ("Customer 5-80", 100, 80),
    ):
        expect(hover(page, cmi, chs)).to_contain_text(f"{name}Health {chs} · Maturity {cmi}")
    owners = {row["owner"] for row in records(download(page, "CSV"))}
    assert owners == {"Ana", "Jo", "Mia"}  # the column that was corrected


def _undo_and_redo(page: Page) -> None:
    _press_at_once(page, "Undo all")
    expect(badge(page, "Sample portfolio")).to_be_visible()
    go(page, "Portfolio")
    expect(page.get_by_text("Customer A – Alder & Finch Retail").first).to_be_visible()
    _press_at_once(page, "Redo all")
    expect(badge(page, "Your portfolio")).to_be_visible()
    go(page, "Portfolio")


def _press_at_once(page: Page, label: str) -> None:
    """Take back, or bring back, the two tables that came together."""
    go(page, "Upload")
    press(page, label)


def test_the_lasso_chooses_exactly_the_customers_inside(page: Page, stocked: Dashboard) -> None:
    visit(page, stocked.url)
    expect(points(page)).to_have_count(30)
    lasso(page, [(65, 55), (65, 95), (103, 95), (103, 55)])
    expect(page.get_by_text("4 customers selected")).to_be_visible()
    idle(page)
    inside = ["Customer 4-60", "Customer 4-80", "Customer 5-60", "Customer 5-80"]
    expect(column(page.get_by_test_id("stDataFrame").first, 1)).to_have_text(inside)
    taken = records(download(page, "CSV"))
    assert [row["name"] for row in taken] == inside
    assert [float(row["cmi"]) for row in taken] == [75, 75, 100, 100]
    assert [float(row["chs"]) for row in taken] == [60, 80, 60, 80]


def test_a_click_on_a_point_chooses_one_customer(page: Page, stocked: Dashboard) -> None:
    visit(page, stocked.url)
    expect(points(page)).to_have_count(30)
    page.mouse.click(*place(page, 75, 10))
    expect(page.get_by_text("1 customer selected")).to_be_visible()
    idle(page)
    expect(column(page.get_by_test_id("stDataFrame").first, 1)).to_have_text("Customer 4-10")


def test_a_row_opens_its_customer_and_the_link_opens_it_again(
    page: Page, stocked: Dashboard, new_context: Callable[..., BrowserContext]
) -> None:
    visit(page, stocked.url)
    expect(points(page)).to_have_count(30)
    page.mouse.click(*place(page, 100, 10))
    expect(page.get_by_text("1 customer selected")).to_be_visible()
    idle(page)
    # The first cell of the first row is its check box.
    page.get_by_test_id("stDataFrame").first.locator(".dvn-scroller").click(
        position={"x": 15, "y": 50}
    )
    _is_customer_5_10(page)
    expect(page).to_have_url(f"{stocked.url}/customer?customer=A25")
    another = new_context().new_page()
    visit(another, page.url)
    _is_customer_5_10(another)
    another.reload()
    _is_customer_5_10(another)
    page.go_back()
    expect(points(page)).to_have_count(30)


def _is_customer_5_10(page: Page) -> None:
    expect(page.get_by_role("heading", name="Customer 5-10", exact=True)).to_be_visible()
    idle(page)
    shown = metrics(page)
    assert (shown["Health (CHS)"], shown["Maturity (CMI)"]) == ("10", "100")


def test_who_to_talk_to_first_is_one_click_away(page: Page, stocked: Dashboard) -> None:
    visit(page, stocked.url)
    # Below the health cut the mature ones come first, the less healthy before the others:
    # 100 x 90, 100 x 70, then 75 x 90.
    page.get_by_role("link", name="Customer 4-10").click()
    expect(page.get_by_role("heading", name="Customer 4-10", exact=True)).to_be_visible()
    expect(page).to_have_url(f"{stocked.url}/customer?customer=A19")
