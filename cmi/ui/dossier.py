"""One customer over time, read alone: the history of everybody would take long for many.

Frames are cached and not to be changed by the caller.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from cmi.freshness.resting import resting
from cmi.history import by_version
from cmi.methodology import GridKey, Methodology
from cmi.moves.causes import change
from cmi.scoring import score
from cmi.store import Store
from cmi.ui import session
from cmi.ui.session import Frame

KEPT = 100  # of each: customers that were looked at last


def scores(
    frame: Frame, grid: GridKey, customer_id: str, on: date, rules: Methodology | None = None
) -> pd.DataFrame:
    """Its scores as of a day, by the rules of then or by others: one row, or none for who was not
    known yet.
    """
    rules = rules or session.rules_on(frame, on)
    return _scores(frame.store.version(), customer_id, (on,), grid, rules, _store=frame.store)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _scores(
    version: str,
    customer_id: str,
    days: tuple[date, ...],
    grid: GridKey,
    rules: Methodology,
    *,
    _store: Store,
) -> pd.DataFrame:
    del version  # only part of the key
    return score(_store.history(days, rules, customer_id), rules, grid)  # type: ignore[no-any-return]


def way(frame: Frame, grid: GridKey, customer_id: str) -> pd.DataFrame:
    """Its scores at the end of each quarter up to the frame's day, by the rules of then, and beside
    them what they rest on (see cmi.freshness.resting).
    """
    version, rules = frame.store.version(), frame.methodology if frame.todays_rules else None
    return _way(version, customer_id, frame.as_of, grid, rules, _frame=frame)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _way(
    version: str,
    customer_id: str,
    as_of: date,
    grid: GridKey,
    rules: Methodology | None,
    *,
    _frame: Frame,
) -> pd.DataFrame:
    del as_of, rules  # only part of the key
    then = session.rules_then(_frame, "quarter")
    scored = pd.concat(
        [
            _scores(version, customer_id, days, grid, m, _store=_frame.store)
            for m, days in by_version(then)
        ],
        ignore_index=True,
    )
    return scored.join(resting(scored, then))


def causes(frame: Frame, grid: GridKey, customer_id: str, since: date) -> pd.DataFrame:
    """Why its scores changed since a day (see cmi.moves.causes)."""
    version, held, rules = (
        frame.store.version(),
        session.rules_on(frame, since),
        frame.methodology,
    )
    days = since, frame.as_of
    return _causes(version, customer_id, days, grid, held, rules, _frame=frame)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _causes(
    version: str,
    customer_id: str,
    days: tuple[date, date],
    grid: GridKey,
    held: Methodology,
    rules: Methodology,
    *,
    _frame: Frame,
) -> pd.DataFrame:
    del version  # only part of the key
    everyone, since = session.scores(_frame, grid), days[0]
    then = scores(_frame, grid, customer_id, since)
    restated = None if held == rules else scores(_frame, grid, customer_id, since, rules)
    return change(then, everyone[everyone["customer_id"] == customer_id], held, rules, restated)


def events(frame: Frame, customer_id: str) -> pd.DataFrame:
    """What happened to it up to the frame's day, or today (see cmi.store.snapshot.EVENTS)."""
    return frame.store.events(session.known_until(frame), customer_id, frame.methodology)
