"""The customer whose turn it is at the review: where it stands and why, what was agreed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from cmi import customer, moves, portfolio
from cmi.methodology import Methodology
from cmi.review import reasons
from cmi.review.agreed import came_of_it, in_words, instead
from cmi.review.plays import listing
from cmi.ui import cards, dossier, widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare import giving, packing, reviewing
from cmi.ui.prepare.desk import Desk
from cmi.words import MISSING, count, day, listed, points

MOST_ITEMS = 2  # that carry a score or hold it back


def customer_head(on: Desk, row: pd.DataFrame, turn: str, ids: list[str]) -> None:
    """Its name, where it stands, and the way to the others."""
    facts = customer.facts(row, on.rules)
    with widgets.bar():
        st.subheader(plain(facts.name), anchor=False, width="stretch")
        reviewing.steps(turn, ids)
    with widgets.bar():
        proposed = portfolio.scenario_of_key(on.rules, on.grid, row["scenario"].iloc[0])
        cards.standing(proposed, instead(on.said, on.rules, on.grid, turn))
        st.caption(plain(_facts_in_words(facts)), width="stretch")


def _facts_in_words(facts: customer.Facts) -> str:
    """1.4 M USD ARR · renewal 3 Mar 2026 · owner Ana · East; what is not known is left out."""
    told = {
        f"{facts.arr} ARR": facts.arr,
        f"renewal {facts.renewal}": facts.renewal,
        f"owner {facts.owner}": facts.owner,
        facts.segments: facts.segments,
    }
    return " · ".join(words for words, fact in told.items() if fact not in ("", MISSING))


def known(on: Desk, row: pd.DataFrame, turn: str) -> None:
    """Both scores and why, what moved since the last review, what was decided and came of it."""
    since = _since(on, turn)
    then = None if since is None else dossier.scores(on.frame, on.grid, turn, since)
    for score in customer.SCORES:
        _score(on, row, score, then, since)
    _why_now(on, turn, since)
    _last_decision(on, row, turn)
    _plays(on, turn)
    with widgets.bar():
        st.page_link(
            "pages/explore/customer.py",
            label="The whole story",
            icon=":material/person:",
            query_params={"customer": turn},
        )
        st.page_link(
            "pages/prepare/qbr.py",
            label="Its pack",
            icon=":material/slideshow:",
            query_params={"about": packing.CUSTOMERS, "customer": turn},
        )


def _since(on: Desk, turn: str) -> date | None:
    """The day of the scores of its last review, else the end of the quarter before."""
    decided = on.said.decided
    mine = decided[(decided["customer_id"] == turn) & decided["reviewed"].astype("bool")]
    earlier = mine.loc[mine["as_of"] < pd.Timestamp(on.frame.as_of), "as_of"]
    return on.since if earlier.empty else earlier.iloc[-1].date()


def _score(
    on: Desk, row: pd.DataFrame, score: str, then: pd.DataFrame | None, since: date | None
) -> None:
    """A score with its change, and beside it what carries it and where most is to gain."""
    figure, words = st.columns([2, 5], gap="small")
    now = row[score].iloc[0]
    was = then[score].iloc[0] if then is not None and len(then) else float("nan")
    told = customer.change_in_words(was, now) if since else ""
    with figure:
        cuts = getattr(on.rules.cuts.of(on.grid), score)
        named = f"{customer.SCORES[score].capitalize()} ({score.upper()})"
        cards.figure(named, points(now, cuts), told)
    with words:
        _told("", _why(row, on.rules, score))


def _told(head: str, words: str) -> None:
    """A few words in small letters after a head, so that one screen holds them all."""
    st.markdown(f":small[{f'**{head}** ' if head else ''}{plain(words)}]")


def _why(row: pd.DataFrame, rules: Methodology, score: str) -> str:
    """Carried by Sponsor 8.0 and NPS 6.0. Most to gain, in points: Product use 9.2."""
    parts = customer.breakdown(row, rules, score)
    if pd.isna(row[score].iloc[0]):
        return customer.known_in_words(row, parts, rules, score)
    best = parts[parts["contribution"].round(1) > 0].head(MOST_ITEMS)
    carried = [
        f"{rules.item(item).name} {given:.1f}"
        for item, given in zip(best["item"], best["contribution"], strict=True)
    ]
    by = f"Carried by {listed(carried)}. " if carried else ""
    return f"{by}{customer.most_to_gain(parts, rules, MOST_ITEMS)}"


def _why_now(on: Desk, turn: str, since: date | None) -> None:
    """What moved since the last review, and how its place in the queue was made."""
    if since is not None:
        causes = dossier.causes(on.frame, on.grid, turn, since)
        moved = moves.in_words(causes, on.rules) or "Neither score is known of both days."
        _told(f"Since {day(since)}", moved)
    one = on.queue[on.queue["customer_id"] == turn]
    if len(one):
        currency = portfolio.main_currency(on.scores)
        told = reasons.explained(one.iloc[0].to_dict(), on.rules, on.grid, currency)
        _told("Why now", told)


def _last_decision(on: Desk, row: pd.DataFrame, turn: str) -> None:
    mine = on.said.decided[on.said.decided["customer_id"] == turn]
    if mine.empty:
        _told("Last decision", "Nothing was decided yet.")
        return
    last = mine.iloc[-1].to_dict()
    when = last["as_of"].date()
    before = dossier.scores(on.frame, on.grid, turn, when) if when < on.frame.as_of else row[:0]
    plays = on.said.plays[on.said.plays["customer_id"] == turn]
    came = came_of_it(before, row, plays[plays["as_of"] <= last["as_of"]], on.said.on)
    _told("Last decision", f"{in_words(last, on.rules)} {came}")
    if len(mine) > 1:
        with st.popover(f"All {count(len(mine), 'decision')}", type="tertiary"):
            for one in mine.iloc[::-1].to_dict("records"):
                st.markdown(f"- {plain(in_words(one, on.rules))}")


def _plays(on: Desk, turn: str) -> None:
    mine = on.said.plays[on.said.plays["customer_id"] == turn]
    rows = listing(mine, on.scores, on.rules, on.said.on)
    still = rows[rows["state"].isin(["open", "overdue"])]
    _told("Open plays", "No play is open." if still.empty else "")
    for play in still.to_dict("records"):
        giving.play_in_hand(on, play)
