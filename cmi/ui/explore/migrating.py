"""The parts of the Moves page that are about places: flows, rates, and what followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from cmi.methodology import GridKey, Methodology
from cmi.moves import afterwards
from cmi.moves.migration import ELSEWHERE, LEFT, NEW, NOT_SCORED
from cmi.segments import FEWEST
from cmi.ui import choices, session, widgets
from cmi.ui.explore import moving
from cmi.ui.markdown import plain
from cmi.words import count, money, period, share

PLACES = {
    NEW: "Newly known",
    NOT_SCORED: "Not placed",
    ELSEWHERE: "Another segment",
    LEFT: "Left",
}
WIDTHS = {"Customers": "customers", "ARR": "arr"}
POOLED = "All quarters together"
OF = "of"  # the column with the number of customers


def place_names(methodology: Methodology, grid: GridKey) -> dict[str, str]:
    """The places of a flow in their order: the new, the scenarios, not scored, elsewhere, left."""
    scenarios = {s.key: s.name for s in methodology.grid(grid)}
    rest = {key: PLACES[key] for key in (NOT_SCORED, ELSEWHERE, LEFT)}
    return {NEW: PLACES[NEW], **scenarios, **rest}


def scored_by(todays_rules: bool) -> str:
    """By which rules a quarter was scored."""
    rules = "today's rules" if todays_rules else "the rules of then"
    return f"Each quarter is scored by {rules}."


def width() -> str:
    """Whether flows are as wide as their customers or their ARR."""
    return WIDTHS[widgets.one_of("Width", list(WIDTHS), "width")]


def bands(flows: pd.DataFrame, names: Mapping[str, str], by: str, currency: str) -> pd.DataFrame:
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


def matrix(
    flows: pd.DataFrame, names: Mapping[str, str], by: str, key: str = "flow"
) -> tuple[str, str] | None:
    """From by to as a table; a click on a cell chooses a flow."""
    table = flows.pivot_table(by, index="from", columns="to", aggfunc="sum", observed=True)
    form = "compact" if by == "arr" else "localized"
    shown = {k: st.column_config.NumberColumn(names.get(k, k), format=form) for k in _keys(table)}
    return _cell(table, names, key, "From ↓  to →", shown)


def quarter(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs of one quarter, or of all together; kept in the address."""
    days = pairs[["period", "until"]].drop_duplicates().sort_values("period", ascending=False)
    named = {
        f"{period(then)} → {period(until)}": then
        for then, until in zip(days["period"], days["until"], strict=True)
    }
    chosen = widgets.choice("Quarter", [POOLED, *named], POOLED, "quarter")
    return pairs if chosen == POOLED else pairs[pairs["period"] == named[chosen]]


def rate_table(rates: pd.DataFrame, names: Mapping[str, str]) -> tuple[str, str] | None:
    """From by to in percent, with the number of customers; a click on a cell chooses a rate."""
    pooled = rates[rates["period"].isna()]
    numbers = zip(pooled["share"], pooled["customers"], pooled["of"], strict=True)
    said = [percent(part) if of >= FEWEST else f"{n} of {of}" for part, n, of in numbers]
    table = pooled.assign(said=said).pivot_table("said", "from", "to", aggfunc="first")
    shown = _words({k: names.get(k, k) for k in _keys(table)})
    table[OF] = pooled.groupby("from")["of"].first()
    return _cell(table, names, "rate", "From ↓  to →", shown)


def percent(part: float) -> str:
    """84 %; under 1 % for what would look like nobody."""
    return f"under {share(0.01)}" if part > 0 and share(part) == share(0) else share(part)


def within() -> int:
    """How many quarters are looked ahead."""
    offered = {f"Within {number} quarters": number for number in afterwards.WITHIN}
    return offered[widgets.one_of("Within", list(offered), "within", usual=[*offered][-1])]


