"""How is the score made, which versions of that are there, and how is it changed?"""

import streamlit as st

from cmi.methodology import versions as versions_of
from cmi.ui import opening, widgets
from cmi.ui.markdown import plain
from cmi.ui.refine import editing, ruling, versioning, versions

bar = widgets.bar()
with bar:
    frame = opening.frame()
rules = frame.methodology

versioning.news()
with widgets.bar():
    st.header(f"How we score: {plain(rules.name)}", anchor=False, width="content")
    st.space("stretch")
    view = widgets.one_of("Show", ["How we score", "Versions", "Change it"], "rules")

if view == "How we score":
    ruling.explained(rules)

if view == "Versions":
    with bar:
        st.space("stretch")
        grid = opening.grid_choice()
    kept = frame.store.methodologies()
    st.markdown(f"**{plain(versions.headline(frame, kept))}**")
    st.caption(
        "A version never changes. It counts from its day on until the next one's; of two with the "
        "same day the one that was saved last counts."
    )
    versions.table(kept)
    widgets.take_along(lambda: versions.told(kept), "versions")
    if len(kept) == 1:
        st.info(
            "There is nothing to compare yet. Save what you try on the Weights page as a version, "
            "change the rules here, or bring a file."
        )
        with widgets.bar():
            versions.take_along(rules, "only")
    else:
        st.subheader("What changes?", anchor=False)
        old, new = versions.pair(frame, kept)
        changes = versions_of.diff(old, new)
        st.markdown(f"**{plain(versions_of.headline(changes))}**")
        if len(changes):
            versions.difference(changes, "difference")
            widgets.take_along(lambda: changes, f"from {old.version} to {new.version}")
            versions.whom_it_moves(frame, old, new, grid)
    st.subheader("Bring one that was edited elsewhere", anchor=False)
    versions.bring(frame)

if view == "Change it":
    editing.editor(frame)
