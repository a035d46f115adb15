"""Product: which factors are low where, and which features customers of each maturity ask for."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cmi.methodology import MaturityBand, Methodology
from cmi.portfolio import segment_columns
from cmi.revenue import NO_CMI, band_numbers
from cmi.segments import FEWEST, named
from cmi.words import listed

MOST_GROUPS = 10  # segments beside each other, the largest of them
# What the name of a column has in it where customers say what they want.
ASKED = ("request", "feature", "wish", "asked for", "roadmap", "idea")
BETWEEN = ";"  # several wishes in one cell


def band_of(scores: pd.DataFrame, bands: Sequence[MaturityBand]) -> pd.Series[str]:
    """The name of each customer's band; NO_CMI without a score."""
    names = {n: band.name for n, band in enumerate(bands)}
    found: pd.Series[str] = band_numbers(scores["cmi"], bands).map(names).astype("str")
    return found.fillna(NO_CMI)


def segment_of(scores: pd.DataFrame, column: str) -> pd.Series[str]:
    """The value of each customer in a column; "No <column>" without one."""
    return named(scores[column], column)


def largest(groups: pd.Series[str], most: int = MOST_GROUPS) -> list[str]:
    """The names of the groups with most customers, the largest first."""
    counted = groups.value_counts().rename_axis("group").reset_index()
    counted = counted.sort_values(["count", "group"], ascending=[False, True])
    return [str(group) for group in counted["group"].head(most)]


def levels(
    scores: pd.DataFrame, groups: pd.Series[str], order: Sequence[str], methodology: Methodology
) -> pd.DataFrame:
    """The mean level of every factor in every group, in the order of both.

    Columns: item, characteristic, factor (name), group, level (1-5, missing where nobody answered),
    customers (who answered), few (under FEWEST of them).
    """
    items = [(c.name, f) for c in methodology.characteristics for f in c.factors]
    grouped = scores[[f.key for _, f in items]].astype("float64").groupby(groups)
    means, known = grouped.mean().reindex([*order]), grouped.count().reindex([*order], fill_value=0)
    each = [
        (f.key, characteristic, f.name, group) for characteristic, f in items for group in order
    ]
    told = pd.DataFrame(each, columns=["item", "characteristic", "factor", "group"])
    told["level"] = means.to_numpy().T.ravel()
    told["customers"] = known.to_numpy().T.ravel()
    return told.assign(few=told["customers"] < FEWEST)


def lowest(cells: pd.DataFrame, most: int = 2) -> pd.DataFrame:
    """The lowest factors of each group, without those that few answered: group, factor, level,
    customers; the groups in their order.
    """
    sure = cells[~cells["few"]]
    found = sure.sort_values("level", kind="stable").groupby("group", sort=False).head(most)
    order = {group: n for n, group in enumerate(dict.fromkeys(cells["group"]))}
    found = found.assign(_group=found["group"].map(order))
    found = found.sort_values(["_group", "level"], kind="stable", ignore_index=True)
    return found[["group", "factor", "level", "customers"]]


def headline(cells: pd.DataFrame) -> str:
    """What is lowest in each group, the lowest of all first; plain text."""
    first = lowest(cells, 1).sort_values("level", kind="stable")
    if first.empty:
        return "No group has five answers to any question yet."
    parts = [
        f"{row['factor'].lower()} in {row['group']} ({row['level']:.1f})"
        for row in first.to_dict("records")
    ]
    return f"Lowest in each: {listed(parts, 4)}."


def behind(scores: pd.DataFrame, groups: pd.Series[str], group: str, item: str) -> pd.DataFrame:
    """The customers of a group who answered a factor, the lowest level first, then by ARR."""
    rows = scores[(groups == group) & scores[item].notna()]
    return rows.sort_values([item, "arr", "name"], ascending=[True, False, True])


def request_columns(scores: pd.DataFrame, methodology: Methodology) -> list[str]:
    """The columns that by their name say what customers ask for."""
    return [
        column
        for column in segment_columns(scores, methodology)
        if any(word in column.casefold() for word in ASKED)
    ]


def requests(
    scores: pd.DataFrame, column: str, groups: pd.Series[str], order: Sequence[str]
) -> pd.DataFrame:
    """What is asked for, the most asked first: feature, customers, and in.<group> for each.

    A cell may name several, with semicolons between them; a customer counts once for each, however
    it is written.
    """
    each = scores[column].dropna().str.split(BETWEEN).explode().str.strip()
    each = each[each != ""]
    told = pd.DataFrame({"row": each.index, "feature": each.to_numpy(), "key": each.str.casefold()})
    told = told.drop_duplicates(["row", "key"])
    told["group"] = groups.loc[told["row"]].to_numpy()
    written = told.value_counts(["key", "feature"]).rename("times").reset_index()
    written = written.sort_values(["times", "feature"], ascending=[False, True])
    spelt = written.drop_duplicates("key").set_index("key")["feature"]  # as most write it
    wide = pd.crosstab(told["key"], told["group"]).reindex(columns=[*order], fill_value=0)
    found = pd.DataFrame({"feature": spelt, "customers": told["key"].value_counts()})
    found = found.join(wide.add_prefix("in."))
    found = found.sort_values(["customers", "feature"], ascending=[False, True])
    return found.reset_index(drop=True)
