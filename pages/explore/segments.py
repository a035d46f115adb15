"""How do the segments compare?"""

import streamlit as st

from cmi import charts, portfolio, segments
from cmi.reports.scores import score_table
from cmi.segments import contrast
from cmi.ui import cards, opening, tables, widgets
from cmi.ui.explore import segmenting
from cmi.ui.markdown import plain
from cmi.words import count

top = opening.line()
frame, rules, grid, scores = top.frame, top.rules, top.grid, top.scores

st.header("How do the segments compare?", anchor=False)
with widgets.bar():
    columns = segmenting.columns_to_compare(scores, rules)
if not columns:
    st.info("There is no column to compare by yet: upload one, such as industry or region.")
    st.stop()
table = segments.table(scores, columns, rules, grid)
st.markdown(f"**{plain(segments.headline(table))}**")
segmenting.warnings(scores, table, columns, rules)

if scores["scenario"].notna().any():
    st.subheader("Where does each of them stand?", anchor=False)
    largest = table.head(charts.MOST_PLANES)
    segmenting.planes(largest, scores, columns, rules, grid)
    some = len(table) > len(largest)
    shown = f"The {len(largest)} largest of {len(table):,} segments. " if some else ""
    st.caption(f"{shown}The cross is the median. Click a customer to open its page.")

    st.subheader("What are they made of?", anchor=False)
    segmenting.mix(largest, rules, grid)
    st.caption("Click a part of a bar, or tick the box before a segment, to list its customers.")
else:
    cards.first_steps(scores)
    st.caption("Tick the box before a segment to list its customers.")
ticked = segmenting.segment_table(table, rules, grid, portfolio.main_currency(scores))
if table["small"].any():
    st.caption("Segments with fewer than five customers have no rank.")
widgets.take_along(lambda: table, "segments")
if ticked is not None:
    row = table.to_dict("records")[ticked]
    inside, name = segments.inside(scores, columns, row), row["label"]
    apart = contrast.differences(scores, inside.index, rules, grid)
    said = contrast.in_words(apart, len(scores) - len(inside))
    if scenario := segmenting.scenario_asked(rules, grid):
        inside = inside[inside["scenario"] == scenario.key]
        name = f"{name}, {scenario.name}"
    with widgets.bar():
        st.subheader(f"{plain(name)}: {count(len(inside), 'customer')}", anchor=False)
        if scenario:
            segmenting.all_scenarios(row["label"])
    if said and not scenario:
        st.markdown(plain(said))
    tables.customer_table(portfolio.listing(inside, rules, grid), key="inside")
    widgets.take_along(lambda: score_table(inside, rules, frame.as_of, grid), "segment")
widgets.small_print(portfolio.other_currencies(scores))
