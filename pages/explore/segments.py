"""How do the segments compare?"""

import streamlit as st

from cmi import charts, portfolio, segments
from cmi.reports.scores import score_table
from cmi.ui import segmenting, session, tables, widgets
from cmi.ui.markdown import plain
from cmi.words import count

with widgets.bar():
    frame = widgets.frame()
    rules = frame.methodology
    st.space("stretch")
    grid = widgets.grid_choice()
    everyone = portfolio.present(session.scores(frame, grid))
    scores = portfolio.filtered(everyone, widgets.filters(everyone, rules))

st.header("How do the segments compare?", anchor=False)
with widgets.bar():
    columns = segmenting.columns_to_compare(scores, rules)
if not columns:
    st.info("There is no column to compare by yet: upload one, such as industry or region.")
    st.stop()
table = segments.table(scores, columns, rules, grid)
currency = portfolio.main_currency(scores)
st.markdown(f"**{plain(segments.headline(table))}**")
segmenting.warnings(scores, rules)

st.subheader("Where does each of them stand?", anchor=False)
planes = {
    row["label"]: segments.inside(scores, columns, row)
    for row in table.head(charts.MOST_PLANES).to_dict("records")
}
widgets.figure(charts.small_planes(planes, rules, grid, session.look()), "planes")
if len(table) > charts.MOST_PLANES:
    st.caption(f"The {charts.MOST_PLANES} with most ARR of {count(len(table), 'segment')}.")
st.caption("The cross is the median.")

st.subheader("What are they made of?", anchor=False)
largest = table.head(charts.MOST_PLANES)
widgets.figure(
    charts.mix(
        segmenting.shares(largest, rules, grid),
        rules.grid(grid),
        session.look(),
        what="scored customers",
        lying=True,
    ),
    "mix",
)
st.caption("Tick the box before a segment to see its customers.")
chosen = segmenting.segment_table(table, rules, grid, currency)
widgets.take_along(lambda: table, "segments")
if chosen is not None:
    row = table.to_dict("records")[chosen]
    inside = segments.inside(scores, columns, row)
    st.subheader(f"{plain(row['label'])}: {count(len(inside), 'customer')}", anchor=False)
    tables.customer_table(portfolio.listing(inside, rules, grid), key="inside")
    widgets.take_along(lambda: score_table(inside, rules, frame.as_of, grid), "segment")
widgets.small_print(portfolio.other_currencies(scores))
