"""Plays across the portfolio: what is open, overdue and done, of whom, in which scenario.

Plays are the frame of cmi.store.decisions, as it was known on the day `on`.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from cmi.methodology import BANDS, GridKey, Methodology, Scenario
from cmi.review.agreed import overdue
from cmi.words import count, listed

STATES = ("overdue", "open", "done", "dropped")


def listing(
    plays: pd.DataFrame, scores: pd.DataFrame, methodology: Methodology, on: date
) -> pd.DataFrame:
    """A row per play that was given, what is late and due first before what is done.

    Columns: given, id, customer_id, customer (name), arr, play (title), owner, due_date, state (of
    STATES), scenario (name, as agreed when it was given; missing without), note, as_of, given_at,
    said_at, by_whom. A play or scenario that the methodology does not know keeps its key.
    """
    titles = {p.key: p.title for p in methodology.plays}
    names = {(s.grid, s.key): s.name for s in methodology.scenarios}
    facts = scores.drop_duplicates("customer_id").set_index("customer_id")
    found = plays[["given", "id", "customer_id"]].assign(
        customer=plays["customer_id"].map(facts["name"]).fillna(plays["customer_id"]),
        arr=plays["customer_id"].map(facts["arr"]),
        play=[titles.get(key, key) for key in plays["play"]],
        owner=plays["owner"],
        due_date=plays["due_date"],
        state=plays["state"].mask(overdue(plays, on), "overdue"),
        scenario=pd.Series(
            [
                names.get(pair, pair[1])
                for pair in zip(plays["grid"], plays["scenario"], strict=True)
            ],
            index=plays.index,
            dtype="str",
        ),
        **plays[["note", "as_of", "given_at", "said_at", "by_whom"]],
    )
    order = found.assign(_state=found["state"].map({s: n for n, s in enumerate(STATES)}))
    order = order.sort_values(["_state", "due_date", "given"], na_position="last")
    return order.drop(columns="_state").reset_index(drop=True)


def summary(listed_plays: pd.DataFrame, by: str) -> pd.DataFrame:
    """How the plays of `listing` stand, by "owner", "scenario" or "play": label (missing for
    without one), a column per state with its number, customers; most overdue first, then open.
    """
    grouped = listed_plays.groupby(by, dropna=False)
    found = pd.DataFrame(
        {s: (listed_plays["state"] == s).groupby(listed_plays[by], dropna=False).sum()
         for s in STATES}
    )  # fmt: skip
    found["customers"] = grouped["customer_id"].nunique()
    found = found.astype("int64").rename_axis("label").reset_index()
    return found.sort_values(
        ["overdue", "open", "label"], ascending=[False, False, True], ignore_index=True
    )


def headline(listed_plays: pd.DataFrame) -> str:
    """How many plays there are and how they stand, in a sentence."""
    if listed_plays.empty:
        return "No play was given yet."
    numbers = listed_plays["state"].value_counts()
    parts = [f"{numbers[s]:,} {s}" for s in STATES if s in numbers]
    of = count(listed_plays["customer_id"].nunique(), "customer")
    return f"{count(len(listed_plays), 'play')} with {of}: {listed(parts)}."


def where(scenario: Scenario, methodology: Methodology) -> str:
    """When a scenario holds, by the cuts of everybody: maturity under 50, health from 50."""
    cuts = methodology.cuts.of(scenario.grid)
    maturity = _band(scenario.cmi, cuts.cmi, scenario.grid)
    return f"maturity {maturity}, health {_band(scenario.chs, cuts.chs, scenario.grid)}"


def _band(band: str, cuts: tuple[float, ...], grid: GridKey) -> str:
    at = [*BANDS[grid]].index(band)  # type: ignore[arg-type]
    if at == 0:
        return f"under {cuts[0]:.3g}"
    if at == len(cuts):
        return f"from {cuts[-1]:.3g}"
    return f"from {cuts[at - 1]:.3g} to {cuts[at]:.3g}"
