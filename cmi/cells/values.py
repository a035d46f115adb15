"""What a cell says: numbers, money, yes or no.

A cell is text until somebody asks for a number. The answer is a value, or nothing because the cell
is blank (see BLANKS), or nothing because it was not understood (`bad`): always exactly one of the
three. Nothing becomes zero, and no cell is read by the look of its neighbours: the decimal mark
is found once for a column (`decimal_mark`) and then given.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

import pandas as pd


def _words(text: str) -> list[str]:
    return text.split()


BLANKS: Final = frozenset(
    {"", "not available", "not applicable", "not known", "no data"}.union(
        _words(r"- -- — . .. ... … ? ?? n/a na n.a. n/d nan nat <na> null (null) \n none (none)"),
        _words("(blank) unknown tbd tba tbc"),
    )
)
"""What means "not known" where a number, level, yes/no or date is wanted: casefolded, any dash.

Left out on purpose: 0, and "nil", which many mean as zero. `#N/A` and its kin are errors of the
spreadsheet, not blanks. Columns of text keep their text: there `NA` is a region, `None` an answer.
"""

FORMULA_LIKE: Final = re.compile(r"'*(?:[\t\r\n]|[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠])")
"""Text that a spreadsheet may run when it opens a CSV file: written with an apostrophe before it.

