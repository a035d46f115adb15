"""How a person corrects a mapping: every change is a new mapping, the old one stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, get_args

from cmi import methodology as rules
from cmi.mapping import periods, scales, units, whole
from cmi.mapping.model import MONEY, Column, Measure, Question, Role, TableMapping
from cmi.mapping.questions import (
    ANSWERS_0_10,
    CENTS,
    COMMA,
    CUSTOMERS,
    DAY_FIRST,
    LEFT,
    LOST,
    NOT_USED,
    PER_MONTH,
    PER_YEAR,
    RECOMMEND,
    SEVENS,
    TENS,
    customer_role,
)
from cmi.mapping.rows import measure_of
from cmi.problems import MappingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cmi.methodology import Methodology

_ASKED = "There is a question about it."
_REPEATABLE = ("segment", "other_id", "link", "ignore")


def with_column(
    mapping: TableMapping,
    header: str,
    role: str,
    target: str = "",
    methodology: Methodology | None = None,
    why: str = "Chosen by a person.",
) -> TableMapping:
    """A copy in which a person says what one column means.

    A meaning that only one column can have leaves the column that had it. Where a customer has
    many rows, money and drivers are measured by the rule of `methodology` (default: shipped).
    """
    rules_used = methodology or rules.shipped()
    old = next((c for c in mapping.columns if c.header == header), None)
    items = {i.key for i in rules_used.items}
    wholes = {c.key for c in rules_used.characteristics}
    possible = {"factor": items, "driver": items, "characteristic": wholes}
    unknown = role not in get_args(Role) or target not in possible.get(role, {target})
    if old is None or unknown:
        raise MappingError(f"of {mapping.file}", f'"{header}" cannot be "{target or role}".')
    chosen = Column(header, role, target, why=why, day=old.day)  # type: ignore[arg-type]
    if role in MONEY:
        chosen = replace(chosen, factor=units.money_factor(header))
    if (old.role, old.target) == (role, target):
        chosen = replace(old, why=why, sure=1.0)
    columns = tuple(chosen if c is old else _freed(c, chosen) for c in mapping.columns)
    changed = replace(mapping, columns=columns)
    measures = tuple(m for m in mapping.measures if not _is_of(m, old))
    if mapping.layout == "rows" and role in ("driver", *MONEY):
        new = measure_of(chosen, changed, rules_used)
        aims = (new.role, new.target)
        measures = (*(m for m in measures if (m.role, m.target) != aims), new)
    if role == whole.INDEX:
        changed = _scaled(changed)
    return replace(changed, measures=measures)


def _scaled(mapping: TableMapping) -> TableMapping:
    """The mapping with a question about the scale of its columns of the whole index."""
    asked = next((q for q in mapping.questions if q.key == whole.INDEX), None)
    question = whole.question(mapping.of("index"), asked.assumed if asked else whole.POINTS)
    if asked:
        question = replace(question, answer=asked.answer)
    questions = (*(q for q in mapping.questions if q.key != whole.INDEX), question)
    scaled = whole.in_scale(mapping, question.answer or question.assumed)
    return replace(scaled, questions=questions)


def with_same(mapping: TableMapping, customer: str, customer_id: str) -> TableMapping:
    """A copy in which a person says that a customer, as written in the table, is a known one.

    "" as the id takes it back.
    """
    pairs = [(written, known) for written, known in mapping.same if written != customer]
    if customer_id:
        pairs.append((customer, customer_id))
    return replace(mapping, same=tuple(pairs))


def with_day(mapping: TableMapping, day: str) -> TableMapping:
    """A copy in which a person says of which day (2025-03-31) the rows without one are.

    "" takes it back: then they are of the as-of date.
    """
    try:
        return replace(mapping, day=date.fromisoformat(day).isoformat() if day else "")
    except ValueError as error:
        raise MappingError(f"of {mapping.file}", f'"{day}" is not a day.') from error


def with_earlier(mapping: TableMapping, earlier: bool) -> TableMapping:
    """A copy whose measures are taken at the ends of earlier quarters too, or are not."""
    return replace(mapping, earlier=earlier)


def _is_of(measure: Measure, column: Column) -> bool:
    """Whether a measure comes from this column."""
    tested = measure.where.column if measure.where and measure.where.test == "true" else ""
    return column.header in (measure.column, tested)


def _freed(column: Column, chosen: Column) -> Column:
    """The column, or nothing more when the meaning it had now belongs to the chosen one."""
    aimed = chosen.role not in ("currency", "domain", "date")  # their target says what for besides
    old, new = ((c.role, c.target if aimed else "", c.day) for c in (column, chosen))
    if chosen.role in _REPEATABLE or old != new:
        return column
    why = f"{chosen.header} was chosen for what it meant."
    return Column(column.header, "ignore", why=why, day=column.day)


def with_measures(mapping: TableMapping, measures: Sequence[Measure]) -> TableMapping:
    """A copy with other measures."""
    return replace(mapping, measures=tuple(measures))


def with_answer(mapping: TableMapping, key: str, answer: str) -> TableMapping:
    """A copy in which a person has answered one of the mapping's questions."""
    question = next((q for q in mapping.questions if q.key == key), None)
    if question is None or answer not in question.options:
        raise MappingError(f"of {mapping.file}", f'"{answer}" is no answer to "{key}".')
    questions = tuple(replace(q, answer=answer) if q is question else q for q in mapping.questions)
    effect = _EFFECTS[key.partition(":")[0]]
    return effect(replace(mapping, questions=questions), question, answer)


