"""The same as live_page.py in plain Streamlit: a slider, and a chart that is drawn anew."""

import os

import plotly.express as px
import streamlit as st
import synthetic

from cmi.methodology import shipped
from cmi.scoring import score


@st.cache_resource
def _snapshot():
    return synthetic.snapshot(int(os.environ["CUSTOMERS"]), shipped())


weight = st.slider("Charter", 0, 100, 25)
rules = shipped().with_weights({"charter": weight})
placed = score(_snapshot(), rules).dropna(subset="scenario")
st.plotly_chart(px.scatter(placed, x="cmi", y="chs", color="scenario"), key="plane")
