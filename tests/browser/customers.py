"""Thirty customers whose scores are known by hand, as the files that somebody would upload.

Every factor of a customer has the same level, so CMI = 100 × (level - 1) / 4. Every driver is set
to where its bounds give the same points, so whatever the weights, and whichever driver is not
known, their mean is that number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from cmi.intake import Upload, load
from cmi.methodology import shipped
from cmi.store import Store

CMI = {1: 0, 2: 25, 3: 50, 4: 75, 5: 100}
CHS = (10, 30, 40, 50, 60, 80)
# What gives 0 and what gives 100 points. Weights 15, 10, 9, 8, 8 and 6 of 100: one of those with
# 6 may be missing, and half of the weight is still known.
BOUNDS = {
    "Logins last 30d": (0, 60),
    "Features used": (1, 10),
    "Seats in use %": (20, 85),
    "CSAT": (2.5, 4.8),
    "Support tickets": (15, 0),
    "NPS": (-30, 60),
}
OWNERS = ("Ana", "Jo", "Mia")
DAY = "2026-03-31"


@dataclass(frozen=True)
class Customer:
    """A customer and where it must stand."""

    id: str
    name: str
    level: int
    chs: int

    @property
    def cmi(self) -> int:
        return CMI[self.level]


def thirty(names: Sequence[str] = ()) -> list[Customer]:
    """A customer on each of five levels times six healths; the first ones get the given names."""
    places = [(level, chs) for level in CMI for chs in CHS]
    given = [*names, *(f"Customer {level}-{chs}" for level, chs in places[len(names) :])]
    return [
        Customer(f"A{n:02}", name, level, chs)
        for n, (name, (level, chs)) in enumerate(zip(given, places, strict=True), start=1)
    ]


def crm(customers: Iterable[Customer]) -> list[dict[str, str]]:
    """The rows of a CRM's export. Who looks after a customer stands under a name of its own."""
    return [
        {
            "Account ID": customer.id,
            "Account Name": customer.name,
            "Tier": ("Gold", "Silver")[n % 2],
            "Handled by": OWNERS[n % 3],
            "ARR": "$100,000.00",
            "Renewal Date": "2026-12-31",
            **_worth(customer.chs),
        }
        for n, customer in enumerate(customers)
    ]


def _worth(chs: int) -> dict[str, str]:
    """The raw values that are worth `chs` points each."""
    return {
        header: f"{round(worst + (best - worst) * chs / 100, 3):g}"
        for header, (worst, best) in BOUNDS.items()
    }


def csv_file(rows: Sequence[dict[str, str]]) -> bytes:
    """Rows as a CSV file; its columns are those of the first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def assessments(customers: Iterable[Customer], note: str = "") -> bytes:
    """A workbook with every customer's levels, under the keys of the factors."""
    factors = [f.key for c in shipped().characteristics for f in c.factors]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Customer id", "Date", "Rater", *factors, "Note"])
    for customer in customers:
        sheet.append([customer.id, DAY, "csm", *[customer.level] * len(factors), ""])
        sheet.cell(sheet.max_row, sheet.max_column).value = note
        sheet.cell(sheet.max_row, sheet.max_column).data_type = "s"  # never a formula
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def stock(database: Path) -> None:
    """Put the thirty customers into a database file."""
    people = thirty()
    files = (
        Upload("crm export.csv", csv_file(crm(people))),
        Upload("assessments.xlsx", assessments(people)),
    )
    store = Store(database)
    load(files, store, shipped())
    store.close()
