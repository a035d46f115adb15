"""The parts of the Moves page: since when, what moved, who went where."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from cmi import moves
from cmi.methodology import GridKey, Methodology
from cmi.migration import LEFT, NEW, NOT_SCORED
from cmi.ui.markdown import plain
from cmi.ui.tables import MONEY
from cmi.words import MISSING, count, day, money

PLACES = {NEW: "New", NOT_SCORED: "Not scored", LEFT: "Left"}
MOST_CAUSES = 9  # steps of a waterfall; the rest is one
WIDTHS = {"Customers": "customers", "ARR": "arr"}


def since(days: tuple[date, ...]) -> date:
    """The day to compare with, the end of the period before by default; kept in the address."""
    offered = [d.isoformat() for d in reversed(days)]
    wanted = st.session_state.get("since", st.query_params.get("since", offered[0]))
    if wanted not in offered:
        st.session_state["since"] = wanted = offered[0]
    chosen = st.selectbox(
        "Since",
        offered,
        index=offered.index(wanted),
        format_func=lambda text: f"since {day(date.fromisoformat(text))}",
        key="since",
        bind="query-params",
        persist_state="session",
        label_visibility="collapsed",
        width=200,
    )
    return date.fromisoformat(chosen)


def steps(causes: pd.DataFrame, methodology: Methodology, score: str) -> pd.DataFrame:
    """Why the mean of a score changed, as a waterfall takes it: largest first, the rest as one."""
    told = causes[(causes["score"] == score) & causes["points"].notna()]
    told = told[told["points"].abs() >= 0.005]
    named = told.assign(label=moves.labels(told, methodology).to_numpy())
    named = named.groupby("label", as_index=False)[["points", "customers"]].sum()
    ordered = named.reindex(named["points"].abs().sort_values(ascending=False).index)
    shown = ordered.head(MOST_CAUSES)
    rows = pd.DataFrame(
        {
            "label": shown["label"].str[:1].str.upper() + shown["label"].str[1:],
            "points": shown["points"],
            "hint": [count(int(n), "customer") for n in shown["customers"].fillna(0)],
        }
    )
    rest = ordered.iloc[MOST_CAUSES:]["points"]
    if len(rest):
        others = {"label": "Others", "points": rest.sum(), "hint": count(len(rest), "cause")}
        rows = pd.concat([rows, pd.DataFrame([others])], ignore_index=True)
    return rows


def place_names(methodology: Methodology, grid: GridKey) -> dict[str, str]:
    """The places of a flow in their order: new, the scenarios, not scored, left."""
    scenarios = {s.key: s.name for s in methodology.grid(grid)}
    return {NEW: PLACES[NEW], **scenarios, NOT_SCORED: PLACES[NOT_SCORED], LEFT: PLACES[LEFT]}


def width() -> str:
    """Whether flows are as wide as their customers or their ARR."""
    chosen = st.segmented_control(
        "Width",
        list(WIDTHS),
        default="Customers",
        required=True,
        key="width",
        bind="query-params",
        persist_state="session",
        label_visibility="collapsed",
    )
    return WIDTHS.get(chosen or "", "customers")


def bands(flows: pd.DataFrame, names: dict[str, str], by: str, currency: str) -> pd.DataFrame:
    """The flows as bands: from, to, weight, hint."""
    hints = [
        f"{names.get(a, a)} → {names.get(b, b)}: {count(int(n), 'customer')}, "
        f"{money(arr, currency)} ARR"
        for a, b, n, arr in zip(
            flows["from"], flows["to"], flows["customers"], flows["arr"], strict=True
        )
    ]
    wide = pd.DataFrame(
        {"from": flows["from"], "to": flows["to"], "weight": flows[by], "hint": hints}
    )
    return wide[wide["weight"].fillna(0) > 0]


def matrix(flows: pd.DataFrame, names: dict[str, str], by: str) -> tuple[str, str] | None:
    """From by to as a table; a click on a cell chooses a flow."""
    there = [k for k in names if k in set(flows["from"])]
    then = [k for k in names if k in set(flows["to"])]
    table = flows.pivot_table(by, index="from", columns="to", aggfunc="sum", observed=True)
    table = table.reindex(index=there, columns=then)
    shown = table.set_axis([names[k] for k in then], axis=1)
    shown.insert(0, "From ↓  to →", [names[k] for k in there])
    event = st.dataframe(
        shown,
        key="matrix",
        hide_index=True,
        placeholder="",
        on_select="rerun",
        selection_mode="single-cell",
        column_config={
            names[k]: st.column_config.NumberColumn(
                names[k], format="compact" if by == "arr" else "localized"
            )
            for k in then
        },
    )
    cells: list[Any] = event["selection"]["cells"] if event else []
    if not cells:
        return None
    row, column = cells[0]
    to = next((k for k in then if names[k] == column), None)
    return (there[row], to) if to else None


def move_table(listed: pd.DataFrame, key: str) -> None:
    """The moves that matter; a tick opens the customer."""
    event = st.dataframe(
        listed,
        key=key,
        hide_index=True,
        placeholder=MISSING,
        on_select="rerun",
        selection_mode="single-row",
        column_order=[
            "name", "what", "detail", "chs_before", "chs_after", "cmi_before", "cmi_after",
            "arr", "owner",
        ],
        column_config={
            "name": st.column_config.TextColumn("Customer", pinned=True),
            "what": "What",
            "detail": st.column_config.TextColumn("In words", width="medium"),
            "chs_before": st.column_config.NumberColumn("CHS then", format="%.0f"),
            "chs_after": st.column_config.NumberColumn("CHS now", format="%.0f"),
            "cmi_before": st.column_config.NumberColumn("CMI then", format="%.0f"),
            "cmi_after": st.column_config.NumberColumn("CMI now", format="%.0f"),
            "arr": MONEY,
            "owner": "Owner",
        },
    )  # fmt: skip
    rows = event["selection"]["rows"] if event else []
    if rows:
        customer = str(listed["customer_id"].iloc[rows[0]])
        st.switch_page("pages/explore/customer.py", query_params={"customer": customer})


def flow_name(flow: tuple[str, str], names: dict[str, str]) -> str:
    """Retain → Let go."""
    return plain(f"{names.get(flow[0], flow[0])} → {names.get(flow[1], flow[1])}")
