"""The parts of the Moves page: since when, what moved and why, whom it moved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from cmi import charts, moves, portfolio
from cmi.methodology import Methodology
from cmi.ui import choices, opening, session, tables, widgets
from cmi.words import count, day

ANOTHER = "another"
FELL = 10  # points, by which a score must have fallen to be listed, until the reader says else
QUESTIONS = {
    "Why": "why",
    "Which segments": "segments",
    "Which customers": "customers",
    "Where to": "flows",
    "How often": "rates",
    "What followed": "afterwards",
}
AXES = {"chs": "Health", "cmi": "Maturity"}


def since(days: tuple[date, ...], until: date | None = None) -> date:
    """The day to compare with: one of the `days`, the last by default, or any other before `until`
    that is not before the first of them. Another than usual stands in the address, as 2026-03-31.
    """
    last = until - timedelta(days=1) if until else days[-1]
    labels = {d.isoformat(): f"since {day(d)}" for d in reversed(days)}
    labels |= {ANOTHER: "since another day …"}
    asked = st.query_params.get("since", "")
    if asked != st.session_state.get("_since") and (named := _day_between(asked, days[0], last)):
        st.session_state["since.day"] = named
        st.session_state["since"] = asked if asked in labels else ANOTHER
    if st.session_state.get("since") not in labels:
        st.session_state["since"] = days[-1].isoformat()
    chosen = st.selectbox(
        "Since",
        list(labels),
        format_func=lambda key: labels[key],
        key="since",
        persist_state="session",
        label_visibility="collapsed",
        width=220,
    )
    found = _any_day(days, last) if chosen == ANOTHER else date.fromisoformat(chosen)
    st.session_state["_since"] = "" if found == days[-1] else found.isoformat()
    if st.session_state["_since"]:  # what is usual stands in no address
        st.query_params["since"] = st.session_state["_since"]
    else:
        st.query_params.pop("since", None)
    return found


def _any_day(days: tuple[date, ...], last: date) -> date:
    held = st.session_state.get("since.day", days[-1])
    st.session_state["since.day"] = min(max(held, days[0]), last)
    return st.date_input(
        "Since the day",
        min_value=days[0],
        max_value=last,
        format="YYYY-MM-DD",
        required=True,
        key="since.day",
        persist_state="session",
        label_visibility="collapsed",
        width=150,
    )


def _day_between(text: str, first: date, last: date) -> date | None:
    try:
        named = date.fromisoformat(text)
    except ValueError:
        return None
    return named if first <= named <= last else None


def question() -> str:
    """Which question is answered; a value of QUESTIONS."""
    return QUESTIONS[widgets.one_of("Question", list(QUESTIONS), "question")]


def steps(causes: pd.DataFrame, methodology: Methodology, score: str) -> pd.DataFrame:
    """Why a score changed, as a waterfall takes it: largest first, the rest as one.

    `causes` are those of a customer (cmi.moves.causes) or of a group (cmi.moves.means).
    """
    told = moves.steps(causes, methodology, score)
    each = told.groupby("label", sort=False)
    rows = each["points"].sum().reset_index()
    rows["hint"] = [
        count(int(part["customers"].iloc[0]), "customer")
        if len(part) == 1 and "customers" in part
        else count(len(part), "cause")
        for _, part in each
    ]
    rows["label"] = [capital(label) for label in rows["label"]]
    return rows


def capital(label: str) -> str:
    """A label as it stands at the beginning of a line."""
    return label[:1].upper() + label[1:]


def why(group: pd.DataFrame, methodology: Methodology, score: str, start: float) -> None:
    """How a score came from its mean then to its mean now; a click on a step chooses it."""
    shown = steps(group, methodology, score)
    if shown.empty:
        st.write(f"Nothing moved it: the mean is {start:.1f} on both days.")
        return
    name = score.upper()
    drawn = charts.waterfall(
        shown,
        session.look(),
        start=(f"Mean {name} then", start),
        end=f"Mean {name} now",
        closely=True,
    )
    st.plotly_chart(
        drawn,
        key=f"why.{score}",
        theme=None,
        config={"displayModeBar": False},
        on_select=lambda: _choose(f"why.{score}", score, shown["label"].tolist()),
        selection_mode="points",
    )


def _choose(chart: str, score: str, labels: list[str]) -> None:
    """Take the step that was clicked on for the cause whose customers are shown."""
    points = st.session_state[chart]["selection"]["points"]
    number = points[0]["point_index"] - 1 if points else -1  # before the steps stands the start
    if 0 <= number < len(labels):
        st.session_state["cause"] = f"{AXES[score]}: {labels[number]}"


def cause(group: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The rows of one cause, chosen here or by a click; none when none is chosen."""
    told = {
        f"{AXES[score]}: {capital(str(label))}": rows
        for score in AXES
        for label, rows in moves.steps(group, methodology, score).groupby("label", sort=False)
    }
    if not told:
        return group.iloc[:0]
    if st.session_state.get("cause", st.query_params.get("cause")) not in told:
        st.session_state["cause"] = None
    chosen = st.selectbox(
        "Whom did it move?",
        list(told),
        index=None,
        key="cause",
        bind="query-params",
        placeholder="Click on a step, or choose a cause, to see its customers",
        label_visibility="collapsed",
        width=520,
    )
    return told[chosen] if chosen in told else group.iloc[:0]


