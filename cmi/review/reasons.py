"""Why a customer stands where it stands in the queue of a review, in words.

Everything takes rows of cmi.review.queue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from cmi.methodology import GridKey, Methodology
from cmi.moves.migration import NOT_SCORED
from cmi.review import POTENTIAL, STALE, UNKNOWN, URGENT, urgent
from cmi.words import MISSING, count, money, points, share

Row = Mapping[Any, Any]
AXES = {"cmi": "maturity", "chs": "health"}


def why(
    found: pd.DataFrame, methodology: Methodology, grid: GridKey, currency: str
) -> pd.Series[str]:
    """Per row the reasons, what is at stake first: 180 k USD at risk; renews in 34 days."""
    said = [
        "; ".join(
            [at_stake(row, currency), *(text for _, text in urgencies(row, methodology, grid))]
        )
        for row in found.to_dict("records")
    ]
    return pd.Series(said, index=found.index, dtype="str")


def briefly(found: pd.DataFrame) -> pd.DataFrame:
    """The same as short as a table needs it: stake (247 k risk), urgent (the first of what is said
    there, and how much more is: moved +2).
    """
    stake = [
        f"{money(row['stake']) if row['arr_known'] else MISSING} {row['kind']}"
        for row in found[["stake", "arr_known", "kind"]].to_dict("records")
    ]
    words = {
        "moved": "moved",
        "renewal": "renews",
        "ended": "override ended",
        "overdue": "play overdue",
        "fragile": "near a cut",
        "stale": "stale",
    }
    holds = urgent(found)
    tags: list[list[str]] = [[] for _ in range(len(found))]
    for key, said in words.items():
        for n, yes in enumerate(holds[key]):
            if yes:
                tags[n].append(said)
    first = [" ".join([*each[:1], *([f"+{len(each) - 1}"] if each[1:] else [])]) for each in tags]
    return pd.DataFrame({"stake": stake, "urgent": first}, index=found.index, dtype="str")


def explained(row: Row, methodology: Methodology, grid: GridKey, currency: str) -> str:
    """How the score of one row was made, so that it can be made again by hand."""
    arr = (
        money(row["arr"], currency) if row["arr_known"] else "the median ARR (its own is not known)"
    )
    part = f"{share(row['share'])} {_kind(row)}"
    said = f"{money(row['stake'], currency)} at stake: {arr} × {part}."
    more = [f"{text} (+{URGENT[key]:g})" for key, text in urgencies(row, methodology, grid)]
    if not more:
        return said
    return f"{said} Urgent, × {row['urgency']:g}: {', '.join(more)}."


def at_stake(row: Row, currency: str) -> str:
    """180 k USD at risk, 210 k USD could grow."""
    worth = f"{money(row['stake'], currency)} " if row["arr_known"] else ""
    if row["kind"] == UNKNOWN:
        return f"{worth}at stake, health is not known"
    return f"{worth}{'could grow' if row['kind'] == POTENTIAL else 'at risk'}"


def urgencies(row: Row, methodology: Methodology, grid: GridKey) -> Iterator[tuple[str, str]]:
    """The keys of URGENT that hold for one row, each with its words."""
    names = {s.key: s.name for s in methodology.grid(grid)}
    if row["moved_from"]:
        yield "moved", _moved(row, names)
    if pd.notna(row["renews_in"]):
        yield "renewal", _renewal(int(row["renews_in"]))
    if row["ended"]:
        yield "ended", "an override has ended"
    if row["nearly"]:
        by = "more" if row["by_points"] > 0 else "less"
        then = names.get(row["nearly"], row["nearly"])
        amount, axis = abs(row["by_points"]), AXES[row["by_axis"]]
        yield "fragile", f"{amount:g} points {by} {axis} make it {then}"
    if row["stale"] >= STALE:
        yield "stale", f"{count(int(row['stale']), 'value')} stale"
    if row["overdue"]:
        yield "overdue", f"{count(int(row['overdue']), 'play')} overdue"


def _kind(row: Row) -> str:
    health, maturity = points(row["chs"]), points(row["cmi"])
    if row["kind"] == UNKNOWN:
        return "because health is not known"
    if row["kind"] == POTENTIAL:
        return f"potential (health {health} × maturity {maturity})"
    return f"risk (health {health})"


def _moved(row: Row, names: Mapping[str, str]) -> str:
    if pd.isna(row["proposed"]):
        return f"lost its place, was {names.get(row['moved_from'], row['moved_from'])}"
    if row["moved_from"] == NOT_SCORED:
        return "newly placed"
    return f"moved from {names.get(row['moved_from'], row['moved_from'])}"


def _renewal(days: int) -> str:
    if days == 0:
        return "renews today"
    return f"renews in {count(days, 'day')}" if days > 0 else f"renewal {count(-days, 'day')} ago"
