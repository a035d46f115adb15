"""Scores over time: the days that end a period, and the scores of each by the rules of then.

    rules = {day: store.methodology(day) for day in period_ends(first, as_of, "quarter")}
    parts = [(m, store.history(days, m)) for m, days in by_version(rules)]
    scores = score_history(parts, grid)

By today's rules throughout: score_history([(today, store.history(days, today))], grid).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import pandas as pd
from pandas.api.types import is_object_dtype

from cmi.methodology import GridKey, Methodology
from cmi.quarters import month_ends, quarter_ends
from cmi.scoring import score

Step = Literal["quarter", "month"]


def period_ends(
    first: date, as_of: date, step: Step = "quarter", most: int | None = None
) -> tuple[date, ...]:
    """The ends of the periods from the first day on which something was said, and `as_of` as last.

    `as_of` may lie within a period, which has not ended then. With `most`, the latest of them.
    """
    ends = (quarter_ends if step == "quarter" else month_ends)(first, as_of)
    days = (*ends, as_of) if as_of not in ends else ends
    return days if most is None else days[-most:]


def by_version(
    methodologies: Mapping[date, Methodology],
) -> tuple[tuple[Methodology, tuple[date, ...]], ...]:
    """Each methodology with the days on which it holds, earliest first."""
    held: dict[Methodology, list[date]] = {}
    for day in sorted(methodologies):
        held.setdefault(methodologies[day], []).append(day)
    return tuple((methodology, tuple(days)) for methodology, days in held.items())


def score_history(
    histories: Sequence[tuple[Methodology, pd.DataFrame]],
    grid: GridKey = "2x2",
    also: Sequence[GridKey] = (),
) -> pd.DataFrame:
    """One row per period and customer, in that order: the columns of cmi.scoring.score and
    `methodology`, the version that scored the row.

    `histories`, at least one: a methodology and the snapshots of its days, taken with it, for it
    says which items there are and which rater counts. An item that only another version has is
    missing; one that is a figure in one version and a word in another is text. The places on
    further grids, `also`, are kept for cmi.scoring.placed.
    """
    scored = [score(h, m, grid, also).assign(methodology=m.version) for m, h in histories]
    scores: pd.DataFrame = scored[0] if len(scored) == 1 else pd.concat(scored, ignore_index=True)
    if not scores["period"].is_monotonic_increasing:
        scores = scores.sort_values("period", kind="stable", ignore_index=True)
    mixed = scores.columns[scores.dtypes.map(is_object_dtype)]
    return scores.astype(dict.fromkeys([*mixed, "methodology"], "str"))
