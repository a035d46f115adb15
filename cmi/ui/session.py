"""The only session state and the only caches: which portfolio, which day, which methodology."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from cmi.charts import Look
from cmi.freshness.resting import resting
from cmi.history import Step, by_version, period_ends, score_history
from cmi.methodology import GridKey, Methodology
from cmi.moves.causes import change
from cmi.portfolio import present
from cmi.sample import sample_store
from cmi.scoring import placed, score
from cmi.store import Store, database

MOST_PERIODS = 13  # a year of months, three years of quarters

# Scores are kept with the places of both grids, for the other is one click away.
GRIDS: tuple[GridKey, tuple[GridKey, ...]] = ("2x2", ("3x3",))
# A methodology as text says all, and is told twenty times faster than by Streamlit.
BY_TEXT: dict[str | type[Any], Callable[[Any], Any]] = {Methodology: repr}

_Periods = tuple[str, date, Step, Methodology | None]


@dataclass(frozen=True)
class Frame:
    """What every page stands in: the portfolio, the day, the rules.

    The methodology is the one that was in force on the day, with `todays_rules` that of today; by
    these the past is scored too, each day by those of then unless `todays_rules`.
    """

    store: Store
    is_sample: bool
    as_of: date
    methodology: Methodology
    todays_rules: bool = False


@st.cache_resource(show_spinner="Opening the database …")
def own_store() -> Store:
    """The user's own database, opened once per server."""
    return Store(database.chosen())


@st.cache_resource(show_spinner="Preparing the sample portfolio …")
def _sample() -> Store:
    return sample_store()


def portfolio() -> tuple[Store, bool]:
    """The store to read, and whether it is the sample: that is shown until the first import.

    The sample too is scored by the methodology that the own database keeps, so that versions can
    be saved and seen before anything was imported, and hold for what is imported later.
    """
    own = own_store()
    return (_sample().ruled_by(own), True) if own.is_empty() else (own, False)


def today() -> Frame:
    """The portfolio on its newest day, by the rules of today, whatever day a page shows."""
    store, is_sample = portfolio()
    return Frame(store, is_sample, newest_day(store), store.methodology())


def under(frame: Frame, rules: Methodology) -> Frame:
    """The same portfolio on the same day under other rules."""
    return replace(frame, methodology=rules)


def newest_day(store: Store) -> date:
    """The last day on which something was said, but not a day in the future."""
    today = datetime.now(UTC).date()
    past = [day for day in store.days() if day <= today]
    return past[-1] if past else today


def known_until(frame: Frame) -> date:
    """The day up to which what people decided is known: today, where the newest day is shown, for
    they decide after the data came.
    """
    today = datetime.now(UTC).date()
    return today if frame.as_of >= newest_day(frame.store) else frame.as_of


def rules_in_force(store: Store, day: date) -> Methodology:
    """The methodology of a day; from the newest day on it is today's, so that rules count at once
    and not only when the next data come.
    """
    return store.methodology() if day >= newest_day(store) else store.methodology(day)


def scores(frame: Frame, grid: GridKey) -> pd.DataFrame:
    """Everybody's scores on the frame's day; not to be changed by the caller."""
    return _scores(frame.store, frame.as_of, frame.methodology, grid)


def _scores(store: Store, day: date, rules: Methodology, grid: GridKey) -> pd.DataFrame:
    return placed(_scored(store.version(), day, rules, _store=store), grid)


@st.cache_resource(max_entries=6, show_spinner="Scoring the portfolio …", hash_funcs=BY_TEXT)
def _scored(version: str, as_of: date, rules: Methodology, *, _store: Store) -> pd.DataFrame:
    known = _known(version, as_of, rules, _store=_store)
    return score(known, rules, *GRIDS)  # type: ignore[no-any-return]


def history(frame: Frame, grid: GridKey, step: Step) -> pd.DataFrame:
    """Everybody's scores at the end of each period up to the frame's day; not to be changed by the
    caller.
    """
    return placed(_history(*_periods(frame, step), _store=frame.store), grid)


def _periods(frame: Frame, step: Step) -> _Periods:
    rules = frame.methodology if frame.todays_rules else None
    return frame.store.version(), frame.as_of, step, rules


@st.cache_resource(max_entries=4, show_spinner="Scoring every period …", hash_funcs=BY_TEXT)
def _history(
    version: str, as_of: date, step: Step, rules: Methodology | None, *, _store: Store
) -> pd.DataFrame:
    held = by_version(_rules_then(version, as_of, step, rules, _store=_store))
    return score_history([(m, _store.history(of, m)) for m, of in held], *GRIDS)


def rules_then(frame: Frame, step: Step) -> dict[date, Methodology]:
    """The methodology by which `history` scores the end of each period, earliest first."""
    return _rules_then(*_periods(frame, step), _store=frame.store)


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs=BY_TEXT)
def _rules_then(
    version: str, as_of: date, step: Step, rules: Methodology | None, *, _store: Store
) -> dict[date, Methodology]:
    del version  # only part of the key
    said = _store.days()
    days = period_ends(min(said[0], as_of) if said else as_of, as_of, step, MOST_PERIODS)
    return {day: rules or rules_in_force(_store, day) for day in days}


