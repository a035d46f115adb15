"""How fresh is what we know, and who is due?"""

import streamlit as st

from cmi import freshness, portfolio, segments
from cmi.freshness import assess
from cmi.ui import opening, session, widgets
from cmi.ui.collect import assessing
from cmi.ui.markdown import plain

with widgets.bar():
    frame = opening.frame()
    rules = frame.methodology
    st.space("stretch")
    everyone = portfolio.present(session.snapshot(frame))
    customers = portfolio.filtered(everyone, opening.filters(everyone, rules))

st.header("Who is due for an assessment?", anchor=False)
st.markdown(f"**{plain(freshness.headline(customers, rules))}**")
if customers.empty:
    st.stop()
rows, whose = freshness.each(customers, rules), ""
left, right = st.columns([4, 5], gap="large")
with left:
    st.subheader("How old are the assessments?", anchor=False)
    bar = assessing.ages(rows, rules)
    st.caption("Click a bar to list its customers below.")
with right:
    st.subheader("Who has most to do?", anchor=False)
    if of := assessing.column(customers, rules):
        groups = freshness.table(customers, rules, of)
        ticked = assessing.group_table(groups, of)
        st.caption("Tick the box before a row to list its customers below.")
        widgets.take_along(lambda: groups, "freshness")
        if ticked is not None:
            group = groups.to_dict("records")[ticked]
            rows = rows.loc[segments.inside(customers, [of], group).index]
            whose = group["label"]
    else:
        st.info("There is no owner or segment yet: upload a list of customers that has them.")

rows = assessing.of_bar(rows, bar) if bar else rows[rows["due"]]
st.subheader(plain(assessing.title(len(rows), whose, bar)), anchor=False)
if len(rows):
    with widgets.bar():
        asked = assess.due(customers.loc[rows.index], rules)
        assessing.workbook(rules, asked, "workbook")
        st.page_link(
            "pages/collect/upload.py", label="Upload it when filled in", icon=":material/upload:"
        )
        if bar:
            widgets.clear_selection()
    listed = freshness.in_order(rows)
    st.caption("Tick the box before a customer to open its page.")
    assessing.customer_table(listed, portfolio.main_currency(customers))
    widgets.take_along(lambda: listed.drop(columns="month"), "due")

st.subheader("Which health data went stale?", anchor=False)
sources = freshness.sources(customers, rules)
st.markdown(f"**{plain(freshness.stalest(sources))}**")
assessing.source_table(sources)
widgets.take_along(lambda: sources, "health data")
