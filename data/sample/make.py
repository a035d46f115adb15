"""The sample portfolio, invented from one seed: python data/sample/make.py [folder].

Every customer has a health and a maturity that nobody sees; drivers, ratings, money and outcomes
follow from them with noise. Scales are written out here rather than read from the methodology:
the sample stays as it is when the rules change.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from cast import END, GROUPS, Customer, cast
from life import (
    BAD_RELEASE,
    LEFT,
    LEFT_FROM,
    after,
    gone,
    history,
    known,
    owner,
    services_share,
    stage,
)

if TYPE_CHECKING:
    from life import Row, States

OUTAGE = ("Mei-Lin Chen", pd.Timestamp("2026-03-31"))  # no usage data of her customers
ROLLOUT = pd.Timestamp("2024-06-03")  # of the assessments
NOT_SINCE = pd.Timestamp("2025-09-20")  # nobody looked again at the stale ones
NO_ARR = ("C-0038", "C-0117", "C-0203")
DRIVERS = {  # group, at health 0, at health 1, looks better by, possible from, to, decimals
    "seat_use": ("usage", 20, 85, 0.02, 2, 118, None),
    "usage": ("usage", 0, 60, 0.0, 0, 140, None),
    "features_used": ("usage", 1, 10, 0.0, 1, 14, None),
    "days_since_contact": ("relationship", 90, 7, 0.05, 1, 170, None),
    "sponsor": ("relationship", 0, 100, 0.0, 0, 100, None),
    "tickets": ("support", 15, 0, 0.05, 0, 40, None),
    "escalations": ("support", 3, 0, 0.1, 0, 6, None),
    "resolution_hours": ("support", 72, 8, 0.0, 2, 160, 1),
    "csat": ("satisfaction", 2.5, 4.8, 0.05, 1, 5, 2),
    "nps": ("satisfaction", -30, 60, -0.05, -100, 100, None),
    "days_overdue": ("commercial", 60, 0, 0.25, 0, 120, None),
}
SCALE = {  # against a mid-market customer
    "Enterprise": {"usage": 1.15, "features_used": 1.1, "tickets": 1.4},
    "Small business": {"usage": 0.85, "features_used": 0.9, "tickets": 0.7},
}
SPONSOR = {"None": 20, "Named": 50, "Engaged": 82, "Advocate": math.inf}  # points below this
FACTORS = [
    *("charter_mandate", "charter_goals", "charter_sponsorship"),
    *("people_roles", "people_skills", "people_collaboration"),
    *("process_coverage", "process_discipline", "process_handoffs"),
    *("technology_stack", "technology_adoption", "technology_integration"),
]
RATERS = {  # how much kinder than the truth, how far off
    "CSM": (0.0, 0.3),
    "Sales": (0.35, 0.5),
    "Marketing": (0.2, 0.8),
    "Customer": (0.6, 0.4),
}
NOTES = (  # by characteristic: when it is low, when it is high
    ("Nobody could tell me what they are measured by.", "Goals on one page, signed by the board."),
    ("Two people carry everything, one is leaving.", "Strong team, they push us."),
    ("Every office does it in its own way.", "They showed us their runbook, again."),
    ("Still spreadsheets, sent by mail.", "Their integrations are ahead of ours."),
)


def account(who: Customer, quarter: pd.Timestamp) -> Row:
    """A row of customers.csv."""
    share = services_share(who)
    return {
        "Customer id": who.key,
        "Customer name": who.name,
        "As of": quarter,
        "Owner": owner(who, quarter),
        "Size": who.size,
        "Stage": stage(who, quarter),
        "Region": who.region,
        "Vertical": who.vertical,
        "Start date": who.start,
        "Renewal date": who.renewal,
        "ARR": None if who.key in NO_ARR else who.arr,
        "Software revenue": who.arr,
        "Services revenue": who.arr * share / (1 - share),
        "Currency": "USD",
    }


def mood(who: Customer, group: str, quarter: pd.Timestamp) -> float:
    """Health as it shows in one group of drivers, 0 to 1 and a little beyond."""
    health = who.health + who.groups[GROUPS.index(group)]
    if group == "usage" and stage(who, quarter) == "Onboarding":
        health -= 0.12
    if group in ("support", "satisfaction") and (who.vertical, quarter) == BAD_RELEASE:
        health -= 0.15
    if group == "relationship" and who.owner == LEFT:
        health -= {0: 0.3, 1: 0.15}.get((quarter - LEFT_FROM).days // 90, 0)
    return health


def measured(rng: np.random.Generator, who: Customer, quarter: pd.Timestamp) -> Row:
    """A row of health.csv, nothing missing yet."""
    row: Row = {"Customer id": who.key, "Date": quarter}
    for key, (group, worst, best, lift, lowest, highest, decimals) in DRIVERS.items():
        points = mood(who, group, quarter) + lift + rng.normal(0, 0.03 if who.story else 0.12)
        value = (worst + points * (best - worst)) * SCALE.get(who.size, {}).get(key, 1)
        row[key] = round(float(np.clip(value, lowest, highest)), decimals)
    row["sponsor"] = next(name for name, below in SPONSOR.items() if row["sponsor"] < below)
    return row | {"commitment": who.term}


def with_holes(rng: np.random.Generator, who: Customer, row: Row) -> Row:
    """What never reached us is empty: no tickets, no time to resolution."""
    if who.story:
        return row
    lost = {key for key in DRIVERS if rng.random() < (0.15 if key == "nps" else 0.015)}
    lost |= set() if row["tickets"] else {"csat", "resolution_hours"}
    lost |= set() if who.answers else {"nps"}
    if (who.owner, row["Date"]) == OUTAGE:
        lost |= {key for key, (group, *_) in DRIVERS.items() if group == "usage"}
    return {key: None if key in lost else value for key, value in row.items()}


def visits(rng: np.random.Generator, who: Customer) -> list[tuple[pd.Timestamp, str]]:
    """When the customer would be rated and by whom, if it stayed."""
    if who.habit == "never":
        return []
    is_new = who.start > ROLLOUT
    day = after(rng, who.start, 30, 100) if is_new else after(rng, ROLLOUT, 0, 150)
    days = []
    while day <= (NOT_SINCE if who.habit == "stale" else END):
        days.append((day, "CSM"))
        day = after(rng, day, 270, 350)
    if is_new and rng.random() < 0.6:
        days.append((after(rng, who.start, -20, -2), "Sales"))
    if is_new and rng.random() < 0.4:
        days.append((after(rng, who.start, -80, -30), "Marketing"))
    if days and (who.story or rng.random() < 0.2):
        days.append((after(rng, days[0][0], 5, 300), "Customer"))
    return sorted(days)


def remark(rng: np.random.Generator, levels: list[int]) -> str | None:
    """Now and then a few words about what stands out."""
    means = np.array(levels).reshape(4, 3).mean(axis=1)
    part = int(np.abs(means - 3).argmax())
    return NOTES[part][int(means[part] > 3)] if rng.random() < 0.2 else None


def rated(rng: np.random.Generator, who: Customer, day: pd.Timestamp, rater: str) -> Row:
    """A row of assessments.csv."""
    by_us = rater == "CSM"
    bias, spread = (0.0, 0.0) if who.story and by_us else RATERS[rater]
    raw = who.maturity + np.array(who.factors) + bias + rng.normal(0, 1, 12) * spread
    levels = [int(level) for level in np.clip(np.round(raw), 1, 5)]
    asked = np.repeat(rng.random(4) > 0.03, 3) & (rng.random(12) > 0.03)
    asked[4 if who.habit == "partial" else 12 :] = False
    row: Row = {"Customer id": who.key, "Date": day, "Rater": rater}
    for factor, level, answered in zip(FACTORS, levels, asked, strict=True):
        row[factor] = level if answered or who.story else None
    note = remark(rng, levels) if by_us else None
    return row | {"Note": who.story if by_us and who.story and day > NOT_SINCE else note}


def ratings(
    rng: np.random.Generator, who: Customer, states: States, until: pd.Timestamp | None
) -> list[Row]:
    """All assessments of a customer before it left, as mature as it was then."""
    days = [visit for visit in visits(rng, who) if visit[0] < (until or END)]
    return [rated(rng, known(states, day), day, rater) for day, rater in days]


def portfolio() -> dict[str, list[Row]]:
    """The rows of each file, by its name."""
    files: dict[str, list[Row]] = {
        name: [] for name in ("customers", "health", "assessments", "outcomes")
    }
    for rng, who in cast():
        states, events = history(rng, who)
        files["outcomes"] += events
        files["assessments"] += ratings(rng, who, states, gone(events))
        for quarter, state in states.items():
            files["customers"].append(account(state, quarter))
            files["health"].append(with_holes(rng, state, measured(rng, state, quarter)))
    return files


def written(value: Any) -> Any:
    """A value as its cell: ISO dates, money in tens."""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return round(value / 10) * 10 if isinstance(value, float) and value >= 200 else value


def main(folder: Path) -> None:
    """Write the four files into `folder`, oldest rows first."""
    for name, rows in portfolio().items():
        cells = [{column: written(value) for column, value in row.items()} for row in rows]
        frame = pd.DataFrame(cells, dtype=object)
        when = "As of" if name == "customers" else "Date"
        frame = frame.sort_values([when, "Customer id"], kind="stable")
        frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