def _date_order(mapping: TableMapping, _: Question, answer: str) -> TableMapping:
    return replace(mapping, date_order="dmy" if answer == DAY_FIRST else "mdy")


def _decimal(mapping: TableMapping, _: Question, answer: str) -> TableMapping:
    return replace(mapping, decimal="," if answer == COMMA else ".")


def _nps(mapping: TableMapping, question: Question, answer: str) -> TableMapping:
    factor, offset = (20.0, -100.0) if answer == ANSWERS_0_10 else (1.0, 0.0)
    return _replaced(mapping, question, factor=factor, offset=offset)


def _csat(mapping: TableMapping, question: Question, answer: str) -> TableMapping:
    # 1 to 10, 1 to 7 and 0 % to 100 % each become 1 to 5
    known = {TENS: (4 / 9, 5 / 9), SEVENS: (2 / 3, 1 / 3)}
    factor, offset = known.get(answer, (0.04, 1.0))
    return _replaced(mapping, question, factor=factor, offset=offset)


def _cents(mapping: TableMapping, question: Question, answer: str) -> TableMapping:
    factor = 0.01 if answer == CENTS else 1.0
    changed = _replaced(mapping, question, factor=factor)
    return _measured_again(changed)


def _replaced(
    mapping: TableMapping, question: Question, factor: float, offset: float = 0.0
) -> TableMapping:
    columns = tuple(
        replace(c, factor=factor, offset=offset) if c.header in question.columns else c
        for c in mapping.columns
    )
    return replace(mapping, columns=columns)


def _measured_again(mapping: TableMapping) -> TableMapping:
    """The measures of money, made anew from its columns."""
    money = {c.header: c for c in mapping.of(*MONEY)}
    measures = tuple(
        measure_of(money[m.column], mapping, rules.shipped()) if m.column in money else m
        for m in mapping.measures
    )
    return replace(mapping, measures=measures)


def _amount(mapping: TableMapping, question: Question, answer: str) -> TableMapping:
    for header in question.columns:
        mapping = with_column(mapping, header, "ignore", why=_ASKED)
    for ending, role in ((PER_YEAR, "arr"), (PER_MONTH, "mrr")):
        if answer.endswith(ending):
            return with_column(mapping, answer.removesuffix(ending), role, why=_ASKED)
    return mapping


def _rater(mapping: TableMapping, _: Question, answer: str) -> TableMapping:
    return replace(mapping, rater="customer" if answer == CUSTOMERS else "csm")


def _score(mapping: TableMapping, question: Question, answer: str) -> TableMapping:
    header = question.columns[0]
    if answer == NOT_USED:
        return with_column(mapping, header, "ignore", why=_ASKED)
    if answer != RECOMMEND:
        return with_column(mapping, header, "driver", "csat", why=_ASKED)
    changed = with_column(mapping, header, "driver", "nps", why=_ASKED)
    return changed if mapping.layout == "rows" else _nps(changed, question, ANSWERS_0_10)


def _customer(mapping: TableMapping, _: Question, answer: str) -> TableMapping:
    if answer == NOT_USED:
        return mapping
    return with_column(mapping, answer, customer_role(answer), why=_ASKED)


def _year(mapping: TableMapping, question: Question, answer: str) -> TableMapping:
    return periods.in_year(mapping, question.columns, int(answer))


def _index(mapping: TableMapping, _: Question, answer: str) -> TableMapping:
    return whole.in_scale(mapping, answer)


def _left(mapping: TableMapping, question: Question, answer: str) -> TableMapping:
    header = question.columns[0]
    if answer == LEFT:
        return with_column(mapping, header, "outcome", "churned", why=_ASKED)
    old = next(c for c in mapping.columns if c.header == header)
    return mapping if old.role == "segment" else with_column(mapping, header, "segment", header)


def _lost(mapping: TableMapping, _: Question, answer: str) -> TableMapping:
    return replace(mapping, left=answer == LEFT)


def _levels(mapping: TableMapping, question: Question, answer: str) -> TableMapping:
    return scales.in_scale(mapping, question.columns, answer)


_EFFECTS: dict[str, Callable[[TableMapping, Question, str], TableMapping]] = {
    "date_order": _date_order,
    "decimal": _decimal,
    "nps": _nps,
    "csat": _csat,
    "cents": _cents,
    "amount": _amount,
    "rater": _rater,
    "score": _score,
    "left": _left,
    LOST: _lost,
    "customer": _customer,
    periods.YEAR: _year,
    whole.INDEX: _index,
    scales.KEY: _levels,
}
