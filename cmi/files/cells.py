"""What a single cell reads like: a value, or a name."""

from __future__ import annotations

import html
import re

from cmi.files.grid import Row

LONGEST_VALUE = 40  # characters: what is longer is prose
_YEAR = re.compile(r"(19|20)\d\d")
_VALUES = {
    "date": re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?"),
    "number": re.compile(r"[-+(]?\s*[$€£¥]?\s*-?\d[\d.,' \u00a0]*\s*[%€)]?"),
    "address": re.compile(r"[^@\s]+@[^@\s]+\.\w+"),
}
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def sort(cell: str) -> str:
    """date, number or address; "" for other text, and for a year, which may name a column."""
    text = cell.strip()
    if len(text) > LONGEST_VALUE or _YEAR.fullmatch(text):
        return ""
    return next((sort for sort, pattern in _VALUES.items() if pattern.fullmatch(text)), "")


def cell(row: Row, i: int) -> str:
    """Cell `i` of `row` without white space around it, "" beyond its end."""
    return row[i].strip() if i < len(row) else ""


def clean(name: str) -> str:
    """A name without HTML, line breaks or double spaces."""
    return " ".join(html.unescape(_TAG.sub(" ", name)).split())
