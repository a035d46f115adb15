"""The only session state and the only caches: which portfolio, which day, which methodology."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from cmi import database
from cmi.charts import Look
from cmi.methodology import GridKey, Methodology
from cmi.sample import sample_store
from cmi.scoring import score
from cmi.store import Store


@dataclass(frozen=True)
class Frame:
    """What every page stands in: the portfolio, the day, the rules."""

    store: Store
    is_sample: bool
    as_of: date
    methodology: Methodology


@st.cache_resource(show_spinner="Opening the database …")
def own_store() -> Store:
    """The user's own database, opened once per server."""
    return Store(database.chosen())


@st.cache_resource(show_spinner="Preparing the sample portfolio …")
def _sample() -> Store:
    return sample_store()


def portfolio() -> tuple[Store, bool]:
    """The store to read, and whether it is the sample: that is shown until the first import."""
    own = own_store()
    return (_sample(), True) if own.is_empty() else (own, False)


def newest_day(store: Store) -> date:
    """The last day on which something was said, but not a day in the future."""
    today = datetime.now(UTC).date()
    past = [day for day in store.days() if day <= today]
    return past[-1] if past else today


def scores(frame: Frame, grid: GridKey) -> pd.DataFrame:
    """Everybody's scores on the frame's day; not to be changed by the caller."""
    return _scores(frame.store.version(), frame.as_of, grid, frame.methodology, _store=frame.store)


@st.cache_resource(max_entries=12, show_spinner="Scoring the portfolio …")
def _scores(
    version: str, as_of: date, grid: GridKey, methodology: Methodology, *, _store: Store
) -> pd.DataFrame:
    del version  # only part of the key
    return score(_store.snapshot(as_of, methodology), methodology, grid)  # type: ignore[no-any-return]


def known(store: Store, methodology: Methodology) -> pd.DataFrame:
    """The snapshot of today, with today's ages; not to be changed by the caller."""
    today = datetime.now(UTC).date()
    return _known(store.version(), today, methodology, _store=store)


@st.cache_resource(max_entries=2, show_spinner=False)
def _known(version: str, today: date, methodology: Methodology, *, _store: Store) -> pd.DataFrame:
    del version  # only part of the key
    return _store.snapshot(today, methodology)


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


def selection_round() -> int:
    """How often the selection on the plane was cleared: a plane of its own each time."""
    return int(st.session_state.get("_cleared", 0))


def clear_selection() -> None:
    """Forget what was picked on the plane."""
    st.session_state["_cleared"] = selection_round() + 1
