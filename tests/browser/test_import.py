"""What an analyst brings: a CRM report, a survey, a workbook, a bomb; corrected, left, resumed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from conftest import Dashboard
from playwright.sync_api import BrowserContext, Page, expect
from steps import (
    SLOW,
    badge,
    column,
    download,
    go,
    idle,
    import_it,
    metrics,
    points,
    press,
    records,
    tab,
    upload,
    visit,
)

REPORT = (
    '"Last Activity","Account Owner","Account Name","Type",'
    '"Amount Currency","Amount","Account ID"\n'
    '"3/14/2026","Jane","Acme","Customer","EUR","120,000.00","001Wj00000tQWvr"\n'
    '"2/28/2026","Bob","Beta","Customer","EUR","60,000.00","001Wj00000tQWvR"\n'
    '"3/2/2026","Bob","Cid & Sons","Customer","EUR","5,000.00","001Wj00000tQWvS"\n'
    "\n"
    '"Grand Totals (3 records)"\n'
    '"Confidential Information - Do Not Distribute"\n'
    '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
)
SURVEY = (
    "#,Which company do you work for?,Your role,"
    '"What is the function there to do, and what does it leave to others?",Submit Date (UTC)\n'
    "a1,Acme,CSM,4,2026-03-01 10:05:00\n"
    "a2,Acme,CSM,2,2026-03-02 11:05:00\n"
    "a3,Beta,Sales,5,2026-03-02 12:05:00\n"
)


def workbook() -> bytes:
    """A sheet of tickets below a title, a sheet of contracts, and a hidden one."""
    book = openpyxl.Workbook()
    tickets = book.active
    tickets.title = "Tickets"
    for row in (
        ["Open tickets of the quarter"], [],
        ["Ticket ID", "Organization", "Created at", "Status"],
        [101, "Acme", "2026-03-01", "open"], [102, "Acme", "2026-03-05", "closed"],
        [103, "Beta", "2026-03-06", "open"],
    ):  # fmt: skip
        tickets.append(row)
    contracts = book.create_sheet("Contacts")
    contracts.append(["Account Name", "NPS"])
    contracts.append(["Acme", 55])
    contracts.append(["Beta", -20])
    hidden = book.create_sheet("Salaries")
    hidden.append(["Account Name", "CSAT"])
    hidden.append(["Acme", 5])
    hidden.sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def bomb() -> bytes:
    """Two cells in opposite corners of a sheet: 17,000 million cells in 1.5 KB."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Account ID"
    book.active["XFD1048576"] = "end"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def slow(rows: int = 150_000) -> bytes:
    """An honest sheet that takes a while."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Accounts")
    sheet.append(["Account ID", "ARR", *[f"Field {n}" for n in range(8)]])
    for n in range(rows):
        sheet.append([f"S{n}", n, *[n] * 8])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def doctype() -> bytes:
    """A workbook whose sheet names an entity that would grow without end."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("sheet1.xml"):
                text = (
                    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
                    + text
                )
            new.writestr(name, text)
    return content.getvalue()


def test_a_crm_report_a_survey_and_a_workbook_become_one_portfolio(
    page: Page, dashboard: Dashboard
) -> None:
    visit(page, f"{dashboard.url}/upload")
    upload(
        page,
        [
            ("report.csv", REPORT.encode()),
            ("survey.csv", SURVEY.encode()),
            ("desk.xlsx", workbook()),
        ],
    )
    expect(page.get_by_text("3 footer rows left out").first).to_be_visible()
    tab(page, "New (3)")
    tab(page, "Rows")
    # 3 answers to one question, 3 dates of contact, 2 counts of tickets, 2 NPS
    assert metrics(page)["New customers"] == "3"
    assert metrics(page)["New values"] == "10"
    page.get_by_label("Imported by").fill("Ada")
    import_it(page, "report.csv, survey.csv and desk.xlsx")
    go(page, "Portfolio")
    expect(badge(page, "Your portfolio")).to_be_visible()
    go(page, "Upload")
    press(page, "Undo this import")
    expect(badge(page, "Sample portfolio")).to_be_visible()


def test_a_bomb_costs_one_sentence_while_somebody_else_goes_on(
    page: Page, stocked: Dashboard, new_context: Callable[..., BrowserContext]
) -> None:
    visit(page, f"{stocked.url}/upload")
    another = new_context().new_page()
    visit(another, stocked.url)
    page.locator("input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "", "buffer": content}
            for name, content in (
                ("slow.xlsx", slow()), ("sparse.xlsx", bomb()), ("entity.xlsx", doctype()),
            )
        ]
    )  # fmt: skip
    expect(page.get_by_text("Reading slow.xlsx")).to_be_visible(timeout=SLOW)
    go(another, "Methodology")
    go(another, "Portfolio")
    expect(points(another)).to_have_count(30)
    expect(page.get_by_text("Reading slow.xlsx")).to_be_visible()  # it is still being read
    expect(page.get_by_text("3. What will happen?")).to_be_visible(timeout=4 * SLOW)
    idle(page)
    for name in ("sparse.xlsx", "entity.xlsx"):
        expect(
            page.get_by_test_id("stAlert").filter(has_text=f"{name} cannot be read")
        ).to_have_count(1)
    assert metrics(page)["New customers"] == "150,000"


