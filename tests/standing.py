"""Customers on places over quarters, as tests write them down."""

from __future__ import annotations

import pandas as pd

from cmi.moves.migration import LEFT

Q = [pd.Timestamp(day) for day in ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31")]


def history(stands, days=Q):
    """Customer -> its place on each day: a scenario, None (not scored), LEFT, or "" (not known)."""
    rows = [
        {
            "period": day,
            "customer_id": who_,
            "scenario": None if place in (None, LEFT) else place,
            "left_on": Q[0] if place == LEFT else pd.NaT,
        }
        for who_, places_ in stands.items()
        for day, place in zip(days, places_, strict=False)
        if place != ""
    ]
    frame = pd.DataFrame(rows)
    return frame.astype(
        {"period": "datetime64[us]", "scenario": "str", "left_on": "datetime64[us]"}
    )


STANDS = {
    "a": ["up", "up", "down", LEFT],
    "b": ["up", "down", "down", "up"],
    "c": ["down", LEFT, LEFT, LEFT],
    "d": ["", "", None, "up"],
}
