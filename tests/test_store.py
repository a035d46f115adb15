from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import DAY, customer, loaded, observation, origin, outcome, rules

from cmi.frames import OBSERVATION_COLUMNS, shaped
from cmi.methodology import shipped
from cmi.problems import (
    AlreadyImportedError,
    DatabaseBusyError,
    DatabaseUnreadableError,
    MethodologyError,
    Problem,
)
from cmi.scoring import score
from cmi.store import Store

ACME = customer("a", name="Acme", domain="acme.example", arr=100.0, Size="S")


def add(store, name, *parts, **changes):
    return store.add([(origin(name, **changes), loaded(*parts))])[0]


def state(store, *days):
    """All that can be read about customers, as text that can be compared."""
    days = days or (DAY,)
    frames = [store.known(), *(store.snapshot(day, rules()) for day in days)]
    frames += [store.outcomes(day) for day in days]
    return [frame.to_csv(index=False) for frame in frames], store.days()


# An empty store


def test_every_reading_works_before_anything_was_imported(store):
    assert store.is_empty()
    assert store.days() == ()
    assert store.mapping_for("header") is None
    assert store.twice(origin("a.csv")) is None
    assert store.methodology() == shipped()
    columns = {
        "imports": "id file sheet by_whom loaded_at as_of rows kept refused blank withdrawn_at",
        "problems": "kind file sheet row column value message",
        "known": "customer_id name domain",
        "ratings": "item rater date value label note",
        "outcomes": "customer_id date outcome amount",
        "compare": "customer_id field old new state",
    }
    found = {
        "imports": store.imports(),
        "problems": store.problems(1),
        "known": store.known(),
        "ratings": store.ratings(DAY, "a"),
        "outcomes": store.outcomes(DAY),
        "compare": store.compare(shaped(None, OBSERVATION_COLUMNS)),
    }
    assert {name: " ".join(frame.columns) for name, frame in found.items()} == columns
    assert all(frame.empty for frame in found.values())


def test_taking_back_what_is_not_there_does_nothing(store):
    store.withdraw(7)
    store.restore(7)
    assert store.imports().empty


# Importing and reading back


def test_one_customer_is_read_back_as_it_was_imported(store):
    number = add(
        store,
        "a.csv",
        [{**ACME, "owner": "Ana", "start_date": "2024-05-01", "currency": "EUR"}],
        [observation("a", "logins", 20.5, note="by hand"), observation("a", "sponsor", "Named")],
        [outcome("a", "renewed", "2026-01-02", 5000.0)],
    )
    assert number == 1
    assert not store.is_empty()
    assert store.known().to_dict("records") == [
        {"customer_id": "a", "name": "Acme", "domain": "acme.example"}
    ]
    found = store.snapshot(DAY, rules()).iloc[0]
    expected = {
        "name": "Acme",
        "owner": "Ana",
        "arr": 100.0,
        "currency": "EUR",
        "Size": "S",
        "start_date": pd.Timestamp("2024-05-01"),
        "logins": 20.5,
        "sponsor": "Named",
    }
    assert found[list(expected)].to_dict() == expected
    assert store.outcomes(DAY)["amount"].tolist() == [5000]
    assert store.outcomes(date(2026, 1, 1)).empty
    assert store.ratings(DAY, "a")["note"].dropna().tolist() == ["by hand"]
    assert store.days() == (DAY,)


def test_the_history_tells_what_came_from_where(store):
    table = replace(loaded([ACME]), rows=4, kept=1, refused=2, blank=1)
    store.add([(origin("a.xlsx", sheet="Accounts", by_whom="Ben"), table)])
    add(store, "b.csv", [customer("b")])
    history = store.imports()
    assert history["id"].tolist() == [2, 1]
    first = history.iloc[1]
    assert first[["file", "sheet", "by_whom", "rows", "kept", "refused", "blank"]].tolist() == [
        "a.xlsx",
        "Accounts",
        "Ben",
        4,
        1,
        2,
        1,
    ]
    assert history["withdrawn_at"].isna().all()


def test_problems_are_kept_with_their_import(store):
    problems = (
        Problem("level", "a.csv", "6 is no level.", row=3, column="Skills", value="6"),
        Problem("ignored", "a.csv", "Column x was not used.", column="x"),
    )
    number = store.add([(origin("a.csv"), loaded([ACME], problems=problems))])[0]
    found = store.problems(number)
    assert found["kind"].tolist() == ["level", "ignored"]
    assert found["row"].isna().tolist() == [False, True]
    assert found.loc[0, ["row", "value", "message"]].tolist() == [3, "6", "6 is no level."]
    assert store.problems(number + 1).empty


