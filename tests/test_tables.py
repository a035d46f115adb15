from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cmi.problems import CmiError
from cmi.reports.tables import sheet_names, to_csv, to_parquet, to_xlsx, write

NAUGHTY = Path("/work/shared/corpora/strings/blns.json")
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "  =1",
    "\ufeff=1",
    "\u200b=1",
    "'=1",
]
HARMLESS = ["Acme", "a=1", "1-2", "O'Dowd", "", "00123", "'quoted'", "Café Lumière"]


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))


def sheet(content: bytes) -> list[list[object]]:
    book = load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def xml_of(content: bytes) -> str:
    parts = zipfile.ZipFile(io.BytesIO(content))
    names = [n for n in parts.namelist() if n.startswith("xl/worksheets")]
    return "".join(parts.read(n).decode() for n in names)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_is_defused_in_a_csv_cell_and_header(text: str) -> None:
    header, row = csv_rows(to_csv(pd.DataFrame({text: [text], "b": [1]})))
    assert header[0] == row[0] == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is_in_a_csv(text: str) -> None:
    assert csv_rows(to_csv(pd.DataFrame({"a": [text], "b": [1]})))[1] == [text, "1"]


def test_numbers_in_a_csv_are_unrounded_and_a_negative_one_is_no_formula() -> None:
    frame = pd.DataFrame({"a": [-1.5, 58.333333333333336], "n": [1, -2], "c": ["x", "y"]})
    assert to_csv(frame) == b"a,n,c\n-1.5,1,x\n58.333333333333336,-2,y\n"


def test_missing_is_an_empty_csv_cell_whatever_the_column_holds() -> None:
    frame = pd.DataFrame(
        {
            "number": [1.0, None],
            "text": pd.Series(["a", None], dtype="str"),
            "day": pd.to_datetime(["2026-03-03", None]),
            "whole": pd.Series([7, None], dtype="Int64"),
        }
    )
    assert to_csv(frame) == b"number,text,day,whole\n1.0,a,2026-03-03,7\n,,,\n"


def test_days_and_moments_are_written_in_one_way_in_a_csv() -> None:
    frame = pd.DataFrame(
        {
            "day": [date(2026, 3, 3)],
            "moment": [pd.Timestamp("2026-03-03 14:05")],
            "zoned": [datetime(2026, 3, 3, 14, 5, tzinfo=UTC)],
            "yes": [True],
        }
    )
    row = csv_rows(to_csv(frame))[1]
    assert row == ["2026-03-03", "2026-03-03T14:05:00", "2026-03-03T14:05:00", "true"]


@pytest.mark.parametrize("text", ["a\rb", "a\nb", "a\r\nb", 'say "x"', "a,b", " a ", "a;b"])
def test_no_text_splits_a_csv_row_or_cell(text: str) -> None:
    content = to_csv(pd.DataFrame({"a": [text, "next"], "b": [1, 2]}))
    assert csv_rows(content) == [["a", "b"], [text, "1"], ["next", "2"]]


def test_a_csv_is_plain_utf_8_and_marked_only_for_excel() -> None:
    frame = pd.DataFrame({"name": ["Ångström"]})
    assert to_csv(frame) == "name\nÅngström\n".encode()
    assert to_csv(frame, for_excel=True) == b"\xef\xbb\xbf" + to_csv(frame)


def test_a_csv_of_one_column_keeps_its_empty_rows() -> None:
    content = to_csv(pd.DataFrame({"a": ["x", None, "y"]}))
    assert csv_rows(content) == [["a"], ["x"], [""], ["y"]]


def test_an_empty_frame_is_a_header_in_every_format() -> None:
    frame = pd.DataFrame({"a": pd.Series([], dtype="str"), "b": pd.Series([], dtype="float64")})
    assert to_csv(frame) == b"a,b\n"
    assert sheet(to_xlsx({"s": frame})) == [["a", "b"]]
    assert list(pd.read_parquet(io.BytesIO(to_parquet(frame))).columns) == ["a", "b"]


