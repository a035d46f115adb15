"""How far raters agree about the same factor of the same customer.

`ratings` are those of cmi/store/__init__.py: customer_id, item, rater, value, the latest of each
rater. Raters that the methodology keeps apart (the customer's own view) are left out.
"""

from __future__ import annotations

import pandas as pd

from cmi.methodology import Methodology

OFF = 0.2  # probability that a level is one off, where too few pairs of raters tell
PAIRS = 20  # pairs of ratings that tell how far raters disagree
MOST = 0.9


def differences(ratings: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """Every two raters of one factor of one customer: customer_id, item, rater, other, by (by how
    many levels the first is above the other).
    """
    told = ratings[
        ratings["item"].isin([f.key for f in methodology.factors])
        & ratings["value"].notna()
        & ~ratings["rater"].isin(methodology.raters.apart)
    ]
    each = told.groupby(["customer_id", "item", "rater"], as_index=False)["value"].mean()
    both = each.merge(each, on=["customer_id", "item"], suffixes=("", "_other"))
    both = both[both["rater"] < both["rater_other"]].rename(columns={"rater_other": "other"})
    found: pd.DataFrame = both.assign(by=both["value"] - both["value_other"])
    return found[["customer_id", "item", "rater", "other", "by"]].reset_index(drop=True)


def disagreement(ratings: pd.DataFrame, methodology: Methodology) -> dict[str, float]:
    """How probably (0-1) one rating of each factor is a level off, by how far raters differ.

    Two ratings of one thing differ by both their errors: half the variance of the difference, the
    raters' own lean taken out, is that of one error; and to be one level off with probability p has
    the variance p. Factors with under PAIRS pairs have what all factors together say; where these
    have not enough either, OFF. At most MOST.
    """
    pairs = differences(ratings, methodology)
    lean = pairs.groupby(["item", "rater", "other"])["by"].transform("mean")
    squares = ((pairs["by"] - lean) ** 2).groupby(pairs["item"])
    total, number = squares.sum().to_dict(), squares.size().to_dict()
    everything = sum(number.values())
    usual = OFF if everything < PAIRS else sum(total.values()) / everything / 2
    return {
        f.key: min(
            MOST,
            total[f.key] / number[f.key] / 2 if number.get(f.key, 0) >= PAIRS else usual,
        )
        for f in methodology.factors
    }
