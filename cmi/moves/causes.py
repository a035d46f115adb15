"""Why a score changed between two days: causes whose points add up to the change.

Snapshots are those of a store on the two days (see cmi/scoring.py), or their scores.

Causes have customer_id, score ("cmi", "chs"), kind, item (key, "" for the whole), points (of the
score), was and now (0-100: what the item alone was worth on both sides of the cause, missing where
it did not count), before and after (the customer's score on both days).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cmi.frames import AGE
from cmi.methodology import Methodology
from cmi.scoring import counted, score

AXES = ("chs", "cmi")

_COLUMNS = ["customer_id", "score", "kind", "item", "points", "was", "now", "before", "after"]
_HALF = ("newly scored", "newly known", "no longer scored", "left")
_KINDS = ("methodology", "segment", "value", "coverage", "stale", *_HALF)
_Table = NDArray[np.float64]  # a row per customer, a column per item


def change(
    before: pd.DataFrame,
    after: pd.DataFrame,
    rules_before: Methodology,
    rules_after: Methodology,
    restated: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """A row per customer, score and cause of the change (columns at the head of this module).

    `before`, `after` are snapshots, or their scores under `rules_before` and `rules_after`.
    Of everybody with a score on both days the points of a score add up to after - before. The
    change is walked in steps, each of which changes one thing:

    methodology  The old snapshot under the new rules, less under the old ones. `restated` is the
                 old day as the new rules read it (their items, their order of raters); without it
                 `before` is taken as it is.
    segment      The same observations with today's segments, where the rules measure them
                 differently: other weights and bounds.
        In these two steps all shares may change at once, so an item is given the middle of both
        sides: its change in points x the mean of its two shares, and its change in share x how
        far its mean points lie from the middle of the two scores. Shares add up to 1 on both
        sides, so this is exact; and who gains weight pulls the score towards its own points, as
        a person expects.
    value        What was observed on both days, and only that, is compared: the change in points
                 x the share among these items. Rules and segment are the same by now, so it is
                 one share on both days, and no order has to be chosen.
    coverage     What is left comes from what was observed on one of the days only (too old to
                 count is not observed, where the rules drop it). An item that appeared gives its
                 share x (its points - the mean of what it joined); one that went away takes that
                 with it. It joins the items of its characteristic that were observed on both days,
                 or else all such items of the score. So an item that is as good as the rest moves
                 nothing when it appears, and nothing is charged to an item that stayed.

    Where the next side of a step has no score at all (nothing that was observed counts), the rest
    of the change belongs to that step as a whole: item "". Causes of 0 points are listed for items
    observed on one of the days, not for the rules.

    Further kinds: "stale" (0 points: the observation was valid on the first day and is too old on
    the second), and where there is a score on one of the days only (item "", points missing: there
    is nothing to subtract from) "newly scored", or "newly known" for who is not in `before`, and
    "no longer scored", or "left" for who is not in `after`. Who has a score on neither day has no
    rows. Who has left is treated like everybody: pass `portfolio.present` of the snapshots.
    """
    # Customers, items, kinds are numbers until the end, for texts take several times as long.
    old = before if restated is None else restated
    everybody = pd.concat([f["customer_id"] for f in (before, old, after)])
    ids = pd.Index(everybody.unique()).sort_values()
    first = _counted(before, rules_before, ids)
    same = restated is None and rules_before == rules_after
    again = first if same else _counted(old, rules_after, ids)
    moved = again
    if rules_after.overrides:
        moved = _counted(_as_today(old, after, rules_after), rules_after, ids)
    steps = (first, again, moved, _counted(after, rules_after, ids))
    was = _scored(before, rules_before).set_index(ids.get_indexer(before["customer_id"]))
    now = _scored(after, rules_after).set_index(ids.get_indexer(after["customer_id"]))
    stale = newly_stale(before, after, rules_after)
    stale.index = ids.get_indexer(stale.index)
    items, found = pd.Index([""]), []
    for number, axis in enumerate(sorted(AXES)):
        scores = pd.concat({"before": was[axis], "after": now[axis]}, axis=1)
        both = scores.dropna()
        parts = _parts(axis, rules_before, rules_after)
        sides = [_side(read, both.index, parts.index) for read in steps]
        theirs = stale.reindex(index=both.index, columns=parts.index, fill_value=False)
        items = items.append(parts.index)
        parts.index = pd.RangeIndex(len(items) - len(parts), len(items))
        half = _half(scores, was.index, now.index)
        rows = [*_causes(sides, parts, both), _went_stale(theirs, parts.index), half]
        found.append(pd.concat(rows).assign(score=number).join(scores, on="customer_id"))
    causes = pd.concat(found, ignore_index=True)[_COLUMNS]
    causes = causes.sort_values(["customer_id", "score"], kind="stable", ignore_index=True)
    texts = {"customer_id": ids, "score": sorted(AXES), "kind": _KINDS, "item": items}
    return causes.assign(
        **{name: pd.array(of, dtype="str").take(causes[name]) for name, of in texts.items()}
    )


def newly_stale(
    before: pd.DataFrame, after: pd.DataFrame, methodology: Methodology
) -> pd.DataFrame:
    """True where an observation is too old in `after` and was not in `before`: a row per customer
    of `after` (the index), a column per item.
    """
    then, now = (f.set_index("customer_id") for f in (before, after))
    then = then.reindex(now.index)
    old = {
        i.key: _outdated(now, i.key, methodology) & ~_outdated(then, i.key, methodology)
        for i in methodology.items
    }
    return pd.DataFrame(old, index=now.index)


def _outdated(snapshot: pd.DataFrame, key: str, methodology: Methodology) -> pd.Series[bool]:
    missing = pd.Series(np.nan, index=snapshot.index)
    return snapshot.get(key + AGE, missing) > methodology.valid_for(key)


@dataclass(frozen=True)
class _Side:
    """Points (missing where an item does not count) and shares (0 there) under one reading."""

    points: _Table
    share: _Table

    @property
    def known(self) -> _Table:
        return np.nan_to_num(self.points)

    @property
    def score(self) -> _Table:
        """A column; missing where nothing counts."""
        counts = (self.share > 0).any(axis=1, keepdims=True)
        return np.where(counts, (self.known * self.share).sum(axis=1, keepdims=True), np.nan)

    def where(self, customers: NDArray[np.bool_]) -> _Side:
        """Nothing counts for the other customers (a column)."""
        return _Side(np.where(customers, self.points, np.nan), np.where(customers, self.share, 0.0))


def _scored(snapshot: pd.DataFrame, rules: Methodology) -> pd.DataFrame:
    scores: pd.DataFrame = snapshot if "cmi" in snapshot else score(snapshot, rules)
    return scores


def _as_today(old: pd.DataFrame, after: pd.DataFrame, rules: Methodology) -> pd.DataFrame:
    """What was observed then, of customers as they are today."""
    # Rules may differ by what a driver says, too: then it is today's, like a segment.
    asked = {name.strip().casefold() for o in rules.overrides for name in o.columns}
    keys = [i.key for i in rules.items if i.key not in asked]
    measured = [column for key in keys for column in (key, key + AGE)]
    theirs = after.drop(columns=measured, errors="ignore")
    return theirs.merge(old[["customer_id", *old.columns.intersection(measured)]], on="customer_id")


def _parts(axis: str, rules_before: Methodology, rules_after: Methodology) -> pd.DataFrame:
    """Items of the score (rows) x parts whose mean is made first (columns): 1.0 or 0.0."""
    part: dict[str, str] = {}
    for rules in (rules_before, rules_after):  # where an item is in both, the new rules hold
        if axis == "chs":
            part |= dict.fromkeys((d.key for d in rules.drivers), "")
        else:
            part |= {f.key: c.key for c in rules.characteristics for f in c.factors}
    return pd.get_dummies(pd.Series(part, dtype="str"), dtype="float64")


def _counted(
    snapshot: pd.DataFrame, rules: Methodology, ids: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Points and shares by the customer's number."""
    points, share = counted(snapshot, rules)
    numbers = ids.get_indexer(pd.Index(snapshot["customer_id"]))
    return points.set_axis(numbers), share.set_axis(numbers)


