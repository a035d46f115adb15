"""What was imported, what was not understood in it, what is to be corrected, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd
import streamlit as st

from cmi.portfolio import present
from cmi.problems import KINDS, Problem, problem_frame
from cmi.reports import tables
from cmi.store import Store
from cmi.ui import session
from cmi.ui.markdown import plain
from cmi.ui.session import Frame
from cmi.ui.widgets import take_along
from cmi.words import count, day

FIRST = 5  # rows of each kind of problem
RECENT = 8  # uploads that are listed at once
Corrections = Mapping[str, pd.DataFrame]


def problems(found: Sequence[Problem], corrections: Corrections, key: str) -> None:
    """What was not understood, grouped by kind, with what to do, and the rows to correct."""
    if not found:
        st.caption("Every cell was understood as it stands.")
        return
    frame = problem_frame(found)
    rows = sum(len(table) for table in corrections.values())
    if rows:
        with st.container(border=True):
            st.markdown("**Fix and upload only these rows**")
            st.caption(
                "The rows with a fault, in the columns of their file; the last column says what is "
                "wrong. Correct them, drop the file here, and they are recognised. Of a table "
                "whose rows are counted per customer all rows come along."
            )
            to_correct(corrections, key)
    _by_kind(frame, key)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("All remarks", width="content")
        take_along(lambda: frame, f"remarks {key}")


def to_correct(corrections: Corrections, key: str) -> None:
    """The rows to correct as one workbook, and as CSV where they are of one table."""
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Rows to correct (Excel)",
            lambda: tables.to_xlsx(dict(corrections)),
            f"{next(iter(corrections))} to correct.xlsx",
            key=f"correct.xlsx.{key}",
            icon=":material/download:",
            on_click="ignore",
        )
        if len(corrections) == 1:
            ((name, frame),) = corrections.items()
            st.download_button(
                "CSV",
                lambda: tables.to_csv(frame, for_excel=True),
                f"{name} to correct.csv",
                "text/csv",
                key=f"correct.csv.{key}",
                icon=":material/download:",
                on_click="ignore",
            )


def _by_kind(frame: pd.DataFrame, key: str) -> None:
    """Each kind with its count, its advice and its first rows."""
    for kind, rows in frame.groupby("kind", sort=False):
        known = KINDS[str(kind)]
        with st.expander(f"**{known.title}** ({len(rows):,})", key=f"kind.{key}.{kind}"):
            st.caption(known.advice)
            shown = rows.drop(columns="kind").head(FIRST)
            if not any(shown["sheet"]):
                shown = shown.drop(columns="sheet")
            st.dataframe(
                shown,
                hide_index=True,
                key=f"rows.{key}.{kind}",
                column_config={c: c.capitalize() for c in shown.columns},
            )
            if len(rows) > FIRST:
                st.caption(f"The first {FIRST} of {len(rows):,}; the file below has all.")


def leave_news(ids: Sequence[int], sentence: str, corrections: Corrections) -> None:
    """Tell on the next drawing of the page what was imported."""
    st.session_state["_news"] = (tuple(ids), sentence, corrections)
    st.session_state["_fresh_news"] = True


def forget_news() -> None:
    """The last import is no news any more."""
    st.session_state.pop("_news", None)


def is_news() -> bool:
    """Whether something was imported a moment ago."""
    return "_news" in st.session_state


def news(store: Store, frame: Frame) -> None:
    """Step 4: what the last import did, the way to see it, to correct it and to undo it."""
    ids, sentence, corrections = st.session_state["_news"]
    st.success(plain(sentence), icon=":material/check_circle:")
    customers = session.snapshot(frame)
    there = len(present(customers))
    gone = count(len(customers) - there, "has", "have")
    st.write(
        f"As of {day(frame.as_of)} the portfolio holds {count(there, 'customer')}; {gone} left."
    )
    if st.session_state.pop("_fresh_news", False):  # the browser may still be scrolled far down
        st.toast(plain(sentence), icon=":material/check_circle:", duration="long")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/explore/portfolio.py",
            label="See the portfolio",
            icon=":material/scatter_plot:",
        )
        if corrections:
            to_correct(corrections, "news")
        if st.button("Undo this import", icon=":material/undo:", type="tertiary"):
            store.withdraw(*ids)
            forget_news()
            session.show_day(None)
            st.rerun()


def imports(store: Store) -> None:
    """Every upload, newest first, with undo and redo of it or of one of its tables."""
    listed = store.imports().to_dict("records")
    if not listed:
        return
    st.subheader("Imports so far", anchor=False)
    uploads = [list(rows) for _, rows in groupby(listed, key=itemgetter("upload"))]
    for rows in uploads[:RECENT]:
        _upload(store, rows)
    if uploads[RECENT:]:
        with st.expander(f"{count(len(uploads) - RECENT, 'earlier upload')}", key="earlier"):
            for rows in uploads[RECENT:]:
                _upload(store, rows)


def _upload(store: Store, rows: list[dict[Any, Any]]) -> None:
    """What came together: when, by whom, and the button that takes all of it back."""
    first = rows[-1]
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"{day(first['loaded_at'])} by {plain(first['by_whom'])}, "
                f"state of {day(first['as_of'])}"
            )
            if len(rows) > 1:
                st.space("stretch")
                _undo(store, rows, f"upload {first['upload']}", " all")
        for row in reversed(rows):
            with st.container(horizontal=True, vertical_alignment="center"):
                _import(store, row)


def _import(store: Store, one: dict[Any, Any]) -> None:
    """One table in a line: what came, the account of its rows, its remarks, and its undo."""
    number = int(one["id"])
    name = plain(f"{one['file']} · {one['sheet']}" if one["sheet"] else one["file"])
    withdrawn = pd.notna(one["withdrawn_at"])
    st.markdown(f"~~{name}~~" if withdrawn else f"**{name}**", width="content")
    st.caption(
        f"{count(one['rows'], 'row')} = {one['kept']:,} kept + {one['refused']:,} refused + "
        f"{one['blank']:,} blank"
    )
    st.space("stretch")
    found = store.problems(number)
    if len(found):
        with st.popover(count(len(found), "remark"), type="tertiary"):
            _by_kind(found, f"import {number}")
            take_along(lambda: found, f"remarks of import {number}")
    _undo(store, [one], f"{number}")


def _undo(store: Store, rows: list[dict[Any, Any]], key: str, all_of_it: str = "") -> None:
    """Take imports back, or read them again when all of them are taken back."""
    standing = [int(r["id"]) for r in rows if pd.isna(r["withdrawn_at"])]
    label = f"{'Undo' if standing else 'Redo'}{all_of_it}"
    if st.button(label, key=f"{label}.{key}"):
        if standing:
            store.withdraw(*standing)
        else:
            store.restore(*(int(r["id"]) for r in rows))
        forget_news()
        session.show_day(None)
        st.rerun()
