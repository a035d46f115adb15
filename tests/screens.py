"""What stands on a page, for tests that open it through app.py without a browser."""

from __future__ import annotations

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[1] / "app.py"
PORTFOLIO, CUSTOMER = "pages/explore/portfolio.py", "pages/explore/customer.py"
UPLOAD = "pages/collect/upload.py"
OURS = "This is a fault of ours"
COMPUTER_SPEAK = re.compile(r"\b(nan|NaN|None|NaT|inf|Timestamp)\b|<NA>")


def texts(at: AppTest) -> list[str]:
    """Everything that is said on the page outside tables and charts."""
    kinds = ("markdown", "caption", "header", "subheader", "info", "success", "warning", "error")
    spoken = [str(element.value) for kind in kinds for element in getattr(at, kind)]
    return [*spoken, *(str(part) for m in at.metric for part in (m.label, m.value, m.delta))]


def popovers(at: AppTest) -> list[str]:
    return [block.proto.popover.label for block in at.get("popover")]


def is_well(at: AppTest) -> AppTest:
    """No exception, no fault of ours, no word that only computers use."""
    assert [e.message for e in at.exception] == []
    assert [e.value for e in at.error] == []
    assert [t for t in texts(at) if COMPUTER_SPEAK.search(t)] == []
    return at


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).replace("\N{NO-BREAK SPACE}", " ").replace("\u200b", "")


def heads(at: AppTest) -> list[str]:
    return [unescaped(h.value) for h in (*at.header, *at.subheader)]


def some(at: AppTest, words: str) -> bool:
    return any(words in unescaped(text) for text in texts(at))
