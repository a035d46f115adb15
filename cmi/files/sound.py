"""Delimited text with nothing wrong in it, in a few passes over the whole of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from cmi.files import limits
from cmi.files.grid import PARTED, Rows, apart, line_ends

_BLOCK = 1 << 22  # characters
_MOST = limits.CELL_CHARACTERS
_ENDED = "\x1e"  # ends a row where a line end may be part of a value


def sound_records(text: str, delimiter: str) -> tuple[Rows, Sequence[int]] | None:
    """All records and the line of each when nothing is wrong with any; None to have a closer look.

    The pieces between quotation marks are by turns outside and inside of quotes. `text` is sound
    when the last mark is closed and each piece outside begins and ends where a cell does. An
    empty piece outside is a mark that was doubled.
    """
    texts: list[str] = []
    over_lines = False
    bounds = {delimiter, "\r", "\n"}
    for block in _blocks(text):
        pieces = block.split('"')
        outside, inside = pieces[::2], pieces[1::2]
        begins = {piece[0] for piece in outside[1:] if piece}
        ends = {piece[-1] for piece in outside[:-1] if piece}
        if len(outside) == len(inside) or not (begins | ends) <= bounds:
            return None
        over_lines = over_lines or any("\n" in piece or "\r" in piece for piece in inside)
        texts += _rows(outside, inside, delimiter)
    if any(len(row) > _MOST and any(len(cell) > _MOST for cell in apart(row)) for row in texts):
        return None
    if not over_lines:
        return Rows(texts), range(1, len(texts) + 1)
    lines = accumulate((1 + line_ends(row) for row in texts), initial=1)
    return Rows(texts), list(lines)[:-1]


def _blocks(text: str) -> Iterator[str]:
    """`text` in blocks of whole records, provided that it is sound: marks come in pairs."""
    start = 0
    while start < len(text):
        seen, stop = start, text.find("\n", start + _BLOCK) + 1
        odd = text.count('"', seen, stop or len(text)) % 2
        while stop and odd:
            seen, stop = stop, text.find("\n", stop) + 1
            odd = (odd + text.count('"', seen, stop or len(text))) % 2
        yield text[start : stop or len(text)]
        start = stop or len(text)


def _rows(outside: list[str], inside: list[str], delimiter: str) -> list[str]:
    """The records of a block as texts whose cells are parted by PARTED."""
    marked = '"'.join(outside).replace("\r\n", "\n").replace("\r", "\n")
    outside = marked.replace(delimiter, PARTED).replace("\n", _ENDED).split('"')
    pieces = [""] * (len(outside) + len(inside))
    pieces[::2] = outside[:1] + [piece or '"' for piece in outside[1:-1]] + outside[1:][-1:]
    pieces[1::2] = inside
    texts = "".join(pieces).split(_ENDED)
    if marked.endswith("\n"):
        texts.pop()
    return texts
