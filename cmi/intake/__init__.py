"""One upload, from files to the store: read, propose, prepare, import.

The dashboard, the command line and the sample portfolio all go this way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import chain, count
from pathlib import Path

from cmi import files, mapping
from cmi.files import How, Table
from cmi.frames import Loaded
from cmi.intake.corrections import as_before
from cmi.mapping import TableMapping
from cmi.methodology import Methodology
from cmi.problems import FileUnreadableError, Problem
from cmi.store import Origin, Store

# The sheet of our own assessment workbook that explains the levels: nothing to load.
GUIDE_HEADER = ("Characteristic", "Factor", "Question", *(f"Level {n}" for n in range(1, 6)))


@dataclass(frozen=True)
class Upload:
    """A file as the user gave it; `how` it is to be read where a person knows better."""

    name: str
    content: bytes
    how: How = field(default_factory=How)

    @cached_property
    def digest(self) -> str:
        """The sha256 of the content: what tells two files apart, whatever their names."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Reading:
    """What the files hold. `digests` has the sha256 of each table's file, table by table;
    `failures` the sentences about files that are no tables at all.
    """

    tables: tuple[Table, ...] = ()
    digests: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def read(uploads: Iterable[Upload]) -> Reading:
    """Read every file; one that cannot be read costs itself, not the others."""
    return together(map(read_one, uploads))


def read_one(upload: Upload) -> Reading:
    """What one file holds, or the sentence that says why it holds nothing."""
    try:
        tables = tuple(
            as_before(table)
            for table in files.read(upload.content, upload.name, upload.how)
            if tuple(table.frame.columns) != GUIDE_HEADER
        )
    except FileUnreadableError as error:
        return Reading(failures=(str(error),))
    return Reading(tables, (upload.digest,) * len(tables))


def together(readings: Iterable[Reading]) -> Reading:
    """What several files hold, as one."""
    parts = tuple(readings)
    return Reading(
        tuple(table for part in parts for table in part.tables),
        tuple(digest for part in parts for digest in part.digests),
        tuple(sentence for part in parts for sentence in part.failures),
    )


def added(
    uploads: Sequence[Upload], more: Iterable[Upload]
) -> tuple[tuple[Upload, ...], list[str]]:
    """The uploads with more, each content once and each name once; sentences on what was left out.

    A second file of the same name is called "export (2).csv".
    """
    kept, left_out = list(uploads), []
    for upload in more:
        same = next((u for u in kept if u.digest == upload.digest), None)
        if same:
            left_out.append(f"{upload.name} has the same content as {same.name}: it counts once.")
            continue
        path, taken = Path(upload.name), {u.name for u in kept}
        others = (f"{path.stem} ({n}){path.suffix}" for n in count(2))
        free = (name for name in chain([upload.name], others) if name not in taken)
        kept.append(replace(upload, name=next(free)))
    return tuple(kept), left_out


def propose(reading: Reading, store: Store, methodology: Methodology) -> tuple[TableMapping, ...]:
    """A mapping for each table; one with a header seen before gets the mapping it had then."""
    saved = {f: store.mapping_for(f) for f in map(mapping.fingerprint, reading.tables)}
    remembered = {f: mapping.from_json(found[0]) for f, found in saved.items() if found}
    return mapping.propose(reading.tables, methodology, remembered)


def seen_before(table: Table, store: Store) -> date | None:
    """The day on which a table with this header was imported last."""
    saved = store.mapping_for(mapping.fingerprint(table))
    return saved[1] if saved else None


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
