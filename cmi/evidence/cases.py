"""Do the scores foretell what happens? Outcomes against the scores as they stood before.

A case is a customer in a quarter, with the scores that it had at the end of the quarter so many
quarters before: never with anything that was known later. Columns of cases: those of the scores
(cmi/scoring.py; `period` is the day of the scores), quarter (the last day of the quarter in which
it may happen), happened (bool), and as further scores, 0-100: both (the mean of CMI and CHS),
plane (its cell: 0 worst on both axes, 100 best), the same by equal weights (equal_chs, equal_cmi,
equal_both, equal_plane), and arr_only (ARR in the main currency).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cmi.evidence.separation import FEW, Estimate, Flags, Sample, auc
from cmi.methodology import BANDS, GridKey, Methodology
from cmi.portfolio import revenue
from cmi.scoring import points_of, score
from cmi.words import signed

Numbers = NDArray[np.int64]

LAGS = (1, 2, 4)  # quarters from the scores to the outcome
LEAK = 0.9  # an item with a higher AUC probably holds the outcome itself
SCORES = {"chs": "Health (CHS)", "cmi": "Maturity (CMI)", "both": "Both", "plane": "The plane"}
BASELINES = {"chs": "CHS alone", "equal": "equal weights", "arr_only": "ARR alone"}


@dataclass(frozen=True)
class Question:
    """What may happen to a customer: which `outcomes` count, and against whom.

    With `against`, the others are only those with such an outcome instead. `rising`: high scores
    should foretell it; else low ones.
    """

    name: str
    they: str
    others: str
    outcomes: tuple[str, ...]
    against: tuple[str, ...] = ()
    rising: bool = False


QUESTIONS: dict[str, Question] = {
    "left": Question("Left", "customers who left", "those who stayed", ("churned",)),
    "shrank": Question(
        "Left or shrank",
        "customers who left or took less",
        "the others",
        ("churned", "contracted"),
    ),
    "grew": Question("Grew", "customers who grew", "the others", ("expanded",), rising=True),
    "renewed": Question(
        "Renewed",
        "customers who renewed",
        "those who left instead",
        ("renewed",),
        ("churned",),
        rising=True,
    ),
}


def cases(
    history: pd.DataFrame, outcomes: pd.DataFrame, question: Question, lag: int
) -> pd.DataFrame:
    """The cases of a question (see the head of this module), without the further scores.

    `history`: scores of several periods; those at the ends of quarters count. `outcomes`:
    customer_id, date, outcome. At risk in a quarter is who was known and had not left both on the
    day of the scores and when the quarter began. Only quarters that have ended by the last period
    count, from the first to the last in which such an outcome was recorded: that nobody wrote
    anything down before or after is not zero.
    """
    told = _told(outcomes, (*question.outcomes, *question.against))
    there = history[history["period"].dt.is_quarter_end & history["left_on"].isna()]
    ids, stood, when = pd.Index(there["customer_id"].unique()), _quarter(there), _quarter(told)

    def marked(rows: pd.DataFrame, quarters: Numbers) -> Numbers:
        return np.asarray(ids.get_indexer(rows["customer_id"]) * 100_000 + quarters)

    place = marked(there, stood + lag)
    hits = told["outcome"].isin(question.outcomes).to_numpy()
    happened = np.isin(place, marked(told, when)[hits])
    kept = np.isin(place, marked(there, stood + 1)) & _recorded(stood + lag, when, history)
    if question.against:
        kept &= happened | np.isin(place, marked(told, when))
    months = (3 * (stood[kept] + lag + 1) - 12 * 1970).astype("datetime64[M]")
    ends = (months.astype("datetime64[D]") - np.timedelta64(1, "D")).astype("datetime64[us]")
    found: pd.DataFrame = there[kept].assign(quarter=ends, happened=happened[kept])
    return found.sort_values(["quarter", "customer_id"], ignore_index=True)


def looking_back(scores: pd.DataFrame, outcomes: pd.DataFrame, question: Question) -> pd.DataFrame:
    """One case per customer: the scores of today against what ever happened before.

    This is no forecast: the scores know what has happened. Only a "no" means something.
    """
    told = _told(outcomes, (*question.outcomes, *question.against))
    hits = told.loc[told["outcome"].isin(question.outcomes), "customer_id"]
    happened = scores["customer_id"].isin(hits)
    kept = happened | scores["customer_id"].isin(told["customer_id"]) | (not question.against)
    found = scores.assign(quarter=scores["period"], happened=happened)[kept & bool(len(hits))]
    return found.reset_index(drop=True)


def further_scores(found: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """The cases with the scores that they are compared by (see the head of this module)."""
    even = score(found, evenly(methodology), grid)
    return found.assign(
        both=(found["cmi"] + found["chs"]) / 2,
        plane=_plane(found, methodology, grid),
        equal_chs=even["chs"],
        equal_cmi=even["cmi"],
        equal_both=(even["cmi"] + even["chs"]) / 2,
        equal_plane=_plane(even, methodology, grid),
        arr_only=revenue(found),
    )


def evenly(methodology: Methodology) -> Methodology:
    """The same rules with one weight for everything that counts, and for everybody."""
    parts = (*methodology.characteristics, *methodology.items)
    bare = [replace(o, weights=()) for o in methodology.overrides if o.bounds or o.cuts]
    return replace(
        methodology.with_weights({p.key: 1.0 for p in parts if p.weight > 0}),
        overrides=tuple(bare),
    )


def separations(found: pd.DataFrame, sample: Sample, question: Question) -> dict[str, Estimate]:
    """The AUC of each score (keys of SCORES), each over the cases that have it."""
    return {key: sample.separates(risk(found, key, question)) for key in SCORES}


def gains(
    found: pd.DataFrame, sample: Sample, question: Question, of: str
) -> dict[str, tuple[Estimate, Estimate]]:
    """The AUC of the baselines (keys of BASELINES), and how much that of one score is above it.

    Each over the cases that have both. ARR may point either way: the way that serves it better is
    taken, so that it is not beaten too easily.
    """
    own = risk(found, of, question)
    compared = {}
    for key in BASELINES:
        if key == of:
            continue
        over = risk(found, f"equal_{of}" if key == "equal" else key, question)
        if key == "arr_only" and _known_auc(over, found) < 0.5:
            over = -over
        compared[key] = sample.compares(own, over)[1:]
    return compared


def leaks(found: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """The items that tell the outcome too well to be true: item, auc (0.5-1), how ("value": by
    what it says; "known": by whether it says anything), highest first.

    `auc` is above LEAK, whichever way it points; items with fewer than FEW outcomes are not judged.
    """
    points = points_of(found, methodology)
    rows = []
    for item in methodology.items:
        said, known = points[item.key].dropna(), points[item.key].notna().astype("float64")
        for how, values in (("value", said), ("known", known)):
            happened = found["happened"][values.index]
            few = min(happened.sum(), (~happened).sum()) < FEW
            if not few and values.min() < values.max():
                one = auc(values, happened, found["quarter"][values.index])
                rows.append((item.key, max(one, 1 - one), how))
    table = pd.DataFrame(rows, columns=["item", "auc", "how"])
    table = table[table["auc"] > LEAK].sort_values("auc", ascending=False, ignore_index=True)
    return table.drop_duplicates("item", ignore_index=True)


def in_words(name: str, found: Estimate, question: Question) -> str:
    """What an AUC says, in one sentence; by the figures that it shows, so that they agree."""
    if not found.known:
        return (
            f"{name}: {found.outcomes:,} of at least {FEW} outcomes with a score that stood "
            "before, too few to say anything."
        )
    whom = f"{question.they} from {question.others}"
    figures = f"AUC {found.value:.2f}, interval {found.low:.2f}–{found.high:.2f}"
    if round(found.low, 2) > 0.5:
        return f"{name} separates {whom}: {figures}."
    if round(found.high, 2) < 0.5:
        had = f"they had {'lower' if question.rising else 'higher'} scores"
        return f"{name} does not separate {whom}, it points the wrong way ({had}): {figures}."
    return f"{name} does not separate {whom}: {figures}."


def gain_in_words(name: str, over: str, found: Estimate) -> str:
    """Whether a score is worth more than a simpler one, in one sentence; "" when not known."""
    if not found.known:
        return ""
    if round(found.low, 2) > 0:
        said = "tells more"
    else:
        said = "tells less" if round(found.high, 2) < 0 else "does not tell more"
    return f"{name} {said} than {over}: AUC {gain_figures(found)}."


def gain_figures(found: Estimate) -> str:
    """+0.05, interval −0.01 to +0.10."""
    value, low, high = (signed(number, 2) for number in (found.value, found.low, found.high))
    return f"{value}, interval {low} to {high}"


def risk(found: pd.DataFrame, key: str, question: Question) -> pd.Series[float]:
    """A score, turned so that more of it makes what the question asks more probable."""
    return found[key] if question.rising else -found[key]


def _known_auc(risk: pd.Series[float], found: pd.DataFrame) -> float:
    known = risk.notna()
    return auc(risk[known], found["happened"][known], found["quarter"][known])


def _plane(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.Series[float]:
    bands = BANDS[grid]
    worth: Mapping[str, float] = {
        s.key: 50 * (bands.index(s.cmi) + bands.index(s.chs)) / (len(bands) - 1)
        for s in methodology.grid(grid)
    }
    return scores["scenario"].map(dict(worth)).astype("float64")


def _told(outcomes: pd.DataFrame, kinds: tuple[str, ...]) -> pd.DataFrame:
    told = outcomes[outcomes["outcome"].isin(kinds)]
    return told.assign(date=pd.to_datetime(told["date"]))


def _quarter(rows: pd.DataFrame) -> Numbers:
    """The number of the quarter of each row's period or date: 8100 is the first of 2025."""
    days = rows["period"] if "period" in rows else rows["date"]
    return np.asarray(days.dt.year * 4 + days.dt.quarter - 1, dtype="int64")


def _recorded(quarters: Numbers, when: Numbers, history: pd.DataFrame) -> Flags:
    """Which quarters have ended and lie between those of the first and the last outcome."""
    if not len(when):
        return np.zeros(len(quarters), dtype=bool)
    newest = history["period"].max()
    ended = newest.year * 4 + newest.quarter - 1 - (not newest.is_quarter_end)
    return np.asarray((quarters >= when.min()) & (quarters <= min(when.max(), ended)))
