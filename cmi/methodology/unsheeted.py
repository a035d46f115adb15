"""Sheets that a person edited, as a methodology again; what is wrong is named by its cell.

The layout is that of cmi.methodology.sheets; every cell is text, as cmi.files reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from cmi.methodology import Loc, Methodology, from_document, refusals
from cmi.methodology.origins import Cell, named, nearest, path_of
from cmi.methodology.sheets import (
    PARTS,
    SETTING,
    SETTING_FIELDS,
    SETTINGS,
    VALUE,
    Field,
    Part,
)
from cmi.problems import MethodologyError

Wrong = tuple[Cell, str]  # with a sentence

SHEETS = (SETTINGS, *(part.sheet for part in PARTS))
_MOST = 100  # wrong cells that are told
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass
class _Reading:
    """The document as far as it is read, the cell of each of its entries, and what is wrong."""

    document: dict[str, Any] = field(default_factory=dict)
    cells: dict[Loc, Cell] = field(default_factory=lambda: {(): Cell(SETTINGS)})
    wrong: list[Wrong] = field(default_factory=list)
    # By sheet and name: where the rows to which others belong stand in the document.
    owners: dict[tuple[str, str], Loc] = field(default_factory=dict)

    def put(self, path: Loc, value: Any) -> None:
        """Set an entry, with the tables on its way."""
        *way, last = path
        at: Any = self.document
        for step in way:
            at = at.setdefault(step, {}) if isinstance(at, dict) else at[step]
        if isinstance(at, list):
            at.append(value)
        else:
            at[last] = value


def read(sheets: Mapping[str, pd.DataFrame]) -> tuple[Methodology | None, list[Wrong]]:
    """The methodology of these sheets, or None and what is wrong with them: cells and sentences.

    `sheets`: name -> cells as text, the first row its headers; the index is the row in the sheet.
    """
    given = {name.strip().casefold(): frame for name, frame in sheets.items()}
    reading = _Reading()
    for name in SHEETS:
        if name.casefold() not in given:
            told = "is missing or hidden. Keep it, with its headers alone where it says nothing."
            reading.wrong.append((Cell(name), f"The sheet {told}"))
    if reading.wrong:
        return None, reading.wrong
    _settings(given[SETTINGS.casefold()], reading)
    for part in PARTS:
        _part(part, given[part.sheet.casefold()], reading)
    if reading.wrong:
        return None, reading.wrong[:_MOST]
    document = reading.document
    refused = [(path_of(document, loc), why) for loc, why in refusals(document)[:_MOST]]
    if refused:
        return None, [
            (nearest(reading.cells, path), f"{_label(reading, path)} {why}")
            for path, why in refused
        ]
    try:
        return from_document(document), []
    except MethodologyError as error:
        words = f"{error.place[:1].upper()}{error.place[1:]}"
        cell = named(reading.cells, document, error.place, error.why)
        return None, [(cell, f"{words} {error.why}")]


def _label(reading: _Reading, path: Loc) -> str:
    """What a refused entry is called: its setting, its column, or what its sheet lacks."""
    settings = {one.path: one.header for one in SETTING_FIELDS}
    if found := settings.get(tuple(map(str, path))):
        return found
    cell = nearest(reading.cells, path)
    return cell.column or f"{cell.sheet} {path[-1]}"


# Cells


def _rows(
    sheet: str, frame: pd.DataFrame, known: Mapping[str, str], reading: _Reading
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each filled row with its cells by header; a header that is not known is wrong.

    `known`: the headers in small letters, and as they are written.
    """
    names: dict[int, str] = {}
    rows: list[list[str]] = frame.to_numpy().tolist()
    lines = list(zip(frame.index.tolist(), rows, strict=True))
    top, first = lines[0] if lines else (1, [])
    for at, text in enumerate(first):
        header = known.get(_header(text))
        if header in names.values():
            reading.wrong.append((Cell(sheet, top, text), f"The column {text} is there twice."))
        elif header:
            names[at] = header
        elif text.strip():
            told = f"The column {text} is not known here: {', '.join(known.values())} are."
            reading.wrong.append((Cell(sheet, top, text), told))
    for number, row in lines[1:]:
        for at, text in enumerate(row):
            if text.strip() and at not in names and not first[at].strip():
                told = "The cell stands in a column without a header."
                reading.wrong.append((Cell(sheet, number, "", text), told))
        cells = {header: _said(row[at]) for at, header in names.items()}
        if any(cells.values()):
            yield number, cells


def _header(text: str) -> str:
    """A header however it is spaced; a numbered one is known by its first."""
    return " ".join(text.split()).casefold()


def _said(text: str) -> str:
    """A cell with nothing but space in it says nothing."""
    return text if text.strip() else ""


