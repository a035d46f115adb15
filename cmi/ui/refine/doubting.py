"""The parts of the Evidence page about certainty: who may stand elsewhere, which weight matters."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cmi.methodology import Methodology
from cmi.ui import cards
from cmi.ui.refine.trials import Certainty
from cmi.words import count, share

DOUBTFUL = 0.8  # a placement under this certainty could as well be another
MOST_BARS = 12  # weights in the tornado


def certainty_words(found: Certainty) -> str:
    """How many placements are doubtful, in one sentence."""
    number = len(found.sure)
    doubtful = int((found.sure["certainty"] < DOUBTFUL).sum())
    if not number:
        return "Nobody has both scores yet."
    return (
        f"{doubtful:,} of {count(number, 'placed customer')} could as well stand elsewhere: they "
        f"do in more than {round(100 * (1 - DOUBTFUL))} of 100 draws."
    )


def assumptions(found: Certainty) -> str:
    """What was varied, and how much."""
    low, high = min(found.off.values()), max(found.off.values())
    odds = f"{share(low)}" if share(low) == share(high) else f"{share(low)} to {share(high)}"
    return (
        "A thousand draws: a weight of 25 % varies by about 5 points (standard deviation), each "
        f"level of an assessment is one off with a probability of {odds}, by how far raters differ "
        "here (20 % where too few rated the same). Health data is taken as it is."
    )


def reassess(found: Certainty, methodology: Methodology) -> None:
    """The customers where one more rating would decide most."""
    if found.first.empty:
        st.write("No single rating would decide a placement.")
    for row in found.first.to_dict("records"):
        factor = methodology.item(row["item"]).name
        cards.customer_link(
            row["customer_id"],
            row["name"],
            f"{share(row['certainty'])} certain. Ask again: {factor}.",
        )


def tornado_rows(found: Certainty, by: str) -> pd.DataFrame:
    """The weights that move most customers or ARR; `by` is "share" or "arr_share"."""
    rows = found.tornado.dropna(subset=by)
    largest = rows.groupby("key")[by].transform("max")
    order = rows.assign(_most=largest).sort_values(["_most", "key"], ascending=[False, True])
    keys = order["key"].drop_duplicates().head(MOST_BARS)
    kept = order[order["key"].isin(keys) & (order["_most"] > 0)]
    hints = [
        f"{count(int(row['customers']), 'customer')} ({share(row['share'])}), "
        f"{share(row['arr_share'])} of ARR would move"
        for row in kept.to_dict("records")
    ]
    labels = [
        f"{name} ({share(weight)})"
        for name, weight in zip(kept["name"], kept["weight"], strict=True)
    ]
    return pd.DataFrame({"label": labels, "by": kept["by"], "value": kept[by] * 100, "hint": hints})