def _side(read: tuple[pd.DataFrame, pd.DataFrame], customers: pd.Index, items: pd.Index) -> _Side:
    """The items of one score under one reading, as two tables."""
    points, share = (part.reindex(index=customers, columns=items).to_numpy() for part in read)
    return _Side(points, np.nan_to_num(share))


def _causes(
    sides: list[_Side], parts: pd.DataFrame, scores: pd.DataFrame
) -> Iterable[pd.DataFrame]:
    """The causes of the four steps, of customers with a score on both days."""
    first, again, moved, last = sides
    moved = moved.where(~np.isnan(again.score))  # a step from nothing cannot be told
    ids = scores.index
    rest = scores[["after"]].to_numpy()
    for kind, one, other in (("methodology", first, again), ("segment", again, moved)):
        yield _listed(kind, _by_rules(one, other), one, other, ids, parts.index)
        yield _whole(kind, np.where(np.isnan(other.score), rest - one.score, np.nan), ids)
    value, coverage = _by_observation(moved, last, parts.to_numpy())
    yield _listed("value", value, moved, last, ids, parts.index)
    yield _listed("coverage", coverage, moved, last, ids, parts.index)
    nothing = np.isnan(value).all(axis=1, keepdims=True)
    yield _whole("coverage", np.where(nothing, rest - moved.score, np.nan), ids)


