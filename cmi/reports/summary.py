"""What was read and what came of it, in lines for a terminal."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cmi import mapping, portfolio
from cmi.problems import KINDS
from cmi.words import count, listed, money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from cmi.files import Table
    from cmi.frames import Loaded
    from cmi.mapping import TableMapping
    from cmi.methodology import GridKey, Methodology
    from cmi.problems import Problem

MOST_PROBLEMS = 20
MOST_REASONS = 6


def how_read(
    table: Table, chosen: TableMapping, loaded: Loaded, methodology: Methodology
) -> Iterator[str]:
    """How one table was understood: its rows, columns, measures, and what was assumed."""
    place = f"{table.file} ({table.sheet})" if table.sheet else table.file
    refused = f", {loaded.refused:,} refused" if loaded.refused else ""
    blank = f", {loaded.blank:,} blank" if loaded.blank else ""
    yield f"{place}: {loaded.kept:,} of {count(loaded.rows, 'row')} used{refused}{blank}."
    if used := _columns(chosen, methodology):
        yield f"  Columns: {listed(used, 20)}."
    if unused := [c.header for c in chosen.columns if c.role == "ignore"]:
        yield f"  Not used: {listed(unused, 8)}."
    if chosen.link:
        link = chosen.link
        yield f"  Its customers are found in {link.file}: {link.column} is {link.other_column}."
    for measure in chosen.measures:
        yield f"  {measure.sentence(methodology, chosen)}."
    for question in chosen.questions:
        if not question.answer:
            yield f"  Open: {question.text} Assumed: {question.assumed}."


def _columns(chosen: TableMapping, methodology: Methodology) -> list[str]:
    """Each header, with its meaning where that is another; plain factors are only counted."""
    own = {word for f in methodology.factors for word in (f.key, f.name)}
    plain = [c for c in chosen.columns if c.role == "factor" and c.header in own]
    rest = [c for c in chosen.columns if c.role not in ("ignore", "link") and c not in plain]
    labels = [mapping.label_of(c, methodology) for c in rest]
    said = [
        c.header if c.header.casefold() == label.casefold() else f"{c.header} = {label}"
        for c, label in zip(rest, labels, strict=True)
    ]
    return [*said, count(len(plain), "factor")] if plain else said


def how_scored(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> Iterator[str]:
    """How many customers got which score, where they stand with how much ARR, and why not."""
    by_maturity, by_health = scores["cmi"].notna(), scores["chs"].notna()
    both = int((by_maturity & by_health).sum())
    left = int(scores["left_on"].notna().sum())
    yield (
        f"{count(len(scores), 'customer')}: {both:,} with both scores, "
        f"{int(by_maturity.sum()) - both:,} with maturity only, "
        f"{int(by_health.sum()) - both:,} with health only, "
        f"{int((~by_maturity & ~by_health).sum()):,} not scored."
    )
    if left:
        yield f"{count(left, 'customer has', 'customers have')} left, and are counted here."
    if both:
        yield from _by_scenario(scores, methodology, grid)
    if other := portfolio.other_currencies(scores):
        yield f"  {other}"
    yield from _why_not(scores, methodology)


def _by_scenario(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> Iterator[str]:
    names = {s.key: s.name for s in methodology.grid(grid)}
    currency = portfolio.main_currency(scores)
    tiles = portfolio.tiles(scores, methodology, grid)
    for key, customers, arr in zip(tiles["key"], tiles["customers"], tiles["arr"], strict=True):
        worth = f"{money(arr, currency)} ARR" if arr else ""
        yield f"  {names[key]:<20} {count(customers, 'customer'):>15}  {worth}".rstrip()


def _why_not(scores: pd.DataFrame, methodology: Methodology) -> Iterator[str]:
    why = portfolio.unscored(scores, methodology)["why"].value_counts()
    if why.empty:
        return
    yield f"Without a place on the plane, {count(int(why.sum()), 'customer')}:"
    for reason, number in why.head(MOST_REASONS).items():
        yield f"  {number:>5,} × {reason}"
    if len(why) > MOST_REASONS:
        yield f"  {int(why.iloc[MOST_REASONS:].sum()):>5,} × for like reasons, in other shares."


def what_was_wrong(problems: Sequence[Problem]) -> Iterator[str]:
    """Problems by kind, the most frequent first, with the first examples of each."""
    by_kind: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_kind[problem.kind].append(problem)
    each = max(1, MOST_PROBLEMS // max(1, len(by_kind)))
    if problems:
        yield f"{count(len(problems), 'problem')}:"
    for kind, found in sorted(by_kind.items(), key=lambda pair: -len(pair[1])):
        yield f"{KINDS[kind].title} ({len(found):,}). {KINDS[kind].advice}"
        yield from (f"  {_where(problem)}: {problem.message}" for problem in found[:each])
        if len(found) > each:
            yield f"  … and {len(found) - each:,} more."


def _where(problem: Problem) -> str:
    row = f"row {problem.row:,}" if problem.row else ""
    parts = [problem.file, problem.sheet, row, problem.column]
    return ", ".join(filter(None, parts))
