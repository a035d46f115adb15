"""What a score rests on: how much of it is stale, and whether anything was heard of late.

A score counts the latest observation of each item, however old it is. Without new ones it stays
where it was, which is no trend. A history is the scores frame of cmi/scoring.py with several
periods; who has left does not count.

A number of a period is carried over when more than half of what it rests on is stale, or when
nothing that counts in it was heard of anybody since the period before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from cmi.frames import AGE
from cmi.history import by_version
from cmi.methodology import Driver, Methodology
from cmi.portfolio import present
from cmi.scoring import shares_of
from cmi.segments import ALL, named
from cmi.words import count, share

SCORES = ("cmi", "chs")
MOSTLY = 0.5  # a larger part that is stale makes a number carried over


def resting(history: pd.DataFrame, rules: Mapping[date, Methodology]) -> pd.DataFrame:
    """What the scores of each row rest on, indexed as the history; `rules` has those of its days.

    Columns: <score>_stale (0-1, the part of its observed weight that is older than its items are
    valid) and <score>_age (days since the newest observation that counts), for cmi and chs; missing
    where nothing is observed.
    """
    parts = [
        _rests_on(history[history["period"].isin(pd.to_datetime(days))], methodology)
        for methodology, days in by_version(rules)
    ]
    columns = [f"{score}_{what}" for score in SCORES for what in ("stale", "age")]
    if not parts:
        return pd.DataFrame(index=history.index, columns=columns, dtype="float64")
    return pd.concat(parts).reindex(history.index)[columns]


def _rests_on(rows: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    figures = [
        item.key
        for item in methodology.items
        if not (isinstance(item, Driver) and item.categories) and item.key in rows
    ]  # text, where another version of the rules takes the item for a word
    told = rows.assign(**{key: pd.to_numeric(rows[key], errors="coerce") for key in figures})
    shares = shares_of(told, methodology)
    keys = [item.key for item in methodology.items if item.key + AGE in rows]
    ages = rows[[key + AGE for key in keys]].set_axis(keys, axis=1).astype("float64")
    stale = ages > pd.Series({key: methodology.valid_for(key) for key in keys})
    found = {}
    for score, items in (("cmi", methodology.factors), ("chs", methodology.drivers)):
        of_it = [item.key for item in items if item.key in keys]
        counted = shares[of_it]
        found[f"{score}_stale"] = (counted * stale[of_it]).sum(axis=1, min_count=1)
        found[f"{score}_age"] = ages[of_it].where(counted > 0).min(axis=1)
    return pd.DataFrame(found)


def by_period(history: pd.DataFrame, known: pd.DataFrame, split: str | None = None) -> pd.DataFrame:
    """What the numbers of each period rest on; `known` is `resting` of these rows, or of more.

    Columns: period, label (as in cmi.trends.by_period), then those of `grouped`.
    """
    rows = present(history)
    label = pd.Series(ALL, index=rows.index) if split is None else named(rows[split], split)
    return grouped(history, known, [rows["period"], label.rename("label")]).reset_index()


def grouped(history: pd.DataFrame, known: pd.DataFrame, keys: list[pd.Series[Any]]) -> pd.DataFrame:
    """What the numbers of groups rest on: a row per group, indexed by the keys.

    `keys` are indexed as the rows of a history that are grouped, or some of them. Columns, for cmi
    and chs and of the customers who have the score: <score>_customers, <score>_stale (0-1, mean),
    <score>_heard (0-1, the part of them of whom something was heard since the period before; the
    first period is taken for as long as the second, and missing where there is none), <score>_age
    (days since anything was heard of anybody) and <score>_carried (see the head of this module).
    """
    rows = history.loc[keys[0].index]
    periods = history["period"].drop_duplicates().sort_values()
    length = rows["period"].map(dict(zip(periods, periods.diff().bfill().dt.days, strict=True)))
    found: pd.DataFrame = rows.groupby(keys).size().rename("_").to_frame()
    for score in SCORES:
        has = rows[score].notna()
        age = known.loc[rows.index, f"{score}_age"].where(has)
        facts = pd.DataFrame(
            {
                "customers": has.astype("int64"),
                "stale": known.loc[rows.index, f"{score}_stale"].where(has),
                "heard": (age < length).astype("float64").where(has & length.notna()),
                "age": age,
            }
        )
        told = facts.groupby(keys).agg(
            {"customers": "sum", "stale": "mean", "heard": "mean", "age": "min"}
        )
        told["carried"] = (told["stale"] > MOSTLY) | (told["heard"] == 0)
        found = found.join(told.add_prefix(f"{score}_"))
    return found.drop(columns="_")


def listing(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Customers of one period with how much is known of them, the least first.

    Columns: customer_id, name, owner, arr, then <score>_coverage, <score>_stale (0-1) and
    <score>_age (days since anything was heard), for chs and cmi.
    """
    found = rows[["customer_id", "name", "owner", "arr"]].copy()
    for score in ("chs", "cmi"):
        found[f"{score}_coverage"] = rows[f"{score}_coverage"]
        for what in ("stale", "age"):
            found[f"{score}_{what}"] = known.loc[rows.index, f"{score}_{what}"]
    least = found[["chs_coverage", "cmi_coverage"]].min(axis=1)
    order = found.assign(_least=least).sort_values(
        ["_least", "arr", "name"], ascending=[True, False, True], ignore_index=True
    )
    return order.drop(columns="_least")


def in_words(trend: pd.DataFrame) -> str:
    """How much is known in the last period, how much of it is stale, and how many have no place.

    `trend` of cmi.trends.by_period with the columns of `by_period`, without a split.
    """
    if trend.empty or not (last := trend.iloc[-1])["customers"]:
        return ""
    parts = []
    for score, name in (("chs", "Health"), ("cmi", "Maturity")):
        stale = share(last[f"{score}_stale"])
        of_it = f", {stale} of that stale" if last[f"{score}_customers"] else ""
        parts.append(f"{name}: {share(last[f'{score}_coverage'])} known{of_it}.")
    without = int(last["customers"] - last["scored"])
    place = "Everybody has a place on the plane."
    if without:
        has = "has" if without == 1 else "have"
        of = count(int(last["customers"]), "customer")
        place = f"{without:,} of {of} {has} no place on the plane."
    return " ".join([*parts, place])
