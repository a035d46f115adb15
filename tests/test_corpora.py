"""Odd files that others collected, when the folder with them is there."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from cmi.files import csvfile, read, workbook
from cmi.files.child import tables
from cmi.files.grid import UnreadableError
from cmi.files.table import parsed
from cmi.problems import FileUnreadableError

SHARED = Path(__file__).parents[1].parent / "shared"
CORPORA = SHARED / "corpora"
SPECTRUM = CORPORA / "csv" / "csv-spectrum"

if not CORPORA.is_dir():
    pytest.skip(f"no odd files in {CORPORA}", allow_module_level=True)

HEADERS = json.loads((SHARED / "exports" / "headers.json").read_text("utf-8"))["sources"]

# rows that our rules refuse although the collection has an answer for them
REFUSED = {"location_coordinates": "bare quotation marks, as in 37°36'37.8\"N, break RFC 4180"}

# workbooks where the other reader says less: white space at the ends of texts
TRIMMED = {"encoded_entities", "issue_174", "minimal_package", "whitespace_trim"}


def files(folder: str, *suffixes: str) -> list[Path]:
    found = (SHARED / folder).rglob("*")
    return sorted(path for path in found if path.is_file() and path.suffix in suffixes)


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize(
    "path", files("corpora/csv", ".csv", ".tsv", ".txt") + files("corpora/xlsx", ".xlsx"), ids=name
)
def test_an_odd_file_is_read_or_refused_and_every_row_counted(path: Path) -> None:
    start = time.monotonic()
    try:
        found = tables(path)
    except UnreadableError:
        found = []
    for table in found:
        assert table.rows == len(table.lines) + table.refused + table.blank
        assert all(len(cells) == len(table.lines) for cells in table.columns.values())
        assert table.refused == 0 or table.issues
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("path", files("corpora/xlsx", ".xls", ".xlsb", ".ods", ".xlsm"), ids=name)
def test_a_workbook_of_another_kind_is_refused_by_what_it_is(path: Path) -> None:
    if path.name in ("too_small.xls", "issue3.xlsm"):  # a line of text, a workbook with macros
        assert read(path.read_bytes(), path.name)
        return
    with pytest.raises(FileUnreadableError, match=r"Save|save|password|no visible sheet"):
        read(path.read_bytes(), path.name)


@pytest.mark.parametrize("path", files("exports", ".csv"), ids=name)
def test_an_export_of_a_real_tool_is_read_whole(path: Path) -> None:
    (table,) = read(path.read_bytes(), path.name)
    assert (table.refused, table.blank) == (0, 0)
    assert len(table.frame) == table.rows > 0
    assert {problem.kind for problem in table.problems} <= {"encoding"}


@pytest.mark.parametrize("tool", HEADERS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_of_a_real_tool_is_found_as_it_is(tool: str, delimiter: str) -> None:
    names = [name.strip("<>.") for name in HEADERS[tool]["columns"]]
    rows = [names, [f"v{i}" for i in range(len(names))], ["12", *[""] * (len(names) - 1)]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    table = parsed(csvfile.grid(out.getvalue().encode()))
    assert table is not None
    assert list(table.columns) == [name or f"Column {i + 1}" for i, name in enumerate(names)]
    assert len(table.lines) == table.rows == 2


@pytest.mark.parametrize("path", sorted((SPECTRUM / "csv").glob("*.csv")), ids=name)
def test_the_spectrum_of_csv_has_the_values_that_its_answers_say(path: Path) -> None:
    content = path.read_bytes()
    if path.stem.endswith("_crlf"):  # the collection lost the returns on its way
        content = content.replace(b"\n", b"\r\n")
    table = parsed(csvfile.grid(content))
    assert table is not None
    names = list(table.columns)
    rows = [dict(zip(names, row, strict=True)) for row in zip(*table.columns.values(), strict=True)]
    if path.stem in REFUSED:
        assert (rows, table.refused) == ([], 1)
    else:
        assert rows == json.loads((SPECTRUM / "json" / f"{path.stem}.json").read_text("utf-8"))


def said(value: object) -> str:
    """A cell of the other reader in our words."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, timedelta):
        return f"{value // timedelta(hours=1):02}:{str(value)[-5:]}"
    return value.isoformat() if isinstance(value, date | datetime | clock) else str(value)


def both(path: Path) -> Iterator[tuple[str, str, str]]:
    """Place, our text and the other reader's text of each filled cell."""
    grids = workbook.grids(path)
    other = CalamineWorkbook.from_path(path)
    for grid in grids:
        ours = {(i, j): c for i, row in enumerate(grid.rows) for j, c in enumerate(row)}
        rows = other.get_sheet_by_name(grid.sheet).to_python(skip_empty_area=False)
        theirs = {(i, j): said(c) for i, row in enumerate(rows) for j, c in enumerate(row)}
        for place in sorted(ours.keys() | theirs.keys()):
            yield f"{grid.sheet} {place}", ours.get(place, ""), theirs.get(place, "")


@pytest.mark.parametrize("path", files("corpora/xlsx", ".xlsx"), ids=name)
def test_another_reader_finds_the_same_in_the_cells(path: Path) -> None:
    try:
        cells = list(both(path))
    except UnreadableError:
        return
    if path.stem in TRIMMED:
        cells = [(place, ours.strip(), theirs.strip()) for place, ours, theirs in cells]
    different = [cell for cell in cells if cell[1] != cell[2] and not cell[1].endswith("%")]
    assert different == []
    shares = [(ours, theirs) for _, ours, theirs in cells if ours.endswith("%") and ours != theirs]
    assert all(float(o[:-1]) / 100 == pytest.approx(float(t), rel=1e-15) for o, t in shares)
