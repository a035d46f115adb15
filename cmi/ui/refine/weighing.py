"""The parts of the Weights page: the live plane, and what Python says once the reader lets go."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from cmi import proposal
from cmi.methodology import GridKey, Methodology
from cmi.moves import migration
from cmi.problems import MethodologyError
from cmi.proposal import IN_FORCE, Proposal
from cmi.ui import session, tables, widgets
from cmi.ui.explore import migrating
from cmi.ui.markdown import plain
from cmi.ui.refine import live, versioning
from cmi.ui.session import Frame
from cmi.words import count

KEY, ANSWERS = "weights.plane", "weights.answers"
LINK, BESIDE = "proposal", "beside"  # in the address: what is shown, and the other one
PROMISE = (
    "Let go of a slider, and here stands who would change scenario, how ranks change, and how far "
    "that is from what counts today."
)


def plane(scores: pd.DataFrame, frame: Frame, grid: GridKey) -> None:
    """The live plane of these customers, with the controls beside it."""
    rules = frame.methodology
    said = _standing(rules)
    content = live.block(scores, rules, grid, proposal=said, presets=_presets(frame))
    live.show(content, KEY, _heard)
    sentences = [
        "A tail leads back to where a customer stands in force; who changes scenario has a rim. "
        " A lock holds one weight while the others share the rest.",
        *proposal.exceptions(scores, rules, grid),
    ]
    st.caption(plain(" ".join(sentences)))


def _standing(rules: Methodology) -> dict[str, Any]:
    """What the reader proposed before, if it still fits."""
    said = session.proposals()
    try:
        proposal.both(said, rules)
    except MethodologyError:
        return _begin(rules)
    return said or {}  # what fits is there


def _heard() -> None:
    """The reader let go: keep it, and let only the answers run anew."""
    session.keep_proposals(live.said(KEY))
    st.rerun(ANSWERS)


def _begin(rules: Methodology) -> dict[str, Any]:
    """The proposals of the address, or what is in force."""
    shown = _linked(st.query_params.get(LINK, ""), rules) or IN_FORCE
    beside = _linked(st.query_params[BESIDE], rules) if BESIDE in st.query_params else None
    said: dict[str, Any] = {
        "slot": "A",
        "A": shown.as_message(),
        "B": None if beside is None else beside.as_message(),
        "locks": [],
    }
    session.keep_proposals(said)
    return said


def _linked(text: str, rules: Methodology) -> Proposal | None:
    """What stands in the address; None, with a word, where it does not fit."""
    try:
        return proposal.from_link(text, rules)
    except MethodologyError as error:
        st.warning(plain(f"The link holds a proposal that does not fit: {error}"))
        return None


def _presets(frame: Frame) -> list[dict[str, Any]]:
    """What one click puts on the sliders; cuts that are None stay where they are."""
    rules = frame.methodology
    presets = [
        {"name": "In force", "hint": "Back to what counts today", **IN_FORCE.as_message()},
        {
            "name": "Equal",
            "hint": "Every characteristic, every factor and every driver counts alike",
            **proposal.equal(rules).as_message(),
            "cuts": None,
        },
    ]
    saved = frame.store.methodology(date.max)
    if saved_differs := proposal.difference(saved, rules):
        hint = f"As in version {saved.version}"
        presets.append({"name": "Last saved", "hint": hint, **saved_differs.as_message()})
    if shares := session.suggestion():
        suggested = proposal.of_shares(shares, rules).as_message()
        hint = "What would have foretold the outcomes better (see Evidence)"
        presets.append({"name": "Suggested", "hint": hint, **suggested, "cuts": None})
    return presets


@st.fragment(key=ANSWERS)
def answers(scores: pd.DataFrame, rules: Methodology, grid: GridKey) -> None:
    """Who would stand elsewhere, how ranks change, and how far it is from what is in force."""
    try:
        chosen, other, letter = proposal.both(session.proposals(), rules)
    except MethodologyError as error:
        st.warning(plain(f"This cannot be scored: {error}"))
        return
    _remember(LINK, proposal.as_link(chosen) or None)
    _remember(BESIDE, None if other is None else proposal.as_link(other))
    base, words = (IN_FORCE, "in force") if other is None else _compared(other, letter)
    if chosen == base:
        st.caption(f"Nothing differs from what is {words}. {PROMISE}")
        return
    before = scores if not base else proposal.rescored(scores, base.applied(rules), grid)
    proposed = chosen.applied(rules)
    after = proposal.rescored(scores, proposed, grid)
    versioning.save_as_version(proposed, label="Save this as a version", key="proposal")
    left, right = st.columns(2, gap="large")
    with left:
        flow = flows(before, after, rules, grid)
    with right:
        _distance(base.applied(rules), proposed, grid, words)
    moves(before, after, flow, migrating.place_names(rules, grid))
    _ranks(before, after)


def _remember(name: str, link: str | None) -> None:
    """The address opens the same proposals."""
    if link is not None:
        st.query_params[name] = link
    elif name in st.query_params:
        del st.query_params[name]


def _compared(other: Proposal, slot: str) -> tuple[Proposal, str]:
    """What to compare with: what is in force, or the other proposal."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Compared with")
        chosen = st.segmented_control(
            "Compared with",
            ["What is in force", f"Proposal {slot}"],
            default="What is in force",
            required=True,
            key=f"weights.compared.{slot}",
            persist_state="session",
            label_visibility="collapsed",
        )
    if chosen == f"Proposal {slot}":
        return other, f"proposed as {slot}"
    return IN_FORCE, "in force"


