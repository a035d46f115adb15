"""The queue of the Review page: how far it is, its minutes, who comes before and after."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from cmi import portfolio
from cmi.reports import tables
from cmi.review import headline, minutes, progress, reasons
from cmi.ui import widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare import desk
from cmi.ui.prepare.desk import Desk
from cmi.words import MISSING, count, period

TO_REVIEW, REVIEWED, ALL = LISTS = ("To review", "Reviewed", "All")
MOST = 300  # rows of the queue that are drawn, and told in words
HEIGHT = 506  # of the table, so that a page of 800 pixels holds it


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
    return by_whom


def _progress(on: Desk, shown: pd.DataFrame) -> None:
    told = progress(shown, on.scores)
    st.dataframe(
        told.assign(
            label=told["label"].fillna("No owner"),
            share=told["share"] * 100,
            arr_share=told["arr_share"] * 100,
        ),
        column_order=["label", "reviewed", "customers", "share", "arr_share"],
        hide_index=True,
        placeholder=MISSING,
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
    st.caption("What was agreed for this quarter on the customers that the filters leave.")
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


def queue(
    on: Desk, shown: pd.DataFrame, filters: dict[str, list[str]]
) -> tuple[str | None, list[str]]:
    """The list to go through: whose turn it is, None where nobody is left to show, and the ids in
    their order.
    """
    wanted = widgets.one_of("List", LISTS, "list")
    if wanted != ALL:
        shown = shown[shown["reviewed"] == (wanted == REVIEWED)]
    ids = [str(who) for who in shown["customer_id"]]
    if on.queue.empty:
        return None, ids
    turn = desk.chosen(on, ids, (wanted, filters))
    picked = _table(on, shown.head(MOST), turn, wanted)
    if picked is not None:
        turn = ids[picked]
    desk.look_at(turn, (wanted, filters))
    if not ids:
        st.caption("Everybody is reviewed." if wanted == TO_REVIEW else "Nobody yet.")
    elif len(ids) > MOST:
        st.caption(f"The first {MOST} of {count(len(ids), 'customer')}; “Next” goes on from there.")
    return turn, ids


def _table(on: Desk, rows: pd.DataFrame, turn: str, wanted: str) -> int | None:
    """Draw a list, and say which row is ticked."""
    if rows.empty:
        return None
    ids = rows["customer_id"].tolist()
    told, columns = _agreed(on, rows) if wanted == REVIEWED else _why(on, rows)
    event = st.dataframe(
        told[[*columns]].assign(name=rows["name"]),
        key=widgets.key_of_rows(f"review.queue.{desk.drawn()}", ids),
        hide_index=True,
        placeholder=MISSING,
        height=min(HEIGHT, 38 + 35 * len(rows)),
        column_order=["name", *columns],
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(turn)] if turn in ids else []}},
        column_config={"name": st.column_config.TextColumn("Customer", width=125), **columns},
    )
    picked = event["selection"]["rows"] if event else []
    return int(picked[0]) if picked else None


def _why(on: Desk, rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """What is at stake and what is urgent, for those who are to be reviewed."""
    stake = f"At stake {portfolio.main_currency(on.scores)}".strip()
    return reasons.briefly(rows), {
        "stake": st.column_config.TextColumn(
            stake, width=100, help="ARR that may be lost, or gained"
        ),
        "urgent": st.column_config.TextColumn(
            "Urgent", width=128, help="The first reason, and how many more there are"
        ),
    }


def _agreed(on: Desk, rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """What was agreed for the quarter and who said so, for those who are reviewed."""
    return minutes.decisions(on.minutes(rows)).set_index(rows.index), {
        "agreed": st.column_config.TextColumn("Agreed", width=128),
        "decided_by": st.column_config.TextColumn("By", width=100),
    }


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
