"""The Upload page through app.py: bring, say what it means, decide, and take back."""

from __future__ import annotations

from datetime import date

import pandas as pd
from screens import OURS, PORTFOLIO, UPLOAD, is_well, some, unescaped
from streamlit.testing.v1 import AppTest

from cmi.methodology import shipped
from cmi.reports import tables
from cmi.ui import session

RULES = shipped()

CSV = b"Customer ID,Customer name,Date,ARR,Currency,usage\nA1,Acme,2026-03-31,1200,EUR,30\n"


def uploaded(at: AppTest, name: str = "crm.csv", content: bytes = CSV) -> AppTest:
    (drop,) = at.file_uploader
    return drop.upload(name, content, "text/csv").run()


def test_a_file_is_uploaded_looked_through_imported_and_taken_back(app) -> None:
    at = is_well(uploaded(app(page=UPLOAD)))
    assert {str(m.label): m.value for m in at.metric} == {
        "New customers": "1",
        "Known customers": "0",
        "New values": "1",
        "Changed values": "0",
        "Unchanged values": "0",
        "Refused rows": "0",
    }
    assert session.own_store().is_empty()  # nothing is written before the button

    at = is_well(at.button(key="import").click().run())
    assert some(at, "crm.csv imported: 1 customer and 1 value.")
    assert some(at, "Your portfolio")
    assert at.date_input(key="as_of").value == date(2026, 3, 31)
    assert some(at, "As of 31 Mar 2026 the portfolio holds 1 customer; 0 have left.")
    assert some(at, "1 row = 1 kept + 0 refused + 0 blank")
    at = is_well(at.switch_page(PORTFOLIO).run())
    assert list(at.dataframe[0].value["name"]) == ["Acme"]

    at = is_well(at.switch_page(UPLOAD).run())
    at = is_well(at.button(key="Undo.1").click().run())
    assert some(at, "Sample portfolio")
    at = is_well(at.button(key="Redo.1").click().run())  # and back again
    assert some(at, "Your portfolio")


def test_a_list_of_who_left_counts_its_customers(app) -> None:
    text = b"account_id,churn_date\na,2026-01-31\na,2026-03-31\nb,2026-03-31\n"
    at = is_well(uploaded(app(page=UPLOAD), "churn.csv", text))
    (row,) = shown(at, "kept", "outcomes").to_dict("records")
    assert (row["rows"], row["customers"], row["values"], row["outcomes"]) == (3, 2, 0, 3)


def test_what_is_older_than_what_is_there_does_not_turn_the_pages_back(app) -> None:
    at = uploaded(app(page=UPLOAD), "q1.csv", b"customer_id,date,ARR\na,2026-03-31,5\n")
    at = at.button(key="import").click().run()
    at = uploaded(at, "q4.csv", b"customer_id,date,ARR\na,2025-12-31,4\n")
    at = is_well(at.button(key="import").click().run())
    assert at.date_input(key="as_of").value == date(2026, 3, 31)


def test_what_changes_is_counted_and_told_as_it_is_read_and_who_is_missing_is_named(app) -> None:
    first = b"customer_id,Name,date,ARR\na,Acme,2026-03-31,12000\nb,Beta,2026-03-31,500\n"
    first += b"c,Cid,2026-03-31,70\n"
    at = uploaded(app(page=UPLOAD), "q1.csv", first).button(key="import").click().run()
    newer = b"customer_id,Name,date,ARR\na,Acme,2026-06-30,15000\nb,Beta,2026-06-30,500\n"
    at = is_well(uploaded(at, "q2.csv", newer))
    (change,) = shown(at, "old").to_dict("records")
    assert (change["name"], change["field"], change["old"], change["new"]) == (
        "Acme", "ARR", "12,000", "15,000"
    )  # fmt: skip
    assert some(at, "How many of each: ARR 1.")
    assert ":orange[1 customer is in none of these files]" in [e.label for e in at.expander]
    assert shown(at, "name", "customer_id", but="old").to_dict("records") == [
        {"customer_id": "c", "name": "Cid"}
    ]


def shown(at: AppTest, *columns: str, but: str = ""):
    """The first table with these columns."""
    frames = (table.value for table in at.dataframe)
    return next(f for f in frames if {*columns} <= {*f.columns} and but not in f.columns)


def test_the_same_file_again_is_recognised_and_cannot_be_imported(app) -> None:
    at = uploaded(app(page=UPLOAD)).button(key="import").click().run()
    at = is_well(uploaded(at, "copy.csv"))
    assert some(at, "copy.csv has the same content as an import by somebody")
    assert at.button(key="import").disabled


