"""One upload, from files to the store: read, propose, prepare, import.

The dashboard, the command line and the sample portfolio all go this way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from cmi import files, mapping
from cmi.files import Table
from cmi.frames import Loaded
from cmi.mapping import TableMapping
from cmi.methodology import Methodology
from cmi.problems import FileUnreadableError, Problem
from cmi.store import Origin, Store

# The sheet of our own assessment workbook that explains the levels: nothing to load.
GUIDE_HEADER = ("Characteristic", "Factor", "Question", *(f"Level {n}" for n in range(1, 6)))


@dataclass(frozen=True)
class Upload:
    """A file as the user gave it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Reading:
    """What the files hold. `digests` has the sha256 of each table's file, table by table;
    `failures` the sentences about files that are no tables at all.
    """

    tables: tuple[Table, ...]
    digests: tuple[str, ...]
    failures: tuple[str, ...]


def read(
    uploads: Sequence[Upload], progress: Callable[[float, str], object] | None = None
) -> Reading:
    """Read every file; one that cannot be read costs itself, not the others.

    `progress` is told before each file which part is done (0-1) and the file's name.
    """
    tables: list[Table] = []
    digests: list[str] = []
    failures: list[str] = []
    for number, upload in enumerate(uploads):
        if progress:
            progress(number / len(uploads), upload.name)
        try:
            found = [
                table
                for table in files.read(upload.content, upload.name)
                if tuple(table.frame.columns) != GUIDE_HEADER
            ]
        except FileUnreadableError as error:
            failures.append(str(error))
            continue
        tables += found
        digests += [hashlib.sha256(upload.content).hexdigest()] * len(found)
    return Reading(tuple(tables), tuple(digests), tuple(failures))


def propose(reading: Reading, store: Store, methodology: Methodology) -> tuple[TableMapping, ...]:
    """A mapping for each table; one with a header seen before gets the mapping it had then."""
    remembered = {}
    for table in reading.tables:
        fingerprint = mapping.fingerprint(table)
        saved = store.mapping_for(fingerprint)
        if saved is not None:
            remembered[fingerprint] = mapping.from_json(saved)
    return mapping.propose(reading.tables, methodology, remembered)


def as_of_of(reading: Reading, mappings: Sequence[TableMapping]) -> date:
    """The day the files speak of: their newest event, or today when they carry none."""
    return mapping.newest_date(reading.tables, mappings) or datetime.now(UTC).date()


def prepare(
    reading: Reading,
    mappings: Sequence[TableMapping],
    methodology: Methodology,
    as_of: date,
    store: Store,
) -> tuple[Loaded, ...]:
    """What the tables become; nothing is written yet."""
    return mapping.apply(reading.tables, mappings, methodology, as_of, store.known())


def origins(
    reading: Reading, mappings: Sequence[TableMapping], as_of: date, by_whom: str
) -> tuple[Origin, ...]:
    """Where each table comes from, for the history of imports."""
    return tuple(
        Origin(
            file=table.file,
            sheet=table.sheet,
            sha256=digest,
            fingerprint=mapping.fingerprint(table),
            mapping=mapping.to_json(chosen),
            by_whom=by_whom,
            as_of=as_of,
        )
        for table, digest, chosen in zip(reading.tables, reading.digests, mappings, strict=True)
    )


def load(
    uploads: Sequence[Upload],
    store: Store,
    methodology: Methodology,
    as_of: date | None = None,
    by_whom: str = "command line",
) -> tuple[date, tuple[Loaded, ...], tuple[str, ...]]:
    """Everything at once with the proposed mappings: the day, what was loaded, what failed."""
    reading = read(uploads)
    mappings = propose(reading, store, methodology)
    day = as_of or as_of_of(reading, mappings)
    loaded = prepare(reading, mappings, methodology, day, store)
    store.add(list(zip(origins(reading, mappings, day, by_whom), loaded, strict=True)))
    return day, loaded, reading.failures


def uploads_from(paths: Sequence[Path | str]) -> tuple[Upload, ...]:
    """Files on disk as uploads."""
    uploads = []
    for path in map(Path, paths):
        try:
            uploads.append(Upload(path.name, path.read_bytes()))
        except OSError as error:
            raise FileUnreadableError(str(path), f"{error.strerror}.") from error
    return tuple(uploads)


def problems_of(loaded: Sequence[Loaded]) -> tuple[Problem, ...]:
    """All problems of an upload, in the order of its tables."""
    return tuple(problem for one in loaded for problem in one.problems)
