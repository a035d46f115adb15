"""The making of packs: what each is made of, and the files one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from cmi.methodology import GridKey
from cmi.reports.packs import files
from cmi.reports.packs import portfolio as whole
from cmi.reports.packs.setting import Known, Setting, no_causes
from cmi.review.agreed import of_period, period_of
from cmi.ui import dossier, session
from cmi.ui.prepare import desk
from cmi.ui.session import Frame


@dataclass(frozen=True)
class Wish:
    """What the reader chose. `customers` are ids; empty with the portfolio."""

    reader: files.Reader
    form: files.Form
    since: date | None
    customers: tuple[str, ...]
    segment: str | None
    template: bytes | None

    def of_portfolio(self) -> bool:
        """Whether it is the portfolio pack."""
        return not self.customers


def setting(frame: Frame, grid: GridKey, since: date | None) -> Setting:
    """The day, the rules and everybody's scores."""
    return Setting(
        frame.as_of,
        frame.methodology,
        grid,
        session.scores(frame, grid),
        since,
        session.rules_on(frame, since) if since else None,
        decisions(frame, grid),
    )


def decisions(frame: Frame, grid: GridKey) -> pd.DataFrame:
    """What was decided for the quarter of the day."""
    return of_period(desk.said(frame), period_of(frame.as_of), grid)


def found(
    frame: Frame, grid: GridKey, since: date | None, wanted: Mapping[str, list[str]]
) -> whole.Found:
    """The findings of the portfolio pack."""
    history, rests = session.history(frame, grid, "quarter"), session.rests(frame, "quarter")
    then = session.two_days(frame, since, grid)[0] if since else None
    causes = session.causes_of_change(frame, since) if since else None
    return whole.found(setting(frame, grid, since), history, rests, wanted, then, causes)


def known(frame: Frame, grid: GridKey, since: date | None, customer_id: str) -> Known:
    """What is read about one customer, of frames that hold everybody's: many packs are quick."""
    history = session.history(frame, grid, "quarter")
    way = _of(history, customer_id)
    everyone = session.scores(frame, grid)
    then, causes = everyone.head(0), no_causes()
    if since:
        then = _of(session.two_days(frame, since, grid)[0], customer_id)
        causes = _of(session.causes_of_change(frame, since), customer_id)
    return Known(
        row=_of(everyone, customer_id),
        then=then,
        causes=causes,
        way=way.join(session.rests(frame, "quarter")),
        events=dossier.events(frame, customer_id),
        ratings=frame.store.ratings(frame.as_of, customer_id),
    )


def _of(frame: pd.DataFrame, customer_id: str) -> pd.DataFrame:
    rows: pd.DataFrame = frame[frame["customer_id"] == customer_id]
    return rows


def made(
    frame: Frame, grid: GridKey, wish: Wish, wanted: Mapping[str, list[str]]
) -> Iterator[files.File]:
    """The files, one after the other."""
    if wish.of_portfolio():
        yield files.of_portfolio(found(frame, grid, wish.since, wanted), wish.form, wish.template)
        return
    common = setting(frame, grid, wish.since)
    for customer_id in wish.customers:
        one = known(frame, grid, wish.since, customer_id)
        yield files.of_customer(common, one, wish.reader, wish.form, wish.segment, wish.template)


def page(frame: Frame, grid: GridKey, wish: Wish, wanted: Mapping[str, list[str]]) -> bytes:
    """The first of the packs as HTML, to look through it."""
    return next(made(frame, grid, replace(wish, form="html", template=None), wanted))[1]


def for_the_customer(frame: Frame, grid: GridKey, customer_id: str) -> bytes:
    """What a customer would see, as HTML."""
    return page(frame, grid, Wish("shared", "html", None, (customer_id,), None, None), {})
