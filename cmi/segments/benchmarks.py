"""Compared with whom? A customer's place among the others, overall or within its segment.

Takes the scores frame of cmi/scoring.py (one period), so segment, levels and peers are those of
that day.
"""

from __future__ import annotations

import pandas as pd

from cmi.methodology import Methodology
from cmi.portfolio import present
from cmi.scenarios import DECIMALS
from cmi.scoring import points_of
from cmi.segments import FEWEST
from cmi.words import count


def percentiles(
    scores: pd.DataFrame, customer_id: str, methodology: Methodology, segment: str | None = None
) -> pd.DataFrame:
    """A row per score, characteristic and driver: where the customer stands among its peers.

    Peers are the other customers who are there; with a `segment` column those with the same value,
    nobody where the customer has none. Columns: item (key), name, kind ("score", "characteristic",
    "driver"), value (scores 0-100, characteristics 1-5, drivers in points 0-100: more is better),
    percentile (0-100: the share of peers below it, and half of those who are equal; missing without
    a value or with fewer than FEWEST peers that have one), peers (how many have a value), q1,
    median, q3 (of peers and customer together, as in cmi.segments.table).
    An unknown customer gives no rows.
    """
    kinds, names = _items(methodology)
    own = scores["customer_id"] == customer_id
    if not own.any():
        return pd.DataFrame(columns=[*_COLUMNS])
    rows = scores[own | (_alike(scores, own, segment) & scores["left_on"].isna())]
    others = rows["customer_id"] != customer_id
    values = _values(rows, methodology)[list(names)]
    mine, theirs = values[~others].iloc[0], values[others]
    peers = theirs.notna().sum()
    before = (theirs < mine).sum() + (theirs == mine).sum() / 2
    quarters = values.loc[present(rows).index].quantile([0.25, 0.5, 0.75])
    found = {
        "item": list(names),
        "name": list(names.values()),
        "kind": [kinds[key] for key in names],
        "value": mine,
        "percentile": (100 * before / peers).where((peers >= FEWEST) & mine.notna()),
        "peers": peers,
        "q1": quarters.loc[0.25],
        "median": quarters.loc[0.5],
        "q3": quarters.loc[0.75],
    }
    return pd.DataFrame(found).reset_index(drop=True)


def compared(
    scores: pd.DataFrame, customer_id: str, methodology: Methodology, segment: str | None = None
) -> pd.DataFrame:
    """The `percentiles` within the segment, and beside them `overall` (percentile) and
    `overall_peers` among everybody. Without a segment both are the same.
    """
    overall = percentiles(scores, customer_id, methodology)
    within = overall
    if segment is not None:
        within = percentiles(scores, customer_id, methodology, segment)
    return within.assign(overall=overall["percentile"], overall_peers=overall["peers"])


def in_words(found: pd.DataFrame, segment: str = "") -> str:
    """Where the customer stands out and where it falls behind, of its characteristics and drivers.

    `segment` is the value that it has in common with its peers, "" for everybody.
    """
    where = f" in {segment}" if segment else ""
    parts = found[found["kind"] != "score"]
    ranked = parts.dropna(subset="percentile").sort_values("percentile", kind="stable")
    if ranked.empty:
        most = int(parts["peers"].max()) if len(parts) else 0
        return f"Too few to compare with: {count(most, 'other')}{where}, and {FEWEST} are needed."
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    said = f"Beside {count(int(ranked['peers'].max()), 'other')}{where}, "
    if best["percentile"] == worst["percentile"]:
        return f"{said}it stands at percentile {best['percentile']:.0f} in all that is known."
    return (
        f"{said}{best['name']} stands out most (percentile {best['percentile']:.0f}) and "
        f"{worst['name']} least (percentile {worst['percentile']:.0f})."
    )


_COLUMNS = ("item", "name", "kind", "value", "percentile", "peers", "q1", "median", "q3")


def _items(methodology: Methodology) -> tuple[dict[str, str], dict[str, str]]:
    """Kind and name of all that is compared, by key, in the order of the methodology."""
    parts = (
        ("score", {"cmi": "CMI"}),
        ("characteristic", {c.key: c.name for c in methodology.characteristics}),
        ("score", {"chs": "CHS"}),
        ("driver", {d.key: d.name for d in methodology.drivers}),
    )
    kinds = {key: kind for kind, named in parts for key in named}
    names = {key: name for _, named in parts for key, name in named.items()}
    return kinds, names


def _alike(scores: pd.DataFrame, own: pd.Series[bool], segment: str | None) -> pd.Series[bool]:
    """Who is in the customer's segment; nobody where it is in none."""
    if segment is None:
        return pd.Series(data=True, index=scores.index)
    value = scores.loc[own, segment].iloc[0]
    alike: pd.Series[bool] = scores[segment] == value  # a missing value is like no other
    return alike


def _values(rows: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """A column per item; rounded, so that sums in another order are ties."""
    points = points_of(rows, methodology)[[d.key for d in methodology.drivers]]
    ours = rows[["cmi", *(c.key for c in methodology.characteristics), "chs"]]
    return pd.concat([ours, points], axis=1).astype("float64").round(DECIMALS)
