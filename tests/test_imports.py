from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import DAY, add, customer, loaded, observation, origin, outcome, rules, state

from cmi.problems import (
    AlreadyImportedError,
)
from cmi.scoring import score
from cmi.store import Store

ACME = customer("a", name="Acme", domain="acme.example", arr=100.0, Size="S")


# The same content, and all or nothing


def test_the_same_content_is_refused_with_a_sentence_and_nothing_is_added(store):
    add(store, "a.csv", [ACME])
    before, version = state(store), store.version()
    again = origin("copy of a.csv", sha256=origin("a.csv").sha256)
    sentence = str(store.twice(again))
    with pytest.raises(AlreadyImportedError, match="has the same content") as refused:
        store.add([(origin("new.csv"), loaded([customer("n")])), (again, loaded([ACME]))])
    assert str(refused.value) == sentence
    assert sentence.startswith("copy of a.csv has the same content as an import by Ana on ")
    assert state(store) == before
    assert store.version() == version
    assert len(store.imports()) == 1
    add(store, "new.csv", [customer("n")])


def test_the_same_content_twice_in_one_upload_is_refused(store):
    with pytest.raises(AlreadyImportedError):
        store.add([(origin("a.csv"), loaded([ACME])), (origin("a.csv"), loaded([ACME]))])
    assert store.is_empty()


def test_two_sheets_of_one_workbook_are_two_imports(store):
    sheets = [origin("a.xlsx", sheet="Accounts"), origin("a.xlsx", sheet="Usage")]
    tables = (loaded([ACME]), loaded(None, [observation("a", "logins", 5)]))
    assert store.add(list(zip(sheets, tables, strict=True))) == [1, 2]


def test_an_import_that_fails_midway_leaves_nothing(store):
    add(store, "good.csv", [ACME])
    before, version = state(store), store.version()
    broken = loaded([customer("b")], [{**observation("b", "logins", 1), "rater": None}])
    with pytest.raises(duckdb.ConstraintException):
        store.add([(origin("first.csv"), loaded([customer("c")])), (origin("b.csv"), broken)])
    assert state(store) == before
    assert store.version() == version
    assert store.imports()["file"].tolist() == ["good.csv"]
    # The door is not locked behind it.
    assert store.twice(origin("first.csv")) is None
    assert add(store, "first.csv", [customer("c")]) == 2


def test_rows_that_do_not_add_up_are_not_imported(store):
    with pytest.raises(duckdb.ConstraintException):
        store.add([(origin("a.csv"), replace(loaded([ACME]), rows=2))])
    assert store.is_empty()


# Taking back


def test_a_withdrawn_import_is_as_if_it_had_never_come(store):
    add(store, "a.csv", [ACME], [observation("a", "logins", 10)])
    before = state(store)
    wrong = add(
        store,
        "b.csv",
        [customer("a", name="Wrong", Other="x"), customer("b")],
        [observation("a", "logins", 50), observation("a", "csat", 1, "2025-01-01")],
        [outcome("a", "churned", "2026-01-31")],
    )
    after = state(store)
    assert after != before
    store.withdraw(wrong)
    assert state(store) == before
    assert store.imports().loc[0, "withdrawn_at"] is not pd.NaT
    store.restore(wrong)
    assert state(store) == after
    assert store.imports()["withdrawn_at"].isna().all()


def test_withdrawing_the_only_import_empties_the_store(store):
    number = add(store, "a.csv", [ACME])
    store.withdraw(number)
    assert store.is_empty()
    assert store.snapshot(DAY, rules()).empty
    assert score(store.snapshot(DAY, rules()), rules()).empty


def test_an_older_import_can_be_withdrawn_after_later_ones(store):
    old = add(store, "old.csv", [customer("a", "2026-01-01", name="Acme", owner="Ana")])
    add(store, "new.csv", [customer("a", "2026-01-20", name="Acme Ltd")])
    store.withdraw(old)
    found = store.snapshot(DAY, rules()).iloc[0]
    assert found["name"] == "Acme Ltd"
    assert pd.isna(found["owner"])


