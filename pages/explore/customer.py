"""Why does this customer stand where it stands, what moved, and what would change that?"""

import streamlit as st

from cmi import customer, portfolio
from cmi.review.agreed import instead
from cmi.ui import cards, dossier, opening, session, widgets
from cmi.ui.explore import comparing, explaining, moving
from cmi.ui.markdown import plain
from cmi.ui.prepare import desk

with widgets.bar():
    frame = opening.frame()
    rules = frame.methodology
    st.space("stretch")
    grid = opening.grid_choice()
    everyone = session.scores(frame, grid)
    chosen = widgets.customer_choice(everyone)
if chosen is None:
    st.info("No customer is chosen. Choose one above, or begin with those who need a talk.")
    cards.talk_first(portfolio.attention(portfolio.present(everyone), rules, grid))
    st.stop()

row = everyone[everyone["customer_id"] == chosen]
facts = customer.facts(row, rules)
scenario = portfolio.scenario_of_key(rules, grid, row["scenario"].iloc[0])
other = instead(desk.said(frame), rules, grid, chosen)

st.header(plain(facts.name), anchor=False)
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    explaining.standing(facts, scenario, other)
figures = st.container()
days = session.earlier_days(frame)
since = then = causes = None
if days:
    with widgets.bar():
        since = moving.since(days, frame.as_of)
        then = dossier.scores(frame, grid, chosen, since)
        causes = dossier.causes(frame, grid, chosen, since)
        explaining.moved_in_words(causes, rules)
with figures:
    explaining.figures(facts, row, then)

match explaining.view():
    case explaining.MOVED:
        explaining.what_moved(frame, row, causes, then, since)
    case explaining.COMPARED:
        comparing.compared(frame, everyone, row, grid)
    case explaining.OVER_TIME:
        comparing.over_time(frame, row, grid)
    case explaining.TO_DO:
        held = row if other is None else row.assign(scenario=other.key)
        comparing.what_to_do(everyone, held, rules, grid)
    case explaining.ANSWERS:
        comparing.all_answers(frame, row)
    case _:
        explaining.why(row, rules)
