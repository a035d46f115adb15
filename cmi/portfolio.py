"""The portfolio as a CS leader asks for it: who stands where, what is at stake, what to do next.

Everything takes the scores frame of cmi/scoring.py (one period) and returns frames or sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from cmi.methodology import GridKey, Methodology, Play, Scenario
from cmi.methodology.overrides import holding
from cmi.scoring import points_of
from cmi.store.snapshot import FIELDS, SCORES
from cmi.words import MISSING, count, day, listed, money, points, share

SOON = 120  # days until a renewal that deserves a word


def segment_columns(scores: pd.DataFrame, methodology: Methodology) -> list[str]:
    """The columns that came from the data as segments, in order."""
    ours = {"period", "customer_id", "left_on", *FIELDS, *SCORES}
    ours |= {c.key for c in methodology.characteristics}
    ours |= {i.key for i in methodology.items}
    return [c for c in scores.columns if c not in ours and not c.endswith("__age")]


def present(scores: pd.DataFrame) -> pd.DataFrame:
    """Without the customers who have left."""
    return scores[scores["left_on"].isna()]


def filtered(scores: pd.DataFrame, wanted: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The customers whose columns have one of the wanted values; an empty wish does not filter."""
    kept = pd.Series(data=True, index=scores.index)
    for column, values in wanted.items():
        if values and column in scores:
            kept &= scores[column].isin(list(values))
    return scores[kept]


def main_currency(scores: pd.DataFrame) -> str:
    """The currency of most customers; money is added up only within it. "" when none is named."""
    named = scores["currency"].dropna()
    return "" if named.empty else str(named.mode().iloc[0])


def revenue(scores: pd.DataFrame) -> pd.Series[float]:
    """ARR in the main currency; missing where it is not known or in another currency."""
    main = main_currency(scores)
    return scores["arr"].where(scores["currency"].isna() | (scores["currency"] == main))


def other_currencies(scores: pd.DataFrame) -> str:
    """A sentence about ARR that is not added up, or "" when there is none."""
    main = main_currency(scores)
    told = scores.dropna(subset=["arr", "currency"])
    other = told[told["currency"] != main]
    if other.empty:
        return ""
    named = ", ".join(sorted(other["currency"].unique()))
    return f"ARR of {count(len(other), 'customer')} in {named} is not added to {main}."


