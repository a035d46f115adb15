"""What of a customer comes over the border into the pack that it may read (see `Shared`).

Each piece is chosen here by name; what is not named stays behind.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cmi.customer import items, journey
from cmi.frames import OBSERVATION_COLUMNS, shaped
from cmi.methodology import Methodology
from cmi.portfolio import present
from cmi.reports.packs.setting import Known, Setting
from cmi.reports.packs.shared import Answer, Peers, Shared, Side, Stand, Step
from cmi.segments import FEWEST, benchmarks
from cmi.words import day, share

STEPS = 4


def told(setting: Setting, known: Known, segment: str | None = None) -> Shared:
    """What the customer is told. `segment` is the column in which its peers are alike (its value
    there is told, too); None for everybody.
    """
    rules, row = setting.rules, known.row
    maturity = _number(row["cmi"].iloc[0])
    answers = _answers(row, rules)
    ends = journey.assessments(known.events, rules.raters.apart)
    medians, peers = _peers(setting, row, segment)
    return Shared(
        name=str(row["name"].iloc[0]),
        as_of=setting.as_of,
        assessed=ends[0] if ends else None,
        version=rules.version,
        coverage=float(row["cmi_coverage"].iloc[0]),
        maturity=maturity,
        sides=tuple(
            Side(c.name, _number(row[c.key].iloc[0]), medians.get(c.key))
            for c in rules.characteristics
        ),
        answers=answers,
        peers=peers,
        development=_development(known.way, rules),
        steps=_steps(row, rules) if maturity is not None else (),
    )


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _answers(row: pd.DataFrame, rules: Methodology) -> tuple[Answer, ...]:
    """The answers that count, without who gave them or what they noted."""
    nobodys = shaped(None, OBSERVATION_COLUMNS)
    return tuple(
        Answer(
            side=str(one["characteristic"]),
            name=str(one["factor"]),
            question=str(one["question"]),
            level=_number(one["level"]),
            here="" if pd.isna(one["level"]) else str(one["anchor"]),
        )
        for one in items.levels(row, nobodys, rules).to_dict("records")
    )


def _peers(
    setting: Setting, row: pd.DataFrame, segment: str | None
) -> tuple[dict[str, float | None], Peers | None]:
    """The medians of the characteristics, and who the peers are; None with fewer than FEWEST.

    A customer that has no value in the column has no peers.
    """
    customer_id = str(row["customer_id"].iloc[0])
    found = benchmarks.percentiles(setting.everyone, customer_id, setting.rules, segment)
    found = found.set_index("item")
    median = found["median"].where(found["peers"] >= FEWEST)
    keys = [c.key for c in setting.rules.characteristics]
    if median[keys].isna().all():
        return {}, None
    others = int(found.loc[keys, "peers"].max())
    alike = "" if segment is None else str(row[segment].iloc[0])
    return {k: _number(median[k]) for k in keys}, Peers(others, alike, _number(median["cmi"]))


def _development(way: pd.DataFrame, rules: Methodology) -> tuple[Stand, ...]:
    keys = [c.key for c in rules.characteristics]
    known = present(way).dropna(subset="cmi")
    return tuple(
        Stand(
            pd.Timestamp(one["period"]).date(),
            float(one["cmi"]),
            tuple(_number(one[key]) for key in keys),
        )
        for one in known.to_dict("records")
    )


def _steps(row: pd.DataFrame, rules: Methodology) -> tuple[Step, ...]:
    """The factors at the lowest levels, of equal ones those of the lower characteristic first.

    A play is offered by what it says to customers, and not by the scenario: that stays untold.
    """
    rows = []
    for c in rules.characteristics:
        for f in c.factors:
            level = row[f.key].iloc[0]
            if pd.notna(level) and int(round(level, 6)) < len(f.levels):
                rows.append((float(level), float(row[c.key].iloc[0]), c, f))
    rows.sort(key=lambda one: one[:2])
    steps: list[Step] = []
    offered: set[str] = set()
    for level, _, c, f in rows[:STEPS]:
        at = int(round(level, 6))
        offer = next((o for o in _offers(f.key, rules) if o not in offered), "")
        offered.add(offer)
        steps.append(Step(c.name, f.name, at, f.levels[at - 1], f.levels[at], offer))
    return tuple(steps)


def _offers(factor: str, rules: Methodology) -> list[str]:
    return [p.to_customer for p in rules.plays if p.to_customer and factor in p.improves]


def sheets(told: Shared) -> dict[str, pd.DataFrame]:
    """The same as a workbook, by the name of the sheet; of nothing but `told`."""
    about = {
        "Profile of": told.name,
        "As of": day(told.as_of),
        "Assessed on": day(told.assessed),
        "Methodology": told.version,
        "Coverage": share(told.coverage),
        "Peers": "too few" if told.peers is None else f"{told.peers.others} others",
    }
    median = None if told.peers is None else told.peers.maturity
    profile = [("Maturity (0-100)", told.maturity, median)]
    profile += [(s.name, s.level, s.median) for s in told.sides]
    names = [s.name for s in told.sides]
    return {
        "About": pd.DataFrame({"what": about.keys(), "said": about.values()}),
        "Profile": _frame(profile, ["side", "you", "median of your peers"]),
        "Answers": _frame(
            [(a.side, a.name, a.question, a.level, a.here) for a in told.answers],
            ["side", "factor", "question", "level", "what was found"],
        ),
        "Development": _frame(
            [(pd.Timestamp(s.on), s.maturity, *s.levels) for s in told.development],
            ["as of", "maturity (0-100)", *names],
        ),
        "Recommendations": _frame(
            [(s.side, s.name, s.level, s.here, s.above, s.offer) for s in told.steps],
            ["side", "factor", "level", "today", "next level", "how we can help"],
        ),
    }


def _frame(rows: Sequence[Sequence[object]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns)
