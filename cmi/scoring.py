"""From a snapshot to scores and contributions: one rule for every engine.

A snapshot is wide: one row per customer and period, with
    period, customer_id, name, owner, ... segment columns, and for every item of the methodology
    `<item>` (a factor's level 1-5 or a driver's raw value; the category for categorical drivers)
    and `<item>__age` (days since it was observed; optional).
It may be a pandas frame or a DuckDB relation; what comes back is of the same kind.

Scores add
    charter, people, process, technology (values 1-5 of the characteristics, by their keys),
    cmi_coverage, chs_coverage, cmi_level (1-5), cmi (0-100), chs (0-100), scenario (key), stale.
Coverage is 0-1. Where coverage is under the methodology's minimum there is no score.

On the way each item and characteristic has, per row,
    `_points.<key>` (0-100, missing where not observed), `_weight.<key>` (overrides applied) and
    `_seen.<key>` (that weight where observed, else 0).
A characteristic is the mean of its factors, CMI of the characteristics, CHS of the drivers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from cmi.frames import AGE
from cmi.methodology import Driver, Factor, GridKey, Methodology
from cmi.methodology.overrides import by_row, fold, folded, holding
from cmi.scenarios import DECIMALS, scenario_of

_TEMPORARY = ("_holds.", "_points.", "_weight.", "_seen.")
_ALSO = "_scenario."


def score(
    snapshot: Any,
    methodology: Methodology,
    grid: GridKey = "2x2",
    also: Sequence[GridKey] = (),
) -> Any:
    """The snapshot with its scores (see the head of this module); items stay beside them.

    Only the scenario depends on the grid; those of grids that are wanted `also` take a column each,
    for `placed`.
    """
    frame = _measured(nw.from_native(snapshot), methodology)
    characteristics = [c.key for c in methodology.characteristics]
    drivers = [d.key for d in methodology.drivers]
    answered = {c.key: _part_seen(f.key for f in c.factors) for c in methodology.characteristics}
    frame = frame.with_columns(
        *((nw.col(f"_points.{key}") / 25 + 1).alias(key) for key in characteristics),
        cmi_coverage=_ratio(
            _sum(answered[key] * nw.col(f"_weight.{key}") for key in characteristics),
            _sum(nw.col(f"_weight.{key}") for key in characteristics),
        ).fill_null(0.0),
        chs_coverage=_part_seen(drivers),
    )
    frame = frame.with_columns(
        cmi=_if_covered("cmi", _mean(characteristics), methodology),
        chs=_if_covered("chs", _mean(drivers), methodology),
    )
    columns = frame.collect_schema()
    frame = frame.with_columns(
        cmi_level=nw.col("cmi") / 25 + 1,
        scenario=scenario_of(methodology, grid, columns),
        stale=_stale(methodology, columns),
        **{f"{_ALSO}{other}": scenario_of(methodology, other, columns) for other in also},
    )
    return frame.drop([c for c in columns if c.startswith(_TEMPORARY)]).to_native()


def placed(scores: pd.DataFrame, grid: GridKey) -> pd.DataFrame:
    """Scores that have several grids, with the scenarios of this one alone."""
    others = [column for column in scores if str(column).startswith(_ALSO)]
    scenario = scores[f"{_ALSO}{grid}" if f"{_ALSO}{grid}" in scores else "scenario"]
    return scores.assign(scenario=scenario).drop(columns=others)


def contributions(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """What each item gives to its score, in points; the sum per customer and score is the score.

    Columns: period, customer_id, score ("cmi" or "chs"), part (characteristic or group key), item,
    value (level or raw value), label (category), points (0-100, what the item is worth alone),
    share (0-1, its part of the observed weight), contribution (points x share), age (days).
    Only observed items with weight are listed, also for customers under the minimum coverage.
    """
    wide = _measured(nw.from_native(snapshot), methodology).to_native()
    characteristics = [c.key for c in methodology.characteristics]
    drivers = [d.key for d in methodology.drivers]
    parts, shares = _shares(wide, characteristics), _shares(wide, drivers)
    told = []
    for c in methodology.characteristics:
        of_part = _shares(wide, [f.key for f in c.factors])
        told += [
            _of_item(wide, ("cmi", c.key), f, of_part[f.key] * parts[c.key]) for f in c.factors
        ]
    told += [_of_item(wide, ("chs", d.group), d, shares[d.key]) for d in methodology.drivers]
    return pd.concat(told, ignore_index=True)


def points_of(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """What each item alone is worth, 0-100: a column per item, missing where not observed."""
    frame = _ruled(nw.from_native(snapshot), methodology)
    points: pd.DataFrame = frame.select(*_points(methodology, frame.collect_schema())).to_native()
    return points.set_axis([i.key for i in methodology.items], axis=1)


def shares_of(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The part (0-1) of its score's observed weight that each item carries: a column per item.

    0 where the item is not observed, missing where nothing of the score is.
    """
    return counted(snapshot, methodology)[1]


