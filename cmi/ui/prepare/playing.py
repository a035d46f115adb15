"""The parts of the Plays page: what is in progress, and the playbooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from cmi import portfolio
from cmi.methodology import Methodology, Scenario
from cmi.review import plays
from cmi.ui import cards, tables, widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare import desk, giving
from cmi.ui.prepare.desk import Desk
from cmi.words import MISSING, count, listed

IN_PROGRESS, PLAYBOOKS, HELPED = VIEWS = ("In progress", "Playbooks", "Did they help?")
STILL, ALL = STATES = ("Open and overdue", "All")
BY = {"By owner": "owner", "By scenario": "scenario", "By play": "play"}


def view(on: Desk) -> str:
    """Which side of the plays to show; kept in the address."""
    usual = IN_PROGRESS if len(on.said.plays) else PLAYBOOKS
    return widgets.one_of("View", VIEWS, "plays", usual)


# In progress


def in_progress(on: Desk, wanted: dict[str, list[str]]) -> None:
    """The plays that were given, how they stand by owner or scenario, and the ticked one."""
    ids = portfolio.filtered(on.scores, wanted)["customer_id"]
    given = on.said.plays[on.said.plays["customer_id"].isin(ids)]
    rows = plays.listing(given, on.scores, on.rules, on.said.on)
    st.subheader(plays.headline(rows), anchor=False)
    if rows.empty:
        st.write("Plays are given at the review, where each customer's are ranked.")
        st.page_link("pages/prepare/review.py", label="Review", icon=":material/arrow_forward:")
        return
    left, right = st.columns([2, 1], gap="medium")
    with left:
        with widgets.bar():
            which = widgets.one_of("State", STATES, "state")
            st.space("stretch")
            by_whom = desk.who_decides()
        shown = rows if which == ALL else rows[rows["state"].isin(["open", "overdue"])]
        picked = _table(shown.reset_index(drop=True))
    with right:
        if picked is None:
            by = BY[widgets.one_of("By", [*BY], "tally")]
            _summary(plays.summary(rows, by), by)
            st.caption("Tick a play to say how it stands.")
        else:
            _ticked(on, shown.to_dict("records")[picked], by_whom)


def _table(rows: pd.DataFrame) -> int | None:
    """Draw the plays, and say which is ticked."""
    event = st.dataframe(
        rows,
        key=widgets.key_of_rows("plays.table", rows["given"]),
        column_order=["customer", "play", "state", "owner", "due_date", "scenario", "arr", "note"],
        hide_index=True,
        placeholder=MISSING,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "customer": st.column_config.TextColumn("Customer", width=130, pinned=True),
            "play": st.column_config.TextColumn("Play", width=190),
            "state": st.column_config.TextColumn("State", width=70),
            "owner": st.column_config.TextColumn("Who", width=100),
            "due_date": st.column_config.DateColumn("Due", format="D MMM YYYY", width=95),
            "scenario": "Agreed as",
            "arr": tables.MONEY,
            "note": "Note",
        },
    )
    widgets.take_along(lambda: rows.drop(columns=["given", "id"]), "plays")
    picked = event["selection"]["rows"] if event else []
    return int(picked[0]) if picked else None


def _summary(rows: pd.DataFrame, by: str) -> None:
    named = {"owner": "Who", "scenario": "Scenario", "play": "Play"}[by]
    st.dataframe(
        rows,
        hide_index=True,
        placeholder="nobody" if by == "owner" else MISSING,
        height="content" if len(rows) < 12 else 420,
        column_config={
            "label": st.column_config.TextColumn(named, width=110),
            **{s: st.column_config.NumberColumn(s.capitalize(), width=60) for s in plays.STATES},
            "customers": None,
        },
    )


def _ticked(on: Desk, play: Mapping[Any, Any], by_whom: str) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(play['play'])}** · {plain(play['customer'])}")
        if on.is_of_today:
            giving.play_form(on, play, by_whom)
            if not by_whom:
                st.caption("Your name, above the table, goes with it.")
        cards.customer_open(str(play["customer_id"]), str(play["customer"]))


# Playbooks


def playbooks(on: Desk, wanted: dict[str, list[str]]) -> None:
    """The scenarios' playbooks as the methodology has them, one at a time."""
    scenarios = {s.name: s for s in on.rules.grid(on.grid)}
    first = next(iter(scenarios))
    name = st.segmented_control(
        "Scenario",
        [*scenarios],
        default=first,
        required=True,
        format_func=plain,
        key=f"playbook.{on.grid}",
        bind="query-params",
        persist_state="session",
        label_visibility="collapsed",
    )
    chosen = scenarios.get(name or first, scenarios[first])
    left, right = st.columns([5, 8], gap="large")
    with left:
        _scenario(chosen, on.rules)
        _who_stands_there(on, portfolio.filtered(portfolio.present(on.scores), wanted), chosen)
    with right:
        st.subheader("Which plays?", anchor=False)
        for key in chosen.plays:
            _play(on.rules, key)


def _scenario(chosen: Scenario, rules: Methodology) -> None:
    st.subheader(plain(chosen.decision), anchor=False)
    st.markdown(f"**When** {plain(plays.where(chosen, rules))}.")
    st.write(plain(chosen.summary))
    st.markdown(f"**What not to do** {plain(chosen.avoid)}")


def _who_stands_there(on: Desk, scores: pd.DataFrame, chosen: Scenario) -> None:
    here = scores[scores["scenario"] == chosen.key]
    arr = portfolio.worth(here)
    who = count(len(here), "customer") + (arr and f" with {arr}")
    st.caption(plain(f"{who} {'stands' if len(here) == 1 else 'stand'} there now."))
    if len(here):
        rows = portfolio.listing(here, on.rules, on.grid)
        tables.customer_table(rows, f"playbook.{chosen.key}", ("name", "next_play", "arr"))


def _play(rules: Methodology, key: str) -> None:
    play = rules.play(key)
    with st.expander(plain(play.title), expanded=True):
        if play.when:
            st.markdown(f"**Use it when** {plain(play.when[:1].lower() + play.when[1:])}")
        st.markdown("\n".join(f"1. {plain(step)}" for step in play.steps))
        moved = listed([rules.item(item).name for item in play.improves], 6)
        st.markdown(
            f"**Who** {plain(play.owner)}  \n**What to expect** {plain(play.effect)} "
            f"Moves: {plain(moved)}."
        )
