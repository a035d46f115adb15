"""Cases for tests of evidence: small ones on paper, drawn ones, and exports of other companies."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from portfolios import document, origin

from cmi import intake, mapping
from cmi.frames import CUSTOMER_COLUMNS, OBSERVATION_COLUMNS, OUTCOME_COLUMNS, Loaded, shaped
from cmi.history import score_history
from cmi.methodology import Methodology, from_document, shipped
from cmi.quarters import quarter_ends
from cmi.store import Store

EXPORTS = Path(__file__).parents[1].parent / "shared" / "exports"
there = pytest.mark.skipif(not EXPORTS.is_dir(), reason="the folder with exports is not here")
Q = [pd.Timestamp(day) for day in ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31")]


def cases_of(scores: Any, happened: Any, quarters: Any = Q[0], customers: Any = None, **more: Any):
    """Cases with a score called chs (and more columns)."""
    number = len(scores)
    names = [f"c{n}" for n in range(number)] if customers is None else customers
    return pd.DataFrame(
        {
            "customer_id": pd.Series(names, dtype="str"),
            "quarter": pd.Series(quarters, index=range(number), dtype="datetime64[us]"),
            "happened": pd.Series(list(happened), dtype="bool"),
            "chs": pd.Series(scores, dtype="float64"),
            **more,
        }
    )


def drivers_of(weights: dict[str, float], categories: dict[str, dict[str, float]] | None = None):
    """Rules with these drivers (0 to 100 points, or categories) and otherwise those of tests."""
    written = document()
    base = {"group": "all", "unit": "units", "why": "Because."}
    written["drivers"] = [
        {"key": key, "name": key.title(), "weight": weight, **base}
        | (
            {"categories": categories[key]}
            if key in (categories or {})
            else {"worst": 0, "best": 100}
        )
        for key, weight in weights.items()
    ]
    for play in written["plays"]:
        play["improves"] = [next(iter(weights))]
    return from_document(written)


# A software company in which nothing foretells who leaves


def ravenstack() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Its scores at the end of each quarter, collected as one would have, and its outcomes.

    Its accounts say of everybody whether they leave in the end: that is left out.
    """
    rules, store = shipped(), Store()
    reading = intake.read(intake.uploads_from(sorted((EXPORTS / "ravenstack").glob("*.csv"))))
    mappings = [
        mapping.with_column(m, "churn_flag", "ignore", "", rules)
        if "churn_flag" in table.frame
        else m
        for m, table in zip(intake.propose(reading, store, rules), reading.tables, strict=True)
    ]
    days = quarter_ends(date(2023, 3, 31), date(2024, 12, 31))
    for day in days:
        origins = [
            replace(o, sha256=hashlib.sha256(f"{o.sha256}{day}".encode()).hexdigest())
            for o in intake.origins(reading, mappings, day, "Ana")
        ]
        prepared = intake.prepare(reading, mappings, rules, day, store)
        store.add(list(zip(origins, prepared, strict=True)))
    history = score_history([(rules, store.history(days, rules, hindsight=False))])
    outcomes = store.outcomes(days[-1])
    store.close()
    return history, outcomes


# A telephone company in which much foretells it

TELCO = {
    "tenure": 1.0, "price": 1.0, "contract": 1.0, "support": 1.0, "partner": 1.0, "gender": 1.0,
}  # fmt: skip
TELCO_WORDS = {
    "contract": {"Month-to-month": 0, "One year": 60, "Two year": 100},
    "support": {"No": 0, "Yes": 100, "No internet service": 50},
    "partner": {"No": 0, "Yes": 100},
    "gender": {"Female": 0, "Male": 100},
}
TELCO_COLUMNS = {
    "tenure": "tenure", "price": "MonthlyCharges", "contract": "Contract",
    "support": "TechSupport", "partner": "Partner", "gender": "gender",
}  # fmt: skip


def telco_rules() -> Methodology:
    """Six drivers of equal weight: tenure up to 72 months, a price of 120 down to 20, words."""
    found = drivers_of(TELCO, TELCO_WORDS)
    bounds = {"tenure": (0.0, 72.0), "price": (120.0, 20.0)}
    drivers = tuple(
        replace(d, worst=bounds[d.key][0], best=bounds[d.key][1]) if d.key in bounds else d
        for d in found.drivers
    )
    return replace(found, drivers=drivers)


def telco(quarters: int = 6) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Its scores and outcomes, a sixth of the customers coming at the end of each quarter: who
    left, left a month later.
    """
    told = pd.read_csv(EXPORTS / "ibm_telco" / "Telco-Customer-Churn.csv")
    rules, store = telco_rules(), Store()
    days = quarter_ends(date(2024, 3, 31), date(2026, 12, 31))[: quarters + 1]
    for n in range(quarters):
        part, day = told[np.arange(len(told)) % quarters == n], pd.Timestamp(days[n])
        store.add([(origin(f"{n}.csv", as_of=days[n]), _telephone(part, day))])
    history = score_history([(rules, store.history(days, rules, hindsight=False))])
    outcomes = store.outcomes(days[-1])
    store.close()
    return history, outcomes


def _telephone(part: pd.DataFrame, day: pd.Timestamp) -> Loaded:
    one = {"customer_id": part["customerID"], "date": day}
    observed = [
        pd.DataFrame(
            {
                **one,
                "item": key,
                "rater": "data",
                "label" if key in TELCO_WORDS else "value": part[column],
            }
        )
        for key, column in TELCO_COLUMNS.items()
    ]
    gone = part.loc[part["Churn"] == "Yes", "customerID"]
    left = {"customer_id": gone, "date": day + pd.Timedelta(days=30), "outcome": "churned"}
    who = {"customer_id": part["customerID"], "as_of": day, "arr": part["MonthlyCharges"] * 12}
    frames = (
        shaped(pd.DataFrame(who), CUSTOMER_COLUMNS),
        shaped(pd.concat(observed, ignore_index=True), OBSERVATION_COLUMNS),
        shaped(pd.DataFrame(left), OUTCOME_COLUMNS),
    )
    return Loaded(*frames, (), rows=len(part), kept=len(part), refused=0, blank=0)
