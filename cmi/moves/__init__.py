"""What moved between two days, in words, and the list of the moves that matter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cmi.methodology import GridKey, Methodology
from cmi.moves.causes import AXES, newly_stale
from cmi.moves.means import CAME
from cmi.moves.migration import LEFT, NEW, NOT_SCORED, places, true_places
from cmi.portfolio import revenue
from cmi.scenarios import DECIMALS
from cmi.words import count, listed, points, signed

OTHERS = "others"
MOST_STEPS = 9  # causes told one by one; the rest is one

_WHOLE = {
    "methodology": "new methodology",
    "segment": "other segment",
    "coverage": "other items known",
    "stayed": "customers who stayed",
    "newly known": "customers newly known",
    "newly scored": "customers newly scored",
    "joined": "customers from another segment",
    "left": "customers who left",
    "no longer scored": "customers no longer scored",
    "parted": "customers now in another segment",
}


def labels(causes: pd.DataFrame, methodology: Methodology) -> pd.Series[str]:
    """What each cause (cmi.moves.causes) is called, in lower case: logins, NPS newly known, skills
    no longer known, new methodology. Without `was` and `now`: coverage of NPS.
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


def in_words(causes: pd.DataFrame, methodology: Methodology, most: int = 3, digits: int = 0) -> str:
    """CHS −14: logins −9, open tickets −5; 2 items went stale.

    `causes` are those of one customer (cmi.moves.causes), or of one group (cmi.moves.means), whose
    small means are told with one of the `digits` after the point. Both scores are divided by " ·
    ". The largest causes come first; what is not among the `most` largest, or would be shown as 0,
    is added up as "others". "" where there are no causes.
    """
    of_score = {str(axis): rows for axis, rows in causes.groupby("score")}
    return " · ".join(
        _sentence(axis.upper(), of_score[axis], methodology, most, digits)
        for axis in AXES
        if axis in of_score
    )


def steps(causes: pd.DataFrame, methodology: Methodology, score: str) -> pd.DataFrame:
    """The causes of one score, of a customer (cmi.moves.causes) or a group (cmi.moves.means), that
    moved it, with the `label` under which they are told: the largest by name; those beyond
    MOST_STEPS, and those that would be shown as 0.0, as OTHERS. In the order of their labels'
    size, OTHERS last; the points add up to the change.
    """
    rows = causes[causes["score"] == score]
    rows = rows[rows["points"].notna() & (rows["points"] != 0)]
    rows = rows.assign(label=labels(rows, methodology).to_numpy())
    sums = rows.groupby("label", sort=False)["points"].sum()
    sums = sums.sort_values(key=lambda p: p.abs().round(DECIMALS), ascending=False, kind="stable")
    named = sums[sums.abs() >= 0.05].index
    if len(named) > MOST_STEPS:
        named = named[: MOST_STEPS - 1]
    place = {label: n for n, label in enumerate(named)}
    rows["label"] = rows["label"].where(rows["label"].isin(named), OTHERS)
    order = rows["label"].map(place).fillna(len(place)).astype("int64")
    return rows.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def _sentence(
    axis: str, rows: pd.DataFrame, methodology: Methodology, most: int, digits: int
) -> str:
    told = rows[rows["kind"] != "stale"]
    half = told[told["points"].isna()]
    if len(half):
        return f"{axis} {_on_one_day(half)}"
    stale = len(rows) - len(told)
    moved = told["points"].groupby(labels(told, methodology), sort=False).sum()
    moved = moved.sort_values(key=lambda p: p.abs().round(DECIMALS), ascending=False, kind="stable")
    named = moved[moved.round(digits).abs() >= 10**-digits][:most]
    whole = moved.sum()
    said = [f"{label} {signed(p, digits)}" for label, p in named.items()]
    others = signed(whole - named.sum(), digits)
    if others != signed(0, digits):
        said.append(f"{OTHERS} {others}" if said else "many small changes")
    moves = f"{signed(whole, digits)}: {', '.join(said)}" if said else "unchanged"
    aged = f"; {count(stale, 'item')} went stale" if stale else ""
    return f"{axis} {moves}{aged}"


def _on_one_day(half: pd.DataFrame) -> str:
    """A score that there is on one of the days only, of a customer or of a group."""
    here = half["kind"].isin(CAME).any()
    kind = "newly scored" if here else "no longer scored"
    if "customers" in half:
        return f"{kind} for {count(int(half['customers'].sum()), 'customer')}"
    one = half.iloc[0]
    return f"{kind} at {points(one['after'])}" if here else f"{kind} (was {points(one['before'])})"


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
    what, detail (in words), stake, from, to (places, see cmi.moves.migration), cmi_before,
    cmi_after, chs_before, chs_after.

    `before`, `after` are the scores of two days. A customer has a row for each `what`:
        left              has left since
        crossed           stands in another scenario
        no longer scored  had a place on the plane and has none
        newly scored      has one and had none
        fell              a score fell by more than `fell` points
        newly stale       at least `stale` observations became too old (three are a characteristic)
    `stake` is ARR x change / 100 in the main currency: the larger change of the two scores, up or
    down; all 100 points for who left. Customers are ranked by it. Where no change can be told
    (newly scored) they follow, by ARR; where the ARR is not known, or in another than the main
    currency, they come last. In which segment somebody was on a day makes no difference.
    """
    found = places(true_places(before), true_places(after))
    change = pd.DataFrame({a: found[f"{a}_after"] - found[f"{a}_before"] for a in AXES})
    change = change.round(DECIMALS)
    went = newly_stale(before, after, methodology).reindex(found["customer_id"], fill_value=False)
    names = {s.key: s.name for s in methodology.grid(grid)}
    then, now = (found[side].map(lambda key: names.get(key, key)) for side in ("from", "to"))
    had, has = (~found[side].isin([NEW, NOT_SCORED, LEFT]) for side in ("from", "to"))
    stays = found["to"] != LEFT
    whats = {
        "left": (~stays, "was " + then.replace(NEW, "not known")),
        "crossed": (had & has & (found["from"] != found["to"]), then + " → " + now),
        "no longer scored": (had & stays & ~has, "was " + then),
        "newly scored": (has & ~had, now),
        "fell": (stays & (change < -fell).any(axis=1), _falls(change, fell)),
        "newly stale": (stays & (went.sum(axis=1).to_numpy() >= stale), _aged(went, methodology)),
    }
    found["stake"] = revenue(found) * change.abs().max(axis=1).where(stays, 100) / 100
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
    return moves[[*customer, "what", "detail", "stake", "from", "to", *scores]]


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
