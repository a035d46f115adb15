"""One customer, explained: where it stands, and what makes its two scores.

Everything takes the customer's one row of the scores frame of cmi/scoring.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from cmi.customer.items import held, label, say
from cmi.methodology import Driver, Factor, Methodology
from cmi.portfolio import segment_columns, unscored
from cmi.scoring import contributions
from cmi.words import MISSING, count, day, listed, money, points, share, signed

SCORES = {"chs": "health", "cmi": "maturity"}
FAR = 1.0  # levels below the others, from which a characteristic is no part of a plain mean
_SAME = 0.05  # levels that are shown alike
# What says nothing without its column.
_BARE = re.compile(r"^([\W\d_]*|true|false|yes|no|other|none|unknown)$", re.I)
_SPOKEN = {"true": "yes", "false": "no"}


@dataclass(frozen=True)
class Facts:
    """What stands at the head of a customer's page, in words."""

    name: str
    owner: str
    arr: str
    renewal: str
    health: str
    maturity: str
    weakest: str
    others: str
    missing: str
    segments: str
    left: str


def facts(row: pd.DataFrame, methodology: Methodology) -> Facts:
    """The customer's head line; `missing` says why it has no place on the plane, "" if it has;
    `others` where the other characteristics stand beside the weakest.
    """
    one, cuts = row.iloc[0], methodology.cuts
    weakest, others = _weakest(row, methodology)
    why = unscored(row, methodology)["why"]
    columns = [c for c in segment_columns(row, methodology) if pd.notna(one[c])]
    segments = [_segment(c, str(one[c])) for c in columns]
    return Facts(
        name=str(one["name"]),
        owner=str(one["owner"]) if pd.notna(one["owner"]) else MISSING,
        arr=money(one["arr"], currency(row)),
        renewal=day(one["renewal_date"]),
        health=points(one["chs"], (*cuts.two.chs, *cuts.three.chs)),
        maturity=points(one["cmi"], (*cuts.two.cmi, *cuts.three.cmi)),
        weakest=weakest,
        others=others,
        missing="" if why.empty else str(why.iloc[0]),
        segments=" · ".join(segments[:6]),
        left=day(one["left_on"]) if pd.notna(one["left_on"]) else "",
    )


def _segment(column: str, value: str) -> str:
    """EMEA; is trial: no, where the value alone says nothing."""
    if _BARE.search(value) is None:
        return value
    return f"{column.replace('_', ' ')}: {_SPOKEN.get(value.casefold(), value)}"


def currency(row: pd.DataFrame) -> str:
    """The customer's currency, "" when it is not known."""
    named = row["currency"].iloc[0]
    return str(named) if pd.notna(named) else ""


def _weakest(row: pd.DataFrame, methodology: Methodology) -> tuple[str, str]:
    """Technology 1.0 and others 3.3 to 4.0; a dash and "" where nothing is known."""
    values = characteristics(row, methodology)
    if values.empty:
        return MISSING, ""
    low = values - values.min() < _SAME
    if low.all() and len(values) > 1:
        return f"All at {values.min():.1f}", ""
    first, *alike = values.index[low]
    also = [f"also {listed(alike)}"] if alike else []
    rest = [f"others {_between(values[~low])}"] if not low.all() else []
    return f"{first} {values.min():.1f}", ", ".join(also + rest)


def _between(values: pd.Series[float]) -> str:
    """3.3 to 4.0, or 4.0 where all are alike."""
    if values.max() - values.min() < _SAME:
        return f"{values.mean():.1f}"
    return f"{values.min():.1f} to {values.max():.1f}"


def characteristics(row: pd.DataFrame, methodology: Methodology) -> pd.Series[float]:
    """The levels 1-5 of the characteristics that are known, by name."""
    names = {c.key: c.name for c in methodology.characteristics}
    return row[[*names]].iloc[0].astype("float64").rename(names).dropna()


def weakest_in_words(row: pd.DataFrame, methodology: Methodology) -> str:
    """How the weakest characteristic stands beside the others, in a sentence; "" without any."""
    values = characteristics(row, methodology)
    if len(values) < 2:
        return f"Only {values.index[0]} is known, at {values.iloc[0]:.1f}." if len(values) else ""
    lowest = values.min()
    low = values - lowest < _SAME
    names, others = listed([*values.index[low]]), values[~low]
    if others.empty:
        return f"All {len(values)} stand at {lowest:.1f}."
    stand = _between(others)
    if others.mean() - lowest < FAR:
        verb = "is" if low.sum() == 1 else "are"
        return f"The weakest {verb} {names} at {lowest:.1f}, close to the others at {stand}."
    return f"A mean of {values.mean():.1f} hides {names} at {lowest:.1f}; the others: {stand}."


