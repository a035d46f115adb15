"""One import: where a table came from, and its rows on their way into the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from cmi.frames import CUSTOMER_COLUMNS, OBSERVATION_COLUMNS, OUTCOME_COLUMNS, Loaded
from cmi.problems import PROBLEM_COLUMNS, AlreadyImportedError, problem_frame
from cmi.store.database import Connection
from cmi.words import day


@dataclass(frozen=True)
class Origin:
    """Where one table of an import comes from; `sha256` is that of the file's content."""

    file: str
    sheet: str
    sha256: str
    fingerprint: str
    mapping: str
    by_whom: str
    as_of: date


# Each of the `incoming` observations beside what is known for the same item, day and rater.
COMPARED = """
SELECT i.customer_id, i.item AS field, i.date::DATE AS date,
       coalesce(k.label, k.value::VARCHAR) AS old,
       coalesce(i.label, i.value::VARCHAR) AS new,
       CASE WHEN k.customer_id IS NULL THEN 'new'
            WHEN coalesce(k.value = i.value, k.label = i.label, false)
            THEN 'unchanged' ELSE 'changed' END AS state
FROM incoming i LEFT JOIN (
    SELECT customer_id, item, rater, respondent, date,
           max_by(value, newest) AS value, max_by(label, newest) AS label
    FROM live_observation
    GROUP BY customer_id, item, rater, respondent, date
) k ON k.customer_id = i.customer_id AND k.item = i.item AND k.rater = i.rater
       AND k.respondent IS NOT DISTINCT FROM i.respondent
       AND k.date = i.date::DATE
"""


def now() -> datetime:
    """This moment, as it is kept: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def refuse_twice(cursor: Connection, origin: Origin) -> None:
    """AlreadyImportedError when the same content is loaded now."""
    row = cursor.execute(
        "SELECT by_whom, loaded_at FROM content JOIN import ON import_id = id "
        "WHERE content.sha256 = ? AND content.sheet = ?",
        [origin.sha256, origin.sheet],
    ).fetchone()
    if row is not None:
        raise AlreadyImportedError(origin.file, row[0], day(row[1]))


def insert(cursor: Connection, origin: Origin, loaded: Loaded, upload: int | None = None) -> int:
    """Write one table with all its rows; the id of the import. AlreadyImportedError when known.

    `upload` is the id of the first table that came with it; None: this is the first.
    """
    refuse_twice(cursor, origin)
    row = cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM import").fetchone()
    assert row is not None
    number = int(row[0])
    cursor.execute(
        "INSERT INTO import VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
        [
            number,
            origin.file,
            origin.sheet,
            origin.sha256,
            origin.fingerprint,
            origin.mapping,
            origin.by_whom,
            now(),
            origin.as_of,
            loaded.rows,
            loaded.kept,
            loaded.refused,
            loaded.blank,
            upload or number,
        ],
    )
    cursor.execute("INSERT INTO content VALUES (?, ?, ?)", [origin.sha256, origin.sheet, number])
    customers = loaded.customers.assign(attributes=_as_json(loaded.customers["attributes"]))
    _append(cursor, "customer", CUSTOMER_COLUMNS, customers, number)
    _append(cursor, "observation", OBSERVATION_COLUMNS, loaded.observations, number)
    _append(cursor, "outcome", OUTCOME_COLUMNS, loaded.outcomes, number)
    _append(cursor, "problem", PROBLEM_COLUMNS, problem_frame(loaded.problems), number)
    return number


def withdraw(cursor: Connection, import_id: int) -> None:
    """No longer read what one import said."""
    cursor.execute(
        "UPDATE import SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL",
        [now(), import_id],
    )
    cursor.execute("DELETE FROM content WHERE import_id = ?", [import_id])


def restore(cursor: Connection, import_id: int) -> None:
    """Read again what a withdrawn import said; AlreadyImportedError when its content came again."""
    row = cursor.execute(
        "SELECT file, sheet, sha256, fingerprint, mapping, by_whom, as_of FROM import "
        "WHERE id = ? AND withdrawn_at IS NOT NULL",
        [import_id],
    ).fetchone()
    if row is None:
        return
    origin = Origin(*row)
    refuse_twice(cursor, origin)
    cursor.execute("UPDATE import SET withdrawn_at = NULL WHERE id = ?", [import_id])
    cursor.execute("INSERT INTO content VALUES (?, ?, ?)", [origin.sha256, origin.sheet, import_id])


def _as_json(attributes: pd.Series[Any]) -> list[str]:
    """The attributes of each row; many rows share the same, which are written once."""
    keys = [tuple(row.items()) for row in attributes]
    written = {key: json.dumps(dict(key), ensure_ascii=False) for key in set(keys)}
    return [written[key] for key in keys]


def _append(
    cursor: Connection, table: str, columns: list[str], frame: pd.DataFrame, import_id: int
) -> None:
    if frame.empty:
        return
    listed = ", ".join(f'"{c}"' for c in columns)
    values = listed.replace('"attributes"', "attributes::JSON::MAP(VARCHAR, VARCHAR)")
    cursor.register("incoming", frame)
    cursor.execute(
        f"INSERT INTO {table} (import_id, {listed}) SELECT {import_id}, {values} FROM incoming"
    )
    cursor.unregister("incoming")
