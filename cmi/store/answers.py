"""What was observed, as it stood on each of some days: dated answers become a column per item.

Each rater's latest answer counts, then who wins (Methodology.raters). Who says it matters only for
factors; answers of one day and import are averaged. Where a table names its people, those who
answered for one rater within ROUND_DAYS make a round: its answer is the mean of each one's last.
An answer is a figure, for a driver with categories a word; without it there is none.

DuckDB reads and numbers the answers; which is the last of each customer and item is found in
arrays, which takes a fraction of the time and of the memory that a query takes for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from cmi.frames import AGE
from cmi.methodology import Driver, Factor, Methodology

ROUND_DAYS = 28  # people who answer within four weeks take part in one survey

# An answer's turn is 2 x newest, and 1 more for a round; a rater who comes later in the order loses
# this much for each place, which is more than any day gives.
_RANK = 2_000_000_000_000
_DAY = 2_000_000  # of a turn: imports of one day differ by less
_FIRST_DAY = date(1900, 1, 1)
_NEVER = np.iinfo("int64").min

Array = np.ndarray[Any, Any]


def prepared(methodology: Methodology) -> tuple[str, ...]:
    """Statements for temporary tables, after cmi.store.snapshot.NUMBERED: the items, the words that
    answer drivers with categories, in order, and the answers of rounds.
    """
    items = ", ".join(
        f"({_text(i.key)}, {n}, {isinstance(i, Factor)}, {_is_worded(i)})"
        for n, i in enumerate(methodology.items)
    )
    return (
        f"""
        CREATE TEMP TABLE item AS
        SELECT key AS item, number::UTINYINT AS number, rated, worded
        FROM (VALUES {items}) AS items(key, number, rated, worded)
        """,
        """
        CREATE TEMP TABLE word AS
        SELECT label, (row_number() OVER (ORDER BY label) - 1)::INTEGER AS number
        FROM (SELECT DISTINCT label FROM live_observation JOIN item USING (item)
              WHERE worded AND label IS NOT NULL)
        """,
        f"""
        CREATE TEMP TABLE of_rounds AS
        WITH of_people AS (
            SELECT customer, item, who, respondent, day, newest, {_TYPICAL}
            FROM ({_said(methodology, named=True)}) GROUP BY ALL
        ),
        round AS (
            SELECT customer, item, who, day, max(newest) AS last
            FROM of_people GROUP BY customer, item, who, day
        ),
        of_round AS (
            SELECT p.customer, p.item, p.who, round.day, last, worded,
                   max_by(value, newest) AS value
            FROM of_people p JOIN round USING (customer, item, who)
            WHERE newest % 1000000 = last % 1000000
                  AND newest > last - {ROUND_DAYS} * 1000000 AND newest <= last
            GROUP BY p.customer, p.item, p.who, round.day, last, worded, respondent
        )
        SELECT customer, item, who, day, 2 * last + 1 AS turn, {_TYPICAL}
        FROM of_round GROUP BY ALL
        """,
    )


WORDS = "SELECT label FROM word ORDER BY number"


def answers_sql(methodology: Methodology) -> str:
    """The query for the answers that may count, over the tables that `prepared` makes.

    customer and item: their numbers, day: the number of the first of the days that knows the
    answer, turn: the greatest one counts (see above), value: the figure, or the word's number.
    """
    said = _said(methodology, named=False)
    if methodology.raters.by == "order":
        return _BY_ORDER.format(said=said)
    return _BY_MEAN.format(said=said, weight=_case("who", methodology.raters.weights, 1))


def _said(methodology: Methodology, *, named: bool) -> str:
    """Every answer to an item, with or without the name of who gave it."""
    raters = methodology.raters
    apart = ", ".join(map(_text, raters.apart)) or "''"
    if raters.by == "order":
        ranks = ((rater, n) for n, rater in enumerate(raters.order))
        who, other = _case("rater", ranks, len(raters.order)), "0"
    else:
        who, other = "rater", "''"
    value = "CASE WHEN worded THEN word.number ELSE value END"
    return f"""
    SELECT known.number AS customer, item.number AS item, told.turn AS day, newest, respondent,
           CASE WHEN rated THEN {who} ELSE {other} END AS who, {value} AS value, worded
    FROM live_observation JOIN told USING (date) JOIN known USING (customer_id)
    JOIN item USING (item) LEFT JOIN word USING (label)
    WHERE respondent IS {"NOT " if named else ""}NULL
          AND NOT (rated AND rater IN ({apart})) AND {value} IS NOT NULL
    """


# Of several answers in one turn: figures are averaged, of words the last in the alphabet counts.
_TYPICAL = "CASE WHEN any_value(worded) THEN max(value) ELSE avg(value) END AS value, worded"

_BY_ORDER = f"""
    SELECT customer, item, day, turn - {_RANK} * who AS turn, value FROM (
        SELECT customer, item, day, who, 2 * newest AS turn, value FROM ({{said}})
        UNION ALL SELECT customer, item, day, who, turn, value FROM of_rounds
    )"""

_BY_MEAN = f"""
    WITH answer AS (
        SELECT customer, item, day, who, 2 * newest AS turn, {_TYPICAL}
        FROM ({{said}}) GROUP BY ALL
        UNION ALL SELECT customer, item, day, who, turn, value, worded FROM of_rounds
    ),
    latest AS (
        -- Each rater's, until their next.
        SELECT *, lead(day) OVER (PARTITION BY customer, item, who ORDER BY day) AS until
        FROM (SELECT customer, item, who, day, max_by(value, turn) AS value, max(turn) AS turn
              FROM answer GROUP BY customer, item, who, day)
    )
    SELECT customer, item, asked.turn AS day, max(l.turn) AS turn,
           coalesce(sum(value * {{weight}}) / nullif(sum({{weight}}), 0), 'NaN'::DOUBLE) AS value
    FROM latest l JOIN asked ON l.day <= asked.turn AND (until IS NULL OR until > asked.turn)
    GROUP BY customer, item, asked.turn"""


def item_columns(
    answers: Mapping[str, Any],
    days: Sequence[date],
    rows: Mapping[str, Array],
    words: Sequence[str],
    methodology: Methodology,
) -> pd.DataFrame:
    """Of each item its value and its age in days (`<item>`, `<item>__age`), in the order of `rows`.

    `answers` as answers_sql gives them, by column; `rows` has `_turn` and `_number` of each row
    (see cmi.store.snapshot.customers_sql), in order of `_turn`.
    """
    items = methodology.items
    columns = {name: np.empty(len(rows["_turn"])) for i in items for name in (i.key, i.key + AGE)}
    customers = int(rows["_number"].max(initial=-1)) + 1
    ends = np.searchsorted(rows["_turn"], np.arange(len(days) + 1))
    worded = np.repeat([_is_worded(i) for i in items], customers)
    for n, (value, turn) in enumerate(_each_day(answers, len(days), customers, worded)):
        here = slice(ends[n], ends[n + 1])
        numbers = rows["_number"][here]
        today = (days[n] - _FIRST_DAY).days
        age = np.where(turn == _NEVER, np.nan, today - turn % _RANK // _DAY)
        for k, item in enumerate(items):
            columns[item.key][here] = value[k * customers + numbers]
            columns[item.key + AGE][here] = age[k * customers + numbers]
    frame = pd.DataFrame(columns, copy=False)
    known = pd.array(words, dtype="str")
    for item in filter(_is_worded, items):
        numbers = np.nan_to_num(columns[item.key], nan=-1).astype("int64")
        frame[item.key] = known.take(numbers, allow_fill=True)
    return frame


def _each_day(
    answers: Mapping[str, Any], days: int, customers: int, worded: Array
) -> Iterator[tuple[Array, Array]]:
    """Day after day the value that stands for each customer of each item, and its turn."""
    value, turn = np.full(len(worded), np.nan), np.full(len(worded), _NEVER)
    for day in range(days):
        new = np.flatnonzero(answers["day"] == day)
        place = answers["item"][new].astype("int64") * customers + answers["customer"][new]
        np.maximum.at(turn, place, answers["turn"][new])
        wins = answers["turn"][new] == turn[place]
        place, said = place[wins], answers["value"][new][wins]
        times = np.bincount(place, minlength=len(worded))
        total = np.bincount(place, said, minlength=len(worded))
        value = np.where(times > 0, total / np.maximum(times, 1), value)
        words = worded[place]
        value[place[words]] = -1
        np.maximum.at(value, place[words], said[words])
        yield value, turn


def _is_worded(item: Factor | Driver) -> bool:
    return isinstance(item, Driver) and bool(item.categories)


def _case(column: str, numbers: Iterable[tuple[str, float]], otherwise: float) -> str:
    """An SQL expression: the number that belongs to the value of the column."""
    cases = " ".join(f"WHEN {_text(value)} THEN {number}" for value, number in numbers)
    return f"CASE {column} {cases} ELSE {otherwise} END" if cases else f"{otherwise}"


def _text(value: str) -> str:
    """A value as SQL text."""
    return "'" + value.replace("'", "''") + "'"