def causes_table(group: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """All causes to take along: score, cause, kind, item, points, customers."""
    named = group.assign(cause=moves.labels(group, methodology))
    return named[["score", "cause", "kind", "item", "points", "customers"]]


def fell() -> float:
    """How many points a score must have fallen by to be listed."""
    chosen = st.number_input(
        "Fell by more than … points",
        min_value=0,
        max_value=100,
        value=FELL,
        step=1,
        key="fell",
        bind="query-params",
        persist_state="session",
        width=180,
    )
    return FELL if chosen is None else chosen


def kinds(listed: pd.DataFrame) -> pd.DataFrame:
    """The moves of the kinds that are chosen; all while none is."""
    chosen = st.pills(
        "Only these",
        list(listed["what"].value_counts().index),
        selection_mode="multi",
        key="kinds",
        bind="query-params",
    )
    return listed[listed["what"].isin(chosen)] if chosen else listed


def counted(listed: pd.DataFrame) -> str:
    """How many moves there are of each kind."""
    return ", ".join(f"{n:,} {what}" for what, n in listed["what"].value_counts().items())


def split(scores: pd.DataFrame, methodology: Methodology) -> str | None:
    """A column whose values are compared; None where there is none."""
    columns = ["owner", *portfolio.segment_columns(scores, methodology)]
    offered = [c for c in columns if 1 < scores[c].nunique() <= opening.MOST_VALUES]
    if not offered:
        return None
    usual = next((c for c in offered if c != "owner"), offered[0])
    return widgets.choice("Compare by", offered, usual, "moved_by")


def group_table(table: pd.DataFrame) -> str | None:
    """How far each group moved; the ticked one."""
    shown = table.rename(columns={"group": "label"})
    chosen = choices.ticked(
        shown,
        "moved",
        row_height=64,  # two lines of words
        column_order=["label", "stayed", "chs", "chs_said", "cmi", "cmi_said"],
        column_config={
            "label": st.column_config.TextColumn("Segment", pinned=True),
            "stayed": st.column_config.NumberColumn(
                "On both days", width=90, help="Customers scored on both days"
            ),
            "chs": st.column_config.NumberColumn(
                "CHS", width=60, format="%+.1f", help="How far the mean health moved"
            ),
            "chs_said": st.column_config.TextColumn("Why health moved", width=330),
            "cmi": st.column_config.NumberColumn(
                "CMI", width=60, format="%+.1f", help="How far the mean maturity moved"
            ),
            "cmi_said": st.column_config.TextColumn("Why maturity moved", width=330),
        },
    )
    return None if chosen is None else str(shown["label"].iloc[chosen])


def move_table(listed: pd.DataFrame, key: str) -> None:
    """Customers and how they moved; a tick opens the customer. Columns that are missing, or empty
    altogether, are not shown.
    """
    config: dict[str, Any] = {
        "name": st.column_config.TextColumn("Customer", pinned=True),
        "what": "What",
        "detail": st.column_config.TextColumn("In words", width=260),
        "points": st.column_config.NumberColumn(
            "By this", format="%+.1f", help="Points by which this cause alone moved the score"
        ),
        "period": st.column_config.DateColumn("From", format="D MMM YYYY"),
        "until": st.column_config.DateColumn("To", format="D MMM YYYY"),
        "date": st.column_config.DateColumn("On", format="D MMM YYYY"),
        "chs": st.column_config.NumberColumn("CHS", format="%.0f"),
        "cmi": st.column_config.NumberColumn("CMI", format="%.0f"),
        "chs_before": st.column_config.NumberColumn("CHS then", width=75, format="%.0f"),
        "chs_after": st.column_config.NumberColumn("CHS now", width=75, format="%.0f"),
        "cmi_before": st.column_config.NumberColumn("CMI then", width=75, format="%.0f"),
        "cmi_after": st.column_config.NumberColumn("CMI now", width=75, format="%.0f"),
        "arr": tables.MONEY,
        "stake": st.column_config.NumberColumn(
            "ARR × change", format="compact", help="ARR × the larger change of a score / 100"
        ),
        "owner": "Owner",
    }
    tables.openable(listed, key, config)
