"""What if other things counted more? Weights and cuts that move as you drag, and whom they move."""

import streamlit as st

from cmi import portfolio
from cmi.ui import opening, widgets
from cmi.ui.refine import versioning, weighing

top = opening.line()
frame, rules, grid, scores = top.frame, top.rules, top.grid, top.scores

versioning.news()
if scores.empty:
    st.header("What if other things counted more?", anchor=False)
    st.info("There is no customer to weigh: import some, or clear the filters.")
    st.stop()

weighing.plane(scores, frame, grid)
weighing.answers(scores, rules, grid)
widgets.small_print(portfolio.other_currencies(scores))
