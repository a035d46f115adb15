"""The hour before the quarter, in a real browser: from the queue to decks that are handed over."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from conftest import Dashboard
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pptx import Presentation
from steps import SLOW, column, download, idle, press, visit


def queue(page: Page) -> Locator:
    return page.get_by_test_id("stDataFrame").first


def tick(page: Page, row: int) -> None:
    """Tick a customer of the queue, from 0."""
    queue(page).locator(".dvn-scroller").click(position={"x": 18, "y": 38 + 35 * row + 17})
    idle(page)


def words(content: bytes) -> str:
    """Everything that can be read on the slides of a deck."""
    shapes = [shape for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes]
    tables = [
        cell.text
        for shape in shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    return "\n".join([*(s.text_frame.text for s in shapes if s.has_text_frame), *tables])


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option).first.click()
    idle(page)


def test_from_the_queue_to_a_decision_to_a_deck_that_tells_it(
    page: Page, stocked: Dashboard
) -> None:
    visit(page, f"{stocked.url}/review")
    page.get_by_placeholder("Your name").fill("Ada")
    page.get_by_placeholder("Your name").press("Enter")
    idle(page)
    first = column(queue(page), 1).first.inner_text()
    expect(page.get_by_role("heading", name=first)).to_be_visible()

    # Another scenario than proposed wants a reason
    page.get_by_role("radio", name="Override …").click()
    idle(page)
    choose(page, "Instead", "Expand and leverage")
    press(page, "Save")
    expect(page.get_by_test_id("stAlert").filter(has_text="reason")).to_be_visible()
    page.get_by_placeholder("Reason").fill("Their budget moves to us")
    page.get_by_placeholder("Reason").press("Enter")
    idle(page)
    page.get_by_test_id("stCheckbox").filter(has_text="Plan a year of advocacy").click()
    idle(page)
    press(page, "Save")

    # The next one's turn; the first is reviewed
    expect(page.get_by_text("1 of 30 customers")).to_be_visible()
    expect(page.get_by_role("heading", name=first)).to_have_count(0)
    page.get_by_role("radio", name="Reviewed", exact=True).click()
    idle(page)
    expect(column(queue(page), 1)).to_have_text([first])
    expect(page.get_by_role("heading", name=first)).to_be_visible()
    expect(page.get_by_text("Their budget moves to us").first).to_be_visible()

    # Its internal pack tells the play; the pack to share tells nothing of it
    page.get_by_role("link", name="Its pack").click()
    expect(page.get_by_role("heading", name="What do you take to the review?")).to_be_visible()
    idle(page)
    press(page, "Make the pack")
    expect(page.get_by_text("Ready:")).to_be_visible(timeout=2 * SLOW)
    told = download(page, "Download")
    assert "internal" in told.suggested_filename
    inside = words(Path(told.path()).read_bytes())
    assert first in inside
    assert "Expand and leverage, 1 open; Plan a year of advocacy" in inside
    page.get_by_test_id("stRadio").get_by_text("To share").click()
    idle(page)
    press(page, "Make the pack")
    expect(page.get_by_text("Ready: for")).to_be_visible(timeout=2 * SLOW)
    shared = words(Path(download(page, "Download").path()).read_bytes())
    assert first in shared
    for never in ("Health", "moves to us", "Expand and leverage", "Let go", "ARR"):
        assert never not in shared


def test_two_people_on_one_customer_see_each_other_and_lose_nothing(
    page: Page, context: BrowserContext, stocked: Dashboard
) -> None:
    visit(page, f"{stocked.url}/review")
    turn = column(queue(page), 1).nth(3).inner_text()
    other = context.new_page()
    for one, name in ((page, "Ada"), (other, "Bo")):
        visit(one, f"{stocked.url}/review")
        one.get_by_placeholder("Your name").fill(name)
        one.get_by_placeholder("Your name").press("Enter")
        idle(one)
        tick(one, 3)
        expect(one.get_by_role("heading", name=turn)).to_be_visible()
    for one, said in ((page, "Ada called them"), (other, "Bo wrote to them")):
        one.get_by_placeholder("Note").fill(said)
        one.get_by_placeholder("Note").press("Control+Enter")
        idle(one)
    press(page, "Save")
    expect(page.get_by_role("heading", name=turn)).to_have_count(0)
    press(other, "Save")
    expect(other.get_by_text("Somebody decided here while you had it open")).to_be_visible()
    expect(other.get_by_text("Ada called them").first).to_be_visible()
    expect(other.get_by_placeholder("Note")).to_have_value("Bo wrote to them")


def test_twenty_packs_in_one_go_show_how_far_they_are_and_end_in_a_zip(
    page: Page, stocked: Dashboard
) -> None:
    visit(page, f"{stocked.url}/qbr?about=Customers&format=Excel")
    page.get_by_text("All 30 customers that fit the filters").click()
    idle(page)
    page.get_by_role("button", name="Make 30 packs").click()
    expect(page.get_by_text("of 30:")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Ready: 30 packs")).to_be_visible(timeout=6 * SLOW)
    taken = download(page, "Download")
    assert taken.suggested_filename.endswith(".zip")
    with zipfile.ZipFile(taken.path()) as packed:
        assert len(set(packed.namelist())) == 30
