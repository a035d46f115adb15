"""How numbers, money and days are said, everywhere alike."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

import pandas as pd

MISSING = "–"
NBSP = "\N{NO-BREAK SPACE}"  # between a number and its unit


def day(when: date | None) -> str:
    """3 Mar 2026, or a dash when there is none."""
    if pd.isna(when):
        return MISSING
    return f"{when.day}{NBSP}{when:%b}{NBSP}{when.year}"


def points(score: float | None, cuts: Iterable[float] = ()) -> str:
    """A score as it stands on screen: no decimals, unless these would lift it over one of the cuts
    (49.7 below a cut at 50); a dash when there is none.
    """
    if pd.isna(score):
        return MISSING
    whole = f"{score:z.0f}"
    lifted = any(score < cut <= float(whole) for cut in cuts)
    return f"{math.floor(score * 10) / 10:.1f}" if lifted else whole


def signed(difference: float | None, digits: int = 0) -> str:
    """A change of a score: +3, −14, ±0, or with digits +3.2, ±0.0; a dash when it is not known."""
    if pd.isna(difference):
        return MISSING
    said = f"{difference:+z.{digits}f}".replace("-", "−")
    return said if float(f"{difference:z.{digits}f}") else said.replace("+", "±")


def share(part: float | None) -> str:
    """0.314 as 31 %; a dash when it is not known."""
    return MISSING if pd.isna(part) else f"{part * 100:.0f}{NBSP}%"


def money(amount: float | None, currency: str = "") -> str:
    """1.2 M USD, 340 k, 950; a dash when it is not known."""
    if pd.isna(amount):
        return MISSING
    for limit, divisor, unit in ((999.5e6, 1e9, "bn"), (999.5e3, 1e6, "M"), (9999.5, 1e3, "k")):
        if abs(amount) >= limit:
            scaled = amount / divisor
            shown = f"{scaled:.1f}" if abs(scaled) < 99.95 else f"{scaled:,.0f}"
            return NBSP.join(filter(None, (shown.removesuffix(".0"), unit, currency)))
    return NBSP.join(filter(None, (f"{amount:z,.0f}", currency)))


def count(number: int, noun: str, plural: str = "") -> str:
    """1 customer, 1,240 customers."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(names: list[str], most: int = 5) -> str:
    """a, b and c; the rest is counted: a, b and 4 more."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1:,} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def capital(words: str) -> str:
    """The words with a capital at their beginning, the rest as it is."""
    return words[:1].upper() + words[1:]


def period(day: date, *, months: bool = False) -> str:
    """Q1 2026 at the end of a quarter, or Mar 2026 at the end of a month; else 31 Jan 2026."""
    when = pd.Timestamp(day)
    if months and when.is_month_end:
        return f"{when:%b} {when.year}"
    if not months and when.is_quarter_end:
        return f"Q{when.quarter} {when.year}"
    return f"{when.day} {when:%b} {when.year}"
