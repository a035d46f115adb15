"""Other weights and cuts than those in force, before anybody adopts them: what would move.

Everything compares two scores frames of the same customers on the same day, each under its rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from cmi.methodology import BANDS, Cuts, GridCuts, GridKey, Methodology, Override
from cmi.methodology.overrides import holding
from cmi.moves.migration import places
from cmi.portfolio import main_currency, revenue
from cmi.problems import MethodologyError
from cmi.scoring import score
from cmi.store.snapshot import SCORES
from cmi.words import MISSING, NBSP, count, listed, money

TOP = 20  # the largest customers, whose ranks are compared
AXES = {"cmi": "maturity", "chs": "health"}
_SAME = 1e-9


@dataclass(frozen=True)
class Proposal:
    """What differs from the methodology in force: weights by key, cuts by grid."""

    weights: tuple[tuple[str, float], ...] = ()
    cuts: tuple[tuple[GridKey, Cuts], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.weights or self.cuts)

    def applied(self, methodology: Methodology) -> Methodology:
        """The methodology with these weights and cuts; MethodologyError where they do not fit."""
        cuts = {grid: methodology.cuts.of(grid) for grid in BANDS} | dict(self.cuts)
        weighed = methodology.with_weights(dict(self.weights))
        return replace(weighed, cuts=GridCuts(**cuts))

    def as_message(self) -> dict[str, Any]:
        """As the live plane says it: weights by key, cuts by grid and axis."""
        cuts = {grid: {"cmi": list(c.cmi), "chs": list(c.chs)} for grid, c in self.cuts}
        return {"weights": dict(self.weights), "cuts": cuts}


IN_FORCE = Proposal()


def from_message(message: Any, methodology: Methodology) -> Proposal:
    """What the live plane says (see `Proposal.as_message`), without what is as in force.

    It comes from a browser, so that anything may be wrong with it: MethodologyError says so.
    """
    try:
        weights = {str(key): float(weight) for key, weight in message["weights"].items()}
        cuts = {
            str(grid): Cuts(cmi=tuple(given["cmi"]), chs=tuple(given["chs"]))
            for grid, given in message["cuts"].items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MethodologyError("the proposal", "cannot be read.") from error
    if unknown := sorted(cuts.keys() - BANDS.keys()):
        raise MethodologyError("the proposal", f'names "{unknown[0]}", which is no grid.')
    grids = tuple((grid, cuts[grid]) for grid in BANDS if grid in cuts)
    return difference(Proposal(tuple(weights.items()), grids).applied(methodology), methodology)


def both(said: Any, methodology: Methodology) -> tuple[Proposal, Proposal | None, str]:
    """The proposal that is shown, the one beside it (None before there is one) and its letter."""
    try:
        shown, beside = said["slot"], {"A": "B", "B": "A"}[said["slot"]]
        other = None if said[beside] is None else from_message(said[beside], methodology)
        return from_message(said[shown], methodology), other, beside
    except (KeyError, TypeError) as error:
        raise MethodologyError("the proposal", "cannot be read.") from error


def difference(other: Methodology, methodology: Methodology) -> Proposal:
    """The weights and cuts that make `methodology` into `other`, of parts that both have."""
    theirs = dict(_weights(other))
    changed = {k: theirs[k] for k, w in _weights(methodology) if abs(theirs.get(k, w) - w) > _SAME}
    grids = [g for g in BANDS if other.cuts.of(g) != methodology.cuts.of(g)]
    return Proposal(tuple(sorted(changed.items())), tuple((g, other.cuts.of(g)) for g in grids))


def _weights(methodology: Methodology) -> list[tuple[str, float]]:
    return [(p.key, p.weight) for p in (*methodology.characteristics, *methodology.items)]


def equal(methodology: Methodology) -> Proposal:
    """Each characteristic, each factor of one and each driver counts alike; cuts stay."""
    families: list[Sequence[Any]] = [methodology.characteristics, methodology.drivers]
    families += [c.factors for c in methodology.characteristics]
    weights: dict[str, float] = {}
    for family in families:
        mean = sum(p.weight for p in family) / len(family)
        weights |= {p.key: mean for p in family if abs(p.weight - mean) > _SAME}
    return Proposal(tuple(sorted(weights.items())))


# A proposal in an address: charter-40~people-20~2x2-55-50


def of_shares(shares: Mapping[str, float], methodology: Methodology) -> Proposal:
    """The weights by which drivers or characteristics have these shares (0-1) of their score."""
    weights: dict[str, float] = {}
    for family in (methodology.characteristics, methodology.drivers):
        total = sum(p.weight for p in family)
        weights |= {p.key: shares[p.key] * total for p in family if p.key in shares}
    return Proposal(tuple(sorted(weights.items())))


def as_link(proposal: Proposal) -> str:
    """The proposal as a short text that can stand in an address, "" where nothing differs."""
    parts = [f"{key}-{_short(weight)}" for key, weight in proposal.weights]
    for grid, cuts in proposal.cuts:
        parts.append("-".join([grid, *map(_short, (*cuts.cmi, *cuts.chs))]))
    return "~".join(parts)


def _short(number: float) -> str:
    return repr(float(number)).removesuffix(".0")


def from_link(text: str, methodology: Methodology) -> Proposal:
    """The proposal of an address; MethodologyError where it does not fit."""
    weights: dict[str, str] = {}
    cuts: dict[str, Any] = {}
    for part in filter(None, text.split("~")):
        key, _, said = part.partition("-")
        if key in BANDS:
            numbers = re.split(r"(?<!e)-", said)  # not the minus of 1e-07
            half = len(BANDS[key]) - 1
            cuts[key] = {"cmi": _floats(numbers[:half]), "chs": _floats(numbers[half:])}
        else:
            weights[key] = said
    return from_message({"weights": weights, "cuts": cuts}, methodology)


def _floats(numbers: Iterable[str]) -> list[float]:
    try:
        return [float(n) for n in numbers]
    except ValueError as error:
        raise MethodologyError("the proposal", "cannot be read.") from error


# What would move


def rescored(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> pd.DataFrame:
    """The same customers and answers under other rules: a scores frame."""
    known = [*SCORES, *(c.key for c in methodology.characteristics)]
    snapshot = scores.drop(columns=[c for c in known if c in scores])
    return score(snapshot, methodology, grid)  # type: ignore[no-any-return]


def changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Who would stand elsewhere, largest ARR first; columns of cmi.moves.migration.places."""
    found = places(before, after)
    moved = found[found["from"] != found["to"]]
    return moved.sort_values(["arr", "name"], ascending=[False, True], ignore_index=True)


