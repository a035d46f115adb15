"""Streamlit's own command, told before the first visit that st.navigation owns the pages.

Without it the folder pages/ beside app.py makes a fresh server greet the first visitor of a deep
link with "Page not found", until some session has run app.py.
"""

from __future__ import annotations

import sys

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli


def main() -> None:
    """Run Streamlit with the arguments of this process."""
    PagesManager.uses_pages_directory = False
    sys.exit(cli.main(prog_name="streamlit"))


if __name__ == "__main__":
    main()
