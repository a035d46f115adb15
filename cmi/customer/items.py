"""The items of one customer, one by one: what each rater answered, what each driver says.

Everything takes the customer's one row of the scores frame of cmi/scoring.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from cmi.frames import AGE
from cmi.methodology import Driver, Factor, Methodology, Override
from cmi.methodology.overrides import holding
from cmi.scoring import contributions
from cmi.words import MISSING, count, day, listed

APART = 2.0  # levels between two raters that deserve a talk


def say(methodology: Methodology, item: str, value: Any) -> str:
    """A raw value as a person says it: level 4, 12 tickets in 90 days, Engaged; else a dash."""
    found = methodology.item(item)
    if pd.isna(value):
        return MISSING
    if not isinstance(found, Driver):
        return f"level {value:.3g}"
    if found.categories:
        return str(value)
    number = _number(value)
    return _with(_ONE.sub(r"\1", found.unit) if number == "1" else found.unit, number)


def _with(unit: str, number: str) -> str:
    """60 uses in 30 days, 85% of those bought."""
    return f"{number}{unit}" if unit.startswith("%") else f"{number} {unit}"


_ONE = re.compile(r"^([a-z]+(?<![siu]))s\b")  # 1 ticket, 1 day ago; not 1 serie, 1 statu


def say_change(methodology: Methodology, item: str, was: Any, now: Any) -> str:
    """3 → 8 tickets in 90 days, level 2 → 4; was 3 tickets, where it is not known any more."""
    said, before = say(methodology, item, now), say(methodology, item, was)
    if MISSING in (said, before) or said == before:
        return said if said != MISSING else f"was {before}"
    if isinstance(methodology.item(item), Driver):
        return f"{was if isinstance(was, str) else _number(was)} → {said}"
    return f"{before} → {said.removeprefix('level ')}"


def say_segment_change(then: pd.DataFrame, row: pd.DataFrame, methodology: Methodology) -> str:
    """: Onboarding → Growing, of the columns by which the methodology measures differently."""
    asked = {name.strip().casefold() for o in methodology.overrides for name in o.columns}
    said = []
    for column in row.columns.intersection(then.columns):
        if column.strip().casefold() in asked:
            was, now = (f[column].iloc[0] if len(f) else None for f in (then, row))
            if pd.notna(was) and pd.notna(now) and was != now:
                said.append(f"{was} → {now}")
    return f": {', '.join(said)}" if said else ""


def _number(value: float) -> str:
    return f"{value:z,.1f}".removesuffix(".0").replace("-", "−")


def label(methodology: Methodology, item: str) -> str:
    """Charter · Mandate for a factor, the plain name for a driver."""
    for characteristic in methodology.characteristics:
        for factor in characteristic.factors:
            if factor.key == item:
                return f"{characteristic.name} · {factor.name}"
    return methodology.item(item).name


def held(row: pd.DataFrame, methodology: Methodology) -> list[Override]:
    """The overrides that hold for this customer; the last one wins."""
    frame = nw.from_native(row, eager_only=True)
    held = frame.select(*holding(methodology, frame.schema)).to_native()
    numbers = [int(str(c).rpartition(".")[2]) for c in held.columns if held[c].iloc[0]]
    return [methodology.overrides[n] for n in numbers]


def levels(row: pd.DataFrame, ratings: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The twelve answers: characteristic, factor, question, level (the one that counts, missing if
    unanswered), a column `by <rater>` for everybody who answered any (in words), apart (levels
    between the raters whose answers are not stale, missing with fewer than two of them), known (how
    long ago), anchor (the text that was chosen), next_level (the text one level up).
    """
    asked = _asked(ratings, methodology)
    raters = raters_in_order(asked["rater"].unique(), methodology)
    age = (row["period"].iloc[0] - pd.to_datetime(asked["date"])).dt.days
    valid = [methodology.valid_for(str(item)) for item in asked["item"]]
    asked = asked.assign(fresh=age <= pd.Series(valid, index=asked.index, dtype="int64"))
    rows = []
    for characteristic in methodology.characteristics:
        for factor in characteristic.factors:
            level, age = _observed(row, factor.key)
            step = None if math.isnan(level) else int(round(level, 6))  # 2.9999999 is a 3
            theirs = asked[asked["item"] == factor.key]
            means = theirs[theirs["fresh"]].groupby("rater")["value"].mean()
            said = {f"by {r}": _said_by(theirs[theirs["rater"] == r]) for r in raters}
            rows.append(
                {
                    "characteristic": characteristic.name,
                    "factor": factor.name,
                    "question": factor.question,
                    "level": level,
                    **said,
                    "apart": means.max() - means.min() if len(means) > 1 else math.nan,
                    "known": _known(age, methodology.valid_for(factor.key)),
                    "anchor": "Not answered yet." if step is None else factor.levels[step - 1],
                    "next_level": _next(factor, step),
                }
            )
    return pd.DataFrame(rows)


