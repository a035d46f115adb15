"""The zipped XML parts of a workbook: bounded, and without document types."""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.parsers import expat

from cmi.files import limits
from cmi.files.grid import UnreadableError

Attributes = dict[str, str]
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    expat.ExpatError,
    ValueError,
    LookupError,
    struct.error,
)


@dataclass(frozen=True)
class Parts:
    """An open archive and its parts by name, in lower case and with forward slashes."""

    archive: zipfile.ZipFile
    names: dict[str, zipfile.ZipInfo]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.names

    def open(self, name: str) -> IO[bytes]:
        """The unpacked bytes of a part."""
        return self.archive.open(self.names[name.lower()])


class _LocalNames(dict[str, str]):
    """Element names without their prefix, each worked out once."""

    def __missing__(self, name: str) -> str:
        self[name] = local = name.rpartition(":")[2]
        return local


@contextmanager
def opened(path: Path) -> Iterator[Parts]:
    """The parts of the archive at `path`; UnreadableError when it is damaged, locked or a trap."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Parts(archive, _names(archive))
    except _DAMAGED as error:
        raise UnreadableError("the workbook is damaged. Open it and save it again.") from error
    except (NotImplementedError, RuntimeError) as error:  # how zipfile tells of locks and methods
        raise UnreadableError("the workbook is packed or locked in an unknown way.") from error


def _names(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > limits.PARTS:
        raise UnreadableError(f"it holds {len(infos):,} parts, far more than a workbook has.")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > limits.UNPACKED_BYTES:
        raise UnreadableError(
            f"unpacked it would have {unpacked / 2**20:,.0f} MB; "
            f"the most that can be read are {limits.UNPACKED_BYTES // 2**20} MB."
        )
    names = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in infos}
    if len(names) < len(infos):
        raise UnreadableError("it holds a part twice, so that nobody can say which one counts.")
    return names


def parse(
    parts: Parts,
    name: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Walk through part `name`: elements come by their own names, nothing is kept."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    local = _LocalNames()

    def root(element: str, attributes: Attributes) -> None:
        """Where the root has no prefix, only names without one are a sheet's, and go through."""
        bare = ":" not in element
        parser.StartElementHandler = (
            start if bare else lambda name, given: start(local[name], given)
        )
        if end is not None:
            parser.EndElementHandler = end if bare else lambda name: end(local[name])
        start(local[element], attributes)

    parser.StartElementHandler = root
    parser.StartDoctypeDeclHandler = _refuse_document_type
    if text is not None:
        parser.CharacterDataHandler = text
    with parts.open(name) as stream:
        while block := stream.read(1 << 20):
            parser.Parse(block, False)
    parser.Parse(b"", True)


def _refuse_document_type(*_: object) -> None:
    raise UnreadableError("it declares an XML document type, which no spreadsheet program does.")


def relations(parts: Parts, of: str) -> dict[str, tuple[str, str]]:
    """Kind and target part of each relation of part `of`, by its id."""
    folder, base = posixpath.split(of)
    found: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = kind, path

    listing = f"{folder}/_rels/{base}.rels".lstrip("/")
    if listing in parts:
        parse(parts, listing, start)
    return found
