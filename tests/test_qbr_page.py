"""The page of QBR packs: who reads it is said in words, and one click makes what is downloaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from packed import TODAY, names, told
from portfolios import customer, loaded
from pptx import Presentation
from screens import is_well, some, texts, unescaped
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from cmi.frames import Loaded
from cmi.methodology import shipped
from cmi.portfolio import tiles
from cmi.reports.packs.files import File
from cmi.ui.prepare import making, packing

QBR = "pages/prepare/qbr.py"
App = Callable[..., AppTest]


def portfolio(number: int) -> Loaded:
    """Customers with a name each, who went up a level in a quarter."""
    people = {key: name.replace("ZZother", "Customer") for key, name in names(number).items()}
    rows = [
        customer(key, "2026-03-31", name=name, arr=1000.0 * (n + 1), currency="EUR", Region="North")
        for n, (key, name) in enumerate(people.items())
    ]
    seen = []
    for n, key in enumerate(people):
        for on, more in ((date(2026, 3, 31), 0), (TODAY, 1)):
            seen += told(shipped(), key, 2 + n % 3 + more, 0.2 + n % 5 / 8 + more / 16, on)
    return loaded(rows, seen)


def made(at: AppTest) -> tuple[str, bytes]:
    """What the Download button hands over, after the click that makes it."""
    button = next(b for b in at.button if b.label.startswith("Make"))
    at = is_well(button.click().run(timeout=120))
    _, name, content, _ = at.session_state["_packs"]
    assert any("Ready" in s.value for s in at.success)
    assert [b.label for b in at.get("download_button")] == ["Download"]
    return name, content


def test_the_portfolio_pack_is_made_in_one_click(app: App) -> None:
    at = is_well(app(portfolio(6), page=QBR))
    assert at.get("download_button") == []
    name, content = made(at)
    assert name == "portfolio internal 2026-06-30.pptx"
    titles = [slide.shapes.title.text for slide in Presentation(io.BytesIO(content)).slides]
    assert titles[0] == "Portfolio review"
    assert len(titles) == 11


def test_one_pack_can_be_looked_through_before_it_is_taken_along(app: App) -> None:
    asked = {"about": "Customers", "customer": ["c00"], "reader": packing.SHARED}
    at = app(portfolio(6), page=QBR, **asked)
    assert at.get("iframe") == []
    made(at)
    (frame,) = at.get("iframe")
    assert "default-src 'none'" in frame.proto.srcdoc  # it runs nothing and loads nothing
    assert "Acme" in frame.proto.srcdoc
    assert "Health" not in frame.proto.srcdoc  # it is the one for the customer
    assert some(at, "In PowerPoint each page is a slide")
    at = at.multiselect(key="packs.customers").set_value(["c00", "c01"]).run()
    made(at)
    assert at.get("iframe") == []  # of several nobody looks through all


def test_several_customers_end_in_a_zip_and_one_in_a_file(app: App) -> None:
    at = app(portfolio(6), page=QBR, about="Customers", customer=["c00", "c02"], format="HTML")
    name, content = made(is_well(at))
    assert name == "2 packs internal 2026-06-30.zip"
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == [
        "Acme internal 2026-06-30.html",
        "Customer 02 internal 2026-06-30.html",
    ]
    at = at.multiselect(key="packs.customers").set_value(["c00"]).run()
    assert at.get("download_button") == []  # what was made before is not what is chosen now
    assert made(at)[0] == "Acme internal 2026-06-30.html"


def test_all_that_fit_the_filters_get_a_pack(app: App) -> None:
    at = app(portfolio(7), page=QBR, about="Customers", format="HTML")
    assert some(at, "Choose a customer, or all that fit the filters.")
    at = is_well(at.toggle(key="packs.all").set_value(True).run())
    assert any(b.label == "Make 7 packs" for b in at.button)
    _, content = made(at)
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 7


def test_what_is_ready_when_it_is_stopped_is_handed_over_and_all_can_be_made_again(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = making.made

    def until_a_click(*chosen: Any) -> Iterator[File]:
        yield next(whole(*chosen))
        raise StopException

    at = app(portfolio(6), page=QBR, about="Customers", customer=["c00", "c02"], format="HTML")
    with monkeypatch.context() as patched:
        patched.setattr(making, "made", until_a_click)
        at = next(b for b in at.button if b.label == "Make 2 packs").click().run(timeout=60)
        assert at.get("download_button") == []
    at = is_well(at.run())
    assert some(at, "Stopped after 1 of 2 packs.")
    assert at.session_state["_packs"][1] == "Acme internal 2026-06-30.html"
    assert made(at)[0] == "2 packs internal 2026-06-30.zip"
    assert not some(at, "Stopped")


def test_the_two_kinds_say_what_is_in_them_and_what_is_not(app: App) -> None:
    at = app(portfolio(6), page=QBR, about="Customers", customer="c00", format="Excel")
    assert some(at, "Both scores and why")
    at = is_well(at.radio(key="reader").set_value(packing.SHARED).run())
    assert some(at, "an anonymous benchmark of five peers or more")
    assert some(at, "Health (CHS) and its drivers · scenarios · any money")
    assert not some(at, "Both scores and why")
    name, content = made(at)
    assert name == "for Acme 2026-06-30.xlsx"
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["About", "Profile", "Answers", "Development", "Recommendations"]


def test_the_customer_reads_its_segment_only_where_somebody_chose_it(app: App) -> None:
    shared = {"about": "Customers", "customer": "c00", "format": "HTML", "reader": packing.SHARED}
    at = app(portfolio(7), page=QBR, **shared)
    assert b"North" not in made(is_well(at))[1]
    at = is_well(at.selectbox(key="peers_shared").set_value("Region").run())
    assert any("The customer reads its own Region in the pack" in unescaped(t) for t in texts(at))
    assert b"other organisations in North" in made(at)[1]


def test_the_workbook_has_the_numbers_of_the_portfolio_page(app: App) -> None:
    from cmi.ui import session

    _, content = made(app(portfolio(6), page=QBR, format="Excel"))
    rows = list(load_workbook(io.BytesIO(content))["Scenarios"].iter_rows(values_only=True))
    frame = session.Frame(session.own_store(), False, TODAY, shipped())
    page = tiles(session.scores(frame, "2x2"), shipped(), "2x2")
    assert [row[1] for row in rows[1:]] == page["customers"].tolist()
    assert [row[3] for row in rows[1:]] == page["arr"].tolist()
    assert page["arr"].sum() == 21_000


def test_without_an_earlier_day_and_with_one_customer_every_pack_is_made(app: App) -> None:
    alone = loaded([customer("x", "2026-06-30", name="Alone")])
    at = is_well(app(alone, page=QBR))
    assert made(at)[0] == "portfolio internal 2026-06-30.pptx"
    at = is_well(app(page=QBR, about="Customers", customer="x"))
    assert made(at)[0] == "Alone internal 2026-06-30.pptx"


def test_filters_that_fit_nobody_leave_a_sentence(app: App) -> None:
    gone = loaded(
        [customer("x", "2026-03-31", name="Gone")],
        None,
        [{"customer_id": "x", "date": "2026-04-30", "outcome": "churned"}],
    )
    at = is_well(app(gone, page=QBR))
    assert some(at, "There is no customer to make a pack of")


def test_a_file_that_is_no_template_is_refused_in_a_sentence(app: App) -> None:
    at = app(portfolio(2), page=QBR)
    at = at.file_uploader(key="packs.template").upload("look.potx", b"no", "application/zip").run()
    at = next(b for b in at.button if b.label.startswith("Make")).click().run(timeout=60)
    assert [unescaped(e.value) for e in at.error] == [
        "The PowerPoint template cannot be read: it is no PowerPoint presentation or template, or "
        "it is damaged."
    ]
