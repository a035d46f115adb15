"""Product: which factors are low where, and what do customers of each maturity ask for?"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from cmi.audiences import lacks
from cmi.charts.levels import levels
from cmi.methodology import GridKey, Methodology
from cmi.portfolio import listing, segment_columns
from cmi.reports.scores import score_table
from cmi.revenue import NO_CMI, bands_of
from cmi.ui import choices, session, tables, widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare.audience import lists
from cmi.ui.session import Frame
from cmi.words import count

MATURITY = "Maturity"
GROUP, ITEM = "group", "factor"  # in the address: the cell that was clicked


def shown(frame: Frame, scores: pd.DataFrame, grid: GridKey) -> None:
    """The levels of each factor by group, who is behind one, and what is asked for."""
    rules = frame.methodology
    st.header("Which factors are low where?", anchor=False)
    by = _by(scores, rules)
    bands = bands_of(rules)
    maturity = lacks.band_of(scores, bands)
    names = [band.name for band in bands]
    if by == MATURITY:
        groups, order = maturity, [*names, *([NO_CMI] if (maturity == NO_CMI).any() else [])]
    else:
        groups = lacks.segment_of(scores, by)
        order = lacks.largest(groups)
    cells = lacks.levels(scores, groups, order, rules)
    answered = cells[cells["customers"] > 0]
    if answered.empty:
        st.info("Nobody has been assessed yet. Make the workbook on the Assess page to begin.")
    else:
        st.markdown(f"**{plain(lacks.headline(cells))}**")
        drawn = cells[cells["group"].isin(answered["group"])]
        widgets.clickable(
            levels(drawn, session.look()), f"levels.{session.selection_round()}", _keep
        )
        more = groups.nunique() - len(order)
        st.caption(
            "Mean level, 1 to 5: the stronger the colour, the lower; slanted where under "
            "five customers answered. Click a cell to see who."
            + (f" The {len(order)} largest segments of {len(order) + more:,}." if more > 0 else "")
        )
        lists.take_along(lambda: cells, "levels by group", frame, scores)
        _behind(frame, scores, groups, grid)
    _requests(frame, scores, maturity, names)


def _by(scores: pd.DataFrame, rules: Methodology) -> str:
    """What the columns of the field are: bands of maturity or a segment column."""
    there = [c for c in segment_columns(scores, rules) if c != MATURITY]
    offered = [MATURITY, *(c for c in there if scores[c].nunique() > 0)]
    with widgets.bar():
        st.markdown("Compare by", width="content")
        return widgets.choice("Compare by", offered, MATURITY, "lacks_by")


def _keep(group: str | None = None, item: str | None = None) -> None:
    choices.keep(GROUP, group)
    choices.keep(ITEM, item)
    if group is not None:
        session.clear_selection()


def _behind(frame: Frame, scores: pd.DataFrame, groups: pd.Series[Any], grid: GridKey) -> None:
    rules, group, item = frame.methodology, choices.kept(GROUP), choices.kept(ITEM)
    factor = next((f for f in rules.factors if f.key == item), None)
    if group is None or factor is None or not (groups == group).any():
        return
    who = lacks.behind(scores, groups, group, factor.key)
    named = f"{plain(factor.name)} in {plain(group)}: {count(len(who), 'customer')}"
    st.subheader(named, anchor=False)
    st.caption(f"{plain(factor.question)} The lowest first. {lists.OPEN}")
    listed = listing(who, rules, grid).loc[who.index].assign(level=who[factor.key])
    tables_of = {
        "level": st.column_config.NumberColumn("Level", format="%.3g", width=60),
        "cmi": lists.CMI,
        "chs": lists.CHS,
        "arr": tables.MONEY,
        "scenario": lists.SCENARIO,
        "owner": lists.OWNER,
    }
    lists.customers(listed, f"behind.{group}.{item}", tables_of)
    widgets.take_along(
        lambda: score_table(who, rules, frame.as_of, grid).assign(level=who[factor.key].to_numpy()),
        "customers of a factor",
    )


def _requests(
    frame: Frame, scores: pd.DataFrame, maturity: pd.Series[str], names: list[str]
) -> None:
    st.subheader("Which features do they ask for?", anchor=False)
    offered = lacks.request_columns(scores, frame.methodology)
    if not offered:
        st.write(
            "No column of your data says what customers ask for. Bring one in the list of "
            "customers, such as “Feature requests”, several with semicolons between them: they "
            "are counted here by maturity."
        )
        return
    column = widgets.choice("Requests in", offered, offered[0], "asked_in")
    order = [*names, NO_CMI]
    found = lacks.requests(scores, column, maturity, order)
    if found.empty:
        st.write(f"Nobody among these customers has a value in {plain(column)}.")
        return
    first = found.iloc[0]
    st.markdown(
        f"**{plain(first['feature'])} is asked for most, "
        f"by {count(int(first['customers']), 'customer')}.**"
    )
    shown_groups = [name for name in order if found[f"in.{name}"].any()]
    st.dataframe(
        found,
        hide_index=True,
        column_order=["feature", "customers", *(f"in.{name}" for name in shown_groups)],
        column_config={
            "feature": st.column_config.TextColumn("Feature", pinned=True),
            "customers": lists.number("Customers"),
            **{f"in.{name}": lists.number(name) for name in shown_groups},
        },
    )
    lists.take_along(lambda: found, "features asked for", frame, scores)