def test_a_file_that_is_no_table_is_refused_in_a_sentence(app) -> None:
    at = uploaded(app(page=UPLOAD), "photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00" * 20)
    assert [e.message for e in at.exception] == []
    (error,) = at.error
    assert "photo.csv" in unescaped(error.value)
    assert OURS not in error.value


def test_cells_that_are_not_understood_are_shown_with_their_row(app) -> None:
    content = (
        CSV
        + b"B2,Beta,2026-03-31,free,EUR,a lot\n"
        + b"".join(b"C%d,Co,2026-03-31,5,EUR,7\n" % n for n in range(9))
    )
    at = is_well(uploaded(app(page=UPLOAD), content=content))
    found = [d.value for d in at.dataframe if "message" in d.value]
    rows = {(r["row"], r["column"], r["value"]) for f in found for r in f.to_dict("records")}
    assert rows == {(3, "ARR", "free"), (3, "usage", "a lot")}


def test_a_draft_survives_a_visit_to_another_page(app) -> None:
    at = is_well(uploaded(app(page=UPLOAD)))
    at = is_well(at.switch_page(PORTFOLIO).run())
    at = is_well(at.switch_page(UPLOAD).run())
    assert some(at, "crm.csv")
    assert not at.button(key="import").disabled


def test_a_file_can_be_put_away_again(app) -> None:
    at = is_well(uploaded(app(page=UPLOAD)))
    (away,) = [b for b in at.button if str(b.key).startswith("away.")]
    at = is_well(away.click().run())
    assert not some(at, "crm.csv")
    assert some(at, "Maturity comes from an assessment")


def test_more_files_join_those_that_are_there_and_the_same_one_counts_once(app) -> None:
    at = is_well(uploaded(app(page=UPLOAD)))
    at = is_well(uploaded(at, "tickets.csv", TICKETS))
    at = is_well(uploaded(at, "crm again.csv"))
    assert some(at, "crm again.csv has the same content as crm.csv: it counts once.")
    assert len([b for b in at.button if str(b.key).startswith("away.")]) == 2
    metrics = {str(m.label): m.value for m in at.metric}
    assert (metrics["New customers"], metrics["New values"]) == ("1", "2")


TICKETS = b"Ticket ID,Customer ID,Created at\n1,A1,2026-03-01\n2,A1,2026-03-02\n3,A1,2026-03-03\n"


def test_what_was_corrected_stays_when_another_file_comes(app) -> None:
    content = b"Customer ID,Customer name,Colour\n" + b"".join(
        b"A%d,Firm %d,c%d\n" % (n, n, n) for n in range(70)
    )
    at = is_well(uploaded(app(page=UPLOAD), content=content))
    at = is_well(rather(at, "Colour", "Segment").run())
    at = is_well(uploaded(at, "tickets.csv", TICKETS))
    assert meanings(at)["Colour"] == "Segment or further attribute"
    at = is_well(at.button(key="import").click().run())
    assert "Colour" in session.own_store().snapshot(date(2026, 3, 3), RULES)


def rather(at: AppTest, header: str, meaning: str):
    """The one click that takes a column for something else that is likely."""
    (pills,) = [p for p in at.button_group if unescaped(p.label) == f"Rather, for {header}"]
    return pills.select(next(o for o in pills.options if unescaped(o) == meaning))


def meanings(at: AppTest) -> dict[str, str]:
    """Column -> what it is taken for."""
    chosen = [s for s in at.selectbox if str(s.key).startswith("meaning.")]
    return {unescaped(s.label): s.value for s in chosen}


def test_another_likely_meaning_is_one_click_and_any_other_stands_in_the_list(app) -> None:
    content = CSV.replace(b"ARR", b"Worth").replace(b"usage", b"Region").replace(b"30", b"East")
    at = is_well(uploaded(app(page=UPLOAD), content=content))
    assert meanings(at)["Worth"] == "Not used"
    at = is_well(rather(at, "Worth", "ARR").run())
    assert meanings(at)["Worth"] == "ARR"
    assert some(at, "Chosen by a person.")
    (region,) = [s for s in at.selectbox if unescaped(s.label) == "Region"]
    at = is_well(region.select("Owner").run())
    assert meanings(at)["Region"] == "Owner"
    at = is_well(at.button(key="import").click().run())
    known = session.own_store().snapshot(date(2026, 3, 31), RULES).iloc[0]
    assert (known["arr"], known["owner"]) == (1200, "East")


