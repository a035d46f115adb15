"""Which period a name speaks of: the columns, sheets and files of a tracker kept over time.

A period counts as its last day. A single column that names one says nothing ("Goals 2025"); two
that name the same thing in different periods are a history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING
from unicodedata import normalize

import pandas as pd

from cmi.cells.dates import MONTHS, Order, date_order, day_of
from cmi.mapping.cells import filled
from cmi.mapping.model import Question, TableMapping
from cmi.mapping.vocabulary import compact
from cmi.words import day as in_words
from cmi.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cmi.files import Table

YEAR = "year"  # the key of the question
LONGEST = 120  # letters; beyond that it is a sentence
YEARS = 5  # how many of them it offers
_MOST_WORDS = 6  # "Mon, 31 Mar 2025", "31 . 03 . 2025"
_WORD = re.compile(r"[^\W_]+")
_CLOCK = re.compile(r"(?<=[0-9])[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?$")
_FINANCIAL = re.compile(r"(?<![^\W_])[fc]y[ ']*(?:20)?([0-9]{2})(?![^\W_])", re.IGNORECASE)
_NUMERIC = re.compile(r"(?<![0-9])[0-9]{1,2}([-./])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?![0-9])")
_QUESTION = re.compile(r"(?<![^\W_])q(?:[5-9]|[1-9][0-9])(?![^\W_])", re.IGNORECASE)
_ONE_YEAR = re.compile(r"20[0-9]{2}")
_NO_THING = re.compile(r"[(\[]\s*[)\]]|\b(?:as of|as at|per|am|zum|stand|au)\s*(?=$|\x1f)", re.I)


@dataclass(frozen=True)
class Named:
    """A name taken apart: what it is about ("" when nothing else), and its period as written.

    `day` is the last one of the period, None where the year is not told; `year` says that the
    period is a whole year.
    """

    thing: str
    period: str
    day: date | None
    year: bool = False


@lru_cache(maxsize=4096)
def named(name: str, order: Order = "ymd") -> Named | None:
    """The period that a name speaks of: the longest part of it that reads as one."""
    text = _FINANCIAL.sub(r"20\1", _CLOCK.sub("", normalize("NFC", name)))
    words = list(_WORD.finditer(text))
    if len(name) > LONGEST or not (
        any(c.isdigit() for c in text) or any(w[0].casefold() in MONTHS for w in words)
    ):
        return None
    if order == "ymd" and _NUMERIC.search(text):
        return None  # 03-04-2025 is a day, but nobody knows which
    if found := _part(text, words, order):
        return found
    years = [w for w in words if _ONE_YEAR.fullmatch(w[0])]
    told = years[0] if len(years) == 1 else None
    part = _open(text, words)
    if told and part:
        apart = [(part.start, part.end), (told.start(), told.end())]
        day = day_of(f"{part.text} {told[0]}")
        return Named(_without(text, *apart), f"{part.text} {told[0]}", day)
    if told:
        day = date(int(told[0]), 12, 31)
        return Named(_without(text, (told.start(), told.end())), told[0], day, year=True)
    return Named(_without(text, (part.start, part.end)), part.text, None) if part else None


@dataclass(frozen=True)
class _Window:
    """Some words in a row: where they stand, and how they read."""

    start: int
    end: int
    text: str


def _windows(text: str, words: Sequence[re.Match[str]], most: int) -> Iterable[_Window]:
    """Every run of words, the longest first."""
    for size in range(min(most, len(words)), 0, -1):
        for first in range(len(words) - size + 1):
            start, end = words[first].start(), words[first + size - 1].end()
            plain = re.sub(r"[\s_:,|()\[\]]+", " ", text[start:end])
            yield _Window(start, end, re.sub(r" ?([-/]) ?", r"\1", plain))


def _part(text: str, words: Sequence[re.Match[str]], order: Order) -> Named | None:
    for window in _windows(text, words, _MOST_WORDS):
        if day := day_of(window.text, order):
            return Named(_without(text, (window.start, window.end)), window.text, day)
    return None


def _open(text: str, words: Sequence[re.Match[str]]) -> _Window | None:
    """A quarter, half year or month without its year; "T1" alone may be anything."""
    for window in _windows(text, words, 2):
        day = None if re.match("t[0-9]|[0-9]t", window.text, re.I) else _in(window.text, 2000)
        if day and (day + timedelta(days=1)).day == 1:
            return window
    return None


def _in(period: str, year: int) -> date | None:
    """The last day of a period without a year, in a year."""
    return day_of(f"{period} {year}")


def _without(text: str, *spans: tuple[int, int]) -> str:
    """The name without its period."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]}\x1f{text[end:]}"
    text = _NO_THING.sub(" ", text).replace("\x1f", " ")
    return " ".join(_NO_THING.sub(" ", text).split()).strip(" -–—_:|,;/.'")


# Columns


def of_columns(table: Table) -> dict[str, Named]:
    """The columns of a table that name one thing in two periods or more, by header.

    Beside a Q5, a Q1 is no quarter but the first question.
    """
    headers = [str(h) for h in table.frame.columns]
    order = _order(headers)
    things: dict[str, dict[str, Named]] = {}
    asks = any(map(_QUESTION.search, headers))
    for header in headers:
        found = named(header, order)
        if found and (found.day or not asks):
            things.setdefault(compact(found.thing), {})[header] = found
    return {h: n for group in things.values() for h, n in _history(group).items()}


