"""Exports of our own in tests/exports, with the headers and quirks of what real tools write."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from cmi import files, mapping
from cmi.files import Table
from cmi.frames import Loaded
from cmi.mapping import TableMapping
from cmi.methodology import shipped

FOLDER = Path(__file__).parent / "exports"
DAY = date(2026, 3, 31)

USAGE = "usage_id,subscription_id,usage_date,feature_name,usage_count\n" + "\n".join(
    f"U{n},S{n % 3},2025-03-0{n + 1},f{n},2" for n in range(6)
)


def text(name: str) -> str:
    """An export as text, to be changed by a test."""
    return (FOLDER / name).read_text(encoding="utf-8-sig")


def table(name: str) -> Table:
    """The one table of an export."""
    (only,) = files.read((FOLDER / name).read_bytes(), name)
    return only


def proposed(*names: str) -> tuple[TableMapping, ...]:
    """What exports that come together are taken for."""
    return mapping.propose([table(n) for n in names], shipped())


def loaded(
    *names: str, answers: dict[str, str] | None = None, known: pd.DataFrame | None = None
) -> tuple[Loaded, ...]:
    """What exports that come together become on the last day of March 2026.

    `answers` are given to the questions of the first one; `known` are customers of other imports.
    """
    tables = [table(n) for n in names]
    first, *others = mapping.propose(tables, shipped())
    for key, answer in (answers or {}).items():
        first = mapping.with_answer(first, key, answer)
    return mapping.apply(tables, [first, *others], shipped(), DAY, known)


def known(*customers: tuple[str, str, str]) -> pd.DataFrame:
    """Customers of other imports: id, name and domain."""
    return pd.DataFrame(customers, columns=["customer_id", "name", "domain"], dtype="str")


def field(found: Loaded, column: str) -> dict[str, object]:
    """One field per customer id, only where it is known."""
    return found.customers.set_index("customer_id")[column].dropna().to_dict()


def values(found: Loaded, item: str) -> dict[str, object]:
    """The value of one item per customer id, or its label where it is a category."""
    of_item = found.observations[found.observations["item"] == item].set_index("customer_id")
    told = of_item["value"] if of_item["value"].notna().any() else of_item["label"]
    return told.to_dict()
