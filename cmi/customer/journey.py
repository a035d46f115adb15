"""How one customer came to stand where it stands: its way over the periods, what happened on it.

A way has a row per period, oldest first: the scores frame of cmi/scoring.py, of one customer.
Events are those of cmi.store (see cmi.store.snapshot.EVENTS).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pandas as pd

from cmi.customer import SCORES
from cmi.methodology import GridKey, Methodology
from cmi.store.answers import ROUND_DAYS
from cmi.words import count, day, listed, money, points


def way_in_words(way: pd.DataFrame, methodology: Methodology, grid: GridKey) -> str:
    """From where to where the scores went, and the last cut that was crossed; "" before two periods
    have a score.
    """
    since: dict[str, list[str]] = {}
    for score, name in SCORES.items():
        known = way.dropna(subset=score)
        if len(known) > 1:
            first, last = points(known[score].iloc[0]), points(known[score].iloc[-1])
            went = f"{name} went from {first} to {last}"
            if first == last:
                went = f"{name} is at {last} as then"
            if known.index[-1] != way.index[-1]:
                went += f" (last known on {day(known['period'].iloc[-1])})"
            since.setdefault(day(known["period"].iloc[0]), []).append(went)
    said = " ".join(f"Since {first} {listed(ends)}." for first, ends in since.items())
    placed = way.dropna(subset="scenario")
    crossed = placed[placed["scenario"] != placed["scenario"].shift()].tail(2)
    if len(crossed) < 2:
        return said
    names = {scenario.key: scenario.name for scenario in methodology.grid(grid)}
    before, after = crossed["scenario"].map(lambda key: names.get(key, key))
    return f"{said} It went from {before} to {after} by {day(crossed['period'].iloc[-1])}."


def hollow(way: pd.DataFrame) -> pd.DataFrame:
    """The way with what rests on stale values only: cmi_hollow and chs_hollow (True or False), and
    stale, the same in words, "" where neither does.

    `way` has cmi_stale and chs_stale (0-1) of cmi.freshness.resting beside the scores.
    """
    marks = {f"{s}_hollow": (way[f"{s}_stale"].round(6) >= 1) & way[s].notna() for s in SCORES}
    found = way.assign(**marks)
    names = [
        [name for score, name in SCORES.items() if row[f"{score}_hollow"]]
        for row in found.to_dict("records")
    ]
    return found.assign(
        stale=[f"{listed(old)} from stale values only" if old else "" for old in names]
    )


def assessments(events: pd.DataFrame, apart: Iterable[str]) -> list[date]:
    """The days on which assessments ended, the newest first.

    Levels given within ROUND_DAYS before the last of an assessment belong to it; what raters
    `apart` say is none.
    """
    counting = (events["kind"] == "assessed") & ~events["what"].isin([*apart])
    ends: list[date] = []
    for when in sorted(pd.to_datetime(events.loc[counting, "date"]).dt.date, reverse=True):
        if not ends or when <= ends[-1] - timedelta(days=ROUND_DAYS):
            ends.append(when)
    return ends


def happenings(events: pd.DataFrame, methodology: Methodology, money_in: str) -> pd.DataFrame:
    """What stands on the time line, oldest first: date, lane ("Assessed", "Outcome", "Decided"),
    label (short), hint (a sentence).
    """
    names = {scenario.key: scenario.name for scenario in methodology.scenarios}
    rows = []
    for when, told in events.groupby("date", sort=True):
        assessed = told[told["kind"] == "assessed"]
        if len(assessed):
            by = [f"{count(int(n), 'level')} by {who}"
                  for who, n in zip(assessed["what"], assessed["levels"], strict=True)]  # fmt: skip
            raters = listed([str(who) for who in assessed["what"]])
            rows.append((when, "Assessed", raters, f"{listed(by, len(by))}"))
        for one in told[told["kind"] != "assessed"].to_dict("records"):
            if one["kind"] == "decided":
                agreed = names.get(one["what"], one["what"])
                note = f": {one['note']}" if pd.notna(one["note"]) else ""
                said = f"Agreed on {agreed}" if agreed else "Reviewed"
                rows.append((when, "Decided", agreed or "reviewed", f"{said}{note}"))
            else:
                amount = "" if pd.isna(one["amount"]) else f", {money(one['amount'], money_in)}"
                rows.append((when, "Outcome", one["kind"], f"{one['kind'].capitalize()}{amount}"))
    found = pd.DataFrame(rows, columns=["date", "lane", "label", "hint"])
    return found.assign(date=pd.to_datetime(found["date"]))


def happened_in_words(events: pd.DataFrame, methodology: Methodology, today: date) -> str:
    """How old the newest assessment is, and what happened last; plain text."""
    ends = assessments(events, methodology.raters.apart)
    told = "It was never assessed."
    if ends:
        age = (today - ends[0]).days
        ago = f"{count(age, 'day')} old" if age else "of this day"
        told = f"{count(len(ends), 'assessment')}, the newest {ago}."
    outcomes = events[~events["kind"].isin(["assessed", "decided"])]
    if outcomes.empty:
        return f"{told} No outcome is known."
    last = outcomes.iloc[-1]
    return f"{told} Last outcome: {last['kind']} on {day(last['date'])}."
