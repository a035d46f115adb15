"""The parts of the Segments page: what to compare by, the table of segments, who is behind one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from cmi import portfolio, segments
from cmi.methodology import GridKey, Methodology
from cmi.ui.markdown import plain
from cmi.ui.widgets import choice
from cmi.words import MISSING, count

NOTHING = "Nothing else"


def columns_to_compare(scores: pd.DataFrame, methodology: Methodology) -> list[str]:
    """One or two segment columns; none when there is no column to compare by."""
    there = ["owner", *portfolio.segment_columns(scores, methodology)]
    offered = [c for c in there if scores[c].nunique() > 0]
    if not offered:
        return []
    usual = next((c for c in offered if c != "owner"), offered[0])
    first = choice("Compare by", offered, usual, "by")
    second = choice("crossed with", [NOTHING, *(c for c in offered if c != first)], NOTHING, "and")
    return [first] if second == NOTHING else [first, second]


def warnings(scores: pd.DataFrame, methodology: Methodology) -> None:
    """Where a mean would mix customers that are measured differently, with the split."""
    for one in segments.mixed(scores, methodology):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/call_split: {plain(one.sentence)}")
            st.button(
                f"Split by {plain(one.column)}",
                key=f"split.{one.column}",
                type="tertiary",
                on_click=_compare_by,
                args=[one.column],
            )


def _compare_by(column: str) -> None:
    st.session_state["by"] = column


def shares(table: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """The mix of scenarios per segment, as the chart takes it."""
    parts = [
        pd.DataFrame(
            {
                "label": table["label"],
                "scenario": scenario.key,
                "share": table[f"share.{scenario.key}"].fillna(0),
                "hint": [count(int(n), "customer") for n in table[f"customers.{scenario.key}"]],
            }
        )
        for scenario in methodology.grid(grid)
    ]
    return pd.concat(parts, ignore_index=True)


def segment_table(
    table: pd.DataFrame, methodology: Methodology, grid: GridKey, currency: str
) -> int | None:
    """The segments as a table with bars; the position of the chosen one."""
    scenarios = {f"share.{s.key}": s for s in methodology.grid(grid)}
    parts = [*scenarios, "cmi_coverage", "chs_coverage", "stale_share"]
    shown = table.assign(**{part: table[part] * 100 for part in parts})[
        [
            "rank",
            "label",
            "customers",
            "scored",
            "arr",
            "cmi_median",
            "chs_median",
            *scenarios,
            "cmi_coverage",
            "chs_coverage",
            "stale_share",
        ]
    ].assign(cmi_range=_range(table, "cmi"), chs_range=_range(table, "chs"))
    order = [
        "rank", "label", "customers", "arr", "cmi_median", "cmi_range", "chs_median", "chs_range",
        *scenarios, "scored", "cmi_coverage", "chs_coverage", "stale_share",
    ]  # fmt: skip
    event = st.dataframe(
        shown,
        key="segments",
        hide_index=True,
        column_order=order,
        placeholder=MISSING,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "rank": st.column_config.NumberColumn(
                "Rank", width="small", help="By ARR; segments under five customers are not ranked"
            ),
            "label": st.column_config.TextColumn("Segment", pinned=True),
            "customers": st.column_config.NumberColumn("Customers", format="localized"),
            "scored": st.column_config.NumberColumn("With a place", format="localized"),
            "arr": st.column_config.NumberColumn(f"ARR {currency}".strip(), format="compact"),
            "cmi_median": _bar("CMI", "Median maturity"),
            "cmi_range": st.column_config.TextColumn("Middle half", help="Quartiles of the CMI"),
            "chs_median": _bar("CHS", "Median health"),
            "chs_range": st.column_config.TextColumn("Middle half", help="Quartiles of the CHS"),
            **{
                key: st.column_config.NumberColumn(s.name, format="%.0f %%", help=s.decision)
                for key, s in scenarios.items()
            },
            "cmi_coverage": _percent("Known of CMI"),
            "chs_coverage": _percent("Known of CHS"),
            "stale_share": _percent("With stale values"),
        },
    )
    rows = event["selection"]["rows"] if event else []
    return int(rows[0]) if rows else None


def _range(table: pd.DataFrame, axis: str) -> list[str]:
    """42 – 61, the quartiles of a score."""
    pairs = zip(table[f"{axis}_q1"], table[f"{axis}_q3"], strict=True)
    return ["" if pd.isna(low) else f"{low:.0f} – {high:.0f}" for low, high in pairs]


def _bar(label: str, text: str) -> Any:
    return st.column_config.ProgressColumn(
        label, min_value=0, max_value=100, format="%.0f", help=text
    )


def _percent(label: str) -> Any:
    return st.column_config.NumberColumn(label, format="%.0f %%")