def who_moves(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """How many would stand elsewhere, their ARR, and how far scores move, in a sentence or two."""
    moved = changes(before, after)
    arr = money(revenue(moved).sum(min_count=1), main_currency(moved))
    worth = "" if arr == MISSING else f", {arr} ARR"
    who = f"{count(len(moved), 'customer')} of {len(before):,}{worth}." if len(moved) else "Nobody."
    return f"{who} {mean_steps(before, after)}".strip()


def mean_steps(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """How far scores move, in a sentence, "" where they do not."""
    means = {name: (after[axis] - before[axis]).abs().mean() for axis, name in AXES.items()}
    steps = [f"{name} moves by {mean:.1f} points" for name, mean in means.items() if mean > 0.05]
    return f"On average {listed(steps)}." if steps else ""


def ranks(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The largest customers by ARR whose rank among each other changes, largest change first.

    Columns: customer_id, name, arr, and of each axis `<axis>_rank_before`, `<axis>_rank_after`
    (1 is the highest score; missing where not scored). Only customers of the main currency with
    known ARR are compared; equal scores share the better rank.
    """
    worth = revenue(before)
    top = worth.dropna().nlargest(TOP).index
    found: dict[str, Any] = {c: before.loc[top, c] for c in ("customer_id", "name", "arr")}
    moved = pd.Series(0.0, index=top)
    for axis in AXES:
        for when, scores in (("before", before), ("after", after)):
            rank = scores.loc[top, axis].round(6).rank(ascending=False, method="min")
            found[f"{axis}_rank_{when}"] = rank
        step = found[f"{axis}_rank_after"] - found[f"{axis}_rank_before"]
        moved = moved.combine(step.abs().fillna(0), max)
    frame = pd.DataFrame(found).assign(_moved=moved)
    frame = frame[frame["_moved"] > 0].sort_values(["_moved", "arr"], ascending=False)
    return frame.drop(columns="_moved").reset_index(drop=True)


# How far it is from what is in force


def distance(methodology: Methodology, proposed: Methodology, grid: GridKey) -> list[str]:
    """What would count more or less, and where the cuts would lie: sentences, none when alike."""
    families: list[tuple[str, Any, Any]] = [
        ("maturity", methodology.characteristics, proposed.characteristics),
        *(
            (c.name, c.factors, p.factors)
            for c, p in zip(methodology.characteristics, proposed.characteristics, strict=True)
        ),
        ("health", methodology.drivers, proposed.drivers),
    ]
    sentences = [s for whole, old, new in families if (s := _shift(whole, old, new))]
    for axis, name in AXES.items():
        old, new = (getattr(m.cuts.of(grid), axis) for m in (methodology, proposed))
        if old != new:
            sentences.append(f"The {name} cut lies at {_cuts(new)} instead of {_cuts(old)}.")
    return sentences


def _shift(whole: str, old: Sequence[Any], new: Sequence[Any]) -> str:
    """Which parts of a whole count more or less, the largest change first."""
    before, after = _shares(old), _shares(new)
    moved = [
        (abs(b - a), f"{p.name} {_percent(b)} instead of {_percent(a)}")
        for p, a, b in zip(old, before, after, strict=True)
        if abs(b - a) > 0.0005
    ]
    if not moved:
        return ""
    half = sum(step for step, _ in moved) / 2
    told = listed([words for _, words in sorted(moved, key=lambda m: -m[0])], 4)
    return f"{_percent(half)} of the weight of {whole} lies elsewhere: {told}."


def _shares(parts: Sequence[Any]) -> list[float]:
    total = sum(p.weight for p in parts)
    return [p.weight / total for p in parts]


def _cuts(values: Sequence[float]) -> str:
    return " and ".join(f"{v:.4g}" for v in values)


def _percent(part: float) -> str:
    return f"{100 * part:.1f}".removesuffix(".0") + f"{NBSP}%"


def exceptions(scores: pd.DataFrame, methodology: Methodology, grid: GridKey) -> list[str]:
    """Whom some sliders and cuts do not move, because an exception says otherwise: sentences."""
    frame = nw.from_native(scores, eager_only=True)
    held = frame.select(*holding(methodology, frame.schema)).to_native().sum()
    sentences = []
    for mark, number in held.items():
        override = methodology.overrides[int(str(mark).rpartition(".")[2])]
        own = _own(override, methodology, grid)
        if number and own:
            who = f"{count(int(number), 'customer')} in {' or '.join(override.values).lower()}"
            keep = "keeps" if number == 1 else "keep"
            sentences.append(f"{who} {keep} {listed(own, 6)}, which nothing here moves.")
    return sentences


def _own(override: Override, methodology: Methodology, grid: GridKey) -> list[str]:
    """What an override says of weights and cuts: a part each, or the whole where it has all."""
    keys = set(dict(override.weights))
    names: list[str] = []
    for whole, parts in (("health", methodology.drivers), ("maturity", methodology.factors)):
        if keys >= {p.key for p in parts}:
            names.append(f"own weights of {whole}")
            keys -= {p.key for p in parts}
    left = [p.name for p in (*methodology.characteristics, *methodology.items) if p.key in keys]
    names += [f"an own weight of {name}" for name in left]
    own = dict(override.cuts).get(grid)
    return names + [f"an own {name} cut" for axis, name in AXES.items() if getattr(own, axis, None)]