def other_cuts(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> str:
    """A sentence about customers whose plane is cut elsewhere, or "" when there are none."""
    frame = nw.from_native(scores, eager_only=True)
    held = frame.select(*holding(methodology, frame.schema)).to_native()
    sentences = []
    for column in held.columns:
        override = methodology.overrides[int(str(column).rpartition(".")[2])]
        number = int(held[column].sum())
        if number and grid in dict(override.cuts):
            sentences.append(
                f"{count(number, 'customer')} in {' or '.join(override.values).lower()} "
                f"{'is' if number == 1 else 'are'} placed by other cuts than those drawn."
            )
    return " ".join(sentences)


def tiles(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """One row per scenario, by priority: key, customers, share (of the scored), arr, arr_share.

    Shares are 0-1 and missing when nothing is scored; arr is in the main currency, and missing
    where it is not known of any customer.
    """
    order = [s.key for s in methodology.grid(grid)]
    placed = scores.assign(_arr=revenue(scores)).dropna(subset="scenario")
    grouped = placed.groupby("scenario")["_arr"]
    customers = grouped.size().reindex(order, fill_value=0)
    arr = grouped.sum(min_count=1).reindex(order, fill_value=0.0)
    return pd.DataFrame(
        {
            "key": order,
            "customers": customers.astype("int64").to_numpy(),
            "share": (customers / (customers.sum() or np.nan)).to_numpy(),
            "arr": arr.astype("float64").to_numpy(),
            "arr_share": (arr / (arr.sum() or np.nan)).to_numpy(),
        }
    )


def worth(scores: pd.DataFrame) -> str:
    """1.2 M USD ARR, of all together; "" where it is not known of any."""
    total = money(revenue(scores).sum(min_count=1), main_currency(scores))
    return "" if total == MISSING else f"{total} ARR"


def headline(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> str:
    """Where the portfolio stands, in one or two sentences of plain text."""
    if not len(scores):
        return "No customer fits these filters."
    placed = int(scores["scenario"].notna().sum())
    if not placed:
        arr = worth(scores)
        who = count(len(scores), "customer") + (arr and f" with {arr}")
        return f"{who}; none has both scores yet."
    rows = tiles(scores, methodology, grid).set_index("key")
    total = rows["arr"].sum()
    known = total > 0
    parts = (rows["arr_share"] if known else rows["share"]).sort_values(ascending=False)
    names = {s.key: s.name.lower() for s in methodology.grid(grid)}
    largest = [f"{share(part)} {names[str(key)]}" for key, part in parts.items() if part >= 0.005]
    if known:
        stand = f"stand{'s' * (placed == 1)} for {money(total, main_currency(scores))} ARR"
    else:
        stand = "has both scores" if placed == 1 else "have both scores"
    if len(largest) > 4:
        return f"{count(placed, 'customer')} {stand}, above all {listed(largest[:3])}."
    return f"{count(placed, 'customer')} {stand}: {listed(largest)}."


def unscored(scores: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """Who has no place on the plane, and why: customer_id, name, owner, arr, why, coverages."""
    rows = scores[scores["scenario"].isna()]
    minimum = methodology.minimum_coverage
    why = _why("maturity", rows["cmi_coverage"], rows["cmi"], minimum) + _why(
        "health", rows["chs_coverage"], rows["chs"], minimum
    )
    columns = ["customer_id", "name", "owner", "arr", "cmi_coverage", "chs_coverage"]
    listed = rows[columns].assign(why=why.str.strip())
    return listed.sort_values("arr", ascending=False, na_position="last")


def _why(
    axis: str, coverage: pd.Series[float], found: pd.Series[float], minimum: float
) -> pd.Series[str]:
    """Per row a sentence that begins with a space, "" where the score was found."""
    sentences = {part: f" {_lack(axis, part, minimum)}" for part in coverage.unique()}
    return coverage.map(sentences).astype("str").where(found.isna(), "")


def _lack(axis: str, coverage: float, minimum: float) -> str:
    """What is missing; a coverage just under the minimum is not rounded up to it."""
    if coverage == 0:
        return "No health data yet." if axis == "health" else "No assessment yet."
    known = share(min(coverage, minimum - 0.01))
    return f"Only {known} of {axis} is known; {share(minimum)} is needed."


def weakest(scores: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The lowest characteristic of each customer: columns name and level (1-5), missing if none."""
    names = {c.key: c.name for c in methodology.characteristics}
    values = scores[list(names)].astype("float64")
    known = values.notna().any(axis=1)
    lowest = values[known].idxmin(axis=1)
    return pd.DataFrame(
        {"name": lowest.map(names), "level": values.min(axis=1)}, index=scores.index
    )


def ranked_plays(row: pd.DataFrame, methodology: Methodology, grid: GridKey) -> list[Play]:
    """The plays of one customer's scenario, the one whose items fall shortest first."""
    scenario = scenario_of_key(methodology, grid, row["scenario"].iloc[0])
    if scenario is None:
        return []
    gaps = _gaps(100 - points_of(row, methodology), scenario, methodology).iloc[0]
    ordered = gaps.sort_values(ascending=False, kind="stable")
    return [methodology.play(str(key)) for key in ordered.index]


def _gaps(short: pd.DataFrame, scenario: Scenario, methodology: Methodology) -> pd.DataFrame:
    """How many points the items of each play fall short on average: a column per play.

    `short` has a column per item: 100 less its points.
    """
    return pd.DataFrame(
        {play: short[list(methodology.play(play).improves)].mean(axis=1) for play in scenario.plays}
    ).fillna(0.0)


def next_plays(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.Series[Any]:
    """The key of the play to begin with: of the scenario's, the one whose items fall shortest."""
    chosen: pd.Series[Any] = pd.Series(np.nan, index=scores.index, dtype="str")
    short = 100 - points_of(scores, methodology)
    for key, rows in short.groupby(scores["scenario"]):
        scenario = scenario_of_key(methodology, grid, key)
        if scenario is not None:
            chosen.loc[rows.index] = _gaps(rows, scenario, methodology).idxmax(axis=1)
    return chosen


def listing(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """The customers as a table, largest ARR first, scored ones first.

    Columns: customer_id, name, scenario (name), decision, cmi, chs, arr, weakest, next_play
    (title), owner, renewal_date.
    """
    scenarios = {s.key: s for s in methodology.grid(grid)}
    titles = {p.key: p.title for p in methodology.plays}
    low = weakest(scores, methodology)
    listed = pd.DataFrame(
        {
            "customer_id": scores["customer_id"],
            "name": scores["name"],
            "scenario": scores["scenario"].map({k: s.name for k, s in scenarios.items()}),
            "decision": scores["scenario"].map({k: s.decision for k, s in scenarios.items()}),
            "cmi": scores["cmi"],
            "chs": scores["chs"],
            "arr": scores["arr"],
            "weakest": low["name"].astype("str") + low["level"].map(" {:.1f}".format).astype("str"),
            "next_play": next_plays(scores, methodology, grid).map(titles),
            "owner": scores["owner"],
            "renewal_date": scores["renewal_date"],
        }
    )
    order = listed.assign(_none=listed["scenario"].isna()).sort_values(
        ["_none", "arr", "name"], ascending=[True, False, True], na_position="last"
    )
    return order.drop(columns="_none")


def attention(
    scores: pd.DataFrame, methodology: Methodology, grid: GridKey, most: int = 3
) -> pd.DataFrame:
    """The customers to talk about first: below the health cut, with much at stake, renewing soon.

    At stake is ARR x (100 - CHS) x CMI, half as much again when the renewal is near: the method
    holds that mature customers are the ones worth saving. Columns: customer_id, name, scenario,
    why (a sentence).
    """
    unhealthy = [s.key for s in methodology.grid(grid) if s.chs != "high"]
    placed = scores.assign(_arr=revenue(scores))[scores["scenario"].isin(unhealthy)]
    days = (placed["renewal_date"] - placed["period"]).dt.days
    near = days.between(0, SOON)
    stake = placed["_arr"].fillna(0) * (100 - placed["chs"]) * placed["cmi"] * (1 + 0.5 * near)
    top = placed.assign(_near=near).loc[stake[stake > 0].nlargest(most).index]
    currency, cuts = main_currency(scores), methodology.cuts.of(grid)
    why = [
        f"{money(row['arr'], currency)} ARR, health {points(row['chs'], cuts.chs)}, "
        f"maturity {points(row['cmi'], cuts.cmi)}"
        + (f", renews {day(row['renewal_date'])}" if row["_near"] else "")
        for row in top.to_dict("records")
    ]
    return top[["customer_id", "name", "scenario"]].assign(why=why)


def on_one_axis(scores: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """Where nobody has a place yet, whom one score alone puts first: the lowest health, then the
    lowest maturity, of the customers with ARR above the median of those scored.

    Columns: customer_id, name, why (a sentence).
    """
    axis = "chs" if scores["chs"].notna().any() else "cmi"
    known = scores.assign(_arr=revenue(scores)).dropna(subset=axis)
    large = known[known["_arr"].fillna(0) >= known["_arr"].fillna(0).median()]
    low = large.sort_values([axis, "_arr"], ascending=[True, False], kind="stable").head(most)
    currency = main_currency(scores)
    name = {"chs": "Health", "cmi": "Maturity"}[axis]
    why = [
        f"{name} {points(row[axis])}"
        + (f", {money(row['_arr'], currency)} ARR" if pd.notna(row["_arr"]) else "")
        for row in low.to_dict("records")
    ]
    return low[["customer_id", "name"]].assign(why=why)


def scenario_of_key(methodology: Methodology, grid: GridKey, key: object) -> Scenario | None:
    """The scenario with this key, None for customers without a place."""
    return next((s for s in methodology.grid(grid) if s.key == key), None)
