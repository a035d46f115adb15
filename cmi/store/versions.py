"""The versions of the methodology: kept as they were saved, and which of them held when.

The one that comes with the product holds until the day of the first that was saved. From its
effective day a saved version holds until the next one's; of two with the same day the one that was
saved last holds, and the other never does.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

import pandas as pd

from cmi import methodology as rules
from cmi.frames import typed
from cmi.methodology import Methodology
from cmi.problems import MethodologyError
from cmi.store.database import Connection
from cmi.store.imports import now
from cmi.words import day

PRODUCT = "the product"  # the author of the version that is shipped
_OLDEST_FIRST = "effective, saved_at, rowid"
_NEWEST_FIRST = "effective DESC, saved_at DESC, rowid DESC"


def holding(cursor: Connection, on: date | None = None) -> Methodology:
    """The version in force on a day (today)."""
    row = cursor.execute(
        f"SELECT document FROM methodology WHERE effective <= ? ORDER BY {_NEWEST_FIRST} LIMIT 1",
        [on or now().date()],
    ).fetchone()
    return rules.shipped() if row is None else rules.from_document(json.loads(row[0]))


def called(cursor: Connection, version: str) -> Methodology:
    """The version of this name; MethodologyError when there is none."""
    row = cursor.execute("SELECT document FROM methodology WHERE version = ?", [version]).fetchone()
    if row is not None:
        return rules.from_document(json.loads(row[0]))
    if version not in (rules.shipped().version, _shipped_name({rules.shipped().version})):
        raise MethodologyError(f'version "{version}"', "is not kept here.")
    return rules.shipped()


def listed(cursor: Connection) -> pd.DataFrame:
    """Every version, in the order in which they take effect: version, name, effective, author,
    note, saved_at (missing for the one that comes with the product, which is the first).
    """
    saved = cursor.execute(
        "SELECT version, json_extract_string(document, '$.name') AS name, "
        "effective::TIMESTAMP AS effective, author, note, saved_at "
        f"FROM methodology ORDER BY {_OLDEST_FIRST}"
    ).df()
    shipped = rules.shipped()
    first = pd.DataFrame(
        {
            "version": [_shipped_name(set(saved["version"]))],
            "name": [shipped.name],
            "effective": pd.Series([shipped.effective], dtype=saved["effective"].dtype),
            "author": [PRODUCT],
            "note": [""],
            "saved_at": pd.Series([None], dtype=saved["saved_at"].dtype),
        }
    )
    return typed(first if saved.empty else pd.concat([first, saved], ignore_index=True))


def _shipped_name(taken: set[str]) -> str:
    """What the shipped version is called: a newer release may have one that was saved before."""
    version = rules.shipped().version
    return f"{version} of {PRODUCT}" if version in taken else version


def in_force(versions: pd.DataFrame) -> pd.DataFrame:
    """Which version held when, oldest first, of those of `listed`: version, from (missing: since
    ever), until (the last day; missing: for good).

    One that never holds, because a later one has the same day, is not there.
    """
    own = versions[versions["saved_at"].notna()].drop_duplicates("effective", keep="last")
    starts: list[date | None] = [when.date() for when in own["effective"]]
    names = own["version"].tolist()
    shipped = versions.loc[versions["saved_at"].isna(), "version"].tolist()
    if shipped and (not starts or starts[0] != date.min):
        names, starts = [*shipped, *names], [None, *starts]
    ends = [start and start - timedelta(days=1) for start in [*starts[1:], None]] if starts else []
    return pd.DataFrame(
        {
            "version": pd.Series(names, dtype="str"),
            "from": pd.Series(starts, dtype="datetime64[us]"),
            "until": pd.Series(ends, dtype="datetime64[us]"),
        }
    )


def when_in_words(versions: pd.DataFrame, effective: date, today: date) -> str:
    """What it means that a further version takes effect on this day, among those of `listed`."""
    held = in_force(versions)
    day_of = pd.Timestamp(effective)
    later = held[held["from"] > day_of].to_dict("records")
    until = ""
    if later:
        until = f" until {later[0]['version']} takes over on {day(later[0]['from'])}"
    now_in_force = held[(held["from"] == day_of)]["version"].tolist()
    replaced = f" It takes the place of {now_in_force[0]}, of the same day." if now_in_force else ""
    if effective > today:
        return f"It will count from {day(effective)} on{until}.{replaced}"
    if not later and effective == today:
        return f"It counts from today on.{replaced}"
    past = f"Every period from {day(effective)} on{until} will be scored by it."
    return f"{past}{replaced}"


def keep(cursor: Connection, methodology: Methodology, author: str, note: str) -> None:
    """Add a version; MethodologyError when its name is taken, for versions never change."""
    refuse_taken(cursor, methodology.version)
    document = rules.to_json(methodology)
    kept = [methodology.version, methodology.effective, document, author, note, now()]
    cursor.execute("INSERT INTO methodology VALUES (?, ?, ?, ?, ?, ?)", kept)


def refuse_taken(cursor: Connection, version: str) -> None:
    """MethodologyError when a version goes by this name, whatever its case."""
    rows = cursor.execute("SELECT version FROM methodology").fetchall()
    taken = {str(row[0]).strip().casefold() for row in rows}
    if version.strip().casefold() in taken | {rules.shipped().version.casefold()}:
        raise MethodologyError(
            f'version "{version}"', "is kept already and never changes: give yours another version."
        )
