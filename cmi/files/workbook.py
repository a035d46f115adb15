"""A workbook (.xlsx, .xlsm): its visible sheets, each as a grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cmi.files import AS_FOUND, How
from cmi.files.grid import Grid, Issue, UnreadableError
from cmi.files.numberformat import writers
from cmi.files.parts import Attributes, Parts, opened, parse, relations
from cmi.files.worksheet import grid, texts


@dataclass
class _Book:
    """The list of contents: name, relation and whether visible of each sheet."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    since_1904: bool = False

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "workbookPr":
            self.since_1904 = attributes.get("date1904", "0") in ("1", "true", "on")
        elif element == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            visible = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes.get("name", ""), relation, visible))


def grids(path: Path, how: How = AS_FOUND) -> list[Grid]:
    """The visible sheets and those that a person asks for; the first tells of the hidden ones."""
    with opened(path) as parts:
        main = _main_part(parts)
        related = relations(parts, main)
        book = _Book()
        parse(parts, main, book.start)
        by_kind = dict(related.values())
        shared = texts(parts, by_kind.get("sharedStrings", ""))
        styles = writers(parts, by_kind.get("styles", ""), book.since_1904)
        read: list[Grid] = []
        hidden: list[str] = []
        for name, relation, visible in book.sheets:
            kind, part = related.get(relation, ("", ""))
            if kind != "worksheet" or part not in parts:
                continue
            if visible or name in how.hidden:
                read.append(grid(parts, part, name, shared, styles))
                read[-1].hidden = not visible
            else:
                hidden.append(name)
    return _filled(read, hidden)


def _filled(read: list[Grid], hidden: list[str]) -> list[Grid]:
    """The sheets that hold something; each knows which ones were not read."""
    filled = [sheet for sheet in read if sheet.rows]
    if not filled:
        names = ", ".join(f'"{name}"' for name in hidden)
        more = f" Hidden and not read: {names}." if hidden else ""
        raise UnreadableError(f"no visible sheet in it holds a table.{more}")
    for sheet in filled:
        sheet.hidden_sheets = tuple(hidden)
    for name in hidden:
        message = f'The hidden sheet "{name}" was not read.'
        filled[0].issues.append(Issue("skipped", message, sheet=name))
    return filled


def _main_part(parts: Parts) -> str:
    """The part that lists the sheets; another kind of archive is refused by what it is."""
    main = next((p for k, p in relations(parts, "").values() if k == "officeDocument"), "")
    if main in parts and main.endswith(".xml") and "workbook" in main:
        return main
    if main.endswith(".bin") or "xl/workbook.bin" in parts:
        raise UnreadableError("it is a binary workbook (.xlsb). Save it as .xlsx.")
    if "mimetype" in parts and "content.xml" in parts:
        raise UnreadableError("it is an OpenDocument file. Save it as .xlsx or CSV.")
    raise UnreadableError("it is a zip archive. Unpack it, and upload the CSV or XLSX files in it.")
