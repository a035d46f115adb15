"""CMI and CHS as one would write them for this one purpose: the peers that scoring runs against.

They do less than cmi.scoring: no scenario, no characteristics, coverage or stale items in the
result, no stale items dropped, segments and categories only as spelled, one override.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from cmi.methodology import Driver, Methodology

SEGMENT = "Stage"


def with_numpy(wide: pd.DataFrame, methodology: Methodology) -> dict[str, Any]:
    """CMI and CHS of a snapshot, column by column."""
    enough = methodology.minimum_coverage
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "cmi": _covered(*_cmi(wide, methodology), enough),
            "chs": _covered(*_chs(wide, methodology), enough),
        }


def _covered(total: Any, weight: Any, seen: Any, possible: Any, enough: float) -> Any:
    return np.where(np.round(seen / possible, 6) >= enough, total / weight, np.nan)


def _cmi(wide: pd.DataFrame, methodology: Methodology) -> tuple[Any, Any, Any, float]:
    total = np.zeros(len(wide))
    weight, covered = np.zeros(len(wide)), np.zeros(len(wide))
    for c in methodology.characteristics:
        levels, answered = np.zeros(len(wide)), np.zeros(len(wide))
        for f in c.factors:
            level = wide[f.key].to_numpy()
            seen = ~np.isnan(level)
            levels += np.where(seen, level, 0) * f.weight
            answered += seen * f.weight
        rated = answered > 0
        total += np.where(rated, (levels / answered - 1) * 25, 0) * c.weight
        weight += rated * c.weight
        covered += answered / sum(f.weight for f in c.factors) * c.weight
    return total, weight, covered, sum(c.weight for c in methodology.characteristics)


def _chs(wide: pd.DataFrame, methodology: Methodology) -> tuple[Any, Any, Any, Any]:
    override = methodology.overrides[0]
    new = wide[SEGMENT].isin(override.values).to_numpy()
    weights, bounds = dict(override.weights), dict(override.bounds)
    total, weight, possible = np.zeros(len(wide)), np.zeros(len(wide)), np.zeros(len(wide))
    for d in methodology.drivers:
        if d.categories:
            points = wide[d.key].map(dict(d.categories)).to_numpy("float64")
        else:
            other: Any = bounds.get(d.key, d)
            worst: Any = np.where(new, other.worst, d.worst)
            best: Any = np.where(new, other.best, d.best)
            points = np.clip((wide[d.key].to_numpy() - worst) / (best - worst) * 100, 0, 100)
        own = np.where(new, weights.get(d.key, d.weight), d.weight)
        seen = ~np.isnan(points)
        total += np.where(seen, points, 0) * own
        weight += seen * own
        possible += own
    return total, weight, weight, possible


def sql(methodology: Methodology) -> str:
    """The same as one query over the table `wide`: period, customer_id, cmi, chs."""
    enough = methodology.minimum_coverage
    rated, cmi_weight, covered, level = [], [], [], []
    for c in methodology.characteristics:
        own = sum(f.weight for f in c.factors)
        seen = " + ".join(f"({f.key} IS NOT NULL)::INT * {f.weight}" for f in c.factors)
        levels = " + ".join(f"coalesce({f.key}, 0) * {f.weight}" for f in c.factors)
        rated += [f"{seen} AS {c.key}_seen", f"{levels} AS {c.key}_levels"]
        level.append(
            f"coalesce(({c.key}_levels / nullif({c.key}_seen, 0) - 1) * 25, 0) * {c.weight}"
        )
        cmi_weight.append(f"({c.key}_seen > 0)::INT * {c.weight}")
        covered.append(f"{c.key}_seen / {own} * {c.weight}")
    drivers = [d.key for d in methodology.drivers]
    points = ", ".join(column for d in methodology.drivers for column in _driver(d, methodology))
    chs = " + ".join(f"coalesce({key}_points, 0) * {key}_weight" for key in drivers)
    seen = " + ".join(f"({key}_points IS NOT NULL)::INT * {key}_weight" for key in drivers)
    full = sum(c.weight for c in methodology.characteristics)
    return f"""
    SELECT period, customer_id,
           CASE WHEN round(({" + ".join(covered)}) / {full}, 6) >= {enough}
                THEN ({" + ".join(level)}) / ({" + ".join(cmi_weight)}) END AS cmi,
           CASE WHEN round(({seen}) / ({" + ".join(f"{key}_weight" for key in drivers)}), 6)
                     >= {enough}
                THEN ({chs}) / ({seen}) END AS chs
    FROM (SELECT period, customer_id, {", ".join(rated)}, {points} FROM wide)
    """


def history_sql(methodology: Methodology) -> str:
    """The table `wide` as a query over `observation` and `customer` (one row per period).

    One rater, nothing withdrawn, nobody new and nobody gone: period, customer_id, the segment and
    the items, as they stood at the end of every period.
    """
    items = ", ".join(
        f"max(CASE WHEN asked.item = '{i.key}' THEN "
        f"{'label' if isinstance(i, Driver) and i.categories else 'value'} END) AS {i.key}"
        for i in methodology.items
    )
    return f"""
    WITH said AS (
        SELECT customer_id, item, date, arg_max(value, import_id) AS value,
               arg_max(label, import_id) AS label
        FROM observation GROUP BY ALL
    ),
    asked AS (
        FROM (SELECT DISTINCT customer_id, item FROM said), (SELECT DISTINCT period FROM customer)
    ),
    stood AS (
        SELECT period, asked.customer_id, {items} FROM asked ASOF JOIN said
        ON asked.customer_id = said.customer_id AND asked.item = said.item AND period >= date
        GROUP BY ALL
    )
    FROM stood JOIN (SELECT period, customer_id, {SEGMENT} FROM customer)
    USING (period, customer_id)
    """


def _driver(driver: Driver, methodology: Methodology) -> tuple[str, str]:
    """The points of a driver and its weight, as two columns."""
    override = methodology.overrides[0]
    new = f"{SEGMENT} IN ({', '.join(map(repr, override.values))})"
    weight = dict(override.weights).get(driver.key, driver.weight)
    own = f"CASE WHEN {new} THEN {weight} ELSE {driver.weight} END AS {driver.key}_weight"
    if driver.categories:
        cases = " ".join(f"WHEN {name!r} THEN {points}" for name, points in driver.categories)
        return f"CASE {driver.key} {cases} END AS {driver.key}_points", own
    other = dict(override.bounds).get(driver.key, driver)
    scales = [
        f"({driver.key} - {b.worst}) / ({b.best} - {b.worst}) * 100::DOUBLE"
        for b in (other, driver)
    ]
    scaled = f"CASE WHEN {new} THEN {scales[0]} ELSE {scales[1]} END"
    # greatest() passes over what is missing, which must stay missing
    clamped = f"CASE WHEN {driver.key} IS NOT NULL THEN least(greatest({scaled}, 0), 100) END"
    return f"{clamped} AS {driver.key}_points", own
