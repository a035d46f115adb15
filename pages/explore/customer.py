"""Why does this customer stand where it stands, and what would change that?"""

import streamlit as st

from cmi import charts, customer, portfolio, twins
from cmi.ui import cards, session, tables, widgets
from cmi.ui.markdown import plain

with widgets.bar():
    frame = widgets.frame()
    rules = frame.methodology
    st.space("stretch")
    grid = widgets.grid_choice()
    everyone = session.scores(frame, grid)
    chosen = widgets.customer_choice(everyone)
if chosen is None:
    st.info("No customer is chosen. Choose one above, or begin with those who need a talk.")
    cards.talk_first(portfolio.attention(portfolio.present(everyone), rules, grid))
    st.stop()

row = everyone[everyone["customer_id"] == chosen]
facts = customer.facts(row, rules)
scenario = portfolio.scenario_of_key(rules, grid, row["scenario"].iloc[0])

st.header(plain(facts.name), anchor=False)
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    cards.badge(scenario)
    st.markdown(f"**{plain(scenario.decision if scenario else facts.missing)}**")
    st.caption(plain(facts.segments), width="content")
    if facts.left:
        st.badge(f"Left on {facts.left}", color="gray", icon=":material/logout:")
for column, (label, value) in zip(
    st.columns([3, 3, 6, 4, 4, 5]),
    (
        ("Health (CHS)", facts.health),
        ("Maturity (CMI)", facts.maturity),
        ("Weakest", facts.weakest),
        ("ARR", facts.arr),
        ("Renewal", facts.renewal),
        ("Owner", plain(facts.owner)),
    ),
    strict=True,
):
    column.metric(label, value)

left, right = st.columns(2, gap="large")
for column, score, title, total in (
    (left, "chs", "What makes the health score", facts.health),
    (right, "cmi", "What makes the maturity score", facts.maturity),
):
    with column:
        st.subheader(f"{title}: {total}", anchor=False)
        parts = customer.breakdown(row, rules, score)
        if parts.empty:
            st.write("Nothing is known yet.")
        else:
            st.caption(
                f"The {len(parts)} bars add up to {parts['contribution'].sum():.1f}. "
                "The rest of each bar is what is missing to 100."
            )
            widgets.figure(charts.contribution_bars(parts, session.look(), unit="points"), score)

twin = twins.opposite(
    portfolio.present(everyone), chosen, portfolio.segment_columns(everyone, rules)
)
st.subheader("Same health, different maturity" if twin else "Where it stands", anchor=False)
plane, *places = st.columns([4, 3, 3], gap="medium")
with plane:
    shown = (chosen, twin) if twin else (chosen,)
    widgets.figure(charts.locator(everyone, rules, grid, session.look(), shown), "locator")
for column, whom in zip(places, shown, strict=False):
    with column:
        other = everyone[everyone["customer_id"] == whom]
        cards.playbook(
            customer.facts(other, rules),
            portfolio.scenario_of_key(rules, grid, other["scenario"].iloc[0]),
            portfolio.ranked_plays(other, rules, grid),
        )
with places[-1]:
    if twin:
        cards.customer_open(twin, str(everyone.set_index("customer_id")["name"][twin]))
    else:
        st.caption("No other customer has the same health and a clearly different maturity.")

st.subheader("The drivers of health", anchor=False)
tables.driver_table(customer.drivers(row, rules))
st.subheader("The twelve answers on maturity", anchor=False)
tables.level_table(customer.levels(row, frame.store.ratings(frame.as_of, chosen), rules))
