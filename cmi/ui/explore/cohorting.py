"""The parts of the cohorts on the Trends page: which, what they show, one against another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from cmi import charts, portfolio
from cmi.history import Step
from cmi.methodology import GridKey, Methodology
from cmi.reports.scores import score_table
from cmi.segments import FEWEST
from cmi.trends import cohorts
from cmi.trends.cohorts import By, Start
from cmi.ui import session, tables, widgets
from cmi.ui.explore import trending
from cmi.ui.explore.timing import choice
from cmi.ui.markdown import plain
from cmi.words import NBSP, count, day

NOBODY = "Click a cell"
DRAWN = 24  # cohorts in one picture
KEPT = ("retention", "nrr")  # of whom was there at first: their age counts from then
STARTS: dict[Step, dict[str, Start]] = {
    "quarter": {"Start quarter": "quarter", "Start year": "year"},
    "month": {"Start month": "month", "Start quarter": "quarter", "Start year": "year"},
}


def chosen(
    history: pd.DataFrame, methodology: Methodology, grid: GridKey, step: Step
) -> tuple[By, str]:
    """What makes a cohort and what is shown of it, kept in the address."""
    starts = STARTS[step]
    columns = portfolio.segment_columns(history, methodology)
    others = {f"Column {c}" if c in starts else c: c for c in columns}
    options = [*starts, *others]
    by = widgets.choice("Cohorts", options, options[0], "cohort")
    names = {name: key for key, name in cohorts.measures(methodology, grid).items()}
    shown = widgets.choice("Shows", list(names), next(iter(names)), "cohort_shows")
    measure = names[shown]
    since: cohorts.Since = "seen" if measure in KEPT else "start"
    return By(others.get(by), starts.get(by, "quarter"), since), measure


def read(cells: pd.DataFrame, measure: str) -> tuple[pd.DataFrame, str, tuple[float, float]]:
    """The cells as they are to be read (0-100), their unit and the ends of their scale."""
    if measure in cohorts.SCORES:
        return cells, "", (0, 100)
    most = 150 if measure == "nrr" else 100
    return cells.assign(value=cells["value"] * 100), f"{NBSP}%", (0, most)


def ages(by: By, step: Step) -> str:
    """What the age of a cohort counts."""
    return f"{step}s since {'first seen' if by.since == 'seen' else 'the start'}"


def legend(cells: pd.DataFrame, shown: pd.DataFrame, by: By, late: int) -> str:
    """What the cells mean, where it is not plain; `shown` are those in the picture, `late` the
    customers who were there before their start date.
    """
    said = [
        "A row per cohort with the number of its customers; periods before it began and those "
        "still to come are blank. Who left stays in the past of its cohort."
    ]
    if late and by.column is None and by.since == "start":
        have = "has" if late == 1 else "have"
        said.append(
            f"{count(late, 'customer')} {have} data from before the start date, "
            "and began with the first of it."
        )
    there, drawn = (told.dropna(subset="value")["cohort"].nunique() for told in (cells, shown))
    if drawn < there:
        which = "began last" if by.column is None else "are largest"
        said.append(f"Drawn are the {drawn} that {which} of {there} cohorts; the file has all.")
    told = shown.dropna(subset="value")
    if told["few"].any():
        said.append(f"Slanted: of fewer than {FEWEST} customers, or than half of the cohort.")
    if told["carried"].any():
        said.append("In brackets: carried over, nothing new was heard or most of it is stale.")
    return " ".join([*said, "Click a cell to see its customers."])


def show(*picked: Any) -> None:
    """Choose the cell whose customers are listed; with nothing none."""
    st.session_state["cell"] = f"{picked[0]} · {picked[1]}" if picked else NOBODY


def behind(
    history: pd.DataFrame,
    cells: pd.DataFrame,
    by: By,
    rules: Mapping[date, Methodology],
    grid: GridKey,
) -> None:
    """The customers behind a cell, also those who have left; a tick opens one."""
    told = cells.dropna(subset="value")
    names = {
        f"{cohort} · {age}": (str(cohort), int(age))
        for cohort, age in zip(told["cohort"], told["age"], strict=True)
    }
    with widgets.bar():
        st.markdown("**Who is behind a cell?**")
        cell = choice("Cohort · age", [NOBODY, *names], "cell")
    if cell is None:
        return
    rows = cohorts.behind(history, by, *names[cell])
    st.subheader(f"{plain(cell)}: {count(len(rows), 'customer')}", anchor=False)
    ends = [end for end in rules if (rows["period"] == pd.Timestamp(end)).any()]
    parts = [(rows[rows["period"] == pd.Timestamp(end)], rules[end], end) for end in ends]
    shown = pd.concat([_listing(of_it, held, grid) for of_it, held, _ in parts])
    order = ("name", "Left", "scenario", "cmi", "chs", "arr", "weakest", "next_play", "owner")
    tables.customer_table(shown, "cell.customers", [c for c in order if c in shown])
    widgets.take_along(
        lambda: pd.concat([score_table(*part, grid) for part in parts], ignore_index=True),
        "cohort customers",
    )


def _listing(rows: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """Customers as a table; where some have left, with the day."""
    found = portfolio.listing(rows, methodology, grid)
    left = rows["left_on"]
    return found if left.isna().all() else found.assign(Left=left.map(day))


def compare(cells: pd.DataFrame, by: By, axis: str, unit: str, step: Step) -> None:
    """One cohort against another by age, both kept in the address."""
    usual = cohorts.pair(cells)
    if usual is None:
        return
    st.subheader("How does one compare with another?", anchor=False)
    names = sorted(cells.dropna(subset="value")["cohort"].unique())
    with widgets.bar():
        one = widgets.choice("One cohort", names, usual[0], "one")
        st.markdown("against")
        other = widgets.choice("Another", names, usual[1], "other")
    lines = cohorts.against(cells, one, other)
    said = cohorts.in_words(lines, one, other, step, unit)
    st.markdown(f"**{plain(said or 'They share no age: choose two that do.')}**")
    values = pd.concat([lines["one"], lines["other"]])
    bounds = trending.window(values, most=150 if values.max() > 100 else 100)
    drawn = charts.two_cohorts(
        lines, (one, other), session.look(), axis=axis, bounds=bounds, ages=ages(by, step)
    )
    widgets.figure(drawn, "against")
    st.caption("Small marks rest on few customers; hollow ones are carried over.")
    widgets.take_along(lambda: lines, "one cohort against another")


def needed(history: pd.DataFrame) -> str:
    """Why there is no cohort to look at, and what would help."""
    if history["period"].nunique() < 2:
        return (
            "Cohorts grow from period to period, and there is only one yet. "
            "Upload what you have from earlier days, each with its day."
        )
    return (
        "No cohort has this number at two ages yet. "
        "Scores of a second period, and start dates, will show how it grows."
    )
