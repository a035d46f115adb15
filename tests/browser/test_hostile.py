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
    _decides(page, dashboard.url)
    _every_view(page, dashboard.url)
    _packs(page, dashboard.url)
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
    *("review", "review?list=Reviewed", "playbooks", "playbooks?plays=Playbooks"),
    *("playbooks?plays=Did+they+help%3F", "audiences", "qbr?about=Customers"),
    *(f"audiences?for={who}" for who in ("sales", "product", "partners", "success", "revenue")),
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


def _every_view(page: Page, url: str) -> None:
    """The pages that compare, look back and prepare, also split by the hostile column."""
    for address in VIEWS:
        visit(page, f"{url}/{address}")
        _is_harmless(page)
    visit(page, f"{url}/segments?{urlencode({'by': SEGMENT, 'and': 'owner'})}")
    expect(page.get_by_text("What are they made of?")).to_be_visible()
    _is_harmless(page)


def _decides(page: Page, url: str) -> None:
    """Somebody with a hostile name decides, and writes a hostile note."""
    visit(page, f"{url}/review")
    said = (("Your name", HOSTILE[0], "Enter"), ("Note", HOSTILE[1], "Control+Enter"))
    for field, text, key in said:
        page.get_by_placeholder(field).fill(text)
        page.get_by_placeholder(field).press(key)
        idle(page)
    page.get_by_test_id("stCheckbox").filter(has_text="Recover from a broken promise").click()
    idle(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 of 30 customers")).to_be_visible()
    _is_harmless(page)


def _packs(page: Page, url: str) -> None:
    """A pack that is looked through is text as well, for the team and for the customer."""
    for customer in thirty(HOSTILE)[: len(HOSTILE)]:
        asked = {"about": "Customers", "customer": customer.id, "format": "HTML"}
        visit(page, f"{url}/qbr?{urlencode(asked)}")
        page.get_by_role("button", name="Make the pack").click()
        inside = page.frame_locator("iframe[srcdoc]")
        expect(inside.get_by_role("heading", name=customer.name).first).to_be_visible()
        idle(page)
        assert page.frames[-1].evaluate(FOREIGN) == []
    visit(page, f"{url}/audiences?for=customer")
    inside = page.frame_locator("iframe[srcdoc]")
    expect(inside.get_by_text("How mature is your function?")).to_be_visible()
    assert page.frames[-1].evaluate(FOREIGN) == []


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
