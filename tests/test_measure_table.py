"""The rules for many rows can be edited as a table without losing anything."""

from __future__ import annotations

import pandas as pd

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
