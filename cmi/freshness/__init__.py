"""How old is what we know, and who is due for an assessment?

Everything takes a snapshot of one period, or its scores, with `<item>__age` in days. A customer is
due when it lacks a level or has one that is older than its factor is valid. Who has left is not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cmi.frames import AGE
from cmi.methodology import Methodology
from cmi.portfolio import main_currency, present, revenue
from cmi.segments import ALL, named
from cmi.words import MISSING, count, listed, money

MONTHS = 12 / 365  # in a day: a year has twelve, to the day
OLDEST = 37  # the month that stands for all beyond three years


def outdated(snapshot: pd.DataFrame, methodology: Methodology) -> pd.Series[bool]:
    """Who is due."""
    short = _missing(snapshot, methodology) + _stale(snapshot, methodology)
    return short > 0


def newest(snapshot: pd.DataFrame, methodology: Methodology) -> pd.Series[float]:
    """How many days ago the newest level was given; missing without any."""
    return _ages(snapshot, methodology).min(axis=1)


# Customer by customer


def each(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """A row per customer who is there, under the snapshot's index.

    Columns: customer_id, name, owner, arr, assessed_on (the day of the newest level), days (since
    then), month (of its life, 1 to OLDEST; all three missing when never assessed), missing and
    stale (how many levels), due, due_since. A level is due from the day after its validity ended,
    the earliest counts. An assessment that left levels open is due from the day of its newest
    level; one that never was, since the customer started (missing where that is not known or lies
    ahead).
    """
    rows = present(snapshot)
    lacking, age = _missing(rows, methodology), newest(rows, methodology)
    over = _ages(rows, methodology) - _valid(methodology) - 1
    longest = over.where(over >= 0).assign(_open=age.where(lacking > 0)).max(axis=1)
    since = rows["period"] - pd.to_timedelta(longest, unit="D")
    start = rows["start_date"].where(rows["start_date"] <= rows["period"])
    return rows[["customer_id", "name", "owner", "arr"]].assign(
        assessed_on=rows["period"] - pd.to_timedelta(age, unit="D"),
        days=age,
        month=np.ceil(age * MONTHS).clip(1, OLDEST),
        missing=lacking,
        stale=_stale(rows, methodology),
        due=outdated(rows, methodology),
        due_since=since.fillna(start.where(age.isna())),
    )


def due(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """Who is due, as `each` has them, in order."""
    rows = each(snapshot, methodology)
    return in_order(rows[rows["due"]])


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Of `each`: the longest due first, and the largest ARR of equals; before them those of whom
    nobody knows since when, after them who is not due.
    """
    unknown = rows["due"] & rows["due_since"].isna()
    return (
        rows.assign(_unknown=unknown)
        .sort_values(
            ["_unknown", "due_since", "arr", "name"],
            ascending=[False, True, False, True],
            ignore_index=True,
        )
        .drop(columns="_unknown")
    )


def headline(snapshot: pd.DataFrame, methodology: Methodology) -> str:
    """How many are due, what they are worth, why, and how old assessments are; plain text."""
    rows, there = each(snapshot, methodology), present(snapshot)
    if rows.empty:
        return "There is no customer to assess."
    worth = money(revenue(there)[rows["due"]].sum(min_count=1), main_currency(there))
    arr = "" if worth == MISSING else f", with {worth} ARR"
    wanted, never = int(rows["due"].sum()), rows["days"].isna()
    if never.all():
        return f"Nobody was assessed yet: {count(wanted, 'customer is', 'customers are')} due{arr}."
    if wanted:
        short = int((~never & (rows["missing"] > 0)).sum())
        parts = (
            (int(never.sum()), "never had one", "never had one"),
            (short, "lacks levels", "lack levels"),
            (wanted - short - int(never.sum()), "has levels too old", "have levels too old"),
        )
        found = [part for part in parts if part[0]]
        why = listed([count(*part) for part in found])
        if len(found) == 1:
            why = f"it {found[0][1]}" if wanted == 1 else f"they {found[0][2]}"
        is_due = f"{'is' if wanted == 1 else 'are'} due for an assessment{arr}"
        said = f"{wanted:,} of {count(len(rows), 'customer')} {is_due}: {why}."
    else:
        said = f"Nobody is due: every level of {count(len(rows), 'customer')} is in date."
    return f"{said} The median assessment is {how_long(rows['days'].median())} old."


def how_long(days: float) -> str:
    """12 days, 5 months, 2.5 years."""
    if days < 1:
        return "less than a day"
    if days < 60:
        return count(round(days), "day")
    return f"{days * MONTHS:.0f} months" if days < 730 else f"{days / 365:.1f} years"