Apostrophes are part of it, so that taking one away gives back exactly what was there.
"""

_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_LOOK_ALIKES = str.maketrans(
    "\u00a0\u2007\u2009\u202f\u3000\u2010\u2011\u2012\u2013\u2212’￡￥",
    "     -----'£¥",
    "\u200b\u200e\u200f\u2060\ufeff",
)
_PLAIN = {**_FULL_WIDTH, **_LOOK_ALIKES}
_ODD = re.compile(f"[{''.join(map(chr, _PLAIN))}]")


def tidy(cell: str) -> str:
    """`cell` with plain spaces, dashes, apostrophes and digits, and none of them to spare."""
    odd = not cell.isascii() and _ODD.search(cell)
    plain = (cell.translate(_PLAIN) if odd else cell).strip()
    return re.sub(" {2,}", " ", plain) if "  " in plain else plain


def read_cells(
    text: pd.Series[str],
    read: Callable[[str], Any],
    dtype: str,
    blanks: frozenset[str] = BLANKS,
) -> tuple[pd.Series[Any], pd.Series[bool]]:
    """Each distinct cell, tidied, through `read`, which gives None for what it cannot read.

    Values (as `dtype`, missing where blank or bad) and which cells are bad; index as in `text`.
    """
    codes, distinct = pd.factorize(text)
    cells = [tidy(cell) for cell in distinct.tolist()]
    known = [cell.casefold() not in blanks for cell in cells]
    found = [read(cell) if k else None for cell, k in zip(cells, known, strict=True)]
    bad = [k and value is None for value, k in zip(found, known, strict=True)]
    # a missing cell has code -1, which picks the last entry
    values = pd.Series([*found, None], dtype=dtype).array[codes]
    wrong = pd.Series([*bad, False], dtype=bool).array[codes]
    return (
        pd.Series(values, index=text.index, name=text.name),
        pd.Series(wrong, index=text.index, name=text.name),
    )


def blank(text: pd.Series[str]) -> pd.Series[bool]:
    """Which cells say that the value is not known: missing, empty, or one of BLANKS."""
    understood, _ = read_cells(text, lambda _: True, "boolean")
    return understood.isna()


_CODES = _words(
    """USD EUR GBP JPY CHF CAD AUD NZD CNY HKD SGD TWD KRW INR IDR MYR PHP THB VND SEK NOK DKK ISK
    PLN CZK HUF RON BGN RSD UAH RUB KZT TRY ILS AED SAR QAR KWD EGP ZAR NGN KES MAD BRL MXN ARS
    CLP COP PEN UYU PKR BDT LKR"""
)
_SIGNS_OF_MONEY = _words(
    """$=USD us$=USD a$=AUD au$=AUD c$=CAD ca$=CAD nz$=NZD hk$=HKD s$=SGD nt$=TWD r$=BRL mx$=MXN
    €=EUR £=GBP ¥=JPY ₹=INR ₩=KRW ₽=RUB ₺=TRY ₪=ILS ₴=UAH ฿=THB ₫=VND zł=PLN kč=CZK kr= kr.="""
)
_CURRENCIES: Final = {code.casefold(): code for code in _CODES} | {
    sign: code for sign, _, code in (entry.partition("=") for entry in _SIGNS_OF_MONEY)
}
_OTHER_DOLLARS = frozenset(_words("CAD AUD NZD HKD SGD TWD MXN ARS CLP COP UYU"))

_POWERS: Final = {
    **dict.fromkeys(_words("k tsd tsd."), 3),
    **dict.fromkeys(_words("m mm mn mio mio. million"), 6),
    **dict.fromkeys(_words("b bn mrd mrd."), 9),
}
_ONLY_WITH_MONEY = frozenset({"m", "mm", "b"})  # else months, millimetres, bytes
_MINUS: Final = {"": "", "+": "", "-": "-", "()": "-"}


def _number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """What stands before a number, its digits in well-formed groups, its exponent, and the rest."""
    grouped = rf"[1-9][0-9]{{0,2}}([ '{thousands}])[0-9]{{3}}(?:\3[0-9]{{3}})*"
    indian = "|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}" if thousands == "," else ""
    fraction = rf"\{decimal}[0-9]+"
    return re.compile(
        rf"([^0-9]{{0,12}}(?<![.,]))((?:{grouped}|[0-9]+{indian})(?:{fraction})?|(?<!\w){fraction})"
        r"(?:[eE]([-+]?[0-9]{1,3}))?([^0-9]{0,14})"
    )


_NUMBER: Final = {".": _number_pattern(".", ","), ",": _number_pattern(",", ".")}
_DIGITS: Final = {".": str.maketrans("", "", " ',"), ",": str.maketrans(",", ".", " '.")}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_AROUND = re.compile(
    rf"([-+(]?) ?({_any_of(_CURRENCIES)})? ?([-+(]?) ?0(?: ?({_any_of(_POWERS)}))?"
    rf"(-| ?\)|) ?(?:(%)|({_any_of(_CURRENCIES)}))?( ?\)|)",
    re.ASCII | re.IGNORECASE,
)


class _Around(NamedTuple):
    """What stands around a number: its minus sign, its power of ten, its currency ("" if none)."""

    minus: str
    power: int
    currency: str


@lru_cache(maxsize=4096)  # a column has few of them
def _around(before: str, after: str) -> _Around | None:
    """None where it makes no sense around a number: words, two signs, two currencies."""
    found = _AROUND.fullmatch(f"{before}0{after}")
    if found is None:
        return None
    sign, mark, inner, scale, close, percent, code, end = found.groups("")
    minus = _MINUS.get(sign + inner + close.strip() + end.strip())
    codes = {_CURRENCIES[m.casefold()] for m in (mark, code) if m} - {""}
    if "$" in (mark, code) and codes & _OTHER_DOLLARS:
        codes.discard("USD")
    unclear = scale in _ONLY_WITH_MONEY and not (mark or code)
    if minus is None or unclear or len(codes) > 1 or (mark and percent):
        return None
    return _Around(minus, _POWERS.get(scale.casefold(), 0), "".join(codes))


def _number(cell: str, decimal: str) -> float | None:
    found = _NUMBER[decimal].fullmatch(cell)
    if found is None:
        return None
    before, digits, _, exponent, after = found.groups()
    around = _around(before, after)
    if around is None:
        return None
    power = around.power + int(exponent or 0)
    value = float(f"{around.minus}{digits.translate(_DIGITS[decimal])}e{power}")
    return value + 0.0 if math.isfinite(value) else None  # + 0.0: no minus zero


def numbers(text: pd.Series[str], decimal: str = ".") -> tuple[pd.Series[float], pd.Series[bool]]:
    """Numbers as people write them, read with one decimal mark ("." or ","), and which are bad.

    Understood: currency signs and codes, thousands groups (also Indian), (1,200) and 1,200- as
    negative, 1e5, and the suffixes k, M, bn (a small m only beside a currency: else it may mean
    months). A percentage keeps the number before its sign: "12%" is 12.0.
    """
    return read_cells(text, lambda cell: _number(cell, decimal), "float64")


def amounts(text: pd.Series[str]) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Money, each cell by its own decimal mark, and which cells are bad.

    "$450,000" and "1.234,56 €" may stand in one column. A mark before exactly three digits groups
    thousands, as money has no third decimal, unless the column shows that this very mark parts
    decimals ("85.1" beside "85.125").
    """
    cells = {tidy(cell) for cell in text.dropna().unique().tolist()}
    readings = {cell: {mark: _number(cell, mark) for mark in _OTHER} for cell in cells}
    own = {cell: _own_mark(reading) for cell, reading in readings.items()}
    marks = {mark for cell, mark in own.items() if mark and _OTHER[mark] not in cell}
    parting = marks.pop() if len(marks) == 1 else ""

    def read(cell: str) -> float | None:
        mark = own[cell]
        if mark is None:  # the cell does not say: both readings, or neither, are possible
            mark = parting if parting and parting in cell else _OTHER["." if "." in cell else ","]
        return readings[cell][mark]

    return read_cells(text, read, "float64")


