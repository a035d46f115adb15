"""How old the assessments are, and who is due.

Everything takes a snapshot of one period, or its scores, with `<factor>__age` in days. A customer
is due when it lacks a level or has one that is older than its factor is valid. Who has left is not.
"""

from __future__ import annotations

import pandas as pd

from cmi.frames import AGE
from cmi.methodology import Methodology
from cmi.portfolio import present
from cmi.segments import ALL, named


def outdated(snapshot: pd.DataFrame, methodology: Methodology) -> pd.Series[bool]:
    """Who is due."""
    short = _missing(snapshot, methodology) + _stale(snapshot, methodology)
    return short > 0


def newest(snapshot: pd.DataFrame, methodology: Methodology) -> pd.Series[float]:
    """How many days ago the newest level was given; missing without any."""
    return _ages(snapshot, methodology).min(axis=1)


def due(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """Who is due, the longest first; before them those of whom nobody knows since when.

    Columns: customer_id, name, owner, arr, days (since the newest level, missing when never
    assessed), due_since, missing and stale (how many levels). A level is due from the day after its
    validity ended, the earliest counts. An assessment that left levels open is due from the day of
    its newest level; one that never was, since the customer started (missing where that is not
    known or lies ahead).
    """
    rows = present(snapshot)
    rows = rows[outdated(rows, methodology)]
    lacking, age = _missing(rows, methodology), newest(rows, methodology)
    over = _ages(rows, methodology) - _valid(methodology) - 1
    longest = over.where(over >= 0).assign(_open=age.where(lacking > 0)).max(axis=1)
    since = rows["period"] - pd.to_timedelta(longest, unit="D")
    start = rows["start_date"].where(rows["start_date"] <= rows["period"])
    found = rows[["customer_id", "name", "owner", "arr"]].assign(
        days=age, due_since=since.fillna(start), missing=lacking, stale=_stale(rows, methodology)
    )
    return found.sort_values(
        ["due_since", "arr", "name"],
        ascending=[True, False, True],
        na_position="first",
        ignore_index=True,
    )


def table(
    snapshot: pd.DataFrame, methodology: Methodology, column: str | None = None
) -> pd.DataFrame:
    """A row per value of a column (an owner, a segment), or one for all; most of them due first.

    Columns: label (its name), segment (its value, missing for customers without one), customers,
    median_age (days since the newest level, of those who were assessed), never (customers without
    any level), stale (with a level that is too old), due, and never_share, stale_share, due_share
    (0-1).
    """
    rows = present(snapshot)
    values = pd.Series(ALL, index=rows.index, dtype="str") if column is None else rows[column]
    age = newest(rows, methodology)
    facts = pd.DataFrame(
        {
            "segment": values,
            "age": age,
            "never": _missing(rows, methodology) == len(methodology.factors),
            "stale": _stale(rows, methodology) > 0,
            "due": outdated(rows, methodology),
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


def _ages(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """A column per factor: the age of its level in days."""
    keys = [factor.key for factor in methodology.factors]
    return snapshot[[key + AGE for key in keys]].set_axis(keys, axis=1).astype("float64")


def _valid(methodology: Methodology) -> pd.Series[int]:
    return pd.Series({f.key: methodology.valid_for(f.key) for f in methodology.factors})


def _missing(snapshot: pd.DataFrame, methodology: Methodology) -> pd.Series[int]:
    return snapshot[[f.key for f in methodology.factors]].isna().sum(axis=1)


def _stale(snapshot: pd.DataFrame, methodology: Methodology) -> pd.Series[int]:
    return (_ages(snapshot, methodology) > _valid(methodology)).sum(axis=1)