def month_in_words(month: float) -> str:
    """What a `month` of `each` means: 4 to 5 months, over 36 months, never assessed."""
    if pd.isna(month):
        return "never assessed"
    if month >= OLDEST:
        return f"over {OLDEST - 1} months"
    return f"{month - 1:.0f} to {month:.0f} months" if month > 1 else "up to 1 month"


# All together


def by_month(rows: pd.DataFrame) -> pd.DataFrame:
    """How many customers of `each` have a newest level of which age.

    Columns: month (see `each`; missing for the never assessed), due, customers; only those that
    somebody is in.
    """
    return rows.groupby(["month", "due"], dropna=False).size().rename("customers").reset_index()


def table(
    snapshot: pd.DataFrame, methodology: Methodology, column: str | None = None
) -> pd.DataFrame:
    """A row per value of a column (an owner, a segment), or one for all; most of them due first.

    Columns: label (its name), segment (its value, missing for customers without one), customers,
    median_age (days since the newest level, of those who were assessed), never (customers without
    any level), stale (with a level that is too old), due, and never_share, stale_share, due_share
    (0-1).
    """
    rows = each(snapshot, methodology)
    values = pd.Series(ALL, index=rows.index, dtype="str")
    facts = pd.DataFrame(
        {
            "segment": values if column is None else present(snapshot)[column],
            "age": rows["days"],
            "never": rows["missing"] == len(methodology.factors),
            "stale": rows["stale"] > 0,
            "due": rows["due"],
        }
    )
    grouped = facts.groupby("segment", dropna=False)
    found = pd.DataFrame(
        {
            "customers": grouped.size(),
            "median_age": grouped["age"].median(),
            **{count: grouped[count].sum() for count in ("never", "stale", "due")},
        }
    ).reset_index()
    for name in ("never", "stale", "due"):
        found[f"{name}_share"] = found[name] / found["customers"]
    found.insert(0, "label", named(found["segment"], column or ""))
    return found.sort_values(["due", "label"], ascending=[False, True], ignore_index=True)


# Health data


def sources(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """A row per driver, the one with most stale values first.

    Columns: driver, group (names), customers (with a value), known_share (0-1, of all), median_age
    (days), valid_for (days), stale (customers whose value is older), stale_share (0-1, of those
    with a value; both and median_age are missing without any).
    """
    rows = present(snapshot)
    groups = {group.key: group.name for group in methodology.groups}
    found = []
    for driver in methodology.drivers:
        age, valid = rows[driver.key + AGE].astype("float64"), methodology.valid_for(driver.key)
        known, stale = age.notna().sum(), (age > valid).sum()
        found.append(
            {
                "driver": driver.name,
                "group": groups[driver.group],
                "customers": known,
                "known_share": known / len(rows) if len(rows) else np.nan,
                "median_age": age.median(),
                "valid_for": valid,
                "stale": stale,
                "stale_share": stale / known if known else np.nan,
            }
        )
    return pd.DataFrame(found).sort_values(
        ["stale", "customers", "driver"], ascending=[False, False, True], ignore_index=True
    )


def stalest(sources: pd.DataFrame) -> str:
    """Which driver's values went stale most, and of how many nothing is known; plain text."""
    old, unknown = sources[sources["stale"] > 0], int((sources["customers"] == 0).sum())
    if unknown == len(sources):
        return "No health data yet."
    said = ["Every value is in date."]
    if len(old):
        first = old.iloc[0]
        values = f"{first['stale']:,} of {count(first['customers'], 'value')}"
        is_old = f"{'is' if first['stale'] == 1 else 'are'} older than"
        said = [
            f"{first['driver']} went stale most: {values} {is_old} "
            f"{count(first['valid_for'], 'day')}."
        ]
    if len(old) > 1:
        others = count(len(old) - 1, "other driver has", "other drivers have")
        said.append(f"{others} stale values too.")
    if unknown:
        said.append(f"{count(unknown, 'driver has', 'drivers have')} no value at all.")
    return " ".join(said)


def _ages(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """A column per factor: the age of its level in days."""
    keys = [factor.key for factor in methodology.factors]
    return snapshot[[key + AGE for key in keys]].set_axis(keys, axis=1).astype("float64")


def _valid(methodology: Methodology) -> pd.Series[int]:
    return pd.Series({f.key: methodology.valid_for(f.key) for f in methodology.factors})


def _missing(snapshot: pd.DataFrame, methodology: Methodology) -> pd.Series[int]:
    """Levels that nobody gave; where the stale ones drop out of the scores, they are no such."""
    unknown = snapshot[[f.key for f in methodology.factors]].isna()
    return (unknown & ~_old(snapshot, methodology)).sum(axis=1)


def _stale(snapshot: pd.DataFrame, methodology: Methodology) -> pd.Series[int]:
    return _old(snapshot, methodology).sum(axis=1)


def _old(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    return _ages(snapshot, methodology) > _valid(methodology)
