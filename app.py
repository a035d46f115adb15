"""The frame of the dashboard: navigation, the line on top, one place that turns errors to words."""

import logging
from pathlib import Path
from uuid import uuid4

import streamlit as st

from cmi.problems import CmiError
from cmi.ui import choices
from cmi.ui.markdown import plain

LOGO = str(Path(__file__).parent / "data" / "logo.svg")

st.set_page_config(page_title="Maturity × Health", page_icon=LOGO, layout="wide")
st.logo(LOGO, size="large")

page = st.navigation(
    {
        "": [
            st.Page(
                "pages/explore/portfolio.py",
                title="Portfolio",
                icon=":material/scatter_plot:",
                default=True,
            )
        ],
        "Explore": [
            st.Page("pages/explore/customer.py", title="Customer", icon=":material/person:"),
            st.Page("pages/explore/segments.py", title="Segments", icon=":material/grid_view:"),
            st.Page("pages/explore/trends.py", title="Trends", icon=":material/trending_up:"),
            st.Page("pages/explore/moves.py", title="Moves", icon=":material/swap_horiz:"),
        ],
        "Prepare": [
            st.Page("pages/prepare/review.py", title="Review", icon=":material/fact_check:"),
            st.Page(
                "pages/prepare/playbooks.py", title="Plays", icon=":material/playlist_add_check:"
            ),
            st.Page("pages/prepare/audiences.py", title="Audiences", icon=":material/groups:"),
            st.Page("pages/prepare/qbr.py", title="QBR packs", icon=":material/slideshow:"),
        ],
        "Collect": [
            st.Page("pages/collect/upload.py", title="Upload", icon=":material/upload:"),
            st.Page("pages/collect/assess.py", title="Assess", icon=":material/checklist:"),
        ],
        "Refine": [
            st.Page("pages/refine/weights.py", title="Weights", icon=":material/tune:"),
            st.Page("pages/refine/evidence.py", title="Evidence", icon=":material/science:"),
            st.Page("pages/refine/methodology.py", title="Methodology", icon=":material/rule:"),
        ],
    },
    position="top",
)
choices.way_back(at_customer=page.url_path == "customer")

try:
    page.run()
except CmiError as error:
    st.error(plain(error), icon=":material/error:")
except Exception:
    number = uuid4().hex[:8]
    logging.getLogger("cmi").exception("error %s", number)
    st.error(
        f"This is a fault of ours, not of your data. The server's log has it as error {number}.",
        icon=":material/bug_report:",
    )
