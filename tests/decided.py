"""Decisions and plays for tests, as a store hands them over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cmi.review.agreed import Said

ON = date(2026, 2, 15)
Q1 = date(2026, 3, 31)
DECISION = {
    "period": Q1, "as_of": "2026-01-31", "grid": "2x2", "proposed": "high_low",
    "scenario": "high_low", "reason": None, "expires": None, "note": None, "reviewed": True,
    "by_whom": "Ana", "decided_at": "2026-02-10 10:00",
}  # fmt: skip
PLAY = {
    "play": "talk", "as_of": "2026-01-31", "grid": "2x2", "scenario": "high_low", "owner": None,
    "due_date": None, "state": "open", "note": None, "by_whom": "Ana",
    "said_at": "2026-02-10 10:00", "given_at": "2026-02-10 10:00",
}  # fmt: skip
DAYS = ("period", "as_of", "expires", "decided_at", "due_date", "said_at", "given_at")


def decided(*rows: dict[str, Any]) -> pd.DataFrame:
    """Decisions in order; each row says what differs from an accepted one."""
    return _typed([{"id": n, **DECISION, **row} for n, row in enumerate(rows, 1)], DECISION)


def plays(*rows: dict[str, Any]) -> pd.DataFrame:
    """Plays in the order in which they were given; each row says what differs from an open one."""
    numbered = [{"id": n, "given": n, **PLAY, **row} for n, row in enumerate(rows, 1)]
    return _typed(numbered, {"given": 0, **PLAY})


def said(
    decisions: pd.DataFrame | None = None, given: pd.DataFrame | None = None, on: date = ON
) -> Said:
    """What was known on a day; nothing unless it is given."""
    return Said(
        decided() if decisions is None else decisions, plays() if given is None else given, on
    )


def _typed(rows: list[dict[str, Any]], columns: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["id", "customer_id", *columns])
    texts = ("customer_id", "proposed", "scenario", "owner", "note", "reason")
    for name in frame.columns.intersection(DAYS):
        frame[name] = pd.to_datetime(frame[name], format="mixed").astype("datetime64[us]")
    return frame.astype({c: "str" for c in texts if c in frame})
