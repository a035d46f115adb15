"""The file that a portfolio is kept in: opened hardened, checked to be ours, given its tables."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from cmi.problems import DatabaseBusyError, DatabaseUnreadableError

SCHEMA = Path(__file__).with_name("schema.sql")
MIGRATIONS = Path(__file__).with_name("migrations.sql")
SCHEMA_VERSION = 3
MEMORY = ":memory:"
DEFAULT = Path(__file__).parents[2] / "data" / "local" / "portfolio.duckdb"

Connection = duckdb.DuckDBPyConnection

# Text of an upload may reach a query: it must find no file, no network and no Python variable.
_CONFIG = {
    "storage_compatibility_version": "v1.5.0",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}


def chosen() -> Path:
    """The file of the user's own portfolio: CMI_DATABASE, or the one beside the product."""
    return Path(os.environ.get("CMI_DATABASE") or DEFAULT)


def connect(path: str) -> Connection:
    """A hardened connection with our tables, new ones where there is no file yet.

    DatabaseBusyError when another process owns the file, DatabaseUnreadableError when it cannot
    serve.
    """
    try:
        if path != MEMORY:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(path, config=dict(_CONFIG))
    except OSError as error:
        raise DatabaseUnreadableError(path, f"{error.strerror}.") from error
    except duckdb.Error as error:
        holder = re.search(r"PID (\d+)", str(error))
        if holder:
            raise DatabaseBusyError(path, f"process {holder[1]}") from error
        raise DatabaseUnreadableError(path, _why(path)) from error
    try:
        _prepare(connection, path)
    except duckdb.Error as error:
        connection.close()
        raise DatabaseUnreadableError(path, _FOREIGN) from error
    except DatabaseUnreadableError:
        connection.close()
        raise
    return connection


@contextmanager
def reading(connection: Connection) -> Iterator[Connection]:
    """A cursor for one piece of work; the connection itself serves only one at a time."""
    cursor = connection.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


@contextmanager
def transaction(connection: Connection, *, changes: bool = True) -> Iterator[Connection]:
    """A cursor whose work is kept as a whole or not at all.

    Unless it `changes` what scores are made of, caches keep what they have.
    """
    with reading(connection) as cursor:
        cursor.begin()
        try:
            yield cursor
            if changes:
                cursor.execute("UPDATE about SET changed = uuid()")
            cursor.commit()
        except BaseException:
            with suppress(duckdb.Error):  # what went wrong before says more
                cursor.rollback()
            raise


_FOREIGN = "it is not a database of this product, or it is damaged."


def _why(path: str) -> str:
    if Path(path).is_dir():
        return "it is a folder."
    if Path(path).exists() and not os.access(path, os.R_OK | os.W_OK):
        return "it may not be read and written here."
    return _FOREIGN


def _prepare(connection: Connection, path: str) -> None:
    """Our tables in a new file, or in one of an older version, of which a copy is kept.

    Nothing is touched in a file that is not ours or newer than us.
    """
    connection.begin()
    tables = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
    if tables and "about" not in tables:
        raise DatabaseUnreadableError(path, _FOREIGN)
    if tables:
        row = connection.execute("SELECT max(schema_version) FROM about").fetchone()
        if row is None or row[0] is None or row[0] > SCHEMA_VERSION:
            raise DatabaseUnreadableError(
                path, "it was written by a newer version of this product."
            )
        if row[0] < SCHEMA_VERSION:
            _migrate(connection, path, row[0])
    connection.execute(SCHEMA.read_text(encoding="utf-8"))
    if not tables:
        connection.execute("INSERT INTO about VALUES (?, uuid())", [SCHEMA_VERSION])
    connection.commit()


def _migrate(connection: Connection, path: str, version: int) -> None:
    """The steps from `version` to ours, in the transaction that is open."""
    if path != MEMORY:
        connection.commit()
        connection.execute("CHECKPOINT")
        shutil.copy2(path, f"{path}.version-{version}")
        connection.begin()
    steps = re.split(r"^-- to (\d+)", MIGRATIONS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for number, statements in zip(steps[1::2], steps[2::2], strict=True):
        if int(number) > version:
            connection.execute(statements.partition("\n")[2])
    connection.execute("UPDATE about SET schema_version = ?", [SCHEMA_VERSION])
