"""A small portfolio over three quarters, worked out on paper, and histories for tests."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from placed import at, scored

from cmi.methodology import GridKey, Methodology

Q1, Q2, Q3 = (pd.Timestamp(day) for day in ("2025-03-31", "2025-06-30", "2025-09-30"))
LEFT = pd.Timestamp("2025-05-01")


def history(
    periods: dict[pd.Timestamp, dict[str, dict[str, Any]]],
    methodology: Methodology | None = None,
    grid: GridKey = "2x2",
) -> pd.DataFrame:
    """The scores of several periods: day -> customer id -> its items and fields then."""
    parts = []
    for day, customers in periods.items():
        part = scored(customers, methodology, grid)
        part["period"] = pd.Series(day, index=part.index, dtype="datetime64[us]")
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


@cache
def _standing() -> pd.DataFrame:
    """One customer for every pair of these scores, None for a score that is not known."""
    scores = (None, 0, 40, 50, 100)
    healthy = ("logins", "tickets", "csat")
    customers = {}
    for cmi, chs in product(scores, scores):
        items = at(cmi or 0, chs or 0)
        known = {k: v for k, v in items.items() if (chs if k in healthy else cmi) is not None}
        customers[f"{cmi} {chs}"] = known
    return scored(customers)


@st.composite
def customers_of(draw, regions=("East", "West", None)) -> pd.DataFrame:
    """Scores of up to twelve customers, who may lack a score, a region, ARR; some have left."""
    one = st.tuples(
        st.integers(0, len(_standing()) - 1),
        st.sampled_from(regions),
        st.none() | st.integers(0, 1000),
        st.booleans(),
    )
    rows = draw(st.lists(one, min_size=1, max_size=12))
    frame = _standing().iloc[[row[0] for row in rows]].reset_index(drop=True)
    return frame.assign(
        customer_id=pd.Series([f"c{n}" for n in range(len(rows))], dtype="str"),
        Region=pd.Series([row[1] for row in rows], dtype="str"),
        arr=pd.Series([row[2] for row in rows], dtype="float64"),
        left_on=pd.Series([LEFT if row[3] else pd.NaT for row in rows], dtype="datetime64[us]"),
    )


@st.composite
def histories_of(draw) -> pd.DataFrame:
    """Up to twelve customers over three quarters: each comes in one of them and may leave later."""
    parts = [draw(customers_of()).assign(period=day) for day in (Q1, Q2, Q3)]
    whole = pd.concat(parts, ignore_index=True)
    starts = draw(st.lists(st.sampled_from((LEFT, Q3, pd.NaT)), min_size=12, max_size=12))
    number = whole["customer_id"].str[1:].astype("int64")
    told = pd.Series(starts, dtype="datetime64[us]").to_numpy()
    whole["start_date"] = told[number]
    return whole


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


# mover  started in Q1 in the East, is West from Q2 on; maturity 20, 40, 60; ARR 100, 150, 150
# gone   started in Q1, churned in Q2; maturity 80, ARR 100
# never  started in Q2, is never assessed; ARR 40
# seen   says no start and no ARR, comes in Q2; maturity 50, then 30
# old    started in the third quarter of 2024, before the history; maturity 90, ARR 10
MOVER = {"start_date": day("2025-01-10"), "currency": "EUR"}
GONE = {"start_date": day("2025-02-01"), "Region": "East", "arr": 100}
NEVER = {"start_date": day("2025-05-05"), "Region": "East", "arr": 40}
OLD = at(90, 90, start_date=day("2024-08-01"), Region="West", arr=10)
PAPER = {
    Q1: {
        "mover": at(20, 30, Region="East", arr=100, **MOVER),
        "gone": at(80, 10, **GONE),
        "old": OLD,
    },
    Q2: {
        "mover": at(40, 60, Region="West", arr=150, **MOVER),
        "gone": at(80, 10, left_on=LEFT, **GONE),
        "old": OLD,
        "never": NEVER,
        "seen": at(50, 50),
    },
    Q3: {
        "mover": at(60, 60, Region="West", arr=150, **MOVER),
        "gone": at(80, 10, left_on=LEFT, **GONE),
        "old": OLD,
        "never": NEVER,
        "seen": at(30, 50, Region="West"),
    },
}
