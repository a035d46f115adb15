"""What only a person can decide: each question, its answers, and what is assumed until then."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from cmi.cells.dates import Order, date_order
from cmi.cells.values import decimal_mark
from cmi.mapping import vocabulary
from cmi.mapping.model import Column, Question
from cmi.mapping.vocabulary import compact, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from cmi.mapping.model import TableMapping
    from cmi.mapping.shapes import Shape

DAY_FIRST, MONTH_FIRST = "Day first: 03/04 is 3 April", "Month first: 03/04 is 4 March"
POINT, COMMA = "The point: 1.234 is less than two", "The comma: 1,234 is less than two"
ANSWERS_0_10, NPS_SCALE = "Answers from 0 to 10", "NPS from -100 to 100"
TENS, SEVENS, PERCENT = "Scores from 1 to 10", "Scores from 1 to 7", "Percent"
CENTS, WHOLE = "In cents", "In whole units of the currency"
EXAMPLES = 3
TEAM, CUSTOMERS = "Our own team", "The customers themselves"
RECOMMEND = "Whether they would recommend us, from 0 to 10"
SATISFIED = "How satisfied they are, from 1 to 5"
LEFT, ONLY_A_WORD = "Yes: they count as churned on the day of the file", "No: only to filter by"
LOST, STILL_THERE = "lost", "No: they are customers"
PER_YEAR, PER_MONTH, NOT_USED = ", per year", ", per month", "Not used"


def ask_date_order(
    frame: pd.DataFrame,
    headers: Sequence[str],
    elsewhere: Order | None,
    beside: Sequence[str] = (),
) -> tuple[Order, tuple[Question, ...]]:
    """The order of all dates of a table; where its values do not tell, day first is assumed.

    `beside` are columns of dates that are not used: written alike, they prove the order too.
    `elsewhere` is the order that other tables of the same upload prove, assumed before that.
    """
    order = proven_order(frame, headers, beside)
    if order is None and elsewhere != "mdy" and _all_dotted(together(frame, headers)):
        order = "dmy"  # nobody parts months from days by points
    if order is not None:
        return order, ()
    assumed: Order = elsewhere if elsewhere in ("dmy", "mdy") else "dmy"
    question = Question(
        "date_order",
        f"The dates in {_listed(headers)} can be read in two ways"
        f"{_such_as(together(frame, headers), _TWO_WAYS)}. Which comes first?",
        (DAY_FIRST, MONTH_FIRST),
        tuple(headers),
        assumed=DAY_FIRST if assumed == "dmy" else MONTH_FIRST,
    )
    return assumed, (question,)


def _all_dotted(cells: pd.Series[str]) -> bool:
    """Whether every date that can be read in two ways has points: 03.04.2026."""
    return set(map(_mark, cells.dropna())) - {""} == {"."}


def _mark(cell: str) -> str:
    """What parts the day from the month in a date that begins with either, "" in all else."""
    found = re.match(_TWO_WAYS, cell)
    return found[1] if found else ""


def proven_order(
    frame: pd.DataFrame, headers: Sequence[str], beside: Sequence[str]
) -> Order | None:
    """The order that dates prove, by themselves or with others that are written alike."""
    cells = together(frame, headers)
    order = date_order(cells)
    if order is not None:
        return order
    marks = set(map(_mark, cells.dropna())) - {""}
    others = together(frame, beside).dropna()
    alike = others[[_mark(cell) in marks for cell in others]]
    proven = date_order(alike.astype("str"))
    return proven if proven in ("dmy", "mdy") else None


def ask_decimal(
    frame: pd.DataFrame, headers: Sequence[str], money: Sequence[str]
) -> tuple[Literal[".", ","], tuple[Question, ...]]:
    """The decimal mark of a table, `money` being some of the `headers`.

    Money tells its marks by itself, cell by cell; it is only asked where the other numbers do not
    tell. Where nothing does, the mark they show groups thousands: decimals rarely come in threes.
    """
    text = together(frame, headers)
    others = [h for h in headers if h not in money]
    mark = (decimal_mark(together(frame, others)) if others else None) or decimal_mark(text)
    if mark is not None:
        return mark, ()
    points = text.str.contains(".", regex=False).sum()
    by_point = points > text.str.contains(",", regex=False).sum()
    unclear = [h for h in others if decimal_mark(frame[h]) is None]
    question = Question(
        "decimal",
        f"The numbers in {_listed(unclear)} can be read in two ways"
        f"{_such_as(together(frame, unclear), _ONE_MARK)}. Which is the decimal mark?",
        (POINT, COMMA),
        tuple(unclear),
        assumed=COMMA if by_point else POINT,
    )
    return ("," if by_point else "."), ((question,) if unclear else ())


# A day and a month that could change places; a number with one mark before three digits.
_TURNS = {"interval", "frequency", "period", "cycle"}  # how often somebody pays, in any words
_TWO_WAYS = r"^\s*\d{1,2}(\D)\d{1,2}\D\d{2,4}"
_ONE_MARK = r"\d[.,]\d{3}(?!\d)"


def _such_as(text: pd.Series[str], pattern: str) -> str:
    """The values that make it unclear, in brackets."""
    unclear = text[[bool(re.search(pattern, cell)) for cell in text.fillna("")]].str.strip()
    return f" ({', '.join(unclear.head(EXAMPLES))})" if len(unclear) else ""


def together(frame: pd.DataFrame, headers: Sequence[str]) -> pd.Series[str]:
    """The distinct values of several columns as one."""
    values = [pd.Series(frame[h].unique(), dtype="str") for h in headers]
    return pd.concat(values, ignore_index=True) if values else pd.Series([], dtype="str")


def ask_nps(column: Column) -> Question:
    """Whether single values within 0 to 10 are answers, or an NPS that happens to be small."""
    return Question(
        f"nps:{column.header}",
        f"The values in {column.header} lie between 0 and 10. Are they answers or an NPS?",
        (ANSWERS_0_10, NPS_SCALE),
        (column.header,),
        assumed=ANSWERS_0_10,
    )


def once(asked: list[Question], mapping: TableMapping) -> list[Question]:
    """One question for the columns that hold one thing over time."""
    of_days = {c.header for c in mapping.columns if c.day}
    over_time = [q for q in asked if q.columns[0] in of_days]
    if len(over_time) < 2:
        return asked
    headers, first = [q.columns[0] for q in over_time], over_time[0]
    text = first.text.replace(headers[0], _listed(headers))
    others = (q for q in asked if q not in over_time)
    return [*others, replace(first, text=text, columns=tuple(headers))]


def ask_csat(column: Column, highest: float) -> Question:
    """Whether scores above 5 and up to 10 are out of ten or seven, or a very low percentage."""
    return Question(
        f"csat:{column.header}",
        f"The values in {column.header} go up to {highest:g}. What are they?",
        (TENS, SEVENS, PERCENT),
        (column.header,),
        assumed=SEVENS if highest <= 7 else TENS,
    )


def ask_score(header: str) -> Question:
    """What a score of a survey answers, where nothing says it; nothing is used until then."""
    return Question(
        "score",
        f"Which question do the values in {header} answer, and is a high one good?",
        (RECOMMEND, SATISFIED, NOT_USED),
        (header,),
        assumed=NOT_USED,
    )


def ask_rater(theirs: bool) -> Question:
    """Who answered a survey; `theirs`: something says that customers did."""
    aside = "What customers say of themselves is shown beside the score, and does not count in it."
    assumed = CUSTOMERS if theirs else TEAM
    return Question("rater", f"Who answered? {aside}", (TEAM, CUSTOMERS), (), assumed=assumed)


def ask_cents(headers: Sequence[str]) -> Question:
    """Whether money is in cents, in an export that is known to write cents."""
    return Question(
        "cents",
        f"In which unit are the amounts in {_listed(headers)}?",
        (CENTS, WHOLE),
        tuple(headers),
        assumed=CENTS,
    )


def ask_amount(headers: Sequence[str], shapes: Mapping[str, Shape], contracts: bool) -> Question:
    """Which amount is what a customer pays; nothing is used until then, unless there is one
    amount only, its interval is not mixed, and the rows are customers or `contracts`.
    """
    options = tuple(h + ending for h in headers for ending in (PER_YEAR, PER_MONTH))
    period = _period(shapes)
    whole_term = vocabulary.shipped().has(headers[0], "amounts", "whole_term")
    certain = len(headers) == 1 and contracts and period and not whole_term
    return Question(
        "amount",
        f"Which of {_listed(headers)} is what a customer pays for subscriptions, and how often?"
        if len(headers) > 1
        else f"Is {headers[0]} what a customer pays for subscriptions, and how often?",
        (*options, NOT_USED),
        tuple(headers),
        assumed=headers[0] + period if certain else NOT_USED,
    )


def _period(shapes: Mapping[str, Shape]) -> str:
    """The ending for the one interval of the table: yearly unless told; "" when mixed."""
    known = vocabulary.shipped()
    month = known.words("amounts", "intervals_month")
    year = known.words("amounts", "intervals_year")
    intervals = [
        s.words
        for h, s in shapes.items()
        if s.words and known.has(h, "drivers", "commitment")
        if s.words <= month | year or _TURNS & set(plain(h).split())
    ]
    if not intervals:
        return PER_YEAR
    if intervals[0] <= month:
        return PER_MONTH
    return PER_YEAR if intervals[0] <= year else ""


def ask_customer(headers: Sequence[str], could_link: Sequence[str]) -> Question:
    """Which column names the customer, in a table where none is known to."""
    hint = ""
    if could_link:
        hint = (
            f" {_listed(could_link)} could lead to one: "
            "upload it together with the table that lists both."
        )
    return Question(
        "customer",
        f"This table names no customer.{hint} Does one of its columns?",
        (*headers, NOT_USED),
        tuple(headers),
        assumed=NOT_USED,
    )


def ask_left(header: str, words: Sequence[str]) -> Question:
    """Whether customers with such a status have left; a list does not say when."""
    return Question(
        f"left:{header}",
        f"Some customers are {_listed(words)} in {header}. Have they left?",
        (LEFT, ONLY_A_WORD),
        (header,),
        assumed=ONLY_A_WORD,
    )


def ask_lost(name: str) -> Question:
    """Whether the customers of a table have left, where only its name says so."""
    text = f'"{name}" sounds like customers who have left, and no column says so. Have they?'
    return Question(LOST, text, (LEFT, STILL_THERE), (), assumed=STILL_THERE)


def ask_turned(header: str, examples: str) -> Question:
    """A table that lies on its side: nothing can be answered, only turned."""
    return Question(
        "customer",
        f"The rows of this table are what is rated ({header}: {examples} ...), and its columns are "
        "customers. Turn it so that each customer is a row (copy, then paste special, transpose), "
        "and upload it again.",
        (NOT_USED,),
        (header,),
        assumed=NOT_USED,
    )


def customer_role(header: str) -> Literal["customer_id", "name", "domain"]:
    """Whether a column that was chosen for the customer holds ids, names or addresses."""
    known = vocabulary.shipped().lookup(header)
    if known and known.role == "domain":
        return "domain"
    ends = ("id", "number", "nummer", "nr", "no", "key", "code", "uuid")
    return "customer_id" if compact(header).endswith(ends) else "name"


def _listed(headers: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(headers[:-1]), *headers[-1:]]))
