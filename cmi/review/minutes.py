"""The minutes of a review: what was agreed for a quarter, as a text in Markdown or as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cmi.methodology import GridKey, Methodology
from cmi.portfolio import main_currency
from cmi.review import headline, progress, reasons
from cmi.review.agreed import Said, in_words
from cmi.review.plays import listing
from cmi.words import MISSING, day, money, period, points

# What acts within a line: links, pictures, tags, emphasis, and addresses that turn into links.
_ACTS = re.compile(r"[\\`*_\[\]<>|~$&@]|:(?=//)|(?<=www)\.", re.I)
MOST_OPEN = 30  # customers without a review that are named in the text


@dataclass(frozen=True)
class Review:
    """What a review is about: the queue of a quarter (cmi.review.queue), the scores of the day
    `as_of` that it was made of, and what was decided.
    """

    period: date
    as_of: date
    grid: GridKey
    methodology: Methodology
    queue: pd.DataFrame
    scores: pd.DataFrame
    said: Said


def decisions(review: Review) -> pd.DataFrame:
    """The last decision of the quarter on each customer of the queue, in the order of the queue.

    Columns: customer_id, customer, owner, arr, currency, maturity, health, proposed, agreed
    (names), reason, until, note, reviewed, decided_by, decided_at.
    """
    names = {(s.grid, s.key): s.name for s in review.methodology.scenarios}
    said = _of_quarter(review)
    shown = review.queue[["customer_id", "name", "owner", "arr", "cmi", "chs"]].assign(
        currency=review.scores["currency"].reindex(review.queue.index)
    )
    found = shown.merge(said, on="customer_id")
    grids = found["grid"]

    def named(keys: pd.Series[str]) -> list[str | None]:
        return [names.get(pair, pair[1]) for pair in zip(grids, keys, strict=True)]

    return pd.DataFrame(
        {
            "customer_id": found["customer_id"],
            "customer": found["name"],
            "owner": found["owner"],
            "arr": found["arr"],
            "currency": found["currency"],
            "maturity": found["cmi"],
            "health": found["chs"],
            "proposed": pd.Series(named(found["proposed"]), dtype="str"),
            "agreed": pd.Series(named(found["scenario"]), dtype="str"),
            "reason": found["reason"],
            "until": found["expires"],
            "note": found["note"],
            "reviewed": ["yes" if yes else "no" for yes in found["reviewed"]],
            "decided_by": found["by_whom"],
            "decided_at": found["decided_at"],
        }
    )


def given(review: Review) -> pd.DataFrame:
    """The plays that are open, and those that were given or ended for the quarter, as
    cmi.review.said.plays.listing has them; of the customers in the queue.
    """
    first = pd.Timestamp(review.period) - pd.offsets.QuarterEnd()
    plays = review.said.plays
    recent = (plays["as_of"] > first) | (plays["said_at"] > first) | (plays["state"] == "open")
    here = plays["customer_id"].isin(review.queue["customer_id"])
    return listing(plays[recent & here], review.scores, review.methodology, review.said.on)


def sheets(review: Review) -> dict[str, pd.DataFrame]:
    """The minutes as tables, by the name of their sheet."""
    left = review.queue[~review.queue["reviewed"]]
    columns = ["customer_id", "name", "owner", "arr", "cmi", "chs", "stake", "urgency", "score"]
    return {
        "Decisions": decisions(review),
        "Plays": given(review).drop(columns=["given", "id"]),
        "Progress": progress(review.queue, review.scores).rename(columns={"label": "owner"}),
        "Not reviewed": left[columns].assign(why=_why(left, review)),
    }


def markdown(review: Review) -> str:
    """The minutes as a text in Markdown; what comes from data is escaped."""
    return "\n".join(_lines(review)) + "\n"


def _lines(review: Review) -> Iterator[str]:
    yield f"# Review of {period(review.period)}"
    yield ""
    yield _safe(headline(review.queue, review.scores, review.period))
    yield (
        f"Scores of {day(review.as_of)}, methodology {_safe(review.methodology.version)}, "
        f"{review.grid}."
    )
    yield from _agreed(review)
    left = review.queue[~review.queue["reviewed"]]
    if len(left):
        yield from ("", "## Not reviewed", "")
        first = left.head(MOST_OPEN)
        for row, why in zip(first.to_dict("records"), _why(first, review), strict=True):
            yield f"- {_head(row, review)} ({_safe(why)})"
        if len(left) > MOST_OPEN:
            yield f"- and {len(left) - MOST_OPEN:,} more, all of them in the workbook"


def _agreed(review: Review) -> Iterator[str]:
    said = _of_quarter(review).set_index("customer_id")
    plays = given(review)
    rows = review.queue[review.queue["customer_id"].isin(said.index)]
    yield from ("", "## Agreed", "")
    if rows.empty:
        yield "Nothing was agreed yet."
    for row in rows.to_dict("records"):
        one = said.loc[row["customer_id"]]
        yield f"- {_head(row, review)}"
        yield f"  - {_safe(in_words(one, review.methodology))}"
        for play in plays[plays["customer_id"] == row["customer_id"]].to_dict("records"):
            yield f"  - Play: {_safe(_play(play))}"


def _why(rows: pd.DataFrame, review: Review) -> pd.Series[str]:
    return reasons.why(rows, review.methodology, review.grid, main_currency(review.scores))


def _head(row: dict[Any, Any], review: Review) -> str:
    """**Acme** (Ana): 300 k EUR ARR, health 40, maturity 70."""
    owner = f" ({_safe(row['owner'])})" if pd.notna(row["owner"]) else ""
    arr = money(row["arr"], main_currency(review.scores) if row["arr_known"] else "")
    worth = f"{_safe(arr)} ARR, " if arr != MISSING else ""
    cuts = review.methodology.cuts.of(review.grid)
    health, maturity = points(row["chs"], cuts.chs), points(row["cmi"], cuts.cmi)
    return f"**{_safe(row['name'])}**{owner}: {worth}health {health}, maturity {maturity}"


def _play(play: dict[Any, Any]) -> str:
    who = f", {play['owner']}" if pd.notna(play["owner"]) else ""
    due = f", due {day(play['due_date'])}" if pd.notna(play["due_date"]) else ""
    note = f": {play['note']}" if pd.notna(play["note"]) else ""
    return f"{play['play']} ({play['state']}{who}{due}){note}"


def _of_quarter(review: Review) -> pd.DataFrame:
    """The last decision on each customer for the quarter."""
    said = review.said.decided[review.said.decided["period"] == pd.Timestamp(review.period)]
    return said.drop_duplicates("customer_id", keep="last")


def _safe(text: object) -> str:
    """Text from data on one line, with every sign escaped that Markdown would act on there."""
    return _ACTS.sub(r"\\\g<0>", " ".join(str(text).split(None)))
