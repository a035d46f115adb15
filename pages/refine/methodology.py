"""How is the score made? In words that a CS leader can hand to a new colleague."""

import streamlit as st

from cmi import charts
from cmi.methodology import rulebook, to_toml
from cmi.ui import cards, session, tables, widgets
from cmi.ui.markdown import plain

with widgets.bar():
    frame = widgets.frame()
rules = frame.methodology

st.header(f"How we score: {plain(rules.name)}", anchor=False)
st.write(rulebook.introduction(rules))
st.download_button(
    "Take it along (TOML)",
    to_toml(rules),
    f"methodology {rules.version}.toml",
    icon=":material/download:",
    on_click="ignore",
)

maturity, health, plane, special = st.tabs(
    ["Maturity (CMI)", "Health (CHS)", "The plane and its decisions", "Exceptions and small print"]
)
with maturity:
    st.write(rulebook.maturity(rules))
    for characteristic in rules.characteristics:
        st.subheader(plain(characteristic.name), anchor=False)
        st.caption(
            f"{plain(characteristic.summary)} "
            f"Weight {rulebook.weight_of(characteristic, rules.characteristics)}."
        )
        for factor in characteristic.factors:
            with st.expander(f"**{plain(factor.name)}**: {plain(factor.question)}"):
                for level, anchor in enumerate(factor.levels, start=1):
                    st.markdown(f"**{level}** {plain(anchor)}")
with health:
    st.write(rulebook.health(rules))
    for group in rules.groups:
        st.subheader(plain(group.name), anchor=False)
        tables.rule_table(rulebook.drivers_of(rules, group.key), key=group.key)
with plane:
    grid = widgets.grid_choice()
    st.write(rulebook.cuts(rules, grid))
    widgets.figure(charts.empty_plane(rules, grid, session.look()), "empty")
    for scenario in rules.grid(grid):
        with st.expander(f"**{plain(scenario.name)}**: {plain(scenario.decision)}"):
            cards.badge(scenario)
            st.write(plain(scenario.summary))
            for key in scenario.plays:
                cards.play(rules.play(key), rules)
            st.caption(f"What not to do: {plain(scenario.avoid)}")
with special:
    for sentence in rulebook.small_print(rules):
        st.markdown(f"- {plain(sentence)}")
