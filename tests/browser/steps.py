"""What a person does in the dashboard, and waits for."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

SLOW = 30_000  # milliseconds; two shared cores draw slowly
MENU = {
    "Explore": ("Customer", "Segments", "Trends", "Moves"),
    "Prepare": ("Review", "Plays", "Audiences", "QBR packs"),
    "Collect": ("Upload", "Assess"),
    "Refine": ("Weights", "Evidence", "Methodology"),
}
expect.set_options(timeout=15_000)


def idle(page: Page) -> None:
    """Wait until the page is drawn, and without a fault."""
    app = page.locator("[data-testid='stApp'][data-test-script-state='notRunning']")
    app.wait_for(timeout=SLOW)
    page.wait_for_timeout(200)  # a step of the person may only now be on its way
    app.wait_for(timeout=SLOW)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("This is a fault of ours")).to_have_count(0)


def visit(page: Page, address: str) -> None:
    """Open an address as somebody does who was sent it."""
    page.goto(address)
    expect(badge(page, "portfolio")).to_be_visible(timeout=SLOW)
    idle(page)


def badge(page: Page, words: str) -> Locator:
    """A badge in the line on top or on the page."""
    return page.locator(".stMarkdownBadge").filter(has_text=words).first


def go(page: Page, title: str) -> None:
    """Go to a page through the menu."""
    section = next((name for name, titles in MENU.items() if title in titles), None)
    if section is None:
        page.get_by_test_id("stTopNav").get_by_text(title, exact=True).click()
    else:
        page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
        page.get_by_test_id("stTopNavPopover").get_by_text(title, exact=True).click()
    idle(page)


def upload(page: Page, files: Sequence[tuple[str, bytes]]) -> None:
    """Drop files on the Upload page."""
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "", "buffer": content} for name, content in files]
    )
    expect(page.get_by_text("3. What will happen?")).to_be_visible(timeout=SLOW)
    idle(page)


def tab(page: Page, words: str) -> None:
    """Open one of the tabs that show what an import will do."""
    page.get_by_role("tab", name=words).click()
    idle(page)


def press(page: Page, label: str) -> None:
    """Press a button and wait."""
    page.get_by_role("button", name=label, exact=True).first.click()
    idle(page)


def import_it(page: Page, what: str) -> None:
    """Import what was dropped, and wait until it is said that `what` came in."""
    press(page, "Import")
    expect(page.get_by_text(f"{what} imported").first).to_be_visible(timeout=SLOW)
    idle(page)


def take_for(page: Page, table: Locator, header: str, meaning: str) -> None:
    """Click on what else the column `header` could mean."""
    rather = table.get_by_role("radiogroup", name=f"Rather, for {header}")
    rather.get_by_role("radio", name=meaning, exact=True).click()
    expect(table.get_by_text("Chosen by a person.").first).to_be_visible()
    idle(page)


def metrics(page: Page) -> dict[str, str]:
    """The numbers on the page by their labels."""
    texts = [
        [" ".join(text.split()) for text in page.get_by_test_id(part).all_inner_texts()]
        for part in ("stMetricLabel", "stMetricValue")
    ]
    return dict(zip(*texts, strict=True))


def points(page: Page) -> Locator:
    """The marks on the plane."""
    return page.locator(".js-plotly-plot .scatterlayer .point")


def place(page: Page, cmi: float, chs: float) -> tuple[float, float]:
    """Where a place on the plane is on the screen."""
    x, y = page.locator(".js-plotly-plot").first.evaluate(
        """(plot, [cmi, chs]) => {
            const box = plot.getBoundingClientRect(), {xaxis, yaxis} = plot._fullLayout;
            return [box.x + xaxis._offset + xaxis.d2p(cmi), box.y + yaxis._offset + yaxis.d2p(chs)];
        }""",
        [cmi, chs],
    )
    return x, y


def hover(page: Page, cmi: float, chs: float) -> Locator:
    """What the plane says about the customer at a place."""
    page.mouse.move(0, 0)
    said = page.locator(".hoverlayer .hovertext")
    expect(said).to_have_count(0)
    page.mouse.move(*place(page, cmi, chs))
    return said


def lasso(page: Page, corners: Sequence[tuple[float, float]]) -> None:
    """Draw around a region of the plane with the mouse; its corners are (CMI, CHS)."""
    page.locator(".modebar-btn[data-title='Lasso Select']").click()
    expect(page.locator(".modebar-btn.active")).to_have_attribute("data-title", "Lasso Select")
    page.mouse.move(*place(page, *corners[0]))
    page.mouse.down()
    for corner in [*corners[1:], corners[0]]:
        page.mouse.move(*place(page, *corner), steps=8)
    page.mouse.up()


def column(table: Locator, number: int) -> Locator:
    """The cells of a column of a table, from 1, as far as they are drawn."""
    return table.locator(f"[role=gridcell][aria-colindex='{number}']")


def download(page: Page, label: str) -> Download:
    """Press a download button and wait for the file."""
    button = page.get_by_test_id("stDownloadButton").get_by_role("button", name=label)
    with page.expect_download(timeout=SLOW) as waiting:
        button.first.click()
    return waiting.value


def records(content: Download) -> list[dict[str, str]]:
    """The rows of a CSV file that was downloaded."""
    with Path(content.path()).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
