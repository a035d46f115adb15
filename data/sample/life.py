"""What becomes of a customer: health and maturity move, contracts end, outcomes follow."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from cast import BEGIN, END, OWNERS, Customer

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT, LEFT_FROM = "Oliver Grant", pd.Timestamp("2025-12-31")
FORGOTTEN = "C-0063"  # nobody took over this customer of his
BAD_RELEASE = ("Logistics", pd.Timestamp("2025-06-30"))
TERMS = {  # below this health, years
    "Month to month": (0.15, 0),
    "One year": (0.62, 1),
    "Several years": (math.inf, 3),
}
States = dict[pd.Timestamp, Customer]
Row = dict[str, Any]


def chance(value: float, middle: float, width: float) -> float:
    """0 to 1, growing with `value`, a half at `middle`."""
    return 1 / (1 + math.exp((middle - value) / width))


def after(rng: np.random.Generator, day: pd.Timestamp, fewest: int, most: int) -> pd.Timestamp:
    """A day between `fewest` and `most` days after `day`."""
    return day + pd.Timedelta(days=int(rng.integers(fewest, most)))


def services_share(who: Customer) -> float:
    """Services as a share of the revenue: the less mature, the more."""
    return float(np.clip(0.46 - 0.085 * (who.maturity - 1) + who.services, 0.04, 0.6))


def stage(who: Customer, day: pd.Timestamp) -> str:
    """How long it has been a customer, in a word; onboarding covers two quarter ends."""
    days = (day - who.start).days
    return "Onboarding" if days < 183 else "Growing" if days < 730 else "Established"


def owner(who: Customer, day: pd.Timestamp) -> str | None:
    """Who looks after the customer on that day; nobody, for the one that was forgotten."""
    if who.owner != LEFT or day < LEFT_FROM:
        return who.owner
    heirs = [name for name in OWNERS[who.region] if name != LEFT]
    return None if who.key == FORGOTTEN else heirs[int(who.key[2:]) % len(heirs)]


def signed(rng: np.random.Generator, who: Customer, day: pd.Timestamp) -> Customer:
    """With a contract that runs on `day`, the longer the better the health."""
    mood = who.health + (0 if who.story else float(rng.normal(0, 0.15)))
    term, years = next((term, years) for term, (below, years) in TERMS.items() if mood < below)
    renewal = who.renewal or who.start
    while years and renewal <= day:
        renewal += pd.DateOffset(years=years)
    return replace(who, term=term, renewal=renewal if years else None)


def moved(rng: np.random.Generator, who: Customer, quarter: pd.Timestamp) -> Customer:
    """One quarter later: health goes back to the usual, maturity grows, quicker with services."""
    loose = 0.2 if who.story else 1.0
    shock = 0.1 if (who.vertical, quarter) == BAD_RELEASE else 0.0
    shock += 0.05 if (who.owner, quarter) == (LEFT, LEFT_FROM) else 0.0
    health = who.usual + 0.75 * (who.health - who.usual) - shock + rng.normal(0, 0.075) * loose
    grown = 0.01 + 0.09 * services_share(who) + rng.normal(0, 0.05) * loose
    maturity = float(np.clip(who.maturity + grown, 1, 5))
    return replace(who, before=who.health, health=float(health), maturity=maturity)


def happened(
    rng: np.random.Generator, who: Customer, since: pd.Timestamp
) -> list[tuple[pd.Timestamp, str, float]]:
    """Day, outcome and amount in the quarter after `since`, given how things stood until then."""
    health, maturity = (who.health + who.before) / 2, (who.maturity - 1) / 4
    day, due = after(rng, since, 5, 88), None
    if who.renewal is not None and who.renewal <= since + pd.offsets.QuarterEnd():
        due = who.renewal
    leaving = 0.3 * (1 - chance(health + 0.15 * maturity, 0.26, 0.07)) * (2 if due else 0.6)
    if rng.random() < leaving and not who.story:
        return [(due or day, "churned", who.arr)]
    events = [(due, "renewed", who.arr)] if due else []
    change = who.arr * float(rng.uniform(0.08, 0.3))
    if rng.random() < 0.2 * chance(health, 0.52, 0.07) * chance(maturity, 0.5, 0.09):
        events.append((day, "expanded", change))
    elif rng.random() < 0.15 * (1 - chance(health, 0.37, 0.06)):
        events.append((day, "contracted", change))
    return events


def history(rng: np.random.Generator, who: Customer) -> tuple[States, list[Row]]:
    """The customer at each quarter end while it is one, and its rows of outcomes.csv."""
    states: States = {}
    rows: list[Row] = []
    health = who.usual + (0 if who.story else float(rng.normal(0, 0.08)))
    who = signed(rng, replace(who, health=health, before=health), max(who.start, BEGIN))
    for quarter in pd.date_range(max(who.start, BEGIN), END, freq="QE"):
        events = happened(rng, who, quarter - pd.offsets.QuarterEnd()) if states else []
        for day, outcome, amount in events:
            rows.append({"Customer id": who.key, "Date": day, "Outcome": outcome, "Amount": amount})
            sign = {"expanded": 1, "contracted": -1}.get(outcome, 0)
            who = replace(who, arr=who.arr + sign * amount)
            who = signed(rng, who, quarter) if outcome == "renewed" else who
        if rows and rows[-1]["Outcome"] == "churned":
            break
        who = moved(rng, who, quarter)
        states[quarter] = who
    return states, rows


def gone(rows: list[Row]) -> pd.Timestamp | None:
    """When the customer left, if it did."""
    return next((row["Date"] for row in rows if row["Outcome"] == "churned"), None)


def known(states: Mapping[pd.Timestamp, Customer], day: pd.Timestamp) -> Customer:
    """The customer as it was around that day."""
    return next((who for end, who in states.items() if end >= day), [*states.values()][-1])