def flows(
    before: pd.DataFrame, after: pd.DataFrame, rules: Methodology, grid: GridKey
) -> tuple[str, str] | None:
    """How many would go from where to where; a click chooses one of the flows."""
    st.subheader("Who would change scenario?", anchor=False)
    st.markdown(plain(proposal.who_moves(before, after)))
    by = migrating.width()
    found = migration.flows(before, after, rules, grid)
    return migrating.matrix(found, migrating.place_names(rules, grid), by, "would")


def moves(
    before: pd.DataFrame,
    after: pd.DataFrame,
    flow: tuple[str, str] | None,
    names: dict[str, str],
) -> None:
    """Who would change scenario, or the customers of one flow."""
    moved = migration.who(before, after, *flow) if flow else proposal.changes(before, after)
    if moved.empty:
        return
    words = plain(" → ".join(names.get(p, p) for p in flow)) + ": " if flow else ""
    st.markdown(f"**{words}{count(len(moved), 'customer')}**")
    st.caption("Tick the box before a customer to open its page; click a number above for those.")
    named = moved.assign(**{c: moved[c].map(names) for c in ("from", "to")})
    _table(named, "weights.moved")
    widgets.take_along(lambda: named, "who would move")


def _table(moved: pd.DataFrame, key: str) -> None:
    number = st.column_config.NumberColumn
    tables.openable(
        moved,
        key,
        {
            "name": st.column_config.TextColumn("Customer", pinned=True),
            "from": st.column_config.TextColumn("From", width=150),
            "to": st.column_config.TextColumn("To", width=150),
            "chs_before": number("CHS from", format="%.0f"),
            "chs_after": number("CHS to", format="%.0f"),
            "cmi_before": number("CMI from", format="%.0f"),
            "cmi_after": number("CMI to", format="%.0f"),
            "arr": tables.MONEY,
            "owner": "Owner",
        },
    )


def _ranks(before: pd.DataFrame, after: pd.DataFrame) -> None:
    st.subheader(f"How do the {proposal.TOP} largest change rank?", anchor=False)
    ranks = proposal.ranks(before, after)
    if ranks.empty:
        st.write("They do not.")
        return
    rank = st.column_config.NumberColumn
    tables.openable(
        ranks,
        "weights.ranks",
        {
            "name": st.column_config.TextColumn("Customer", pinned=True),
            "arr": tables.MONEY,
            "cmi_rank_before": rank("CMI rank from", format="%d"),
            "cmi_rank_after": rank("to", format="%d"),
            "chs_rank_before": rank("CHS rank from", format="%d"),
            "chs_rank_after": rank("to ", format="%d"),
        },
        ["name", "arr", *_that_change(ranks)],
    )
    st.caption("By ARR; rank 1 has the highest score of them.")


def _that_change(ranks: pd.DataFrame) -> list[str]:
    """The columns of the axes on which somebody changes rank."""
    pairs = [(f"{axis}_rank_before", f"{axis}_rank_after") for axis in proposal.AXES]
    return [c for a, b in pairs if not ranks[a].equals(ranks[b]) for c in (a, b)]


def _distance(base: Methodology, proposed: Methodology, grid: GridKey, words: str) -> None:
    st.subheader(f"How far is it from what is {words}?", anchor=False)
    for sentence in proposal.distance(base, proposed, grid):
        st.markdown(f"- {plain(sentence)}")
