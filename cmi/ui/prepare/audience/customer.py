"""The customer: what each gets to see of itself, before anybody sends it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi.audiences import customers
from cmi.methodology import GridKey
from cmi.ui import cards, tables, widgets
from cmi.ui.markdown import plain
from cmi.ui.prepare import making, packing
from cmi.ui.prepare.audience import lists
from cmi.ui.session import Frame
from cmi.words import MISSING


def shown(frame: Frame, scores: pd.DataFrame, grid: GridKey) -> None:
    """Who can be shown something, and what the one that is ticked would see."""
    st.header("What does the customer get to see?", anchor=False)
    st.write(
        "Their own maturity beside an anonymous benchmark of other customers, how it developed, "
        "and what we recommend; never their health score, nor anybody else's name. The pack itself "
        "can keep the benchmark within their segment."
    )
    rows = customers.presentable(scores, frame.methodology).reset_index(drop=True)
    st.markdown(f"**{plain(customers.headline(rows, len(scores)))}**")
    if rows.empty:
        cards.collect("cmi")
        return
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.caption("Tick the box before a customer to see its pack.")
        ticked = _table(rows)
        lists.take_along(lambda: rows, "customers to show their maturity", frame, scores)
    customer_id, name = (str(part) for part in rows.loc[ticked, ["customer_id", "name"]])
    with right:
        with widgets.bar():
            st.markdown(f"**What {plain(name)} would see**")
            st.space("stretch")
            st.page_link(
                "pages/prepare/qbr.py",
                label="Make this pack",
                icon=":material/slideshow:",
                query_params={
                    "about": packing.CUSTOMERS,
                    "customer": customer_id,
                    "reader": packing.SHARED,
                },
            )
        packing.look_inside(making.for_the_customer(frame, grid, customer_id))


def _table(rows: pd.DataFrame) -> int:
    """Draw them, and say which row is ticked: the first until another is."""
    event = st.dataframe(
        rows.assign(due=rows["due"].map({True: "due", False: ""})),
        key=widgets.key_of_rows("presentable", rows["customer_id"]),
        column_order=tables.known(rows, ["name", "cmi", "assessed_on", "due", "owner"]),
        hide_index=True,
        placeholder=MISSING,
        height=520,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [0]}},
        column_config={
            "name": st.column_config.TextColumn("Customer", pinned=True, width=140),
            "cmi": lists.CMI,
            "assessed_on": st.column_config.DateColumn("Assessed", format="D MMM YYYY", width=95),
            "due": st.column_config.TextColumn("Again", width=55, help="Due for an assessment"),
            "owner": lists.OWNER,
        },
    )
    picked = event["selection"]["rows"] if event else []
    return int(picked[0]) if picked else 0
