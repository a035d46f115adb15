"""The customer: whose maturity can be shown to them, and from when is it?"""

from __future__ import annotations

import pandas as pd

from cmi import freshness
from cmi.methodology import Methodology
from cmi.words import count


def presentable(scores: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """A row per customer whose maturity is known, by name, under the index of the scores.

    Columns: customer_id, name, owner, cmi (0-100), assessed_on (the day of the newest level), due
    (whether a level is missing or out of date).
    """
    each = freshness.each(scores, methodology)
    rows = each.assign(cmi=scores.loc[each.index, "cmi"]).dropna(subset="cmi")
    columns = ["customer_id", "name", "owner", "cmi", "assessed_on", "due"]
    return rows[columns].sort_values("name", kind="stable")


def headline(rows: pd.DataFrame, customers: int) -> str:
    """Of how many customers something can be shown (see `presentable`), in a sentence."""
    if rows.empty:
        return "No customer's maturity is known yet, so there is nothing to show them."
    due = int(rows["due"].sum())
    ask = (
        f"; {due:,} of them {'is' if due == 1 else 'are'} due for an assessment first"
        if due
        else ""
    )
    verb = "has" if len(rows) == 1 else "have"
    return f"{len(rows):,} of {count(customers, 'customer')} {verb} a maturity to show{ask}."
