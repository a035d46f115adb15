"""What the charts of the Trends page take, and the sentences above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil, floor

import pandas as pd

from cmi import charts, trends
from cmi.freshness import resting
from cmi.methodology import GridKey, Methodology
from cmi.words import count, money, period, share

SCORES = {"Health": "chs", "Maturity": "cmi"}


def joined(
    trend: pd.DataFrame, rests: pd.DataFrame, rules: Mapping[date, Methodology]
) -> pd.DataFrame:
    """The trend with what its numbers rest on, and the version of the rules of each period."""
    versions = {pd.Timestamp(day): methodology.version for day, methodology in rules.items()}
    whole = trend.merge(rests, on=["period", "label"], how="left")
    return whole.assign(methodology=whole["period"].map(versions))


def told(
    changes: pd.DataFrame, rests: pd.DataFrame, score: str, split: str | None, months: bool
) -> str:
    """How a score changed, for whom, and whether its last number is carried over."""
    name = "health" if score == "chs" else "maturity"
    if split is None:
        said = trends.in_words(changes, f"Median {name}", months=months)
    else:
        said = trends.most_moved(changes, name)
    carried = trends.not_heard(rests, score)
    return f"{said} {carried}".strip() or f"{name.capitalize()} is not known of anybody yet."


def medians(
    trend: pd.DataFrame, history: pd.DataFrame, score: str, split: str | None, months: bool
) -> pd.DataFrame:
    """The medians of a score as lines take them; unless split, beside them those of the same."""
    hints = [
        f"{count(int(n), 'customer')}, {share(stale)} stale"
        + ("" if pd.isna(heard) else f", news of {share(heard)}")
        for n, stale, heard in zip(
            trend[f"{score}_customers"].fillna(0),
            trend[f"{score}_stale"],
            trend[f"{score}_heard"],
            strict=True,
        )
    ]
    shown = _lines(trend, trend[f"{score}_median"], hints, months).assign(
        carried=trend[f"{score}_carried"].eq(other=True)
    )
    if split is not None:
        return shown
    kept = trends.same(history[["period", "customer_id", "left_on", score]], score)
    same = trends.medians(kept, score).merge(shown[["period", "value", "carried"]], on="period")
    if len(same) < 2 or same["value"].equals(same["median"]):
        return shown
    number = kept["customer_id"].nunique()
    beside = _lines(
        same.assign(label=f"The same {number:,}"),
        same["median"],
        [count(int(n), "customer") for n in same["customers"]],
        months,
    )
    both = [beside.assign(carried=same["carried"], beside=True), shown.assign(beside=False)]
    return pd.concat(both, ignore_index=True)


def legend(rests: pd.DataFrame, beside: bool) -> str:
    """What the marks mean, where it is not plain."""
    said = ["Grey: only those who are scored at both ends."] if beside else []
    if rests[["chs_carried", "cmi_carried"]].eq(other=True).any(axis=None):
        said.append(
            "Hollow and dotted: carried over, for nothing new was heard since the period before, "
            "or more than half of it is stale."
        )
    return " ".join([*said, "Click a mark to see its customers."])


def change_table(moved: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The changes of each score (of cmi.trends.composition) by segment, in one row each."""
    parts = [
        changes.set_index("label").drop(columns=["since", "until"]).add_prefix(f"{score}_")
        for score, changes in moved.items()
    ]
    return pd.concat(parts, axis=1).reset_index()


def window(values: pd.Series[float], most: float = 100) -> tuple[float, float]:
    """The part of 0-`most` to show, in tens: where the values lie, and never less than 40 of it."""
    known = values.dropna()
    if known.empty:
        return 0.0, most
    low, high = floor(known.min() / 10) * 10.0, ceil(known.max() / 10) * 10.0
    lacking = max(40 - (high - low), 0)
    low = max(low - ceil(lacking / 20) * 10, 0)
    high = min(max(high, low + 40), most)
    return min(low, high - 40), high


