"""What was imported, what was not understood in it, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from cmi.problems import KINDS, Problem, problem_frame
from cmi.store import Store
from cmi.ui import session
from cmi.ui.markdown import plain
from cmi.ui.widgets import take_along
from cmi.words import count, day


def problems(found: Sequence[Problem], key: str) -> None:
    """What was not understood, grouped by kind, with what to do, and as a file."""
    if not found:
        return
    _problem_table(problem_frame(found), key)


def _problem_table(frame: pd.DataFrame, key: str) -> None:
    with st.expander(
        f"{count(len(frame), 'remark')} on cells and rows that were not understood as they stand"
    ):
        for kind, rows in frame.groupby("kind", sort=False):
            known = KINDS[str(kind)]
            st.markdown(f"**{known.title}** ({len(rows):,}): {known.advice}")
            st.dataframe(
                rows.drop(columns="kind").head(200), hide_index=True, key=f"problems.{key}.{kind}"
            )
        take_along(lambda: frame, f"problems {key}")


def news() -> None:
    """What the last import did, and the way to see it."""
    said = session.said()
    if said:
        st.success(plain(said), icon=":material/check_circle:")
        st.page_link(
            "pages/explore/portfolio.py",
            label="See the portfolio",
            icon=":material/scatter_plot:",
        )


def imports(store: Store) -> None:
    """Every import, newest first, with undo and redo and the problems it had."""
    listed = store.imports().to_dict("records")
    if listed:
        st.subheader("Imports so far", anchor=False)
    for one in listed:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            _import(store, one)


def _import(store: Store, one: dict[Any, Any]) -> None:
    """One import in a line: what came, when, by whom, and the button that takes it back."""
    number = int(one["id"])
    withdrawn = pd.notna(one["withdrawn_at"])
    name = plain(f"{one['file']} · {one['sheet']}" if one["sheet"] else one["file"])
    st.markdown(f"~~{name}~~" if withdrawn else f"**{name}**")
    st.caption(
        f"by {plain(one['by_whom'])}, {day(one['loaded_at'])}, state of {day(one['as_of'])}: "
        f"{one['rows']:,} rows = {one['kept']:,} kept + {one['refused']:,} refused + "
        f"{one['blank']:,} blank"
    )
    st.space("stretch")
    found = store.problems(number)
    if len(found):
        with st.popover(count(len(found), "remark")):
            _problem_table(found, f"import {number}")
    undo, label = (store.restore, "Redo") if withdrawn else (store.withdraw, "Undo")
    if st.button(label, key=f"{label}.{number}"):
        undo(number)
        session.show_day(None)
        st.rerun()
