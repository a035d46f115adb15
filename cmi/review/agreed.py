"""What was agreed: the scenario that holds for each customer, who was reviewed, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cmi.customer import change_in_words
from cmi.methodology import GridKey, Methodology, Scenario
from cmi.portfolio import scenario_of_key
from cmi.words import count, day, listed

PERIOD = (
    "customer_id", "period", "scenario", "reason", "plays", "owner", "due_date", "state", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What was known on the day `on`: the decisions and plays of cmi.store.decisions."""

    decided: pd.DataFrame
    plays: pd.DataFrame
    on: date


def period_of(as_of: date) -> date:
    """The last day of the quarter that a day lies in."""
    months = date(as_of.year, as_of.month - (as_of.month - 1) % 3, 1)
    return (pd.Timestamp(months) + pd.offsets.QuarterEnd()).date()


def overrides(said: Said, grid: GridKey) -> pd.DataFrame:
    """The last word on each customer in a grid, where it was another scenario than the scores
    proposed: a row per customer_id (the index) with scenario, reason, expires, by_whom, decided_at
    and in_force (False after its last day).
    """
    here = said.decided[said.decided["grid"] == grid]
    last = here.drop_duplicates("customer_id", keep="last")
    other = last[last["scenario"].notna() & (last["scenario"] != last["proposed"])]
    columns = ["scenario", "reason", "expires", "by_whom", "decided_at"]
    found: pd.DataFrame = other.set_index("customer_id")[columns]
    return found.assign(in_force=found["expires"] >= pd.Timestamp(said.on))


def instead(
    said: Said, methodology: Methodology, grid: GridKey, customer_id: str
) -> Scenario | None:
    """The scenario that was agreed for a customer instead of the proposed one, while it holds."""
    other = overrides(said, grid)
    if customer_id not in other.index or not other.loc[customer_id, "in_force"]:
        return None
    return scenario_of_key(methodology, grid, other.loc[customer_id, "scenario"])


def agreed(
    scores: pd.DataFrame, said: Said, methodology: Methodology, grid: GridKey
) -> pd.Series[str]:
    """The key of the scenario that holds for each row of the scores: the override in force, else
    the one proposed; missing without either.
    """
    other = overrides(said, grid)
    known = other["in_force"] & other["scenario"].isin([s.key for s in methodology.grid(grid)])
    theirs = scores["customer_id"].map(other.loc[known, "scenario"])
    return theirs.astype("str").where(theirs.notna(), scores["scenario"])


def reviewed(decided: pd.DataFrame, period: date) -> pd.DataFrame:
    """Who was reviewed for a quarter: a row per customer_id (the index) with the last review's
    by_whom and decided_at.
    """
    of_it = decided["period"] == pd.Timestamp(period)
    found = decided[decided["reviewed"].astype("bool") & of_it]
    last = found.drop_duplicates("customer_id", keep="last")
    kept: pd.DataFrame = last.set_index("customer_id")[["by_whom", "decided_at"]]
    return kept


def of_period(said: Said, period: date, grid: GridKey) -> pd.DataFrame:
    """What was decided for a quarter: a row per customer, by customer_id, with period, scenario,
    reason, note, and of its plays that are not dropped: plays (their keys), owner (all of them),
    due_date (the next of the open ones) and state ("1 open, 2 done"; "decided" without any).
    """
    decided = said.decided
    here = decided[(decided["period"] == pd.Timestamp(period)) & (decided["grid"] == grid)]
    last = here.drop_duplicates("customer_id", keep="last").sort_values("customer_id")
    given = said.plays[said.plays["state"] != "dropped"]
    rows = [
        {**decision, **_given(given[given["customer_id"] == decision["customer_id"]])}
        for decision in last[["customer_id", "period", "scenario", "reason", "note"]].to_dict(
            "records"
        )
    ]
    found = pd.DataFrame(rows, columns=list(PERIOD))
    return found.astype({"due_date": "datetime64[us]"})


def _given(plays: pd.DataFrame) -> dict[str, Any]:
    """The plays of one customer as one cell each."""
    open_ = plays[plays["state"] == "open"]
    counts = plays["state"].value_counts()
    state = ", ".join(f"{counts[s]} {s}" for s in ("open", "done") if s in counts)
    return {
        "plays": plays["play"].tolist(),
        "owner": ", ".join(plays["owner"].dropna().unique()) or None,
        "due_date": open_["due_date"].min(),
        "state": state or "decided",
    }


def overdue(plays: pd.DataFrame, on: date) -> pd.Series[bool]:
    """Which plays are open after the day on which they were due."""
    late: pd.Series[bool] = (plays["state"] == "open") & (plays["due_date"] < pd.Timestamp(on))
    return late


def in_words(decision: Mapping[Any, Any], methodology: Methodology) -> str:
    """Retain, accepted by Ana on 3 Mar 2026. Let go instead of Retain, decided by Bo on 3 Mar 2026,
    until 1 Jun 2026: “Their budget is gone” Note: “Ask again in May”

    `decision` is a row of the decisions.
    """
    names = {(s.grid, s.key): s.name for s in methodology.scenarios}
    by = f"by {decision['by_whom']} on {day(decision['decided_at'])}"
    scenario, proposed = (decision[column] for column in ("scenario", "proposed"))
    said = names.get((decision["grid"], scenario), str(scenario))
    if pd.isna(scenario):
        said = f"Looked at without a place on the plane, {by}"
    elif scenario == proposed:
        said += f", accepted {by}"
    else:
        instead = names.get((decision["grid"], proposed), proposed)
        said += f" instead of {instead}" if pd.notna(instead) else ""
        said += f", decided {by}"
    if pd.notna(decision["expires"]):
        said += f", until {day(decision['expires'])}"
    reason, note = (decision[column] for column in ("reason", "note"))
    said += "." if pd.isna(reason) else f": “{reason}”"
    return said if pd.isna(note) else f"{said} Note: “{note}”"


def came_of_it(then: pd.DataFrame, now: pd.DataFrame, plays: pd.DataFrame, on: date) -> str:
    """What happened since a decision: Health +5, maturity ±0. Of 2 plays 1 is done, 1 overdue.

    `then`, `now`: the customer's one row of the scores of the decision's day (none, where that is
    no earlier one) and of today; `plays` those that were given by then.
    """
    changes = []
    for score, name in (("chs", "health"), ("cmi", "maturity")):
        if len(then) and (said := change_in_words(then[score].iloc[0], now[score].iloc[0])):
            changes.append(f"{name} {said}")
    told = [f"{listed(changes)[:1].upper()}{listed(changes)[1:]}."] if changes else []
    if len(plays):
        late = overdue(plays, on)
        numbers = {
            "done": int((plays["state"] == "done").sum()),
            "overdue": int(late.sum()),
            "open": int((plays["state"] == "open").sum() - late.sum()),
            "dropped": int((plays["state"] == "dropped").sum()),
        }
        parts = listed([f"{number} {state}" for state, number in numbers.items() if number])
        told.append(f"{count(len(plays), 'play')} given: {parts}.")
    return " ".join(told)