def _settings(frame: pd.DataFrame, reading: _Reading) -> None:
    fields = {_header(one.header): one for one in SETTING_FIELDS}
    known = {_header(h): h for h in (SETTING, VALUE)}
    for number, cells in _rows(SETTINGS, frame, known, reading):
        name = cells.get(SETTING, "")
        one = fields.get(_header(name))
        if one is None or one.path in reading.cells:
            why = "is there twice." if one else "is not a setting."
            reading.wrong.append((Cell(SETTINGS, number, SETTING, name), f"{name or 'It'} {why}"))
            continue
        value = cells.get(VALUE, "")
        reading.cells[one.path] = Cell(SETTINGS, number, VALUE, value)
        if one.path == ("effective",) and not _DAY.fullmatch(value):
            told = "In force from must be a day such as 2026-03-31."
            reading.wrong.append((Cell(SETTINGS, number, VALUE, value), told))
        elif one.kind == "keys":
            reading.put(one.path, _keys(value))
        elif value:
            reading.put(one.path, value)


def _part(part: Part, frame: pd.DataFrame, reading: _Reading) -> None:
    """Read the rows of a sheet into the document."""
    if not part.parents:
        _begin(part, (), reading)
    for holder in [loc for (sheet, _), loc in reading.owners.items() if sheet == part.parents]:
        _begin(part, holder, reading)
    for number, cells in _rows(part.sheet, frame, _known(part, frame), reading):
        owner = _owner(part, number, cells, reading)
        if owner is None:
            continue
        way: Loc = (*owner, *part.path)
        name = cells.get(part.name, "") if part.name else cells.get("Key", "")
        if part.table or part.name:
            why = f"{part.name} is missing." if not name else ""
            if part.table and name in _at(reading.document, way):
                why = f"{name} is there twice."
            if not part.table and (part.sheet, name) in reading.owners:
                why = f"{name} is there twice."
            if why:
                reading.wrong.append((Cell(part.sheet, number, part.name, name), why))
                continue
        path: Loc = (*way, name if part.table else len(_at(reading.document, way)))
        reading.owners[part.sheet, name] = path
        reading.cells[path] = Cell(part.sheet, number)
        if part.name:
            reading.cells[*path, part.name] = Cell(part.sheet, number, part.name, name)
        _entry(part, number, cells, path, reading)


def _begin(part: Part, owner: Loc, reading: _Reading) -> None:
    """The list or table that the rows fill, empty as yet."""
    path: Loc = (*owner, *part.path)
    reading.put(path, {} if part.table else [])
    reading.cells[path] = Cell(part.sheet)


def _known(part: Part, frame: pd.DataFrame) -> dict[str, str]:
    """The headers of a sheet; those of a list go on as far as the sheet is wide."""
    found = [header for header in (part.of, part.name) if header]
    for one in part.fields:
        many = one.kind == "many"
        width = frame.shape[1] if many else 0
        found += [f"{one.header} {n}" for n in range(1, width + 1)] if many else [one.header]
    return {_header(header): header for header in found}


def _owner(part: Part, number: int, cells: Mapping[str, str], reading: _Reading) -> Loc | None:
    """To what a row belongs; None, and a wrong cell, where that is not there."""
    if not part.parents:
        return ()
    name = cells.get(part.of, "")
    found = reading.owners.get((part.parents, name.strip()))
    if found is None:
        told = (
            f"{name} does not stand in the sheet {part.parents}."
            if name
            else f"{part.of} is missing."
        )
        reading.wrong.append((Cell(part.sheet, number, part.of, name), told))
    return found


def _entry(part: Part, number: int, cells: Mapping[str, str], path: Loc, reading: _Reading) -> None:
    """One row: its entries, and the cell of each, also of those that say nothing."""
    if part.fields[0].path:
        reading.put(path, {})
    for one in part.fields:
        at: Loc = (*path, *one.path)
        value = cells.get(one.header, "")
        reading.cells[at] = Cell(part.sheet, number, one.header, value)
        if one.kind == "many":
            _list(part, number, cells, at, one, reading)
        elif one.kind == "keys":
            reading.put(at, _keys(value))
        elif value or not one.path:
            reading.put(at, value)


def _list(
    part: Part, number: int, cells: Mapping[str, str], at: Loc, one: Field, reading: _Reading
) -> None:
    """A list that stands in several columns; one that is empty says nothing."""
    filled = {h: text for h, text in cells.items() if text and h.startswith(f"{one.header} ")}
    own = [(h, t) for h, t in filled.items() if h.removeprefix(f"{one.header} ").isdecimal()]
    own.sort(key=lambda pair: int(pair[0].rpartition(" ")[2]))
    if own or not _optional(part, one):
        reading.put(at, [text for _, text in own])
    for n, (header, text) in enumerate(own):
        reading.cells[*at, n] = Cell(part.sheet, number, header, text)


def _optional(part: Part, one: Field) -> bool:
    """Whether an empty list means that nothing is said: an axis of an exception keeps its cuts."""
    return part.sheet == "Exception cuts" and one.kind == "many"


def _keys(text: str) -> list[str]:
    return [key.strip() for key in text.split(",") if key.strip()]


def _at(document: Any, path: Loc) -> Any:
    for step in path:
        document = document[step]
    return document