@pytest.mark.parametrize("text", [*FORMULAS, "#N/A", "http://a.example/x", "TRUE", "2026-01-01"])
def test_text_in_a_sheet_is_text_never_a_formula_link_or_error(text: str) -> None:
    content = to_xlsx({"s": pd.DataFrame({text: [text]})})
    cells = [row[0] for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]
    shown = text.replace("\r", "\n")  # a sheet has one kind of line break
    assert [cell.value for cell in cells] == [shown, shown]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    assert "<f>" not in xml_of(content)
    assert "hyperlink" not in xml_of(content)


def test_values_in_a_sheet_keep_their_kind() -> None:
    frame = pd.DataFrame(
        {
            "text": ["00123", None],
            "number": [58.333333333333336, None],
            "whole": [120000.0, 5.0],
            "count": [3, 4],
            "day": pd.to_datetime(["2026-03-03", None]),
            "moment": pd.to_datetime(["2026-03-03 14:05", None]).tz_localize("UTC"),
            "yes": [True, False],
        }
    )
    content = to_xlsx({"Scores": frame})
    assert sheet(content)[1:] == [
        [
            "00123",
            pytest.approx(58.333333333333336, rel=1e-15),  # a sheet has 16 digits
            120000,
            3,
            pd.Timestamp("2026-03-03"),
            pd.Timestamp("2026-03-03 14:05"),
            True,
        ],
        [None, None, 5, 4, None, None, False],
    ]
    first = next(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(min_row=2))
    formats = [cell.number_format for cell in first]
    assert formats[1:3] == ["#,##0.00", "#,##0"]
    assert formats[4:6] == ["d mmm yyyy", "d mmm yyyy hh:mm"]


def test_what_a_sheet_would_bend_goes_in_as_text() -> None:
    frame = pd.DataFrame(
        {
            "long number": [1234567890123456789],
            "endless": [float("inf")],
            "long ago": [pd.Timestamp("1850-05-01")],
        }
    )
    assert sheet(to_xlsx({"s": frame}))[1] == ["1234567890123456789", "inf", "1850-05-01"]


def test_a_sheet_has_a_bold_frozen_header_filters_and_readable_widths() -> None:
    frame = pd.DataFrame({"customer_id": ["c1"], "name": ["A rather long name of a customer"]})
    page = load_workbook(io.BytesIO(to_xlsx({"s": frame}))).worksheets[0]
    assert page["A1"].font.bold
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B2"
    assert page.print_title_rows == "$1:$1"
    assert 8 <= page.column_dimensions["A"].width < page.column_dimensions["B"].width <= 60


def test_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    values = ["a" * 40_000, "😀" * 20_000, "b" * 32_767]
    letters, faces, whole = (
        row[0] for row in sheet(to_xlsx({"s": pd.DataFrame({"t": values})}))[1:]
    )
    assert letters == "a" * 32_766 + "…"
    assert faces == "😀" * 16_383 + "…"  # each counts twice
    assert whole == values[2]


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\ud800b", "a\uffffb"])
def test_what_no_file_can_hold_is_replaced_in_every_format(text: str) -> None:
    header = pd.Index([text], dtype="object")
    frame = pd.DataFrame([[text]], columns=header, dtype="object")
    assert to_csv(frame).decode() == "a\ufffdb\na\ufffdb\n"
    assert sheet(to_xlsx({text: frame})) == [["a\ufffdb"], ["a\ufffdb"]]
    read = pd.read_parquet(io.BytesIO(to_parquet(frame)))
    assert read.to_dict("list") == {"a\ufffdb": ["a\ufffdb"]}


