"""What level a cell says: its number, or the written anchor of the level in one of its forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from rapidfuzz import fuzz

from cmi.cells.values import BLANKS, read_cells, tidy

_LEVEL: Final = re.compile(
    r"(?:(?:level|lvl|l|stufe|niveau) ?)?([1-5](?:[.,][0-9]+)?)(?: ?(?:/|of|out of) ?5)?"
    r"(?: ?[-—:.)=(]+ ?([^\W\d_].*))?",
    re.IGNORECASE | re.DOTALL,
)
_POINTS: Final = re.compile(
    r"(?:(?:level|lvl|l|stufe|niveau) ?)?(-?[0-9]{1,3}(?:[.,][0-9]+)?) ?%?"
    r"(?: ?(?:/|of|out of) ?[0-9]+| ?[-—:.)=(]+ ?[^\W\d_].*)?",
    re.IGNORECASE | re.DOTALL,
)
# Ladders that many people climb, lowest first, each with what tells it from the others.
_LADDERS: Final = (
    ("initial", "managed", "defined", "quantitatively managed", "optimizing"),
    ("initial", "repeatable", "defined", "managed", "optimizing"),
    ("very low", "low", "medium", "high", "very high"),
)
_ONLY_THERE: Final = ({"quantitatively managed"}, {"repeatable"}, {"very low", "very high"})
_SPELLED: Final = {"optimising": "optimizing", "optimised": "optimizing", "optimized": "optimizing"}
_OWN_WORD: Final = re.compile(r"([^\W\d_][\w' ]{0,28}?)(?: ?:| -) ")
CUT, WHOLE = 3, 20  # words that the beginning of an anchor needs; letters, before slips are allowed
MANY, FEW = 0.1, 3  # share and number of cells outside 1 to 5 that are no slips
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
    A column of nothing but words of one well-known ladder (Initial, Repeatable ...) is read by it.
    """
    known = _anchors(anchors)
    blanks = BLANKS - known.exact.keys()  # an anchor may be "None"
    values, bad = read_cells(text, lambda cell: _level(cell, known), "float64", blanks)
    if values.notna().any() or not bad.any():
        return values, bad
    ladder = _ladder({_rung(cell) for cell in text[bad].unique()})
    return read_cells(text, lambda cell: ladder.get(_rung(cell)), "float64", blanks)


def _rung(cell: str) -> str:
    return _SPELLED.get(_said(cell), _said(cell))


def _ladder(words: set[str]) -> dict[str, float]:
    """The level of each word of the one ladder that has them all; nothing where none is certain."""
    found = [
        ladder
        for ladder, telling in zip(_LADDERS, _ONLY_THERE, strict=True)
        if words <= set(ladder) and words & telling
    ]
    return {word: float(n) for n, word in enumerate(found[0], start=1)} if found else {}


def points(text: pd.Series[str]) -> tuple[pd.Series[float], pd.Series[bool]]:
    """The numbers of a column of ratings on whatever scale, and which cells are bad.

    "7", "7/10", "70 %" and "0 - None" are 7, 7, 70 and 0.
    """

    def read(cell: str) -> float | None:
        found = _POINTS.fullmatch(cell)
        return float(found[1].replace(",", ".")) if found else None

    return read_cells(text, read, "float64")


def other_scale(text: pd.Series[str]) -> str:
    """Some of the numbers that are not from 1 to 5, "" where they are few and may be slips.

    One number again and again is a code, such as 99 for no answer; only a 0 may be a level.
    """
    found = points(text)[0].dropna()
    outside = found[~found.between(1, 5)]
    code = len(set(outside)) == 1 and outside.iloc[0] != 0
    if len(outside) < max(FEW, MANY * len(found)) or code or not found.between(0, 100).all():
        return ""
    return ", ".join(f"{n:g}" for n in sorted(set(outside))[:3])
