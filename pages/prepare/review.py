"""Whom does the hour before the quarter go to, and what do we agree on?"""

import streamlit as st

from cmi.ui import opening
from cmi.ui.prepare import desk, giving, in_turn, reviewing
from cmi.words import day

top = opening.line()
frame, grid, wanted = top.frame, top.grid, top.wanted

on = desk.laid(frame, grid)
shown = reviewing.filtered(on, wanted)
by_whom = reviewing.head(on, shown)

listed, turn_of = st.columns([6, 11], gap="medium")
with listed:
    turn, ids = reviewing.queue(on, shown, wanted)
if turn is None:
    st.info("Nobody is left to review: every customer has left.")
    st.stop()

row = on.scores[on.scores["customer_id"] == turn]
with turn_of:
    in_turn.customer_head(on, row, turn, ids)
    told, decided = st.columns([6, 5], gap="medium")
    with told.container(gap="xsmall"):
        in_turn.known(on, row, turn)
    with decided.container(border=True):
        if on.is_of_today:
            giving.form(on, row, by_whom, reviewing.after_this(turn, ids))
        else:
            st.write(
                f"This was known on {day(frame.as_of)}. Decisions are made on the newest day: turn "
                "to it on top."
            )
