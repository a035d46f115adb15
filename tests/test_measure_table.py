"""The rules for many rows can be edited as a table without losing anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from sheets import sheet

from cmi import mapping
from cmi.mapping import Column, Measure, TableMapping, Where
from cmi.mapping.measure_table import from_frame, to_frame
from cmi.methodology import shipped

MRR = Measure("arr", "", "sum", "mrr", None, Where("start", "running", "end"), 12.0)
OPEN = Measure("driver", "tickets", "count", "", 90, Where("status", "is_not", "closed"))
MAPPING = TableMapping(
    "t.csv", "", "rows", (Column("mrr", "mrr", factor=12.0), Column("status", "ignore")),
    (MRR, OPEN),
)  # fmt: skip


def test_a_table_that_nobody_changed_gives_the_same_measures() -> None:
    assert from_frame(to_frame(MAPPING, shipped()), MAPPING, shipped()) == (MRR, OPEN)


def test_a_window_and_a_condition_can_be_changed_and_taken_away() -> None:
    table = to_frame(MAPPING, shipped())
    table.loc[1, "days"] = 30
    table.loc[1, "where"] = None
    _, tickets = from_frame(table, MAPPING, shipped())
    assert tickets == Measure("driver", "tickets", "count", "", 30)


def test_a_row_that_is_not_finished_counts_for_nothing_yet() -> None:
    table = to_frame(MAPPING, shipped())
    started = pd.DataFrame([{"gives": "Product use"}, {"gives": "Escalations", "how": "sum"}])
    both = pd.concat([table, started], ignore_index=True)
    assert from_frame(both, MAPPING, shipped()) == (MRR, OPEN)


def test_a_rule_can_be_added() -> None:
    table = to_frame(MAPPING, shipped())
    added = pd.DataFrame([{"gives": "Escalations", "how": "number of rows", "where": "status",
                           "test": "is", "value": "escalated"}])  # fmt: skip
    *_, last = from_frame(pd.concat([table, added], ignore_index=True), MAPPING, shipped())
    assert last == Measure(
        "driver", "escalations", "count", "", None, Where("status", "is", "escalated")
    )


def test_of_two_rules_for_the_same_value_the_later_holds() -> None:
    table = to_frame(MAPPING, shipped())
    again = table.iloc[[1]].assign(days=7)
    measures = from_frame(pd.concat([table, again], ignore_index=True), MAPPING, shipped())
    assert [m.days for m in measures] == [None, 7]


def test_a_second_condition_stays_with_the_first() -> None:
    both = Where("start", "running", "end", Where("recurring", "true"))
    held = replace(MAPPING, measures=(replace(MRR, where=both), OPEN))
    table = to_frame(held, shipped())
    assert from_frame(table, held, shipped()) == held.measures
    table.loc[0, "where"] = "status"
    assert from_frame(table, held, shipped())[0].where == Where("status", "running", "end")


def test_a_percentage_needs_to_know_of_what() -> None:
    table = pd.DataFrame([{"gives": "Seats in use", "how": "percentage of rows"}])
    table = pd.concat([to_frame(MAPPING, shipped()).head(0), table], ignore_index=True)
    assert from_frame(table, MAPPING, shipped()) == ()


TICKETS = """
    Id,Organization,Created at,Status,Hours
    1,Acme,2026-03-30,open,10
    2,Acme,2026-03-01,closed,20
    3,Acme,2026-02-01,closed,
    4,Acme,2025-03-01,open,70
    5,Beta,2025-12-31,open,1
    """
WINDOW = "per Organization, Created at in the last 90 days"


@pytest.mark.parametrize(
    ("gives", "how", "column", "where", "values", "sentence"),
    [
        ("Support tickets", "number of rows", "", None, {"Acme": 3, "Beta": 0},
         f"Support tickets = number of rows {WINDOW}"),
        ("Support tickets", "number of rows", "", ("is not", "closed"), {"Acme": 1, "Beta": 0},
         f"Support tickets = number of rows {WINDOW}, where Status is not closed"),
        ("Product use", "sum", "Hours", None, {"Acme": 30, "Beta": 0},
         f"Product use = sum of Hours {WINDOW}"),
        ("Product use", "sum", "Hours", ("is", "open"), {"Acme": 10, "Beta": 0},
         f"Product use = sum of Hours {WINDOW}, where Status is open"),
        ("Time to resolution", "mean", "Hours", None, {"Acme": 15},
         f"Time to resolution = mean of Hours {WINDOW}"),
        ("Overdue invoices", "latest value", "Hours", None, {"Acme": 10},
         f"Overdue invoices = latest Hours {WINDOW}"),
        ("Overdue invoices", "highest", "Hours", None, {"Acme": 20},
         f"Overdue invoices = highest Hours {WINDOW}"),
        ("Breadth of use", "number of different values", "Status", None, {"Acme": 2, "Beta": 0},
         f"Breadth of use = number of different values of Status {WINDOW}"),
        # the open one of the three in the window; last year's does not count
        ("Seats in use", "percentage of rows", "", ("is", "open"), {"Acme": pytest.approx(100 / 3)},
         f"Seats in use = percentage of rows {WINDOW}, where Status is open"),
        ("Last real conversation", "days since the latest", "Created at", ("is", "closed"),
         {"Acme": 30}, f"Last real conversation = days since the latest Created at {WINDOW}, "
         "where Status is closed"),
    ],
)  # fmt: skip
def test_every_rule_works_and_reads_well(gives, how, column, where, values, sentence) -> None:
    table = sheet(TICKETS)
    columns = (Column("Organization", "name"), Column("Created at", "date"))
    test, value = where or ("", "")
    row = {"gives": gives, "how": how, "column": column, "days": 90,
           "where": "Status" if where else "", "test": test, "value": value}  # fmt: skip
    chosen = TableMapping(table.file, "", "rows", columns)
    chosen = mapping.with_measures(chosen, from_frame(pd.DataFrame([row]), chosen, shipped()))
    (found,) = mapping.apply([table], [chosen], shipped(), date(2026, 3, 31))
    told = found.observations
    assert dict(zip(told["customer_id"], told["value"], strict=True)) == values
    assert [m.sentence(shipped(), chosen) for m in chosen.measures] == [sentence]


def test_an_nps_is_made_of_answers() -> None:
    answers = "\n".join(
        f"{n},Acme,2026-03-0{n},open,{score}" for n, score in enumerate((10, 9, 3), 1)
    )
    table = sheet("Id,Organization,Created at,Status,Hours\n" + answers)
    columns = (Column("Organization", "name"), Column("Created at", "date"))
    row = {"gives": "Would recommend", "how": "NPS of the answers", "column": "Hours", "days": 90,
           "where": "", "test": "", "value": ""}  # fmt: skip
    chosen = TableMapping(table.file, "", "rows", columns)
    chosen = mapping.with_measures(chosen, from_frame(pd.DataFrame([row]), chosen, shipped()))
    (found,) = mapping.apply([table], [chosen], shipped(), date(2026, 3, 31))
    assert found.observations["value"].tolist() == [pytest.approx(100 / 3)]
