"""What the portfolio knows: imports are added in one transaction, withdrawn, and read as of a day.

Everything is append-only by import: each row carries its import, and reading sees the imports that
are not withdrawn. One process owns the file; every piece of work takes its own cursor.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from datetime import date
from pathlib import Path

import pandas as pd

from cmi.frames import OTHER_ID, Loaded, typed
from cmi.methodology import Methodology
from cmi.problems import AlreadyImportedError
from cmi.store import versions
from cmi.store.answers import WORDS, answers_sql, item_columns, prepared
from cmi.store.database import MEMORY, Connection, connect, reading, transaction
from cmi.store.decisions import Decisions
from cmi.store.imports import COMPARED, Origin, insert, refuse_twice, restore, withdraw
from cmi.store.snapshot import ALONE, EVENTS, NUMBERED, customers_sql, segment_names

__all__ = ["MEMORY", "Origin", "Store"]


# One writer per file, also where one process has opened it twice.
_WRITERS: dict[str, threading.Lock] = {}


class Store:
    """One portfolio in one DuckDB file, or in memory."""

    def __init__(self, path: Path | str = MEMORY) -> None:
        self.path = str(path)
        self._connection = connect(self.path)
        new = threading.Lock()
        alone = self.path == MEMORY
        self._lock = new if alone else _WRITERS.setdefault(os.path.realpath(self.path), new)
        self._rules = self
        self.decisions = Decisions(self._connection, self._lock)
        self._days: tuple[str, tuple[date, ...]] = ("", ())

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _reading(self) -> AbstractContextManager[Connection]:
        return reading(self._connection)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """All of it or none; one writer at a time."""
        with self._lock, transaction(self._connection) as cursor:
            yield cursor

    def _frame(
        self, query: str, parameters: Sequence[object] | dict[str, object] = ()
    ) -> pd.DataFrame:
        with self._reading() as cursor:
            return typed(cursor.execute(query, parameters).df())

    # What is there

    def version(self) -> str:
        """Another text whenever what scores are made of has changed: the key for every cache."""
        told = []
        for store in dict.fromkeys((self, self._rules)):
            with store._reading() as cursor:
                told += cursor.execute("SELECT changed FROM about").fetchall()
        return " ".join(str(row[0]) for row in told)

    def is_empty(self) -> bool:
        """True while no import is in force."""
        with self._reading() as cursor:
            row = cursor.execute("SELECT count(*) FROM live").fetchone()
        return row is None or row[0] == 0

    def imports(self) -> pd.DataFrame:
        """The history, newest first: upload (the same for tables that came together), id, file,
        sheet, by_whom, loaded_at, as_of, rows, kept, refused, blank, withdrawn_at (missing while
        in force).
        """
        return self._frame(
            "SELECT upload, id, file, sheet, by_whom, loaded_at, as_of, rows, kept, refused, "
            "blank, withdrawn_at FROM import ORDER BY id DESC"
        )

    def problems(self, import_id: int) -> pd.DataFrame:
        """What was not understood in one import: kind, file, sheet, row, column, value, message."""
        return self._frame(
            "SELECT * EXCLUDE import_id FROM problem WHERE import_id = ?", [import_id]
        )

    def known(self) -> pd.DataFrame:
        """Every customer ever named: customer_id, name, domain (the newest of each), other_ids
        (JSON text of system -> id there).
        """
        return self._frame(
            """
            WITH other AS (
                SELECT customer_id, json_group_object(system, id)::VARCHAR AS other_ids
                FROM (SELECT customer_id, e.key[length($mark) + 1:] AS system,
                             max_by(e.value, newest) AS id
                      FROM (SELECT customer_id, newest, unnest(map_entries(attributes)) AS e
                            FROM live_customer)
                      WHERE starts_with(e.key, $mark) GROUP BY ALL ORDER BY ALL)
                GROUP BY customer_id
            )
            SELECT customer_id, max_by(name, newest) AS name, max_by(domain, newest) AS domain,
                   any_value(other_ids) AS other_ids
            FROM live_customer LEFT JOIN other USING (customer_id) GROUP BY customer_id
            UNION ALL BY NAME SELECT DISTINCT customer_id FROM live_observation
            ANTI JOIN live_customer USING (customer_id) ORDER BY customer_id
            """,
            {"mark": OTHER_ID},
        )

    def days(self) -> tuple[date, ...]:
        """The days on which something was said about customers, oldest first."""
        version, (known, days) = self.version(), self._days
        if known != version:  # to tell them takes a look at every row, and they are asked for often
            days = self._read_days()
            self._days = (version, days)
        return days

    def _read_days(self) -> tuple[date, ...]:
        with self._reading() as cursor:
            rows = cursor.execute(
                "SELECT DISTINCT as_of AS day FROM live_customer UNION "
                "SELECT DISTINCT date FROM live_observation UNION "
                "SELECT DISTINCT date FROM live_outcome ORDER BY day"
            ).fetchall()
        return tuple(row[0] for row in rows)

    def mapping_for(self, fingerprint: str) -> tuple[str, date] | None:
        """The mapping of the newest import in force with the same header, and its day."""
        with self._reading() as cursor:
            row = cursor.execute(
                "SELECT mapping, loaded_at::DATE FROM import WHERE fingerprint = ? "
                "AND withdrawn_at IS NULL ORDER BY id DESC LIMIT 1",
                [fingerprint],
            ).fetchone()
        return None if row is None else (str(row[0]), row[1])

    # Reading as of a day

    def snapshot(self, as_of: date, methodology: Methodology) -> pd.DataFrame:
        """One row per customer known on that day, wide; see cmi/scoring.py for its columns.

        Also start_date, renewal_date, arr, software_revenue, services_revenue, currency and
        left_on (the day a customer churned, when nothing was heard of it later).
        """
        return self.history((as_of,), methodology)

    def history(
        self,
        days: Sequence[date],
        methodology: Methodology,
        only: str = "",
        *,
        hindsight: bool = True,
    ) -> pd.DataFrame:
        """The snapshots of several days, one below the other: sorted by period and customer_id.

        With the id of a customer, of this one `only`. Without `hindsight`, what was told of a
        customer only later (ARR, a segment) is missing.
        """
        days = sorted(set(days))
        with self._reading() as cursor:
            cursor.begin()  # every query sees the same imports
            for table in ALONE if only else ():
                cursor.execute(table, [only])
            for table in NUMBERED:
                cursor.execute(table, {"days": days} if "$days" in table else None)
            found = cursor.execute(
                "SELECT DISTINCT unnest(map_keys(attributes)) FROM live_customer"
            ).fetchall()
            query, spellings = customers_sql(
                segment_names([row[0] for row in found], methodology), hindsight=hindsight
            )
            rows = typed(cursor.execute(query, spellings).df())
            for table in prepared(methodology):
                cursor.execute(table)
            words = [row[0] for row in cursor.execute(WORDS).fetchall()]
            answers = cursor.execute(answers_sql(methodology)).fetchnumpy()
        places = {name: rows.pop(name).to_numpy() for name in ("_turn", "_number")}
        items = item_columns(answers, days, places, words, methodology)
        return pd.concat([rows, items], axis=1)

    def ratings(self, as_of: date, customer_id: str | None = None) -> pd.DataFrame:
        """Every rater's latest answer of one customer or of all, and each respondent's where they
        have names: customer_id, item, rater, respondent, date, value, label, note.
        """
        return self._frame(
            "SELECT customer_id, item, rater, respondent, max(date) AS date, avg(value) AS value, "
            "max(label) AS label, max(note) AS note FROM (SELECT * FROM live_observation "
            "WHERE customer_id = coalesce(?, customer_id) AND date <= ? QUALIFY newest = "
            "max(newest) OVER (PARTITION BY customer_id, item, rater, respondent)) "
            "GROUP BY ALL ORDER BY customer_id, item, rater, respondent",
            [customer_id, as_of],
        )

    def outcomes(self, as_of: date) -> pd.DataFrame:
        """What happened on or before the day: customer_id, date, outcome, amount."""
        return self._frame(
            "SELECT DISTINCT customer_id, date, outcome, amount FROM live_outcome "
            "WHERE date <= ? ORDER BY date, customer_id",
            [as_of],
        )

    def events(self, as_of: date, customer_id: str, methodology: Methodology) -> pd.DataFrame:
        """What happened to one customer by the day, oldest first; see cmi.store.snapshot.EVENTS."""
        factors = [factor.key for factor in methodology.factors]
        return self._frame(EVENTS, {"day": as_of, "customer": customer_id, "factors": factors})

    # Adding and taking back

    def add(self, tables: Sequence[tuple[Origin, Loaded]]) -> list[int]:
        """Import tables in one transaction and return their import ids.

        AlreadyImportedError when the content of one is loaded already: then nothing is added.
        """
        with self._writing() as cursor:
            ids: list[int] = []
            for origin, loaded in tables:
                ids.append(insert(cursor, origin, loaded, ids[0] if ids else None))
            return ids

    def twice(self, origin: Origin) -> AlreadyImportedError | None:
        """The sentence that says when the same content came, if it did."""
        with self._reading() as cursor:
            try:
                refuse_twice(cursor, origin)
            except AlreadyImportedError as error:
                return error
        return None

    def withdraw(self, *import_ids: int) -> None:
        """Undo imports: what they said is no longer read. Their rows stay, to come back."""
        with self._writing() as cursor:
            for import_id in import_ids:
                withdraw(cursor, import_id)

    def restore(self, *import_ids: int) -> None:
        """Undo an undo, all or none; AlreadyImportedError when the same content of one was loaded
        again meanwhile.
        """
        with self._writing() as cursor:
            for import_id in import_ids:
                restore(cursor, import_id)

    def compare(self, observations: pd.DataFrame) -> pd.DataFrame:
        """Each observation beside what is known for the same customer, item, day and rater.

        Columns: customer_id, field (item), date, old, new, state ("new", "changed", "unchanged").
        """
        with self._reading() as cursor:
            cursor.register("incoming", observations)
            return cursor.execute(COMPARED).df()

    # The versions of the methodology

    def ruled_by(self, other: Store) -> Store:
        """The same portfolio under the methodology that another store keeps."""
        view = copy(self)
        view._rules = other
        return view

    def methodology(self, on: date | None = None) -> Methodology:
        """The version in force on a day (today); see cmi.store.versions."""
        with self._rules._reading() as cursor:
            return versions.holding(cursor, on)

    def methodology_called(self, version: str) -> Methodology:
        """A version by its name; MethodologyError when there is none."""
        with self._rules._reading() as cursor:
            return versions.called(cursor, version)

    def methodologies(self) -> pd.DataFrame:
        """Every version, oldest first; see cmi.store.versions.listed."""
        with self._rules._reading() as cursor:
            return versions.listed(cursor)

    def save_methodology(self, methodology: Methodology, author: str, note: str = "") -> None:
        """Keep a version; MethodologyError when its name is taken, for versions never change."""
        with self._rules._writing() as cursor:
            versions.keep(cursor, methodology, author, note)
