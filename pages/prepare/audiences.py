"""What does each audience need to know of our customers?"""

import streamlit as st

from cmi import portfolio
from cmi.ui import session, widgets
from cmi.ui.prepare.audience import asked, marketing, money, partners, product, sales, success

with widgets.bar():
    frame = widgets.frame()
    rules = frame.methodology
    st.space("stretch")
    grid = widgets.grid_choice()
    everyone = portfolio.present(session.scores(frame, grid))
    scores = portfolio.filtered(everyone, widgets.filters(everyone, rules))
with widgets.bar():
    audience = asked.audience()
    if audience in ("sales", "partners", "revenue"):
        st.space("stretch")
        bands = asked.expected_mix(rules)
if scores.empty and audience != "customer":
    st.info("No customer fits: clear the filters, or upload the list of your customers.")
    st.page_link("pages/collect/upload.py", label="Upload", icon=":material/upload:")
    st.stop()

match audience:
    case "marketing":
        marketing.shown(frame, scores, grid)
    case "sales":
        sales.shown(frame, scores, grid, bands)
    case "product":
        product.shown(frame, scores, grid)
    case "partners":
        partners.shown(frame, scores, grid, bands)
    case "success":
        success.shown(frame, scores, grid)
    case "customer":
        st.header("What does the customer get to see?", anchor=False)
        st.write(
            "Their own maturity beside an anonymous benchmark of their segment, how it developed, "
            "and what we recommend; never their health score, nor anybody else's name."
        )
        st.page_link("pages/prepare/qbr.py", label="Make their pack", icon=":material/slideshow:")
    case _:
        money.shown(frame, scores, bands)
widgets.small_print(portfolio.other_currencies(scores))
