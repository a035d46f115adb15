"""Who is to be assessed next: customers chosen from a snapshot, with their last levels.

Takes the frame of `Store.snapshot`; what it gives, `cmi.reports.template` turns into a workbook.
"""

from __future__ import annotations

import pandas as pd
from rapidfuzz import fuzz, process

from cmi.cells.names import text_key
from cmi.freshness import newest, outdated
from cmi.methodology import Methodology
from cmi.methodology.overrides import fold
from cmi.portfolio import present, segment_columns
from cmi.problems import CmiError
from cmi.words import listed

ALIKE = 75  # points of 100 from which a name is proposed for a misspelt one


class UnknownChoiceError(CmiError):
    """Customers were asked for by an owner or a segment that none of them has.

    `what` is said before the name that was asked for; `there` are those that could be.
    """

    def __init__(self, what: str, wanted: str, there: list[str]) -> None:
        close = process.extractOne(
            wanted, there, scorer=fuzz.WRatio, processor=text_key, score_cutoff=ALIKE
        )
        meant = f' (did you mean "{close[0]}"?)' if close else ""
        known = f"; there {'is' if len(there) == 1 else 'are'} {listed(there)}" if there else ""
        super().__init__(f'No customer has {what} "{wanted}"{meant}{known or ", nor any other"}.')


class NobodyToAssessError(CmiError):
    """No customer fits what was asked for; `chosen` says it in words, "" when nothing was."""

    def __init__(self, chosen: str) -> None:
        super().__init__(f"There is no customer to assess{f' ({chosen})' if chosen else ''}.")


def due(
    snapshot: pd.DataFrame,
    methodology: Methodology,
    *,
    owner: str | None = None,
    segment: tuple[str, str] | None = None,
    stale_only: bool = False,
) -> pd.DataFrame:
    """The customers to assess, without those who have left: a row each, in the snapshot's order.

    Columns: customer_id, name, a column per factor key with the last level (1-5, missing where
    nobody answered) and assessed_on, the day of the newest of these levels (missing without any).
    `segment` is a column and a value; it and `owner` may differ in case. `stale_only` keeps those
    who lack a level, or have one that is older than its factor is valid.
    UnknownChoiceError when nobody has this owner or segment; the frame may be empty.
    """
    there = present(snapshot)
    wanted = pd.Series(data=True, index=there.index)
    if owner is not None:
        wanted &= _having(there["owner"], "the owner", owner)
    if segment is not None:
        name, value = segment
        columns = segment_columns(there, methodology)
        column = next((c for c in columns if fold(c) == fold(name)), None)
        if column is None:
            raise UnknownChoiceError("the segment", name, columns)
        wanted &= _having(there[column], column, value)
    if stale_only:
        wanted &= outdated(there, methodology)
    return _with_levels(there[wanted], methodology)


def in_words(owner: str | None, segment: tuple[str, str] | None, stale_only: bool) -> str:
    """What was asked for: "owner Jane; Region EMEA; stale only", "" when nothing was."""
    asked = (
        f"owner {owner}" if owner is not None else "",
        " ".join(segment) if segment is not None else "",
        "stale only" if stale_only else "",
    )
    return "; ".join(filter(None, asked))


def _having(column: pd.Series[str], what: str, wanted: str) -> pd.Series[bool]:
    """Where the column says what is wanted, whatever its case."""
    values = column.dropna().astype("str").drop_duplicates().sort_values().tolist()
    same = [value for value in values if fold(value) == fold(wanted)]
    if not same:
        raise UnknownChoiceError(what, wanted, values)
    return column.isin(same)


def _with_levels(snapshot: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    keys = [factor.key for factor in methodology.factors]
    chosen = snapshot[["customer_id", "name", *keys]]
    days = snapshot["period"] - pd.to_timedelta(newest(snapshot, methodology), unit="D")
    return chosen.assign(assessed_on=days).reset_index(drop=True)
