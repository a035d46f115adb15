"""What do we do in each scenario, how far are the plays that were given, and did they help?"""

import streamlit as st

from cmi.ui import session, widgets
from cmi.ui.prepare import desk, helping, playing

with widgets.bar():
    frame = widgets.frame()
    st.space("stretch")
    grid = widgets.grid_choice()
    wanted = widgets.filters(session.scores(frame, grid), frame.methodology)

on = desk.laid(frame, grid)
match playing.view(on):
    case playing.PLAYBOOKS:
        playing.playbooks(on, wanted)
    case playing.HELPED:
        helping.did_they_help(on)
    case _:
        playing.in_progress(on, wanted)