def test_customers_are_known_by_their_newest_name_also_those_who_were_only_observed(store):
    add(store, "1.csv", [customer("a", "2026-02-01", name="Acme"), customer("b", name="Bolt")])
    add(store, "2.csv", [customer("a", "2026-01-01", name="Acme old", domain="acme.example")])
    add(store, "3.csv", None, [observation("c", "logins", 1)])
    known = store.known().set_index("customer_id")
    assert known["name"].to_dict() == {"a": "Acme", "b": "Bolt", "c": np.nan}
    assert known.loc["a", "domain"] == "acme.example"


def test_ratings_show_everybodys_latest_answer(store):
    said = [
        observation("a", "people_roles", 2, "2026-01-01", "csm"),
        observation("a", "people_roles", 3, "2026-01-20", "csm", note="better"),
        observation("a", "people_roles", 5, "2026-01-10", "customer"),
        observation("a", "people_roles", 1, "2026-03-01", "csm"),
        observation("b", "people_roles", 1, "2026-01-01", "csm"),
    ]
    add(store, "a.csv", None, said)
    found = store.ratings(DAY, "a").set_index("rater")
    assert found["value"].to_dict() == {"csm": 3, "customer": 5}
    assert found.loc["csm", "date"] == pd.Timestamp("2026-01-20")
    assert found.loc["csm", "note"] == "better"


def test_a_header_seen_before_brings_its_newest_mapping(store):
    add(store, "1.csv", [ACME], fingerprint="crm", mapping="first")
    add(store, "2.csv", [ACME], fingerprint="crm", mapping="second")
    add(store, "3.csv", [ACME], fingerprint="survey", mapping="other")
    assert store.mapping_for("crm") == "second"
    assert store.mapping_for("unknown") is None


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


# What an import would change


def test_observations_are_compared_with_what_is_known_for_the_same_day_and_rater(store):
    known = [
        observation("a", "logins", 10),
        observation("a", "csat", 4),
        observation("a", "sponsor", "Named"),
        observation("b", "sponsor", "Named"),
        observation("a", "people_roles", 2, rater="csm"),
        observation("a", "tickets", 3, "2026-01-01"),
    ]
    add(store, "a.csv", None, known)
    coming = [
        observation("a", "logins", 10),
        observation("a", "csat", 5),
        observation("a", "sponsor", "Named"),
        observation("b", "sponsor", "Advocate"),
        observation("a", "people_roles", 2, rater="sales"),
        observation("a", "tickets", 3, "2026-01-02"),
        observation("z", "logins", 1),
    ]
    found = store.compare(loaded(None, coming).observations)
    states = found.set_index(["customer_id", "field"])["state"].to_dict()
    assert states == {
        ("a", "logins"): "unchanged",
        ("a", "csat"): "changed",
        ("a", "sponsor"): "unchanged",
        ("b", "sponsor"): "changed",
        ("a", "people_roles"): "new",
        ("a", "tickets"): "new",
        ("z", "logins"): "new",
    }
    changed = found[found["state"] == "changed"].set_index("field")[["old", "new"]]
    assert changed.loc["csat"].tolist() == ["4.0", "5.0"]
    assert changed.loc["sponsor"].tolist() == ["Named", "Advocate"]
    assert store.days() == (date(2026, 1, 1), DAY)  # nothing was written


# Methodologies


def test_the_methodology_in_force_is_the_newest_that_is_effective_on_the_day(store):
    march = replace(rules(), version="m", effective=date(2026, 3, 1))
    june = replace(rules(), version="j", effective=date(2026, 6, 1), minimum_coverage=0.25)
    store.save_methodology(june, "Ana", "stricter")
    store.save_methodology(march, "Ben")
    assert store.methodology(date(2026, 2, 28)) == shipped()
    assert store.methodology(date(2026, 3, 1)) == march
    assert store.methodology(date(2026, 5, 31)) == march
    assert store.methodology(date(2030, 1, 1)) == june


def test_of_two_versions_effective_on_one_day_the_one_saved_last_is_in_force(store):
    store.save_methodology(rules(), "Ana")
    corrected = replace(rules(), version="test, corrected")
    store.save_methodology(corrected, "Ana")
    assert store.methodology(rules().effective) == corrected


def test_a_version_is_never_changed(store):
    store.save_methodology(rules(), "Ana")
    with pytest.raises(MethodologyError, match='version "test" is kept already'):
        store.save_methodology(replace(rules(), minimum_coverage=0.1), "Ben")
    assert store.methodology(rules().effective) == rules()


# The file


def test_what_was_imported_is_there_when_the_file_is_opened_again(tmp_path):
    path = tmp_path / "new folder" / "cmi.duckdb"
    store = Store(path)
    add(store, "a.csv", [ACME], [observation("a", "logins", 5)])
    store.withdraw(add(store, "b.csv", [customer("b")]))
    before, version = state(store), store.version()
    store.close()
    opened = Store(path)
    assert state(opened) == before
    assert opened.version() == version
    assert opened.twice(origin("a.csv")) is not None
    opened.close()


