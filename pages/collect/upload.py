"""What did you bring, what does it mean, what will it change? Then it goes in."""

import streamlit as st

from cmi import intake
from cmi.preview import preview
from cmi.ui import correcting, history, session, uploading, widgets

with widgets.bar():
    frame = widgets.frame()
store, rules = session.own_store(), frame.methodology

history.news()
st.header("Upload what you have", anchor=False)
st.write(
    "Exports of a CRM, a survey tool, a help desk or a spreadsheet: CSV or Excel, several at once. "
    "You see what each column was taken for and what will change before anything is saved."
)
uploads = uploading.dropped_files()
if uploads:
    draft = session.begin_draft(uploads, store, rules)
    uploading.failures(draft.reading)
    uploading.already_there(store, draft)
    if draft.reading.tables:
        uploading.step(1, "What is it?")
        mappings = correcting.corrected(draft, rules)
        uploading.step(2, "What will happen?")
        as_of, by_whom = uploading.when_and_who(draft, mappings)
        loaded = intake.prepare(draft.reading, mappings, rules, as_of, store)
        changes = preview(loaded, as_of, store, rules)
        origins = intake.origins(draft.reading, mappings, as_of, by_whom)
        uploading.consequences(draft, loaded, changes)
        history.problems(intake.problems_of(loaded), "upload")
        uploading.import_button(store, origins, loaded, as_of)
else:
    uploading.first_steps(rules)
history.imports(store)