def ahead(found: pd.DataFrame) -> pd.DataFrame:
    """The shares (cmi.moves.afterwards) as points with their intervals."""
    told = found.dropna(subset="share")
    hints = [
        f"{met} of {count(of, 'customer')} {outcome}: {_with_range(part, low, high)}"
        for met, of, outcome, part, low, high in zip(
            *(told[c] for c in ("met", "customers", "outcome", "share", "low", "high")), strict=True
        )
    ]
    parts = told[["outcome", "scenario", "share", "low", "high"]]
    renamed = parts.rename(columns={"outcome": "panel", "scenario": "place"})
    return renamed.assign(hint=pd.Series(hints, index=told.index, dtype="str"))


def _with_range(part: float, low: float, high: float) -> str:
    return f"{share(part)} ({afterwards.ranged(low, high)})"


def outcome_table(found: pd.DataFrame, names: Mapping[str, str]) -> tuple[str, str] | None:
    """The shares with their intervals; a click on a cell chooses a scenario and an outcome."""
    told = found.dropna(subset="share")
    numbers = (told[c] for c in ("share", "low", "high", "met", "customers"))
    said = [
        _with_range(part, low, high) if of >= FEWEST else f"{met} of {of}"
        for part, low, high, met, of in zip(*numbers, strict=True)
    ]
    table = told.assign(said=said).pivot_table("said", "scenario", "outcome", aggfunc="first")
    table = table[told["outcome"].drop_duplicates().tolist()]
    shown = _words({o: o.capitalize() for o in _keys(table)})
    table[OF] = told.groupby("scenario")["customers"].first()
    return _cell(table, names, "became", "Scenario", shown)


def _keys(table: pd.DataFrame) -> list[str]:
    return [str(key) for key in table.columns]


def _words(names: Mapping[str, str]) -> dict[str, Any]:
    """Columns of texts that are read like numbers."""
    return {k: st.column_config.TextColumn(n, alignment="right") for k, n in names.items()}


def _cell(
    table: pd.DataFrame, names: Mapping[str, str], key: str, corner: str, config: Mapping[str, Any]
) -> tuple[str, str] | None:
    """Draw a table with places as its index and return the row and column that were clicked; both
    stand in the address under the key.
    """
    known = [k for k in names if k in table.index]
    rows = [*known, *(k for k in table.index if k not in names)]
    order = [k for k in (OF, *names) if k in table]
    columns = [*order, *(k for k in _keys(table) if k not in order)]
    shown = table.reindex(index=rows, columns=columns)
    shown.insert(0, "corner", [names.get(k, k) for k in rows])
    row, _, column = (choices.kept(key) or "").partition("~")
    there: Any = [(rows.index(row), column)] if row in rows and column in columns else []
    event: Any = st.dataframe(
        shown,
        height="content",
        key=f"{key}.{session.selection_round()}.{crc32('/'.join([*rows, *columns]).encode())}",
        hide_index=True,
        placeholder="",
        on_select="rerun",
        selection_mode="single-cell",
        selection_default={"selection": {"cells": there}},
        column_config={
            "corner": st.column_config.TextColumn(corner),
            OF: st.column_config.NumberColumn("Customers", format="localized"),
            **config,
        },
    )
    cells = event["selection"]["cells"] if event else []
    row, column = (rows[cells[0][0]], cells[0][1]) if cells else ("", "")
    if column not in columns or column == OF or shown[column].isna()[row]:
        choices.keep(key, None)
        return None
    choices.keep(key, f"{row}~{column}")
    return row, column


def behind(title: str, who: pd.DataFrame, names: Mapping[str, str], key: str) -> None:
    """The customers behind a number: what it is, who they are, and the same to take along."""
    st.markdown(f"**{plain(title)}** A tick opens a customer.")
    moving.move_table(who, key)
    widgets.take_along(lambda: named(who, names), key)


def named(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The frame to take along, with the names of places."""
    keys = frame.columns.intersection(["from", "to", "scenario"])
    return frame.assign(**{str(c): frame[c].map(lambda k: names.get(k, k)) for c in keys})


def flow_name(flow: tuple[str, str], names: Mapping[str, str]) -> str:
    """Retain → Let go."""
    return f"{names.get(flow[0], flow[0])} → {names.get(flow[1], flow[1])}"