def _history(group: dict[str, Named]) -> dict[str, Named]:
    """The columns of one thing, when they are a history of it."""
    full = {h: n for h, n in group.items() if n.day}
    if len({n.day for n in full.values()}) > 1:
        return full
    if full:
        return {}
    days = [day for n in group.values() if (day := _in(n.period, 2000))]
    told = len(set(days)) > 1 and days in (sorted(days), sorted(days, reverse=True))
    return group if told else {}  # Q3, Q4, Q1, Q2 lie in two years


def _order(names: Iterable[str]) -> Order:
    """The order of day and month that names such as "Goals 31.03.2025" prove."""
    cells = [found[0] for name in names if (found := _NUMERIC.search(name))]
    return date_order(pd.Series(cells, dtype="str")) or "ymd"


# Tables


def of_table(table: Table) -> tuple[Named | None, str]:
    """The period that the name of a sheet or else of a file speaks of, and which of them it is.

    A year alone is none, nor are two periods in one name.
    """
    for name, what in ((table.sheet, "sheet"), (PurePath(table.file).stem, "file")):
        found = named(name, _order([name])) if name else None
        if found is None or found.year or (found.day is None and what == "file"):
            continue
        other = named(found.thing, _order([found.thing]))
        if other is None or other.year or other.day is None:
            return found, what
    return None, ""


def subjects(table: Table) -> list[str]:
    """What the sheet and the file are about, by their names without a period."""
    names = [table.sheet, PurePath(table.file).stem]
    return [found.thing if (found := named(name)) else name for name in names if name]


def told_year(table: Table) -> int | None:
    """The one year that the sheet, the file or a title above the table names by itself."""
    top = min(table.frame.index, default=0)
    titles = [p.value for p in table.problems if p.kind == "skipped" and (p.row or top) < top]
    for name in (table.sheet, PurePath(table.file).stem, *titles):
        found = named(name)
        if found and found.year and found.day:
            return found.day.year
    return None


def dated_why(mapping: TableMapping, table: Table) -> str:
    """Why all rows of a table count as of one day, "" when they do not."""
    if not mapping.day:
        return ""
    found, what = of_table(table)
    day = date.fromisoformat(mapping.day)
    named_so = found is not None and day in (found.day, _in(found.period, day.year))
    told = f"the name of the {what} says {found.period}" if found and named_so else "a person chose"
    return f"No row has a date of its own, and {told}: all rows count as of {in_words(day)}."


# Mappings


def with_days(mapping: TableMapping, table: Table, today: date | None = None) -> TableMapping:
    """The mapping with the days that its columns, its sheet or its file name.

    Where the year is told nowhere it is asked for. Until the answer it is the newest year in
    which the last filled period has begun: later ones would hold values from the future.
    """
    used = {c.header for c in mapping.columns if c.role not in ("ignore", "segment")}
    told = of_columns(table) if mapping.layout == "wide" else {}
    columns = {h: n for h, n in told.items() if n.day or n.thing or h in used}
    period = None if mapping.dated_by else of_table(table)[0]
    bare = [h for h, n in columns.items() if n.day is None]
    mapping = replace(
        mapping,
        columns=tuple(replace(c, day=_iso(columns.get(c.header))) for c in mapping.columns),
        questions=tuple(q for q in mapping.questions if q.key != YEAR),
        day=_iso(period),
    )
    if not bare and (period is None or period.day):
        return mapping
    year = told_year(table)
    if year is not None:
        return in_year(mapping, bare, year)
    names = [columns[h].period for h in bare if filled(table.frame[h]).notna().any()]
    question = _ask(mapping, bare, names, today or datetime.now(UTC).date())
    mapping = in_year(mapping, bare, int(question.assumed))
    return replace(mapping, questions=(*mapping.questions, question))


def _iso(found: Named | None) -> str:
    return found.day.isoformat() if found and found.day else ""


def _ask(mapping: TableMapping, bare: Sequence[str], names: list[str], today: date) -> Question:
    """To which year the periods of columns belong, or that of the sheet where there are none."""
    about = f"do the columns {listed(list(bare))}" if bare else f"does the sheet {mapping.sheet}"
    years = [str(today.year - n) for n in range(YEARS)]
    begun = {y: all(_begins(n, int(y)) <= today for n in names or [mapping.sheet]) for y in years}
    assumed = next((y for y in years if begun[y]), years[-1])
    text = f"To which year {about} belong?"
    return Question(YEAR, text, tuple(years), tuple(bare), assumed=assumed)


def _begins(name: str, year: int) -> date:
    """The first day of a period without a year, in a year."""
    found = named(name)
    last = _in(found.period, year) if found else None
    if found is None or last is None:
        return date(year, 1, 1)
    quarter = re.search("q|trim", found.period, re.IGNORECASE)
    months = 3 if quarter else 6 if re.search("[0-9]", found.period) else 1
    return date(year, last.month - months + 1, 1)


def in_year(mapping: TableMapping, headers: Sequence[str], year: int) -> TableMapping:
    """The mapping with these columns, or its sheet when there are none, in a year."""

    def day(name: str) -> str:
        found = named(name)
        return _iso(found and replace(found, day=_in(found.period, year)))

    if not headers:
        return replace(mapping, day=day(mapping.sheet))
    columns = (replace(c, day=day(c.header)) if c.header in headers else c for c in mapping.columns)
    return replace(mapping, columns=tuple(columns))
