"""How groups moved between two days: by which rules, whose scores are compared, which moved most,
and who is behind it.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from cmi.methodology import Methodology
from cmi.moves import in_words
from cmi.moves.causes import AXES
from cmi.moves.means import CAME, STAYED, WENT, total, whom
from cmi.moves.migration import places
from cmi.segments import FEWEST
from cmi.words import count, day

NAMES = {"cmi": "maturity", "chs": "health"}


def measured(then: Methodology, now: Methodology, since: date, until: date) -> str:
    """By which methodology each of two days was scored."""
    if then == now:
        return f"Both days by methodology {now.version}."
    return f"{day(since)} by methodology {then.version}, {day(until)} by methodology {now.version}."


def headline(
    group: pd.DataFrame, score: str, methodology: Methodology, then: date, now: date
) -> str:
    """How one score of a group (cmi.moves.means) moved and why; or why that is not known."""
    return unknown(group, score, then, now) or in_words(_of(group, score), methodology, digits=1)


def unknown(group: pd.DataFrame, score: str, then: date, now: date) -> str:
    """Why no change of this score can be told of a group (cmi.moves.means); "" where one can."""
    rows = _of(group, score)
    name = NAMES[score]
    if rows.empty:
        return f"Nobody's {name} is known on {day(then)} or on {day(now)}."
    half = rows[rows["points"].isna()]
    if half.empty:
        return ""
    number = count(int(half["customers"].sum()), "customer")
    if half["kind"].isin(CAME).any():
        verb = "is" if number == count(1, "customer") else "are"
        return f"Nobody's {name} was known on {day(then)}: {number} {verb} newly scored since."
    verb = "was" if number == count(1, "customer") else "were"
    return f"Nobody's {name} is known on {day(now)}; on {day(then)} {number} {verb} scored."


def members(group: pd.DataFrame, score: str) -> str:
    """Whose scores the change of a group (cmi.moves.means) compares: 12 customers scored on both
    days; since then 3 newly known; 1 left.
    """
    rows = _of(group, score).groupby("kind")["customers"].sum()
    names = {"joined": "from another segment", "parted": "now in another segment"}
    parts = [f"{count(int(rows.get(STAYED, 0)), 'customer')} scored on both days"]
    for kinds in (CAME, WENT):
        said = [f"{rows[k]:,} {names.get(k, k)}" for k in kinds if k in rows]
        parts += [", ".join(said)] if said else []
    return "; ".join(parts) + "."


def behind(
    causes: pd.DataFrame,
    rows: pd.DataFrame,
    before: pd.DataFrame,
    after: pd.DataFrame,
    then: pd.Series[str],
    now: pd.Series[str],
) -> pd.DataFrame:
    """The customers behind causes of one group and score (`rows` of cmi.moves.means.change, made
    of the `causes`, `then` and `now`): points (see cmi.moves.means.whom), then the columns of
    cmi.moves.migration.places; who moved most first, then by ARR.
    """
    who = whom(causes, rows, then, now).merge(places(before, after), on="customer_id")
    size = who.assign(_size=who["points"].abs()).sort_values(
        ["_size", "arr"], ascending=False, na_position="last", kind="stable", ignore_index=True
    )
    return size.drop(columns="_size")


def of_group(
    name: str,
    before: pd.DataFrame,
    after: pd.DataFrame,
    then: pd.Series[str],
    now: pd.Series[str],
) -> pd.DataFrame:
    """Who was in the group on either day (see cmi.moves.means), largest ARR first: the columns of
    cmi.moves.migration.places.
    """
    ids = [*then.index[then == name], *now.index[now == name]]
    found = places(before, after)
    inside = found[found["customer_id"].isin(ids)]
    return inside.sort_values("arr", ascending=False, na_position="last", ignore_index=True)


def by_group(groups: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """A row per group (cmi.moves.means): group, stayed (customers scored on both days, the larger
    of both scores), few (fewer than segments.FEWEST of them), chs, cmi (how far the mean moved,
    missing where it is not known on both days), chs_said, cmi_said (why, in words; "" where nobody
    has it).

    Who moved most, in either score, comes first; those with few, and those without, last.
    """
    table = pd.DataFrame(
        [
            {
                "group": name,
                "stayed": int(rows.loc[rows["kind"] == STAYED, "customers"].max()),
                **{axis: total(_of(rows, axis)) for axis in AXES},
                **{f"{axis}_said": _why(_of(rows, axis), methodology) for axis in AXES},
            }
            for name, rows in groups.groupby("group", sort=False)
        ],
        columns=["group", "stayed", "cmi", "chs", "cmi_said", "chs_said"],
    )
    table.insert(2, "few", table["stayed"] < FEWEST)
    size = table[["chs", "cmi"]].abs().max(axis=1)
    order = table.assign(_size=-size).sort_values(["few", "_size", "group"], kind="stable")
    return order.drop(columns="_size").reset_index(drop=True)


def _why(rows: pd.DataFrame, methodology: Methodology) -> str:
    """The words without the score and its change, which stand beside them."""
    said = in_words(rows, methodology, digits=1)
    return said.partition(": ")[2] or said.partition(" ")[2]


def _of(causes: pd.DataFrame, score: str) -> pd.DataFrame:
    rows: pd.DataFrame = causes[causes["score"] == score]
    return rows
