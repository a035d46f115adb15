"""What comes through the child process, and what happens when it does not."""

from __future__ import annotations

import pandas as pd
import pytest

from cmi.files import Reject, limits, parent, read
from cmi.problems import FileUnreadableError


def test_a_csv_becomes_a_table_of_text_with_the_line_of_each_row_as_index() -> None:
    (found,) = read(b'id,name\n007,"Acme\nInc"\n\n8,NA\n', "customers.csv")
    assert (found.file, found.sheet) == ("customers.csv", "")
    assert found.frame.to_dict("index") == {
        2: {"id": "007", "name": "Acme\nInc"},
        5: {"id": "8", "name": "NA"},
    }
    assert all(dtype == pd.StringDtype(na_value=float("nan")) for dtype in found.frame.dtypes)
    assert (found.rows, found.refused, found.blank) == (3, 0, 1)
    assert found.notes == ("UTF-8", "delimiter comma", "header in row 1")
    assert found.problems == ()


def test_a_problem_names_file_row_and_value() -> None:
    (found,) = read(b"id,name\n1,Acme\n2,Bolt,Inc\n", "customers.csv")
    (problem,) = found.problems
    assert (problem.kind, problem.file, problem.row) == ("width", "customers.csv", 3)
    assert problem.value == "2 | Bolt | Inc"
    assert problem.message == "The row has 3 cells, the table 2 columns."


def test_a_header_without_rows_is_an_empty_table_of_text() -> None:
    (found,) = read(b"id,name\n", "empty.csv")
    assert list(found.frame.columns) == ["id", "name"]
    assert (len(found.frame), found.rows) == (0, 0)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty."),
        (b" \r\n\n", "it is empty."),
        (b"%PDF-1.7 ...", "it is a PDF document."),
        (b"\x1f\x8b\x08\x00", "it is a gzip archive."),
        (b"\xef\xbb\xbf<!DOCTYPE html><table>", "it is a web page."),
        (b'[{"id": 1}]', "it is a JSON file."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Workbook", "the format of Excel before 2007"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "it is protected by a password.",
        ),
        (b"id,name\n1,\x00\xff\xfe", "it is neither a workbook nor text."),
        (b"id,name\n1,\x81\x8d\n", "neither UTF-8 nor Windows-1252"),
        (b'id,name\n1,"Acme\n2,Bolt\n', "opens a value in line 2 is never closed"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(FileUnreadableError, match="cannot be read: ") as refusal:
        read(content, "x.csv")
    assert why in str(refusal.value)


def test_a_file_beyond_the_size_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileUnreadableError, match="101 MB; the most that can be read are 100 MB"):
        read(b"a,b\n" + b"1,2\n" * (101 * 2**18), "large.csv")


def test_a_child_that_takes_too_long_becomes_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.01)
    with pytest.raises(FileUnreadableError, match="takes longer than"):
        read(b"a,b\n1,2\n", "slow.csv")


@pytest.mark.parametrize(
    ("death", "why"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGABRT)", "more memory"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "takes longer"),
        ("raise MemoryError", "more memory"),
        ("raise KeyError('x')", "failed without a reason"),
        ("pass", "failed without a reason"),
    ],
)
def test_however_the_child_dies_it_becomes_a_sentence(
    death: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parent, "CHILD", ("-c", death))
    with pytest.raises(FileUnreadableError, match=why):
        read(b"a,b\n1,2\n", "deadly.csv")


def test_a_row_with_too_many_or_too_few_cells_is_refused_and_kept_for_correction() -> None:
    (found,) = read(b"id,name\n1,Acme\n2,Bolt,Inc\n3\n", "customers.csv")
    assert found.rejected == (
        Reject(3, ("2", "Bolt", "Inc"), "The row has 3 cells, the table 2 columns."),
        Reject(4, ("3",), "The row has 1 cell, the table 2 columns."),
    )


def test_a_record_with_a_stray_mark_is_kept_for_correction_as_it_stands() -> None:
    (found,) = read(b'id,name\n1,"Acme\n2,"Bolt"\n3,Cord "x"\n4,Dent\n', "customers.csv")
    assert [(reject.row, reject.cells) for reject in found.rejected] == [
        (2, ('1,"Acme\n2,"Bolt"',)),
        (4, ('3,Cord "x"',)),
    ]
    assert "Lines 2 to 3 were left out" in found.rejected[0].why


def test_footers_blank_rows_and_repeated_headers_need_no_correction() -> None:
    (found,) = read(b"id,name\n1,Acme\nid,name\n\n2,Bolt\n\nTotal,30\n", "report.csv")
    assert (found.rejected, found.refused, found.blank) == ((), 2, 2)


def test_all_refused_rows_are_kept_however_many_they_are() -> None:
    (found,) = read(b"id,name\n1,Acme\n2,Bolt\n" + b"x\n" * 1_500 + b"3,Cord\n", "customers.csv")
    assert len(found.rejected) == found.refused == 1_500
    assert [reject.row for reject in found.rejected[::500]] == [4, 504, 1_004]