def test_one_process_may_open_its_file_twice(tmp_path):
    one, other = Store(tmp_path / "cmi.duckdb"), Store(tmp_path / "cmi.duckdb")
    add(one, "a.csv", [ACME])
    assert other.known()["name"].tolist() == ["Acme"]
    assert other.version() == one.version()
    one.close()
    other.close()


def test_a_second_process_is_told_who_has_the_file(tmp_path):
    path = tmp_path / "cmi.duckdb"
    script = f"""
        import sys
        from cmi.store import Store
        store = Store({str(path)!r})
        print("open", flush=True)
        sys.stdin.readline()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout.readline() == "open\n"
        with pytest.raises(DatabaseBusyError, match=f"in use by process {owner.pid}"):
            Store(path)
        owner.communicate("\n")
    Store(path).close()


def test_what_is_no_database_is_refused_and_left_alone(tmp_path):
    text = tmp_path / "customers.csv"
    text.write_text("id,name\n1,Acme\n" * 100, encoding="utf-8")
    with pytest.raises(DatabaseUnreadableError, match="not a database of this product"):
        Store(text)
    assert text.read_text(encoding="utf-8").startswith("id,name")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(DatabaseUnreadableError, match="it is a folder"):
        Store(tmp_path)


def test_a_place_where_nothing_can_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(DatabaseUnreadableError):
        Store(tmp_path / "file" / "cmi.duckdb")


def other_database(path, *statements):
    with duckdb.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE orders (id INTEGER)",
        "CREATE TABLE import (x INTEGER)",
        "CREATE TABLE about (x INTEGER)",
    ],
)
def test_a_database_of_somebody_else_is_refused_and_left_alone(tmp_path, statement):
    path = other_database(tmp_path / "other.duckdb", statement)
    with pytest.raises(DatabaseUnreadableError, match="not a database of this product"):
        Store(path)
    with duckdb.connect(path) as connection:
        assert len(connection.execute("SHOW TABLES").fetchall()) == 1


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "cmi.duckdb"
    Store(path).close()
    other_database(path, "UPDATE about SET schema_version = 99", "DROP VIEW live_outcome")
    with pytest.raises(DatabaseUnreadableError, match="newer version of this product"):
        Store(path)
    with duckdb.connect(path) as connection:
        assert ("live_outcome",) not in connection.execute("SHOW TABLES").fetchall()


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "cmi.duckdb"
    store = Store(path)
    add(store, "a.csv", [ACME])
    store.close()
    content = bytearray(path.read_bytes())
    content[: len(content) // 2] = os.urandom(len(content) // 2)
    path.write_bytes(content)
    with pytest.raises(DatabaseUnreadableError):
        Store(path)


# Nothing outside


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "ATTACH '/tmp/other.duckdb'",
        "COPY import TO '/tmp/import.csv'",
        "EXPORT DATABASE '/tmp/export'",
        "INSTALL httpfs",
        "SELECT * FROM secret_of_python",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
    ],
)
def test_a_query_reaches_no_file_no_network_and_no_variable(store, query):
    secret_of_python = pd.DataFrame({"secret": [1]})  # noqa: F841
    with store._reading() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(query).fetchall()


# Many at once


def test_eight_threads_read_while_one_imports(tmp_path):
    store = Store(tmp_path / "cmi.duckdb")
    add(store, "0.csv", [customer("c0")], [observation("c0", "logins", 5)])

    def imports():
        for n in range(1, 16):
            rows = [customer(f"c{n}-{m}") for m in range(20)]
            add(store, f"{n}.csv", rows, [observation(r["customer_id"], "logins", n) for r in rows])
        return 0

    def reads():
        smallest = 0
        for _ in range(12):
            found = store.snapshot(DAY, rules())
            # An import is seen as a whole or not at all: 1 customer, and 20 more each time.
            assert len(found) % 20 == 1
            assert found["logins"].notna().all()
            assert len(found) >= smallest
            smallest = len(found)
            store.known(), store.version(), store.imports()
        return smallest

    with ThreadPoolExecutor(9) as pool:
        writer = pool.submit(imports)
        readers = [pool.submit(reads) for _ in range(8)]
        assert writer.result() == 0
        assert max(reader.result() for reader in readers) > 1
    assert len(store.known()) == 1 + 15 * 20
    store.close()


def test_two_who_import_the_same_content_at_once_have_one_import(store):
    def attempt(_):
        try:
            return add(store, "a.csv", [ACME])
        except AlreadyImportedError:
            return None

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(attempt, range(8)))
    assert sorted(found, key=str) == [1] + [None] * 7
    assert len(store.imports()) == 1
