"""What a person does in the dashboard, and waits for."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

PATIENCE = 30_000  # milliseconds; two shared cores draw slowly


def idle(page: Page) -> None:
    """Wait until the page is drawn, without an error."""
    app = page.locator("[data-testid='stApp'][data-test-script-state='notRunning']")
    app.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(150)
    app.wait_for(timeout=PATIENCE)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def visit(page: Page, address: str) -> None:
    """Open an address as somebody does who got it in a mail."""
    page.goto(address)
    idle(page)


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    """Drop files on the Upload page."""
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "", "buffer": content} for name, content in files]
    )
    expect(page.get_by_text("2. What will happen?")).to_be_visible(timeout=PATIENCE)
    idle(page)


def points(page: Page) -> Locator:
    """The marks on the plane."""
    return page.locator(".js-plotly-plot .scatterlayer .point")