def counted(snapshot: pd.DataFrame, methodology: Methodology) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `contributions` tells, a column per item: points (missing where the item does not count)
    and shares (see `shares_of`); a row per row of the snapshot.
    """
    wide = _measured(nw.from_native(snapshot), methodology).to_native()
    characteristics = [c.key for c in methodology.characteristics]
    drivers = [d.key for d in methodology.drivers]
    shares, parts = _shares(wide, drivers), _shares(wide, characteristics)
    for c in methodology.characteristics:
        part = parts[c.key]
        of_part = _shares(wide, [f.key for f in c.factors])
        shares |= {key: (of * part).mask(part == 0, 0.0) for key, of in of_part.items()}
    items = [i.key for i in methodology.items]
    share = pd.DataFrame(shares)[items]
    points = wide[[f"_points.{key}" for key in items]].set_axis(items, axis=1)
    return points.astype("float64").where(share > 0), share


def _shares(wide: pd.DataFrame, keys: list[str]) -> dict[str, pd.Series[float]]:
    """The part of their observed weight that is each key's; missing where nothing is."""
    whole = wide[[f"_seen.{key}" for key in keys]].sum(axis=1)
    return {key: wide[f"_seen.{key}"] / whole for key in keys}


def _of_item(
    wide: pd.DataFrame, place: tuple[str, str], item: Factor | Driver, share: pd.Series[float]
) -> pd.DataFrame:
    """The contribution rows of one item, for the customers where it counts."""
    missing = pd.Series(float("nan"), index=wide.index)
    raw = wide.get(item.key, missing)
    points = wide[f"_points.{item.key}"]
    categorical = isinstance(item, Driver) and bool(item.categories)
    columns = {
        "period": wide["period"],
        "customer_id": wide["customer_id"],
        "value": missing if categorical else raw,
        "label": (raw if categorical else missing).astype("str"),
        "points": points,
        "share": share,
        "contribution": points * share,
        "age": wide.get(item.key + AGE, missing),
    }
    rows = pd.DataFrame({name: column[share > 0] for name, column in columns.items()})
    rows.insert(2, "score", place[0])
    rows.insert(3, "part", place[1])
    rows.insert(4, "item", item.key)
    return rows


def _ruled(frame: Any, methodology: Methodology) -> Any:
    """The frame, with the rows of each override marked, and without stale observations where the
    methodology says that they drop out.
    """
    schema = frame.collect_schema()
    rules = holding(methodology, schema)
    if methodology.stale == "drop":
        rules += [
            nw.when(~_outdated(methodology, key).fill_null(value=False))
            .then(nw.col(key))
            .alias(key)
            for key in _with_age(methodology, schema)
        ]
    return frame.with_columns(*rules) if rules else frame


def _measured(frame: Any, methodology: Methodology) -> Any:
    """The frame with points, weight and seen weight of every item and characteristic."""
    frame = _ruled(frame, methodology)
    columns = frame.collect_schema()
    frame = frame.with_columns(*_weights(methodology, columns), *_points(methodology, columns))
    frame = frame.with_columns(*(_seen(item.key) for item in methodology.items))
    frame = frame.with_columns(
        _mean([f.key for f in c.factors]).alias(f"_points.{c.key}")
        for c in methodology.characteristics
    )
    return frame.with_columns(*(_seen(c.key) for c in methodology.characteristics))


def _with_age(methodology: Methodology, columns: Mapping[str, Any]) -> list[str]:
    return [i.key for i in methodology.items if i.key in columns and i.key + AGE in columns]


