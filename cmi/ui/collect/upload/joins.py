"""Step 2, who is who: customers that look like others, and what found no customer."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi import mapping
from cmi.store import Store
from cmi.ui.collect.upload import draft as drafts
from cmi.ui.collect.upload.draft import Draft, place
from cmi.ui.widgets import take_along
from cmi.words import count

SHOWN = 200  # rows that are offered at once
COLUMNS = ["same", "customer", "name", "customer_id", "alike", "rows", "file", "sheet"]


def who_is_who(held: Draft, store: Store) -> None:
    """What looks like a known customer is offered, never merged; what found nobody is listed."""
    like, nobody = drafts.joins(held, store)
    if like is None:
        st.caption("Looking for customers that are written in two ways takes a while in so many.")
        if st.button("Look for them", icon=":material/search:"):
            held.look_for_alike = True
            st.rerun()
    else:
        _the_same(held, like)
    _nobody(held, nobody)


def _the_same(held: Draft, like: pd.DataFrame) -> None:
    """Pairs to say yes to; those that were said yes to stay, to be taken back."""
    pairs = pd.concat([_said(held), like.assign(same=False)], ignore_index=True)[COLUMNS]
    if pairs.empty:
        return
    st.markdown("**Are these the same customers?**")
    st.caption(
        "They are written differently from a customer that is known or stands in another row. "
        "Without a tick they stay apart, or are refused where their rows need a known customer."
    )
    edited = st.data_editor(
        pairs.head(SHOWN),
        key=f"same.{held.token}.{held.round}",
        hide_index=True,
        disabled=COLUMNS[1:],
        column_config={
            "same": st.column_config.CheckboxColumn("Same", width="small"),
            "customer": "In the file",
            "name": "Looks like",
            "customer_id": "Its id",
            "alike": st.column_config.ProgressColumn(
                "Alike", min_value=0, max_value=100, format="%d %%", width="small"
            ),
            "rows": st.column_config.NumberColumn("Rows", format="localized", width="small"),
            "file": "File",
            "sheet": "Sheet" if any(pairs["sheet"]) else None,
        },
    )
    if len(pairs) > SHOWN:
        st.caption(f"The first {SHOWN} of {count(len(pairs), 'pair')}.")
    before = pairs.head(SHOWN)["same"]
    for row in edited[edited["same"] != before].to_dict("records"):
        at = [place(m) for m in held.mappings].index((row["file"], row["sheet"]))
        who = row["customer_id"] if row["same"] else ""
        drafts.correct(held, at, mapping.with_same(held.mappings[at], row["customer"], who))


def _said(held: Draft) -> pd.DataFrame:
    """The pairs that a person said yes to."""
    names = held.names
    rows = [
        (True, written, names.get(who, who), who, 100, 0, *place(m))
        for m in held.mappings
        for written, who in m.same
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _nobody(held: Draft, nobody: pd.DataFrame) -> None:
    if nobody.empty:
        return
    words = count(len(nobody), "name finds no customer", "names find no customer")
    with st.expander(f":orange[{words}]", key=f"nobody.{held.token}"):
        st.caption(
            "Their rows are refused. Import the file that lists these customers first or together "
            "with this one, or correct the names."
        )
        shown = nobody if any(nobody["sheet"]) else nobody.drop(columns="sheet")
        st.dataframe(
            shown.head(SHOWN),
            hide_index=True,
            key="nobody",
            column_config={c: c.capitalize() for c in shown.columns},
        )
        take_along(lambda: nobody, "customers not found")
