"""Revenue by maturity: software and services in each band of the CMI, beside the mix to expect.

Everything takes the scores frame of cmi/scoring.py, of one period. Money is in the main currency
(cmi.portfolio.main_currency). What is not known is missing, never zero: a customer whose software
or services revenue is missing, or in another currency, has no mix.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cmi.methodology import MaturityBand, Methodology, shipped
from cmi.portfolio import main_currency
from cmi.scenarios import DECIMALS
from cmi.words import listed, points, share

NO_CMI = "No CMI"  # the row of those whose maturity is not known


def bands_of(methodology: Methodology) -> tuple[MaturityBand, ...]:
    """The bands of a methodology; of one that has none, those that come with the product."""
    return methodology.bands or shipped().bands


def band_numbers(cmi: pd.Series[float], bands: Sequence[MaturityBand]) -> pd.Series[int]:
    """The number of each score's band, from 0; -1 without a score.

    A score equal to the beginning of a band belongs to it, as it does with a cut.
    """
    starts = [round(band.start, DECIMALS) for band in bands]
    found = np.searchsorted(starts, cmi.astype("float64").round(DECIMALS), side="right") - 1
    return pd.Series(found, index=cmi.index).where(cmi.notna(), -1).astype("int64")


def span(bands: Sequence[MaturityBand], number: int) -> str:
    """The scores of a band: CMI 25–50."""
    end = bands[number + 1].start if number + 1 < len(bands) else 100.0
    return f"CMI {bands[number].start:g}–{end:g}"


def mix(scores: pd.DataFrame, bands: Sequence[MaturityBand]) -> pd.DataFrame:
    """What each customer pays beside what its band expects; on the index of the scores.

    Columns: number and band (-1 and missing without a CMI); software, services (a year); revenue
    (their sum), actual (0-1, the share of services), missing unless both are known and there is
    revenue; expected (0-1, of the band); services_short and software_short (0 or more): by how much
    services, or software, fall short of the expected mix of today's revenue.
    """
    number = band_numbers(scores["cmi"], bands)
    main = main_currency(scores)
    ours = scores["currency"].isna() | (scores["currency"] == main)
    software = scores["software_revenue"].where(ours)
    services = scores["services_revenue"].where(ours)
    revenue = (software + services).where((software >= 0) & (services >= 0))
    revenue = revenue.where(revenue > 0)
    expected = number.map({n: band.services / 100 for n, band in enumerate(bands)})
    apart = (expected * revenue - services).round(2)  # cents: less is no difference
    return pd.DataFrame(
        {
            "number": number,
            "band": number.map({n: b.name for n, b in enumerate(bands)}).astype("str"),
            "software": software,
            "services": services,
            "revenue": revenue,
            "actual": services / revenue,
            "expected": expected.astype("float64"),
            "services_short": apart.clip(lower=0),
            "software_short": (-apart).clip(lower=0) + 0.0,  # not -0
        }
    )


def by_band(mixed: pd.DataFrame, bands: Sequence[MaturityBand]) -> pd.DataFrame:
    """A row per band, the lowest first, and one for those without a CMI where there are any.

    Columns: band, span (in words), customers; software, services (sums of what is known, missing
    where it is of nobody) with software_known and services_known (customers); mixed (customers of
    whom both are known), actual and expected (0-1, the share of services in their revenue);
    services_short, software_short (sums over customers, not balanced against each other) with
    short_of_services and short_of_software (customers).
    """
    names = {n: (band.name, span(bands, n)) for n, band in enumerate(bands)}
    if (mixed["number"] < 0).any():
        names[-1] = (NO_CMI, "")
    whole = mixed.assign(
        _services=mixed["services"].where(mixed["revenue"].notna()),
        _short=mixed["services_short"] > 0,
        _over=mixed["software_short"] > 0,
    )
    grouped = whole.groupby("number")
    money = ["software", "services", "services_short", "software_short", "revenue", "_services"]
    sums = grouped[money].sum(min_count=1).reindex([*names])
    known = grouped[["software", "services", "revenue"]].count().reindex([*names], fill_value=0)
    counted = grouped[["_short", "_over"]].sum().reindex([*names], fill_value=0).astype("int64")
    expected = [bands[n].services / 100 if n >= 0 else float("nan") for n in names]
    return pd.DataFrame(
        {
            "band": [name for name, _ in names.values()],
            "span": [scores for _, scores in names.values()],
            "customers": grouped.size().reindex([*names], fill_value=0).to_numpy(),
            "software": sums["software"].to_numpy(),
            "software_known": known["software"].to_numpy(),
            "services": sums["services"].to_numpy(),
            "services_known": known["services"].to_numpy(),
            "mixed": known["revenue"].to_numpy(),
            "actual": (sums["_services"] / sums["revenue"]).to_numpy(),
            "expected": expected,
            "services_short": sums["services_short"].to_numpy(),
            "short_of_services": counted["_short"].to_numpy(),
            "software_short": sums["software_short"].to_numpy(),
            "short_of_software": counted["_over"].to_numpy(),
        }
    )


# Three groups to talk about


def unserved(mixed: pd.DataFrame) -> pd.Series[bool]:
    """Who buys fewer services than its maturity asks for."""
    return mixed["services_short"] > 0


def under_priced(
    mixed: pd.DataFrame, scores: pd.DataFrame, methodology: Methodology
) -> pd.Series[bool]:
    """Who is mature (at or above the 2x2 cut of CMI) and yet pays less for software than expected.

    Such a customer pays for services that at its maturity should be software.
    """
    cut = round(methodology.cuts.two.cmi[0], DECIMALS)
    mature: pd.Series[bool] = scores["cmi"].round(DECIMALS) >= cut
    return mature & (mixed["software_short"] > 0)


def below_floor(mixed: pd.DataFrame) -> pd.Series[bool]:
    """Who stands in the lowest band: as a prospect it would not be qualified yet."""
    return mixed["number"] == 0


# In words


def headline(table: pd.DataFrame) -> str:
    """How the share of services falls, or does not, from band to band (see `by_band`)."""
    known = table[(table["mixed"] > 0) & table["expected"].notna()]
    if known.empty:
        return "The mix of software and services is not known of anybody with a CMI yet."
    parts = [
        f"{share(row['actual'])} in {row['band']} ({share(row['expected'])} expected)"
        for row in known.to_dict("records")
    ]
    return f"Services are {listed(parts, len(parts))} of the revenue."


def known_in_words(scores: pd.DataFrame, mixed: pd.DataFrame) -> str:
    """Of how many the mix is known, and what becomes of the others."""
    everybody, both = len(scores), int(mixed["revenue"].notna().sum())
    if both == everybody:
        return "Software and services revenue are known of every customer."
    if not both:
        return "No customer's software and services revenue are both known: no mix can be told."
    said = f"Software and services revenue are both known of {both:,} of {everybody:,} customers"
    main = main_currency(scores)
    told = scores[["software_revenue", "services_revenue"]].notna().any(axis=1)
    foreign = told & scores["currency"].notna() & (scores["currency"] != main)
    elsewhere = ""
    if foreign.any():
        named = listed(sorted(scores.loc[foreign, "currency"].unique()))
        number = int(foreign.sum())
        pay = "pays" if number == 1 else "pay"
        elsewhere = f" ({number:,} of them {pay} in {named}, which is not added to {main})"
    return f"{said}; the others are left out{elsewhere}, not counted as zero."


def assumption(bands: Sequence[MaturityBand]) -> str:
    """The expected mix that every estimate rests on, with the bands stated."""
    parts = [
        f"{points(band.services)} % in {band.name} ({span(bands, n)})"
        for n, band in enumerate(bands)
    ]
    return (
        f"Assumed share of services in the revenue: {listed(parts, len(parts))}. Estimates keep "
        "today's revenue and change only what it is made of."
    )
