"""Two sessions of one dashboard, and two processes, work on one portfolio at once."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from threading import Barrier, Event

import pytest
from portfolios import DAY, add, customer, loaded, observation, origin, outcome, rules, state

from cmi.problems import AlreadyImportedError, DatabaseBusyError
from cmi.store import Store

ROUNDS = 20
LONG = 60  # seconds: only a test that fails waits for so long
CUSTOMERS = 50


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cmi.duckdb"


@pytest.fixture
def shared(path):
    """A store on disk, as all sessions of one server share it."""
    with closing(Store(path)) as opened:
        yield opened


def workbook(name):
    """Three sheets that say something of the same customers, who have all left."""
    ids = [f"{name}-{n}" for n in range(CUSTOMERS)]
    sheets = (
        loaded([customer(i, name=i.upper(), Size="S") for i in ids]),
        loaded(None, [observation(i, "logins", 5) for i in ids]),
        loaded(None, None, [outcome(i, "churned", str(DAY)) for i in ids]),
    )
    return [(origin(name, sheet=f"{n}"), sheet) for n, sheet in enumerate(sheets)]


def at_once(*works):
    """What each piece of work gave, or the sentence it was refused with; all start together."""
    start = Barrier(len(works))

    def run(work):
        start.wait(LONG)
        try:
            return work()
        except AlreadyImportedError as refusal:
            return str(refusal)

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(LONG) for done in [pool.submit(run, work) for work in works]]


# Two who write


def test_two_sessions_that_import_different_files_have_both_and_nothing_twice(shared):
    files = [f"{n:02}-{who}.xlsx" for n in range(ROUNDS) for who in ("ana", "ben")]
    given = []
    for one, other in zip(files[::2], files[1::2], strict=True):
        given += at_once(
            lambda: shared.add(workbook(one)),  # noqa: B023
            lambda: shared.add(workbook(other)),  # noqa: B023
        )
    # Each has its own ids, and those of one upload follow each other.
    assert sorted(number for ids in given for number in ids) == list(range(1, 6 * ROUNDS + 1))
    assert all(ids == list(range(ids[0], ids[0] + 3)) for ids in given)
    alone = Store()
    for file in files:
        alone.add(workbook(file))
    assert state(shared) == state(alone)
    alone.close()


def test_of_two_who_import_the_same_content_one_is_told_and_leaves_nothing(shared):
    for number in range(ROUNDS):
        before = state(shared)
        name = f"{number}.xlsx"
        both = [
            # What each brings besides is new, and comes before what both bring.
            [(origin(f"{who} {name}"), loaded([customer(f"{who}-{number}")])), *workbook(name)]
            for who in ("ana", "ben")
        ]
        given = at_once(lambda: shared.add(both[0]), lambda: shared.add(both[1]))  # noqa: B023
        (winner,) = [n for n, ids in enumerate(given) if isinstance(ids, list)]
        assert f"{name} has the same content as an import by Ana" in given[1 - winner]
        assert given[winner] == list(range(4 * number + 1, 4 * number + 5))
        assert shared.twice(both[1 - winner][0][0]) is None
        assert len(shared.imports()) == 4 * (number + 1)
        after = set(shared.known()["customer_id"])
        assert f"{('ana', 'ben')[winner]}-{number}" in after
        assert f"{('ben', 'ana')[winner]}-{number}" not in after
        assert len(after) == (CUSTOMERS + 1) * (number + 1)
        assert state(shared) != before


def test_of_two_who_redo_an_undone_import_and_import_it_again_one_is_told(shared):
    for number in range(ROUNDS):
        first = shared.add(workbook(f"{number}.xlsx"))
        shared.withdraw(*first)
        given = at_once(
            lambda: shared.restore(*first),  # noqa: B023
            lambda: shared.add(workbook(f"{number}.xlsx")),  # noqa: B023
        )
        refused = [text for text in given if isinstance(text, str)]
        assert len(refused) == 1
        assert "has the same content" in refused[0]
        assert len(shared.known()) == CUSTOMERS * (number + 1)
        assert shared.imports()["withdrawn_at"].isna().sum() == 3 * (number + 1)


def test_who_wants_to_write_while_another_writes_waits_and_then_does(shared):
    with ThreadPoolExecutor(1) as pool:
        with shared._writing():
            waiting = pool.submit(add, shared, "a.csv", [customer("a")])
            with pytest.raises(TimeoutError):
                waiting.result(0.2)
            assert shared.is_empty()
        assert waiting.result(LONG) == 1
    assert not shared.is_empty()


def test_two_stores_on_one_file_in_one_process_wait_for_each_other_too(shared, path):
    with closing(Store(path)) as second:
        for number in range(ROUNDS):
            given = at_once(
                lambda: shared.add(workbook(f"a{number}.xlsx")),  # noqa: B023
                lambda: second.add(workbook(f"b{number}.xlsx")),  # noqa: B023
            )
            assert all(isinstance(ids, list) for ids in given)
        assert len(second.known()) == 2 * ROUNDS * CUSTOMERS


# One who reads while another writes


def test_reading_goes_on_in_the_middle_of_an_import_and_shows_what_was_before(shared):
    shared.add(workbook("a.xlsx"))
    before, version, history = state(shared), shared.version(), len(shared.imports())
    half, go_on = Event(), Event()

    class Halting(list):
        """Tables of an upload: the last one is given only when it is asked for."""

        def __iter__(self):
            yield from self[:-1]
            half.set()
            assert go_on.wait(LONG)
            yield self[-1]

    with ThreadPoolExecutor(2) as pool:
        importing = pool.submit(shared.add, Halting(workbook("b.xlsx")))
        assert half.wait(LONG)
        assert pool.submit(state, shared).result(LONG) == before
        assert (shared.version(), len(shared.imports())) == (version, history)
        assert not importing.done()
        go_on.set()
        assert importing.result(LONG) == [4, 5, 6]
    assert shared.version() != version
    assert len(shared.known()) == 2 * CUSTOMERS


def test_a_reader_never_sees_half_an_upload_come_or_go(shared):
    done = Event()

    def writes():
        for number in range(12):
            ids = shared.add(workbook(f"{number}.xlsx"))
            if number % 2:
                shared.withdraw(*ids)
            if number % 4 == 3:
                shared.restore(*ids)
        done.set()

    def reads():
        sizes = []
        while not done.is_set():
            found = shared.snapshot(DAY, rules())
            assert len(found) % CUSTOMERS == 0
            # What each of the three sheets says is there for everybody, or nobody.
            assert found[["logins", "left_on"]].notna().all(axis=None)
            assert (found["name"] == found["customer_id"].str.upper()).all()
            assert len(shared.known()) % CUSTOMERS == 0
            assert len(shared.outcomes(DAY)) % CUSTOMERS == 0
            sizes.append(len(found))
        return len(sizes)

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(reads) for _ in range(2)]
        writer = pool.submit(writes)
        try:
            writer.result(LONG)
        finally:
            done.set()
        assert all(reader.result(LONG) > 0 for reader in readers)
    assert len(shared.known()) == 9 * CUSTOMERS


# Two processes


def import_in_this_process(path):
    """The id of an import, or the sentence why there is none."""
    try:
        with closing(Store(path)) as opened:
            return add(opened, "b.csv", [customer("b")])
    except DatabaseBusyError as refusal:
        return str(refusal)


def test_a_second_process_is_told_which_process_has_the_file_until_that_lets_go(path):
    first = Store(path)
    add(first, "a.csv", [customer("a")])
    before = state(first)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        told = pool.submit(import_in_this_process, path).result(LONG)
        assert told.startswith(f"The database {path} is in use by process {os.getpid()}. ")
        assert state(first) == before
        assert add(first, "c.csv", [customer("c")]) == 2
        first.close()
        assert pool.submit(import_in_this_process, path).result(LONG) == 3
    with closing(Store(path)) as opened:
        assert opened.known()["customer_id"].tolist() == ["a", "b", "c"]
