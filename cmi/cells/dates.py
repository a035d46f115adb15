"""When a cell says: dates as exports and people write them, and the order of their parts.

Only the shapes below are understood; nothing is guessed from one cell. Months and quarters have
their English, German, French and Spanish names.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final, Literal

import pandas as pd

from cmi.cells.values import read_cells, tidy

Order = Literal["ymd", "dmy", "mdy"]

FIRST_YEAR, LAST_YEAR = 1900, 2199

_TIME = re.compile(
    r"(?:t|,? (?:at )?)(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
    r"(?: ?[ap]\.?m\.?)?(?: ?(?:z|[a-z]{3,4}))?(?: ?[-+][0-9]{2}:?[0-9]{2})?(?: utc)?$"
)
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?,? )?"
_D, _M, _Y = r"(?P<d>[0-9]{1,2})", r"(?P<m>[0-9]{1,2})", r"(?P<y>[0-9]{4}|[0-9]{2})"
_YEAR, _MONTH = r"(?P<y>[0-9]{4})", r"(?P<name>[^\W\d_]{3,10})\.?"
_SEPARATOR, _SAME = r"(?P<s>[-/.])", r"(?P=s)"

_SHORT = re.compile(f"{_D}{_SEPARATOR}{_M}{_SAME}{_Y}")
_ORDERED: Final[dict[Order, tuple[re.Pattern[str], ...]]] = {
    "ymd": (),
    "dmy": (_SHORT,),
    "mdy": (re.compile(f"{_M}{_SEPARATOR}{_D}{_SAME}{_Y}"),),
}
_NTH = r"(?:\.|st|nd|rd|th|er|e|º)?"
_PARTS: Final = (
    r"(?:q|t|quarter |quartal |trimestre )(?P<q>[1-4])",
    rf"(?P<q>[1-4]){_NTH} ?(?:q|quarter|quartal|trimestre)",
    r"(?:h|hj|halbjahr )(?P<h>[12])",
    rf"(?P<h>[12]){_NTH} ?(?:h|half|hj|halbjahr|semestre)",
)
_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        f"{_YEAR}{_SEPARATOR}{_M}{_SAME}{_D}",  # 2026-03-03
        f"{_YEAR}(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})",  # 20260303
        f"{_WEEKDAY}{_D}(?:st|nd|rd|th|\\.)?[- /]?{_MONTH}[- /]?,? ?'?{_Y}",  # 3-Mar-26
        f"{_WEEKDAY}{_MONTH} {_D}(?:st|nd|rd|th)?,? {_YEAR}",  # Mar 3, 2026
        # a period stands for its last day
        f"{_YEAR}[-/.]{_M}",  # 2026-03
        f"{_M}[-/.]{_YEAR}",  # 03/2026
        f"{_MONTH}[- ,/]{{1,2}}{_YEAR}",  # Mar 2026
        f"{_MONTH}(?:-| ?'){_Y}",  # Mar-26
        *(f"{_YEAR}[- /]?{part}" for part in _PARTS),  # 2026-Q1
        *(f"{part}(?: of |[- /]|[- ]?')?{_Y}" for part in _PARTS),  # Q1 2026
    )
)
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january", "januar", "jänner", "janv", "janvier", "ene", "enero"),
            ("feb", "february", "februar", "fév", "févr", "février", "febrero"),
            ("mar", "march", "mär", "mrz", "märz", "mars", "marzo"),
            ("apr", "april", "avr", "avril", "abr", "abril"),
            ("may", "mai", "mayo"),
            ("jun", "june", "juni", "juin", "junio"),
            ("jul", "july", "juli", "juil", "juillet", "julio"),
            ("aug", "august", "août", "ago", "agosto"),
            ("sep", "sept", "september", "septembre", "septiembre"),
            ("oct", "october", "okt", "oktober", "octobre", "octubre"),
            ("nov", "november", "novembre", "noviembre"),
            ("dec", "december", "dez", "dezember", "déc", "décembre", "dic", "diciembre"),
        ),
        start=1,
    )
    for name in names
}
_SERIAL = re.compile(r"([2-7][0-9]{4}|80000)(?:[.,][0-9]+)?")
_EPOCH = re.compile(r"([0-9]{10})(?:[0-9]{3}|\.[0-9]+)?")
_SPREADSHEET_DAY_0 = date(1899, 12, 30)


def _year(digits: str) -> int:
    return int(digits) + (0 if len(digits) == 4 else 2000 if int(digits) <= 68 else 1900)


def _calendar_day(found: re.Match[str]) -> date | None:
    """The day that the parts name; the last one of the month, quarter or half when none is."""
    parts = found.groupdict()
    year = _year(parts["y"])
    named = MONTHS.get(parts.get("name") or "", 0)
    ends = 3 * int(parts.get("q") or 0) or 6 * int(parts.get("h") or 0)
    month = int(parts.get("m") or 0) or named or ends
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    last = monthrange(year, month)[1]
    day = int(parts.get("d") or last)
    return date(year, month, day) if 1 <= day <= last else None


def _counted_day(cell: str) -> date | None:
    """The day behind a spreadsheet's serial number, or seconds or milliseconds since 1970."""
    if serial := _SERIAL.fullmatch(cell):
        return _SPREADSHEET_DAY_0 + timedelta(days=int(serial[1]))
    if epoch := _EPOCH.fullmatch(cell):
        day = datetime.fromtimestamp(int(epoch[1]), UTC).date()
        return day if day.year <= LAST_YEAR else None
    return None


