"""What if other things counted more? Weights and cuts that move as you drag, and whom they move."""

import streamlit as st

from cmi import portfolio
from cmi.ui import session, widgets
from cmi.ui.refine import versioning, weighing

with widgets.bar():
    frame = widgets.frame()
    rules = frame.methodology
    st.space("stretch")
    grid = widgets.grid_choice()
    everyone = portfolio.present(session.scores(frame, grid))
    scores = portfolio.filtered(everyone, widgets.filters(everyone, rules))

versioning.news()
if scores.empty:
    st.header("What if other things counted more?", anchor=False)
    st.info("There is no customer to weigh: import some, or clear the filters.")
    st.stop()

weighing.plane(scores, frame, grid)
weighing.answers(scores, rules, grid)
widgets.small_print(portfolio.other_currencies(scores))
