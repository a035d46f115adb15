"""Customer success: my customers, their next plays and those in progress."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi import charts, portfolio, segments
from cmi.methodology import GridKey, Methodology
from cmi.reports.scores import score_table
from cmi.review import plays
from cmi.ui import cards, opening, session, tables, widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare import desk
from cmi.ui.prepare.audience import lists
from cmi.ui.session import Frame
from cmi.words import MISSING, count

EVERYBODY = "Everybody's customers"
MOST_OWNERS = 12
MOST_PLAYS = 4


def shown(frame: Frame, scores: pd.DataFrame, grid: GridKey) -> None:
    """Whose customers stand where, and what comes next for each."""
    rules = frame.methodology
    st.header("Who looks after whom, and what comes next?", anchor=False)
    who = scores["owner"].dropna().unique()
    owners = sorted(name for name in who if name != EVERYBODY)
    if not owners:
        st.info("No customer has an owner yet: bring a column such as “Owner” or “CSM”.")
    chosen = EVERYBODY
    with widgets.bar():
        if owners:
            chosen = widgets.choice("Whose?", [EVERYBODY, *owners], EVERYBODY, "whose")
        if st.button(
            "Review them one by one",
            icon=":material/fact_check:",
            on_click=None if chosen == EVERYBODY else opening.only_of,
            args=[] if chosen == EVERYBODY else [chosen],
        ):
            st.switch_page("pages/prepare/review.py", query_params={})  # None is refused here
    mine = scores if chosen == EVERYBODY else scores[scores["owner"] == chosen]
    st.markdown(f"**{plain(portfolio.headline(mine, rules, grid))}**")
    if chosen != EVERYBODY:
        mine = _own_plane(mine, rules, grid)
    elif owners:
        _owners(frame, scores, rules, grid)
    st.subheader(f"{count(len(mine), 'customer')} and the next play of each", anchor=False)
    order = ("name", "next_play", "scenario", "weakest", "chs", "cmi", "arr", "renewal_date")
    listed = portfolio.listing(mine, rules, grid)
    st.write(plain(_plays(listed)))
    st.caption(lists.OPEN)
    tables.customer_table(listed, "mine", (*order, "owner"))
    widgets.take_along(lambda: _taken(mine, listed, frame, grid), "customers and next plays")
    _in_progress(frame, mine)


def _in_progress(frame: Frame, mine: pd.DataFrame) -> None:
    """The plays that these customers were given and that are not done yet."""
    said = desk.said(frame)
    given = said.plays[said.plays["customer_id"].isin(mine["customer_id"])]
    rows = plays.listing(given, mine, frame.methodology, said.on)
    running = rows[rows["state"].isin(["open", "overdue"])]
    if running.empty:
        return
    st.subheader(f"{count(len(running), 'play')} in progress", anchor=False)
    st.dataframe(
        running,
        column_order=tables.known(
            running, ("customer", "play", "state", "owner", "due_date", "note")
        ),
        hide_index=True,
        placeholder=MISSING,
        key="in_progress",
        column_config={
            "customer": "Customer",
            "play": "Play",
            "state": "State",
            "owner": "Who",
            "due_date": st.column_config.DateColumn("Due", format="D MMM YYYY"),
            "note": "Note",
        },
    )
    st.page_link(
        "pages/prepare/playbooks.py",
        label="Say how they stand",
        icon=":material/playlist_add_check:",
        query_params={"plays": "In progress"},
    )


def _own_plane(mine: pd.DataFrame, rules: Methodology, grid: GridKey) -> pd.DataFrame:
    """The owner's customers on the plane; those that were picked there, else all."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        key = f"own.{grid}.{session.selection_round()}"
        chosen = widgets.plane(charts.quadrant(mine, rules, grid, session.look()), key)
    picked = mine[mine["customer_id"].isin(chosen)]
    with right:
        if len(picked):
            st.markdown(f"**{count(len(picked), 'customer')} selected, listed below**")
            widgets.clear_selection()
        else:
            cards.talk_first(portfolio.attention(mine, rules, grid))
    return picked if len(picked) else mine


def _plays(customers: pd.DataFrame) -> str:
    """Which plays come next, the most frequent first."""
    counted = customers["next_play"].value_counts()
    named = [f"{play} ({number:,})" for play, number in counted.items()]
    return f"To begin with: {'; '.join(named[:MOST_PLAYS])}." if named else ""


def _taken(mine: pd.DataFrame, listed: pd.DataFrame, frame: Frame, grid: GridKey) -> pd.DataFrame:
    """The scores with the play to begin with."""
    following = listed[["customer_id", "next_play", "renewal_date"]]
    told = score_table(mine, frame.methodology, frame.as_of, grid)
    return told.merge(following, on="customer_id", suffixes=("", "_next"))


def _owners(frame: Frame, scores: pd.DataFrame, rules: Methodology, grid: GridKey) -> None:
    """A bar per owner with the number of scored customers, made of where they stand."""
    table = segments.table(scores, ["owner"], rules, grid)
    placed = table[table["scored"] > 0]
    if placed.empty:
        return
    first = placed.head(MOST_OWNERS)
    parts = [
        pd.DataFrame(
            {
                "label": [
                    f"{owner} ({number:,})"
                    for owner, number in zip(first["label"], first["scored"], strict=True)
                ],
                "scenario": scenario.key,
                "share": first[f"share.{scenario.key}"].fillna(0),
                "hint": [count(int(n), "customer") for n in first[f"customers.{scenario.key}"]],
            }
        )
        for scenario in rules.grid(grid)
    ]
    drawn = charts.mix(
        pd.concat(parts, ignore_index=True),
        rules.grid(grid),
        session.look(),
        what="scored customers",
        lying=True,
    )
    st.subheader("Where do each owner's customers stand?", anchor=False)
    widgets.figure(drawn, "owners")
    if len(placed) > len(first):
        st.caption(f"The {len(first)} owners with most ARR of {len(placed):,}.")
    lists.take_along(lambda: table, "owners", frame, scores)
