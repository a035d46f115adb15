"""What a number in a sheet says in its format: a date, a percentage, leading zeros or itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, partial

from cmi.files.parts import Attributes, Parts, parse

Writer = Callable[[str], str]

LONGEST_KEPT = 15  # digits
_DAY = 86_400_000  # milliseconds
_SERIALS = 2_958_466  # the number of 1 January 10000
_SHIFT_1904 = 1462  # days
_LONGEST_WRITTEN_OUT = 1e21
_BUILT_IN = {
    9: "0%",
    10: "0.00%",
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 34, 35, 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), "hh:mm:ss"),
    22: "yyyy-mm-dd hh:mm",
    46: "[h]:mm:ss",
}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKET = re.compile(r"\[(?![hms]+\])[^\]]*\]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)


def plain(raw: str) -> str:
    """A number as short as it can be said without changing it: 12, 0.1, 1200000."""
    if raw.isdecimal():
        return raw
    value = float(raw)
    if value.is_integer() and abs(value) < _LONGEST_WRITTEN_OUT:
        return f"{Decimal(raw):.0f}"
    return repr(value)


def percent(raw: str) -> str:
    """0.75 -> 75%."""
    return f"{(Decimal(plain(raw)) * 100).normalize():f}%"


def padded(raw: str, digits: int) -> str:
    """123 in the format 00000 -> 00123."""
    return plain(raw).zfill(digits)


def moment(raw: str, since_1904: bool, timed: bool) -> str:
    """A serial date as 2026-03-31, with its time when the format shows one or the value has one.

    Below a day it is a time alone; outside the calendar the number stays as it is.
    """
    value = float(raw)
    if not 0 <= value < _SERIALS - _SHIFT_1904 * since_1904:
        return plain(raw)
    days, rest = divmod(round(value * _DAY), _DAY)
    if days == 0 and not since_1904:
        return _clock(rest) if timed else plain(raw)
    day = _day(days + _SHIFT_1904 if since_1904 else days)
    return f"{day}T{_clock(rest)}" if timed or rest else day


@lru_cache(maxsize=100_000)
def _day(serial: int) -> str:
    """The day with this number since 1900; number 60 is one that only spreadsheets know."""
    if serial == 60:
        return "1900-02-29"
    return (date(1899, 12, 30) + timedelta(days=serial + (serial < 60))).isoformat()


def elapsed(raw: str) -> str:
    """1.5 in the format [h]:mm -> 36:00:00."""
    value = float(raw)
    if not abs(value) < _SERIALS:
        return plain(raw)
    return ("-" if value < 0 else "") + _clock(round(abs(value) * _DAY))


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}" + (f".{rest:03}" if rest else "")


def writer(code: str, since_1904: bool) -> Writer | None:
    """How to write a number that has the format `code`; None when it is just a number."""
    section = _BRACKET.sub("", _LITERAL.sub("", code)).split(";")[0].lower()
    if re.fullmatch("0{2,}", section):
        return partial(padded, digits=len(section))
    if "general" in section:
        return None
    if _ELAPSED.search(section):
        return elapsed
    if re.search("[ydhs]|m", section):
        return partial(moment, since_1904=since_1904, timed=bool(re.search("[hs]", section)))
    return percent if "%" in section else None


def writers(parts: Parts, styles: str, since_1904: bool) -> list[Writer | None]:
    """How to write a number, by the style number of its cell."""
    codes: dict[int, str] = dict(_BUILT_IN)
    found: list[Writer | None] = []
    inside = False

    def start(element: str, attributes: Attributes) -> None:
        nonlocal inside
        if element == "numFmt":
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif element == "cellXfs":
            inside = True
        elif element == "xf" and inside:
            code = codes.get(int(attributes.get("numFmtId") or "0"), "")
            found.append(writer(code, since_1904))

    def end(element: str) -> None:
        nonlocal inside
        inside = inside and element != "cellXfs"

    if styles in parts:
        parse(parts, styles, start, end)
    return found
