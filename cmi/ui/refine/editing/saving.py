"""What becomes of a draft: the one place from which it is saved as a version."""

from __future__ import annotations

import streamlit as st

from cmi.methodology import Methodology, to_toml
from cmi.ui.refine import versioning


def save(draft: Methodology, note_hint: str) -> None:
    """Keep the draft as a version, or take it along."""
    versioning.save_as_version(draft, note_hint, key="editor")
    st.download_button(
        "Take the draft along (TOML)",
        lambda: to_toml(draft),
        "draft of a methodology.toml",
        icon=":material/download:",
        on_click="ignore",
    )
