"""The parts of the Review page: the queue, and what is known of the customer whose turn it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from cmi import customer, moves, portfolio
from cmi.methodology import Methodology
from cmi.reports import tables
from cmi.review import headline, minutes, progress, reasons
from cmi.review.agreed import came_of_it, in_words, overrides
from cmi.review.plays import listing
from cmi.ui import cards, desk, dossier, giving, packing, widgets
from cmi.ui.desk import Desk
from cmi.ui.markdown import plain
from cmi.words import MISSING, count, day, listed, period, points

TO_REVIEW, REVIEWED, ALL = LISTS = ("To review", "Reviewed", "All")
MOST = 300  # rows of the queue that are drawn, and told in words
HEIGHT = 506  # of the table, so that a page of 800 pixels holds it
MOST_ITEMS = 2  # that carry a score or hold it back


def filtered(on: Desk, wanted: dict[str, list[str]]) -> pd.DataFrame:
    """The queue of the customers whose columns have the wanted values."""
    ids = portfolio.filtered(on.scores, wanted)["customer_id"]
    return on.queue[on.queue["customer_id"].isin(ids)]


# On top: how far the team is, and what it takes along


def head(on: Desk, shown: pd.DataFrame) -> str:
    """How much is reviewed, who decides, and the minutes; the name of who decides."""
    with widgets.bar():
        st.markdown(f"**{plain(headline(shown, on.scores, on.period))}**", width="stretch")
        by_whom = desk.who_decides()
        with st.popover("Progress", icon=":material/groups:"):
            _progress(on, shown)
        with st.popover("Minutes", icon=":material/description:"):
            _minutes(on, shown)
    if not on.is_of_today:
        st.caption(
            f"What was known on {day(on.frame.as_of)}. Decisions are made on the newest day."
        )
    return by_whom


def _progress(on: Desk, shown: pd.DataFrame) -> None:
    told = progress(shown, on.scores)
    st.dataframe(
        told.assign(share=told["share"] * 100, arr_share=told["arr_share"] * 100),
        column_order=["label", "reviewed", "customers", "share", "arr_share"],
        hide_index=True,
        placeholder="nobody",
        height="content",
        width=440,
        column_config={
            "label": st.column_config.TextColumn("Owner", width=110),
            "reviewed": st.column_config.NumberColumn("Reviewed", width=65),
            "customers": st.column_config.NumberColumn("Of", width=45),
            "share": _percent("Customers"),
            "arr_share": _percent("ARR"),
        },
    )


def _percent(title: str) -> Any:
    return st.column_config.ProgressColumn(
        title, min_value=0, max_value=100, format="%.0f %%", width=110
    )


def _minutes(on: Desk, shown: pd.DataFrame) -> None:
    st.caption("What was agreed for this quarter, of the customers that the filters leave.")
    name = f"review {period(on.period)}".replace(" ", "-").lower()
    st.download_button(
        "Text (Markdown)",
        lambda: minutes.markdown(on.minutes(shown)).encode("utf-8"),
        f"{name}.md",
        "text/markdown",
        icon=":material/download:",
        on_click="ignore",
    )
    st.download_button(
        "Workbook (Excel)",
        lambda: tables.to_xlsx(minutes.sheets(on.minutes(shown))),
        f"{name}.xlsx",
        icon=":material/download:",
        on_click="ignore",
    )


# The queue


def queue(on: Desk, shown: pd.DataFrame) -> tuple[str | None, list[str]]:
    """The list to go through: whose turn it is, None where nobody is left to show, and the ids in
    their order.
    """
    wanted = widgets.one_of("List", LISTS, "list")
    if wanted != ALL:
        shown = shown[shown["reviewed"] == (wanted == REVIEWED)]
    ids = [str(who) for who in shown["customer_id"]]
    if on.queue.empty:
        return None, ids
    turn = desk.chosen(on, ids)
    picked = _table(on, shown.head(MOST), ids.index(turn) if turn in ids[:MOST] else None)
    if picked is not None and ids[picked] != turn:
        st.query_params["customer"] = ids[picked]
        turn = desk.chosen(on, ids)
    if not ids:
        st.caption("Everybody is reviewed." if wanted == TO_REVIEW else "Nobody yet.")
    elif len(ids) > MOST:
        st.caption(f"The first {MOST} of {count(len(ids), 'customer')}.")
    return turn, ids


def _table(on: Desk, rows: pd.DataFrame, ticked: int | None) -> int | None:
    """Draw the queue, and say which row is ticked."""
    if rows.empty:
        return None
    currency = portfolio.main_currency(on.scores)
    event = st.dataframe(
        reasons.briefly(rows).assign(name=rows["name"])[["name", "stake", "urgent"]],
        key=f"review.queue.{desk.drawn()}.{len(rows)}",
        hide_index=True,
        placeholder=MISSING,
        height=min(HEIGHT, 38 + 35 * len(rows)),
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [] if ticked is None else [ticked]}},
        column_config={
            "name": st.column_config.TextColumn("Customer", width=125),
            "stake": st.column_config.TextColumn(
                "At stake", width=100, help=f"{currency} of ARR that may be lost, or gained".strip()
            ),
            "urgent": st.column_config.TextColumn("Urgent", width=190),
        },
    )
    picked = event["selection"]["rows"] if event else []
    return int(picked[0]) if picked else None


def steps(turn: str, ids: list[str]) -> None:
    """To the customer before and after, by button or by key."""
    at = ids.index(turn) if turn in ids else -1
    before = ids[at - 1] if at > 0 else None
    after = after_this(turn, ids)
    for label, icon, to, key in (
        ("Previous", ":material/arrow_back:", before, "P"),
        ("Next", ":material/arrow_forward:", after, "N"),
    ):
        st.button(
            label,
            icon=icon,
            shortcut=key,
            disabled=to is None,
            on_click=desk.turn_to,
            args=[to],
            key=f"review.{label.lower()}",
        )


def after_this(turn: str, ids: list[str]) -> str | None:
    """Who comes next in the list; its first where the one whose turn it is is not in it."""
    at = ids.index(turn) if turn in ids else -1
    return ids[at + 1] if at + 1 < len(ids) else None


# The customer whose turn it is


def customer_head(on: Desk, row: pd.DataFrame, turn: str, ids: list[str]) -> None:
    """Its name, where it stands, and the way to the others."""
    facts = customer.facts(row, on.rules)
    with widgets.bar():
        st.subheader(plain(facts.name), anchor=False, width="stretch")
        steps(turn, ids)
    with widgets.bar():
        proposed = portfolio.scenario_of_key(on.rules, on.grid, row["scenario"].iloc[0])
        cards.badge(proposed)
        other = overrides(on.said, on.grid)
        if turn in other.index and other.loc[turn, "in_force"]:
            instead = portfolio.scenario_of_key(on.rules, on.grid, other.loc[turn, "scenario"])
            st.markdown("agreed instead:", width="content")
            cards.badge(instead)
        said = [f"{facts.arr} ARR", f"renewal {facts.renewal}", f"owner {facts.owner}"]
        st.caption(plain(" · ".join([*said, facts.segments])), width="stretch")


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
    counted = told[:1] in ("+", "−")
    figure.metric(
        f"{customer.SCORES[score].capitalize()} ({score.upper()})",
        points(now),
        told.replace("−", "-") or None,
        delta_color="normal" if counted else "off",
        delta_arrow="auto" if counted else "off",
    )
    with words:
        _told("", _why(row, on.rules, score))


def _told(head: str, words: str) -> None:
    """A few words in small letters after a head, so that one screen holds them all."""
    st.markdown(f":small[{f'**{head}** ' if head else ''}{plain(words)}]")


def _why(row: pd.DataFrame, rules: Methodology, score: str) -> str:
    """Carried by Sponsor 8.0 and NPS 6.0. Most to gain: Product use 9.2."""
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
