"""Did the plays help? Customers with a play, beside similar ones without. It is no proof.

Similar is who stood in the same scenario, the same segment and the same BAND points of the score on
the day for which the play was given, and never had a play that was not dropped. A customer counts
once, with its first play; EARLY days after it are too soon to tell.

`plays` are those of cmi.store.decisions, `then` the scores of cmi/scoring.py of the days for which
they were given, `now` those of the last day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from cmi.frames import OUTCOMES
from cmi.intervals import SEED, between, drawn_again, wilson
from cmi.words import count, share

FEW = 10  # customers with a play and similar ones, below which nothing is said
ALIKE = 3  # similar customers, below which there is nothing to compare with
BAND = 20  # points
EARLY = 60  # days
DRAWS = 1000
NOT_PROOF = (
    "This is not proof: plays go to customers of whom somebody expects something, and what else "
    "differs between them is not known."
)


@dataclass(frozen=True)
class Gain:
    """What customers with a play gained in a score, and what similar ones did, in points (means).

    `gain` is the difference, with its interval at 95 %; missing under FEW customers. `early` and
    `alone` had a play too, but it is too soon, or too few are similar.
    """

    score: str
    customers: int
    early: int
    alone: int
    change: float
    expected: float
    gain: float
    low: float
    high: float

    @property
    def enough(self) -> bool:
        """Whether there are enough customers to say something."""
        return self.customers >= FEW


def first_plays(plays: pd.DataFrame) -> pd.DataFrame:
    """The first play of each customer that was not dropped: customer_id, as_of."""
    kept = plays[plays["state"] != "dropped"].sort_values(["as_of", "given"])
    found: pd.DataFrame = kept.drop_duplicates("customer_id")[["customer_id", "as_of"]]
    return found.reset_index(drop=True)


def cases(
    plays: pd.DataFrame,
    then: Mapping[date, pd.DataFrame],
    now: pd.DataFrame,
    score: str,
    segment: str | None = None,
) -> pd.DataFrame:
    """A row per customer whose play is old enough: customer_id, as_of, change (points of the
    score), expected (the mean change of those who are similar, missing under ALIKE of them), error
    (its standard error), alike (how many they are), group (the same for who has the same ones).
    """
    treated = first_plays(plays)
    found = [
        _compared(day, treated, _change(then[day], now, score), "change", (score, segment))
        for day in _old_enough(treated, now)
        if day in then
    ]
    columns = ["customer_id", "as_of", "change", "expected", "error", "alike", "group"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def gain(
    plays: pd.DataFrame,
    then: Mapping[date, pd.DataFrame],
    now: pd.DataFrame,
    score: str,
    segment: str | None = None,
) -> Gain:
    """What the plays gained in a score over similar customers, with how sure that is."""
    treated, found = first_plays(plays), cases(plays, then, now, score, segment)
    known = found.dropna(subset=["change"])
    matched = known.dropna(subset=["expected"])
    old = [day for day in _old_enough(treated, now) if day in then]
    early = int((~treated["as_of"].isin(pd.to_datetime(old))).sum())
    nothing = float("nan")
    means = [nothing] * 5
    if len(matched) >= FEW:
        change, expected = float(matched["change"].mean()), float(matched["expected"].mean())
        means = [change, expected, change - expected, *_interval(matched)]
    return Gain(score, len(matched), early, len(known) - len(matched), *means)


def outcomes(
    plays: pd.DataFrame,
    then: Mapping[date, pd.DataFrame],
    now: pd.DataFrame,
    happened: pd.DataFrame,
    segment: str | None = None,
) -> pd.DataFrame:
    """What became of customers with a play since it was given, and of similar ones: a row per
    outcome that was ever recorded.

    Columns: outcome, customers, met (with a play, and to how many it happened), share, low, high
    (0-1, its Wilson interval), expected (0-1, the mean share of those who are similar by health).
    Shares are missing under FEW customers. `happened` has customer_id, date, outcome.
    """
    treated = first_plays(plays)
    last = now["period"].max()
    rows = []
    for outcome in OUTCOMES:
        dated = happened[(happened["outcome"] == outcome) & (happened["date"] <= last)]
        if dated.empty:
            continue
        parts = []
        for day in _old_enough(treated, now):
            if day in then:
                since = dated[dated["date"] > pd.Timestamp(day)]["customer_id"]
                one = then[day].assign(met=then[day]["customer_id"].isin(since).astype("float64"))
                parts.append(_compared(day, treated, one, "met", ("chs", segment)))
        found = pd.concat(parts) if parts else pd.DataFrame(columns=["met", "expected"])
        found = found.dropna(subset=["met", "expected"])
        rows.append((outcome, len(found), int(found["met"].sum()), found["expected"].mean()))
    table = pd.DataFrame(rows, columns=["outcome", "customers", "met", "expected"])
    enough = table["customers"] >= FEW
    table["share"] = (table["met"] / table["customers"].where(enough)).astype("float64")
    low, high = wilson(table["share"], table["customers"].astype("int64"))
    table["expected"] = table["expected"].astype("float64").where(enough)
    return table.assign(low=low, high=high)


def in_words(found: Gain) -> str:
    """What was gained, in a sentence; or why nothing can be said yet."""
    name = {"chs": "health", "cmi": "maturity"}[found.score]
    rest = []
    if found.early:
        rest.append(f"{count(found.early, 'play is', 'plays are')} younger than {EARLY} days")
    if found.alone:
        rest.append(f"{found.alone:,} {'has' if found.alone == 1 else 'have'} too few similar ones")
    left_out = f" Left out: {'; '.join(rest)}." if rest else ""
    if not found.enough:
        return (
            f"{name.capitalize()}: {count(found.customers, 'customer')} with a play can be "
            f"compared with similar ones, and {FEW} are needed.{left_out}"
        )
    chance = " It may be chance." if found.low <= 0 <= found.high else ""
    return (
        f"{count(found.customers, 'customer')} with a play: {name} {_signed(found.change)} points; "
        f"similar ones without: {_signed(found.expected)}. Difference {_signed(found.gain)} "
        f"({_signed(found.low)} to {_signed(found.high)}).{chance}{left_out}"
    )


def outcome_in_words(row: Mapping[Any, Any]) -> str:
    """To how many it happened, and to which part of similar ones."""
    name, customers = str(row["outcome"]), int(row["customers"])
    if customers < FEW:
        return f"{name.capitalize()}: {count(customers, 'customer')} to compare, {FEW} are needed."
    return (
        f"{name.capitalize()}: {row['met']:,} of {count(customers, 'customer')} with a play, "
        f"{share(row['share'])} ({row['low'] * 100:.0f}–{share(row['high'])}); of similar ones "
        f"{share(row['expected'])}."
    )


def _signed(number: float) -> str:
    said = f"{number:+z.1f}".replace("-", "−")
    return said.replace("+0.0", "±0.0")


def _old_enough(treated: pd.DataFrame, now: pd.DataFrame) -> list[date]:
    """The days for which plays were given, EARLY days or more before the last."""
    if now.empty:
        return []
    last = now["period"].max() - pd.Timedelta(days=EARLY)
    days = treated.loc[treated["as_of"] <= last, "as_of"].drop_duplicates().sort_values()
    return [day.date() for day in days]


def _interval(matched: pd.DataFrame) -> tuple[float, float]:
    """Those with a play drawn again, and the means of similar ones as far off as their errors."""
    gains = (matched["change"] - matched["expected"]).to_numpy(dtype="float64")
    groups = matched.groupby("group")["error"].agg(["first", "size"])
    error = float(np.sqrt(((groups["first"] * groups["size"]) ** 2).sum())) / len(gains)
    draws = gains @ drawn_again(len(gains), DRAWS) / len(gains)
    return between(draws + np.random.default_rng(SEED).normal(0, error, DRAWS))


def _change(then: pd.DataFrame, now: pd.DataFrame, score: str) -> pd.DataFrame:
    """The earlier scores with the `change` of one since; missing for who has left."""
    after = now[now["left_on"].isna()].set_index("customer_id")[score]
    return then.assign(change=then["customer_id"].map(after) - then[score])


def _compared(
    day: date,
    treated: pd.DataFrame,
    rows: pd.DataFrame,
    measure: str,
    alike: tuple[str, str | None],
) -> pd.DataFrame:
    """The measure of those whose first play was given for the day, and the mean of similar ones."""
    score, segment = alike
    here = rows[rows["left_on"].isna()]
    table = pd.DataFrame(
        {
            "customer_id": here["customer_id"],
            measure: here[measure],
            "scenario": here["scenario"],
            "band": np.floor(here[score] / BAND).clip(upper=100 / BAND - 1),
            "segment": here[segment] if segment else "",
        }
    ).dropna(subset=["scenario", "band", "segment"])
    others = table[~table["customer_id"].isin(treated["customer_id"])].dropna(subset=measure)
    keys = ["scenario", "band", "segment"]
    means = others.groupby(keys)[measure].agg(["mean", "sem", "size"]).reset_index()
    given = treated[treated["as_of"] == pd.Timestamp(day)]
    own = given.merge(table, on="customer_id").merge(
        means.assign(group=means.index.astype("str") + f" of {day}"), on=keys, how="left"
    )
    number = own["size"].fillna(0).astype("int64")
    return own[["customer_id", "as_of", measure]].assign(
        expected=own["mean"].where(number >= ALIKE),
        error=own["sem"],
        alike=number,
        group=own["group"],
    )
