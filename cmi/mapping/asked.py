"""The questions of one table: what its values leave open."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from cmi.mapping import questions, scales, vocabulary, whole
from cmi.mapping.links import could_link
from cmi.mapping.model import MONEY, Question, TableMapping
from cmi.mapping.recognise import HALF
from cmi.mapping.surveys import answered_by_customers, bare_scores
from cmi.mapping.vocabulary import compact, plain

if TYPE_CHECKING:
    from cmi.mapping.draft import Draft


def questions_about(draft: Draft, mapping: TableMapping) -> list[Question]:
    """Everything that only a person can decide, but for dates and decimal marks."""
    return [
        *_about_nps(draft, mapping),
        *_about_csat(draft, mapping),
        *_about_money(draft, mapping),
        *_about_customer(draft, mapping),
        *_about_score(draft, mapping),
        *_about_left(draft, mapping),
        *about_lost(draft, mapping),
        *_about_rater(draft, mapping),
        *whole.ask(mapping.of("index"), draft.shapes),
        *scales.ask(draft.table.frame, mapping.of("factor", "characteristic")),
    ]


def _about_nps(draft: Draft, mapping: TableMapping) -> list[Question]:
    single = [c for c in mapping.of("driver") if c.target == "nps" and mapping.layout == "wide"]
    shapes = [(c, draft.shapes[c.header]) for c in single]
    asked = [questions.ask_nps(c) for c, s in shapes if s.within(0, 10) > HALF]
    return questions.once(asked, mapping)


def _about_csat(draft: Draft, mapping: TableMapping) -> list[Question]:
    single = [c for c in mapping.of("driver") if c.target == "csat" and mapping.layout == "wide"]
    shapes = [(c, draft.shapes[c.header]) for c in single]
    above = [(c, s) for c, s in shapes if s.above(5)]
    asked = [questions.ask_csat(c, max(s.numbers)) for c, s in above if s.within(0, 10) == 1]
    return questions.once(asked, mapping)


def _about_money(draft: Draft, mapping: TableMapping) -> list[Question]:
    known = vocabulary.shipped()
    if draft.about == "deals":
        return []
    money = [c.header for c in mapping.of(*MONEY)]
    if money:
        signs = sum(known.has(h, "amounts", "cents") for h in draft.shapes)
        whole_only = all(n.is_integer() for h in money for n in draft.shapes[h].numbers)
        return [questions.ask_cents(money)] if signs >= 2 and whole_only else []
    amounts = [
        h
        for h, s in draft.shapes.items()
        if known.has(h, "amounts", "headers") and s.is_number and s.filled
    ]
    if not amounts or mapping.layout == "long" or mapping.of("outcome", "outcome_type"):
        return []
    contracts = mapping.layout == "wide" or draft.about == "subscriptions"
    return [questions.ask_amount(amounts, draft.shapes, contracts)]


def _about_customer(draft: Draft, mapping: TableMapping) -> list[Question]:
    if mapping.names_customers:
        return []
    if draft.lying and mapping.layout != "long":
        return [questions.ask_turned(draft.lying, draft.shapes[draft.lying].shown)]
    told = {h for h, g in draft.guesses.items() if "respondent" not in (g.role, g.target)}
    headers = [h for h, s in draft.shapes.items() if s.filled and not s.is_date and h not in told]
    return [
        questions.ask_customer(
            headers, could_link([h for h, s in draft.shapes.items() if not s.unique])
        )
    ]


def _about_score(draft: Draft, mapping: TableMapping) -> list[Question]:
    """A bare score of a survey: of what, nobody can tell from the table."""
    if not (draft.is_survey or draft.about == "answers") or mapping.of("factor", "value"):
        return []
    if any(c.target in ("nps", "csat") for c in mapping.of("driver")):
        return []
    return [questions.ask_score(h) for h in bare_scores(draft)[:1]]


def _about_left(draft: Draft, mapping: TableMapping) -> list[Question]:
    """A status of customers, some of whom may be none any more, where no column says when."""
    if mapping.layout != "wide" or draft.of_rows or mapping.of("outcome", "outcome_type"):
        return []
    known = vocabulary.shipped()
    left = known.words("outcome_words", "churned")
    for column in mapping.of("segment"):
        if known.has(column.header, "active", "headers"):
            cells = draft.table.frame[column.header].dropna().unique()
            if words := sorted(c for c in cells if compact(c) in left):
                return [questions.ask_left(column.header, words)]
    return []


def about_lost(draft: Draft, mapping: TableMapping) -> list[Question]:
    """A list whose name speaks of customers who left, where no column does."""
    table, told = draft.table, mapping.of("outcome", "outcome_type")
    if mapping.layout != "wide" or told or draft.is_survey or not mapping.names_customers:
        return []
    left = vocabulary.shipped().words("outcome_words", "churned")
    names = [name for name in (table.sheet, PurePath(table.file).stem) if name]
    lost = [name for name in names if left & set(plain(name).split())]
    return [questions.ask_lost(name) for name in lost[:1]]


def _about_rater(draft: Draft, mapping: TableMapping) -> list[Question]:
    asks = mapping.of("factor", "value") and draft.is_survey and mapping.layout != "rows"
    if not asks or mapping.of("rater"):
        return []
    return [questions.ask_rater(answered_by_customers(draft))]
