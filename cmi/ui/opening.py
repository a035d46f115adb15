"""The line on top of a page: which portfolio, day, rules and grid, and which customers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from cmi.methodology import GridKey, Methodology
from cmi.portfolio import filtered, present, segment_columns
from cmi.ui import ahead, session
from cmi.ui.markdown import plain
from cmi.ui.session import Frame
from cmi.ui.widgets import bar, one_of
from cmi.words import day, listed

MOST_VALUES = 60  # a column with more different values is no segment to filter by


@dataclass(frozen=True)
class Top:
    """What the reader chose: `everyone` are the scores of those who are there, `wanted` the values
    per column that the filters leave.
    """

    frame: Frame
    grid: GridKey
    everyone: pd.DataFrame
    wanted: dict[str, list[str]]

    @property
    def rules(self) -> Methodology:
        """The methodology of the frame."""
        return self.frame.methodology

    @property
    def scores(self) -> pd.DataFrame:
        """The scores of those that the filters leave."""
        return filtered(self.everyone, self.wanted)


def line() -> Top:
    """The whole line; pages that need less take its parts."""
    with bar():
        found = frame()
        st.space("stretch")
        grid = grid_choice()
        everyone = present(session.scores(found, grid))
        return Top(found, grid, everyone, filters(everyone, found.methodology))


def frame() -> Frame:
    """What every page stands in: which portfolio, which day, which rules."""
    store, is_sample = session.portfolio()
    newest = session.newest_day(store)
    days = (datetime.now(UTC).date(), *store.days())
    session.turn_to_day(newest)
    if is_sample:
        st.badge("Sample portfolio", icon=":material/science:", color="orange")
    else:
        st.badge("Your portfolio", icon=":material/database:", color="blue")
    with st.popover(
        f"As of {day(_chosen_day(newest, days))}", icon=":material/calendar_today:", type="tertiary"
    ):
        as_of = st.date_input(
            "Show everything as it stood on",
            value=newest,
            min_value=min(days),
            max_value=max(days),
            format="YYYY-MM-DD",
            key="as_of",
            bind="query-params",
            persist_state="session",
        )
        st.button("Newest day", on_click=session.show_day, args=[None], key="as_of.newest")
        todays = st.toggle(
            "By today's rules throughout",
            key="todays_rules",
            bind="query-params",
            persist_state="session",
            help="Otherwise each day is scored by the methodology that was in force then.",
        )
    today, held = store.methodology(), session.rules_in_force(store, as_of or newest)
    methodology = today if todays else held
    then = "" if held == today else ", of today" if todays else ", in force then"
    st.page_link(
        "pages/refine/methodology.py",
        label=f"Methodology {plain(methodology.version)}{then}",
        icon=":material/rule_settings:",
    )
    if is_sample:
        st.page_link("pages/collect/upload.py", label="Upload your own", icon=":material/upload:")
    found = Frame(store, is_sample, as_of or newest, methodology, todays)
    ahead.ask(found)
    return found


def _chosen_day(newest: date, days: Sequence[date]) -> date:
    """The day that the control below will hold: on the first visit the address knows it."""
    if held := st.session_state.get("as_of"):
        return held  # type: ignore[no-any-return]
    with suppress(ValueError):
        asked = date.fromisoformat(st.query_params.get("as_of", ""))
        return asked if min(days) <= asked <= max(days) else newest
    return newest


def grid_choice() -> GridKey:
    """2x2 or 3x3."""
    return "3x3" if one_of("Grid", ["2x2", "3x3"], "grid") == "3x3" else "2x2"


def filters(scores: pd.DataFrame, methodology: Methodology) -> dict[str, list[str]]:
    """The wanted values per column: owner and every segment column."""
    columns = ["owner", *segment_columns(scores, methodology)]
    choices = {c: sorted(scores[c].dropna().unique()) for c in columns}
    choices = {c: v for c, v in choices.items() if 1 < len(v) <= MOST_VALUES}
    keys = _keys(choices)
    chosen = {c: _chosen(keys[c], values) for c, values in choices.items()}
    active = [f"{c.capitalize()}: {listed(v, 2)}" for c, v in chosen.items() if v]
    label = " · ".join(active) if active else "All customers"
    with st.popover(plain(label), icon=":material/filter_alt:"):
        if not choices:
            st.write("There is no column to filter by yet.")
        for column, values in choices.items():
            chosen[column] = st.multiselect(
                plain(column.capitalize() if column == "owner" else column),
                values,
                key=keys[column],
                bind="query-params",
                persist_state="session",
                placeholder="All",
                filter_mode="contains",  # else the first is “Select 2 matches”, of similar letters
                select_all=False,
            )
        if active and st.button("Clear all filters", on_click=_clear, args=[list(keys.values())]):
            st.rerun()
    return chosen


def only_of(owner: str) -> None:
    """From the next page on, the filters leave the customers of this owner; for a callback."""
    st.session_state["f_owner"] = [owner]


def _keys(columns: Iterable[str]) -> dict[str, str]:
    """A name for each column that can stand in the address; no two are alike."""
    keys: dict[str, str] = {}
    for column in columns:
        key = "f_" + re.sub(r"\W+", "_", column.casefold())
        keys[column] = f"{key}_{len(keys)}" if key in keys.values() else key
    return keys


def _chosen(key: str, values: list[str]) -> list[str]:
    """What a filter will hold: on the first visit the address knows it."""
    wanted = st.session_state.get(key, st.query_params.get_all(key))
    return [value for value in wanted if value in values]


def _clear(keys: list[str]) -> None:
    for key in keys:
        st.session_state[key] = []
