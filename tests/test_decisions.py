from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from portfolios import add, customer, observation

from cmi.store import Store
from cmi.store.decisions import (
    DecidedMeanwhileError,
    Decision,
    DecisionError,
    NewPlay,
    Word,
)
from cmi.store.imports import now

SCHEMA_2 = Path(__file__).parent / "old" / "schema_2.sql"
Q1 = date(2026, 3, 31)
LATER = date(2199, 1, 1)


def decision(who="a", by="Ana", **other):
    given = {"proposed": "retain", "scenario": "retain", **other}
    return Decision(who, period=Q1, as_of=date(2026, 2, 28), grid="2x2", by_whom=by, **given)


def override(**other):
    return decision(scenario="let_go", **{"reason": "They told us.", "expires": LATER, **other})


def rows(frame, *columns):
    return (
        frame[[*columns]]
        .astype("object")
        .where(frame[[*columns]].notna(), None)
        .to_numpy()
        .tolist()
    )


# What is kept


def test_a_decision_is_kept_with_the_plays_that_it_gives(store):
    plays = [NewPlay("talk", "Bo", date(2026, 4, 30)), NewPlay("train")]
    last = store.decisions.decide(decision(note="  Quiet.  "), plays, seen=0)
    told = store.decisions.decided(LATER)
    assert rows(told, "customer_id", "period", "scenario", "reason", "note", "reviewed") == [
        ["a", pd.Timestamp(Q1), "retain", None, "Quiet.", True]
    ]
    given = store.decisions.plays(LATER)
    assert rows(given, "play", "owner", "due_date", "state", "scenario") == [
        ["talk", "Bo", pd.Timestamp("2026-04-30"), "open", "retain"],
        ["train", None, None, "open", "retain"],
    ]
    assert last == store.decisions.seen("a") == store.decisions.version() == 3
    assert store.decisions.seen("b") == 0


def test_the_last_word_on_a_play_counts_and_the_ones_before_stay(store):
    store.decisions.decide(decision(), [NewPlay("talk", "Bo", date(2026, 4, 30))], seen=0)
    store.decisions.say(Word(2, "done", "Cy", "Bo", date(2026, 4, 30), "It helped."), seen=2)
    given = store.decisions.plays(LATER)
    assert rows(given, "given", "id", "state", "note", "by_whom") == [
        [2, 3, "done", "It helped.", "Cy"]
    ]
    assert given["given_at"].iloc[0] < given["said_at"].iloc[0]
    with store._reading() as cursor:
        states = cursor.execute("SELECT state FROM play ORDER BY id").fetchall()
    assert states == [("open",), ("done",)]


def test_of_a_day_before_the_decision_nothing_is_decided_yet(store):
    store.decisions.decide(decision(), [NewPlay("talk")], seen=0)
    yesterday = now().date() - timedelta(days=1)
    assert store.decisions.decided(yesterday).empty
    assert store.decisions.plays(yesterday).empty


def test_decisions_outlive_the_undo_of_the_import_they_were_made_on(store):
    number = add(store, "a.csv", [customer("a")], [observation("a", "logins", 5)])
    store.decisions.decide(decision(), [NewPlay("talk")], seen=0)
    store.withdraw(number)
    assert store.known().empty
    assert len(store.decisions.decided(LATER)) == len(store.decisions.plays(LATER)) == 1


def test_a_decision_leaves_what_scores_are_kept_under_alone(store):
    add(store, "a.csv", [customer("a")])
    before = store.version()
    store.decisions.decide(decision(), [NewPlay("talk")], seen=0)
    store.decisions.say(Word(2, "dropped", "Ana"), seen=2)
    assert store.version() == before


def test_what_was_decided_is_there_when_the_file_is_opened_again(tmp_path):
    store = Store(tmp_path / "cmi.duckdb")
    store.decisions.decide(override(), [NewPlay("talk")], seen=0)
    store.close()
    again = Store(tmp_path / "cmi.duckdb")
    assert rows(again.decisions.decided(LATER), "scenario", "reason", "expires") == [
        ["let_go", "They told us.", pd.Timestamp(LATER)]
    ]
    again.close()


def test_hostile_words_are_kept_as_they_are(store):
    words = "'); DROP TABLE decision; -- =1+1 <b>\n| *x*"
    store.decisions.decide(decision(note=words), [NewPlay("talk", words)], seen=0)
    assert store.decisions.decided(LATER)["note"].tolist() == [words]
    assert store.decisions.plays(LATER)["owner"].tolist() == [words]


# What is refused


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (decision(by="  "), "Say who decides"),
        (override(reason=" "), "needs a reason"),
        (override(expires=None), "needs a day"),
        (override(expires=date(2020, 1, 1)), "needs a day, from today on"),
        (decision(scenario=None, reason="So.", expires=LATER), "which scenario"),
    ],
)
def test_a_decision_that_lacks_something_is_refused_whole(store, given, why):
    with pytest.raises(DecisionError, match=why):
        store.decisions.decide(given, [NewPlay("talk")], seen=0)
    assert store.decisions.version() == 0


def test_an_accepted_scenario_has_no_day_on_which_it_ends(store):
    store.decisions.decide(decision(expires=LATER), seen=0)
    assert store.decisions.decided(LATER)["expires"].isna().all()


