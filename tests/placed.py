"""Scored customers for tests, put where a test wants them on the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from portfolios import ALL_FACTORS, rules, snapshot_of

from cmi.methodology import GridKey, Methodology
from cmi.scoring import score

TEXTS = ("owner", "currency")
AMOUNTS = ("arr", "software_revenue", "services_revenue")
DAYS = ("start_date", "renewal_date", "left_on")


def at(cmi: float, chs: float, **fields: Any) -> dict[str, Any]:
    """What gives exactly these scores under `portfolios.rules()`: all parts are worth the same.

    Nothing is known of the sponsor (weight 3 of 10), so health is covered by 0.7.
    """
    drivers = {"logins": chs / 2, "tickets": 10 - chs / 10, "csat": 1 + chs / 25}
    return {**dict.fromkeys(ALL_FACTORS, 1 + cmi / 25), **drivers, **fields}


def scored(
    customers: dict[str, dict[str, Any]],
    methodology: Methodology | None = None,
    grid: GridKey = "2x2",
) -> pd.DataFrame:
    """The scores of customers (id -> items and fields), with every column that a store gives."""
    methodology = methodology or rules()
    frame = snapshot_of(customers, methodology)
    for names, kind in ((TEXTS, "str"), (AMOUNTS, "float64"), (DAYS, "datetime64[us]")):
        for name in names:
            given = frame[name] if name in frame else pd.Series(np.nan, index=frame.index)
            frame[name] = pd.to_datetime(given) if name in DAYS else given.astype(kind)
    scores: pd.DataFrame = score(frame, methodology, grid)
    return scores


def said(sentence: str) -> str:
    """A sentence with plain spaces, as a test writes it."""
    return sentence.replace("\N{NO-BREAK SPACE}", " ")
