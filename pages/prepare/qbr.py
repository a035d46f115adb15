"""What do we take to the review: the portfolio, or one customer after the other?"""

import streamlit as st

from cmi.ui import opening, session, widgets
from cmi.ui.explore import moving
from cmi.ui.prepare import making, packing

top = opening.line()
frame, rules, grid = top.frame, top.rules, top.grid
everyone, scores, wanted = top.everyone, top.scores, top.wanted

st.header("What do you take to the review?", anchor=False)
if scores.empty:
    st.info("There is no customer to make a pack of: choose other filters, or upload your own.")
    st.stop()
about = packing.about()
chosen, reader, segment = [], "internal", None
if about == packing.CUSTOMERS:
    chosen = packing.customers(scores)
    reader = packing.reader()
    segment = packing.peers(everyone, rules, reader)
else:
    st.write(
        "An internal pack: the plane and its scenarios with their ARR, what moved and why, who "
        "went where, the trend and cohorts, what to do next, whom to talk to first, decisions."
    )
with widgets.bar():
    form = packing.form()
    days = session.earlier_days(frame) if reader == "internal" else ()
    since = moving.since(days, frame.as_of) if days else None
template = packing.template() if form == "pptx" else None

if about == packing.CUSTOMERS and not chosen:
    st.info("Choose a customer, or all that fit the filters.")
    st.stop()
wish = making.Wish(reader, form, since, tuple(chosen), segment, template)
packing.build(frame, grid, wish, wanted)
