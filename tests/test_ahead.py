"""Computing ahead: what the next click needs is there before it, and no page waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from portfolios import add, customer, observation

from cmi.problems import CmiError
from cmi.store import Store
from cmi.ui import ahead, session
from cmi.ui.session import Frame

THEN, NOW = date(2025, 12, 31), date(2026, 3, 31)
ROWS = (
    [customer("a", str(THEN), name="Acme")],
    [observation("a", "logins", 4, on=str(THEN)), observation("a", "logins", 9, on=str(NOW))],
)


@pytest.fixture
def frame(store: Store) -> Frame:
    """Two quarters of one customer."""
    add(store, "a.csv", *ROWS)
    return Frame(store, is_sample=False, as_of=NOW, methodology=store.methodology())


@pytest.fixture
def working(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The thread of the server, without a first visitor."""
    monkeypatch.setattr(ahead, "_first", lambda: None)
    worker = threading.Thread(target=ahead.work)
    worker.start()
    assert ahead._working.wait(60)
    yield
    ahead.stop()
    worker.join(60)
    assert not worker.is_alive()


def page(*does: Callable[[], object]) -> threading.Thread:
    """A page that is being drawn, in a thread of its own as Streamlit has it."""
    drawing = threading.Thread(target=lambda: [step() for step in does])
    drawing.start()
    return drawing


def test_what_the_pages_need_is_there_before_they_ask_for_it(frame, monkeypatch, caplog) -> None:
    with caplog.at_level(logging.INFO):
        page(lambda: ahead._compute(frame)).join(60)
    assert caplog.messages == []  # no page is missed, where spinners would stand

    def read(*_: object, **__: object) -> None:
        raise AssertionError("the database was read again")

    monkeypatch.setattr(Store, "history", read)
    for grid in ("2x2", "3x3"):
        assert session.scores(frame, grid)["customer_id"].tolist() == ["a"]
        assert len(session.history(frame, grid, "quarter")) == 2
        assert len(session.history(frame, grid, "month")) == 4  # December to March
    assert len(session.rests(frame, "quarter")) == 2
    assert len(session.rests(frame, "month")) == 4
    session.causes_of_change(frame, THEN)


def test_nothing_is_kept_or_done_where_nobody_works_ahead(frame) -> None:
    ahead.ask(frame)
    assert ahead._asked.empty()


@pytest.mark.usefixtures("working")
def test_no_piece_begins_while_the_page_is_being_drawn(frame, monkeypatch) -> None:
    order: list[str] = []
    ends, done = threading.Event(), threading.Event()
    pieces = {"piece": lambda _: (order.append("piece"), done.set())}
    monkeypatch.setattr(ahead, "_PIECES", pieces)
    drawing = page(
        lambda: ahead.ask(frame), lambda: ends.wait(60), lambda: order.append("page is there")
    )
    while not ahead._asked.empty():  # until the worker has taken it
        pass
    ends.set()
    drawing.join(60)
    assert done.wait(60)
    assert order == ["page is there", "piece"]


def test_the_rest_is_given_up_when_the_data_change(frame, monkeypatch) -> None:
    done: list[str] = []

    def imported(_: Frame) -> None:
        done.append("first")
        add(frame.store, "b.csv", [customer("b", str(NOW), name="Bolt")])

    monkeypatch.setattr(
        ahead, "_PIECES", {"import": imported, "late": lambda _: done.append("late")}
    )
    ahead._compute(frame)
    assert done == ["first"]


@pytest.mark.usefixtures("working")
def test_an_error_is_left_to_the_page_that_meets_it_and_the_work_goes_on(
    frame, monkeypatch, caplog
) -> None:
    met = {THEN: threading.Event(), NOW: threading.Event()}

    def fails(one: Frame) -> None:
        met[one.as_of].set()
        raise CmiError("The file is gone.")

    monkeypatch.setattr(ahead, "_PIECES", {"fails": fails})
    for day, event in met.items():
        page(lambda day=day: ahead.ask(replace(frame, as_of=day)))
        assert event.wait(60)
    assert caplog.messages == []