def test_a_word_on_a_play_needs_a_name(store):
    store.decisions.decide(decision(), [NewPlay("talk")], seen=0)
    with pytest.raises(DecisionError):
        store.decisions.say(Word(2, "done", ""), seen=2)


# Two at once


def test_who_did_not_see_the_last_word_is_told_whose_it_is_and_nothing_is_lost(store):
    first = store.decisions.decide(decision(by="Bo", note="mine"), [NewPlay("talk")], seen=0)
    with pytest.raises(DecidedMeanwhileError, match="Bo decided here") as told:
        store.decisions.decide(decision(note="also mine"), seen=0)
    assert told.value.number == first
    assert store.decisions.decided(LATER)["note"].tolist() == ["mine"]
    store.decisions.decide(decision(note="also mine"), seen=told.value.number)
    assert store.decisions.decided(LATER)["note"].tolist() == ["mine", "also mine"]


def test_a_word_on_a_play_of_the_customer_must_have_been_seen_too(store):
    seen = store.decisions.decide(decision(), [NewPlay("talk")], seen=0)
    store.decisions.say(Word(2, "done", "Bo"), seen=2)
    with pytest.raises(DecidedMeanwhileError, match="Bo"):
        store.decisions.decide(decision(), seen=seen)
    with pytest.raises(DecidedMeanwhileError, match="Bo"):
        store.decisions.say(Word(2, "dropped", "Ana"), seen=2)


def test_what_is_decided_about_one_customer_is_no_news_to_another(store):
    store.decisions.decide(decision("a"), seen=0)
    store.decisions.decide(decision("b"), seen=0)
    assert store.decisions.decided(LATER)["customer_id"].tolist() == ["a", "b"]


def test_of_eight_who_decide_at_once_one_is_first_and_the_others_are_asked(tmp_path):
    path = tmp_path / "cmi.duckdb"
    stores = [Store(path), Store(path)]

    def attempt(n):
        try:
            store = stores[n % 2]
            return store.decisions.decide(decision(by=f"p{n}"), [NewPlay("talk")], seen=0)
        except DecidedMeanwhileError as error:
            return error.number

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(attempt, range(8)))
    assert found == [2] * 8  # the one that was kept, and its number told to the others
    assert len(stores[0].decisions.decided(LATER)) == len(stores[1].decisions.plays(LATER)) == 1
    for store in stores:
        store.close()


def test_eight_who_decide_about_different_customers_at_once_all_get_their_numbers(tmp_path):
    path = tmp_path / "cmi.duckdb"
    stores = [Store(path), Store(path)]

    def attempt(n):
        return stores[n % 2].decisions.decide(decision(f"c{n}"), [NewPlay("talk")], seen=0)

    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(attempt, range(8)))
    assert found == [2, 4, 6, 8, 10, 12, 14, 16]
    for store in stores:
        store.close()


# Files of before


def of_version_2(path):
    with duckdb.connect(path) as connection:
        connection.execute(SCHEMA_2.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO about VALUES (2, uuid())")
        connection.execute(
            "INSERT INTO decision VALUES "
            "(3, 'a', '2025-06-30', 'retain', NULL, ['talk', 'train'], 'Bo', '2025-08-31', "
            "'agreed', 'Quiet.', 'Ana', '2025-07-02 10:00'), "
            "(4, 'b', '2025-06-30', 'let_go', 'So.', NULL, NULL, NULL, 'agreed', NULL, 'Cy', "
            "'2025-06-01 10:00')"
        )


def test_decisions_of_the_second_version_are_kept_and_their_plays_are_open(tmp_path):
    of_version_2(tmp_path / "old.duckdb")
    store = Store(tmp_path / "old.duckdb")
    told = store.decisions.decided(LATER)
    assert rows(told, "id", "customer_id", "as_of", "proposed", "scenario", "note") == [
        [3, "a", pd.Timestamp("2025-06-30"), "retain", "retain", "Quiet."],
        [4, "b", pd.Timestamp("2025-06-01"), None, "let_go", None],
    ]
    given = store.decisions.plays(LATER)
    assert rows(given, "given", "play", "owner", "due_date", "state") == [
        [5, "talk", "Bo", pd.Timestamp("2025-08-31"), "open"],
        [6, "train", "Bo", pd.Timestamp("2025-08-31"), "open"],
    ]
    assert store.decisions.decide(decision("a"), seen=store.decisions.seen("a")) == 7
    store.close()


def test_a_file_of_the_second_version_ends_with_the_same_columns_as_a_new_one(tmp_path):
    of_version_2(tmp_path / "old.duckdb")
    columns = []
    for name in ("old.duckdb", "new.duckdb"):
        Store(tmp_path / name).close()
        with duckdb.connect(tmp_path / name, read_only=True) as connection:
            columns.append(
                connection.execute(
                    "SELECT table_name, column_name, data_type, is_nullable "
                    "FROM duckdb_columns() WHERE NOT internal AND table_name IN "
                    "('decision', 'play') ORDER BY table_name, column_index"
                ).fetchall()
            )
    assert columns[0] == columns[1]
    assert len(columns[0]) == 26
