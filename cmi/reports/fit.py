"""Whether words fit into a box: by the measures of Arial, and for other letters rather too careful.

Widths are in points. Text that does not fit is made smaller, down to a limit, and then cut with an
ellipsis: nothing runs over its box.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from cmi.reports.tables import printable

JOINED = " \N{ZERO WIDTH JOINER}"  # what no cut text ends in
LINE = 1.2  # height of a line, in font sizes
SAFE = 1.08  # fonts that are a little wider
BOLD = 0.95  # of the room is left for bold letters
# Widths of letters, in thousandths of the font size.
_WIDTHS = {
    letter: width / 1000
    for width, letters in {
        222: "ijl'|’",
        278: " !,./:;I[\\]ft·\N{NO-BREAK SPACE}",
        333: '()-`r{}"“”',
        389: "*•^",
        500: "Jcksvxyz",
        556: "#$0123456789?L_abdeghnopqu–",
        584: "+<=>~×−±",
        611: "FTZ■",
        667: "&ABEKPSVXY",
        722: "CDHNRUw",
        778: "GOQ",
        833: "Mm",
        889: "%",
        944: "W",
        1000: "@—…→←↑↓",
    }.items()
    for letter in letters
}

_SPACES = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would turn around the words after them


def one_line(text: str) -> str:
    """A text that any file can hold, in one line; what must not be parted stays together."""
    return _SPACES.sub(" ", _TURNING.sub("", printable(text))).strip()


@cache
def _ems(letter: str) -> float:
    """How wide a letter is, in font sizes."""
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.1
    if ord(letter) > 0x2E7F:
        return 1.3
    plain = unicodedata.normalize("NFD", letter)[:1]
    return SAFE * _WIDTHS.get(plain, 0.78 if letter.isupper() else 0.62)


def width(text: str, size: float) -> float:
    """How wide a text is in one line."""
    return size * sum(map(_ems, text))


def lines(text: str, size: float, within: float) -> int:
    """How many lines a text takes in a box so wide, broken between words."""
    needed, left = 1, within
    for word in text.split(" "):
        long = width(word, size)
        if long > left and left < within:
            needed, left = needed + 1, within
        while long > within:  # a word longer than a line is broken where the line ends
            needed, long = needed + 1, long - within
        left -= long + width(" ", size)
    return needed


def cut(text: str, size: float, within: float, most: int = 1) -> str:
    """The text, or as much of it as so many lines hold, with an ellipsis."""
    if lines(text, size, within) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines(_cut_at(text, middle), size, within) <= most:
            low = middle
        else:
            high = middle - 1
    return _cut_at(text, low)


def _cut_at(text: str, letters: int) -> str:
    """So many letters and an ellipsis, not between a letter and what is put on it."""
    while letters and letters < len(text) and _hangs_on(text[letters]):
        letters -= 1
    return text[:letters].rstrip(JOINED) + "…"


def _hangs_on(letter: str) -> bool:
    """Whether a letter belongs to the one before it: an accent, a joiner, the tone of a face."""
    joined = unicodedata.combining(letter) != 0 or unicodedata.category(letter) in (
        "Mn",
        "Me",
        "Cf",
    )
    return joined or 0x1F3FB <= ord(letter) <= 0x1F3FF


def fitted(
    text: str, within: float, tall: float, size: float, smallest: float
) -> tuple[str, float]:
    """The text, and the largest size from `size` down to `smallest` at which it fits a box."""
    while lines(text, size, within) * size * LINE > tall and size > smallest:
        size -= 1
    return cut(text, size, within, max(1, int(tall / (size * LINE)))), size
