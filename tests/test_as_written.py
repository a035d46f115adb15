"""Files that are read as they stand: every filled row of a workbook, the entries of a TOML file."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from cmi import files
from cmi.files import How
from cmi.files.table import letters
from cmi.problems import FileUnreadableError


def book(*rows: list[Any], merged: str = "") -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if merged:
        made.active.merge_cells(merged)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def test_no_row_is_a_header_a_footer_or_a_stranger() -> None:
    content = book(["Total", 1], ["Name", "Name"], [], [None, 0.5], ["Total", "12"])
    (table,) = files.read(content, "a.xlsx", How(as_written=True))
    assert list(table.frame.columns) == ["A", "B"]
    assert table.frame.index.tolist() == [1, 2, 4, 5]
    assert table.frame.to_numpy().tolist() == [
        ["Total", "1"],
        ["Name", "Name"],
        ["", "0.5"],
        ["Total", "12"],
    ]
    assert (table.rows, table.refused, table.blank) == (5, 0, 1)
    assert table.problems == ()


def test_merged_cells_are_told_for_only_the_first_has_the_value() -> None:
    content = book(["a", "b"], ["c", "d"], merged="B1:B2")
    (table,) = files.read(content, "a.xlsx", How(as_written=True))
    assert [(p.kind, p.row, p.column) for p in table.problems] == [("skipped", 1, "B")]


@pytest.mark.parametrize(
    ("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_a_column_is_called_as_a_spreadsheet_calls_it(place: int, name: str) -> None:
    assert letters(place) == name


def test_the_entries_of_a_toml_file_come_back_days_as_text() -> None:
    content = "\ufeffday = 2026-01-31\nweights = { usage = 0.1 }\nname = 'ü'\n".encode()
    assert files.document(content, "a.toml") == {
        "day": "2026-01-31",
        "weights": {"usage": 0.1},
        "name": "ü",
    }


@pytest.mark.parametrize("content", [b"a,b\n", b"\xff\xfe", b"a = " + b"[" * 100_000])
def test_what_is_no_toml_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(FileUnreadableError, match=r"^a\.toml cannot be read: it is no TOML file: "):
        files.document(content, "a.toml")


def test_a_key_that_would_take_for_ever_ends_only_the_child(monkeypatch) -> None:
    monkeypatch.setattr("cmi.files.limits.SECONDS", 1)
    with pytest.raises(FileUnreadableError, match="takes longer than"):
        files.document(b"a." * 400_000 + b"b = 1", "a.toml")
