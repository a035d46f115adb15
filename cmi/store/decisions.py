"""What people decided: scenarios agreed, plays given, what became of them.

Rows are only ever added; the last word counts, and whoever writes says which was the last word that
they saw. What is decided changes no score, so it leaves the store's version alone and has its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from cmi.frames import typed
from cmi.methodology import GridKey
from cmi.problems import CmiError
from cmi.store.database import Connection, reading, transaction
from cmi.store.imports import now

State = Literal["open", "done", "dropped"]
STATES: tuple[State, ...] = ("open", "done", "dropped")


class DecisionError(CmiError):
    """A decision that lacks what it needs."""


class DecidedMeanwhileError(CmiError):
    """Somebody else had the last word since; `number` is that of it."""

    def __init__(self, by_whom: str, number: int) -> None:
        super().__init__(
            f"{by_whom} decided here after you had opened it. Yours is not saved yet: look at "
            "theirs first."
        )
        self.number = number


@dataclass(frozen=True)
class Decision:
    """What was agreed about one customer, for a quarter (`period`: its last day), by the scores of
    a day (`as_of`).

    `proposed` and `scenario` are keys of the grid; None without a place on the plane. A scenario
    other than proposed needs a reason and the last day on which it holds.
    """

    customer_id: str
    period: date
    as_of: date
    grid: GridKey
    proposed: str | None
    scenario: str | None
    by_whom: str
    reason: str = ""
    expires: date | None = None
    note: str = ""
    reviewed: bool = True

    @property
    def overrides(self) -> bool:
        """Whether another scenario was agreed than the scores propose."""
        return self.scenario != self.proposed


@dataclass(frozen=True)
class NewPlay:
    """A play that is given to a customer, by its key."""

    play: str
    owner: str = ""
    due_date: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Word:
    """How a play stands now; `given` is the number that it was given under."""

    given: int
    state: State
    by_whom: str
    owner: str = ""
    due_date: date | None = None
    note: str = ""


class Decisions:
    """The decisions of one store."""

    def __init__(self, connection: Connection, lock: threading.Lock) -> None:
        self._connection = connection
        self._lock = lock

    def version(self) -> int:
        """The number of the last word of all: another one after every decision."""
        return self._last(f"SELECT max(id) FROM ({_WORDS})", [])

    def seen(self, customer_id: str) -> int:
        """The number of the last word on a customer or its plays; 0 where there is none."""
        return self._last(_LAST_ON_CUSTOMER, [customer_id])

    def decided(self, until: date) -> pd.DataFrame:
        """Every decision up to a day, oldest first: id, customer_id, period, as_of, grid, proposed,
        scenario, reason, expires, note, reviewed, by_whom, decided_at (UTC).
        """
        return self._frame(
            "SELECT * FROM decision WHERE decided_at::DATE <= ? ORDER BY id", [until]
        )

    def plays(self, until: date) -> pd.DataFrame:
        """How each play stood on a day, in the order in which they were given: id (of the last
        word), given (of the first), customer_id, play (key), as_of, grid, scenario, owner,
        due_date, state, note, by_whom, said_at, given_at (UTC).
        """
        return self._frame("SELECT * FROM play_by(?) ORDER BY given", [until])

    def decide(self, decision: Decision, plays: Sequence[NewPlay] = (), *, seen: int) -> int:
        """Keep a decision with the plays that it gives, all or nothing; the last number.

        DecidedMeanwhileError where a word on the customer is newer than `seen`, DecisionError where
        something lacks.
        """
        _refuse(decision)
        with self._writing() as cursor:
            _refuse_unseen(cursor, _LAST_ON_CUSTOMER, decision.customer_id, seen)
            number = _next(cursor)
            cursor.execute(
                f"INSERT INTO decision VALUES ({_marks(13)})",
                [
                    number, decision.customer_id, decision.period, decision.as_of, decision.grid,
                    decision.proposed, decision.scenario, _text(decision.reason),
                    decision.expires if decision.overrides else None, _text(decision.note),
                    decision.reviewed, decision.by_whom.strip(), now(),
                ],
            )  # fmt: skip
            for one in plays:
                number += 1
                cursor.execute(
                    f"INSERT INTO play VALUES ({_marks(13)})",
                    [
                        number, number, decision.customer_id, one.play, decision.as_of,
                        decision.grid, decision.scenario, _text(one.owner), one.due_date, "open",
                        _text(one.note), decision.by_whom.strip(), now(),
                    ],
                )  # fmt: skip
            return number

    def say(self, word: Word, *, seen: int) -> int:
        """Keep how a play stands now; its number.

        DecidedMeanwhileError where a word on this play is newer than `seen`.
        """
        if not word.by_whom.strip():
            raise DecisionError(_NOBODY)
        with self._writing() as cursor:
            _refuse_unseen(cursor, _LAST_ON_PLAY, word.given, seen)
            number = _next(cursor)
            cursor.execute(
                "INSERT INTO play SELECT ?, given, customer_id, play, as_of, grid, scenario, "
                "?, ?, ?, ?, ?, ? FROM play WHERE id = ?",
                [
                    number, _text(word.owner), word.due_date, word.state, _text(word.note),
                    word.by_whom.strip(), now(), word.given,
                ],
            )  # fmt: skip
            return number

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock, transaction(self._connection, changes=False) as cursor:
            yield cursor

    def _frame(self, query: str, parameters: list[date]) -> pd.DataFrame:
        with reading(self._connection) as cursor:
            return typed(cursor.execute(query, parameters).df())

    def _last(self, query: str, parameters: list[str]) -> int:
        with reading(self._connection) as cursor:
            return _number(cursor, query, parameters)


_WORDS = (
    "SELECT id, customer_id, by_whom, NULL AS given FROM decision "
    "UNION ALL SELECT id, customer_id, by_whom, given FROM play"
)
_LAST_ON_CUSTOMER = f"SELECT max(id), max_by(by_whom, id) FROM ({_WORDS}) WHERE customer_id = ?"
_LAST_ON_PLAY = f"SELECT max(id), max_by(by_whom, id) FROM ({_WORDS}) WHERE given = ?"
_NOBODY = "Say who decides: a decision has a name."


def _refuse(decision: Decision) -> None:
    """DecisionError where something lacks."""
    if not decision.by_whom.strip():
        raise DecisionError(_NOBODY)
    if not decision.overrides:
        return
    if decision.scenario is None:
        raise DecisionError("Say which scenario is agreed instead.")
    if not decision.reason.strip():
        raise DecisionError("Another scenario than the scores propose needs a reason.")
    if decision.expires is None or decision.expires < now().date():
        raise DecisionError(
            "Another scenario than the scores propose needs a day, from today on, on which it ends."
        )


def _refuse_unseen(cursor: Connection, query: str, what: str | int, seen: int) -> None:
    """DecidedMeanwhileError where the last word is newer than what was seen."""
    row = cursor.execute(query, [what]).fetchone()
    if row is not None and row[0] is not None and row[0] > seen:
        raise DecidedMeanwhileError(str(row[1]), int(row[0]))


def _next(cursor: Connection) -> int:
    return _number(cursor, f"SELECT max(id) FROM ({_WORDS})", []) + 1


def _number(cursor: Connection, query: str, parameters: list[str]) -> int:
    row = cursor.execute(query, parameters).fetchone()
    return 0 if row is None or row[0] is None else int(row[0])


def _text(text: str) -> str | None:
    """What was written, or nothing; text is "" never."""
    return text.strip() or None


def _marks(number: int) -> str:
    return ", ".join("?" * number)
