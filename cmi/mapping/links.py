"""How a table that names no customer finds them through another table of the same upload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmi.mapping import vocabulary
from cmi.mapping.model import Link
from cmi.mapping.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from cmi.files import Table

FOUND = 0.8  # share of a column's values that the other table must hold


def link_for(table: Table, others: Sequence[tuple[Table, str]]) -> Link | None:
    """The best link from `table` to one of `others`, which come with their customer's header.

    Both columns have the same name; the other one is never repeated and holds at least 80 % of
    the values.
    """
    best, most = None, FOUND
    for other, customer in others:
        named = {compact(str(h)): str(h) for h in other.frame.columns if h != customer}
        for header in map(str, table.frame.columns):
            there = named.get(compact(header))
            share = _found(table.frame[header], other.frame[there]) if there else 0.0
            if there and share >= most:
                best, most = Link(header, other.file, other.sheet, there), share
    return best


def _found(values: pd.Series[str], keys: pd.Series[str]) -> float:
    """The share of the distinct values that are among the keys; 0 when a key is repeated."""
    held = keys.str.strip()
    held = held[held.notna() & (held != "")]
    sought = values.str.strip()
    distinct = sought[sought.notna() & (sought != "")].drop_duplicates()
    if held.duplicated().any() or distinct.empty or len(distinct) < 2:
        return 0.0
    return float(distinct.isin(held).mean())


def could_link(headers: Sequence[str]) -> tuple[str, ...]:
    """Those of the headers that are ids of something that another table may know."""
    known = vocabulary.shipped()
    return tuple(
        h
        for h in headers
        if any(known.has(h, "subjects", subject, "ids") for subject in known.subjects)
    )
