"""Marketing: what do our best customers look like, and what to ask a prospect?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi import charts, portfolio
from cmi.audiences import best
from cmi.charts.pairs import pairs
from cmi.methodology import GridKey, Methodology
from cmi.reports.scores import score_table
from cmi.segments import contrast
from cmi.ui import session, tables, widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare.audience import lists
from cmi.ui.session import Frame
from cmi.words import count, points, share

MOST_SEGMENTS = 14  # in the chart: those with most, and those with fewest


def shown(frame: Frame, scores: pd.DataFrame, grid: GridKey) -> None:
    """Who is best, what tells them apart, where they are frequent, and who they are."""
    rules = frame.methodology
    st.header("What do our best customers look like?", anchor=False)
    wanted = _who_is_best(rules, grid)
    mine = scores[best.are_best(scores, wanted)]
    asked = best.questions(scores, wanted, rules)
    st.markdown(f"**{plain(best.headline(asked, len(mine)))}**")
    if mine.empty:
        return
    placed = best.placed(scores)
    apart = contrast.differences(placed, mine.index, rules, grid)
    apart = apart[apart["kind"] != "scenario"]  # by these they were chosen
    st.write(plain(contrast.in_words(apart, len(placed) - len(mine))))
    _questions(asked, frame, scores)
    left, right = st.columns(2, gap="large")
    with left:
        _profile(best.profile(scores, wanted, rules), frame, scores)
    with right:
        _segments(frame, scores, wanted)
    st.subheader(f"Who are they? {count(len(mine), 'customer')}", anchor=False)
    st.caption(lists.OPEN)
    tables.customer_table(portfolio.listing(mine, rules, grid), "best")
    widgets.take_along(lambda: score_table(mine, rules, frame.as_of, grid), "best customers")


def _who_is_best(rules: Methodology, grid: GridKey) -> list[str]:
    """The scenarios (keys) that count as best, in the address."""
    names = {s.name: s.key for s in rules.grid(grid)}
    chosen = st.multiselect(
        "The best are those in",
        list(names),
        default=[best.usual(rules, grid).name],
        key=f"best_{grid}",
        bind="query-params",
        persist_state="session",
        placeholder="Choose at least one scenario",
        select_all=False,
        width=560,
    )
    return [names[name] for name in chosen if name in names]


def _questions(asked: pd.DataFrame, frame: Frame, scores: pd.DataFrame) -> None:
    st.subheader("What to ask a prospect?", anchor=False)
    if asked.empty:
        st.write("No question has five answers on both sides and a level that sets the best apart.")
        return
    st.dataframe(
        lists.percents(asked, "best_reach", "others_reach"),
        hide_index=True,
        height="content",
        row_height=64,
        column_order=["question", "level", "anchor", "best_reach", "others_reach"],
        column_config={
            "question": st.column_config.TextColumn("Ask", width=330),
            "level": st.column_config.NumberColumn("Level", width=60),
            "anchor": st.column_config.TextColumn("Look for at least", width=400),
            "best_reach": lists.percent("Of the best", "Who have at least this level"),
            "others_reach": lists.percent("Of the others", "Who have at least this level"),
        },
    )
    st.caption(
        "The level is the highest that three in four of the best have at least; first come the "
        "questions where it tells them from the others most. The best were chosen by their "
        "maturity too: all levels are higher, what counts is where."
    )
    lists.take_along(lambda: asked, "questions for prospects", frame, scores)


def _profile(profile: pd.DataFrame, frame: Frame, scores: pd.DataFrame) -> None:
    st.subheader("In which factors are they ahead?", anchor=False)
    known = profile.dropna(subset="apart").sort_values("apart", ascending=False, kind="stable")
    if known.empty:
        st.write("Both sides need five answers to a question before they can be compared.")
        return
    rows = pd.DataFrame(
        {
            "label": known["name"],
            "one": known["best"],
            "other": known["others"],
            "hint": [
                f"{part}: best {one:.1f} ({count(n, 'answer')}), others {other:.1f} ({of:,})"
                for part, one, n, other, of in zip(
                    known["characteristic"],
                    known["best"],
                    known["best_known"],
                    known["others"],
                    known["others_known"],
                    strict=True,
                )
            ],
        }
    )
    widgets.figure(pairs(rows, ("The best", "The others"), session.look()), "profile")
    lists.take_along(lambda: profile, "profile of the best", frame, scores)


def _segments(frame: Frame, scores: pd.DataFrame, wanted: list[str]) -> None:
    st.subheader("Where are they frequent?", anchor=False)
    columns = portfolio.segment_columns(scores, frame.methodology)
    found = best.by_segment(scores, wanted, columns)
    st.write(plain(best.segments_in_words(found)))
    if found.empty:
        return
    some = len(found) > MOST_SEGMENTS
    half = MOST_SEGMENTS // 2
    drawn = pd.concat([found.head(half), found.tail(half)]) if some else found
    rows = pd.DataFrame(
        {
            "label": [
                f"{value} ({column})"
                for value, column in zip(drawn["value"], drawn["column"], strict=True)
            ],
            "value": drawn["share"] * 100,
            "low": drawn["low"] * 100,
            "high": drawn["high"] * 100,
            "hint": [
                f"{number:,} of {count(of, 'customer')}: {share(part)}"
                for number, of, part in zip(
                    drawn["best"], drawn["customers"], drawn["share"], strict=True
                )
            ],
        }
    )
    overall = float(found["all"].iloc[0]) * 100
    widgets.figure(
        charts.intervals(
            rows,
            session.look(),
            axis="% of the placed customers who are among the best",
            bounds=(0, 102),
            middle=overall,
        ),
        "frequent",
    )
    more = f"The first and the last {half} of {len(found):,} segments. " if some else ""
    st.caption(
        f"{more}Dotted: of all ({points(overall)} %). Lines: where the true share may lie (95 %); "
        "of twenty segments one stands out by chance."
    )
    lists.take_along(lambda: found, "segments of the best", frame, scores)
