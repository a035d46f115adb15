"""A process that dies in the middle of an import, an undo or a redo: all of it or none is there."""

from __future__ import annotations

import random
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from shutil import copyfile
from time import perf_counter, sleep

import duckdb
import numpy as np
import pandas as pd
import pytest
from portfolios import ALL_FACTORS, DAY, add, customer, observation, origin, outcome, state

from cmi.frames import CUSTOMER_COLUMNS, OBSERVATION_COLUMNS, OUTCOME_COLUMNS, Loaded, shaped
from cmi.problems import Problem
from cmi.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")

SCHEMA_1 = Path(__file__).parent / "old" / "schema_1.sql"
CUSTOMERS, OBSERVATIONS, OUTCOMES, PROBLEMS = 20_000, 100_000, 2_000, 500


# The process that dies


class Telling(Store):
    """A store that says when it starts to write and when it starts to commit."""

    def __init__(self, path, say):
        super().__init__(path)
        self.say = say

    @contextmanager
    def _writing(self):
        self.say("writing")
        with super()._writing() as cursor:
            yield cursor
            self.say("committing")


def opens(path, number, say):
    say("opening")
    Store(path)
    say("open")


def imports(path, number, say):
    tables = upload(number)
    Telling(path, say).add(tables)
    say("acknowledged")


def undoes_and_redoes(path, number, say):
    store = Telling(path, say)
    for work in cycle((store.withdraw, store.restore)):
        work(number)
        say("acknowledged")


