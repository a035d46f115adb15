"""What moved between two days, in words, and the list of the moves that matter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cmi.causes import AXES, newly_stale
from cmi.methodology import GridKey, Methodology
from cmi.migration import LEFT, NEW, NOT_SCORED, places
from cmi.portfolio import revenue
from cmi.scenarios import DECIMALS
from cmi.words import count, listed, points, signed

_WHOLE = {
    "methodology": "new methodology",
    "segment": "other segment",
    "mix": "customers who came or went",
    "coverage": "other items known",
}


def labels(causes: pd.DataFrame, methodology: Methodology) -> pd.Series[str]:
    """What each cause (cmi.causes) is called, in lower case: logins, NPS newly known, skills no
    longer known, new methodology. Without `was` and `now`: coverage of NPS.
    """
    names = {i.key: _lower(i.name) for i in methodology.items}
    said = [
        _label(str(kind), names.get(item, item), now)
        for kind, item, now in zip(
            causes["kind"],
            causes["item"].astype("str"),
            causes["now"] if "now" in causes else [None] * len(causes),
            strict=True,
        )
    ]
    return pd.Series(said, index=causes.index, dtype="str")


def in_words(causes: pd.DataFrame, methodology: Methodology, most: int = 3) -> str:
    """CHS −14: logins −9, open tickets −5; 2 items went stale.

    `causes` (cmi.causes) are those of one customer, or of a group. Both scores are divided by
    " · ". The largest causes come first; what is not among the `most` largest, or would be shown
    as 0, is added up as "others". "" where there are no causes.
    """
    of_score = {str(axis): rows for axis, rows in causes.groupby("score")}
    return " · ".join(
        _sentence(axis.upper(), of_score[axis], methodology, most)
        for axis in AXES
        if axis in of_score
    )


def _sentence(axis: str, rows: pd.DataFrame, methodology: Methodology, most: int) -> str:
    half = rows[rows["kind"].isin(["newly scored", "no longer scored"])]
    if len(half):
        one = half.iloc[0]
        here = pd.notna(one["after"])
        at = f"at {points(one['after'])}" if here else f"(was {points(one['before'])})"
        return f"{axis} {one['kind']} {at}"
    stale = int((rows["kind"] == "stale").sum())
    told = rows[rows["kind"] != "stale"]
    moved = told["points"].groupby(labels(told, methodology), sort=False).sum()
    moved = moved.sort_values(key=lambda p: p.abs().round(DECIMALS), ascending=False, kind="stable")
    named = moved[moved.round().abs() >= 1][:most]
    total = moved.sum()
    said = [f"{label} {signed(p)}" for label, p in named.items()]
    others = signed(total - named.sum())
    if others != signed(0):
        said.append(f"others {others}" if said else "many small changes")
    moves = f"{signed(total)}: {', '.join(said)}" if said else "unchanged"
    aged = f"; {count(stale, 'item')} went stale" if stale else ""
    return f"{axis} {moves}{aged}"


def _label(kind: str, name: str, now: float | None) -> str:
    if kind in _WHOLE and (kind != "coverage" or not name):
        return _WHOLE[kind]
    if kind != "coverage":
        return name
    if now is None:
        return f"coverage of {name}"
    return f"{name} {'no longer' if pd.isna(now) else 'newly'} known"


def _lower(name: str) -> str:
    """Open tickets as it stands within a sentence: open tickets; NPS stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def that_matter(
    before: pd.DataFrame,
    after: pd.DataFrame,
    methodology: Methodology,
    grid: GridKey,
    fell: float = 10,
    stale: int = 3,
) -> pd.DataFrame:
    """The moves to look at, the most important customer first: rank, customer_id, name, owner, arr,
    what, detail (in words), from, to (places, see cmi.migration), cmi_before, cmi_after,
    chs_before, chs_after.

    `before`, `after` are the scores of two days. A customer has a row for each `what`:
        left              was a customer on the first day and has left
        crossed           stands in another scenario
        no longer scored  had a place on the plane and has none
        newly scored      has one and had none
        fell              a score fell by more than `fell` points
        newly stale       at least `stale` observations became too old (three are a characteristic)
    Customers are ranked by ARR x change: the larger change of the two scores, up or down; all 100
    points for who left. Where no change can be told (newly scored) they follow, by ARR; where the
    ARR is not known, or in another than the main currency, they come last.
    """
    found = places(before, after)
    change = pd.DataFrame({a: found[f"{a}_after"] - found[f"{a}_before"] for a in AXES})
    change = change.round(DECIMALS)
    went = newly_stale(before, after, methodology).reindex(found["customer_id"], fill_value=False)
    names = {s.key: s.name for s in methodology.grid(grid)}
    then, now = (found[side].map(lambda key: names.get(key, key)) for side in ("from", "to"))
    had, has = (~found[side].isin([NEW, NOT_SCORED, LEFT]) for side in ("from", "to"))
    stays = found["to"] != LEFT
    whats = {
        "left": (~stays, then.where(had, "")),
        "crossed": (had & has & (found["from"] != found["to"]), then + " → " + now),
        "no longer scored": (had & stays & ~has, "was " + then),
        "newly scored": (has & ~had, now),
        "fell": (stays & (change < -fell).any(axis=1), _falls(change, fell)),
        "newly stale": (stays & (went.sum(axis=1).to_numpy() >= stale), _aged(went, methodology)),
    }
    found["stake"] = revenue(found) * change.abs().max(axis=1).where(stays, 100)
    found["worth"] = revenue(found)
    rows = [found[kept].assign(what=w, detail=text[kept]) for w, (kept, text) in whats.items()]
    moves = pd.concat(rows).sort_values(
        ["stake", "worth", "customer_id"],
        ascending=[False, False, True],
        na_position="last",
        kind="stable",
        ignore_index=True,
    )
    moves["rank"] = (moves["customer_id"] != moves["customer_id"].shift()).cumsum()
    scores = [f"{axis}_{day}" for axis in AXES for day in ("before", "after")]
    customer = ["rank", "customer_id", "name", "owner", "arr"]
    return moves[[*customer, "what", "detail", "from", "to", *scores]]


def _falls(change: pd.DataFrame, fell: float) -> pd.Series[str]:
    """CMI −12, CHS −14."""
    said = [
        ", ".join(f"{a.upper()} {signed(row[a])}" for a in AXES if row[a] < -fell)
        for row in change.to_dict("records")
    ]
    return pd.Series(said, index=change.index, dtype="str")


def _aged(went: pd.DataFrame, methodology: Methodology) -> pd.Series[str]:
    """The names of the items that are newly stale."""
    names = np.array([methodology.item(str(key)).name for key in went], dtype="object")
    return pd.Series([listed([*names[row]]) for row in went.to_numpy()], dtype="str")
