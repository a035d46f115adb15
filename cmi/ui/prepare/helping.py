"""Did the plays help? What customers with a play gained, beside similar ones without."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from cmi import charts, portfolio
from cmi.review import helped
from cmi.ui import session, widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare.desk import Desk
from cmi.words import share

MOST_DAYS = 12  # days for which plays were given, the latest of them, that are compared
NO_SEGMENT = "Any segment"
NAMES = {"chs": "Health", "cmi": "Maturity"}


def did_they_help(on: Desk) -> None:
    """What customers with a play gained over similar ones without, and what became of them."""
    st.subheader("Do customers with a play do better than similar ones without?", anchor=False)
    if on.said.plays.empty:
        st.write("No play was given yet. Plays are given at the review, where they are ranked.")
        st.page_link("pages/prepare/review.py", label="Review", icon=":material/arrow_forward:")
        return
    segment = _segment(on)
    given, then = on.said.plays, _then(on)
    gains = [helped.gain(given, then, on.scores, score, segment) for score in ("chs", "cmi")]
    happened = on.frame.store.outcomes(on.frame.as_of)
    rows = helped.outcomes(given, then, on.scores, happened, segment)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**What did they gain?**")
        _gained(gains)
    with right:
        st.markdown("**What became of them?**")
        _became(rows)
    st.markdown(f"**{helped.NOT_PROOF}**")
    alike = "the same scenario" + (f", the same {segment}" if segment else "")
    st.caption(
        plain(
            f"Similar is who stood in {alike} and within the same {helped.BAND} points of the "
            "score on the day of the play, and never had one. Each customer counts once, with its "
            "first play. A line holds the true difference, or share, in 95 of 100 draws of the "
            "customers."
        )
    )


def _gained(gains: Sequence[helped.Gain]) -> None:
    known = [found for found in gains if found.enough]
    if known:
        rows = pd.DataFrame(
            {
                "label": [NAMES[found.score] for found in known],
                "value": [found.gain for found in known],
                "low": [found.low for found in known],
                "high": [found.high for found in known],
                "hint": [helped.in_words(found) for found in known],
            }
        )
        axis = "points more than similar customers, with the interval"
        drawn = charts.intervals(rows, session.look(), axis=axis, middle=0)
        widgets.figure(drawn, "helped.gain")
    for found in gains:
        st.markdown(f"- {plain(helped.in_words(found))}")


def _became(rows: pd.DataFrame) -> None:
    if rows.empty:
        st.markdown("- No outcome was recorded of anybody yet.")
        return
    known = rows[rows["share"].notna()]
    if len(known):
        percent = known[["share", "low", "high", "expected"]] * 100
        drawn = percent.rename(columns={"share": "value"}).assign(
            label=known["outcome"].str.capitalize(), hint=[share(n) for n in known["share"]]
        )
        axis = "% of customers with a play; hollow: of similar ones without"
        widgets.figure(charts.intervals(drawn, session.look(), axis=axis), "helped.outcomes")
    for row in rows.to_dict("records"):
        st.markdown(f"- {plain(helped.outcome_in_words(row))}")


def _segment(on: Desk) -> str | None:
    """The column in which similar customers must be alike."""
    columns = portfolio.segment_columns(on.scores, on.rules)
    if not columns:
        return None
    with widgets.bar():
        st.caption("Similar customers are in the same", width="content")
        chosen = widgets.choice("Alike in", [NO_SEGMENT, *columns], NO_SEGMENT, "alike")
    return None if chosen == NO_SEGMENT else chosen


def _then(on: Desk) -> dict[date, pd.DataFrame]:
    """The scores of the days for which plays were given, before the frame's day."""
    days = sorted({when.date() for when in helped.first_plays(on.said.plays)["as_of"]})
    past = [when for when in days if when < on.frame.as_of][-MOST_DAYS:]
    return {when: session.two_days(on.frame, when, on.grid)[0] for when in past}