def upload(number):
    """Three tables of one upload: customers with problems, observations, outcomes."""
    day = pd.Timestamp(DAY)
    ids = pd.Series(np.char.mod(f"c{number}-%05d", np.arange(CUSTOMERS)), dtype="str")
    customers = pd.DataFrame({"customer_id": ids, "name": "Customer " + ids, "as_of": day})
    customers["attributes"] = [{"Region": "East", "Size": f"{n % 7}"} for n in range(CUSTOMERS)]
    said = pd.DataFrame({"customer_id": np.tile(ids, OBSERVATIONS // CUSTOMERS), "date": day})
    said = said.assign(item=np.resize(ALL_FACTORS, OBSERVATIONS), rater="csm", value=3.0)
    left = pd.DataFrame({"customer_id": ids[:OUTCOMES], "date": day, "outcome": "churned"})
    problems = (Problem("level", "a.csv", "6 is no level.", row=n) for n in range(PROBLEMS))
    tables = (
        loaded(customers, None, None, tuple(problems)),
        loaded(None, said, None),
        loaded(None, None, left),
    )
    return [(origin(f"{number}.xlsx", sheet=f"{n}"), table) for n, table in enumerate(tables)]


def loaded(customers, observations, outcomes, problems=()):
    """A table whose rows were kept but for one of each kind."""
    frames = (
        shaped(customers, CUSTOMER_COLUMNS),
        shaped(observations, OBSERVATION_COLUMNS),
        shaped(outcomes, OUTCOME_COLUMNS),
    )
    kept = sum(map(len, frames))
    return Loaded(*frames, problems, rows=kept + 2, kept=kept, refused=1, blank=1)


# Its death


def killed(work, path, number, step, seconds):
    """Start `work`, kill it so many seconds after a step; its steps until then and their moments.

    Runs in a process that has imported everything and opened nothing, so that it may fork.
    """
    fork = get_context("fork")
    hears, says = fork.Pipe(duplex=False)

    def lives():
        work(path, number, lambda step: says.send((step, perf_counter())))
        sleep(600)

    child = fork.Process(target=lives)
    child.start()
    says.close()
    heard = [hears.recv()]
    while heard[-1][0] != step:
        heard.append(hears.recv())
    sleep(seconds)
    child.kill()
    child.join()
    with suppress(EOFError):
        while True:
            heard.append(hears.recv())
    return heard


@pytest.fixture(scope="module")
def kill():
    """`killed`, in such a process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield lambda *asked: pool.submit(killed, *asked).result()


def spread(number, longest):
    """So many moments from 0 to the longest: a random one in each of as many equal parts."""
    return [(n + random.random()) / number * longest for n in range(number)]


def held(store):
    """Of each import: file, sheet, its rows per table, its account, how often its content is kept.

    The tables are customer, observation, outcome and problem; the account is rows, kept, refused
    and blank.
    """
    tables = ("customer", "observation", "outcome", "problem", "content")
    counts = [f"(SELECT count(*) FROM {table} WHERE import_id = id)" for table in tables]
    with store._reading() as cursor:
        found = cursor.execute(
            f"SELECT file, sheet, [{', '.join(counts[:4])}], [rows, kept, refused, blank], "
            f"{counts[4]} FROM import ORDER BY id"
        ).fetchall()
        for table in tables:
            without = f"SELECT * FROM {table} ANTI JOIN import ON import_id = id"
            assert cursor.execute(without).fetchall() == []
    return found


def whole(number):
    """What `held` shows of an upload that is there as a whole."""
    counts = ([CUSTOMERS, 0, 0, PROBLEMS], [0, OBSERVATIONS, 0, 0], [0, 0, OUTCOMES, 0])
    return [
        (f"{number}.xlsx", f"{n}", count, [sum(count[:3]) + 2, sum(count[:3]), 1, 1], 1)
        for n, count in enumerate(counts)
    ]


def test_an_import_killed_at_any_moment_is_there_as_a_whole_or_not_at_all(kill, tmp_path):
    path = tmp_path / "cmi.duckdb"
    moment = dict(kill(imports, path, 0, "acknowledged", 0))
    writing = moment["committing"] - moment["writing"]
    committing = moment["acknowledged"] - moment["committing"]
    trials = [("writing", delay) for delay in spread(22, writing)]
    trials += [("writing", 0)] * 6  # where the first was slow, most delays are too long
    trials += [("committing", delay) for delay in spread(22, committing)]
    trials += [("acknowledged", 0)] * 6
    random.shuffle(trials)
    there, died = whole(0), Counter()
    for number, (step, delay) in enumerate(trials, start=1):
        last, _ = kill(imports, path, number, step, delay)[-1]
        store = Store(path)
        found = held(store)
        store.close()
        # Whatever was there before is there still, and the new upload as a whole or not at all.
        assert found in (there, there + whole(number))
        arrived = found != there
        if last != "committing":
            assert arrived == (last == "acknowledged")
        there = found
        died[f"{last}, {'there' if arrived else 'not there'}"] += 1
    # The moments were spread over the whole of it.
    assert died["writing, not there"] > 5, died
    assert died["committing, there"] + died["committing, not there"] > 5, died
    assert died["acknowledged, there"] > 5, died


def test_an_undo_or_redo_killed_at_any_moment_is_done_or_not_done(kill, tmp_path):
    path = tmp_path / "cmi.duckdb"
    store = Store(path)
    add(store, "a.csv", [customer("a", Size="S")], [observation("a", "logins", 5)])
    without = state(store)
    number = add(store, "b.csv", [customer("b")], None, [outcome("a", "renewed", "2026-01-02")])
    states = {True: state(store), False: without}
    store.close()
    trials = [("writing", delay) for delay in spread(12, 0.05)]
    trials += [("committing", delay) for delay in spread(12, 0.005)]
    for step, delay in trials:
        steps = [said for said, _ in kill(undoes_and_redoes, path, number, step, delay)]
        in_force = steps.count("acknowledged") % 2 == 0
        store = Store(path)
        assert store.imports()["withdrawn_at"].isna().tolist()[1:] == [True]
        found = bool(store.imports()["withdrawn_at"].isna()[0])
        assert found == in_force or steps[-1] == "committing"
        assert state(store) == states[found]
        assert (store.twice(origin("b.csv")) is not None) == found
        store.restore(number)
        assert state(store) == states[True]
        store.close()


def test_a_file_whose_making_was_killed_can_be_opened(kill, tmp_path):
    moment = dict(kill(opens, tmp_path / "whole.duckdb", 0, "open", 0))
    for number, delay in enumerate(spread(20, moment["open"] - moment["opening"])):
        path = tmp_path / f"{number}.duckdb"
        kill(opens, path, 0, "opening", delay)
        store = Store(path)
        assert store.is_empty()
        assert add(store, "a.csv", [customer("a")]) == 1
        store.close()


def test_a_file_of_the_first_version_whose_update_was_killed_can_be_opened(kill, tmp_path):
    old = tmp_path / "old.duckdb"
    with duckdb.connect(old) as connection:
        connection.execute(SCHEMA_1.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO about VALUES (1, uuid())")
        connection.execute(
            "INSERT INTO import VALUES (1, 'a.csv', '', 'abc', 'header', '{}', 'Ana', "
            "TIMESTAMP '2026-01-31 10:00:00', DATE '2026-01-31', 50000, 50000, 0, 0, NULL)"
        )
        connection.execute(
            "INSERT INTO observation SELECT 1, 'c' || n, 'logins', DATE '2026-01-31', 'data', n, "
            "NULL, 'note ' || n FROM range(50000) AS _(n)"
        )
    copyfile(old, tmp_path / "whole.duckdb")
    moment = dict(kill(opens, tmp_path / "whole.duckdb", 0, "open", 0))
    for number, delay in enumerate(spread(20, moment["open"] - moment["opening"])):
        path = copyfile(old, tmp_path / f"{number}.duckdb")
        kill(opens, path, 0, "opening", delay)
        store = Store(path)
        assert store.imports()["upload"].tolist() == [1]
        assert len(store.known()) == 50_000
        assert add(store, "b.csv", [customer("b")]) == 2
        store.close()
        with duckdb.connect(f"{path}.version-1", read_only=True) as copy:
            assert copy.execute("SELECT schema_version FROM about").fetchone() == (1,)
            assert copy.execute("SELECT count(*) FROM observation").fetchone() == (50_000,)
