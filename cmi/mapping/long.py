"""A row per observation: the item in one column, its value in another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from cmi.mapping.said import (
    Said,
    first_known,
    observed,
    people,
    placed,
    without_repeated,
)
from cmi.mapping.vocabulary import compact

if TYPE_CHECKING:
    from cmi.mapping.cells import Reader
    from cmi.methodology import Methodology


def load(reader: Reader, ids: pd.Series[str], methodology: Methodology) -> Said:
    """The observations of a long table; `ids` are the customers of its rows."""
    reader, when = placed(reader)
    item_header, value_header = reader.mapping.first("item"), reader.mapping.first("value")
    item = _items(reader, item_header, methodology)
    reader = replace(reader, frame=reader.frame[item.notna()])
    keys = pd.DataFrame(
        {
            "customer": ids.loc[reader.frame.index],
            "when": when.loc[reader.frame.index],
            "item": item.dropna(),
            **people(reader),
        }
    )
    reader = without_repeated(reader, keys)
    rows = reader.frame.index
    base = pd.DataFrame(
        {
            "customer_id": ids.loc[rows],
            "date": when.loc[rows],
            "note": reader.text(reader.mapping.first("note")),
            **people(reader),
        }
    )
    customers = first_known(reader, ids.loc[rows])
    if value_header not in reader.frame:
        return Said(customers, None, None, rows)
    column = next(iter(reader.mapping.of("value")))
    parts = [
        observed(
            replace(reader, frame=reader.frame.loc[group]),
            column,
            methodology.item(str(key)),
            base.loc[group],
        )
        for key, group in base.groupby(item.loc[rows]).groups.items()
    ]
    observations = pd.concat(parts, ignore_index=True) if parts else None
    return Said(customers, observations, None, rows)


def _items(reader: Reader, header: str, methodology: Methodology) -> pd.Series[str]:
    """The key of the item that each row names, missing where it names none."""
    known = {compact(name): i.key for i in methodology.items for name in (i.name, i.key)}
    text = reader.text(header)
    keys = text.map({c: known.get(compact(c)) for c in text.dropna().unique()}).astype("str")
    reader.report(
        "item", header, keys.isna(), lambda v: f'"{v}" is no factor or driver of the methodology.'
    )
    return keys
