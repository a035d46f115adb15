"""CSV files as tools and people really write them."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmi.files import csvfile, limits, parent, read
from cmi.files.grid import Broken, UnreadableError
from cmi.files.records import each_record, records
from cmi.files.table import Parsed, parsed
from cmi.problems import FileUnreadableError


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


# through the child process


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


# character sets


@pytest.mark.parametrize(
    ("codec", "mark", "note"),
    [
        ("utf-8", b"\xef\xbb\xbf", "UTF-8"),
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-32-le", b"\xff\xfe\x00\x00", "UTF-32"),
        ("utf-32-be", b"\x00\x00\xfe\xff", "UTF-32"),
        ("utf-16-le", b"", "UTF-16 without a mark"),
        ("utf-16-be", b"", "UTF-16 without a mark"),
    ],
)
def test_a_byte_order_mark_or_its_pattern_decides(codec: str, mark: bytes, note: str) -> None:
    found = table(mark + "name,city\nMüller,Łódź\n".encode(codec))
    assert found.columns == {"name": ("Müller",), "city": ("Łódź",)}
    assert found.notes[0] == note
    assert found.issues == []


def test_text_that_is_not_utf8_is_read_as_windows_1252_and_says_so() -> None:
    found = table("name,city\nMüller,Köln €\n".encode("cp1252"))
    assert found.columns == {"name": ("Müller",), "city": ("Köln €",)}
    assert kinds(found) == [("encoding", None)]


def test_unprintable_characters_are_replaced_and_reported_by_cell() -> None:
    found = table(b'name,city\nAc\x00me,Rome\nBolt,\xed\xa0\x80Oslo\nTab\tbed,"two\nlines"\n')
    assert rows(found) == [("Ac�me", "Rome"), ("Bolt", "�Oslo"), ("Tab\tbed", "two\nlines")]
    assert [(i.kind, i.row, i.column) for i in found.issues] == [
        ("control", 2, "name"),
        ("control", 3, "city"),
    ]


# delimiters


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    found = table(f"name{delimiter}arr\nAcme{delimiter}100\nBolt{delimiter}200\n")
    assert found.columns == {"name": ("Acme", "Bolt"), "arr": ("100", "200")}


def test_decimal_commas_do_not_make_a_semicolon_file_a_comma_file() -> None:
    found = table("Umsatz, EUR;Kosten, EUR\n1,5;2,5\n3,25;4,5\n")
    assert found.columns == {"Umsatz, EUR": ("1,5", "3,25"), "Kosten, EUR": ("2,5", "4,5")}


def test_values_with_semicolons_do_not_make_a_comma_file_a_semicolon_file() -> None:
    found = table("name,tags\nAcme,a;b\nBolt,c;d\nCord,e;f\n")
    assert found.columns["tags"] == ("a;b", "c;d", "e;f")


def test_a_single_column_may_hold_commas() -> None:
    found = table("comment\nGood\nFast, and cheap\nFine\n")
    assert found.columns == {"comment": ("Good", "Fast, and cheap", "Fine")}
    assert "one column" in found.notes


# quotation marks and widths


def test_quoted_line_ends_delimiters_and_doubled_marks_are_part_of_the_value() -> None:
    found = table('a,b\r\n"1,2","say ""hi"""\r\n"x\r\ny",z\r\nlast,one\r\n')
    assert rows(found) == [("1,2", 'say "hi"'), ("x\r\ny", "z"), ("last", "one")]
    assert found.lines == [2, 3, 5]


@pytest.mark.parametrize("bad", ['2,5" pipe', '2,"Bo"lt', '"2"x,Bolt', '2, "Bolt"'])
def test_a_stray_quotation_mark_costs_its_row_and_no_other(bad: str) -> None:
    found = table(f'id,name\n1,"Acme"\n{bad}\n3,"Co,rd"\n')
    assert rows(found) == [("1", "Acme"), ("3", "Co,rd")]
    assert kinds(found) == [("quote", 3)]
    assert found.refused == 1


def test_a_mark_that_is_opened_and_closed_in_another_row_costs_the_lines_between() -> None:
    found = table('id,name\n1,"Acme\n2,"Bolt"\n3,"Cord"\n')
    assert rows(found) == [("3", "Cord")]
    assert kinds(found) == [("quote", 2)]
    assert "Lines 2 to 3 were left out" in found.issues[0].message
    assert found.refused == 2


def test_a_stray_mark_where_the_header_may_stand_refuses_the_file() -> None:
    with pytest.raises(UnreadableError, match="line 1 has a stray quotation mark"):
        table('id,na"me\nx,Acme\ny,Bolt\n')


