"""What tables say under their mappings: customers, observations, outcomes, and the problems."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pandas as pd

from cmi.cells.dates import dates
from cmi.frames import CUSTOMER_COLUMNS, OBSERVATION_COLUMNS, OUTCOME_COLUMNS, Loaded, shaped
from cmi.mapping import long, measures, wide
from cmi.mapping.cells import Reader, filled
from cmi.mapping.match import customers_of
from cmi.mapping.said import answered
from cmi.problems import MappingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cmi.files import Table
    from cmi.mapping.model import TableMapping
    from cmi.methodology import Methodology

_LAYOUTS = {"wide": wide.load, "long": long.load, "rows": measures.load}


def apply(
    tables: Sequence[Table],
    mappings: Sequence[TableMapping],
    methodology: Methodology,
    as_of: date,
    known: pd.DataFrame | None = None,
) -> tuple[Loaded, ...]:
    """What each table says as of a day.

    `known` are the customers of earlier imports: customer_id, name, domain. A cell that cannot
    be read costs that cell, a row without a customer or a row given twice that row. A row dated
    after the as-of date is kept: it counts from its own day on. A table or a column with a day of
    its own (`TableMapping.day`, `Column.day`) is read as of that day.
    """
    if len(tables) != len(mappings):
        raise MappingError("of this upload", "there must be one mapping for each table.")
    ids, _ = customers_of(tables, mappings, known)
    whole = list(zip(tables, mappings, ids, strict=True))
    loaded: dict[int, Loaded] = {}
    # What is counted ends with a customer, so who left is read first.
    for n in sorted(range(len(whole)), key=lambda n: mappings[n].layout == "rows"):
        loaded[n] = _load(*whole[n], methodology, as_of, _left(loaded.values()))
    return tuple(loaded[n] for n in range(len(whole)))


def _left(loaded: Iterable[Loaded]) -> dict[str, pd.Timestamp]:
    """When customers left, for the last time, without those that another table lists later."""
    left: dict[str, pd.Timestamp] = {}
    listed: dict[str, pd.Timestamp] = {}
    for table in loaded:
        churned = table.outcomes[table.outcomes["outcome"] == "churned"]
        gone = churned.groupby("customer_id")["date"].max()
        there = table.customers[~table.customers["customer_id"].isin(gone.index)]
        _later(left, gone)
        _later(listed, there.groupby("customer_id")["as_of"].max())
    return {who: day for who, day in left.items() if listed.get(who, day) <= day}


def _later(known: dict[str, pd.Timestamp], more: pd.Series[pd.Timestamp]) -> None:
    """Keep the later day of each customer."""
    known.update({str(who): max(day, known.get(str(who), day)) for who, day in more.items()})


def _load(
    table: Table,
    mapping: TableMapping,
    ids: pd.Series[str],
    methodology: Methodology,
    as_of: date,
    left: dict[str, pd.Timestamp],
) -> Loaded:
    day = date.fromisoformat(mapping.day) if mapping.day else as_of
    reader = Reader(table, mapping, day, table.frame, list(table.problems), left)
    _report_misfits(reader, methodology)
    _report_nobody(reader, ids)
    reader = replace(reader, frame=table.frame[ids.notna()])
    said = _LAYOUTS[mapping.layout](reader, ids.dropna(), methodology)
    left_out = table.frame.index.difference(said.kept, sort=False)
    return Loaded(
        customers=shaped(said.customers, CUSTOMER_COLUMNS),
        observations=shaped(said.observations, OBSERVATION_COLUMNS),
        outcomes=shaped(said.outcomes, OUTCOME_COLUMNS),
        problems=tuple(dict.fromkeys(reader.problems)),
        rows=table.rows,
        kept=len(said.kept),
        refused=table.refused + len(left_out),
        blank=table.blank,
        left_out=tuple(map(int, left_out)),
    )


def _report_misfits(reader: Reader, methodology: Methodology) -> None:
    """Columns that the table lacks, and items that the methodology lacks; they stop nothing."""
    items = {i.key for i in methodology.items}
    for column in reader.mapping.columns:
        if column.header not in reader.frame and column.role != "ignore":
            message = f'There is no column "{column.header}"; nothing was read from it.'
            reader.report_column("header", column.header, message)
        if column.role in ("factor", "driver") and column.target not in items:
            message = f'The methodology has no "{column.target}"; the column was not used.'
            reader.report_column("item", column.header, message)


def _report_nobody(reader: Reader, ids: pd.Series[str]) -> None:
    """The rows that lead to no customer: one problem each, or one for a table that names none."""
    mapping, nobody = reader.mapping, ids.isna()
    if not mapping.names_customers:
        if len(nobody):
            text = next((q.text for q in mapping.questions if q.key == "customer"), "")
            reader.report_column("no-customer", "", text or "This table names no customer.")
        return
    if mapping.link:
        reader.report(
            "unlinked", mapping.link.column, nobody,
            lambda v: f'"{v}" leads to no customer: the table that should list it does not.',
        )  # fmt: skip
        return
    headers = [c.header for c in mapping.of("customer_id", "name", "domain")]
    told = pd.concat([reader.text(h).notna() for h in headers], axis=1).any(axis=1)
    reader.report("no-customer", headers[0], nobody & ~told, lambda _: "The row says no customer.")
    named = next((h for h in headers if reader.text(h)[nobody & told].notna().any()), headers[0])
    reader.report(
        "unknown-customer", named, nobody & told,
        lambda v: f'"{v}" is not the id, name or domain of exactly one known customer.',
    )  # fmt: skip


def newest_date(
    tables: Sequence[Table], mappings: Sequence[TableMapping], today: date | None = None
) -> date | None:
    """The newest day on which the files say that something happened or was observed, or of
    which a table or a filled column is by its name.

    Days after today (default: by the clock, UTC) do not count, nor does that of a row of an
    assessment that was left empty. None when no day is left.
    """
    latest = pd.Timestamp(today or datetime.now(UTC).date())
    newest: list[pd.Timestamp] = []
    for table, mapping in zip(tables, mappings, strict=True):
        for header in _event_headers(table, mapping):
            days, _ = dates(table.frame[header][answered(table.frame, mapping)], mapping.date_order)
            newest.append(days[days <= latest].max())
        named = pd.to_datetime(pd.Series(_named_days(table, mapping), dtype="str"))
        newest.append(named[named <= latest].max())
    known = [day for day in newest if pd.notna(day)]
    return max(known).date() if known else None


def _named_days(table: Table, mapping: TableMapping) -> list[str]:
    """The day of the table, and those of its columns in use that say something."""
    used = [c for c in mapping.columns if c.day and c.role != "ignore" and c.header in table.frame]
    said = [c.day for c in used if filled(table.frame[c.header]).notna().any()]
    return [mapping.day, *said] if mapping.day else said


def _event_headers(table: Table, mapping: TableMapping) -> list[str]:
    """Dates of rows, starts of contracts, outcomes, and last contacts."""
    roles = ["date", *(["start_date"] if mapping.layout == "rows" else [])]
    headers = [c.header for c in mapping.of(*roles)]
    headers += [c.header for c in mapping.of("outcome")]
    headers += [c.header for c in mapping.of("driver") if c.target == "days_since_contact"]
    return [h for h in headers if h in table.frame]
