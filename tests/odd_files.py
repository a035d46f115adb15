"""Small CSV files and workbooks, written and read in the way of a test."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cmi.files import Table, csvfile, read
from cmi.files.table import Parsed, parsed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def table(content: str | bytes) -> Parsed:
    """Read in this process; what the child process adds is tested through `read`."""
    found = parsed(csvfile.grid(content.encode() if isinstance(content, str) else content))
    assert found is not None
    assert found.rows == len(found.lines) + found.refused + found.blank
    return found


def rows(found: Parsed) -> list[tuple[str, ...]]:
    return list(zip(*found.columns.values(), strict=True))


def kinds(found: Parsed) -> list[tuple[str, int | None]]:
    return [(issue.kind, issue.row) for issue in found.issues]


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(*rows: Iterable[Any]) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    return book, sheet


def only(content: bytes) -> Table:
    (table,) = read(content, "book.xlsx")
    assert table.rows == len(table.frame) + table.refused + table.blank
    return table


def zipped(parts: dict[str, str | Iterable[str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w", force_zip64=True) as part:
                for piece in [content] if isinstance(content, str) else content:
                    part.write(piece.encode())
    return out.getvalue()


def parts(rows: str | Iterable[str], texts: str | Iterable[str] = "") -> dict[str, Any]:
    """The least that makes a workbook of one sheet: its rows and shared texts as XML."""

    def relations(*targets: tuple[str, str]) -> str:
        each = "".join(
            f'<Relationship Id="r{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for i, (kind, target) in enumerate(targets)
        )
        return f'<Relationships xmlns="{PACKAGE}">{each}</Relationships>'

    def wrapped(before: str, content: str | Iterable[str], after: str) -> Iterable[str]:
        return [before, *([content] if isinstance(content, str) else content), after]

    return {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "sheet.xml"), ("sharedStrings", "texts.xml")
        ),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r0"/></sheets></workbook>',
        "xl/sheet.xml": wrapped(
            f'<worksheet xmlns="{MAIN}"><sheetData>', rows, "</sheetData></worksheet>"
        ),
        "xl/texts.xml": wrapped(f'<sst xmlns="{MAIN}">', texts, "</sst>"),
    }


def number(reference: str, value: str = "1") -> str:
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{reference}"><v>{value}</v></c></row>'