def test_each_frame_gets_a_sheet_with_a_name_that_workbooks_accept() -> None:
    wanted = ["=cmd|'/c calc'!A1", "a/b:c", "a" * 40, "A" * 40, "", "History", "'x'", "Ångström"]
    given_names = sheet_names(wanted)
    assert given_names == [
        "cmd|' c calc'!A1",
        "a b c",
        "a" * 31,
        "A" * 27 + " (2)",
        "Sheet",
        "History (2)",
        "x",
        "Ångström",
    ]
    content = to_xlsx({name: pd.DataFrame({"a": [1]}) for name in wanted})
    assert load_workbook(io.BytesIO(content)).sheetnames == given_names


@given(st.lists(st.text(max_size=40), max_size=6))
def test_sheet_names_are_always_unique_and_short_enough(wanted: list[str]) -> None:
    given_names = sheet_names(wanted)
    assert len({name.casefold() for name in given_names}) == len(wanted)
    assert all(0 < len(name) <= 31 and name[0] not in "=+-@'" for name in given_names)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])), max_size=5))
def test_taking_one_apostrophe_away_gives_back_what_was_in_the_csv(texts: list[str]) -> None:
    frame = pd.DataFrame({"n": range(len(texts)), "t": pd.Series(texts, dtype="str")})
    read = [row[1] for row in csv_rows(to_csv(frame))[1:]]
    assert all(found in {text, "'" + text} for found, text in zip(read, texts, strict=True))
    assert not any(found.strip()[:1] in set("=+-@＝＋－＠") for found in read if found.strip())


def test_parquet_keeps_types_and_takes_mixed_columns_as_text() -> None:
    frame = pd.DataFrame(
        {
            "number": [1.5, None],
            "day": pd.to_datetime(["2026-03-03", None]),
            "mixed": [1, "a"],
            "said": ["=1+1", None],
            "more": [{"Size": "S"}, None],
        }
    )
    read = pd.read_parquet(io.BytesIO(to_parquet(frame)))
    assert read["number"].tolist()[0] == 1.5
    assert read["day"][0] == pd.Timestamp("2026-03-03")
    assert read["mixed"].tolist() == ["1", "a"]
    assert read["said"].tolist()[0] == "=1+1"  # no program takes a formula from this format
    assert read["more"].tolist()[0] == "{'Size': 'S'}"
    assert read[["number", "day", "said", "more"]].iloc[1].isna().all()


def test_the_suffix_decides_how_a_frame_is_written(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": ["x"]})
    for name in ("t.csv", "t.XLSX", "t.parquet"):
        write(frame, tmp_path / name)
    assert (tmp_path / "t.csv").read_bytes() == b"a\nx\n"
    assert sheet((tmp_path / "t.XLSX").read_bytes()) == [["a"], ["x"]]
    assert pd.read_parquet(tmp_path / "t.parquet").to_dict("list") == {"a": ["x"]}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("t.docx", r"\.csv, \.xlsx or \.parquet"),
        ("t", r"\.csv, \.xlsx or \.parquet"),
        ("missing/t.csv", "No such file or directory"),
    ],
)
def test_what_cannot_be_written_is_said_in_a_sentence(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(CmiError, match=why):
        write(pd.DataFrame({"a": [1]}), tmp_path / name)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not here")
def test_every_naughty_string_comes_back_from_every_format_and_none_is_a_formula() -> None:
    strings = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    frame = pd.DataFrame({"n": range(len(strings)), "s": pd.Series(strings, dtype="str")})
    clean = pd.read_parquet(io.BytesIO(to_parquet(frame)))["s"].tolist()
    changed = [(a, b) for a, b in zip(strings, clean, strict=True) if a != b]
    assert all("\ufffd" in b for _, b in changed)
    assert len(changed) <= 4  # those made of control characters
    in_csv = [row[1] for row in csv_rows(to_csv(frame))[1:]]
    assert [
        a if a == b else b.removeprefix("'") for a, b in zip(clean, in_csv, strict=True)
    ] == clean
    content = to_xlsx({"s": frame})
    in_sheet = [row[1] or "" for row in sheet(content)[1:]]
    assert in_sheet == clean
    assert "<f>" not in xml_of(content)
    assert "hyperlink" not in xml_of(content)
