"""What a table says, by whom and when: the parts that every layout shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd

from cmi.cells.dates import dates
from cmi.mapping import vocabulary
from cmi.mapping.cells import filled
from cmi.mapping.match import domain_of
from cmi.mapping.vocabulary import compact, plain
from cmi.methodology import Driver

if TYPE_CHECKING:
    from cmi.mapping.cells import Reader
    from cmi.mapping.model import Column, TableMapping
    from cmi.methodology import Factor


@dataclass(frozen=True)
class Said:
    """What a table says, and which of its rows say it."""

    customers: pd.DataFrame | None
    observations: pd.DataFrame | None
    outcomes: pd.DataFrame | None
    kept: pd.Index[int]


def placed(reader: Reader) -> tuple[Reader, pd.Series[pd.Timestamp]]:
    """The rows that have a place in time, and their days; else the day of the table, else the
    as-of date, which is also that of rows that were left empty.

    A day that cannot be read costs the row: its values would be put on the wrong day. So does no
    day beside that of an earlier assessment: nothing was assessed again.
    """
    header, usual = reader.mapping.first("date"), pd.Timestamp(reader.mapping.day or reader.as_of)
    when, bad = dates(reader.text(header), reader.mapping.date_order)
    reader.report("date", header, bad, no_place_in_time)
    if reader.mapping.first("last_assessed"):
        untouched = when.isna() & ~bad
        reader.report("not-assessed", header, untouched, lambda _: _NOT_ASSESSED)
        bad = bad | untouched
    latest = max(reader.day, pd.Timestamp(datetime.now(UTC).date()))
    reader.report(
        "range", header, when > latest,
        lambda v: f"{v} lies in the future; the row counts from that day on.",
    )  # fmt: skip
    when = when.where(answered(reader.frame, reader.mapping))
    return replace(reader, frame=reader.frame[~bad]), when[~bad].fillna(usual)


_ABOUT = ("customer_id", "name", "domain", "rater", "respondent", "date", "last_assessed", "ignore")


def answered(frame: pd.DataFrame, mapping: TableMapping) -> pd.Series[bool]:
    """The rows that say something, of a table that asks for levels; else all of them.

    An assessment workbook has who and when in every row, and many rows are left for later.
    """
    if not mapping.of("factor"):
        return pd.Series(data=True, index=frame.index)
    told = [c.header for c in mapping.columns if c.role not in _ABOUT and c.header in frame]
    return frame[told].apply(filled).notna().any(axis=1)


_NOT_ASSESSED = "The row has no date: this customer was not assessed again."


def no_place_in_time(value: str) -> str:
    """The sentence about a row whose day is missing or cannot be read."""
    said = f'"{value}" is not a date' if value else "There is no date"
    return f"{said}, so the row has no place in time."


def rater_of(reader: Reader) -> pd.Series[str]:
    """The rater of each row as a key, missing where the table does not say."""
    text = reader.text(reader.mapping.first("rater"))
    known = vocabulary.shipped().raters
    keys = {
        cell: known.get(compact(cell)) or plain(cell).replace(" ", "_") or None
        for cell in text.dropna().unique()
    }
    return text.map(keys).astype("str")


def people(reader: Reader) -> dict[str, pd.Series[str]]:
    """Who said each row: the columns rater and respondent, missing where the table does not say."""
    respondent = reader.text("")
    for header in reader.mapping.respondents:
        respondent = respondent.fillna(reader.text(header))
    return {"rater": rater_of(reader), "respondent": respondent}


def without_repeated(reader: Reader, keys: pd.DataFrame) -> Reader:
    """The rows whose `keys` were not given before; the first one counts, later ones are refused."""
    repeated = keys.duplicated()
    if not repeated.any():
        return reader
    codes = keys.groupby(list(keys.columns), dropna=False).ngroup()
    first = pd.Series(codes.index, index=codes.index).groupby(codes).transform("first")
    header = next(iter(c.header for c in reader.mapping.of("customer_id", "name", "domain")), "")
    dated = " for the same day" if reader.mapping.of("date", "outcome", "outcome_type") else ""
    rows = iter(first[repeated])
    reader.report(
        "repeated", header, repeated,
        lambda v: f'"{v}" was already given{dated} in row {next(rows)}; that row counts.',
    )  # fmt: skip
    return replace(reader, frame=reader.frame[~repeated])


def observed(
    reader: Reader, column: Column, item: Factor | Driver, base: pd.DataFrame
) -> pd.DataFrame:
    """The observations of one column; `base` has customer_id, date, note, rater and respondent."""
    value, label = reader.item(column, item)
    said = label.notna() if isinstance(item, Driver) and item.categories else value.notna()
    usual = "data" if isinstance(item, Driver) else reader.mapping.rater
    given = base[said].assign(item=item.key, value=value[said], label=label[said])
    return given.assign(rater=given["rater"].fillna(usual))


def first_known(reader: Reader, customer: pd.Series[str]) -> pd.DataFrame:
    """One row per customer with the first name, owner and domain that its rows give."""
    roles = ("name", "owner", "domain")
    text = {role: reader.text(reader.mapping.first(role)) for role in roles}
    text["domain"] = domain_of(text["domain"])
    frame = pd.DataFrame({"customer_id": customer, **text})
    return frame.groupby("customer_id", as_index=False, sort=False).first().assign(as_of=reader.day)
