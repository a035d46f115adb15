"""What all packs of one build have in common: the day, the rules, everybody's scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from cmi.methodology import GridKey, Methodology, Scenario
from cmi.moves.migration import ELSEWHERE, LEFT, NEW, NOT_SCORED
from cmi.portfolio import main_currency
from cmi.words import day, listed, share

INTERNAL = "Internal"
DECISIONS = [
    "customer_id",
    "period",
    "scenario",
    "reason",
    "plays",
    "owner",
    "due_date",
    "state",
    "note",
]
CAUSES = ["customer_id", "score", "kind", "item", "points", "was", "now", "before", "after"]
_PLACES = {
    NEW: "New",
    NOT_SCORED: "Not placed",
    ELSEWHERE: "Another segment",
    LEFT: "Left",
}


def nothing_decided() -> pd.DataFrame:
    """No decision: customer_id, period, scenario (key), reason, plays (keys), owner, due_date,
    state, note.
    """
    return pd.DataFrame(columns=DECISIONS)


def no_causes() -> pd.DataFrame:
    """No cause of a change (cmi.moves.causes)."""
    return pd.DataFrame(columns=CAUSES)


@dataclass(frozen=True)
class Setting:
    """The day and the rules of a build, everybody's scores on the day (also of who has left), and
    what was decided.

    `since` is the earlier day to compare with and `held` the rules of then; None without one.
    """

    as_of: date
    rules: Methodology
    grid: GridKey
    everyone: pd.DataFrame
    since: date | None = None
    held: Methodology | None = None
    decisions: pd.DataFrame = field(default_factory=nothing_decided)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios of the grid, by priority."""
        return self.rules.grid(self.grid)

    @property
    def places(self) -> dict[str, str]:
        """What the places of cmi.moves.migration are called, in their order."""
        names = {s.key: s.name for s in self.scenarios}
        rest = {key: _PLACES[key] for key in (NOT_SCORED, ELSEWHERE, LEFT)}
        return {NEW: _PLACES[NEW], **names, **rest}

    def told(self, decisions: pd.DataFrame) -> pd.DataFrame:
        """Decisions as they are read: the customer's name beside its id, scenario and plays by
        their names ("" without plays).
        """
        names = self.everyone.set_index("customer_id")["name"]
        titles = {p.key: p.title for p in self.rules.plays}
        plays = [
            ", ".join(titles.get(key, key) for key in keys) if np.iterable(keys) else ""
            for keys in decisions["plays"]
        ]
        places = self.places
        scenarios = [places.get(key, key) for key in decisions["scenario"]]
        told = decisions.assign(scenario=scenarios, plays=plays)
        told.insert(1, "name", told["customer_id"].map(names))
        return told

    def footer(self, scores: pd.DataFrame) -> str:
        """As of when, by which methodology, and how much of the scores' weight is known."""
        known = known_in_words(scores)
        return f"As of {day(self.as_of)} · methodology {self.rules.version} · {known}"


@dataclass(frozen=True)
class Known:
    """What is read about one customer: its rows of the frames that hold everybody's.

    `row` is its scores on the day, `then` those on the earlier day (no row where there is none),
    `causes` why they changed, `way` its scores by period (each with stale shares, see
    cmi.freshness.resting), `events` and `ratings` those of cmi.store.
    """

    row: pd.DataFrame
    then: pd.DataFrame
    causes: pd.DataFrame
    way: pd.DataFrame
    events: pd.DataFrame
    ratings: pd.DataFrame


def known_in_words(scores: pd.DataFrame) -> str:
    """72 % of maturity and 81 % of health known; means over the customers."""
    if not len(scores):
        return "nothing known"
    maturity, health = (scores[f"{axis}_coverage"].mean() for axis in ("cmi", "chs"))
    return f"{share(maturity)} of maturity and {share(health)} of health known"


def about(
    setting: Setting, scores: pd.DataFrame, kind: str, wanted: Mapping[str, list[str]]
) -> pd.DataFrame:
    """The first sheet of a workbook: what, said."""
    filtered = [f"{column}: {listed(values)}" for column, values in wanted.items() if values]
    rows = {
        "Pack": kind,
        "For": INTERNAL,
        "As of": day(setting.as_of),
        "Compared with": day(setting.since),
        "Methodology": setting.rules.version,
        "Grid": setting.grid,
        "Customers": f"{len(scores):,}",
        "Chosen by": "; ".join(filtered) or "nothing: everybody",
        "Money": main_currency(scores) or "in a currency that is not known",
        "Coverage": known_in_words(scores),
        "Scores": "0 to 100; what is not known is empty, never 0",
    }
    return pd.DataFrame({"what": rows.keys(), "said": rows.values()}, dtype="str")


def rules_sheet(rules: Methodology) -> pd.DataFrame:
    """The methodology, a row per item: score, part, item, name, weight, valid_for (days), worst,
    best, unit, question.

    A factor's weight is among those of its characteristic, whose own is `part_weight`.
    """
    rows: list[dict[str, object]] = [
        {"score": "cmi", "part": c.name, "part_weight": c.weight, "item": f.key, "name": f.name,
         "weight": f.weight, "valid_for": rules.valid_for(f.key), "worst": 1.0, "best": 5.0,
         "unit": "level", "question": f.question}
        for c in rules.characteristics
        for f in c.factors
    ]  # fmt: skip
    groups = {g.key: g.name for g in rules.groups}
    rows += [
        {"score": "chs", "part": groups[d.group], "part_weight": None, "item": d.key,
         "name": d.name, "weight": d.weight, "valid_for": rules.valid_for(d.key),
         "worst": d.worst, "best": d.best, "unit": d.unit, "question": d.why}
        for d in rules.drivers
    ]  # fmt: skip
    return pd.DataFrame(rows)
