"""Small portfolios for tests: a methodology with round numbers, snapshots, imports."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from cmi.frames import (
    AGE,
    CUSTOMER_COLUMNS,
    OBSERVATION_COLUMNS,
    OUTCOME_COLUMNS,
    Loaded,
    shaped,
)
from cmi.methodology import BANDS, Driver, GridKey, Methodology, from_document
from cmi.problems import Problem
from cmi.scoring import score
from cmi.store import Origin, Store

FACTORS = {
    "charter": ("charter_mandate", "charter_goals", "charter_sponsorship"),
    "people": ("people_roles", "people_skills", "people_collaboration"),
    "process": ("process_coverage", "process_discipline", "process_handoffs"),
    "technology": ("technology_stack", "technology_adoption", "technology_integration"),
}
ALL_FACTORS = [f for three in FACTORS.values() for f in three]
DAY = date(2026, 1, 31)
# Every driver of these rules at its best: CHS 100.
HEALTHY = {"logins": 50, "tickets": 0, "sponsor": "Advocate", "csat": 5}


@cache
def rules(**changes: Any) -> Methodology:
    """Equal weights of 25, four drivers (weights 4, 2, 3, 1), cuts at 50, no overrides."""
    return replace(from_document(document()), **changes)


def document() -> dict[str, Any]:
    """The methodology of these tests; tests change a copy of it."""
    driver = {"group": "all", "unit": "units", "why": "Because."}
    return {
        "version": "test",
        "name": "Test",
        "effective": "2026-01-01",
        "characteristics": [
            {
                "key": key,
                "name": key.title(),
                "summary": "About it.",
                "weight": 25,
                "factors": [
                    {
                        "key": factor,
                        "name": factor,
                        "aspect": aspect,
                        "question": "How?",
                        "levels": [f"level {n}" for n in range(1, 6)],
                    }
                    for factor, aspect in zip(
                        factors, ("what", "how_well", "relation"), strict=True
                    )
                ],
            }
            for key, factors in FACTORS.items()
        ],
        "groups": [{"key": "all", "name": "All"}],
        "drivers": [
            {"key": "logins", "name": "Logins", "weight": 4, "worst": 0, "best": 50, **driver},
            {"key": "tickets", "name": "Tickets", "weight": 2, "worst": 10, "best": 0, **driver},
            {
                "key": "sponsor",
                "name": "Sponsor",
                "weight": 3,
                "categories": {"None": 0, "Named": 40, "Advocate": 100},
                **driver,
            },
            {"key": "csat", "name": "CSAT", "weight": 1, "worst": 1, "best": 5, **driver},
        ],
        "cuts": {
            "2x2": {"cmi": [50], "chs": [50]},
            "3x3": {"cmi": [100 / 3, 200 / 3], "chs": [100 / 3, 200 / 3]},
        },
        "scenarios": [
            {
                "grid": grid,
                "key": f"{cmi}_{chs}",
                "name": f"{cmi} CMI, {chs} CHS",
                "decision": "Decide.",
                "cmi": cmi,
                "chs": chs,
                "colour": "#101010",
                "colour_dark": "#F0F0F0",
                "symbol": "circle",
                "priority": 1,
                "summary": "So.",
                "avoid": "Not so.",
                "plays": ["talk"],
            }
            for grid, bands in BANDS.items()
            for cmi, chs in product(bands, bands)
        ],
        "plays": [
            {
                "key": "talk",
                "title": "Talk",
                "owner": "CSM",
                "steps": ["Talk."],
                "effect": "Talked.",
                "improves": ["logins"],
            }
        ],
    }


def levels(charter: Any, people: Any, process: Any, technology: Any) -> dict[str, float]:
    """Levels per factor; three each, or None for a characteristic that nobody rated."""
    given = dict(zip(FACTORS, (charter, people, process, technology), strict=True))
    return {
        factor: level
        for key, three in given.items()
        if three is not None
        for factor, level in zip(FACTORS[key], three, strict=True)
        if level is not None
    }


def snapshot_of(
    customers: dict[str, dict[str, Any]], methodology: Methodology | None = None
) -> pd.DataFrame:
    """A snapshot: customer id -> its items, ages (`<item>__age`) and segments; the rest missing."""
    methodology = methodology or rules()
    frame = pd.DataFrame(
        [
            {"period": pd.Timestamp(DAY), "customer_id": i, "name": i, **c}
            for i, c in customers.items()
        ]
    )
    for item in methodology.items:
        text = isinstance(item, Driver) and item.categories
        given = frame.get(item.key, pd.Series(np.nan, index=frame.index))
        frame[item.key] = given.astype("str" if text else "float64")
        if item.key + AGE not in frame:
            frame[item.key + AGE] = given.notna().map({True: 0.0, False: np.nan})
    return frame


REFERENCE = levels((4, 5, 3), (2, 2, 2), (5, 4, 3), (1, 1, 4))


def scores_of(
    customers: dict[str, dict[str, Any]],
    methodology: Methodology | None = None,
    grid: GridKey = "2x2",
) -> pd.DataFrame:
    """The scores of customers (see snapshot_of), by customer id."""
    methodology = methodology or rules()
    scored = score(snapshot_of(customers, methodology), methodology, grid)
    return scored.set_index("customer_id")


def score_of(items: dict[str, Any], methodology: Methodology | None = None) -> pd.Series[Any]:
    """The scores of one customer."""
    return scores_of({"a": items}, methodology).loc["a"]


def random_snapshot(methodology: Methodology, customers: int, seed: int) -> pd.DataFrame:
    """A portfolio with holes (customers with nothing, too), ages, odd categories and segments."""
    rng = np.random.default_rng(seed)
    holes = rng.random(customers)
    frame = pd.DataFrame(
        {
            "period": pd.Timestamp(DAY),
            "customer_id": [f"c{n:05}" for n in range(customers)],
            "name": "Somebody",
            "Region": rng.choice(["East", "west ", None], customers),
            "Stage": rng.choice([" ONBOARDING", "Live", None], customers),
        }
    )
    for item in methodology.items:
        if isinstance(item, Driver) and item.categories:
            words = [*(f" {name.upper()}" for name, _ in item.categories), "never heard of"]
            values: Any = pd.Series(rng.choice(words, customers), dtype="str")
        elif isinstance(item, Driver):
            low, high = sorted((item.worst or 0.0, item.best or 0.0))
            values = pd.Series(rng.uniform(low - (high - low), high + (high - low), customers))
        else:
            values = pd.Series(rng.integers(2, 11, customers) / 2)
        kept = rng.random(customers) >= holes
        frame[item.key] = values.where(kept)
        frame[item.key + AGE] = pd.Series(rng.integers(0, 500, customers).astype(float)).where(kept)
    return frame


def customer(customer_id: str, as_of: str = "2026-01-31", **fields: Any) -> dict[str, Any]:
    """A row of customers; fields that are not columns of ours become attributes."""
    known = {k: v for k, v in fields.items() if k in CUSTOMER_COLUMNS}
    segments = {k: v for k, v in fields.items() if k not in known}
    return {"attributes": segments, "customer_id": customer_id, "as_of": as_of, **known}


def observation(
    customer_id: str,
    item: str,
    value: float | str,
    on: str = "2026-01-31",
    rater: str = "csm",
    **fields: Any,
) -> dict[str, Any]:
    """A row of observations; a text is a category."""
    said = {"label": value} if isinstance(value, str) else {"value": value}
    return {"customer_id": customer_id, "item": item, "date": on, "rater": rater, **said, **fields}


def outcome(customer_id: str, what: str, on: str, amount: float = np.nan) -> dict[str, Any]:
    """A row of outcomes."""
    return {"customer_id": customer_id, "date": on, "outcome": what, "amount": amount}


def loaded(
    customers: list[dict[str, Any]] | None = None,
    observations: list[dict[str, Any]] | None = None,
    outcomes: list[dict[str, Any]] | None = None,
    problems: tuple[Problem, ...] = (),
) -> Loaded:
    """What a table became, every row of it kept."""
    rows = sum(len(part or []) for part in (customers, observations, outcomes))
    return Loaded(
        shaped(pd.DataFrame(customers or []), CUSTOMER_COLUMNS),
        shaped(pd.DataFrame(observations or []), OBSERVATION_COLUMNS),
        shaped(pd.DataFrame(outcomes or []), OUTCOME_COLUMNS),
        problems,
        rows=rows,
        kept=rows,
        refused=0,
        blank=0,
    )


def origin(file: str, **changes: Any) -> Origin:
    """Where an import comes from; its content is told apart by the file's name."""
    return Origin(
        **{
            "file": file,
            "sheet": "",
            "sha256": hashlib.sha256(file.encode()).hexdigest(),
            "fingerprint": "header",
            "mapping": "{}",
            "by_whom": "Ana",
            "as_of": DAY,
            **changes,
        }
    )


def add(store: Store, file: str, *rows: Any, **changes: Any) -> int:
    """Import customers, observations and outcomes (lists of rows) as one file; its import id."""
    return store.add([(origin(file, **changes), loaded(*rows))])[0]


def state(store: Store, *days: date) -> tuple[list[str], tuple[date, ...]]:
    """All that can be read about customers, as text that can be compared."""
    days = days or (DAY,)
    frames = [store.known(), *(store.snapshot(day, rules()) for day in days)]
    frames += [store.outcomes(day) for day in days]
    return [frame.to_csv(index=False) for frame in frames], store.days()
