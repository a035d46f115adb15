"""What do we do in each scenario, how far are the plays that were given, and did they help?"""

from cmi.ui import opening
from cmi.ui.prepare import desk, helping, playing

top = opening.line()
frame, grid, wanted = top.frame, top.grid, top.wanted

on = desk.laid(frame, grid)
match playing.view(on):
    case playing.PLAYBOOKS:
        playing.playbooks(on, wanted)
    case playing.HELPED:
        helping.did_they_help(on)
    case _:
        playing.in_progress(on, wanted)
