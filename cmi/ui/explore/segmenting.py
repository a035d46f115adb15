"""The parts of the Segments page: what to compare by, the table of segments, who is behind one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from cmi import charts, portfolio, segments
from cmi.methodology import BANDS, GridKey, Methodology, Scenario
from cmi.ui import choices, session, widgets
from cmi.ui.markdown import plain
from cmi.words import count

NOTHING = "Nothing else"
SEGMENT, SCENARIO = "segment", "scenario"  # in the address: what is ticked, and a part of its bar


def columns_to_compare(scores: pd.DataFrame, methodology: Methodology) -> list[str]:
    """One or two segment columns; none when there is no column to compare by."""
    there = ["owner", *portfolio.segment_columns(scores, methodology)]
    offered = [c for c in there if scores[c].nunique() > 0]
    if not offered:
        return []
    usual = max(offered, key=lambda c: (min(scores[c].nunique(), 2), c != "owner"))
    first = widgets.choice("Compare by", offered, usual, "by")
    st.markdown("crossed with", width="content")
    others = [NOTHING, *(c for c in offered if c != first)]
    second = widgets.choice("crossed with", others, NOTHING, "and")
    return [first] if second == NOTHING else [first, second]


def warnings(
    scores: pd.DataFrame, table: pd.DataFrame, columns: list[str], methodology: Methodology
) -> None:
    """Where a segment's mean mixes customers that are measured differently, with the split."""
    if not table["mixed"].any():
        return
    for one in segments.mixed(scores, methodology):
        if one.column in columns:
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/call_split: {plain(one.sentence)}", width="content")
            st.button(
                f"Split by {plain(one.column)}",
                key=f"split.{one.column}",
                type="tertiary",
                on_click=_split_by,
                args=[one.column],
            )


def _split_by(column: str) -> None:
    st.session_state["and"] = column


def planes(
    table: pd.DataFrame,
    scores: pd.DataFrame,
    columns: list[str],
    methodology: Methodology,
    grid: GridKey,
) -> None:
    """The plane of each segment; a click on a customer opens it."""
    narrow = scores[[*columns, *charts.ON_PLANES]]
    inside = {
        row["label"]: segments.inside(narrow, columns, row) for row in table.to_dict("records")
    }
    drawn = charts.small_planes(inside, methodology, grid, session.look())
    event = st.plotly_chart(
        drawn,
        key="planes",
        on_select="rerun",
        selection_mode="points",
        theme=None,
        config={"displayModeBar": False},
    )
    picked = event["selection"]["points"] if event else []
    customers = [p["customdata"][1] for p in picked if len(p.get("customdata") or ()) == 2]
    if customers:
        st.switch_page("pages/explore/customer.py", query_params={"customer": customers[0]})


def mix(table: pd.DataFrame, methodology: Methodology, grid: GridKey) -> None:
    """What the segments are made of; a click on a part of a bar puts it into the address."""
    scenarios = methodology.grid(grid)
    parts = [
        pd.DataFrame(
            {
                "label": table["label"],
                "scenario": scenario.key,
                "share": table[f"share.{scenario.key}"].fillna(0),
                "hint": [count(int(n), "customer") for n in table[f"customers.{scenario.key}"]],
                "pick": [[label, scenario.key] for label in table["label"]],
            }
        )
        for scenario in scenarios
    ]
    drawn = charts.mix(
        pd.concat(parts, ignore_index=True),
        scenarios,
        session.look(),
        what="scored customers",
        lying=True,
    )
    key = f"mix.{session.selection_round()}"
    st.plotly_chart(
        drawn,
        key=key,
        on_select=lambda: _pick(key),
        selection_mode="points",
        theme=None,
        config={"displayModeBar": False},
    )


def _pick(chart: str) -> None:
    """Tick the segment of the bar that was clicked, and keep the scenario of its part."""
    points = st.session_state[chart]["selection"]["points"]
    if points:
        _, label, scenario = points[0]["customdata"]
        choices.keep(SEGMENT, label)
        choices.keep(SCENARIO, scenario)
        session.clear_selection()


def scenario_asked(methodology: Methodology, grid: GridKey) -> Scenario | None:
    """The scenario whose part of a bar was clicked."""
    return portfolio.scenario_of_key(methodology, grid, choices.kept(SCENARIO))


def all_scenarios(label: str) -> None:
    """The button that leads from a part of a bar to the whole segment."""
    st.button(f"All of {plain(label)}", icon=":material/close:", on_click=_forget_scenario)


def _forget_scenario() -> None:
    choices.keep(SCENARIO, None)


def segment_table(
    table: pd.DataFrame, methodology: Methodology, grid: GridKey, currency: str
) -> int | None:
    """The segments as a table with bars, ranked by ARR; the position of the ticked one."""
    bands = BANDS[grid]
    worst_first = sorted(
        methodology.grid(grid), key=lambda s: (bands.index(s.chs), bands.index(s.cmi))
    )
    scenarios = {f"share.{s.key}": s for s in worst_first}
    parts = [*scenarios, "cmi_coverage", "chs_coverage", "stale_share"]
    shown = table.assign(
        **{part: (table[part] * 100).round() for part in parts},
        cmi_range=_range(table, "cmi"),
        chs_range=_range(table, "chs"),
    )
    before = choices.kept(SEGMENT)
    row = choices.ticked(
        shown,
        SEGMENT,
        column_order=[
            *("rank", "label", "customers", "arr", "cmi_median", "cmi_range"),
            *("chs_median", "chs_range", *scenarios, "scored"),
            *("cmi_coverage", "chs_coverage", "stale_share"),
        ],
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
    if row is None or table["label"].iloc[row] != before:
        _forget_scenario()
    return row


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
