"""The customer's page: its head, why it stands there, and what moved."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from cmi import charts, customer, moves
from cmi.customer import items
from cmi.methodology import Methodology, Scenario
from cmi.ui import cards, session, widgets
from cmi.ui.markdown import plain
from cmi.ui.session import Frame
from cmi.words import count, day, listed

WHY, MOVED, COMPARED, OVER_TIME, TO_DO, ANSWERS = VIEWS = (
    "Why",
    "What moved",
    "Compared",
    "Over time",
    "What to do",
    "All answers",
)
NAMES = customer.SCORES


def view() -> str:
    """Which side of the customer to show; kept in the address."""
    return widgets.one_of("View", VIEWS, "view")


# The head


def standing(facts: customer.Facts, scenario: Scenario | None, instead: Scenario | None) -> None:
    """Where the customer stands or was agreed to stand, and what that means; of who has left, that
    it has.
    """
    if facts.left:
        st.badge(f"Left on {facts.left}", color="gray", icon=":material/logout:")
        st.markdown("**What stands below is the last that is known.**")
    else:
        cards.standing(scenario, instead)
        held = instead or scenario
        st.markdown(f"**{plain(held.decision if held else facts.missing)}**")
    st.caption(plain(facts.segments), width="content")


def figures(facts: customer.Facts, row: pd.DataFrame, then: pd.DataFrame | None) -> None:
    """The customer's numbers, both scores with their change since then, where there is a then."""
    now = row.iloc[0]
    deltas = dict.fromkeys(NAMES, "")
    if then is not None:
        deltas = {s: customer.change_in_words(_score(then, s), now[s]) for s in NAMES}
    until = (now["renewal_date"] - now["period"]).days if pd.notna(now["renewal_date"]) else None
    due = "" if until is None else _in_days(until)
    shown = (
        ("Health (CHS)", facts.health, deltas["chs"]),
        ("Maturity (CMI)", facts.maturity, deltas["cmi"]),
        ("Weakest", plain(facts.weakest), plain(facts.others)),
        ("ARR", plain(facts.arr), ""),
        ("Renewal", facts.renewal, due),
        ("Owner", plain(facts.owner), ""),
    )
    for column, (label, value, delta) in zip(st.columns([3, 3, 6, 4, 5, 5]), shown, strict=True):
        with column:
            cards.figure(label, value, delta)


def _score(frame: pd.DataFrame, score: str) -> float:
    """The score of a customer who may not have been known on that day."""
    return float(frame[score].iloc[0]) if len(frame) else float("nan")


def _in_days(days: int) -> str:
    if days == 0:
        return "on this day"
    return f"in {count(days, 'day')}" if days > 0 else f"{count(-days, 'day')} ago"


def moved_in_words(causes: pd.DataFrame, rules: Methodology) -> None:
    """What moved since the chosen day, in one line."""
    st.markdown(f"**{plain(moves.in_words(causes, rules) or NOT_KNOWN)}**")


NOT_KNOWN = "Neither score was known then, and neither is now."


# Why


def why(row: pd.DataFrame, rules: Methodology) -> None:
    """Both scores as steps from 0, largest first, with what is missing."""
    parts = {score: customer.breakdown(row, rules, score) for score in NAMES}
    said, drawn = (st.columns(2, gap="large") for _ in range(2))  # so that the charts begin level
    for words, chart, score in zip(said, drawn, NAMES, strict=True):
        with words:
            _why(row, parts[score], rules, score)
        if pd.notna(_score(row, score)):
            with chart:
                end = "Health (CHS)" if score == "chs" else "Maturity (CMI)"
                widgets.figure(charts.composition(parts[score], session.look(), end=end), score)
    if any(len(found) for found in parts.values()):
        widgets.take_along(lambda: _both(parts), "contributions")


