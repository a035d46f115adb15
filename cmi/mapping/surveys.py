"""Answers of people: which column says who answered, in which role, and when."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cmi.mapping import vocabulary
from cmi.mapping.cells import filled
from cmi.mapping.layouts import kinds, repeats
from cmi.mapping.match import domain_of
from cmi.mapping.recognise import HALF, Guess
from cmi.mapping.shapes import MOST
from cmi.mapping.vocabulary import compact, plain, unnumbered
from cmi.words import listed

if TYPE_CHECKING:
    import pandas as pd

    from cmi.mapping.draft import Draft
    from cmi.mapping.shapes import Shape
    from cmi.methodology import Methodology

WHO = "respondent"  # what a column of dates or addresses is for besides
_COMPANY = r"(?:customer|company|account|client|organi[sz]ation)"
_CUSTOMER_ASKED = re.compile(
    rf"\b(?:which|what) {_COMPANY}(?: (?:is|are|do|does|did|was|were|have|this|you|it)\b|$)"
    rf"|\bname of (?:the |your |this )?{_COMPANY}\b|\b{_COMPANY} name\b"
)
_NUMBER = "#"  # how some survey tools call the id of a response


def with_people(draft: Draft, methodology: Methodology) -> Draft:
    """The draft with its columns of people told apart: the role that rates, the person who does.

    Where nothing is rated there are none. In a survey something always tells the answers of a
    customer apart: the person, else the id of the answer, else the second in which it came.
    """
    draft = _changed(draft, _scores(draft, methodology))
    if not rates(draft):
        roles = ("rater", WHO, "last_assessed")
        return _changed(draft, {h: None for h, g in draft.guesses.items() if g.role in roles})
    draft = _changed(draft, _by_values(draft, methodology))
    if not draft.is_survey:
        return _changed(draft, _of_several(draft))
    draft = _when(draft)
    draft = _changed(draft, _names_of_people(draft))
    draft = _changed(draft, _customer_asked_for(draft))
    return _changed(draft, _respondent(draft))


def _scores(draft: Draft, methodology: Methodology) -> dict[str, Guess | None]:
    """The score of an export in which another column says which question it answers."""
    header, words = kinds(draft.shapes)
    drivers = [d.key for d in methodology.drivers if d.key in words]
    scores = bare_scores(draft)
    if len(scores) != 1:
        return {}
    grouped = _groups(draft)
    if not drivers and grouped and any(d.key == "nps" for d in methodology.drivers):
        why = f"{grouped} says that it is an answer from 0 to 10."
        return {scores[0]: Guess("driver", "nps", why, sure=0.9, asked=True)}
    if not drivers:
        return {}
    why = f"{header} says what it answers; {listed(sorted(words.values()))} can be used."
    return {scores[0]: Guess("driver", drivers[0], why, sure=0.9, asked=True)}


def _groups(draft: Draft) -> str:
    """The column that calls those who answered promoters and detractors, "" without one."""
    words = vocabulary.shipped().words("surveys", "groups", "nps")
    shapes = draft.shapes.items()
    return next((h for h, s in shapes if s.words and s.words - {""} <= words), "")


def bare_scores(draft: Draft) -> list[str]:
    """The columns of numbers that are called a score, an answer, and the like."""
    named = (h for h, g in draft.guesses.items() if g.role == "value")
    return [h for h in named if draft.shapes[h].is_number]


def by_address(draft: Draft) -> Draft:
    """Where nothing else tells the customer, the one column of addresses of several companies."""
    if draft.customer:
        return draft
    frame = draft.table.frame
    unknown = [h for h in draft.shapes if h not in draft.guesses]
    likely = [h for h in unknown if any("@" in e for e in draft.shapes[h].examples)]
    free = [h for h in likely if holds_addresses(frame[h])]
    if len(free) != 1 or not tells_customers(frame[free[0]]):
        return draft
    why = "It holds addresses of several companies: their domain tells the customer."
    return _changed(draft, {free[0]: Guess("domain", "", why, sure=0.6)})


def answered_by_customers(draft: Draft) -> bool:
    """Whether something says so: their addresses, or a question for the company they work for."""
    known = vocabulary.shipped()
    names = [h for h, g in draft.guesses.items() if g.role == "name"]
    if any(known.has(h, "surveys", "own_company") for h in names):
        return True
    if any({"you", "your"} & set(plain(h).split()) and asks_for_customer(h) for h in names):
        return True
    people = [h for h, g in draft.guesses.items() if WHO in (g.role, g.target)]
    frame = draft.table.frame
    return any(holds_addresses(frame[h]) and tells_customers(frame[h]) for h in people)


def rates(draft: Draft) -> bool:
    """Whether the table says what people think: levels, or items and their values."""
    roles = {g.role for g in draft.fitting.values()}
    return "factor" in roles or {"item", "value"} <= roles


def holds_addresses(text: pd.Series[str]) -> bool:
    """Whether a column holds e-mail addresses."""
    cells = filled(text).dropna()
    return len(cells) > 0 and bool(cells.str.contains("@", regex=False).mean() >= MOST)


def tells_customers(text: pd.Series[str]) -> bool:
    """Whether e-mail addresses come from several companies, and not all from our own."""
    found = domain_of(filled(text))
    return len(found.dropna().unique()) > 1 or (len(found) == 1 and bool(found.notna().all()))


def _changed(draft: Draft, other: dict[str, Guess | None]) -> Draft:
    """The draft with other guesses for some headers; None: nothing is known of it."""
    guesses = {h: g for h, g in (draft.guesses | other).items() if g is not None}
    misfits = {h: "" if h in other else draft.misfits[h] for h in guesses}
    return replace(draft, guesses=guesses, misfits=misfits)


def _of_several(draft: Draft) -> dict[str, Guess | None]:
    """In a sheet that rates customers several times, the addresses beside them are who rated."""
    customer = draft.best("customer_id") or draft.best("name")
    frame = draft.table.frame
    if not customer or draft.best(WHO) or not repeats(filled(frame[customer])):
        return {}
    why = "It is the address of who rated."
    domains = [h for h, g in draft.guesses.items() if g.role == "domain"]
    rated_by = (h for h in domains if holds_addresses(frame[h]))
    return {h: replace(draft.guesses[h], role=WHO, why=why) for h in rated_by}


def _customer_asked_for(draft: Draft) -> dict[str, Guess | None]:
    """The question for the customer, in any words, where no column is known to name it."""
    if draft.best("customer_id") or draft.best("name"):
        return {}
    asked = [
        h
        for h, s in draft.shapes.items()
        if h not in draft.guesses and not (s.is_number or s.sparse) and asks_for_customer(h)
    ]
    why = "It asks for the customer."
    return {asked[0]: Guess("name", "", why, rank=50, sure=0.7)} if len(asked) == 1 else {}


def asks_for_customer(header: str) -> bool:
    """Whether a question asks for the name of a company."""
    return bool(_CUSTOMER_ASKED.search(plain(unnumbered(header))))


def _by_values(draft: Draft, methodology: Methodology) -> dict[str, Guess | None]:
    """Columns of people by what they hold: roles rate, people answer."""
    known, found = vocabulary.shipped(), dict[str, Guess | None]()
    raters = methodology.raters
    roles = known.raters.keys() | {compact(r) for r in (*raters.order, *raters.apart)}
    for header, g in draft.guesses.items():
        seen = draft.shapes[header]
        if g.role not in ("rater", WHO) or not seen.filled:
            continue
        weak = known.has(header, "surveys", "weak_roles")
        if filled(draft.table.frame[header]).dropna().map(compact).isin(roles).mean() > HALF:
            why = f"Its values are roles ({seen.shown})."
            found[header] = g if g.role == "rater" else replace(g, role="rater", why=why)
        elif g.role == "rater" and weak:
            found[header] = None
        elif g.role == "rater" and _people(draft.table.frame[header], seen):
            why = f"Its values are people ({seen.shown})."
            found[header] = replace(g, role=WHO, why=why)
    return found


def _people(text: pd.Series[str], seen: Shape) -> bool:
    """Whether the values are addresses or names of two and more words that begin large."""
    named = filled(text).dropna().str.fullmatch(r"[^\W\d_a-z]\S*(?: \S+)* [^\W\d_a-z]\S*")
    return holds_addresses(text) or (not seen.is_number and bool(named.mean() > HALF))


def _when(draft: Draft) -> Draft:
    """In a survey start and end are those of filling it in: the end is the day of the answer."""

    def of(role: str) -> list[str]:
        there = [h for h, g in draft.fitting.items() if g.role == role]
        return sorted(there, key=lambda h: draft.guesses[h].rank)

    starts, ends = of("start_date"), of("end_date")
    if of("date"):
        return _changed(draft, dict.fromkeys([*starts, *ends]))
    known = vocabulary.shipped()
    events = [
        h
        for h, s in draft.shapes.items()
        if s.dated >= MOST and known.has(h, "event_dates", "headers")
    ]
    why = "It is when the survey was filled in."
    when = [*ends, *events, *starts]
    return _changed(
        draft, {h: Guess("date", "", why, rank=n, sure=0.9) for n, h in enumerate(when)}
    )


def _names_of_people(draft: Draft) -> dict[str, Guess | None]:
    """What a survey calls just "Name" is who answered, never the customer."""
    known = vocabulary.shipped()
    why = "In a survey it is the name of who answered."
    return {
        h: replace(g, role=WHO, why=why, own=False)
        for h, g in draft.guesses.items()
        if g.role == "name" and known.has(h, "roles_own_id", "names")
    }


def _respondent(draft: Draft) -> dict[str, Guess | None]:
    """The column that tells who answered; an address also tells the customer where it must.

    One without gaps goes first; where all have gaps, the time tells the answers apart.
    """
    frame = draft.table.frame
    found: dict[str, Guess | None] = {}
    there = (h for h, g in draft.guesses.items() if g.role in ("domain", WHO))
    addresses = [h for h in there if holds_addresses(frame[h])]
    customer = next(filter(None, map(draft.best, ("customer_id", "name"))), "")
    why = "It is the address of who answered."
    for header in addresses:
        found[header] = replace(draft.guesses[header], role=WHO, target="", why=why, rank=-1)
    telling = next((h for h in addresses if tells_customers(frame[h])), "")
    if telling and not customer:
        why = "Its domain tells the customer, the whole address who answered."
        found[telling] = Guess("domain", WHO, why, sure=0.8)
        other = Guess("ignore", "", f"{telling} tells who answered.")
        return found | {h: other for h in _respondents(draft) if h not in found}
    people = list(dict.fromkeys([*addresses, *_respondents(draft)]))
    complete = [h for h in people if draft.shapes[h].filled == draft.shapes[h].rows]
    if not complete:
        found |= _by_second(draft)
    for chosen in (complete or people)[:1]:
        g = found.get(chosen) or draft.guesses.get(chosen)
        why = g.why if g and g.role == WHO else "It tells the answers apart."
        found[chosen] = Guess(WHO, "", why, rank=-2, sure=0.9)
    return found


def _respondents(draft: Draft) -> list[str]:
    """People first, then what only tells the answers apart; the best name first."""
    known = vocabulary.shipped()
    there = [h for h, g in draft.fitting.items() if g.role == WHO and draft.shapes[h].filled]
    there.sort(key=lambda h: draft.guesses[h].rank)
    ids = [h for h in there if known.has(h, "surveys", "ids")]
    numbers = [
        h
        for h, s in draft.shapes.items()
        if s.unique and (h.strip() == _NUMBER or known.has(h, "roles_own_id", "headers"))
    ]
    return [*(h for h in there if h not in ids), *numbers, *ids]


def _by_second(draft: Draft) -> dict[str, Guess | None]:
    """The time stamp as what tells the answers apart."""
    header = draft.best("date")
    if not header or not filled(draft.table.frame[header]).str.contains(":", na=False).any():
        return {}
    g = draft.guesses[header]
    return {header: replace(g, target=WHO, why=f"{g.why} Its time tells the answers apart.")}