def test_very_many_columns_are_a_table_to_edit(app) -> None:
    many = b",".join(b"x%d" % n for n in range(70))
    content = b"Customer ID,%s\nA1,%s\n" % (many, many)
    at = is_well(uploaded(app(page=UPLOAD), content=content))
    table = next(d.value for d in at.dataframe if "meaning" in d.value)
    assert table["column"].tolist()[:2] == ["Customer ID", "x0"]
    assert meanings(at) == {}


def test_a_header_seen_before_is_mapped_as_then_and_can_be_proposed_anew(app) -> None:
    content = CSV.replace(b"usage", b"Colour").replace(b"30", b"red")
    at = uploaded(app(page=UPLOAD), content=content)
    first = meanings(at)["Colour"]
    at = is_well(at.button(key="import").click().run())
    at = is_well(uploaded(at, "newer.csv", content.replace(b"1200", b"1500")))
    assert some(at, "Mapped as in your import of")
    assert meanings(at)["Colour"] == first
    (anew,) = [b for b in at.button if b.label == "Propose anew"]
    is_well(anew.click().run())


def test_a_file_can_be_read_in_another_way(app) -> None:
    content = "Name;ARR\nMüller & Söhne;5\nBeta;6\n".encode("cp1252")
    at = is_well(uploaded(app(page=UPLOAD), content=content))
    assert first_rows(at)["Name"].tolist() == ["Müller & Söhne", "Beta"]
    (encoding,) = [s for s in at.selectbox if s.label.startswith("Character set")]
    assert "cp1252" in encoding.label or "Windows" in encoding.label
    (header,) = [n for n in at.number_input if n.label == "Header in row"]
    assert header.value == 1
    at = header.set_value(0).run()
    (again,) = [b for b in at.button if b.label == "Read it again"]
    at = is_well(again.click().run())
    assert len(first_rows(at)) == 3  # what was the header is a row now


def first_rows(at: AppTest):
    """The first rows of the first table, as they were read."""
    return next(d.value for d in at.dataframe if d.value.index.name == "row")


def test_tables_that_came_together_are_undone_and_redone_together(app) -> None:
    at = uploaded(uploaded(app(page=UPLOAD)), "tickets.csv", TICKETS)
    at = is_well(at.button(key="import").click().run())
    at = is_well(at.button(key="Undo all.upload 1").click().run())
    assert session.own_store().is_empty()
    at = is_well(at.button(key="Redo all.upload 1").click().run())
    assert len(session.own_store().known()) == 1


def test_the_workbook_can_be_made_for_one_owner_or_one_segment(app) -> None:
    content = (
        b"Customer ID,Customer name,Owner,Region\nA,Acme,Ana,East\nB,Beta,Bo,East\nC,Cid,Bo,West\n"
    )
    at = uploaded(app(page=UPLOAD), content=content)
    at = is_well(at.button(key="import").click().run())
    assert workbook(at) == "Assessment workbook for 3 customers"
    at = is_well(at.selectbox(key="template.owner").select("Bo").run())
    assert workbook(at) == "Assessment workbook for 2 customers"
    at = is_well(at.selectbox(key="template.segment").select("Region").run())
    assert workbook(at) == "Assessment workbook for 1 customer"
    at = is_well(at.toggle(key="template.stale").set_value(True).run())
    assert workbook(at) == "Assessment workbook for 1 customer"


def workbook(at: AppTest) -> str:
    return next(b.label for b in at.get("download_button") if "workbook" in b.label)


def test_the_order_of_dates_is_asked_once_for_all_sheets_of_a_file(app) -> None:
    sheets = {
        name: pd.DataFrame({"Customer ID": ["A", "B"], "Renewal date": [day, day]})
        for name, day in (("East", "03/04/2026"), ("West", "05/06/2026"))
    }
    at = is_well(uploaded(app(page=UPLOAD), "two.xlsx", tables.to_xlsx(sheets)))
    asked = [r for r in at.radio if "can be read in two ways" in unescaped(r.label)]
    assert [unescaped(r.label).partition("(")[2].partition(")")[0] for r in asked] == [
        "03/04/2026",
        "05/06/2026",
    ]
    at = is_well(asked[1].set_value(asked[1].options[1]).run())
    assert {r.value for r in at.radio if "two ways" in unescaped(r.label)} == {asked[1].options[1]}
    at = is_well(at.button(key="import").click().run())
    found = session.own_store().snapshot(date(2026, 12, 31), RULES)["renewal_date"]
    assert found.tolist() == [pd.Timestamp("2026-05-06")] * 2
