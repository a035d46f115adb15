"""Small tables for tests, written as the CSV text that a reader of the test can see."""

from __future__ import annotations

import csv
from textwrap import dedent

import pandas as pd

from cmi import mapping
from cmi.files import Table
from cmi.mapping import TableMapping
from cmi.methodology import shipped


def sheet(text: str, file: str = "accounts.csv") -> Table:
    """The table in a CSV text; its first row below the header is row 2."""
    header, *rows = csv.reader(dedent(text).strip().splitlines())
    frame = pd.DataFrame(rows, columns=header, dtype="str")
    frame.index = pd.RangeIndex(2, 2 + len(rows))
    return Table(file, "", frame, (), len(rows), 0, 0, ())


def proposed(text: str, *others: str) -> TableMapping:
    tables = [sheet(text), *(sheet(t, f"other{n}.csv") for n, t in enumerate(others))]
    return mapping.propose(tables, shipped())[0]


def roles(found: TableMapping) -> dict[str, str]:
    """Header -> role or target, of the columns that are used."""
    named = ("factor", "driver", "outcome")
    return {
        c.header: c.target if c.role in named else c.role
        for c in found.columns
        if c.role != "ignore"
    }


def why(found: TableMapping, header: str) -> str:
    return next(c.why for c in found.columns if c.header == header)


# Headers that mean something, or nothing, and cells that fit few of them.
HEADERS = [
    "customer_id", "Customer", "Website", "id", "date", "Created at", "ticket id", "Subject",
    "status", "start date", "end date", "ARR", "MRR", "Amount", "Currency", "NPS", "CSAT",
    "Contract", "churned", "Item", "Value", "Rater", "Skills", "usage", "feature name", "escalated",
    "last contact", "Active users", "Seats", "=1+1", "<b>",
    "Timestamp", "Email", "Your role", "Rated by", "Response ID", "#", "survey type", "score",
    "ARR Currency", "Amount", "Item recurring", "How able are these people?",
    "when", "who", "value ",
]  # fmt: skip
CELLS = ["", "-", "A", "B", "Acme", "1", "0", "-5", "4 - fine", "1.234", "1,5", "€5", "$4", "yes",
         "active", "2025-03-31", "31/03/2025", "03/04/2025", "2199-01-01", "monthly", "tickets",
         "acme.com", "a@b.de", "NaN", "1e400", "\x00", "x" * 300]  # fmt: skip