def _day(cell: str, order: Order) -> date | None:
    """The day that `cell`, in small letters and without a time, names; None when it names none."""
    for shape in (*_ORDERED[order], *_SHAPES):
        if (found := shape.fullmatch(cell)) and (day := _calendar_day(found)):
            return day
    return None


def day_of(text: str, order: Order = "ymd") -> date | None:
    """The day that a name says, as in a header or a sheet; the last one of a period.

    Mere numbers of days or seconds are none. None when the text says no day, or anything else too.
    """
    return _day(_without_time(tidy(text)), order)


def _without_time(cell: str) -> str:
    plain = cell.casefold()
    return _TIME.sub("", plain) if ":" in plain else plain


def dates(text: pd.Series[str], order: Order) -> tuple[pd.Series[pd.Timestamp], pd.Series[bool]]:
    """Days (datetime64[us], midnight) as written, whatever their time and zone, and which are bad.

    `order` is for numbers such as 03/04/2026: with "ymd" only year-first ones are understood.
    Year-first dates and month names are understood in any order. A month, quarter or half
    year stands for its last day, numbers for a spreadsheet's days since 1900 (20000 to 80000) or
    for seconds or milliseconds since 1970. Two-digit years end in 2068; years outside 1900 to
    2199 are bad.
    """
    day = cache(
        lambda cell: _counted_day(cell) or _day(cell, order)
    )  # many times of day share their day
    return read_cells(text, lambda cell: day(_without_time(cell)), "datetime64[us]")


def date_order(text: pd.Series[str]) -> Order | None:
    """The order of day, month and year that a column's own values prove.

    None when none of them tells (every 03/04/2026 may be either) or they contradict each other;
    "ymd" when there is nothing to decide. Values that are dates in neither order do not count.
    """
    cells = {_without_time(tidy(cell)) for cell in text.dropna().unique().tolist()}
    short = [cell for cell in cells if _SHORT.fullmatch(cell)]
    readings = [(_day(cell, "dmy"), _day(cell, "mdy")) for cell in short]
    day_first = any(day and not month for day, month in readings)
    month_first = any(month and not day for day, month in readings)
    if day_first != month_first:
        return "dmy" if day_first else "mdy"
    return None if any(day or month for day, month in readings) else "ymd"