def rests(frame: Frame, step: Step) -> pd.DataFrame:
    """What the scores of each row of `history` rest on (see cmi.freshness.resting); not to be
    changed.
    """
    return _rests(*_periods(frame, step), _store=frame.store)


@st.cache_resource(max_entries=4, show_spinner="Looking for what is stale …", hash_funcs=BY_TEXT)
def _rests(
    version: str, as_of: date, step: Step, rules: Methodology | None, *, _store: Store
) -> pd.DataFrame:
    scored = _history(version, as_of, step, rules, _store=_store)
    return resting(scored, _rules_then(version, as_of, step, rules, _store=_store))


def earlier_days(frame: Frame) -> tuple[date, ...]:
    """The first day on which something was said, and the ends of the quarters after it, before the
    frame's day.
    """
    said = frame.store.days()
    if not said or said[0] >= frame.as_of:
        return ()
    ends = period_ends(said[0], frame.as_of, "quarter", MOST_PERIODS)
    return tuple(sorted({said[0], *(day for day in ends if day < frame.as_of)}))


def rules_on(frame: Frame, day: date) -> Methodology:
    """The methodology by which an earlier day is scored."""
    return frame.methodology if frame.todays_rules else rules_in_force(frame.store, day)


def two_days(frame: Frame, since: date, grid: GridKey) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Everybody's scores on an earlier day and on the frame's; not to be changed by the caller."""
    then = _scores(frame.store, since, rules_on(frame, since), grid)
    return then, scores(frame, grid)


def causes_of_change(frame: Frame, since: date) -> pd.DataFrame:
    """Why everybody's scores changed since a day (see cmi.moves.causes), without those who have
    left; not to be changed by the caller.
    """
    version, held = frame.store.version(), rules_on(frame, since)
    return _causes(version, since, frame.as_of, held, frame.methodology, _frame=frame)


@st.cache_resource(max_entries=6, show_spinner="Comparing the two days …", hash_funcs=BY_TEXT)
def _causes(
    version: str,
    since: date,
    until: date,
    held: Methodology,
    rules: Methodology,
    *,
    _frame: Frame,
) -> pd.DataFrame:
    del until  # only part of the key
    then, now = two_days(_frame, since, "2x2")
    again = None if held == rules else _known(version, since, rules, _store=_frame.store)
    restated = None if again is None else present(again)
    return change(present(then), present(now), held, rules, restated)


def known(store: Store, methodology: Methodology) -> pd.DataFrame:
    """The snapshot of today, with today's ages; not to be changed by the caller."""
    today = datetime.now(UTC).date()
    return _known(store.version(), today, methodology, _store=store)


def snapshot(frame: Frame) -> pd.DataFrame:
    """What was known on the frame's day, with the ages of then; not to be changed by the caller."""
    return _known(frame.store.version(), frame.as_of, frame.methodology, _store=frame.store)


@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs=BY_TEXT)
def _known(version: str, on: date, methodology: Methodology, *, _store: Store) -> pd.DataFrame:
    del version  # only part of the key
    return _store.snapshot(on, methodology)


def look() -> Look:
    """The colours for the reader's theme."""
    return Look(dark=st.context.theme.type == "dark")


def show_day(day: date | None) -> None:
    """Turn the frame to another day when it is drawn next, or back to the newest with None."""
    st.session_state["_day"] = day


def turn_to_day(newest: date) -> None:
    """Do as `show_day` was told; its widget must not have been drawn yet."""
    if "_day" in st.session_state:
        st.session_state["as_of"] = st.session_state.pop("_day") or newest


def last_customer() -> str | None:
    """The customer that was looked at last."""
    return st.session_state.get("_customer")


def remember_customer(customer_id: str | None) -> None:
    """Keep the customer for the next visit to its page."""
    st.session_state["_customer"] = customer_id


def proposals() -> dict[str, Any] | None:
    """What the reader last proposed on the Weights page, as the live plane says it."""
    return st.session_state.get("_proposals")


def keep_proposals(said: dict[str, Any] | None) -> None:
    """Keep what was proposed for the next visit to its page."""
    st.session_state["_proposals"] = said


def suggestion() -> dict[str, float] | None:
    """The shares that evidence suggests, by driver or characteristic, once the reader took them."""
    return st.session_state.get("suggested_weights")


def take_suggestion(shares: dict[str, float], proposed: dict[str, Any]) -> None:
    """Put suggested shares on the sliders; `proposed` is how the Weights page says them."""
    st.session_state["suggested_weights"] = shares
    keep_proposals({"slot": "A", "A": proposed, "B": None, "locks": []})


def selection_round() -> int:
    """How often the selection on the plane was cleared: a plane of its own each time."""
    return int(st.session_state.get("_cleared", 0))


def clear_selection() -> None:
    """Forget what was picked on the plane."""
    st.session_state["_cleared"] = selection_round() + 1
