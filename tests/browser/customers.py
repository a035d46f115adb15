"""Thirty customers whose scores are known by hand before anything is computed.

Every factor of a customer has the same level, so CMI = 100 × (level - 1) / 4. Every driver is set
to where its bounds give the same points, so whatever the weights, and whichever driver is not
known, their mean is that number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import openpyxl

from cmi.methodology import shipped

CMI = {1: 0, 2: 25, 3: 50, 4: 75, 5: 100}
CHS = (10, 30, 40, 50, 60, 80)
# What gives 0 and what gives 100 points; together 56 of 100 of the weight, more than the half.
BOUNDS = {
    "Logins last 30d": (0, 60),
    "Features used": (1, 10),
    "Seats in use %": (20, 85),
    "CSAT": (2.5, 4.8),
    "Support tickets": (15, 0),
    "NPS": (-30, 60),
}
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
    """A customer on each of five levels times six healths; the first ones have the given names."""
    places = [(level, chs) for level in CMI for chs in CHS]
    given = [*names, *(f"Customer {level}/{chs}" for level, chs in places[len(names) :])]
    return [
        Customer(f"A{n:02}", name, level, chs)
        for n, (name, (level, chs)) in enumerate(zip(given, places, strict=True), start=1)
    ]


def drivers(chs: int) -> dict[str, str]:
    """The raw values that are worth `chs` points each."""
    return {
        header: f"{round(worst + (best - worst) * chs / 100, 3):g}"
        for header, (worst, best) in BOUNDS.items()
    }


def csv_file(rows: Iterable[dict[str, str]]) -> bytes:
    """Rows as the CSV that a spreadsheet writes; the columns are those of the first row."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def assessments(customers: Iterable[Customer], note: str = "") -> bytes:
    """A workbook with the level of each factor, under the factor's key."""
    factors = [f.key for c in shipped().characteristics for f in c.factors]
    book = openpyxl.Workbook()
    book.active.append(["Customer id", "Date", "Rater", *factors, "Note"])
    for customer in customers:
        levels = [customer.level] * len(factors)
        book.active.append([customer.id, DAY, "csm", *levels, note])
    for cell in book.active["P"]:
        cell.data_type = "s"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
