"""A row per customer, or per customer and day: attributes, observations and outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cmi.dates import dates
from cmi.mapping import vocabulary
from cmi.mapping.match import domain_of
from cmi.mapping.money import money_of
from cmi.mapping.said import Said, observed, placed, rater_of, without_repeated
from cmi.mapping.vocabulary import compact
from cmi.values import booleans

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cmi.mapping.cells import Reader
    from cmi.mapping.model import Column
    from cmi.methodology import Methodology


def load(reader: Reader, ids: pd.Series[str], methodology: Methodology) -> Said:
    """The three frames of a wide table; `ids` are the customers of its rows."""
    reader, when = placed(reader)
    rater = rater_of(reader)
    keys = pd.DataFrame({"customer": ids.loc[when.index], "when": when, "rater": rater})
    for n, column in enumerate(reader.mapping.of("outcome", "outcome_type")):
        text = reader.text(column.header)
        told = _days(reader, text).notna() | (column.role == "outcome_type")
        keys[f"outcome {n}"] = text.where(told)
    reader = without_repeated(reader, keys)
    rows = reader.frame.index
    customer, when = ids.loc[rows], when.loc[rows]
    return Said(
        _customers(reader, customer, when),
        _observations(reader, customer, when, methodology),
        _outcomes(reader, customer, when),
        len(rows),
    )


def _customers(
    reader: Reader, customer: pd.Series[str], when: pd.Series[pd.Timestamp]
) -> pd.DataFrame:
    """The attributes of the customers, as of the day of each row."""
    first = reader.mapping.first
    text = {role: reader.text(first(role)) for role in ("name", "owner", "domain")}
    text["domain"] = domain_of(text["domain"])
    days = {role: reader.dates(first(role)) for role in ("start_date", "renewal_date")}
    money = money_of(reader)
    frame = pd.DataFrame({"customer_id": customer, "as_of": when, **text, **days, **money})
    frame = frame.assign(attributes=_attributes(reader))
    if not reader.mapping.of("outcome", "outcome_type"):
        return frame
    # a list of events is no list of customers
    fields = frame.drop(columns=["customer_id", "as_of", "attributes"]).notna().any(axis=1)
    return frame[fields | (frame["attributes"].str.len() > 0)]


def _attributes(reader: Reader) -> pd.Series[Any]:
    """Segment name -> value of each row, only what is filled."""
    filled: list[dict[str, str]] = [{} for _ in range(len(reader.frame))]
    for column in reader.mapping.of("segment"):
        text = reader.text(column.header)
        name = column.target or column.header
        for attributes, value, known in zip(
            filled, text.tolist(), text.notna().tolist(), strict=True
        ):
            if known:
                attributes[name] = value
    return pd.Series(filled, index=reader.frame.index, dtype="object")


def _observations(
    reader: Reader,
    customer: pd.Series[str],
    when: pd.Series[pd.Timestamp],
    methodology: Methodology,
) -> pd.DataFrame | None:
    items = {i.key: i for i in methodology.items}
    note, rater = reader.text(reader.mapping.first("note")), rater_of(reader)
    base = pd.DataFrame({"customer_id": customer, "date": when, "note": note, "rater": rater})
    return _together(
        observed(reader, column, items[column.target], base)
        for column in reader.mapping.of("factor", "driver")
        if column.target in items and column.header in reader.frame
    )


def _together(frames: Iterable[pd.DataFrame]) -> pd.DataFrame | None:
    parts = [f for f in frames if len(f)]
    return pd.concat(parts, ignore_index=True) if parts else None


def _outcomes(
    reader: Reader, customer: pd.Series[str], when: pd.Series[pd.Timestamp]
) -> pd.DataFrame | None:
    amounts = [reader.numbers(c) for c in reader.mapping.of("amount")[:1]]
    base = pd.DataFrame({"customer_id": customer, "date": when})
    base["amount"] = amounts[0] if amounts else float("nan")
    told = [_outcome(reader, c) for c in reader.mapping.of("outcome", "outcome_type")]
    return _together(
        base.assign(outcome=outcome, date=day.fillna(base["date"]))[outcome.notna()]
        for outcome, day in told
    )


def _days(reader: Reader, text: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """The days in a column that may also say yes or no; 1 and 0 are no days."""
    return dates(text, reader.mapping.date_order)[0]


def _outcome(reader: Reader, column: Column) -> tuple[pd.Series[str], pd.Series[pd.Timestamp]]:
    """Per row the outcome (missing: none) and its own day (missing: the day of the row)."""
    text = reader.text(column.header)
    words = vocabulary.shipped().outcome_words
    told = text.map({c: words.get(compact(c)) for c in text.dropna().unique()}).astype("str")
    if column.role == "outcome_type":
        bad = text.notna() & told.isna()
        reader.report("category", column.header, bad, lambda v: f'"{v}" names no outcome.')
        return told.mask(told == "none"), pd.Series(pd.NaT, index=text.index)
    yes, no_answer = booleans(text.where(told.isna()))
    day = _days(reader, text.where(no_answer))
    reader.report(
        "category", column.header, no_answer & day.isna(),
        lambda v: f'"{v}" says neither whether nor when a customer {column.target}.',
    )  # fmt: skip
    happened = (told == column.target) | yes.fillna(False).astype(bool) | day.notna()
    return pd.Series(column.target, index=text.index, dtype="str").where(happened), day
