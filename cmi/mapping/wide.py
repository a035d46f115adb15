"""A row per customer, or per customer and day: attributes, observations and outcomes.

Columns that name a day of their own ("Goals Q1 2025") are read day by day, each time as a table of
that day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from cmi.cells.dates import dates
from cmi.cells.values import booleans
from cmi.frames import OTHER_ID
from cmi.mapping import vocabulary, whole
from cmi.mapping.match import domain_of
from cmi.mapping.money import money_of
from cmi.mapping.said import Said, observed, people, placed, without_repeated
from cmi.mapping.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cmi.mapping.cells import Reader
    from cmi.mapping.model import Column
    from cmi.methodology import Methodology


def load(reader: Reader, ids: pd.Series[str], methodology: Methodology) -> Said:
    """The three frames of a wide table; `ids` are the customers of its rows."""
    reader, when = placed(reader)
    keys = pd.DataFrame({"customer": ids.loc[when.index], "when": when, **people(reader)})
    for n, column in enumerate(reader.mapping.of("outcome", "outcome_type")):
        text = reader.text(column.header)
        told = _days(reader, text).notna() | (column.role == "outcome_type")
        keys[f"outcome {n}"] = text.where(told)
    reader = without_repeated(reader, keys)
    rows = reader.frame.index
    customer, when = ids.loc[rows], when.loc[rows]
    days = sorted({_day_of(c) for c in reader.mapping.columns if c.role != "ignore"} | {""})
    parts = [_of_day(reader, day) for day in days]
    at = [when.where(when.isna(), pd.Timestamp(day)) if day else when for day in days]
    dated = list(zip(parts, at, strict=True))
    return Said(
        _together(_customers(part, customer, then) for part, then in dated),
        _together(_observations(part, customer, then, methodology) for part, then in dated),
        _together(_outcomes(part, customer, then) for part, then in dated),
        rows,
    )


_OF_ROWS = ("customer_id", "name", "domain", "date")  # whatever their headers say
_OF_ANY_DAY = ("rater", "respondent", "note", "currency")


def _day_of(column: Column) -> str:
    """The day of which a column is, "" when it is that of its row."""
    return "" if column.role in _OF_ROWS else column.day


def _of_day(reader: Reader, day: str) -> Reader:
    """The table with the columns of one day only, as of that day; "": those without one."""
    columns = reader.mapping.columns
    if not day:
        own = tuple(c for c in columns if not _day_of(c))
        return replace(reader, mapping=replace(reader.mapping, columns=own))
    _report_future(reader, day)
    own = tuple(c for c in columns if _day_of(c) == day)
    own += tuple(c for c in columns if c.role in _OF_ANY_DAY and not c.day)
    mapping = replace(reader.mapping, columns=own, link=None, left=False)
    return replace(reader, mapping=mapping, as_of=date.fromisoformat(day))


def _report_future(reader: Reader, day: str) -> None:
    """Columns of a period that is not over; what they hold is not known to count before."""
    if date.fromisoformat(day) <= max(reader.as_of, datetime.now(UTC).date()):
        return
    for column in reader.mapping.columns:
        if column.day == day and reader.text(column.header).notna().any():
            message = f"{column.header} is of {day}, in the future; it counts from that day on."
            reader.report_column("range", column.header, message)


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
    if reader.mapping.names_customers and not reader.mapping.of("outcome", "outcome_type"):
        return frame
    # neither a list of events nor a period of a tracker lists customers
    known = frame.drop(columns=["customer_id", "as_of", "attributes", "currency"])
    return frame[known.notna().any(axis=1) | (frame["attributes"].str.len() > 0)]


def _attributes(reader: Reader) -> pd.Series[Any]:
    """Segment name -> value of each row, only what is filled; ids of other systems are marked."""
    filled: list[dict[str, str]] = [{} for _ in range(len(reader.frame))]
    for column in reader.mapping.of("segment", "other_id"):
        text = reader.text(column.header)
        name = column.target or column.header
        if column.role == "other_id":
            name = OTHER_ID + column.header
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
    note = reader.text(reader.mapping.first("note"))
    base = pd.DataFrame({"customer_id": customer, "date": when, "note": note, **people(reader)})
    told = [
        observed(reader, column, items[column.target], base)
        for column in reader.mapping.of("factor", "driver")
        if column.target in items and column.header in reader.frame
    ]
    wholes = list(whole.observed(reader, base, methodology))
    found = _together([*told, *wholes])
    if found is None or not wholes:
        return found
    # what is told of a factor itself comes first
    keys = ["customer_id", "item", "date", "rater", "respondent"]
    return found[~found.duplicated(keys)]


def _together(frames: Iterable[pd.DataFrame | None]) -> pd.DataFrame | None:
    parts = [f for f in frames if f is not None and len(f)]
    return pd.concat(parts, ignore_index=True) if parts else None


def _outcomes(
    reader: Reader, customer: pd.Series[str], when: pd.Series[pd.Timestamp]
) -> pd.DataFrame | None:
    amounts = [reader.numbers(c) for c in reader.mapping.of("amount")[:1]]
    base = pd.DataFrame({"customer_id": customer, "date": when})
    base["amount"] = amounts[0] if amounts else float("nan")
    told = [_outcome(reader, c) for c in reader.mapping.of("outcome", "outcome_type")]
    told = [(_without_known_day(n, told), day) for n, (_, day) in enumerate(told)]
    if reader.mapping.left:
        rows = reader.frame.index
        told += [(pd.Series("churned", rows, dtype="str"), pd.Series(pd.NaT, rows))]
    return _together(
        base.assign(outcome=outcome, date=day.fillna(base["date"]))[outcome.notna()]
        for outcome, day in told
    )


def _without_known_day(
    n: int, told: Sequence[tuple[pd.Series[str], pd.Series[pd.Timestamp]]]
) -> pd.Series[str]:
    """The outcomes of one column, but for those whose day another column tells: "yes" and a day
    are one outcome.
    """
    outcome, day = told[n]
    for other, when in told:
        outcome = outcome.mask(day.isna() & when.notna() & (other == outcome))
    return outcome


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
