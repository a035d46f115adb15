"""How a table is built: a row per customer, a row per observation, or many rows per customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmi.cells.dates import date_order, dates
from cmi.mapping import vocabulary
from cmi.mapping.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from cmi.mapping.model import Layout
    from cmi.mapping.recognise import Guess
    from cmi.mapping.shapes import Shape
    from cmi.methodology import Methodology

REPEATED = 1.5  # rows per customer from which a customer is no longer one row
SLIPS = 0.1  # share of rows that may name a customer again by mistake
FEW_REPEATS = 2  # rows too many that are a slip, not a layout
PERIOD_DAYS = 20  # snapshots lie at least this far apart, or their numbers are of single days
HALF = 0.5
SURE_OF_CONTRACTS = 4  # typical columns of an export of subscriptions
SUMMED = ("sum", "count", "count_distinct")


def repeats(customer: pd.Series[str]) -> bool:
    """Whether customers come again, more than by a slip; missing ones do not count."""
    filled = customer.dropna()
    return len(filled) - filled.nunique() > SLIPS * len(filled)


def many(customer: pd.Series[str]) -> bool:
    """Whether customers have so many rows that a row is not one of them."""
    filled = customer.dropna()
    extra = len(filled) - filled.nunique()
    return extra > FEW_REPEATS and len(filled) > REPEATED * filled.nunique()


def subject(shapes: Mapping[str, Shape], repeated: bool, needed: int = 3) -> str:
    """What the rows are about ("tickets", "usage", ...), "" when they are customers.

    An id of its own that is never repeated tells, with a typical column where customers come
    once; or `needed` typical columns. Contracts and deals of customers who come once need more:
    many lists of customers say something of them.
    """
    known = vocabulary.shipped()
    best, most = "", 0
    for name in known.subjects:
        own = any(is_row_id(h, s, name) for h, s in shapes.items())
        signs = sum(known.has(h, "subjects", name, "signs") for h in shapes)
        score = signs + own
        enough = score >= ((1 if repeated else 2) if own else needed)
        if name in ("subscriptions", "deals") and not repeated:
            enough = score >= SURE_OF_CONTRACTS
        if enough and score > most:
            best, most = name, score
    return best


def is_row_id(header: str, shape: Shape, name: str) -> bool:
    """Whether a column numbers the rows of a subject: the ticket's own number, and the like."""
    return shape.unique and vocabulary.shipped().has(header, "subjects", name, "ids")


def kinds(shapes: Mapping[str, Shape]) -> tuple[str, dict[str, str]]:
    """The column that says which question a score answers, and the word it uses for each driver."""
    known = vocabulary.shipped()
    drivers = {d: known.words("surveys", "scores", d) for d in known.document["surveys"]["scores"]}
    for header, seen in shapes.items():
        words = {d: min(w & seen.words) for d, w in drivers.items() if w & seen.words}
        if words and known.has(header, "surveys", "kinds"):
            return header, words
    return "", {}


def _answers(guesses: Mapping[str, Guess], shapes: Mapping[str, Shape]) -> bool:
    """Whether each row is an answer to one of several questions."""
    return bool(kinds(shapes)[0]) and any(g.role == "driver" and g.asked for g in guesses.values())


def is_long(guesses: Mapping[str, Guess], frame: pd.DataFrame, methodology: Methodology) -> bool:
    """Whether a column names the item and another holds its value."""
    by_role = {g.role: header for header, g in guesses.items()}
    if "item" not in by_role or "value" not in by_role:
        return False
    known = {compact(n) for i in methodology.items for n in (i.key, i.name)}
    items = {compact(str(v)) for v in frame[by_role["item"]].dropna().unique()} - {""}
    return len(items & known) * 2 >= len(items) > 0


def layout_of(
    frame: pd.DataFrame,
    customer: pd.Series[str],
    guesses: Mapping[str, Guess],
    shapes: Mapping[str, Shape],
    methodology: Methodology,
) -> Layout:
    """The layout of a table; `customer` says per row whom it is about (missing: nobody)."""
    if is_long(guesses, frame, methodology):
        return "long"
    roles = {g.role for g in guesses.values()}
    if "factor" in roles or lists_outcomes(guesses, shapes):
        return "wide"
    when = next((h for h, g in guesses.items() if g.role == "date"), "")
    if when and _measured_already(guesses, shapes) and _once_a_day(customer, frame[when]):
        return "wide"
    repeated = repeats(customer)
    if subject(shapes, repeated) or _answers(guesses, shapes):
        return "rows"
    if not repeated or (when and _is_history(customer.dropna(), frame[when], guesses, methodology)):
        return "wide"
    return "rows" if many(customer) or subject(shapes, repeated, needed=2) else "wide"


def lists_outcomes(guesses: Mapping[str, Guess], shapes: Mapping[str, Shape]) -> bool:
    """Churn events and the like: every row has the day on which something happened, or its name
    beside a day.
    """
    roles = {g.role for g in guesses.values()}
    return {"outcome_type", "date"} <= roles or any(
        g.role == "outcome" and shapes[h].is_date and shapes[h].filled >= 0.9 * shapes[h].rows
        for h, g in guesses.items()
    )


def _is_history(
    customer: pd.Series[str],
    when: pd.Series[str],
    guesses: Mapping[str, Guess],
    methodology: Methodology,
) -> bool:
    """Whether the rows are snapshots of customers: once per day each, on few days that many share.

    Snapshots less than a few weeks apart hold what happened on single days, unless no column
    is to be added up or its name says its window ("last 30 days").
    """
    day, _ = dates(when.loc[customer.index], date_order(when) or "dmy")
    days = day.dropna().drop_duplicates().sort_values()
    per_customer = len(customer) / customer.nunique()
    scattered = len(days) > 2 * per_customer + 1
    if scattered or len(days) < 2:
        return False
    if not _once_a_day(customer, when):
        return False
    return days.diff().dt.days.median() >= PERIOD_DAYS or not _summed(guesses, methodology)


def _measured_already(guesses: Mapping[str, Guess], shapes: Mapping[str, Shape]) -> bool:
    """Whether columns carry the methodology's own names of drivers: they hold their values."""
    return any(
        g.role == "driver" and g.own and (shapes[h].is_number or shapes[h].yes_no < HALF)
        for h, g in guesses.items()
        if not shapes[h].is_date
    )


def _once_a_day(customer: pd.Series[str], when: pd.Series[str]) -> bool:
    """Whether no customer comes twice on a day, but for a slip."""
    day = when.loc[customer.index].fillna("")
    return (customer + "\x1f" + day).duplicated().sum() <= FEW_REPEATS


def _summed(guesses: Mapping[str, Guess], methodology: Methodology) -> bool:
    rules = {d.key: d.collect.rule for d in methodology.drivers}
    return any(
        g.role == "driver" and rules[g.target] in SUMMED and "last" not in header.casefold()
        for header, g in guesses.items()
    )
