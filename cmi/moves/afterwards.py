"""What became of the customers of a scenario: who churned, contracted, renewed or expanded in the
quarters that followed.

A history is the scores frame of cmi/scoring.py with several periods; places are those of
cmi/moves/migration.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cmi.frames import OUTCOMES
from cmi.intervals import wilson
from cmi.moves.migration import ELSEWHERE, LEFT, NOT_SCORED, place
from cmi.segments import FEWEST
from cmi.words import count, listed, share

WITHIN = (2, 4)  # quarters


def outcomes_after(
    history: pd.DataFrame, outcomes: pd.DataFrame, quarters: tuple[int, ...] = WITHIN
) -> pd.DataFrame:
    """What became of the customers of each place within so many quarters: scenario (key or
    NOT_SCORED), outcome, within (quarters), windows (that have passed), customers (at risk), met
    (of them with the outcome), share (0-1), low, high (its Wilson interval at 95 %).

    `history` has period, customer_id, scenario and left_on; `outcomes` customer_id, date, outcome.
    At risk is who stood there at the beginning of a window that has passed whole by the last
    period; a window that is still open says nothing yet. Windows do not overlap, counted back from
    the last period, so that each outcome counts once; a customer is at risk again in each window.
    An outcome counts after the window's first day, up to its last. The share is missing where
    nobody was at risk, and for an outcome that was never recorded of anybody: that nobody wrote it
    down is not zero.
    """
    happened = _happened(history, outcomes)
    found = [_within(history, happened, number) for number in quarters]
    counted = pd.concat(found, ignore_index=True)
    never = ~counted["outcome"].isin(happened["outcome"])
    counted["share"] = (counted["met"] / counted["customers"]).mask(never)
    low, high = wilson(counted["share"], counted["customers"])
    return counted.assign(low=low, high=high)


def whom(
    history: pd.DataFrame, outcomes: pd.DataFrame, scenario: str, outcome: str, within: int
) -> pd.DataFrame:
    """The customers behind a share, latest first: customer_id, name, owner, period (when they stood
    there), cmi, chs, arr (of then), date (of the outcome).
    """
    met = _met(_at_risk(history, within), _happened(history, outcomes))
    met = met[(met["scenario"] == scenario) & (met["outcome"] == outcome)]
    facts = history[["period", "customer_id", "name", "owner", "cmi", "chs", "arr"]]
    found = met[["period", "customer_id", "date"]].merge(facts, on=["period", "customer_id"])
    columns = [*facts.columns, "date"]
    return found.sort_values("date", ascending=False, ignore_index=True)[columns]


def in_words(found: pd.DataFrame, names: Mapping[str, str], within: int) -> list[str]:
    """A sentence per outcome, from `outcomes_after`: where it was most and least frequent, and
    whether that may be chance; or that it was never recorded, or that no window has passed.
    """
    rows = found[found["within"] == within]
    if not rows["customers"].any():
        return [f"No {within} quarters with scores at their beginning have passed yet."]
    told, never = [], []
    for outcome, each in rows.groupby("outcome", sort=False):
        if each["share"].notna().any():
            told.append(_sentence(str(outcome), each.dropna(subset="share"), names, within))
        else:
            never.append(str(outcome))
    if never:
        told.append(f"Never recorded of anybody: {listed(never)}.")
    return told


def _sentence(outcome: str, rows: pd.DataFrame, names: Mapping[str, str], within: int) -> str:
    """Of Let go 31 % churned within 4 quarters (23-40 %), of Retain 4 % (2-8 %)."""
    placed = rows[(rows["scenario"] != NOT_SCORED) & (rows["customers"] >= FEWEST)]
    if placed.empty:
        return f"{outcome.capitalize()}: fewer than {FEWEST} customers in every scenario."
    order = placed.sort_values("share", ascending=False, kind="stable").to_dict("records")
    most, least = order[0], order[-1]

    def of(row: Mapping[Any, Any], verb: str = "") -> str:
        name = names.get(row["scenario"], row["scenario"])
        return f"of {name} {share(row['share'])}{verb} ({ranged(row['low'], row['high'])})"

    first = of(most, f" {outcome} within {count(within, 'quarter')}")
    said = f"{first[:1].upper()}{first[1:]}"
    if most is least:
        return f"{said}."
    chance = most["low"] <= least["high"]
    return f"{said}, {of(least)}{': the difference may be chance' if chance else ''}."


def ranged(low: float, high: float) -> str:
    """23-40 %."""
    return f"{low * 100:.0f}–{share(high)}"


def _happened(history: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """The outcomes up to the last period."""
    dated = outcomes[["customer_id", "date", "outcome"]].assign(
        date=pd.to_datetime(outcomes["date"])
    )
    happened: pd.DataFrame = dated[dated["date"] <= history["period"].max()]
    return happened


def _within(history: pd.DataFrame, happened: pd.DataFrame, quarters: int) -> pd.DataFrame:
    """At risk and met per place and outcome, over the windows of so many quarters."""
    risk = _at_risk(history, quarters)
    met = _met(risk, happened)
    scenarios = place(history)[~place(history).isin([LEFT, ELSEWHERE])]
    every = pd.MultiIndex.from_product(
        [sorted(scenarios.unique()), OUTCOMES], names=["scenario", "outcome"]
    )
    counted = every.to_frame(index=False).assign(within=quarters)
    counted["windows"] = len(_windows(history["period"], quarters))
    of = risk.groupby("scenario").size()
    counted["customers"] = counted["scenario"].map(of).fillna(0).astype("int64")
    times = met.groupby(["scenario", "outcome"]).size().reindex(every, fill_value=0)
    return counted.assign(met=times.to_numpy())


def _at_risk(history: pd.DataFrame, quarters: int) -> pd.DataFrame:
    """Who stood where when a window began: period, customer_id, scenario, until."""
    placed = history[["period", "customer_id"]].assign(scenario=place(history))
    placed = placed[~placed["scenario"].isin([LEFT, ELSEWHERE])]
    return placed.merge(_windows(history["period"], quarters), on="period")


def _met(risk: pd.DataFrame, happened: pd.DataFrame) -> pd.DataFrame:
    """Who of them had an outcome in the window, each outcome once: also date, outcome."""
    met = risk.merge(happened, on="customer_id")
    met = met[(met["date"] > met["period"]) & (met["date"] <= met["until"])]
    return met.drop_duplicates(["period", "customer_id", "outcome"])


def _windows(periods: pd.Series[pd.Timestamp], quarters: int) -> pd.DataFrame:
    """The windows that have passed and do not overlap: period (the first day), until (the last)."""
    windows = []
    limit = periods.max()
    for start in sorted(periods.unique(), reverse=True):
        until = _later(pd.Timestamp(start), quarters)
        if until <= limit:
            windows.append((start, until))
            limit = start
    return pd.DataFrame(windows, columns=["period", "until"]).astype("datetime64[us]")


def _later(day: pd.Timestamp, quarters: int) -> pd.Timestamp:
    """The day so many quarters later; the end of a month leads to the end of a month."""
    months = 3 * quarters
    by = pd.offsets.MonthEnd(months) if day.is_month_end else pd.DateOffset(months=months)
    return day + by
