"""Business development: how much consulting do healthy but immature customers ask for?

The volume is an estimate: what services would be at today's revenue, were the mix as expected of
the customer's band, less the services that the customer buys already.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cmi.methodology import GridKey, MaturityBand, Methodology, Scenario
from cmi.portfolio import weakest
from cmi.revenue import mix
from cmi.segments import named
from cmi.words import money

WEAKEST = "Weakest characteristic"


def scenario(methodology: Methodology, grid: GridKey) -> Scenario:
    """Where the healthy but immature stand."""
    return next(s for s in methodology.grid(grid) if (s.cmi, s.chs) == ("low", "high"))


def volume(
    scores: pd.DataFrame, methodology: Methodology, grid: GridKey, bands: Sequence[MaturityBand]
) -> pd.DataFrame:
    """The healthy but immature, the largest volume first, those without one last.

    Columns: customer_id, name, chs, cmi, band, weakest (characteristic), revenue, expected (0-1),
    services (a year, now), volume (a year; 0 where they buy enough, missing where the revenue is
    not known), owner.
    """
    rows = scores[scores["scenario"] == scenario(methodology, grid).key]
    told = mix(scores, bands).loc[rows.index]
    found = pd.DataFrame(
        {
            "customer_id": rows["customer_id"],
            "name": rows["name"],
            "chs": rows["chs"],
            "cmi": rows["cmi"],
            "band": told["band"],
            "weakest": weakest(rows, methodology)["name"].astype("str"),
            "revenue": told["revenue"],
            "expected": told["expected"],
            "services": told["services"],
            "volume": told["services_short"],
            "owner": rows["owner"],
        }
    )
    return found.sort_values(["volume", "name"], ascending=[False, True], na_position="last")


def split(found: pd.DataFrame, scores: pd.DataFrame, column: str) -> pd.DataFrame:
    """The volume by the weakest characteristic (WEAKEST) or by a column of the scores, the largest
    first: label, customers, known (customers whose volume is in it), volume (missing where it is
    known of nobody).
    """
    by = found["weakest"] if column == WEAKEST else named(scores.loc[found.index, column], column)
    grouped = found.groupby(by)["volume"]
    told = pd.DataFrame(
        {
            "customers": grouped.size(),
            "known": grouped.count(),
            "volume": grouped.sum(min_count=1),
        }
    )
    told = told.rename_axis("label").reset_index().astype({"label": "str"})
    return told.sort_values(
        ["volume", "customers", "label"],
        ascending=[False, False, True],
        na_position="last",
        ignore_index=True,
    )


def headline(found: pd.DataFrame, currency: str) -> str:
    """The estimated volume, and of how many it is known; plain text."""
    if found.empty:
        return "Nobody is healthy but immature: there is no consulting to hand to partners."
    who = "1 customer is" if len(found) == 1 else f"{len(found):,} customers are"
    said = f"{who} healthy but immature"
    known = int(found["volume"].count())
    if not known:
        return f"{said}; how much consulting they ask for is not known without their revenue."
    asking = int((found["volume"] > 0).sum())
    of = "" if known == len(found) else f", of the {known:,} whose revenue is known"
    if not asking:
        return f"{said}; they buy the services that their maturity asks for already{of}."
    whom = "it has" if len(found) == 1 else "they have"
    if asking < len(found):
        whom = f"{asking:,} of them {'has' if asking == 1 else 'have'}"
    total = money(found["volume"].sum(), currency)
    return f"{said}; {whom} room for {total} of consulting a year (estimate){of}."
