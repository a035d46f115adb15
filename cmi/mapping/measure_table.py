"""The measures of a mapping as a table that a person can edit, and back.

Columns: gives (what it becomes, in words), how (in words), column (header, "" for the rows
themselves), days (window up to the as-of date, missing: all), where (header), test (in words),
value (what the test compares with; for "runs on the day" the header of the end).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cmi.mapping.model import MONEY, Measure, Where

if TYPE_CHECKING:
    from cmi.mapping.model import How, TableMapping, Test
    from cmi.methodology import Methodology

COLUMNS = ["gives", "how", "column", "days", "where", "test", "value"]
HOW: dict[str, How] = {
    "sum": "sum",
    "mean": "mean",
    "latest value": "latest",
    "highest": "max",
    "number of rows": "count",
    "number of different values": "count_distinct",
    "percentage of rows": "share",
    "days since the latest": "days_since",
    "NPS of the answers": "nps",
}
TESTS: dict[str, Test] = {
    "is": "is",
    "is not": "is_not",
    "is empty": "blank",
    "is filled": "filled",
    "is true": "true",
    "runs on the day": "running",
}
_MONEY = {
    "ARR": "arr",
    "Software revenue": "software_revenue",
    "Services revenue": "services_revenue",
}
_NO_COLUMN = ("count", "share")


def gives(methodology: Methodology) -> dict[str, tuple[str, str]]:
    """What a measure can become: label -> (role, target)."""
    drivers = {d.name: ("driver", d.key) for d in methodology.drivers}
    return {label: (role, "") for label, role in _MONEY.items()} | drivers


def to_frame(mapping: TableMapping, methodology: Methodology) -> pd.DataFrame:
    """The measures of a mapping, a row each."""
    labels = {aim: label for label, aim in gives(methodology).items()}
    how = {value: words for words, value in HOW.items()}
    tests = {value: words for words, value in TESTS.items()}
    rows = [
        {
            "gives": labels[m.role, m.target],
            "how": how[m.how],
            "column": m.column,
            "days": m.days,
            "where": m.where.column if m.where else "",
            "test": tests[m.where.test] if m.where else "",
            "value": m.where.value if m.where else "",
        }
        for m in mapping.measures
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"days": "Int64"})


def from_frame(
    edited: pd.DataFrame, mapping: TableMapping, methodology: Methodology
) -> tuple[Measure, ...]:
    """The measures in an edited table; rows that are not finished yet are left out.

    A measure keeps its unit (months into years, cents) while its column stays the same.
    """
    measures: dict[tuple[str, str], Measure] = {}
    before: dict[tuple[str, str], Where | None] = {
        (m.role, m.target): m.where for m in mapping.measures
    }
    factors = {m.column: m.factor for m in mapping.measures}
    factors |= {c.header: c.factor for c in mapping.of("driver", *MONEY)}
    for row in edited.to_dict("records"):
        aim = gives(methodology).get(_text(row["gives"]))
        how = HOW.get(_text(row["how"]))
        column = _text(row["column"])
        where = _where(row, before.get(aim) if aim else None)
        lacking = where is None if how == "share" else not (column or how in _NO_COLUMN)
        if aim is None or how is None or lacking:
            continue
        measures[aim] = Measure(
            role=aim[0],  # type: ignore[arg-type]
            target=aim[1],
            how=how,
            column=column,
            days=None if pd.isna(row["days"]) else int(row["days"]),
            where=where,
            factor=factors.get(column, 1.0) if how in ("sum", "mean", "latest", "max") else 1.0,
        )
    return tuple(measures.values())


def _where(row: dict[Any, Any], before: Where | None) -> Where | None:
    """The condition of a row; what goes with it stays while it is about the same column."""
    column, test = _text(row["where"]), TESTS.get(_text(row["test"]))
    also = before.also if before and before.column == column else None
    return Where(column, test, _text(row["value"]), also) if column and test else None


def _text(cell: object) -> str:
    return "" if cell is None or pd.isna(cell) else str(cell)  # type: ignore[call-overload]
