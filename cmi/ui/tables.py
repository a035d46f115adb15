"""Tables of customers, drivers, levels and rules, alike wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from cmi.words import MISSING

MONEY = st.column_config.NumberColumn("ARR", format="compact", help="Per year")


SCORE = {
    "cmi": st.column_config.NumberColumn("CMI", format="%.0f", help="Maturity, 0 to 100"),
    "chs": st.column_config.NumberColumn("CHS", format="%.0f", help="Health, 0 to 100"),
}


# What fits beside the plane, the most important first.
BESIDE = ("name", "chs", "cmi", "weakest", "next_play", "arr", "scenario", "owner")


def customer_table(frame: pd.DataFrame, key: str, order: Sequence[str] | None = None) -> None:
    """Customers as a table; choosing a row opens the customer."""
    event = st.dataframe(
        frame,
        key=key,
        column_order=order,
        hide_index=True,
        placeholder=MISSING,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
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
    )
    rows = event["selection"]["rows"] if event else []
    if rows:
        customer = str(frame["customer_id"].iloc[rows[0]])
        st.switch_page("pages/explore/customer.py", query_params={"customer": customer})


def driver_table(drivers: pd.DataFrame) -> None:
    """The drivers of one customer; what is not known stays empty."""
    st.dataframe(
        drivers,
        hide_index=True,
        placeholder=MISSING,
        height="content",
        column_config={
            "group": "Group",
            "driver": "Driver",
            "value": "Now",
            "points": st.column_config.ProgressColumn(
                "Worth", min_value=0, max_value=100, format="%d", help="0 to 100 points, alone"
            ),
            "contribution": st.column_config.NumberColumn(
                "Gives", format="%.1f", help="Points of the health score"
            ),
            "target": st.column_config.TextColumn("No points → all points"),
            "known": "Known",
            "why": st.column_config.TextColumn("Why it counts", width="large"),
        },
    )


def level_table(levels: pd.DataFrame) -> None:
    """The levels of one customer with the anchors that were chosen and the ones that come next."""
    st.dataframe(
        levels,
        hide_index=True,
        placeholder=MISSING,
        height="content",
        row_height=64,
        column_config={
            "characteristic": "Characteristic",
            "factor": "Factor",
            "question": None,
            "level": st.column_config.NumberColumn("Level", format="%.3g", help="1 to 5"),
            "raters": "Raters",
            "known": "Known",
            "anchor": st.column_config.TextColumn("What was chosen", width=330),
            "next_level": st.column_config.TextColumn("One level up", width=330),
        },
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