def test_a_row_of_another_width_is_refused_and_never_padded_or_cut() -> None:
    found = table("id,name,city\n1,Acme,Rome\n2,Bolt\n3,Cord,Oslo,x\n4,Dent,Bern,,\n")
    assert rows(found) == [("1", "Acme", "Rome"), ("4", "Dent", "Bern")]
    assert kinds(found) == [("width", 3), ("width", 4)]
    assert (found.rows, found.refused, found.blank) == (4, 2, 0)


def test_rows_wider_than_the_header_are_all_refused() -> None:
    found = table("name,city\nAcme,Rome,x\nBolt,Oslo,y\n")
    assert list(found.columns) == ["name", "city"]
    assert (len(found.lines), found.refused) == (0, 2)


def test_blank_rows_are_counted_as_blank() -> None:
    found = table("id,name\n1,Acme\n\n,\n  ,\n2,Bolt\n\n")
    assert found.lines == [2, 6]
    assert (found.rows, found.blank) == (6, 4)


def test_a_cell_longer_than_a_spreadsheet_holds_costs_its_row() -> None:
    found = table(f"id,name\n1,Acme\n2,{'x' * 32_768}\n3,{'y' * 32_767}\n")
    assert found.columns["id"] == ("1", "3")
    assert kinds(found) == [("skipped", 3)]


def test_more_problems_than_anyone_reads_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PROBLEMS_PER_KIND", 2)
    found = table("id,name\n1,Acme\n2\n3\n4\n5\n6,Bolt\n")
    assert [i.message for i in found.issues] == [
        "The same is wrong in 2 more places.",
        "The row has 1 cell, the table 2 columns.",
        "The row has 1 cell, the table 2 columns.",
    ]
    assert found.refused == 4


# headers and footers


def test_titles_above_the_header_are_left_out_and_quoted() -> None:
    found = table("Accounts by owner\nAs of 2026-03-31\n\nId,Name,ARR\n1,Acme,10\n2,Bolt,20\n")
    assert list(found.columns) == ["Id", "Name", "ARR"]
    assert found.lines == [5, 6]
    assert [(i.kind, i.row, i.value) for i in found.issues] == [
        ("skipped", 1, "Accounts by owner"),
        ("skipped", 2, "As of 2026-03-31"),
    ]
    assert "header in row 4" in found.notes


def test_a_blank_first_row_and_a_blank_first_column_do_no_harm() -> None:
    found = table(",,\n,Customer ID,Customer Name\n,c1,Acme\n,c2,Bolt\n")
    assert found.columns == {"Customer ID": ("c1", "c2"), "Customer Name": ("Acme", "Bolt")}
    assert "1 column without name and values left out" in found.notes
    assert found.issues == []


def test_a_column_with_values_and_no_name_is_called_by_its_place() -> None:
    found = table("id,name,\n1,Acme,x\n2,Bolt,\n")
    assert found.columns["Column 3"] == ("x", "")
    assert [(i.kind, i.column) for i in found.issues] == [("header", "Column 3")]


def test_names_that_differ_only_in_case_or_space_are_told_apart_and_reported() -> None:
    found = table("Name,ARR, name ,name (2)\nAcme,1,2,3\n")
    assert list(found.columns) == ["Name", "ARR", "name (3)", "name (2)"]
    (issue,) = found.issues
    assert issue.kind == "header"
    assert issue.message == (
        'Columns 1 and 3 are both named "name"; the later one is called "name (3)".'
    )


def test_html_and_line_ends_in_headers_are_taken_out() -> None:
    found = table('"<b>Customer</b> id","Net\nARR &amp; more","Score <5"\n1,2,3\n')
    assert list(found.columns) == ["Customer id", "Net ARR & more", "Score <5"]


def test_questions_over_their_options_become_one_header() -> None:
    found = table(
        "RespondentID,Email,What do you use?,,,Why?\n"
        ",,Reports,Alerts,API,Open-Ended Response\n"
        "11,a@x.com,Reports,,API,Speed\n"
        "12,b@x.com,,Alerts,,Price\n"
    )
    assert list(found.columns) == [
        "RespondentID",
        "Email",
        "What do you use?: Reports",
        "What do you use?: Alerts",
        "What do you use?: API",
        "Why?: Open-Ended Response",
    ]
    assert found.lines == [3, 4]
    assert kinds(found) == [("header", 1)]


def test_without_a_header_no_row_is_lost() -> None:
    found = table("Bob,35,Rome\nAnn,28,Oslo\n")
    assert found.columns["Column 1"] == ("Bob", "Ann")
    assert kinds(found) == [("header", None)]


def test_years_and_months_may_name_columns() -> None:
    found = table("Customer,2024,2025,2026-01-31\nAcme,10,20,30\n")
    assert list(found.columns) == ["Customer", "2024", "2025", "2026-01-31"]