def test_rows_with_a_fault_are_taken_along_corrected_and_uploaded_again(
    page: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    visit(page, f"{dashboard.url}/upload")
    text = "Account ID,Account Name,ARR\nB1,Acme,100\nB2,Beta,12 apples\nB3,Cid,300,too much\n"
    text += "".join(f"C{n},Firm {n},{n}\n" for n in range(9))
    upload(page, [("accounts.csv", text.encode())])
    assert metrics(page)["Refused rows"] == "1"
    tab(page, "Remarks (2)")
    expect(page.get_by_text("Fix and upload only these rows")).to_be_visible()
    import_it(page, "accounts.csv")
    taken = download(page, "CSV")
    rows = records(taken)
    assert [row["Account ID"] for row in rows] == ["B2", "B3"]
    assert "12 apples" in rows[0]["What to correct"]
    mended = "Account ID,Account Name,ARR,What to correct\nB2,Beta,12,done\nB3,Cid,300,\n"
    upload(page, [("accounts to correct.csv", mended.encode())])
    expect(page.get_by_text("Mapped as in your import of")).to_be_attached()
    found = metrics(page)
    assert (found["New customers"], found["Known customers"]) == ("1", "1")
    tab(page, "Changes (0)")
    import_it(page, "accounts to correct.csv")


def test_an_upload_is_left_and_taken_up_again_through_its_address(
    page: Page, dashboard: Dashboard
) -> None:
    visit(page, f"{dashboard.url}/upload")
    upload(page, [("later.csv", b"Account ID,Account Name,ARR\nL1,Later,5\n")])
    address = page.url
    go(page, "Portfolio")
    go(page, "Upload")
    expect(page.get_by_text("later.csv").first).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("3. What will happen?")).to_be_visible(timeout=SLOW)
    idle(page)
    assert metrics(page)["New customers"] == "1"
    page.goto(f"{dashboard.url}/upload?draft=unknown")
    expect(page.get_by_text("no longer kept")).to_be_visible(timeout=SLOW)


def test_the_same_file_again_says_when_it_came_and_by_whom(
    page: Page, dashboard: Dashboard
) -> None:
    visit(page, f"{dashboard.url}/upload")
    twice = ("twice.csv", b"Account ID,Account Name,ARR\nT1,Twice,5\n")
    upload(page, [twice])
    page.get_by_label("Imported by").fill("Ada")
    import_it(page, "twice.csv")
    upload(page, [("other name.csv", twice[1])])
    expect(page.get_by_text("has the same content as an import by Ada on")).to_be_visible()
    expect(page.get_by_role("button", name="Import", exact=True)).to_be_disabled()


def test_a_name_that_looks_like_a_known_customer_is_joined_by_one_tick(
    page: Page, dashboard: Dashboard
) -> None:
    visit(page, f"{dashboard.url}/upload")
    accounts = "Account ID,Account Name,ARR\nM1,Müller & Söhne GmbH,5\nM2,Contoso North,6\n"
    tickets = "Ticket ID,Organization,Created at\n1,Mueller und Soehne,2026-03-01\n"
    tickets += "2,Contoso South,2026-03-02\n3,Contoso North,2026-03-02\n"
    tickets += "4,Contoso North,2026-03-03\n"
    upload(page, [("accounts.csv", accounts.encode()), ("tickets.csv", tickets.encode())])
    expect(page.get_by_text("Are these the same customers?")).to_be_visible()
    expect(page.get_by_text("2 names find no customer")).to_be_visible()
    assert metrics(page)["Refused rows"] == "2"
    pairs = page.get_by_test_id("stDataFrame").filter(has_text="Mueller und Soehne").last
    expect(column(pairs, 2)).to_have_text(["Mueller und Soehne"])  # and nothing for Contoso South
    pairs.locator(".dvn-scroller").click(position={"x": 75, "y": 52})
    expect(page.get_by_text("1 name finds no customer")).to_be_visible(timeout=SLOW)
    idle(page)
    assert metrics(page)["Refused rows"] == "1"


def test_ten_files_are_read_each_with_its_own_result(page: Page, dashboard: Dashboard) -> None:
    visit(page, f"{dashboard.url}/upload")
    files = [
        (f"part {n}.csv", f"Account ID,Account Name,ARR\nP{n},Part {n},{n}\n".encode())
        for n in range(9)
    ]
    upload(page, [*files, ("photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00" * 20)])
    for name, _ in files:
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    expect(
        page.get_by_test_id("stAlert").filter(has_text="photo.csv cannot be read")
    ).to_be_visible()
    assert metrics(page)["New customers"] == "9"