def raters_in_order(raters: Iterable[str], methodology: Methodology) -> list[str]:
    """Those who count first, in their order; then others; last who is kept apart."""
    order, apart = methodology.raters.order, methodology.raters.apart
    ranks = {**{r: n for n, r in enumerate(order)}, **dict.fromkeys(apart, len(order) + 1)}
    return sorted(raters, key=lambda rater: (ranks.get(rater, len(order)), rater))


def _said_by(rows: pd.DataFrame) -> str:
    """The level that a rater gave: 4, several people's mean as 3.5 (4 people), an old one stale."""
    if rows.empty:
        return ""
    people = f" ({count(len(rows), 'person', 'people')})" if len(rows) > 1 else ""
    return f"{rows['value'].mean():.3g}{people}{'' if rows['fresh'].any() else ', stale'}"


def last_answers_in_words(ratings: pd.DataFrame, methodology: Methodology) -> str:
    """When each rater answered last: csm on 11 May 2026, customer on 7 Dec 2024; "" if nobody."""
    last = _asked(ratings, methodology).groupby("rater")["date"].max()
    said = [f"{r} on {day(last[r])}" for r in raters_in_order(last.index, methodology)]
    return f"Last answers: {', '.join(said)}." if said else ""


def _asked(ratings: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The levels among all that was said."""
    asked = ratings[ratings["item"].isin([f.key for f in methodology.factors])]
    return asked.dropna(subset="value")


def disagreement_in_words(answers: pd.DataFrame) -> str:
    """On which factors of `levels` raters are far apart, the farthest first; "" where no two can be
    compared.
    """
    far = answers[answers["apart"].round(6) >= APART].sort_values(
        "apart", ascending=False, kind="stable"
    )
    named = [f"{factor} ({gap:g})" for factor, gap in zip(far["factor"], far["apart"], strict=True)]
    if named:
        return f"Raters are two or more levels apart on {listed(named)}."
    agree = "Raters agree within less than two levels, as far as their answers are not stale."
    return agree if answers["apart"].notna().any() else ""


def drivers(row: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The drivers: group, driver, value (in words, with its unit), points (0-100), contribution
    (points of the CHS), target (what gives this customer none and all points), known (how long
    ago), why.

    A value without weight is shown too, without points.
    """
    given = contributions(row, methodology).to_dict("records")
    parts = {str(part["item"]): part for part in given}
    groups = {g.key: g.name for g in methodology.groups}
    bounds = {key: b for o in held(row, methodology) for key, b in o.bounds}
    rows = []
    for driver in methodology.drivers:
        _, age = _observed(row, driver.key)
        raw = row[driver.key].iloc[0] if driver.key in row else None
        part = parts.get(driver.key)
        rows.append(
            {
                "group": groups[driver.group],
                "driver": driver.name,
                "value": say(methodology, driver.key, raw),
                "points": math.nan if part is None else part["points"],
                "contribution": math.nan if part is None else part["contribution"],
                "target": _target(driver, bounds.get(driver.key, driver)),
                "known": _known(age, methodology.valid_for(driver.key)),
                "why": driver.why,
            }
        )
    return pd.DataFrame(rows)


def _observed(row: pd.DataFrame, key: str) -> tuple[float, float]:
    """An item's value (NaN for categories) and its age in days."""
    value = row[key].iloc[0] if key in row else math.nan
    age = row[key + AGE].iloc[0] if key + AGE in row else math.nan
    return (float(value) if isinstance(value, int | float) else math.nan, float(age))


def _known(age: float, valid_for: int) -> str:
    """How long ago something was observed, and whether that is too long."""
    if math.isnan(age):
        return ""
    ago = f"{count(int(age), 'day')} ago" if age >= 1 else "same day"
    return f"{ago}, stale" if age > valid_for else ago


def _next(factor: Factor, step: int | None) -> str:
    """The text one level up."""
    if step is None:
        return ""
    return factor.levels[step] if step < 5 else "The highest level is reached."


def _target(driver: Driver, bounds: Any) -> str:
    """What gives no points and what gives all of them."""
    if driver.categories:
        ordered = sorted(driver.categories, key=lambda pair: pair[1])
        return f"{ordered[0][0]} → {ordered[-1][0]}"
    worst, best = (f"{bound:g}".replace("-", "−") for bound in (bounds.worst, bounds.best))
    return f"{worst} → {_with(driver.unit, best)}"
