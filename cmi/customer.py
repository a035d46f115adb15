"""One customer, explained: what each answer and each driver gives to the two scores.

Everything takes the customer's one row of the scores frame of cmi/scoring.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from cmi.methodology import Driver, Factor, Methodology
from cmi.portfolio import segment_columns, unscored, weakest
from cmi.scoring import contributions
from cmi.words import MISSING, count, day, money, points


@dataclass(frozen=True)
class Facts:
    """What stands at the head of a customer's page, in words."""

    name: str
    owner: str
    arr: str
    renewal: str
    health: str
    maturity: str
    weakest: str
    missing: str
    segments: str
    left: str


def facts(row: pd.DataFrame, methodology: Methodology) -> Facts:
    """The customer's head line; `missing` says why it has no place on the plane, "" if it has."""
    one = row.iloc[0]
    low = weakest(row, methodology).iloc[0]
    why = unscored(row, methodology)["why"]
    segments = [str(one[c]) for c in segment_columns(row, methodology) if pd.notna(one[c])]
    return Facts(
        name=str(one["name"]),
        owner=str(one["owner"]) if pd.notna(one["owner"]) else MISSING,
        arr=money(one["arr"], str(one["currency"]) if pd.notna(one["currency"]) else ""),
        renewal=day(one["renewal_date"]),
        health=points(one["chs"]),
        maturity=points(one["cmi"]),
        weakest=f"{low['name']} {low['level']:.1f}" if pd.notna(low["level"]) else MISSING,
        missing="" if why.empty else str(why.iloc[0]),
        segments=" · ".join(segments[:6]),
        left=day(one["left_on"]) if pd.notna(one["left_on"]) else "",
    )


def breakdown(row: pd.DataFrame, methodology: Methodology, score: str) -> pd.DataFrame:
    """What made the score ("cmi" or "chs"): one row per observed item, in the methodology's order.

    Columns: item, label, contribution and possible (both in points of the score), hint. The
    contributions add up to the score, what is possible to 100.
    """
    parts = contributions(row, methodology)
    parts = parts[parts["score"] == score]
    hints = [
        f"{_said(methodology, part['item'], part['value'], part['label'])}: "
        f"{part['points']:.0f} of 100 points × {part['share']:.1%} weight"
        for part in parts.to_dict("records")
    ]
    return pd.DataFrame(
        {
            "item": parts["item"],
            "label": [_label(methodology, item) for item in parts["item"]],
            "contribution": parts["contribution"],
            "possible": parts["share"] * 100,
            "hint": hints,
        }
    ).reset_index(drop=True)


def levels(row: pd.DataFrame, ratings: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The twelve answers: characteristic, factor, question, level (missing if unanswered), raters,
    known (how long ago), anchor (the text that was chosen), next_level (the text one level up).
    """
    said = {str(item): rows for item, rows in ratings.groupby("item")}
    rows = []
    for characteristic in methodology.characteristics:
        for factor in characteristic.factors:
            level, age = _observed(row, factor.key)
            step = None if math.isnan(level) else int(round(level, 6))  # 2.9999999 is a 3
            rows.append(
                {
                    "characteristic": characteristic.name,
                    "factor": factor.name,
                    "question": factor.question,
                    "level": level,
                    "raters": _raters(said.get(factor.key)),
                    "known": _known(age, methodology.valid_for(factor.key)),
                    "anchor": "Not answered yet." if step is None else factor.levels[step - 1],
                    "next_level": _next(factor, step),
                }
            )
    return pd.DataFrame(rows)


def drivers(row: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The drivers: group, driver, value (in words, with its unit), points (0-100), contribution
    (points of the CHS), target (what gives none and all points), known (how long ago), why.

    A value without weight is shown too, without points.
    """
    given = contributions(row, methodology).to_dict("records")
    parts = {str(part["item"]): part for part in given}
    groups = {g.key: g.name for g in methodology.groups}
    rows = []
    for driver in methodology.drivers:
        _, age = _observed(row, driver.key)
        raw = row[driver.key].iloc[0] if driver.key in row else None
        part = parts.get(driver.key)
        rows.append(
            {
                "group": groups[driver.group],
                "driver": driver.name,
                "value": MISSING if pd.isna(raw) else _said(methodology, driver.key, raw, raw),
                "points": math.nan if part is None else part["points"],
                "contribution": math.nan if part is None else part["contribution"],
                "target": _target(driver),
                "known": _known(age, methodology.valid_for(driver.key)),
                "why": driver.why,
            }
        )
    return pd.DataFrame(rows)


def _observed(row: pd.DataFrame, key: str) -> tuple[float, float]:
    """An item's value (NaN for categories) and its age in days."""
    value = row[key].iloc[0] if key in row else math.nan
    age = row[f"{key}__age"].iloc[0] if f"{key}__age" in row else math.nan
    return (float(value) if isinstance(value, int | float) else math.nan, float(age))


def _known(age: float, valid_for: int) -> str:
    """How long ago something was observed, and whether that is too long."""
    if math.isnan(age):
        return ""
    ago = f"{count(int(age), 'day')} ago" if age >= 1 else "today"
    return f"{ago}, stale" if age > valid_for else ago


def _next(factor: Factor, step: int | None) -> str:
    """The text one level up."""
    if step is None:
        return ""
    return factor.levels[step] if step < 5 else "The highest level is reached."


def _raters(rows: pd.DataFrame | None) -> str:
    """csm 4, customer 5 (Ann)."""
    if rows is None:
        return ""
    return ", ".join(
        f"{one['rater']} {one['value']:g}"
        + (f" ({one['respondent']})" if pd.notna(one.get("respondent")) else "")
        for one in rows.to_dict("records")
    )


def _label(methodology: Methodology, item: str) -> str:
    """Charter · Mandate for a factor, the plain name for a driver."""
    for characteristic in methodology.characteristics:
        for factor in characteristic.factors:
            if factor.key == item:
                return f"{characteristic.name} · {factor.name}"
    return methodology.item(item).name


def _said(methodology: Methodology, item: str, value: float, label: object) -> str:
    """A raw value as a person says it: level 4, 12 tickets in 90 days, Engaged."""
    found = methodology.item(item)
    if not isinstance(found, Driver):
        return f"level {value:g}"
    if found.categories:
        return str(label)
    number = f"{value:z,.1f}".removesuffix(".0")
    return f"{number}{found.unit}" if found.unit.startswith("%") else f"{number} {found.unit}"


def _target(driver: Driver) -> str:
    """What gives no points and what gives all of them."""
    if driver.categories:
        ordered = sorted(driver.categories, key=lambda pair: pair[1])
        return f"{ordered[0][0]} → {ordered[-1][0]}"
    return f"{driver.worst:g} → {driver.best:g}"
