"""What did you bring, what does it mean, what will it change? Then it goes in."""

import streamlit as st

from cmi.ui import opening, session, widgets
from cmi.ui.collect.upload import bringing, deciding, draft, history, joins, meaning, template

with widgets.bar():
    frame = opening.frame()
store, rules = session.own_store(), frame.methodology

st.header("Upload what you have", anchor=False)
if history.is_news():
    bringing.step(4, "Done")
    history.news(store, frame)
    bringing.step(1, "What else did you bring?")
else:
    st.write(
        "Exports of a CRM, a survey tool, a help desk or a spreadsheet: CSV or Excel, several at "
        "once. You see what each column was taken for and what will change before anything is "
        "saved."
    )
    bringing.step(1, "What did you bring?")
held = bringing.files(store, rules)
if held and held.reading.tables:
    bringing.step(2, "What is it?")
    meaning.corrected(held, store, rules)
    joins.who_is_who(held, store)
    bringing.step(3, "What will happen?")
    as_of, by_whom = deciding.when_and_who(held)
    loaded, changes = draft.prepared(held, as_of, store, rules)
    deciding.consequences(held, loaded, changes, rules)
    deciding.import_button(store, held, loaded, as_of, by_whom)
elif not held:
    template.offer(store, rules)
history.imports(store)