def _outdated(methodology: Methodology, key: str) -> nw.Expr:
    return nw.col(key + AGE) > methodology.valid_for(key)


def _stale(methodology: Methodology, columns: Mapping[str, Any]) -> nw.Expr:
    """How many observations are older than their item's validity."""
    flags = [_outdated(methodology, k).cast(nw.Int64) for k in _with_age(methodology, columns)]
    return nw.sum_horizontal(*flags or [nw.lit(0)]).cast(nw.Int64)


def _weights(methodology: Methodology, columns: Mapping[str, Any]) -> list[nw.Expr]:
    own = {part.key: part.weight for part in (*methodology.characteristics, *methodology.items)}
    expressions = []
    for key, weight in own.items():
        others = (dict(o.weights).get(key) for o in methodology.overrides)
        expressions.append(_expr(by_row(weight, others, columns)).alias(f"_weight.{key}"))
    return expressions


def _expr(number: float | nw.Expr) -> nw.Expr:
    return number if isinstance(number, nw.Expr) else nw.lit(float(number))


def _points(methodology: Methodology, columns: Mapping[str, Any]) -> list[nw.Expr]:
    """`_points.<item>`: what the item alone is worth, 0-100; missing where not observed."""
    missing = nw.lit(None, dtype=nw.Float64)
    points = {f.key: (nw.col(f.key) - 1) * 25 for f in methodology.factors if f.key in columns}
    for d in methodology.drivers:
        if d.key in columns:
            scaled = _by_category(d) if d.categories else _linear(d, methodology, columns)
            points[d.key] = scaled
    return [points.get(i.key, missing).alias(f"_points.{i.key}") for i in methodology.items]


def _by_category(driver: Driver) -> nw.Expr:
    """The category's points; missing where the methodology does not know the category."""
    expression = nw.lit(None, dtype=nw.Float64)
    for name, points in driver.categories:
        said = folded(driver.key) == fold(name)
        expression = nw.when(said).then(nw.lit(float(points))).otherwise(expression)
    return expression


def _linear(driver: Driver, methodology: Methodology, columns: Mapping[str, Any]) -> nw.Expr:
    """Linear between worst and best and clamped; the bounds may be overridden."""
    assert driver.worst is not None
    assert driver.best is not None
    others = [dict(o.bounds).get(driver.key) for o in methodology.overrides]
    worst = by_row(driver.worst, (b.worst if b else None for b in others), columns)
    best = by_row(driver.best, (b.best if b else None for b in others), columns)
    return ((nw.col(driver.key) - worst) / (best - worst) * 100).clip(0, 100)


def _seen(key: str) -> nw.Expr:
    observed = (~nw.col(f"_points.{key}").is_null()).cast(nw.Float64)
    return (observed * nw.col(f"_weight.{key}")).alias(f"_seen.{key}")


def _sum(terms: Iterable[nw.Expr]) -> nw.Expr:
    return reduce(add, terms)


def _ratio(part: nw.Expr, whole: nw.Expr) -> nw.Expr:
    """part / whole, missing where the whole is 0."""
    return nw.when(whole > 0).then(part / whole)


def _mean(keys: Iterable[str]) -> nw.Expr:
    """The mean of the points that are there, by weight; missing where none counts."""
    keys = list(keys)
    return _ratio(
        _sum(nw.col(f"_points.{k}").fill_null(0.0) * nw.col(f"_seen.{k}") for k in keys),
        _sum(nw.col(f"_seen.{k}") for k in keys),
    ).clip(0, 100)


def _part_seen(keys: Iterable[str]) -> nw.Expr:
    """The share of the weight that has an observation, 0-1."""
    keys = list(keys)
    return _ratio(
        _sum(nw.col(f"_seen.{k}") for k in keys), _sum(nw.col(f"_weight.{k}") for k in keys)
    ).fill_null(0.0)


def _if_covered(axis: str, number: nw.Expr, methodology: Methodology) -> nw.Expr:
    """`number` where enough of the weight is observed."""
    enough = round(methodology.minimum_coverage, DECIMALS)
    return nw.when(nw.col(f"{axis}_coverage").round(DECIMALS) >= enough).then(number)
