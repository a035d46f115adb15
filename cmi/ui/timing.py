"""The parts of the pages about time: which periods, split by what, and what the charts take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pandas as pd
import streamlit as st

from cmi import charts, portfolio
from cmi.history import Step
from cmi.methodology import GridKey, Methodology
from cmi.ui import widgets
from cmi.words import count, money

NOTHING = "All together"
STEPS = {"Quarters": "quarter", "Months": "month"}


def steps() -> Step:
    """Quarters or months."""
    chosen = st.segmented_control(
        "Periods",
        list(STEPS),
        default="Quarters",
        required=True,
        key="periods",
        bind="query-params",
        persist_state="session",
        label_visibility="collapsed",
    )
    return cast("Step", STEPS.get(chosen or "", "quarter"))


def todays_rules() -> bool:
    """Whether the past is scored by the rules that hold today."""
    return st.toggle(
        "Today's rules throughout",
        key="todays_rules",
        persist_state="session",
        help="Otherwise each period is scored by the methodology that was in force then.",
    )


def split(scores: pd.DataFrame, methodology: Methodology) -> str | None:
    """A column to split by, kept in the address."""
    columns = ["owner", *portfolio.segment_columns(scores, methodology)]
    few = [c for c in columns if 1 < scores[c].nunique() <= MOST_SERIES]
    return choice("Split by", [NOTHING, *few], "split")


def choice(label: str, options: Sequence[str], key: str) -> str | None:
    """One of the options, None for the first; kept in the address."""
    chosen = widgets.choice(label, options, options[0], key)
    return None if chosen == options[0] else chosen


MOST_SERIES = 6  # lines in one chart


def series(trend: pd.DataFrame, measure: str, known: str) -> pd.DataFrame:
    """A number of the trend as lines take it; `known` counts the customers that it rests on."""
    return pd.DataFrame(
        {
            "period": trend["period"],
            "series": trend["label"],
            "value": trend[measure],
            "hint": [count(int(n), "customer") for n in trend[known]],
        }
    )


def mix(
    parts: pd.DataFrame, methodology: Methodology, grid: GridKey, of: str, currency: str
) -> pd.DataFrame:
    """The mix of scenarios by period; `of` is "share" (of customers) or "arr_share"."""
    hints = [
        count(int(n), "customer") + f", {money(arr, currency)} ARR"
        for n, arr in zip(parts["customers"], parts["arr"], strict=True)
    ]
    shown = pd.DataFrame(
        {
            "label": [charts.period(day) for day in parts["period"]],
            "scenario": parts["scenario"],
            "share": parts[of].fillna(0),
            "hint": hints,
        }
    )
    return shown[shown["scenario"].isin([s.key for s in methodology.grid(grid)])]


def in_words(changes: pd.DataFrame, name: str) -> str:
    """Median health went from 55 to 58 between Q3 2024 and Q3 2026; "" without two periods."""
    told = changes.dropna(subset="change").to_dict("records")
    if len(told) != 1:
        return ""
    (one,) = told
    went = "stayed at" if round(one["before"]) == round(one["after"]) else "went from"
    numbers = (
        f"{one['after']:.0f}"
        if went == "stayed at"
        else f"{one['before']:.0f} to {one['after']:.0f}"
    )
    since, until = charts.period(one["since"]), charts.period(one["until"])
    return f"{name} {went} {numbers} between {since} and {until}."
