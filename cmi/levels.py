"""What level a cell says: its number, or the written anchor of the level in one of its forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from rapidfuzz import fuzz

from cmi.values import BLANKS, read_cells, tidy

_LEVEL: Final = re.compile(
    r"(?:(?:level|lvl|l|stufe|niveau) ?)?([1-5](?:[.,][0-9]+)?)(?: ?(?:/|of|out of) ?5)?"
    r"(?: ?[-—:.)=(]+ ?([^\W\d_].*))?",
    re.IGNORECASE | re.DOTALL,
)
_OWN_WORD: Final = re.compile(r"([^\W\d_][\w' ]{0,28}?)(?: ?:| -) ")
CUT, WHOLE = 3, 20  # words that the beginning of an anchor needs; letters, before slips are allowed
NEAR, APART = 90, 10  # points of 100 for an anchor with slips, and to the next one
_DENIALS: Final = frozenset(
    {"no", "not", "never", "nobody", "none", "nothing", "without", "cannot"}
)


@dataclass(frozen=True)
class _Anchors:
    """The written levels: each form that belongs to one level only -> its number."""

    exact: dict[str, int]
    words: dict[str, int]
    own: dict[str, int]

    def level(self, text: str) -> int | None:
        """The level whose anchor `text` is: whole, its own word, cut at its end, or with slips."""
        key, said = _key(text), _said(text)
        return (
            self.exact.get(key) or self.words.get(said) or self.own.get(said)
            or self._cut(said) or self._near(said)
        )  # fmt: skip

    def _cut(self, said: str) -> int | None:
        found = {n for anchor, n in self.words.items() if anchor.startswith(said)}
        return found.pop() if len(found) == 1 and len(said.split()) >= CUT else None

    def _near(self, said: str) -> int | None:
        """A slip changes no number and denies nothing that the anchor does not."""
        if len(said) < WHOLE:
            return None
        points = sorted(((fuzz.ratio(said, a), a) for a in self.words), reverse=True)
        if not points or points[0][0] < NEAR:
            return None
        alone = len(points) == 1 or points[0][0] - points[1][0] >= APART
        same = _telling(said) == _telling(points[0][1])
        return self.words[points[0][1]] if alone and same else None


def _key(text: str) -> str:
    return " ".join(tidy(text).casefold().split()).rstrip(".…)")


def _said(text: str) -> str:
    return " ".join(re.findall(r"\w+", tidy(text).casefold()))


def _telling(said: str) -> Counter[str]:
    """The words that must not change: numbers and denials."""
    return Counter(w for w in said.split() if w in _DENIALS or not w.isalpha())


def _only(keys: Iterable[str]) -> dict[str, int]:
    """Key -> its place from 1, without those that are given twice."""
    given = list(keys)
    return {key: n for n, key in enumerate(given, start=1) if key and given.count(key) == 1}


def _anchors(anchors: Sequence[str]) -> _Anchors:
    own = (found[1] if (found := _OWN_WORD.match(tidy(a))) else "" for a in anchors)
    return _Anchors(_only(map(_key, anchors)), _only(map(_said, anchors)), _only(map(_said, own)))


def _level(cell: str, anchors: _Anchors) -> float | None:
    if anchored := anchors.level(cell):
        return float(anchored)
    found = _LEVEL.fullmatch(cell)
    if found is None:
        return None
    level = float(found[1].replace(",", "."))
    label = found[2] or ""
    unknown = None if re.search("[0-9]", label) else level  # "4 (or 5)" is no 4
    stated = (anchors.level(label) if label else None) or unknown
    return level if level <= 5 and stated == level else None


def levels(
    text: pd.Series[str], anchors: Sequence[str]
) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Levels from 1 to 5, and which cells are bad; `anchors` are the written levels, lowest first.

    Understood: "4", "4.0", "3,5" (a mean of raters), "4/5", "Level 4", "4 - any label", and an
    anchor: its whole text, whatever its case and punctuation, its beginning, its text with slips
    of the pen, or its own word ("Defined" of "Defined: all work is written down"). Bad: anything
    outside 1 to 5, a choice of two ("4 or 5"), a number whose label is the anchor of another level.
    """
    known = _anchors(anchors)
    blanks = BLANKS - known.exact.keys()  # an anchor may be "None"
    return read_cells(text, lambda cell: _level(cell, known), "float64", blanks)
