"""To decide on a customer, to give it plays, and to say how a play stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from cmi import portfolio
from cmi.methodology import Play
from cmi.problems import CmiError
from cmi.review.agreed import in_words, overrides
from cmi.store.decisions import (
    STATES,
    DecidedMeanwhileError,
    Decision,
    NewPlay,
    State,
    Word,
)
from cmi.ui import widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare import desk
from cmi.ui.prepare.desk import Desk
from cmi.words import day

QUARTER = timedelta(days=91)  # until a play is due and an override ends, unless somebody says else
ACCEPT, OVERRIDE = "Accept", "Override"
MANY, LIST = 6, 168  # plays that are shown without scrolling, pixels of a longer list


def form(on: Desk, row: pd.DataFrame, by_whom: str, after: str | None) -> None:
    """What is decided about the customer whose turn it is; `after`: whose turn is next."""
    turn = str(row["customer_id"].iloc[0])
    seen = desk.seen(on, turn)
    newer = _said_since(on, turn, seen)
    key = f"review.{turn}.{seen}"
    scenario, reason, expires = _scenario(on, row, key)
    plays = _plays(on, row, scenario, key)
    note = st.text_area(
        "Note", placeholder="Note", key=f"{key}.note", height=68, label_visibility="collapsed"
    )
    last = st.container(horizontal=True, vertical_alignment="center")
    save = not newer and last.button(
        "Save", type="primary", key=f"{key}.save", icon=":material/check:"
    )
    reviewed = last.checkbox("Reviewed for this quarter", value=True, key=f"{key}.reviewed")
    decision = Decision(
        customer_id=turn,
        period=on.period,
        as_of=on.frame.as_of,
        grid=on.grid,
        proposed=_known(row["scenario"].iloc[0]),
        scenario=scenario,
        by_whom=by_whom,
        reason=reason,
        expires=expires,
        note=note,
        reviewed=reviewed,
    )
    if newer:
        _ask(on, newer, (decision, plays), after)
        return
    if not by_whom:
        st.caption("Your name, on top, goes with it.")
    if on.frame.is_sample:
        st.caption(
            "The sample is for trying out: what you decide stays apart from your own portfolio and "
            "is forgotten when the server stops."
        )
    if save:
        _save(on, (decision, plays), seen, after)


def _scenario(on: Desk, row: pd.DataFrame, key: str) -> tuple[str | None, str, date | None]:
    """The agreed scenario, and where it is another than proposed, why and until when."""
    turn, proposed = str(row["customer_id"].iloc[0]), _known(row["scenario"].iloc[0])
    scenario = portfolio.scenario_of_key(on.rules, on.grid, proposed)
    if scenario is None:
        st.caption("It has no place on the plane yet: nothing is proposed.")
        return proposed, "", None
    held = overrides(on.said, on.grid)
    before = held.loc[turn].to_dict() if turn in held.index and held.loc[turn, "in_force"] else {}
    way = st.segmented_control(
        "Scenario",
        [ACCEPT, OVERRIDE],
        default=OVERRIDE if before else ACCEPT,
        required=True,
        format_func=lambda w: f"Accept {plain(scenario.name)}" if w == ACCEPT else "Override …",
        key=f"{key}.way",
        label_visibility="collapsed",
    )
    if way != OVERRIDE:
        return proposed, "", None
    others = {s.key: s.name for s in on.rules.grid(on.grid) if s.key != proposed}
    usual = [*others].index(before["scenario"]) if before.get("scenario") in others else None
    agreed = st.selectbox(
        "Instead",
        [*others],
        usual,
        format_func=lambda k: others[k],
        placeholder="Which instead?",
        key=f"{key}.scenario",
        label_visibility="collapsed",
    )
    until = before["expires"].date() if before else on.said.on + QUARTER
    with widgets.bar():
        st.markdown("until", width="content")
        expires = st.date_input(
            "Until",
            max(until, on.said.on),
            min_value=on.said.on,
            format="YYYY-MM-DD",
            key=f"{key}.expires",
            label_visibility="collapsed",
        )
    reason = st.text_input(
        "Reason",
        before.get("reason", ""),
        placeholder="Reason",
        key=f"{key}.reason",
        label_visibility="collapsed",
    )
    return agreed, reason, expires


def _plays(on: Desk, row: pd.DataFrame, scenario: str | None, key: str) -> list[NewPlay]:
    """The plays that are given, those first whose items fall shortest."""
    if scenario is None and _known(row["scenario"].iloc[0]):
        return []  # which one instead is not said yet
    options = _ranked(on, row, scenario)
    st.caption(
        "Which plays? The most useful first" if options else "All its plays are open already.",
        help="Ranked by how far the factors and drivers that a play improves fall short here.",
    )
    # Boxes, not a list that opens: that gets smaller on the way to Save, and the click misses.
    with st.container(gap=None, height=LIST if len(options) > MANY else "content"):
        given = [
            play
            for play, one in options.items()
            if st.checkbox(plain(one.title), key=f"{key}.play.{scenario}.{play}")
        ]
    if not given:
        return []
    left, right = st.columns(2)
    owner = row["owner"].iloc[0]
    first = options[given[0]].owner if pd.isna(owner) else str(owner)
    who = left.text_input("Who does it", first, key=f"{key}.owner.{given[0]}")
    due = right.date_input(
        "Due",
        on.said.on + QUARTER,
        min_value=on.said.on,
        format="YYYY-MM-DD",
        key=f"{key}.due",
    )
    return [NewPlay(play, who, due) for play in given]


def _ranked(on: Desk, row: pd.DataFrame, scenario: str | None) -> dict[str, Play]:
    """The plays of a scenario, or all without one, less those that are still open here."""
    turn, plays = str(row["customer_id"].iloc[0]), on.said.plays
    still = plays[(plays["customer_id"] == turn) & (plays["state"] == "open")]["play"]
    ranked = portfolio.ranked_plays(row.assign(scenario=scenario), on.rules, on.grid)
    return {p.key: p for p in ranked or on.rules.plays if p.key not in set(still)}


# Keeping it


def _save(on: Desk, given: tuple[Decision, list[NewPlay]], seen: int, after: str | None) -> None:
    """Keep it and turn to the next; a sentence where that is not possible."""
    decision, plays = given
    try:
        number = on.frame.store.decisions.decide(decision, plays, seen=seen)
    except DecidedMeanwhileError:
        st.rerun()  # theirs is shown then, and the reader asked
    except CmiError as error:
        st.warning(plain(error), icon=":material/edit:")
        return
    desk.see(on, decision.customer_id, number)
    if decision.reviewed and after is not None:
        desk.turn_to(after)
    st.rerun()


def _said_since(on: Desk, turn: str, seen: int) -> list[str]:
    """What others decided on this customer since the reader turned to it, in words."""
    decided, plays = on.said.decided, on.said.plays
    new = decided[(decided["customer_id"] == turn) & (decided["id"] > seen)]
    said = []
    for one in new.to_dict("records"):
        said.append(in_words(one, on.rules))
    titles = {p.key: p.title for p in on.rules.plays}
    for play in plays[(plays["customer_id"] == turn) & (plays["id"] > seen)].to_dict("records"):
        said.append(
            f"{titles.get(play['play'], play['play'])}: {play['state']}, {play['by_whom']}."
        )
    return said


def _ask(
    on: Desk,
    newer: list[str],
    given: tuple[Decision, list[NewPlay]],
    after: str | None,
) -> None:
    """Show what the other decided, and let the reader choose."""
    turn = given[0].customer_id
    shown = desk.last_word(
        on, turn
    )  # a word that comes after it makes other buttons, and is shown first
    with st.container(border=True):
        st.markdown("**Somebody decided here while you had it open**")
        for one in newer:
            st.markdown(plain(one))
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Keep theirs",
                key=f"review.theirs.{shown}",
                on_click=desk.see,
                args=[on, turn, shown],
                help="What you entered is not saved.",
            )
            mine = st.button("Save mine too", key=f"review.mine.{shown}", type="primary")
        if mine:
            _save(on, given, shown, after)


# How a play stands


def play_in_hand(on: Desk, play: Mapping[Any, Any], by_whom: str | None = None) -> None:
    """One play, and what can be said of it."""
    due = f"due {day(play['due_date'])}" if pd.notna(play["due_date"]) else "no due date"
    late = ":red[overdue]" if play["state"] == "overdue" else play["state"]
    who = f"{play['owner']}, " if pd.notna(play["owner"]) else ""
    words, change = st.columns([6, 1], vertical_alignment="center", gap="small")
    words.markdown(f":small[{plain(play['play'])}: {plain(who)}{plain(due)}, {late}]")
    with change.popover(":material/edit:", type="tertiary", help="Say how it stands"):
        play_form(on, play, by_whom or str(st.session_state.get("upload.by", "")))


def play_form(on: Desk, play: Mapping[Any, Any], by_whom: str) -> None:
    """The state, owner, day and note of a play."""
    key = f"play.{play['given']}.{play['id']}"
    state = "open" if play["state"] == "overdue" else str(play["state"])
    with st.form(key, border=False):
        said = st.segmented_control(
            "State", STATES, default=state, required=True, key=f"{key}.state"
        )
        owner = st.text_input("Who does it", _words(play["owner"]), key=f"{key}.owner")
        due = st.date_input(
            "Due",
            None if pd.isna(play["due_date"]) else play["due_date"].date(),
            format="YYYY-MM-DD",
            key=f"{key}.due",
        )
        note = st.text_area("Note", _words(play["note"]), key=f"{key}.note", height=68)
        if not st.form_submit_button("Save", type="primary"):
            return
    now: State = next((s for s in STATES if s == said), "open")
    word = Word(int(play["given"]), now, by_whom, owner, due, note)
    decisions, turn = on.frame.store.decisions, str(play["customer_id"])
    current = desk.last_word(on, turn) == desk.seen(on, turn)
    try:
        number = decisions.say(word, seen=int(play["id"]))
    except CmiError as error:
        st.warning(plain(error), icon=":material/edit:")
        return
    if current:
        desk.see(on, turn, number)  # one's own word is no news
    st.rerun()


def _known(key: object) -> str | None:
    return None if pd.isna(key) else str(key)  # type: ignore[call-overload]


def _words(text: Any) -> str:
    return "" if pd.isna(text) else str(text)
