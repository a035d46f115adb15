"""The live plane: a component that scores and paints in the browser while weights are dragged.

Its program stands in the files beside this one, one concept each; a browser gets them as one.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from cmi.ui.refine.live.block import block

__all__ = ["block", "program", "show"]

_FILES = ("words.js", "block.js", "shares.js", "plane.js", "panel.js", "live.js")


def show(content: bytes, key: str, on_change: Any) -> None:
    """Draw the plane and its controls from a block; what the reader lets go of calls on_change.

    The state then holds `proposal` under the key: see live.js.
    """
    _component()(key=key, data=content, on_proposal_change=on_change)


def said(key: str) -> Any:
    """What the plane last told, None before the reader has moved anything."""
    state = st.session_state.get(key)
    return state.get("proposal") if state else None


def program() -> str:
    """The files as one module: what they import from each other stands in it already."""
    lines = "\n".join(_text(name) for name in _FILES).splitlines()
    return "\n".join(line for line in lines if not line.startswith("import "))


@cache
def _component() -> Any:
    return component(
        "live_plane", html='<div class="live"></div>', css=_text("live.css"), js=program()
    )


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
