"""The rows to correct: what is wrong with each, and the way back into the portfolio."""

from __future__ import annotations

from datetime import date

import pytest

from cmi import intake
from cmi.intake import Upload
from cmi.intake.corrections import REASON, all_to_correct
from cmi.methodology import shipped
from cmi.reports import tables
from cmi.store import Store

DAY = date(2026, 3, 31)
ACCOUNTS = """Account ID,Account name,ARR,Renewal date
A1,Acme,1000,2026-12-31
A2,Beta,12 apples,2026-12-31
A3,"=Cid",-5,2026-12-31,too much
A4,Dee
,,300,2026-12-31
A5,Fox,500,31/12/26/1
"""
TICKETS = """Ticket ID,Account ID,Created at
1,A1,2026-03-01
2,A1,2026-03-02
3,A1,nonsense
4,A2,2026-03-03
5,A1,2026-03-05
6,A1,2026-03-06
"""


def brought(store: Store, *files: tuple[str, bytes]):
    """Read, propose, import; tables, mappings, loaded."""
    reading = intake.read([Upload(name, content) for name, content in files])
    mappings = intake.propose(reading, store, shipped())
    loaded = intake.prepare(reading, mappings, shipped(), DAY, store)
    store.add(list(zip(intake.origins(reading, mappings, DAY, "Ana"), loaded, strict=True)))
    return reading, mappings, loaded


@pytest.fixture
def store():
    made = Store()
    yield made
    made.close()


def test_each_row_with_a_fault_is_there_with_its_reason_and_its_place(store):
    reading, mappings, loaded = brought(store, ("accounts.csv", ACCOUNTS.encode()))
    (rows,) = all_to_correct(reading.tables, mappings, loaded).values()
    header = ["Account ID", "Account name", "ARR", "Renewal date"]
    assert list(rows.columns) == [*header, f"{REASON}: cell 5", REASON]
    reasons = dict(zip(rows["Account name"], rows[REASON], strict=True))
    assert list(reasons) == ["Beta", "=Cid", "Dee", "", "Fox"]
    assert reasons["Beta"] == 'Row 3: ARR: "12 apples" is not a number; it counts as missing.'
    assert reasons["=Cid"] == "Row 4: The row has 5 cells, the table 4 columns."
    assert reasons["Dee"] == "Row 5: The row has 2 cells, the table 4 columns."
    assert reasons[""] == "Row 6: Account ID: The row says no customer."
    assert reasons["Fox"].startswith('Row 7: Renewal date: "31/12/26/1" is not a date')
    assert rows.loc[1, f"{REASON}: cell 5"] == "too much"


def test_nothing_to_correct_is_an_empty_table(store):
    good = b"Account ID,ARR\nA1,5\nA2,6\n"
    reading, mappings, loaded = brought(store, ("good.csv", good))
    assert all_to_correct(reading.tables, mappings, loaded) == {}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_corrected_rows_are_recognised_and_complete_the_portfolio(store, form):
    reading, mappings, loaded = brought(store, ("accounts.csv", ACCOUNTS.encode()))
    ((name, rows),) = all_to_correct(reading.tables, mappings, loaded).items()
    mended = rows.copy()
    mended.loc[mended["Account name"] == "Beta", "ARR"] = "1200"
    mended.loc[mended["Account name"] == "Dee", ["ARR", "Renewal date"]] = ["400", "2026-12-31"]
    mended.loc[mended["Account name"] == "", "Account ID"] = "A6"
    mended.loc[mended["Account name"] == "Fox", "Renewal date"] = "2026-12-31"
    content = (
        tables.to_csv(mended, for_excel=True) if form == "csv" else tables.to_xlsx({name: mended})
    )
    _, mapped, now = brought(store, (f"accounts to correct.{form}", content))
    assert mapped[0].columns == mappings[0].columns
    assert [p.message for p in now[0].problems] == []
    found = store.snapshot(DAY, shipped()).set_index("customer_id")
    assert found["arr"].to_dict() == {
        "A1": 1000, "A2": 1200, "A3": -5, "A4": 400, "A5": 500, "A6": 300,
    }  # fmt: skip
    assert found.loc["A3", "name"] == "=Cid"
    assert found["renewal_date"].notna().all()


def test_rows_that_are_counted_together_come_with_all_others_of_their_table(store):
    files = ("accounts.csv", b"Account ID,ARR\nA1,5\nA2,6\n"), ("tickets.csv", TICKETS.encode())
    reading, mappings, loaded = brought(store, *files)
    rows = all_to_correct(reading.tables, mappings, loaded)["tickets"]
    assert rows["Ticket ID"].tolist() == ["1", "2", "3", "4", "5", "6"]
    assert rows.loc[rows[REASON] != "", "Ticket ID"].tolist() == ["3"]
    assert store.snapshot(DAY, shipped()).set_index("customer_id")["tickets"].to_dict() == {
        "A1": 4, "A2": 1,
    }  # fmt: skip
    mended = rows.replace("nonsense", "2026-03-04")
    brought(store, ("tickets to correct.xlsx", tables.to_xlsx({"tickets": mended})))
    assert store.snapshot(DAY, shipped()).set_index("customer_id")["tickets"].to_dict() == {
        "A1": 5, "A2": 1,
    }  # fmt: skip
