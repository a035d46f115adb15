"""What does each audience need to know of our customers?"""

import streamlit as st

from cmi import portfolio
from cmi.ui import opening, widgets
from cmi.ui.prepare.audience import (
    asked,
    customer,
    marketing,
    money,
    partners,
    product,
    sales,
    success,
)

top = opening.line()
frame, rules, grid, scores = top.frame, top.rules, top.grid, top.scores
with widgets.bar():
    audience = asked.audience()
    if audience in ("sales", "partners", "revenue"):
        st.space("stretch")
        bands = asked.expected_mix(rules)
if scores.empty:
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
        customer.shown(frame, scores, grid)
    case _:
        money.shown(frame, scores, bands)
widgets.small_print(portfolio.other_currencies(scores))
