"""Streamlit's own command, told before the first visit that st.navigation owns the pages, and with
a thread that computes ahead.

Without the first the folder pages/ beside app.py makes a fresh server greet the first visitor of a
deep link with "Page not found", until some session has run app.py.
"""

from __future__ import annotations

import sys
import threading
from types import ModuleType

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

PATIENCE = 4.0  # seconds until work that nobody asked for holds up the end no longer


def main() -> None:
    """Run Streamlit with the arguments of this process."""
    PagesManager.uses_pages_directory = False
    worker = threading.Thread(target=_work_ahead, name="ahead", daemon=True)
    worker.start()
    try:
        sys.exit(cli.main(prog_name="streamlit"))
    finally:
        _ahead().stop()
        worker.join(timeout=PATIENCE)


def _work_ahead() -> None:
    _ahead().work()


def _ahead() -> ModuleType:
    """What pages need is imported while the server starts, not before."""
    from cmi.ui import ahead

    return ahead


if __name__ == "__main__":
    main()
