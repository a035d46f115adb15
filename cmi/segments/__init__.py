"""Segments beside each other: who is in them, where they stand, and where a mean would mix.

Everything takes the scores frame of cmi/scoring.py. Who has left does not count. A table has a row
per segment with
    customers, scored (have both scores), arr (main currency, missing where nobody's is known),
    arr_known (customers whose ARR is in it), small (under FEWEST customers), mixed (the methodology
    measures some of them by other weights or bounds than others),
    cmi_mean, cmi_q1, cmi_median, cmi_q3 and chs_... (0-100, of those who have that score),
    cmi_coverage, chs_coverage (0-1, means over all customers), stale_share (0-1, customers with a
    stale observation),
    and per scenario customers.<key>, share.<key> (0-1, of the scored; missing where nobody is),
    arr.<key> (0 where nobody stands, missing where it is not known of anybody there).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from cmi.methodology import GridKey, Methodology
from cmi.methodology.overrides import fold, holding
from cmi.portfolio import present, revenue
from cmi.words import count, listed, points, share

FEWEST = 5  # customers, below which a segment is shown but not ranked or compared with
ALL = "All customers"
_AXES = {"cmi": "maturity", "chs": "health"}


def table(
    scores: pd.DataFrame, columns: Sequence[str], methodology: Methodology, grid: GridKey
) -> pd.DataFrame:
    """A row per value of a segment column, or per pair of values of two; largest ARR first.

    Columns: label (its name, no two alike), segment and, with two columns, crossed (the values,
    missing for customers without one), rank (by ARR; missing for small segments and where no ARR
    is known), then those at the head of this module.
    """
    rows = present(scores)
    values, of_row = grouped([rows[column] for column in columns])
    values.columns = ["segment", "crossed"][: len(columns)]
    told = summary(rows, of_row, len(values), methodology, grid)
    names = [named(values[c], column) for c, column in zip(values, columns, strict=True)]
    values.insert(0, "label", _joined(names))
    return ranked(pd.concat([values, told], axis=1))


def ranked(segments: pd.DataFrame, by: str = "arr") -> pd.DataFrame:
    """The table ordered by one of its numbers, largest first, its rank counted anew.

    No rank for who has no such number and for small segments; where scores are compared, those
    with under FEWEST scored customers are small too. Equals share the better rank.
    """
    few = segments["small"]
    if by.startswith(("cmi_", "chs_", "share.")):
        few = few | (segments["scored"] < FEWEST)
    rank = segments[by].where(~few).rank(method="min", ascending=False)
    kept = segments.drop(columns="rank", errors="ignore")
    kept.insert(list(kept.columns).index("customers"), "rank", rank.astype("Int64"))
    order = list(dict.fromkeys((by, "customers", "label")))
    return kept.sort_values(order, ascending=[o == "label" for o in order], ignore_index=True)


def total(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """All of them in one row: label, then the columns at the head of this module.

    Its scenarios are those of cmi.portfolio.tiles over the customers who are there.
    """
    rows = present(scores)
    told = summary(rows, np.zeros(len(rows), dtype="int64"), 1, methodology, grid)
    told.insert(0, "label", ALL)
    return told


def inside(scores: pd.DataFrame, columns: Sequence[str], row: Mapping[Any, Any]) -> pd.DataFrame:
    """The customers of one segment of the table."""
    kept = pd.Series(True, index=scores.index)
    for column, value in zip(columns, (row["segment"], row.get("crossed")), strict=False):
        kept &= scores[column].isna() if pd.isna(value) else scores[column] == value
    return scores[kept]


def headline(table: pd.DataFrame) -> str:
    """What the comparison shows first: who holds most ARR, who is healthiest and who is least."""
    ranked = table[~table["small"]]
    if len(table) and ranked.empty:
        what = "The only segment has" if len(table) == 1 else f"All {len(table)} segments have"
        return f"{what} fewer than five customers: too few to be ranked."
    first, part = "", ""
    if ranked["arr"].max() > 0:
        top = ranked.nlargest(1, "arr").iloc[0]
        first = str(top["label"])
        part = f"{first} holds {share(top['arr'] / table['arr'].sum())} of the ARR"
    healthy = ranked[ranked["scored"] >= FEWEST].sort_values("chs_median")
    if len(healthy) < 2:
        return f"{part}." if part else f"{count(len(table), 'segment')} to compare."
    worst, best = healthy.iloc[0], healthy.iloc[-1]
    median, least = points(best["chs_median"]), points(worst["chs_median"])
    if median == least:
        said = f"all are equally healthy (median {median})"
        return f"{part}; {said}." if part else f"{said.capitalize()}."
    who = " and is" if best["label"] == first else f"{'; ' if part else ''}{best['label']} is"
    return f"{part}{who} healthiest (median {median}), {worst['label']} least ({least})."


def named(values: pd.Series[Any], column: str) -> pd.Series[str]:
    """The values as text; the missing ones as "No <column>", or longer where one is called so."""
    nobody = f"No {column}"
    while (values == nobody).any():
        nobody = f"({nobody})"
    return values.astype("str").fillna(nobody)


def _joined(names: Sequence[pd.Series[str]]) -> pd.Series[str]:
    """Large · EMEA; with more points between them where two pairs would be called alike."""
    between = " · "
    while (joined := reduce(lambda one, other: one + between + other, names)).duplicated().any():
        between = f" ·{between[1:]}"
    return joined


def grouped(keys: Sequence[pd.Series[Any]]) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """The groups, a row each with the values of the keys (missing ones too, columns 0, 1, ...), and
    for each row of the keys the number of its group.
    """
    frame = pd.concat(keys, axis=1, keys=range(len(keys)))
    number = frame.groupby(list(frame.columns), dropna=False, sort=True).ngroup()
    first = number.drop_duplicates().sort_values()
    return frame.loc[first.index].reset_index(drop=True), number.to_numpy()


def summary(
    rows: pd.DataFrame,
    group: np.ndarray[Any, Any],
    groups: int,
    methodology: Methodology,
    grid: GridKey,
) -> pd.DataFrame:
    """A row per group 0, 1, ... `groups` - 1, also for empty ones; `group` has one for each row.

    Columns: see the head of this module. `rows` are customers who are there, of one period or more.
    """
    facts = pd.DataFrame(
        {
            "arr": revenue(rows),
            "stale_share": (rows["stale"] > 0).astype("float64"),
            "rules": _rules(rows, methodology),
            **{c: rows[c].astype("float64") for a in _AXES for c in (a, f"{a}_coverage")},
        }
    ).set_axis(group, axis=0)
    grouped = facts.groupby(level=0)
    every = pd.RangeIndex(groups)
    customers = grouped.size().reindex(every, fill_value=0)
    table = {
        "customers": customers,
        "scored": 0,  # its place; counted below
        "arr": grouped["arr"].sum(min_count=1),
        "arr_known": grouped["arr"].count().reindex(every, fill_value=0),
        "small": customers < FEWEST,
        "mixed": grouped["rules"].nunique().reindex(every, fill_value=0) > 1,
    }
    means = grouped[["cmi", "chs", "cmi_coverage", "chs_coverage", "stale_share"]].mean()
    quarters = {q: grouped[["cmi", "chs"]].quantile(q) for q in (0.25, 0.5, 0.75)}
    for axis in _AXES:
        table[f"{axis}_mean"] = means[axis]
        for name, q in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
            table[f"{axis}_{name}"] = quarters[q][axis]
    table |= {c: means[c] for c in ("cmi_coverage", "chs_coverage", "stale_share")}
    mix = _scenarios(rows["scenario"], facts["arr"], groups, methodology, grid)
    table["scored"] = mix.filter(like="customers.").sum(axis=1)
    return pd.concat([pd.DataFrame(table, index=every), mix], axis=1)


def _scenarios(
    scenario: pd.Series[str],
    arr: pd.Series[float],
    groups: int,
    methodology: Methodology,
    grid: GridKey,
) -> pd.DataFrame:
    """customers.<key>, share.<key> and arr.<key> per group; `arr` is indexed by group."""
    order = [s.key for s in methodology.grid(grid)]
    every = pd.RangeIndex(groups)
    known = scenario.notna().to_numpy()
    grouped = arr[known].groupby([arr.index[known], scenario[known].to_numpy()])
    customers = _wide(grouped.size(), every, order).fillna(0)
    worth = _wide(grouped.sum(min_count=1), every, order).where(customers > 0, 0.0)
    shares = customers.div(customers.sum(axis=1).replace(0, np.nan), axis=0)
    parts = {"customers.": customers.astype("int64"), "share.": shares, "arr.": worth}
    return pd.concat([part.add_prefix(name) for name, part in parts.items()], axis=1)


def _wide(by_both: pd.Series[Any], rows: pd.Index[Any], columns: list[str]) -> pd.DataFrame:
    return by_both.astype("float64").unstack().reindex(index=rows, columns=columns)  # noqa: PD010


# Where the methodology measures some customers differently


@dataclass(frozen=True)
class Mixed:
    """A mean over these customers would mix those under an override with those who are not.

    `column` and `segments` (its values) tell the two sides apart; `medians` has, per score that is
    measured differently ("cmi", "chs"), the median of those under it and of the others, NaN without
    any.
    """

    column: str
    segments: tuple[str, ...]
    held: int
    others: int
    medians: tuple[tuple[str, float, float], ...]
    why: str

    @property
    def sentence(self) -> str:
        """What is mixed, how many stand on each side, and how far apart they are; plain text."""
        apart = "; ".join(
            f"median {_AXES[axis]} {points(held)} against {points(others)}"
            for axis, held, others in self.medians
        )
        names = {fold(name): name.strip() for name in reversed(self.segments)}  # the first spelling
        return (
            f"{count(self.held, 'customer')} with {self.column} {listed(sorted(names.values()))} "
            f"{'is' if self.held == 1 else 'are'} measured by other rules than the other "
            f"{self.others:,}: {apart}."
        )


def mixed(scores: pd.DataFrame, methodology: Methodology) -> list[Mixed]:
    """One record per override that weighs or bounds items differently for some, but not for all."""
    rows = present(scores)
    return [
        _mixed(rows, under, number, methodology)
        for number, under in _held(rows, methodology).items()
        if under.any() and not under.all()
    ]


def _held(
    rows: pd.DataFrame, methodology: Methodology, column: str = ""
) -> dict[int, pd.Series[bool]]:
    """Where the overrides hold that change scores, not only cuts, by the override's number.

    With a `column`, only what this one says.
    """
    frame = nw.from_native(rows, eager_only=True)
    schema = {c: kind for c, kind in frame.schema.items() if column in ("", c)}
    held = frame.select(*holding(methodology, schema)).to_native()
    numbers = {int(mark.rpartition(".")[2]): mark for mark in held.columns}
    rules = {n: methodology.overrides[n] for n in numbers}
    return {n: held[mark] for n, mark in numbers.items() if rules[n].weights or rules[n].bounds}


def _rules(rows: pd.DataFrame, methodology: Methodology) -> np.ndarray[Any, Any]:
    """A number per row, the same for customers who are measured in the same way."""
    number = np.zeros(len(rows), dtype="int64")
    for under in _held(rows, methodology).values():
        number = np.unique(number * 2 + under.to_numpy(dtype=bool), return_inverse=True)[1]
    return number


def _mixed(
    rows: pd.DataFrame, under: pd.Series[bool], number: int, methodology: Methodology
) -> Mixed:
    override = methodology.overrides[number]
    by_column = {str(c): _held(rows, methodology, str(c)) for c in rows.columns}
    hits = {c: held[number] for c, held in by_column.items() if number in held}
    column = max(hits, key=lambda c: int(hits[c].sum()))  # of several, the one that tells most
    drivers = {d.key for d in methodology.drivers}
    changed = {key for key, _ in (*override.weights, *override.bounds)}
    axes = [a for a, any_of in (("cmi", changed - drivers), ("chs", changed & drivers)) if any_of]
    return Mixed(
        column=column,
        segments=tuple(rows.loc[hits[column], column].drop_duplicates().sort_values()),
        held=int(under.sum()),
        others=int((~under).sum()),
        medians=tuple((a, rows[a][under].median(), rows[a][~under].median()) for a in axes),
        why=override.why,
    )