def parts(trend: pd.DataFrame, what: str, score: str | None, months: bool) -> pd.DataFrame:
    """A part (0-1) of the trend, such as its coverage, as lines of percents take it.

    Of one score by label, or without one of both.
    """
    hints = [count(int(n), "customer") for n in trend["customers"]]
    if score is not None:
        return _lines(trend, trend[f"{score}_{what}"] * 100, hints, months)
    both = [
        _lines(trend, trend[f"{key}_{what}"] * 100, hints, months).assign(series=name)
        for name, key in SCORES.items()
    ]
    return pd.concat(both, ignore_index=True)


def _lines(
    trend: pd.DataFrame, value: pd.Series[float], hints: Sequence[str], months: bool
) -> pd.DataFrame:
    names = [period(day, months=months) for day in trend["period"]]
    return pd.DataFrame(
        {
            "period": trend["period"],
            "series": trend["label"],
            "value": value,
            "hint": hints,
            "pick": [list(pick) for pick in zip(names, trend["label"], strict=True)],
        }
    )


def hatched(rests: pd.DataFrame, others: Sequence[str] = ()) -> str:
    """What the hatches mean, and the lines before the periods from which other rules hold, where
    there are any.
    """
    said = []
    if rests[["chs_carried", "cmi_carried"]].eq(other=True).all(axis=1).any():
        said.append("Hatched: both scores are carried over.")
    if others:
        said.append("Dashed line: other rules hold from here on.")
    return " ".join([*said, "Click a bar to see its customers."])


def mix(
    parts: pd.DataFrame,
    trend: pd.DataFrame,
    of: str,
    places: Mapping[str, str],
    currency: str,
    months: bool,
) -> pd.DataFrame:
    """The mix of scenarios by period and segment; `of` is "share" (of customers) or "arr_share".

    `places`: key -> name of the scenarios.
    """
    carried = trend[["chs_carried", "cmi_carried"]].eq(other=True).all(axis=1)
    both = set(zip(trend["period"][carried], trend["label"][carried], strict=True))
    days = parts["period"].drop_duplicates().sort_values().tolist()
    ticks = dict(zip(days, charts.ticks(days, months=months), strict=True))
    rows = zip(parts["period"], parts["label"], parts["scenario"], strict=True)
    return pd.DataFrame(
        {
            "panel": parts["label"],
            "title": parts["label"],
            "label": [period(day, months=months) for day in parts["period"]],
            "tick": parts["period"].map(ticks),
            "scenario": parts["scenario"],
            "share": parts[of].fillna(0),
            "carried": [at in both for at in zip(parts["period"], parts["label"], strict=True)],
            "hint": [
                f"{count(int(n), 'customer')}, {money(arr, currency)} ARR"
                for n, arr in zip(parts["customers"], parts["arr"], strict=True)
            ],
            "pick": [[period(day, months=months), label, places[key]] for day, label, key in rows],
        }
    )


def mix_told(
    history: pd.DataFrame,
    parts: pd.DataFrame,
    methodology: Methodology,
    grid: GridKey,
    months: bool,
) -> str:
    """How the mix changed, and how among the same customers."""
    known = parts.dropna(subset="share")["period"]
    if known.nunique() < 2:
        return "One period is no trend yet."
    whole = trends.mix_in_words(parts, methodology, grid)
    since, until = (period(end, months=months) for end in (known.min(), known.max()))
    said = f"Counting customers, {whole} between {since} and {until}."
    kept = trends.same(history, "scenario")
    if kept.empty:
        return f"{said} Nobody was placed at both ends."
    of_same = trends.mix(trends.by_period(kept, methodology, grid), methodology, grid)
    who = count(kept["customer_id"].nunique(), "customer")
    among = trends.mix_in_words(of_same, methodology, grid)
    return f"{said} Among the {who} placed at both ends, {among}."


def known_told(
    history: pd.DataFrame, rests: pd.DataFrame, methodology: Methodology, grid: GridKey
) -> str:
    """How much is known in the last period."""
    trend = trends.by_period(history, methodology, grid)
    return resting.in_words(trend.merge(rests, on=["period", "label"], how="left"))