def test_withdrawn_content_may_be_imported_again_and_then_not_restored(store):
    first = add(store, "a.csv", [ACME])
    store.withdraw(first)
    again = add(store, "a.csv", [customer("a", name="Acme, mapped better")])
    with pytest.raises(AlreadyImportedError):
        store.restore(first)
    assert store.known()["name"].tolist() == ["Acme, mapped better"]
    store.withdraw(again)
    store.restore(first)
    assert store.known()["name"].tolist() == ["Acme"]
    with pytest.raises(AlreadyImportedError):
        store.restore(again)


def test_withdrawing_or_restoring_twice_is_the_same_as_once(store):
    first, second = add(store, "a.csv", [ACME]), add(store, "b.csv", [customer("b")])
    store.withdraw(first)
    when = store.imports().loc[1, "withdrawn_at"]
    store.withdraw(first)
    assert store.imports().loc[1, "withdrawn_at"] == when
    store.restore(first)
    store.restore(first)
    store.restore(second)
    assert store.known()["customer_id"].tolist() == ["a", "b"]


FILES = [
    ([customer("a", "2026-01-01", name="Acme", owner="Ana", Region="East")],),
    ([customer("a", "2026-01-20", name="Acme Ltd", region="West"), customer("b", Stage="Live")],),
    ([customer("a", "2026-01-20", name="Acme Inc")], [observation("a", "logins", 7)]),
    (None, [observation("a", "logins", 9), observation("c", "sponsor", "Named")]),
    (
        None,
        [
            observation("a", "people_roles", 2, "2026-01-02"),
            observation("a", "people_roles", 5, "2026-01-20", "sales"),
        ],
    ),
    (None, None, [outcome("a", "churned", "2026-01-25"), outcome("b", "renewed", "2026-01-03")]),
]
DAYS = (date(2026, 1, 2), date(2026, 1, 20), date(2026, 1, 25), DAY)


@settings(max_examples=40)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["import", "withdraw", "restore"]), st.integers(0, 5)),
        max_size=14,
    )
)
def test_after_any_sequence_only_the_imports_in_force_are_read(steps):
    store, fresh = Store(), Store()
    in_force: dict[int, int] = {}  # import id -> file
    imported: dict[int, int] = {}
    for what, number in steps:
        try:
            if what == "import":
                new = add(store, f"{number}.csv", *FILES[number])
                in_force[new] = imported[new] = number
            elif what == "withdraw":
                store.withdraw(number)
                in_force.pop(number, None)
            else:
                store.restore(number)
                if number in imported:
                    in_force[number] = imported[number]
        except AlreadyImportedError:
            file = number if what == "import" else imported[number]
            assert file in in_force.values()
    for _, number in sorted(in_force.items()):
        add(fresh, f"{number}.csv", *FILES[number])
    assert state(store, *DAYS) == state(fresh, *DAYS)
    history = store.imports()
    assert set(history.loc[history["withdrawn_at"].isna(), "id"]) == set(in_force)
    store.close()
    fresh.close()


# The version, for caches


def test_the_version_changes_with_everything_that_is_written(store):
    seen = [store.version()]

    def changed():
        seen.append(store.version())
        return len(set(seen)) == len(seen)

    assert store.version() == seen[0]
    first = add(store, "a.csv", [ACME])
    assert changed()
    store.withdraw(first)
    assert changed()
    store.restore(first)
    assert changed()
    add(store, "b.csv", [customer("b")])
    assert changed()
    store.save_methodology(rules(), "Ana")
    assert changed()
    store.snapshot(DAY, rules())
    assert store.version() == seen[-1]


def test_two_stores_never_share_a_version(store):
    other = Store()
    assert other.version() != store.version()
    add(store, "a.csv", [ACME])
    add(other, "a.csv", [customer("z")])
    assert other.version() != store.version()
    other.close()
