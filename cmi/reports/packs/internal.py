"""What is found about one customer for the team's own review: everything, with its reasons.

The frames are those of the customer's page (cmi.customer, cmi.moves, cmi.segments.benchmarks).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cmi import customer, moves, portfolio
from cmi.customer import items, journey
from cmi.frames import AGE
from cmi.methodology import Play, Scenario
from cmi.reports.packs.setting import Known, Setting, about, rules_sheet
from cmi.reports.scores import score_table
from cmi.scoring import contributions
from cmi.segments import benchmarks
from cmi.words import count


@dataclass(frozen=True)
class Found:
    """All that the internal pack tells of a customer; `peers` names whom it is compared with.

    `scenario` is the proposed one, `agreed` the one that holds; None without a place.
    """

    setting: Setting
    known: Known
    facts: customer.Facts
    scenario: Scenario | None
    agreed: Scenario | None
    parts: dict[str, pd.DataFrame]
    steps: dict[str, pd.DataFrame]
    moved: str
    compared: pd.DataFrame
    peers: str
    happened: pd.DataFrame
    plays: tuple[Play, ...]
    open: pd.DataFrame
    decisions: pd.DataFrame


def found(setting: Setting, known: Known, segment: str | None = None) -> Found:
    """The findings; `segment` is the column in which its peers are alike, None for everybody."""
    rules, row = setting.rules, known.row
    customer_id = str(row["customer_id"].iloc[0])
    within = segment if segment in row and pd.notna(row[segment].iloc[0]) else None
    decided = setting.decisions[setting.decisions["customer_id"] == customer_id]
    scenario = portfolio.scenario_of_key(rules, setting.grid, row["scenario"].iloc[0])
    said = set(decided["scenario"])
    agreed = next((s for s in setting.scenarios if s.key in said), scenario)
    holds = row.assign(scenario=agreed.key if agreed else None)
    return Found(
        setting=setting,
        known=known,
        facts=customer.facts(row, rules),
        scenario=scenario,
        agreed=agreed,
        parts={axis: customer.breakdown(row, rules, axis) for axis in ("chs", "cmi")},
        steps={axis: moves.steps(known.causes, rules, axis) for axis in ("chs", "cmi")},
        moved=moves.in_words(known.causes, rules, digits=1),
        compared=benchmarks.compared(setting.everyone, customer_id, rules, within),
        peers="" if within is None else str(row[within].iloc[0]),
        happened=journey.happenings(known.events, rules, customer.currency(row)),
        plays=tuple(portfolio.ranked_plays(holds, rules, setting.grid)),
        open=_open(row, known.ratings, setting),
        decisions=setting.told(decided),
    )


def _open(row: pd.DataFrame, ratings: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """What is to be cleared up, a row each: what, item (name), said."""
    rules = setting.rules
    levels = items.levels(row, ratings, rules)
    ages = {d: row[d.key + AGE].iloc[0] if d.key + AGE in row else None for d in rules.drivers}
    label = levels["characteristic"] + " · " + levels["factor"]
    answers = [("Not answered", name, "") for name in label[levels["level"].isna()]]
    answers += [
        ("Raters differ", name, f"by {gap:g} levels")
        for name, gap in zip(label, levels["apart"], strict=True)
        if round(gap, 6) >= items.APART
    ]
    stale = [
        ("Stale", name, known.removesuffix(", stale"))
        for name, known in zip(label, levels["known"], strict=True)
        if known.endswith("stale")
    ]
    stale += [
        ("Stale", d.name, f"{count(int(age), 'day')} ago")
        for d, age in ages.items()
        if age is not None and age > rules.valid_for(d.key)
    ]
    unknown = [("Not known", d.name, "") for d, age in ages.items() if age is None or pd.isna(age)]
    return pd.DataFrame([*answers, *stale, *unknown], columns=["what", "item", "said"], dtype="str")


def sheets(found: Found) -> dict[str, pd.DataFrame]:
    """The findings as a workbook, by the name of the sheet."""
    setting, row = found.setting, found.known.row
    rules = setting.rules
    plays = [
        {"play": p.title, "owner": p.owner, "effect": p.effect, "steps": "\n".join(p.steps)}
        for p in found.plays
    ]
    way = portfolio.present(found.known.way)
    over_time = ["period", "cmi", "chs", *(c.key for c in rules.characteristics), "scenario"]
    return {
        "About": about(setting, row, found.facts.name, {}),
        "Scores": score_table(row, rules, setting.as_of, setting.grid),
        "Contributions": contributions(row, rules),
        "What moved": found.known.causes,
        "Compared": found.compared,
        "Over time": way[over_time].assign(scenario=way["scenario"].map(setting.places)),
        "Happened": found.happened,
        "Answers": items.levels(row, found.known.ratings, rules),
        "Drivers": items.drivers(row, rules),
        "Plays": pd.DataFrame(plays, columns=["play", "owner", "effect", "steps"]),
        "Open": found.open,
        "Decisions": found.decisions,
        "Methodology": rules_sheet(rules),
    }
