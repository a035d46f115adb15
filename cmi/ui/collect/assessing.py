"""The parts of the Assess page, and the workbook that asks the questions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from cmi import charts, freshness
from cmi.methodology import Methodology
from cmi.portfolio import segment_columns
from cmi.reports.template import assessment
from cmi.ui import choices, session, widgets
from cmi.words import MISSING, count

FILLED_IN = 5000  # rows of a workbook: nobody fills in more


def workbook(methodology: Methodology, customers: pd.DataFrame | None, key: str) -> None:
    """The button that hands over the workbook for these customers, as cmi.freshness.assess.due
    gives them; an empty one without any portfolio.
    """
    number = 0 if customers is None else len(customers)
    st.download_button(
        "Assessment workbook" + ("" if customers is None else f" for {count(number, 'customer')}"),
        lambda: assessment(methodology, customers),
        "assessment.xlsx",
        key=key,
        icon=":material/download:",
        on_click="ignore",
        disabled=customers is not None and not 0 < number <= FILLED_IN,
    )
    if number > FILLED_IN:
        st.caption(f"A workbook holds {FILLED_IN:,} customers: choose an owner or a segment.")


def column(customers: pd.DataFrame, methodology: Methodology) -> str | None:
    """The owner, or the segment column, by which to tell who has most to do; None without any."""
    there = ["owner", *segment_columns(customers, methodology)]
    offered = [c for c in there if customers[c].notna().any()]
    return widgets.choice("Whose", offered, offered[0], "of") if offered else None


def ages(rows: pd.DataFrame, methodology: Methodology) -> tuple[float, bool] | None:
    """How old the assessments are, as a chart; the month and state of the bar that was clicked."""
    valid = sorted({methodology.valid_for(factor.key) for factor in methodology.factors})
    said = "stale after" if len(valid) == 1 else "first ones stale after"
    figure = charts.ages(
        freshness.by_month(rows),
        session.look(),
        valid=valid[0] * freshness.MONTHS,
        said=f"{said} {freshness.how_long(valid[0])}",
    )
    event = st.plotly_chart(
        figure,
        key=f"ages.{session.selection_round()}",
        on_select="rerun",
        selection_mode="points",
        theme=None,
        config={"displayModeBar": False},
    )
    picked = event["selection"]["points"] if event else []
    if not picked:
        return None
    month, due = picked[0]["customdata"]
    return (float(month) or np.nan, bool(due))


def of_bar(rows: pd.DataFrame, bar: tuple[float, bool]) -> pd.DataFrame:
    """The customers who stand in a bar of the chart."""
    month, is_due = bar
    same = rows["month"].isna() if np.isnan(month) else rows["month"] == month
    return rows[same & (rows["due"] == is_due)]


def title(number: int, whose: str, bar: tuple[float, bool] | None) -> str:
    """Who is listed: Ana: 5 customers are due; 2 customers were assessed 3 to 4 months ago."""
    who = count(number, "customer") if number else "nobody"
    said = f"{whose}: {who}" if whose else who.capitalize()
    one = number < 2
    if bar is None:
        return f"{said} {'is' if one else 'are'} due"
    month, is_due = bar
    was = "was" if one else "were"
    if np.isnan(month):
        return f"{said} {was} never assessed"
    state = "due again" if is_due else "in date"
    return f"{said} {was} assessed {freshness.month_in_words(month)} ago, {state}"


def group_table(groups: pd.DataFrame, of: str) -> int | None:
    """Who has most to do, with bars; the position of the ticked row."""
    shown = groups.assign(
        due_share=groups["due_share"] * 100, months=groups["median_age"] * freshness.MONTHS
    )
    return choices.ticked(
        shown,
        "whose",
        column_order=["label", "customers", "due", "due_share", "never", "months"],
        column_config={
            "label": st.column_config.TextColumn(
                "Owner" if of == "owner" else of, width=120, pinned=True
            ),
            "customers": st.column_config.NumberColumn("Customers", format="localized"),
            "due": st.column_config.NumberColumn("Due", format="localized"),
            "due_share": _bar("Share due", "Of its customers"),
            "never": st.column_config.NumberColumn(
                "Never", format="localized", help="Never assessed; they are due too"
            ),
            "months": st.column_config.NumberColumn(
                "Median age", format="%.1f months", help="Of the newest answers"
            ),
        },
    )


def customer_table(rows: pd.DataFrame, currency: str) -> None:
    """Who is due and since when; choosing a row opens the customer."""
    event = st.dataframe(
        rows,
        key="due",
        hide_index=True,
        placeholder=MISSING,
        on_select="rerun",
        selection_mode="single-row",
        column_order=["name", "arr", "owner", "due_since", "assessed_on", "missing", "stale"],
        column_config={
            "name": st.column_config.TextColumn("Customer", pinned=True),
            "arr": st.column_config.NumberColumn(f"ARR {currency}".strip(), format="compact"),
            "owner": "Owner",
            "due_since": st.column_config.DateColumn("Due since", format="D MMM YYYY"),
            "assessed_on": st.column_config.DateColumn("Last assessed", format="D MMM YYYY"),
            "missing": st.column_config.NumberColumn("Levels missing"),
            "stale": st.column_config.NumberColumn("Levels too old"),
        },
    )
    picked = event["selection"]["rows"] if event else []
    if picked:
        customer = str(rows["customer_id"].iloc[picked[0]])
        st.switch_page("pages/explore/customer.py", query_params={"customer": customer})


def source_table(sources: pd.DataFrame) -> None:
    """What is known of each driver, and how much of it went stale."""
    st.dataframe(
        sources.assign(
            known_share=sources["known_share"] * 100, stale_share=sources["stale_share"] * 100
        ),
        key="sources",
        hide_index=True,
        placeholder=MISSING,
        height="content",
        column_order=[
            "driver",
            "group",
            "customers",
            "known_share",
            "median_age",
            "valid_for",
            "stale",
            "stale_share",
        ],
        column_config={
            "driver": st.column_config.TextColumn("Driver", width=170, pinned=True),
            "group": "Group",
            "customers": st.column_config.NumberColumn("Customers known", format="localized"),
            "known_share": _bar("Share known", "Of all customers"),
            "median_age": st.column_config.NumberColumn("Median age", format="%.0f days"),
            "valid_for": st.column_config.NumberColumn("Valid for", format="%d days"),
            "stale": st.column_config.NumberColumn("Stale", format="localized"),
            "stale_share": _bar("Share stale", "Of the customers known"),
        },
    )


def _bar(label: str, text: str) -> Any:
    return st.column_config.ProgressColumn(
        label, min_value=0, max_value=100, format="%.0f %%", help=text
    )