_OTHER: Final = {".": ",", ",": "."}


def _own_mark(reading: dict[str, float | None]) -> str | None:
    """The decimal mark that is the only one under which a cell is a number."""
    possible = [mark for mark, value in reading.items() if value is not None]
    return possible[0] if len(possible) == 1 else None


def _currency(cell: str) -> str | None:
    alone = _CURRENCIES.get(cell.casefold())
    found = _NUMBER["."].fullmatch(cell) or _NUMBER[","].fullmatch(cell)
    around = _around(found[1], found[5]) if found else None
    return alone or (around and around.currency) or None


def currencies(text: pd.Series[str]) -> pd.Series[str]:
    """The ISO code of the currency a cell names, alone or beside a number; missing when none.

    "$" is read as USD and "¥" as JPY unless a code stands beside it; "kr" belongs to several
    countries and names none. Two that disagree name none.
    """
    return read_cells(text, _currency, "str")[0]


_CLOCK = re.compile(r"([0-9]{1,5}):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]+)?)?")
_SPOKEN = re.compile(
    r"(?=[0-9])(?:([0-9]{1,4}) ?d(?:ays?)?)?[ ,]*(?:([0-9]{1,5}) ?h(?:(?:ou)?rs?)?)?[ ,]*"
    r"(?:([0-9]{1,6}) ?m(?:in(?:ute)?s?)?)?[ ,]*(?:([0-9]{1,6}) ?s(?:ec(?:ond)?s?)?)?",
    re.IGNORECASE,
)


def _hours(cell: str) -> float | None:
    if found := _CLOCK.fullmatch(cell):
        days, (hours, minutes, seconds) = "0", found.groups("0")
    elif found := _SPOKEN.fullmatch(cell):
        days, hours, minutes, seconds = found.groups("0")
    else:
        return None
    return 24 * int(days) + int(hours) + int(minutes) / 60 + int(seconds) / 3600


def durations(text: pd.Series[str]) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Hours from "26:10:00", "0:45" and "1d 2h 30m", and which cells are bad; mere numbers are."""
    return read_cells(text, _hours, "float64")


_SAME_DIGIT = str.maketrans("23456789", "11111111")


def decimal_mark(text: pd.Series[str]) -> Literal[".", ","] | None:
    """The decimal mark that a column's own values prove: the only one that some of them allow.

    None when they do not tell ("1.234" may be either) or contradict each other; "." when there
    is nothing to decide (whole numbers without groups).
    """
    cells = {tidy(cell) for cell in text.dropna().unique().tolist()}
    # any digit but 0 is like any other here: prices by the thousand come down to a few shapes
    shapes = {cell.translate(_SAME_DIGIT) for cell in cells if "." in cell or "," in cell}
    readings = [(_number(shape, "."), _number(shape, ",")) for shape in shapes]
    only_point = any(comma is None and point is not None for point, comma in readings)
    only_comma = any(point is None and comma is not None for point, comma in readings)
    if only_point != only_comma:
        return "." if only_point else ","
    return None if any(point != comma for point, comma in readings) else "."


_BOOLEANS: Final = {
    **dict.fromkeys(_words("true t yes y 1 1.0 on x ✓ ja j wahr oui vrai si sí sì"), True),
    **dict.fromkeys(_words("false f no n 0 0.0 off nein falsch non faux"), False),
}


def booleans(text: pd.Series[str]) -> tuple[pd.Series[bool], pd.Series[bool]]:
    """Yes or no as True and False (dtype boolean), and which cells are bad; "x" is a tick."""
    return read_cells(text, lambda cell: _BOOLEANS.get(cell.casefold()), "boolean")