def _both(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The frames of both scores below each other, with the score before each row."""
    named = pd.concat(frames, names=["score", "number"])
    return named.reset_index().drop(columns=["number", "hint"])


def _why(row: pd.DataFrame, parts: pd.DataFrame, rules: Methodology, score: str) -> None:
    """What a score rests on, and where most of it is missing; or what a score would need."""
    name, value = NAMES[score], _score(row, score)
    known = plain(customer.known_in_words(row, parts, rules, score))
    if pd.notna(value):
        facts = customer.facts(row, rules)
        said = {"chs": facts.health, "cmi": facts.maturity}[score]
        st.subheader(f"Why is {name} {said}?", anchor=False)
        st.caption(f"{known}  \n{plain(customer.most_to_gain(parts, rules))}")
        return
    st.subheader(f"Why is there no {name} score?", anchor=False)
    st.write(known)
    if len(parts):
        told = [f"{one['label']} ({one['said']})" for one in parts.to_dict("records")]
        st.caption(plain(f"Known so far: {listed(told, 6)}."))
    next_step(score)


def next_step(score: str) -> None:
    """Where what is missing to a score is brought."""
    if score == "cmi":
        page, label = "pages/collect/assess.py", "Assess it"
    else:
        page, label = "pages/collect/upload.py", "Upload what is known of it"
    st.page_link(page, label=label, icon=":material/arrow_forward:")


# What moved


def what_moved(
    frame: Frame,
    row: pd.DataFrame,
    causes: pd.DataFrame | None,
    then: pd.DataFrame | None,
    since: date | None,
) -> None:
    """Why each score changed since a day, step by step; a sentence where nothing did, or where
    there is no earlier day.
    """
    if causes is None or then is None or since is None:
        st.info("There is no earlier day to compare with: import what you have from before.")
        return
    rules, held = frame.methodology, session.rules_on(frame, since)
    st.subheader(f"What moved since {day(since)}?", anchor=False)
    if held != rules:
        st.caption(plain(f"Then by methodology {held.version}, now by {rules.version}."))
    steps = {s: change_steps(causes, then, row, rules, s) for s in NAMES}
    drawn = [score for score in NAMES if len(steps[score])]
    places = st.columns(2, gap="large") if len(drawn) == 2 else [st.container()] * 2
    for place, score in zip(places, NAMES, strict=True):
        with place:
            st.markdown(f"**{_from_to(then, row, score)}**")
            stale = causes[(causes["score"] == score) & (causes["kind"] == "stale")]["item"]
            if len(stale):
                names = listed([rules.item(key).name for key in stale], 6)
                st.caption(plain(f"Went stale: {names}."))
            if score in drawn:
                ends = (f"{score.upper()} then", _score(then, score)), f"{score.upper()} now"
                widgets.figure(
                    charts.waterfall(
                        steps[score], session.look(), start=ends[0], end=ends[1], closely=True
                    ),
                    f"moved.{score}",
                )
    if drawn:
        widgets.take_along(lambda: _both(steps), "changes")


def _from_to(then: pd.DataFrame, row: pd.DataFrame, score: str) -> str:
    """Health went from 85 to 82; or that it is newly known, no longer, or not at all."""
    name, before, after = NAMES[score].capitalize(), _score(then, score), _score(row, score)
    if pd.isna(after):
        return (
            f"{name} was not known then and is not known now."
            if pd.isna(before)
            else f"{name} is no longer known; it was {before:z.0f}."
        )
    if pd.isna(before):
        return f"{name} is newly known: {after:z.0f}."
    if f"{before:z.1f}" == f"{after:z.1f}":
        return f"{name} stayed at {after:z.1f}."
    return f"{name} went from {before:z.1f} to {after:z.1f}."


def change_steps(
    causes: pd.DataFrame, then: pd.DataFrame, row: pd.DataFrame, rules: Methodology, score: str
) -> pd.DataFrame:
    """The causes of one customer and score as a waterfall takes them: label (with what was observed
    then and now), points, hint; largest first, the rest as one.
    """
    rows = []
    for name, same in moves.steps(causes, rules, score).groupby("label", sort=False):
        label, (key, *more) = f"{str(name)[:1].upper()}{str(name)[1:]}", same["item"]
        kind = same["kind"].iloc[0]
        if key and not more and kind in ("value", "coverage"):
            was, now = (_observed(frame, key) for frame in (then, row))
            label += f": {items.say_change(rules, key, was, now)}"
        elif kind == "segment":
            label += items.say_segment_change(then, row, rules)
        rows.append({"label": label, "points": same["points"].sum(), "hint": ""})
    return pd.DataFrame(rows, columns=["label", "points", "hint"])


def _observed(frame: pd.DataFrame, key: str) -> object:
    return frame[key].iloc[0] if key in frame and len(frame) else None
