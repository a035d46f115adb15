"""Where does the portfolio stand, and whom should we talk to?"""

import streamlit as st

from cmi import charts, portfolio
from cmi.customer import twins
from cmi.reports.scores import score_table
from cmi.ui import cards, opening, session, tables, widgets
from cmi.ui.markdown import plain
from cmi.words import count

top = opening.line()
frame, rules, grid, scores = top.frame, top.rules, top.grid, top.scores

st.markdown(f"##### {plain(portfolio.headline(scores, rules, grid))}")
left, right = st.columns([3, 2], gap="medium")
with left:
    pair = twins.telling_pair(scores, portfolio.segment_columns(scores, rules))
    plane = charts.quadrant(scores, rules, grid, session.look(), linked=pair)
    chosen = widgets.plane(plane, key=f"plane.{grid}.{session.selection_round()}")
    st.caption(
        "The larger a mark, the more ARR. Click one, or lasso several. "
        + ("Dashed: same health, different maturity. " if pair else "")
        + portfolio.other_cuts(scores, rules, grid)
    )
    selected = scores[scores["customer_id"].isin(chosen)]
with right:
    if chosen:
        with widgets.bar():
            worth = portfolio.worth(selected)
            said = f"{count(len(selected), 'customer')} selected{worth and f': {worth}'}"
            st.markdown(f"**{plain(said)}**")
            st.space("stretch")
            widgets.clear_selection()
        tables.customer_table(portfolio.listing(selected, rules, grid), "selected", tables.BESIDE)
        widgets.take_along(
            lambda: score_table(selected, rules, frame.as_of, grid), "selected customers"
        )
    elif len(scores) and scores["scenario"].isna().all():
        cards.first_steps(scores)
        cards.talk_first(portfolio.on_one_axis(scores), "Lowest so far, among the larger ones")
    else:
        cards.tiles(portfolio.tiles(scores, rules, grid), rules, grid, scores)
        cards.talk_first(portfolio.attention(scores, rules, grid))

missing = portfolio.unscored(scores, rules)
if not chosen:
    st.subheader(f"The {count(len(scores), 'customer')}", anchor=False)
    st.caption("Tick the box before a customer to open its page.")
    tables.customer_table(portfolio.listing(scores, rules, grid), key="customers")
    widgets.take_along(lambda: score_table(scores, rules, frame.as_of, grid), "portfolio")
if len(missing) and not chosen:
    st.subheader(f"{count(len(missing), 'customer')} without a place on the plane", anchor=False)
    tables.customer_table(missing, key="unscored")
widgets.small_print(portfolio.other_currencies(scores))