def change_in_words(before: float, after: float) -> str:
    """What stands under a score: +3, ±0, newly known, was 62; "" where there was and is none."""
    if pd.isna(before):
        return "" if pd.isna(after) else "newly known"
    return f"was {points(before)}" if pd.isna(after) else signed(after - before)


# What makes a score


def breakdown(row: pd.DataFrame, methodology: Methodology, score: str) -> pd.DataFrame:
    """What made the score ("cmi" or "chs"): a row per observed item, what gives most first.

    Columns: item, label, said (what was observed, with its unit), stale ("stale 140 days", ""
    while it is valid), contribution and possible (both in points of the score), hint. The
    contributions add up to the score, what is possible to 100.
    """
    parts = contributions(row, methodology)
    parts = parts[parts["score"] == score]
    said = [
        say(methodology, item, value if pd.isna(word) else word)
        for item, value, word in zip(parts["item"], parts["value"], parts["label"], strict=True)
    ]
    hints = [
        f"{text}: {worth:.0f} of 100 points × {part:.1%} weight"
        for text, worth, part in zip(said, parts["points"], parts["share"], strict=True)
    ]
    found = pd.DataFrame(
        {
            "item": parts["item"],
            "label": [label(methodology, item) for item in parts["item"]],
            "said": said,
            "stale": [
                f"stale {count(int(age), 'day')}" if age > methodology.valid_for(item) else ""
                for item, age in zip(parts["item"], parts["age"], strict=True)
            ],
            "contribution": parts["contribution"],
            "possible": parts["share"] * 100,
            "hint": hints,
        }
    )
    return found.sort_values(
        "contribution",
        key=lambda given: given.round(6),
        ascending=False,
        kind="stable",
        ignore_index=True,
    )


def known_in_words(
    row: pd.DataFrame, parts: pd.DataFrame, methodology: Methodology, score: str
) -> str:
    """What a score rests on, and what is missing, in words; `parts` is its breakdown."""
    items, noun = _counting(row, methodology, score)
    missing = [item.name for item in items if item.key not in set(parts["item"])]
    whole, known = count(len(items), noun), len(items) - len(missing)
    if not known:
        return f"Not one of the {whole} is known yet."
    said = f"All {whole} are known."
    if missing:
        coverage, enough = row[f"{score}_coverage"].iloc[0], methodology.minimum_coverage
        scored = pd.notna(row[score].iloc[0])
        weight = share(coverage if scored else min(coverage, enough - 0.01))
        need = "" if scored else f", and a score needs {share(enough)}"
        said = (
            f"{known} of {whole} {_is(known)} known ({weight} of the weight{need}); "
            f"{listed(missing, 4)} {_is(len(missing))} not."
        )
    stale = int((parts["stale"] != "").sum())
    return f"{said} {stale} {_is(stale)} stale." if stale else said


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def most_to_gain(parts: pd.DataFrame, methodology: Methodology, most: int = 3) -> str:
    """Where the points are that a score lacks: the items of a breakdown that miss most of it."""
    names = [methodology.item(key).name for key in parts["item"]]
    short = (parts["possible"] - parts["contribution"]).set_axis(names).round(6)
    short = short[short >= 0.05].sort_values(ascending=False, kind="stable").head(most)
    if short.empty:
        return "Nothing is lacking."
    lacking = [f"{name} {lack:.1f}" for name, lack in short.items()]
    return f"Most to gain, in points: {listed(lacking)}."


def _counting(
    row: pd.DataFrame, methodology: Methodology, score: str
) -> tuple[list[Factor | Driver], str]:
    """The items of a score that have weight for this customer, and what they are called."""
    theirs = {key: weight for o in held(row, methodology) for key, weight in o.weights}
    if score == "chs":
        return [d for d in methodology.drivers if theirs.get(d.key, d.weight)], "driver"
    counting = [c for c in methodology.characteristics if theirs.get(c.key, c.weight)]
    return [f for c in counting for f in c.factors if theirs.get(f.key, f.weight)], "answer"
