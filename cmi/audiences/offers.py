"""Sales: who is ready to expand, and which mix of software and services to offer to whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cmi.methodology import GridKey, MaturityBand, Methodology
from cmi.portfolio import SOON, main_currency, revenue
from cmi.revenue import mix
from cmi.words import count, money

QUARTERS = 4  # ahead, that are told apart
LATER, UNKNOWN, PASSED = "Later", "No date", "Date passed"


def ready(
    scores: pd.DataFrame,
    methodology: Methodology,
    grid: GridKey,
    bands: Sequence[MaturityBand],
) -> pd.DataFrame:
    """Who is healthy and mature enough to expand: the top row of the plane without its low end.

    Those whose renewal is near come first, the next one at the top; then by ARR. Columns: the ones
    of `offered`, scenario (name), chs, arr, renewal_date, days (until then), near (within SOON).
    """
    names = {s.key: s.name for s in methodology.grid(grid) if s.chs == "high" and s.cmi != "low"}
    rows = scores[scores["scenario"].isin(list(names))]
    days = (rows["renewal_date"] - rows["period"]).dt.days
    told = (
        offered(scores, bands)
        .loc[rows.index]
        .assign(
            scenario=rows["scenario"].map(names),
            chs=rows["chs"],
            arr=rows["arr"],
            renewal_date=rows["renewal_date"],
            days=days,
            near=days.between(0, SOON),
        )
    )
    order = told.assign(_soon=days.where(told["near"]))
    order = order.sort_values(
        ["_soon", "arr", "name"], ascending=[True, False, True], na_position="last"
    )
    return order.drop(columns="_soon")


def offered(scores: pd.DataFrame, bands: Sequence[MaturityBand]) -> pd.DataFrame:
    """Which mix fits each customer with a CMI; who is furthest from it first.

    Columns: customer_id, name, cmi, band, offer, expected, actual (0-1, the share of services),
    software, services, services_short, software_short (see cmi.revenue.mix), owner.
    """
    told = mix(scores, bands)
    told = told[told["number"] >= 0]
    rows = scores.loc[told.index]
    offers = {n: band.offer for n, band in enumerate(bands)}
    found = pd.DataFrame(
        {
            "customer_id": rows["customer_id"],
            "name": rows["name"],
            "cmi": rows["cmi"],
            "band": told["band"],
            "offer": told["number"].map(offers),
            **{c: told[c] for c in ("expected", "actual", "software", "services")},
            **{c: told[c] for c in ("services_short", "software_short")},
            "owner": rows["owner"],
        }
    )
    apart = found["services_short"] + found["software_short"]  # one of them is 0
    order = found.assign(_apart=apart).sort_values(
        ["_apart", "name"], ascending=[False, True], na_position="last"
    )
    return order.drop(columns="_apart")


def renewals(scores: pd.DataFrame, customers: pd.Index) -> pd.DataFrame:
    """When those customers renew: a row per quarter from the day of the scores on.

    Columns: label (Q4 2026; overdue, later and without a date apart), customers, arr (main
    currency, missing where it is known of nobody), known (customers whose ARR is in it). Empty
    quarters stand only between others.
    """
    rows = scores.assign(_arr=revenue(scores)).loc[customers]
    if rows.empty:
        return pd.DataFrame(columns=["label", "customers", "arr", "known"])
    today = rows["period"].iloc[0]
    first = today.to_period("Q")
    # On the last day of a quarter that quarter lies behind, and holds only what is due today.
    ahead = [first + n for n in range(QUARTERS + int(today.is_quarter_end))]
    names = {quarter: f"Q{quarter.quarter} {quarter.year}" for quarter in ahead}
    due = rows["renewal_date"]
    label = due.dt.to_period("Q").map(names).astype("str").fillna(LATER)
    label = label.mask(due.isna(), UNKNOWN).mask(due < today, PASSED)
    order = [PASSED, *names.values(), LATER, UNKNOWN]
    grouped = rows.groupby(label)["_arr"]
    found = pd.DataFrame(
        {
            "customers": grouped.size().reindex(order, fill_value=0),
            "arr": grouped.sum(min_count=1).reindex(order),
            "known": grouped.count().reindex(order, fill_value=0),
        }
    )
    filled = np.flatnonzero(found["customers"])
    trimmed = found.iloc[filled[0] : filled[-1] + 1].rename_axis("label").reset_index()
    dates = trimmed["label"].isin(list(names.values())) | (trimmed["customers"] > 0)
    return trimmed[dates].reset_index(drop=True)


def headline(found: pd.DataFrame, scores: pd.DataFrame) -> str:
    """How many are ready to expand, with how much ARR, and for whom it is time; plain text."""
    if found.empty:
        return "Nobody is both healthy and mature enough to expand yet."
    arr = revenue(scores).loc[found.index]
    worth = money(arr.sum(min_count=1), main_currency(scores))
    known = int(arr.count())
    one = len(found) == 1
    said = f"{count(len(found), 'customer')} {'is' if one else 'are'} ready to expand"
    if known:
        of = "" if known == len(found) else f" (known of {known:,})"
        said = f"{said}, with {worth} ARR{of}"
    near = int(found["near"].sum())
    if found["renewal_date"].isna().all():
        return f"{said}; no renewal date is known."
    if not near:
        return f"{said}; no renewal is known to fall within {SOON} days."
    verb = "renews" if near == 1 else "renew"
    return f"{said}; {near:,} {verb} within {SOON} days."