def _by_rules(one: _Side, other: _Side) -> _Table:
    """The points of each item where shares change at once; missing where it has none."""
    was = np.where(np.isnan(one.points), other.points, one.points)
    now = np.where(np.isnan(other.points), one.points, other.points)
    shared = (now - was) * (one.share + other.share) / 2
    middle = (one.score + other.score) / 2
    moved = shared + (other.share - one.share) * ((was + now) / 2 - middle)
    return np.where(moved == 0, np.nan, moved)


def _by_observation(then: _Side, now: _Side, parts: _Table) -> tuple[_Table, _Table]:
    """The points of value and of coverage per item; missing where it has none."""
    both = (then.share > 0) & (now.share > 0)
    kept = np.where(both, now.share, 0.0)
    of_part = kept @ parts
    whole = np.where(of_part > 0, now.share @ parts, 0.0)
    of_whole = _ratio(whole, whole.sum(axis=1, keepdims=True))
    share = _ratio(kept, of_part @ parts.T) * (of_whole @ parts.T)

    def lifted(side: _Side) -> _Table:
        """What items observed on this day only give to its score."""
        mean = _ratio((kept * side.known) @ parts, of_part)
        joined = np.where(of_part > 0, mean, (share * side.known).sum(axis=1, keepdims=True))
        alone = (side.share > 0) & ~both & both.any(axis=1, keepdims=True)
        return np.where(alone, side.share * (side.points - joined @ parts.T), np.nan)

    value = np.where(both, share * (now.points - then.points), np.nan)
    came, went = lifted(now), -lifted(then)
    return value, np.where(np.isnan(came), went, came)


def _ratio(part: _Table, whole: _Table) -> _Table:
    """part / whole, 0 where the whole is."""
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)


def _listed(
    kind: str, points: _Table, one: _Side, other: _Side, customers: pd.Index, items: pd.Index
) -> pd.DataFrame:
    """A row for each entry that is there; kinds and items by their numbers."""
    at = np.nonzero(~np.isnan(points))
    return pd.DataFrame(
        {
            "customer_id": customers[at[0]],
            "kind": _KINDS.index(kind),
            "item": items[at[1]],
            "points": points[at],
            "was": one.points[at],
            "now": other.points[at],
        }
    )


def _whole(kind: str, points: _Table, customers: pd.Index) -> pd.DataFrame:
    """A row for each customer whose change is told as a whole (one column)."""
    none = _Side(np.full_like(points, np.nan), np.zeros_like(points))
    return _listed(kind, points, none, none, customers, pd.Index([0]))


def _went_stale(stale: pd.DataFrame, items: pd.Index) -> pd.DataFrame:
    """A row of 0 points for each item that is newly stale."""
    points = np.where(stale.to_numpy(dtype="bool"), 0.0, np.nan)
    none = _Side(np.full_like(points, np.nan), points)
    return _listed("stale", points, none, none, stale.index, items)


def _half(scores: pd.DataFrame, known_then: pd.Index, known_now: pd.Index) -> pd.DataFrame:
    """A row for each customer with a score on one of the days only."""
    half = scores[scores["before"].isna() != scores["after"].isna()]
    scored, known, unscored, left = (_KINDS.index(kind) for kind in _HALF)
    came = np.where(half.index.isin(known_then), scored, known)
    went = np.where(half.index.isin(known_now), unscored, left)
    kind = np.where(half["before"].isna(), came, went)
    rows = pd.DataFrame({"kind": kind, "item": 0}, index=half.index)
    return rows.rename_axis("customer_id").reset_index().assign(points=np.nan)