def test_the_footer_of_a_crm_report_is_no_data() -> None:
    found = table(
        '"Account Name","Type","ARR"\n"Acme","Customer","10"\n"Total","Customer","20"\n\n'
        '"Grand Totals (2 records)"\n"Total","","30"\n\n'
        '"Confidential Information - Do Not Distribute"\n'
        '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
    )
    assert found.columns["Account Name"] == ("Acme", "Total")
    assert [kind for kind, _ in kinds(found)] == ["skipped"] * 4
    assert (found.rows, found.refused, found.blank) == (8, 4, 2)
    assert "4 footer rows left out" in found.notes


def test_a_short_last_row_without_a_blank_row_above_is_no_footer() -> None:
    found = table("id,name\n1,Acme\n2,Bolt\n3\n")
    assert kinds(found) == [("width", 4)]


def test_a_header_that_comes_again_is_no_data() -> None:
    found = table("id,name\n1,Acme\nid,name\n2,Bolt\n")
    assert found.columns["id"] == ("1", "2")
    assert kinds(found) == [("skipped", 3)]


# properties

CELL = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from(',;\t|"\n\r'))


@settings(max_examples=200)
@given(
    body=st.lists(st.tuples(CELL, CELL, CELL), max_size=8),
    # with other line ends Python writes a lone return without quotes: two rows to any reader
    style=st.sampled_from([(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_ALL, "\n")]),
)
def test_what_a_csv_writer_writes_is_read_back_exactly(
    body: list[tuple[str, str, str]], style: tuple[int, str]
) -> None:
    written = [(str(number), *cells) for number, cells in enumerate(body)]
    out = io.StringIO()
    writer = csv.writer(out, quoting=style[0], lineterminator=style[1])
    writer.writerows([("id", "customer", "city", "remark"), *written])
    found = table(out.getvalue())
    assert rows(found) == written
    assert (found.refused, found.blank, found.issues) == (0, 0, [])


@settings(max_examples=500)
@given(data=st.data(), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_one_quotation_mark_too_many_or_too_few_never_changes_another_row(
    data: st.DataObject, quoting: int
) -> None:
    body = [(str(i), f"name {i}", "", "x, y") for i in range(6)]
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator="\n").writerows(body)
    text = out.getvalue()
    at = data.draw(st.integers(0, len(text) - 1))
    spoilt = text[:at] + ("" if text[at] == '"' else '"') + text[at + (text[at] == '"') :]
    try:
        found = table("id,customer,city,remark\n" + spoilt)
    except UnreadableError:  # never closed: the whole file
        return
    line = text.count("\n", 0, at) + 2
    assert found.rows == len(body)
    assert set(found.lines).isdisjoint({line})
    assert set(rows(found)) < set(body)
    assert [issue.kind for issue in found.issues] == ["quote"]


@settings(max_examples=300)
@given(text=st.text(st.sampled_from('ab,"\n\r; '), max_size=40), delimiter=st.sampled_from(",;"))
def test_the_fast_way_and_the_strict_way_read_the_same(text: str, delimiter: str) -> None:
    try:
        slow = list(each_record(text, delimiter))
    except UnreadableError:
        with pytest.raises(UnreadableError):
            records(text, delimiter)
        return
    fast_rows, fast_lines, broken = records(text, delimiter)
    fast = zip(fast_lines, ([] if row == [""] else row for row in fast_rows), strict=True)
    assert list(fast) == [r for r in slow if not isinstance(r, Broken)]
    assert broken == [r for r in slow if isinstance(r, Broken)]


@settings(max_examples=300)
@given(content=st.binary(max_size=80) | st.text('ab1,;"\n\t', max_size=80).map(str.encode))
def test_whatever_the_bytes_columns_are_even_and_names_unique(content: bytes) -> None:
    try:
        found = parsed(csvfile.grid(content))
    except UnreadableError:
        return
    if found is not None:
        assert all(len(cells) == len(found.lines) for cells in found.columns.values())
        assert len({name.casefold() for name in found.columns}) == len(found.columns)
        assert sorted(set(found.lines)) == found.lines


@settings(max_examples=300)
@given(lines=st.lists(st.text("ab1, ", max_size=8), min_size=1, max_size=12))
def test_every_line_below_the_header_is_kept_refused_or_blank(lines: list[str]) -> None:
    found = table("\n".join(["id,name,city", "1,Acme,Rome", *lines, "2,Bolt,Oslo", ""]))
    assert list(found.columns) == ["id", "name", "city"]
    assert found.rows == len(lines) + 2
    assert found.blank == sum(1 for line in lines if not line.replace(",", "").strip())
    even = [line for line in lines if line.replace(",", "").strip() and line.count(",") == 2]
    assert len(found.lines) >= len(even) + 2
