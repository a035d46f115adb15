"""The controls of the Trends page: view, periods, split, and who is behind a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, cast

import pandas as pd
import streamlit as st

from cmi import portfolio
from cmi.freshness import resting
from cmi.history import Step
from cmi.methodology import GridKey, Methodology
from cmi.reports.scores import score_table
from cmi.segments import ALL, named
from cmi.ui import tables, widgets
from cmi.ui.explore.trending import SCORES
from cmi.ui.markdown import plain
from cmi.words import MISSING, count, period

NOTHING = "All together"
NOBODY = "Click a mark, or choose"
EVERYBODY, EVERYWHERE = "Every segment", "Every place"
STEPS = {"Quarters": "quarter", "Months": "month"}
VIEWS = ("Scores", "Mix", "Coverage", "Cohorts")
MOST_SERIES = 6  # lines in one chart


def view() -> str:
    """Which of the questions is asked; links from before there were several mean the cohorts."""
    asked = {*st.query_params, *st.session_state}
    if "show" not in asked and {"cohort", "cohort_shows"} & {*st.query_params}:
        st.session_state["show"] = "Cohorts"
    return widgets.one_of("Show", VIEWS, "show")


def steps() -> Step:
    """Quarters or months."""
    return cast("Step", STEPS[widgets.one_of("Periods", list(STEPS), "periods")])


def split(history: pd.DataFrame, methodology: Methodology) -> str | None:
    """A column to split by what customers were then, kept in the address."""
    there = portfolio.present(history)
    columns = ["owner", *portfolio.segment_columns(history, methodology)]
    few = [c for c in columns if 1 < there[c].nunique() <= MOST_SERIES]
    return choice("Split by", [NOTHING, *few], "split")


def score() -> str:
    """Health or maturity, by its key."""
    return SCORES[widgets.one_of("Of", list(SCORES), "known_of")]


def money_or_heads() -> tuple[str, str]:
    """Shares of customers or of their ARR: the column, and what it is a share of."""
    chosen = widgets.one_of("Shares of", ["Customers", "ARR"], "mix_of")
    if chosen == "ARR":
        return "arr_share", "ARR of scored customers"
    return "share", "scored customers"


def choice(label: str, options: Sequence[str], key: str) -> str | None:
    """One of the options, None for the first; kept in the address."""
    chosen = widgets.choice(label, options, options[0], key)
    return None if chosen == options[0] else chosen


def say(sentence: str) -> None:
    """What the charts beneath show, in words; nothing where there is nothing to say."""
    if sentence:
        st.markdown(f"**{plain(sentence)}**")


def change_table(changes: pd.DataFrame) -> None:
    """How much of each segment's change is its own customers'."""
    number = st.column_config.NumberColumn
    columns: dict[str, Any] = {"label": st.column_config.TextColumn("Segment", pinned=True)}
    for name, key in SCORES.items():
        said = name.lower()
        columns |= {
            f"{key}_before": number(f"{name} then", format="%.0f"),
            f"{key}_after": number(f"{name} now", format="%.0f"),
            f"{key}_change": number("Change", format="%+.1f", help=f"Of the median {said}"),
            f"{key}_of_same": number(
                "by the same", format="%+.1f", help="Of those scored in the segment at both ends"
            ),
            f"{key}_of_others": number(
                "by others", format="%+.1f", help="Because others came, left or had no score"
            ),
            f"{key}_same": number("the same are", format="localized", help="Customers"),
        }
    st.dataframe(
        changes.round(1).replace(-0.0, 0.0),
        key="changes",
        hide_index=True,
        placeholder=MISSING,
        column_order=list(columns),
        column_config=columns,
    )


# Who is behind a number


def show(*picked: Any) -> None:
    """Choose who is listed: a period, and perhaps a segment and a scenario; with nothing nobody."""
    held = dict(zip(("behind", "behind_of", "behind_at"), picked, strict=False))
    st.session_state["behind"] = held.get("behind", NOBODY)
    st.session_state["behind_of"] = held.get("behind_of", EVERYBODY)
    st.session_state["behind_at"] = held.get("behind_at", EVERYWHERE)


def behind(
    history: pd.DataFrame, split: str | None, months: bool, places: Mapping[str, str]
) -> tuple[str, pd.DataFrame] | None:
    """The customers behind a number, and what it is of; None where nothing is chosen.

    `places` (key -> name) are the scenarios to choose from, if any.
    """
    days = history["period"].drop_duplicates().sort_values(ascending=False)
    names = {period(day, months=months): day for day in days}
    rows = portfolio.present(history)
    labels = pd.Series(ALL, index=rows.index) if split is None else named(rows[split], split)
    keys = {name: key for key, name in places.items()}
    with widgets.bar():
        st.markdown("**Who is behind a number?**")
        chosen = choice("Period", [NOBODY, *names], "behind")
        segment, place = None, None
        if split is not None:
            segment = choice("Segment", [EVERYBODY, *sorted(labels.unique())], "behind_of")
        if places:
            place = choice("Place", [EVERYWHERE, *keys], "behind_at")
    if chosen is None:
        return None
    kept = rows["period"] == names[chosen]
    if segment is not None:
        kept &= labels == segment
    if place is not None:
        kept &= rows["scenario"] == keys[place]
    return ", ".join(filter(None, (chosen, segment, place))), rows[kept]


def customers(
    title: str, rows: pd.DataFrame, rules: Mapping[date, Methodology], grid: GridKey
) -> None:
    """Customers of a period, by the rules of then; a tick opens one."""
    st.subheader(f"{plain(title)}: {count(len(rows), 'customer')}", anchor=False)
    if rows.empty:
        return
    end = rows["period"].iloc[0].date()
    tables.customer_table(portfolio.listing(rows, rules[end], grid), key="behind.customers")
    widgets.take_along(lambda: score_table(rows, rules[end], end, grid), "customers")


def how_known(title: str, rows: pd.DataFrame, rests: pd.DataFrame) -> None:
    """How much is known of customers, the least first; a tick opens one."""
    st.subheader(f"{plain(title)}: {count(len(rows), 'customer')}", anchor=False)
    listed = resting.listing(rows, rests)
    _known_table(listed)
    widgets.take_along(lambda: listed, "known")


def _known_table(listed: pd.DataFrame) -> None:
    percent = [f"{s}_{what}" for s in ("chs", "cmi") for what in ("coverage", "stale")]
    tables.openable(
        listed.assign(**{column: listed[column] * 100 for column in percent}),
        "behind.known",
        {
            "customer_id": None,
            "name": st.column_config.TextColumn("Customer", pinned=True),
            "owner": "Owner",
            "arr": tables.MONEY,
            **{
                f"{score}_{what}": st.column_config.NumberColumn(f"{name} {words}", format=form)
                for name, score in SCORES.items()
                for what, words, form in (
                    ("coverage", "known", "%.0f %%"),
                    ("stale", "stale", "%.0f %%"),
                    ("age", "heard, days ago", "%.0f"),
                )
            },
        },
        [str(column) for column in listed],
    )


def changed_rules(rules: Mapping[date, Methodology]) -> dict[pd.Timestamp, str]:
    """The periods from which another methodology holds than before, with its name."""
    held = list(rules.items())
    return {
        pd.Timestamp(day): f"rules {now.version}"
        for (_, before), (day, now) in pairwise(held)
        if now != before
    }
