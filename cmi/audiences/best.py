"""Marketing: what do our best customers look like, and what should a prospect be asked?

The best are the customers in the scenarios that the reader names; the others are all who have a
place in another scenario. Who has no place is neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cmi.intervals import wilson
from cmi.methodology import GridKey, Methodology, Scenario
from cmi.segments import FEWEST
from cmi.words import count, listed, share

REACHED = 0.75  # the part of the best who have at least the level that is asked for
MOST_QUESTIONS = 5


def usual(methodology: Methodology, grid: GridKey) -> Scenario:
    """The scenario that is best in both scores."""
    return next(s for s in methodology.grid(grid) if (s.cmi, s.chs) == ("high", "high"))


def placed(scores: pd.DataFrame) -> pd.DataFrame:
    """Those who are compared: everybody with a place on the plane."""
    return scores[scores["scenario"].notna()]


def are_best(scores: pd.DataFrame, scenarios: Sequence[str]) -> pd.Series[bool]:
    """Who stands in one of the scenarios (keys)."""
    return scores["scenario"].isin(list(scenarios))


def profile(
    scores: pd.DataFrame, scenarios: Sequence[str], methodology: Methodology
) -> pd.DataFrame:
    """The mean levels of the best beside those of the others, a row per factor in its order.

    Columns: item, characteristic, name, best, others (1-5, missing under FEWEST answers),
    best_known, others_known (answers), apart (best less others).
    """
    rows = placed(scores)
    best = are_best(rows, scenarios)
    found = [
        {
            "item": f.key,
            "characteristic": c.name,
            "name": f.name,
            **_mean("best", rows.loc[best, f.key]),
            **_mean("others", rows.loc[~best, f.key]),
        }
        for c in methodology.characteristics
        for f in c.factors
    ]
    told = pd.DataFrame(found)
    return told.assign(apart=told["best"] - told["others"])


def _mean(who: str, levels: pd.Series[float]) -> dict[str, float]:
    known = int(levels.count())
    mean = float(levels.mean()) if known >= FEWEST else float("nan")
    return {who: mean, f"{who}_known": known}


def questions(
    scores: pd.DataFrame,
    scenarios: Sequence[str],
    methodology: Methodology,
    most: int = MOST_QUESTIONS,
) -> pd.DataFrame:
    """What to ask a prospect: the factors whose level tells the best from the others, best first.

    `level` is the highest that REACHED of the best have at least; factors on which it is 1 tell
    nothing and are left out, as are those with under FEWEST answers on a side. Columns: item,
    characteristic, name, question, level (2-5), anchor (its words), best_reach, others_reach (0-1,
    who have at least that level), best_known, others_known (answers).
    """
    rows = placed(scores)
    best = are_best(rows, scenarios)
    found = []
    for c in methodology.characteristics:
        for f in c.factors:
            ours, theirs = rows.loc[best, f.key].dropna(), rows.loc[~best, f.key].dropna()
            level = _reached(ours)
            if min(len(ours), len(theirs)) < FEWEST or level < 2:
                continue
            found.append(
                {
                    "item": f.key,
                    "characteristic": c.name,
                    "name": f.name,
                    "question": f.question,
                    "level": level,
                    "anchor": f.levels[level - 1],
                    "best_reach": float((ours >= level).mean()),
                    "others_reach": float((theirs >= level).mean()),
                    "best_known": len(ours),
                    "others_known": len(theirs),
                }
            )
    told = pd.DataFrame(found, columns=QUESTION_COLUMNS)
    apart = told["best_reach"] - told["others_reach"]
    order = apart[apart > 0].sort_values(ascending=False, kind="stable").index
    return told.loc[order].head(most).reset_index(drop=True)


QUESTION_COLUMNS = [
    *("item", "characteristic", "name", "question", "level", "anchor"),
    *("best_reach", "others_reach", "best_known", "others_known"),
]


def _reached(levels: pd.Series[float]) -> int:
    """The highest whole level that REACHED of them have at least; 0 for nobody."""
    return max(
        (n for n in range(1, 6) if len(levels) and (levels >= n).mean() >= REACHED), default=0
    )


def by_segment(
    scores: pd.DataFrame, scenarios: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    """How many of each segment are among the best, the highest share first.

    Segments under FEWEST placed customers are left out. Columns: column, value, customers (placed),
    best, share, low, high (0-1, interval of 95 %), all (0-1, the share in the whole portfolio),
    clear (that share lies outside the interval).
    """
    rows = placed(scores)
    best = are_best(rows, scenarios)
    parts = []
    for column in columns:
        grouped = best.groupby(rows[column].to_numpy())
        told = pd.DataFrame({"customers": grouped.size(), "best": grouped.sum()})
        parts.append(told.rename_axis("value").reset_index().assign(column=column))
    if not parts:
        return pd.DataFrame(columns=SEGMENT_COLUMNS)
    found = pd.concat(parts, ignore_index=True)
    found = found[found["customers"] >= FEWEST].astype({"best": "int64"})
    part = found["best"] / found["customers"]
    low, high = wilson(part, found["customers"])
    overall = float(best.mean()) if len(best) else float("nan")
    found = found.assign(share=part, low=low, high=high, all=overall)
    found["clear"] = (found["low"] > overall) | (found["high"] < overall)
    order = ["share", "customers", "column", "value"]
    found = found.sort_values(order, ascending=[False, False, True, True], ignore_index=True)
    return found[SEGMENT_COLUMNS]


SEGMENT_COLUMNS = ["column", "value", "customers", "best", "share", "low", "high", "all", "clear"]


def segments_in_words(found: pd.DataFrame) -> str:
    """Which segments have clearly more, or fewer, of the best than the portfolio; plain text."""
    if found.empty:
        return "No segment has five customers with a place on the plane."
    overall = share(found["all"].iloc[0])
    above = found["share"] > found["all"]
    sides = {"more": found[found["clear"] & above], "fewer": found[found["clear"] & ~above][::-1]}
    said = [
        f"clearly {side} in " + listed([_segment(row) for row in rows.to_dict("records")], 4)
        for side, rows in sides.items()
        if len(rows)
    ]
    if not said:
        return f"No segment differs clearly from the portfolio as a whole ({overall})."
    return f"Beside the portfolio as a whole ({overall}): {'; '.join(said)}."


def _segment(row: dict[Any, Any]) -> str:
    return f"{row['value']} ({row['column']}, {share(row['share'])})"


def headline(asked: pd.DataFrame, best: int) -> str:
    """What tells the best from the others most (of `questions`); plain text."""
    if not best:
        return "Nobody stands in these scenarios yet: there is no profile to look for."
    if asked.empty:
        few = "too few to tell what sets them apart" if best < FEWEST else "nothing sets them apart"
        return f"{count(best, 'customer')} among the best: {few}."
    first = asked.iloc[0]
    return (
        f"Ask about {first['name'].lower()} first: {share(first['best_reach'])} of the best stand "
        f"at level {first['level']} or above, {share(first['others_reach'])} of the others."
    )
