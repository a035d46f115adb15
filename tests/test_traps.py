"""Files that nobody should send: each costs a sentence and never the process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from odd_files import filled, number, only, parts, saved, zipped

from cmi.files import read
from cmi.problems import FileUnreadableError


def text_cells(count: int) -> Iterable[str]:
    return (f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, count + 1))


MEGABYTE = "x" * 2**20
BOMBS: dict[str, tuple[dict[str, Any], str]] = {
    "far corner": (parts(number("A1") + number("XFD1048576")), "it has 16,384 columns"),
    "far corner within the columns": (
        parts(number("A1") + number("ALL1048576")),
        "it spreads over 1,048,576 rows and 1,000 columns",
    ),
    "row beyond the last": (parts(number("A1048577")), "more than 1,048,576 rows"),
    "long text used often": (
        parts(text_cells(10_000), f"<si><t>{MEGABYTE}</t></si>"),
        "a text in it has 1,048,576 characters",
    ),
    "huge text": (
        parts(text_cells(1), ["<si><t>", *[MEGABYTE] * 300, "</t></si>"]),
        "a text in it has 314,572,800 characters|more memory",
    ),
    "unpacks to more than 500 MB": (parts(text_cells(1), [" " * 2**20] * 501), "501 MB"),
    "document type in the sheet": (
        {**parts(""), "xl/sheet.xml": '<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'},
        "document type",
    ),
    "document type in the texts": (
        {**parts(""), "xl/texts.xml": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'},
        "document type",
    ),
    "a row of nonsense": (parts('<row r="x"/>'), "the workbook is damaged .sheet S"),
    "a cell given twice": (parts(number("A1") + number("A1")), "the workbook is damaged"),
    "no workbook inside": ({"readme.txt": "hello"}, "it is a zip archive"),
    "a binary workbook": ({"xl/workbook.bin": ""}, r"a binary workbook \(.xlsb\)"),
    "a document of another office": (
        {"mimetype": "application/vnd.oasis", "content.xml": ""},
        "an OpenDocument file",
    ),
    "an empty sheet": (parts(""), "no visible sheet in it holds a table"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_trap_is_refused_in_a_sentence(name: str) -> None:
    content, why = BOMBS[name]
    with pytest.raises(FileUnreadableError, match=why):
        read(zipped(content), "trap.xlsx")


def test_two_far_cells_in_one_column_are_two_rows_and_a_great_void() -> None:
    table = only(zipped(parts(number("A1") + number("A1048576", "7"))))
    assert list(table.frame.index) == [1, 1_048_576]
    assert (table.rows, table.blank) == (1_048_576, 1_048_574)


def test_false_sizes_in_the_archive_are_noticed() -> None:
    content = bytearray(zipped(parts(text_cells(3), ["<si><t>a</t></si>", " " * 100_000])))
    directory = content.index(b"PK\x01\x02")
    entry = content.index(b"xl/texts.xml", directory) - 46
    content[entry + 24 : entry + 28] = (50).to_bytes(4, "little")
    with pytest.raises(FileUnreadableError, match="damaged"):
        read(bytes(content), "lying.xlsx")


def test_a_part_given_twice_is_refused() -> None:
    out = io.BytesIO(zipped(parts(number("A1"))))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/sheet.xml", "<worksheet/>")
    with pytest.raises(FileUnreadableError, match="holds a part twice"):
        read(out.getvalue(), "double.xlsx")


def test_a_workbook_cut_short_is_refused() -> None:
    book, _ = filled(("id",), ("a",))
    with pytest.raises(FileUnreadableError, match="damaged"):
        read(saved(book)[:-200], "cut.xlsx")


def test_memory_runs_out_in_the_child_and_not_here() -> None:
    texts = "".join(f"<si><t>{i}{'x' * 32_000}</t></si>" for i in range(30))
    cells = "".join(f'<c t="s"><v>{column}</v></c>' for column in range(10, 30))
    rows = [f'<row r="{i}">{cells}</row>' for i in range(2, 20_000)]
    head = "".join(f'<c t="s"><v>{column}</v></c>' for column in range(20))
    with pytest.raises(FileUnreadableError, match="more memory"):
        read(zipped(parts([f'<row r="1">{head}</row>', *rows], texts)), "wide.xlsx")


def test_the_child_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read(b"id,name\n1,Acme\n", "table.csv")
    assert list(tmp_path.iterdir()) == []


def test_names_in_the_archive_that_lead_elsewhere_are_only_names(tmp_path: Path) -> None:
    found = parts(number("A1", "x").replace("<c ", '<c t="str" ') + number("A2"))
    found["../../outside.txt"] = found["/etc/passwd"] = "gone"
    assert list(only(zipped(found)).frame["x"]) == ["1"]
    assert not (tmp_path.parent / "outside.txt").exists()


def test_a_part_that_is_locked_is_refused() -> None:
    content = bytearray(zipped(parts(number("A1"))))
    for at in range(len(content) - 46):
        if content[at : at + 4] == b"PK\x01\x02":  # the directory says that the part is encrypted
            content[at + 8] |= 1
    with pytest.raises(FileUnreadableError, match="packed or locked"):
        read(bytes(content), "locked.xlsx")
