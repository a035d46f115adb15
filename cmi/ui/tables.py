"""Tables of customers, drivers, levels and rules, alike wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from cmi.customer.items import APART
from cmi.words import MISSING

MONEY = st.column_config.NumberColumn("ARR", format="compact", help="Per year")


SCORE = {
    "cmi": st.column_config.NumberColumn("CMI", format="%.0f", help="Maturity, 0 to 100"),
    "chs": st.column_config.NumberColumn("CHS", format="%.0f", help="Health, 0 to 100"),
}


# What fits beside the plane, the most important first.
BESIDE = ("name", "chs", "cmi", "arr", "weakest", "next_play", "scenario", "owner")


def customer_table(frame: pd.DataFrame, key: str, order: Sequence[str] | None = None) -> None:
    """Customers as a table; choosing a row opens the customer."""
    openable(
        frame,
        key,
        {
            "customer_id": None,
            "name": st.column_config.TextColumn("Customer", pinned=True),
            "scenario": "Scenario",
            "decision": None,
            **SCORE,
            "arr": MONEY,
            "weakest": "Weakest",
            "next_play": "Next play",
            "owner": "Owner",
            "renewal_date": st.column_config.DateColumn("Renewal", format="D MMM YYYY"),
            "why": "Why",
            "cmi_coverage": None,
            "chs_coverage": None,
        },
        order or [str(column) for column in frame],
    )


def openable(
    frame: pd.DataFrame,
    key: str,
    columns: Mapping[str, Any],
    order: Sequence[str] | None = None,
) -> None:
    """A table of customers (by `customer_id`) in which a tick opens the customer.

    `columns` are their settings, None hides one. Those that are missing, or empty altogether, are
    not shown.
    """
    event: Any = st.dataframe(
        frame,
        key=key,
        column_order=[c for c in known(frame, order or columns) if columns.get(c, c) is not None],
        hide_index=True,
        placeholder=MISSING,
        on_select="rerun",
        selection_mode="single-row",
        column_config=dict(columns),
    )
    rows = event["selection"]["rows"] if event else []
    if rows:
        customer = str(frame["customer_id"].iloc[rows[0]])
        st.switch_page("pages/explore/customer.py", query_params={"customer": customer})


def known(frame: pd.DataFrame, columns: Iterable[str]) -> list[str]:
    """Those columns in which anything stands."""
    return [column for column in columns if column in frame and frame[column].notna().any()]


def driver_table(drivers: pd.DataFrame) -> None:
    """The drivers of one customer; what is not known stays empty."""
    st.dataframe(
        drivers,
        hide_index=True,
        placeholder=MISSING,
        height="content",
        column_config={
            "group": st.column_config.TextColumn("Group", width=90),
            "driver": st.column_config.TextColumn("Driver", width=150),
            "value": st.column_config.TextColumn("Now", width=170),
            "points": st.column_config.ProgressColumn(
                "Worth",
                min_value=0,
                max_value=100,
                format="%.0f",
                help="0 to 100 points, alone",
                width=120,
            ),
            "contribution": st.column_config.NumberColumn(
                "Gives", format="%.1f", help="Points of the health score", width=60
            ),
            "target": st.column_config.TextColumn("No points → all points", width=240),
            "known": st.column_config.TextColumn("Known", width=130),
            "why": None,
        },
    )


def rater_table(levels: pd.DataFrame) -> None:
    """The level that counts of each factor, and beside it what each rater said."""
    raters = [str(column) for column in levels if str(column).startswith("by ")]
    apart = [
        "" if pd.isna(gap) else f"{'⚠ ' if gap >= APART else ''}{gap:g}" for gap in levels["apart"]
    ]
    st.dataframe(
        levels.assign(
            apart=apart, level=[MISSING if pd.isna(n) else f"{n:.3g}" for n in levels["level"]]
        )[["characteristic", "factor", "level", *raters, "apart", "known"]],
        hide_index=True,
        placeholder=MISSING,
        height="content",
        column_config={
            "characteristic": st.column_config.TextColumn("Characteristic"),
            "factor": st.column_config.TextColumn("Factor"),
            "level": st.column_config.TextColumn("Counts", help="The level that counts, 1 to 5"),
            **{by: st.column_config.TextColumn(by.removeprefix("by ")) for by in raters},
            "apart": st.column_config.TextColumn(
                "Apart", help="Levels between the raters whose answers are not stale"
            ),
            "known": st.column_config.TextColumn("Known", help="How long ago what counts was said"),
        },
    )


def level_table(levels: pd.DataFrame) -> None:
    """The levels of one customer with the anchors that were chosen and the ones that come next."""
    st.dataframe(
        levels[["characteristic", "factor", "level", "anchor", "next_level"]],
        hide_index=True,
        placeholder=MISSING,
        height="content",
        row_height=64,
        column_config={
            "characteristic": st.column_config.TextColumn("Characteristic", width=110),
            "factor": st.column_config.TextColumn("Factor", width=150),
            "level": st.column_config.NumberColumn("Level", format="%.3g", width=60),
            "anchor": st.column_config.TextColumn("What was chosen", width=390),
            "next_level": st.column_config.TextColumn("One level up", width=390),
        },
    )


def benchmark_table(found: pd.DataFrame, segment: str) -> None:
    """A customer's place among its peers (cmi.segments.benchmarks.compared), of what is known of
    anybody; without a segment, overall.
    """
    found = found[found["value"].notna() | (found["peers"] > 0) | (found["overall_peers"] > 0)]
    half = [
        MISSING if pd.isna(low) else f"{low:.1f} – {high:.1f}"
        for low, high in zip(found["q1"], found["q3"], strict=True)
    ]
    within = ["percentile"] if segment else []
    st.dataframe(
        found.assign(half=half)[["name", "value", *within, "overall", "median", "half", "peers"]],
        hide_index=True,
        placeholder=MISSING,
        height="content",
        column_config={
            "name": st.column_config.TextColumn("Compared", width=140),
            "value": st.column_config.NumberColumn(
                "Here",
                format="%.1f",
                help="Characteristics as levels 1 to 5, all else 0 to 100",
                width=55,
            ),
            "percentile": _percentile(f"In {segment}"),
            "overall": _percentile("Of all"),
            "median": st.column_config.NumberColumn("Median", format="%.1f", width=65),
            "half": st.column_config.TextColumn("Middle half", width=90),
            "peers": st.column_config.NumberColumn("Peers", format="localized", width=55),
        },
    )


def _percentile(title: str) -> Any:
    return st.column_config.ProgressColumn(
        title, min_value=0, max_value=100, format="%.0f", width=110, help="Percentile"
    )


def rule_table(drivers: pd.DataFrame, key: str) -> None:
    """The drivers of a group, with how they count and why."""
    st.dataframe(
        drivers,
        key=f"rules.{key}",
        hide_index=True,
        height="content",
        row_height=64,
        column_config={
            "driver": st.column_config.TextColumn("Driver", width=150),
            "unit": st.column_config.TextColumn("Unit", width=150),
            "points": st.column_config.TextColumn("Points", width=170),
            "weight": st.column_config.TextColumn("Weight", width=70),
            "why": st.column_config.TextColumn("Why it counts, and what to adapt", width=480),
        },
    )
