"""The unit that a header names: thousands of euros, hours, the last seven days."""

from __future__ import annotations

import re

from cmi.mapping.vocabulary import plain

_SIGN = r"(?:us\$|€|\$|£|eur|usd|gbp|chf)"
_THOUSANDS = re.compile(
    rf"(?<![^\W_])(?:(?:k|t) ?{_SIGN}|{_SIGN} ?k|in k|tsd\.?|thousands?|(?:in )?'?000s?)(?![^\W_])"
    r"|\(k\)|\[k\]"
)
_MILLIONS = re.compile(
    rf"(?<![^\W_])(?:(?:m|mn|mio\.?) ?{_SIGN}|{_SIGN} ?(?:mn|mio|m)|in m|mio\.?|millions?)"
    r"(?![^\W_])"
)
_CURRENCY = re.compile(r"(?<![a-z])[ktm]?(eur|usd|gbp|chf)(?![a-z])|(€|£|\$)")
_SCALED = re.compile(r"[0-9] ?(?:k|m|mn|mm|bn|tsd|mio)(?![a-z])")
_CODES = {"€": "EUR", "£": "GBP", "$": "USD"}
_HOURS = {"minute": 1 / 60, "min": 1 / 60, "second": 1 / 3600, "sec": 1 / 3600, "day": 24.0}
_HOURS |= {"minuten": 1 / 60, "tage": 24.0}
_DAYS = {"d": 1, "w": 7, "m": 30, "q": 90, "y": 365}
_WINDOW = re.compile(
    r"(?:(?:in |over )?(?:the )?(?:last|past|previous|prev|trailing|rolling|l)[ _-]*)?"
    r"(?<![0-9a-z])l?([0-9]{1,3})[ _-]*(d|w|m|y)(?:ay|eek|on|onth|ear|o|k)?s?(?![a-z0-9])"
    r"|(?:in |over )?(?:the )?(?:last|past|previous) (week|month|quarter|year)(?![a-z])"
    r"|(?<![a-z])(?:(?:per|a) (day|week|month|quarter|year)|(dai|week|month|quarter|year)ly)"
    r"(?![a-z])"
)
_EVER = re.compile(r"(?<![a-z])(?:all[ -]?time|life[ -]?time|ever|ytd|year to date)(?![a-z])")


def money_factor(header: str) -> float:
    """What one unit of a money column is worth: 1,000 for "ARR (k€)" and "ARR in TEUR"."""
    text = header.casefold()
    if _THOUSANDS.search(text):
        return 1e3
    return 1e6 if _MILLIONS.search(text) else 1.0


def says_scale(cell: str) -> bool:
    """Whether a cell says by itself that it is in thousands or millions: "12k"."""
    return bool(_SCALED.search(cell.casefold()))


def currency_in(header: str) -> str:
    """The currency that a header names by its sign or code, "" when it names none or two."""
    found = {a.upper() or _CODES[b] for a, b in _CURRENCY.findall(header.casefold())}
    return found.pop() if len(found) == 1 else ""


def hours(header: str) -> tuple[str, float]:
    """The unit of time that a header names, and how many hours it is; "" and 1 without one."""
    words = [word.removesuffix("s") for word in plain(header).split()]
    unit = next((w for w in words if w in _HOURS), "")
    return unit, _HOURS.get(unit, 1.0)


def window(header: str) -> int | None:
    """Over how many days a header counts: 7 for "Logins (last 7 days)", 0 for all time, None where
    it does not say.
    """
    text = header.casefold()
    if _EVER.search(text):
        return 0
    found = _WINDOW.search(text)
    if found is None:
        return None
    number, unit, *words = found.groups()
    if number:
        days = int(number) * _DAYS[unit]
        return 365 if days == 360 else days
    return _DAYS[next(filter(None, words))[0]]


def without_window(header: str) -> str:
    """The header without its window: "Logins last 7 days" is "Logins"."""
    return " ".join(_EVER.sub(" ", _WINDOW.sub(" ", header.casefold())).split())
