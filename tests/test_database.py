from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from portfolios import DAY, add, customer, observation, origin, rules, state

from cmi.problems import (
    AlreadyImportedError,
    DatabaseBusyError,
    DatabaseUnreadableError,
)
from cmi.store import Store

SCHEMA_1 = Path(__file__).parent / "old" / "schema_1.sql"
ACME = customer("a", name="Acme", domain="acme.example", arr=100.0, Size="S")


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


# Older files


def of_version_1(path):
    """A file as the first version left it, with one import and one answer."""
    with duckdb.connect(path) as connection:
        connection.execute(SCHEMA_1.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO about VALUES (1, uuid())")
        connection.execute(
            "INSERT INTO import VALUES (1, 'a.csv', '', 'abc', 'header', '{}', 'Ana', "
            "TIMESTAMP '2026-01-31 10:00:00', DATE '2026-01-31', 2, 2, 0, 0, NULL)"
        )
        connection.execute("INSERT INTO content VALUES ('abc', '', 1)")
        connection.execute(
            "INSERT INTO customer VALUES (1, 'a', DATE '2026-01-31', 'Acme', NULL, NULL, NULL, "
            "NULL, 100, NULL, NULL, 'EUR', MAP {'Size': 'S'})"
        )
        connection.execute(
            "INSERT INTO observation VALUES "
            "(1, 'a', 'logins', DATE '2026-01-31', 'data', 5, NULL, 'by hand')"
        )


def test_a_file_of_the_first_version_is_brought_up_to_date_and_a_copy_is_kept(tmp_path):
    path = tmp_path / "cmi.duckdb"
    of_version_1(path)
    store = Store(path)
    found = store.snapshot(DAY, rules()).set_index("customer_id").loc["a"]
    assert (found["name"], found["logins"], found["Size"]) == ("Acme", 5, "S")
    assert store.imports()["upload"].tolist() == [1]
    assert add(store, "b.csv", [customer("b")]) == 2
    store.withdraw(1)
    assert store.known()["customer_id"].tolist() == ["b"]
    store.close()
    with duckdb.connect(f"{path}.version-1", read_only=True) as copy:
        assert copy.execute("SELECT schema_version FROM about").fetchall() == [(1,)]
        assert copy.execute("SELECT count(*) FROM observation").fetchall() == [(1,)]


def test_an_older_file_ends_with_the_same_columns_as_a_new_one(tmp_path):
    of_version_1(tmp_path / "old.duckdb")
    columns = []
    for name in ("old.duckdb", "new.duckdb"):
        Store(tmp_path / name).close()
        with duckdb.connect(tmp_path / name, read_only=True) as connection:
            columns.append(
                connection.execute(
                    "SELECT table_name, column_name, data_type FROM duckdb_columns() "
                    "WHERE NOT internal ORDER BY ALL"
                ).fetchall()
            )
    assert columns[0] == columns[1]


def test_an_update_that_fails_leaves_the_older_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "cmi.duckdb"
    of_version_1(path)
    broken = tmp_path / "migrations.sql"
    broken.write_text("-- to 2: half\nALTER TABLE import ADD COLUMN upload INTEGER;\nDROP it;\n")
    monkeypatch.setattr("cmi.store.database.MIGRATIONS", broken)
    with pytest.raises(DatabaseUnreadableError):
        Store(path)
    monkeypatch.undo()
    Store(path).close()
