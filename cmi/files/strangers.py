"""Rows inside a table that are no data of it: units, rules, sums of rows above, another table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import product

from cmi.files.cells import LONGEST_VALUE, cell, sort
from cmi.files.grid import PARTED, Row, apart, blank, filled

AGAIN = "The row repeats the header."
_COMPARED = 20
_FEW = 2  # letters
_BLANK = f" \t{PARTED}"
_RULE = re.compile(r":?[-=_]{2,}:?")
_SUM_WORDS = ("otal", "OTAL", "umme", "rgebnis")
_SUM = re.compile(
    r"\b((sub|grand)[ -]?)?total[es]?\b|\b(zwischen)?summe\b|ergebnis\b", re.IGNORECASE
)
_NONE = {"na", "n/a", "nan", "null", "none", "nil", "inf", "-inf", "unknown", "-", "?", "tbd"}
_MOST_SUMS = 2_000
_NUMBER = re.compile(r"-?[\d.,' \u00a0\u202f]*\d")
_GAPS = str.maketrans("", "", "' \u00a0\u202f")


def strangers(body: Sequence[str], heading: Sequence[str]) -> dict[int, str]:
    """Why rows of `body`, texts below the texts `heading`, are no data, by their position."""
    begins = {begin for text in heading for begin in _written(text[:_FEW])}
    suspects = [i for i, t in enumerate(body) if t[:1] in _BLANK or t[:_FEW] in begins]
    found = dict.fromkeys(_repeated(body, heading, suspects), AGAIN)
    blanks = [i for i in suspects if not body[i] or body[i].isspace()]  # as PARTED is
    rows = [row for text in body[:_COMPARED] if not blank(row := apart(text))]
    valued = _valued(rows[1:])
    if len(rows) > 1 and (why := _heads(rows[0], valued)):
        found[next(i for i, text in enumerate(body) if not blank(text))] = why
    end = _another(body, blanks, found.keys())
    found.update(dict.fromkeys(range(end, len(body)), "The row belongs to another table below."))
    return {**dict.fromkeys(_sums(body[:end]), "The row sums up rows above it."), **found}


def _written(text: str) -> Iterator[str]:
    """`text` in all ways of upper and lower case."""
    return map("".join, product(*({letter.lower(), letter.upper()} for letter in text)))


def _repeated(
    body: Sequence[str], heading: Sequence[str], suspects: Sequence[int]
) -> Iterator[int]:
    """Where a row of the header comes again, however its names are written."""
    for names in map(apart, heading):
        if filled(names) > 1:
            pattern = rf"\s*{PARTED}\s*".join(re.escape(name.strip()) for name in names)
            again = re.compile(rf"\s*{pattern}\s*", re.IGNORECASE)
            yield from (i for i in suspects if again.fullmatch(body[i]))


def _valued(rows: Sequence[Row]) -> set[int]:
    """The columns that hold values, in more rows than anything else."""
    values: Counter[int] = Counter()
    for row in rows:
        for n, text in enumerate(row):
            if text.strip():
                values[n] += 1 if sort(text) else -1
    return {n for n in values if values[n] > 0}


def _heads(row: Row, valued: set[int]) -> str:
    """Why the first row is none: it is ruled lines, or has words over columns of values only."""
    own = {n: text.strip() for n, text in enumerate(row) if text.strip()}
    if all(map(_RULE.fullmatch, own.values())):
        return "The row is a ruled line."
    words = {word.casefold() for word in own.values()}
    if len(row) > 1 and own.keys() <= valued and not any(map(sort, words)) and not words & _NONE:
        return "The row has words over columns of values, as units are."
    return ""


def _another(body: Sequence[str], blanks: Sequence[int], again: Container[int]) -> int:
    """Where another table begins: below a blank row, with names over values; or len(body).

    A title may stand between. Its names lie where this table has values, and are followed by
    values of its own.
    """
    usual = _valued(list(map(apart, body[:_COMPARED])))
    for i in blanks:
        valued = _valued(list(map(apart, body[:i]))) if i < _COMPARED else usual
        for titles in (0, 1) if 0 < i < len(body) - 3 else ():
            start = i + 1 + titles
            if start not in again and _begins(body, start, valued, 3 - titles):
                return i + 1
            if filled(apart(body[start])) != 1:
                break
    return len(body)


def _begins(body: Sequence[str], i: int, valued: set[int], least: int) -> bool:
    """Whether row `i` has names: at least so often words below values and above values."""
    row = apart(body[i])
    names = {n: text.strip() for n, text in enumerate(row) if text.strip()}
    if not any(n in valued and not sort(text) for n, text in names.items()):
        return False
    if len({*names.values()}) < len(names) or len(names) < 2 or any(map(sort, names.values())):
        return False
    below = [apart(text) for text in body[i + 1 : i + 1 + _COMPARED]]
    nearest = {n for n, text in enumerate(below[0] if below else []) if text.strip()}
    if len(nearest) < 2 or not nearest <= names.keys() or any(len(b) > len(row) for b in below):
        return False
    beneath = _valued(below)
    narrower = max(names) < max(valued, default=0)
    known = len(valued & names.keys()) + len(beneath & names.keys()) + narrower
    return beneath != valued and known >= least


def _sums(body: Sequence[str]) -> Iterator[int]:
    """The rows that say that they are sums, and are: of all rows above, or since the last sum."""
    everything = "\n".join(body)
    words = [word for word in _SUM_WORDS if word in everything]
    named = (i for i, text in enumerate(body) if any(word in text for word in words))
    said = [i for i in named if any(map(_is_label, apart(body[i])))] if words else []
    if not said or len(said) > _MOST_SUMS:
        return
    for mark in ".,":
        sums = list(_true_sums(body, said, mark))
        if sums:
            yield from sums
            return


def _is_label(text: str) -> bool:
    return len(text) <= LONGEST_VALUE and _SUM.search(text) is not None


def _true_sums(body: Sequence[str], said: Sequence[int], mark: str) -> Iterator[int]:
    summed = {n for i in said for n in _numbers(apart(body[i]), mark)}
    everything: dict[int, Decimal] = dict.fromkeys(summed, Decimal(0))
    recent = dict(everything)
    begun = 0
    for i in said:
        for text in body[begun:i]:
            for n, number in _numbers(apart(text), mark, summed).items():
                everything[n] += number
                recent[n] += number
        own = {n: number for n, number in _numbers(apart(body[i]), mark).items() if number}
        if own and any(all(_same(own[n], sums[n]) for n in own) for sums in (recent, everything)):
            yield i
            recent = dict.fromkeys(summed, Decimal(0))
            begun = i + 1
        else:
            begun = i


def _same(number: Decimal, other: Decimal) -> bool:
    """Whether two sums differ by no more than a spreadsheet's way to count makes them."""
    return abs(number - other) <= abs(number) / 10**12


def _numbers(row: Row, mark: str, columns: set[int] | None = None) -> dict[int, Decimal]:
    """The numbers in `row` by their place, with `mark` before the decimals."""
    other = {".": ",", ",": "."}[mark]
    found: dict[int, Decimal] = {}
    for n in range(len(row)) if columns is None else columns:
        text = cell(row, n).strip("$€£¥ ")
        if _NUMBER.fullmatch(text):
            plain = text.translate(_GAPS).replace(other, "").replace(mark, ".")
            try:
                found[n] = Decimal(plain)
            except InvalidOperation:
                continue
    return found
