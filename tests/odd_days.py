"""Two days of a portfolio and their rules, of any kind: for what must hold of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from portfolios import document, random_snapshot

from cmi.methodology import Bounds, Override, from_document


def odd_rules(seed):
    """Weights (some 0), bounds, parts, overrides and staleness of any kind."""
    rng = np.random.default_rng(seed)
    doc = document()
    for part in (*doc["characteristics"], *doc["drivers"]):
        part["weight"] = float(rng.choice([0, 0.1, 1, 3, 40]))
    doc["characteristics"][0]["weight"] = doc["drivers"][0]["weight"] = 2.0
    for characteristic in doc["characteristics"][1:]:
        for factor in characteristic["factors"]:
            factor["weight"] = float(rng.choice([0.5, 1, 4]))
    doc["drivers"][0]["best"] = float(rng.choice([10, 50, 80]))
    if rng.random() < 0.5:
        doc["drivers"].append({**doc["drivers"][0], "key": "calls", "name": "Calls", "weight": 5.0})
    if rng.random() < 0.5:
        del doc["drivers"][int(rng.integers(1, 4))]
    if rng.random() < 0.5:  # a question moves to another characteristic
        doc["characteristics"][2]["factors"].append(doc["characteristics"][1]["factors"].pop())
    made = replace(
        from_document(doc),
        minimum_coverage=float(rng.choice([0, 0.3, 0.5])),
        stale=str(rng.choice(["count", "drop"])),
    )
    overrides = (
        Override(
            columns=("Stage",),
            values=("onboarding",),
            why="They begin.",
            weights=(("logins", 1.0), ("charter", 0.5), ("people", 9.0)),
            bounds=(("logins", Bounds(worst=5, best=15)),),
        ),
        Override(
            columns=("region", "sponsor"),
            values=("west", "None"),
            why="Another market.",
            weights=(("logins", 7.0),),
        ),
    )
    return replace(made, overrides=overrides[: int(rng.integers(0, 3))])


def odd_days(seed):
    """Two days of customers, most of them on both, and the rules of each day."""
    old = odd_rules(seed)
    new = old if seed % 3 == 0 else odd_rules(seed + 1)
    before, after = random_snapshot(old, 200, seed), random_snapshot(new, 200, seed + 7)
    return before.iloc[:180], after.iloc[20:], old, new
