"""An invented portfolio of any size, the same on every run: as a snapshot, long, and as text.

A tenth of all cells is missing, independently of each other. Ratings are whole levels, drivers
reach a fifth beyond their bounds, and one customer in five is still being set up, so that the
rules for that segment are at work.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from cmi.frames import AGE, CUSTOMER_COLUMNS, OBSERVATION_COLUMNS, OUTCOME_COLUMNS, Loaded, shaped
from cmi.methodology import Driver, Factor, Methodology

DAY = date(2026, 3, 31)
QUARTERS = 12
SEGMENTS = {
    "Region": ("Americas", "Europe", "Asia Pacific"),
    "Size": ("Enterprise", "Mid-market", "Small business"),
    "Stage": ("Onboarding", "Adopting", "Established", "Renewing", "Expanding"),
}
HOLES = 0.1
_OLDEST = 200  # days


def snapshot(
    customers: int, methodology: Methodology, seed: int = 7, day: date = DAY
) -> pd.DataFrame:
    """period, customer_id, name, segments, arr; a column per item with its age in days."""
    rng = np.random.default_rng(seed)
    ids = pd.Series([f"C-{n:07}" for n in range(customers)], dtype="str")
    columns = {"period": pd.Series(pd.Timestamp(day), ids.index), "customer_id": ids}
    columns["name"] = "Customer " + ids.str[2:] + np.where(ids.index % 20 == 0, ", Inc.", " GmbH")
    for name, values in SEGMENTS.items():
        columns[name] = pd.Series(rng.choice(values, customers), dtype="str")
    columns["arr"] = pd.Series(rng.integers(500, 200_000, customers) * 12.5)
    for item in methodology.items:
        seen = rng.random(customers) >= HOLES
        columns[item.key] = _values(item, customers, rng).where(seen)
        ages = pd.Series(rng.integers(0, _OLDEST, customers), dtype="float64")
        columns[item.key + AGE] = ages.where(seen)
    return pd.DataFrame(columns)


def quarters(customers: int, methodology: Methodology) -> Iterator[pd.DataFrame]:
    """What was found at the end of each of the last QUARTERS until DAY, as a snapshot alone."""
    for seed, day in enumerate(pd.date_range(end=DAY, periods=QUARTERS, freq="QE")):
        yield snapshot(customers, methodology, seed, day.date())


def _values(item: Factor | Driver, number: int, rng: np.random.Generator) -> pd.Series:
    if isinstance(item, Factor):
        return pd.Series(rng.integers(1, 6, number), dtype="float64")
    if item.categories:
        return pd.Series(rng.choice([name for name, _ in item.categories], number), dtype="str")
    assert item.worst is not None
    assert item.best is not None
    low, high = sorted((item.worst, item.best))
    beyond = (high - low) / 5
    whole = float(low).is_integer() and float(high).is_integer()
    values = rng.uniform(low - beyond, high + beyond, number).round(0 if whole else 1)
    return pd.Series(values + 0.0).clip(*item.range)


def loaded(wide: pd.DataFrame, methodology: Methodology) -> Loaded:
    """The snapshot as an import has it: customers, and one long row per observation."""
    parts = []
    for item in methodology.items:
        seen = wide[wide[item.key].notna()]
        days = seen["period"] - pd.to_timedelta(seen[item.key + AGE], unit="D")
        said = {"label" if _is_text(item) else "value": seen[item.key]}
        part = pd.DataFrame({"customer_id": seen["customer_id"], "date": days, **said})
        rater = "csm" if isinstance(item, Factor) else "data"
        parts.append(part.assign(item=item.key, rater=rater))
    segments = pd.Series(wide[list(SEGMENTS)].to_dict("records"), dtype="object")
    customers = wide[["customer_id", "name", "arr"]].assign(attributes=segments, currency="USD")
    return Loaded(
        shaped(customers.assign(as_of=wide["period"]), CUSTOMER_COLUMNS),
        shaped(pd.concat(parts, ignore_index=True), OBSERVATION_COLUMNS),
        shaped(None, OUTCOME_COLUMNS),
        (),
        *(len(wide), len(wide), 0, 0),
    )


def _is_text(item: Factor | Driver) -> bool:
    return isinstance(item, Driver) and bool(item.categories)


def as_text(wide: pd.DataFrame, methodology: Methodology, drivers: int) -> pd.DataFrame:
    """What somebody would export: id, name, 4 attributes, all factors and the first `drivers`.

    Every cell is text, "" where nothing is known; money comes as $1,234,567.50.
    """
    text = wide[["customer_id", "name", *SEGMENTS]].set_axis(
        ["Customer id", "Customer name", *SEGMENTS], axis=1
    )
    text["ARR"] = wide["arr"].map("${:,.2f}".format)
    items: tuple[Factor | Driver, ...] = (*methodology.factors, *methodology.drivers[:drivers])
    for item in items:
        values = wide[item.key]
        text[item.key] = values if _is_text(item) else values.map("{:g}".format, na_action="ignore")
    return text.astype("str").fillna("")
