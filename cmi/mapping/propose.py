"""Which column is what: a mapping for each table of an upload, with its reasons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from cmi.cells.dates import date_order
from cmi.cells.names import company_key
from cmi.cells.values import currencies
from cmi.mapping import periods, questions, rows, vocabulary, whole
from cmi.mapping.asked import about_lost, questions_about
from cmi.mapping.cells import filled
from cmi.mapping.columns import decide
from cmi.mapping.correct import with_answer
from cmi.mapping.draft import Draft
from cmi.mapping.drafting import drafted
from cmi.mapping.layouts import layout_of, repeats, subject
from cmi.mapping.links import link_for
from cmi.mapping.match import domain_of
from cmi.mapping.model import (
    DATES,
    MONEY,
    Column,
    Question,
    TableMapping,
    fingerprint,
)
from cmi.mapping.recognise import Guess
from cmi.mapping.units import currency_in
from cmi.problems import MappingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cmi.cells.dates import Order
    from cmi.files import Table
    from cmi.methodology import Methodology


def propose(
    tables: Sequence[Table],
    methodology: Methodology,
    remembered: Mapping[str, TableMapping] | None = None,
    customers: Mapping[int, str] | None = None,
) -> tuple[TableMapping, ...]:
    """A mapping for each table; `remembered` ones, by `fingerprint`, are taken as they were.

    `customers` are the columns, by the number of their table, that a person says name the customer.
    """
    alone = [drafted(t, methodology) for t in tables]
    for n, header in (customers or {}).items():
        alone[n] = _named(alone[n], header)
    others = [(d.table, d.customer) for d in alone if d.customer]
    linked = [d if d.customer else replace(d, link=link_for(d.table, others)) for d in alone]
    drafts = [_laid_out(d, linked, methodology) for d in linked]
    proposed = [_mapping(d, methodology) for d in drafts]
    order = _proven_order(drafts, proposed)
    kept = remembered or {}
    return tuple(
        _recalled(d, kept[fingerprint(d.table)])
        if fingerprint(d.table) in kept
        else _asked(d, m, order)
        for d, m in zip(drafts, proposed, strict=True)
    )


def _named(draft: Draft, header: str) -> Draft:
    """The draft in which a column names the customer, because a person says so."""
    role = questions.customer_role(header)
    old = draft.guesses.get(header)
    answers = bool(old and "respondent" in (old.role, old.target))
    target = "respondent" if role == "domain" and answers else ""
    chosen = Guess(role, target, "There is a question about it.", rank=-1)
    return replace(
        draft, guesses=draft.guesses | {header: chosen}, misfits=draft.misfits | {header: ""}
    )


def with_customer(
    tables: Sequence[Table],
    mappings: Sequence[TableMapping],
    number: int,
    answer: str,
    methodology: Methodology,
) -> TableMapping:
    """The mapping of one table, whose question for its customer a person has answered.

    Whether a customer has one row or many is decided with it, and so are the measures.
    """
    old = mappings[number]
    question = next((q for q in old.questions if q.key == "customer"), None)
    if question is None or answer not in question.options:
        raise MappingError(f"of {old.file}", f'"{answer}" is no answer to "customer".')
    chosen = {} if answer == questions.NOT_USED else {number: answer}
    anew = propose(tables, methodology, customers=chosen)[number]
    others = tuple(q for q in anew.questions if q.key != "customer")
    return replace(anew, questions=(*others, replace(question, answer=answer)))


def _recalled(draft: Draft, saved: TableMapping) -> TableMapping:
    """A remembered mapping for a new file, without an order of dates that the file disproves, and
    with what the name of this file says: of which days it is, and whether its customers are lost.
    """
    table = draft.table
    headers = [c.header for c in saved.of(*DATES) if c.header in table.frame]
    proven = date_order(questions.together(table.frame, headers))
    lost = about_lost(draft, saved)
    said = tuple(q for q in saved.questions if q.key != questions.LOST or lost)
    new = tuple(q for q in lost if q.key not in {old.key for old in said})
    recalled = replace(
        saved,
        left=saved.left and bool(lost),
        questions=(*said, *new),
        file=table.file,
        sheet=table.sheet,
        link=draft.link or saved.link,
        date_order=proven if proven in ("dmy", "mdy") else saved.date_order,
    )
    return periods.with_days(recalled, table)


def _customers(draft: Draft, drafts: Sequence[Draft]) -> pd.Series[str]:
    """Per row, what tells its customer from others; missing where nothing does."""
    frame, link = draft.table.frame, draft.link
    if link is None:
        header = draft.customer
        if not header:
            return pd.Series(pd.NA, index=frame.index, dtype="str")
        text = filled(frame[header])
        match draft.guesses[header].role:
            case "name":
                keys = {name: company_key(name) for name in text.dropna().unique()}
                return text.map(keys).astype("str")
            case "domain":
                return domain_of(text)
            case _:
                return text
    other = next(d for d in drafts if (d.table.file, d.table.sheet) == (link.file, link.sheet))
    there = other.table.frame.drop_duplicates(link.other_column).set_index(link.other_column)
    return frame[link.column].map(there[other.customer]).astype("str")


def _laid_out(draft: Draft, drafts: Sequence[Draft], methodology: Methodology) -> Draft:
    frame, shapes = draft.table.frame, draft.shapes
    customers = _customers(draft, drafts)
    layout = layout_of(frame, customers, draft.fitting, shapes, methodology)
    if layout != "rows":
        return replace(draft, layout=layout)
    repeated = repeats(customers)
    about = subject(shapes, repeated) or subject(shapes, repeated, needed=2)
    return replace(draft, layout=layout, about=about)


def _mapping(draft: Draft, methodology: Methodology) -> TableMapping:
    columns, layout = decide(draft, methodology), draft.layout
    mapping = TableMapping(
        draft.table.file,
        draft.table.sheet,
        layout,
        columns,
        currency=_currency(columns),
        link=draft.link,
        current=rows.running(columns, draft.shapes) if layout == "rows" else None,
    )
    if layout != "rows":
        return mapping
    return replace(mapping, measures=rows.propose(mapping, methodology, draft), earlier=True)


def _currency(columns: Sequence[Column]) -> str:
    """The currency that the header of a money column names ("ARR (EUR)"), "" when none does."""
    money = [c.header for c in columns if c.role in MONEY]
    words = [w for h in money for w in vocabulary.plain(h).split()]
    codes = currencies(pd.Series([w for w in words if len(w) == 3], dtype="str")).dropna()
    named = {*codes, *filter(None, map(currency_in, money))}
    return str(named.pop()) if len(named) == 1 else ""


def _dated(draft: Draft, mapping: TableMapping) -> list[str]:
    """The headers whose dates will be read."""
    return [
        c.header
        for c in mapping.columns
        if c.role in DATES or (c.role in ("outcome", "driver") and draft.shapes[c.header].is_date)
    ]


def _proven_order(drafts: Sequence[Draft], mappings: Sequence[TableMapping]) -> Order | None:
    """The order of dates that some tables of an upload prove, None when they prove none or two."""
    orders = {
        questions.proven_order(d.table.frame, _dated(d, m), d.dates)
        for d, m in zip(drafts, mappings, strict=True)
    } & {"dmy", "mdy"}
    return orders.pop() if len(orders) == 1 else None


def _asked(draft: Draft, mapping: TableMapping, elsewhere: Order | None) -> TableMapping:
    """The mapping with what its values prove, and with its questions."""
    frame = draft.table.frame
    order, about_dates = questions.ask_date_order(
        frame, _dated(draft, mapping), elsewhere, draft.dates
    )
    read = ("driver", "value", "amount", "index", *MONEY)
    numeric = [
        c.header for c in mapping.columns if c.role in read and not draft.shapes[c.header].is_date
    ]
    money = [c.header for c in mapping.of("amount", *MONEY)]
    decimal, about_numbers = questions.ask_decimal(frame, numeric, money)
    asked = whole.in_scale(replace(mapping, date_order=order, decimal=decimal))
    assumed = _assume(asked, (*about_dates, *about_numbers, *questions_about(draft, asked)))
    return periods.with_days(assumed, draft.table)


def _assume(mapping: TableMapping, asked: Sequence[Question]) -> TableMapping:
    """The mapping with its questions, each answered as assumed and still open."""
    mapping = replace(mapping, questions=tuple(asked))
    for question in asked:
        mapping = with_answer(mapping, question.key, question.assumed)
    return replace(mapping, questions=tuple(asked))
