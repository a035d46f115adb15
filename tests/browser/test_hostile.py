"""Names, columns and files that want to be more than text stay text, on every page."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
from conftest import Dashboard
from customers import assessments, crm, csv_file, thirty
from playwright.sync_api import Page, expect
from steps import badge, download, go, hover, idle, points, records, tab, upload, visit

HOSTILE = (
    "<img src=x onerror=alert(1)><br><extra>more</extra>",
    "![x](http://127.0.0.1:1/x.png) [press](http://127.0.0.1:1/x)",
    "<a href='http://127.0.0.1:1/a'>a</a> <b style='background:url(http://127.0.0.1:1/b)'>b</b>",
    "http://127.0.0.1:1/bare www.elsewhere.test me@elsewhere.test",
    r"%{y} %{customdata[0]} $\alpha$ :red[x] :material/home: :smile:",
    "=cmd|' /C calc'!A1",
    "# *b* _i_ ~~s~~ `c` &lt; a -> b -- c",
)
FORMULA = HOSTILE[5]
SEGMENT = "![size](http://127.0.0.1:1/c.png) :red[x]"
FILE = "<img src=x onerror=alert(1)> :red[x] ![x](http://127.0.0.1:1/f.png).csv"
# What leads away from the dashboard, or can send something there.
FOREIGN = """() => [...document.querySelectorAll('a, form, iframe, object, embed')]
    .filter(e => e.tagName !== 'A' || new URL(
        e.getAttribute('href') || e.getAttribute('xlink:href') || '', location).origin
        !== location.origin)
    .map(e => e.outerHTML.slice(0, 300))"""


def test_hostile_text_is_shown_as_it_stands_everywhere(page: Page, dashboard: Dashboard) -> None:
    visit(page, f"{dashboard.url}/upload")
    _upload(page)
    _portfolio(page)
    _filters(page)
    _downloads(page)
    _customers(page, dashboard.url)
    _over_time(page, dashboard.url)
    visit(page, f"{dashboard.url}/methodology")
    _is_harmless(page)


VIEWS = (
    "segments",
    *("trends", "trends?show=Mix", "trends?show=Coverage", "trends?show=Cohorts"),
    f"trends?{urlencode({'split': SEGMENT})}",
    *("moves", "moves?question=Which+segments", "moves?question=Which+customers"),
    *("moves?question=Where+to", "moves?question=What+followed"),
    *("assess", "weights"),
    *("evidence", "evidence?evidence=Certainty", "evidence?evidence=Questions"),
)


def _upload(page: Page) -> None:
    people = thirty(HOSTILE)
    rows = crm(people)
    for n, row in enumerate(rows):
        text = HOSTILE[n % len(HOSTILE)]
        row |= {
            "Owner": text,
            "Tier!": row["Tier"],
            "Tier?": "x" + row["Tier"],
            SEGMENT: text,
            "ARR": text if n == 29 else row["ARR"],
        }
    files = [(FILE, csv_file(rows)), ("levels.xlsx", assessments(people, FORMULA))]
    upload(page, files)
    _open_all(page)
    expect(page.get_by_text(FILE).first).to_be_visible()
    _is_harmless(page)
    for part in ("New (30)", "Changes (0)", "Remarks (1)"):
        tab(page, part)
        _open_all(page)
        _is_harmless(page)
    page.get_by_label("Imported by").fill(HOSTILE[0])
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text(f"{FILE} and levels.xlsx imported").first).to_be_visible()
    expect(page.get_by_text(FILE, exact=True).first).to_be_visible()
    expect(page.get_by_text(f"by {HOSTILE[0]},").first).to_be_visible()
    page.get_by_role("button", name="1 remark").click()
    _is_harmless(page)


def _open_all(page: Page) -> None:
    """Open what is closed and can be seen."""
    for expander in page.get_by_test_id("stExpander").all():
        summary = expander.locator("summary").first
        if summary.is_visible() and not expander.locator("details[open]").count():
            summary.click()
    idle(page)


def _over_time(page: Page, url: str) -> None:
    """The pages that compare and that look back, also split by the hostile column."""
    for address in VIEWS:
        visit(page, f"{url}/{address}")
        _is_harmless(page)
    visit(page, f"{url}/segments?{urlencode({'by': SEGMENT, 'and': 'owner'})}")
    expect(page.get_by_text("What are they made of?")).to_be_visible()
    _is_harmless(page)


def _portfolio(page: Page) -> None:
    go(page, "Portfolio")
    expect(badge(page, "Your portfolio")).to_be_visible()
    expect(points(page)).to_have_count(30)
    idle(page)
    for customer in thirty(HOSTILE)[: len(HOSTILE)]:
        said = hover(page, customer.cmi, customer.chs)
        expect(said).to_contain_text(f"{customer.name}Health {customer.chs} ·")
        _is_harmless(page)


def _filters(page: Page) -> None:
    page.get_by_role("button", name="All customers").click()
    page.get_by_test_id("stMultiSelect").filter(has_text=SEGMENT).get_by_role("combobox").click()
    page.get_by_role("option", name=HOSTILE[1], exact=True).click()
    page.keyboard.press("Escape")
    # It stands with the 2nd, the 9th, the 16th, the 23rd and the 30th of the thirty.
    expect(points(page)).to_have_count(5)
    chosen = page.get_by_test_id("stPopover").filter(has_text=f"{SEGMENT}: {HOSTILE[1]}")
    expect(chosen).to_be_visible()
    _is_harmless(page)
    page.reload()
    expect(points(page)).to_have_count(5)
    chosen.click()
    page.get_by_role("button", name="Clear all filters").click()
    expect(points(page)).to_have_count(30)
    idle(page)


def _downloads(page: Page) -> None:
    names = {row["name"] for row in records(download(page, "CSV"))}
    assert names >= {name for name in HOSTILE if not name.startswith("=")}
    assert f"'{FORMULA}" in names
    content = Path(download(page, "Excel").path()).read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.value for cell in cells} >= set(HOSTILE)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []


def _customers(page: Page, url: str) -> None:
    for customer in thirty(HOSTILE)[: len(HOSTILE)]:
        visit(page, f"{url}/customer?customer={customer.id}")
        expect(page.get_by_test_id("stHeading").first).to_have_text(customer.name)
        idle(page)
        _is_harmless(page)


def _is_harmless(page: Page) -> None:
    assert page.evaluate(FOREIGN) == []
