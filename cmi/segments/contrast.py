"""In what some customers differ from all the others.

Everything takes the scores frame of cmi/scoring.py, of one period. Who has left does not count.
"""

from __future__ import annotations

import pandas as pd

from cmi.methodology import GridKey, Methodology
from cmi.portfolio import present
from cmi.scoring import points_of
from cmi.segments import FEWEST
from cmi.words import count, points, share

# From where on a difference is worth a word: of scores and of a driver's points, of the share of a
# scenario, of a characteristic's level.
CLEAR = {"score": 5.0, "scenario": 0.1, "characteristic": 0.3, "driver": 10.0}


def differences(
    scores: pd.DataFrame, customers: pd.Index, methodology: Methodology, grid: GridKey
) -> pd.DataFrame:
    """Some customers (by the index of the scores) beside all others, measure by measure.

    Columns: kind, name, here, others: "score" (health, maturity: medians, 0-100), "scenario" (0-1
    of the scored), "characteristic" (mean level, 1-5), "driver" (mean points, 0-100); clear (the
    difference is worth a word). Missing where one side has under FEWEST values.
    """
    rows = present(scores)
    placed = rows["scenario"]
    worth = points_of(rows, methodology)
    measures = [
        ("score", "health", rows["chs"]),
        ("score", "maturity", rows["cmi"]),
        *(
            ("scenario", s.name, (placed == s.key).astype("float64").where(placed.notna()))
            for s in methodology.grid(grid)
        ),
        *(("characteristic", c.name, rows[c.key]) for c in methodology.characteristics),
        *(("driver", d.name, worth[d.key]) for d in methodology.drivers),
    ]
    mine = rows.index.isin(customers)
    found = pd.DataFrame(
        {
            "kind": kind,
            "name": name,
            "here": _typical(values[mine], kind),
            "others": _typical(values[~mine], kind),
        }
        for kind, name, values in measures
    )
    apart = (found["here"] - found["others"]).abs()
    return found.assign(clear=apart.round(6) >= found["kind"].map(CLEAR))


def _typical(values: pd.Series[float], kind: str) -> float:
    if values.count() < FEWEST:
        return float("nan")
    return float(values.median() if kind == "score" else values.mean())


def in_words(differences: pd.DataFrame, others: int) -> str:
    """The clear differences from so many others, of each kind the greatest; plain text.

    "" where nothing can be compared.
    """
    told = differences.dropna(subset=["here", "others"])
    if told.empty:
        return ""
    clear = told[told["clear"]]
    apart = (clear["here"] - clear["others"]).abs()
    greatest = apart.groupby(clear["kind"]).idxmax()
    shown = clear[clear.index.isin(greatest) | (clear["kind"] == "score")]
    said = [
        _said(kind, name, here, theirs)
        for kind, name, here, theirs in zip(
            shown["kind"], shown["name"], shown["here"], shown["others"], strict=True
        )
    ]
    whom = f"the other {count(others, 'customer')}"
    return f"Beside {whom}: {'; '.join(said)}." if said else f"Nothing sets them apart from {whom}."


def _said(kind: str, name: str, here: float, others: float) -> str:
    if kind == "score":
        return f"median {name} {points(here)} instead of {points(others)}"
    if kind == "scenario":
        return f"{share(here)} in {name} instead of {share(others)}"
    if kind == "characteristic":
        return f"{name} at level {here:.1f} instead of {others:.1f}"
    return f"{name} worth {points(here)} points instead of {points(others)}"
