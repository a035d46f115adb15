"""CSV files as tools and people really write them: characters, delimiters, quotation marks."""

from __future__ import annotations

import csv
import io
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_files import kinds, rows, table

from cmi.files import csvfile, limits, sound
from cmi.files.grid import Broken, UnreadableError
from cmi.files.records import each_record
from cmi.files.table import parsed

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
        ("utf-32-le", b"", "UTF-32 without a mark"),
        ("utf-32-be", b"", "UTF-32 without a mark"),
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


def test_ids_keep_their_zeros_and_digits_and_a_region_may_be_called_na() -> None:
    found = table("id,number,region\n00123,1234567890123456789,NA\n1e5,0012345678901234567,None\n")
    assert rows(found) == [
        ("00123", "1234567890123456789", "NA"),
        ("1e5", "0012345678901234567", "None"),
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


def test_a_value_that_swallowed_rows_before_a_mark_showed_it_is_refused_too() -> None:
    found = table('id,name,note\n1,Acme,"\n2,Bolt,x\n3,"""\nq",y\n4,Cord,z\n5,Dent,w\n')
    assert rows(found) == [("4", "Cord", "z"), ("5", "Dent", "w")]
    assert [(reject.row, reject.cells) for reject in found.rejected] == [
        (2, ('1,Acme,"\n2,Bolt,x\n3,"""',)),
        (5, ('q",y',)),
    ]
    assert (found.rows, found.refused) == (6, 4)


def test_a_value_that_a_stray_mark_cut_short_is_refused_with_its_rest() -> None:
    found = table('id,name,note\n1,Acme,x\n2,Bolt,"one"\ntwo"\n3,Cord,y\n4,Dent,z\n')
    assert [row[0] for row in rows(found)] == ["1", "3", "4"]
    assert [(reject.row, reject.cells) for reject in found.rejected] == [
        (3, ('2,Bolt,"one"',)),
        (4, ('two"',)),
    ]


def test_lines_of_one_value_between_two_stray_marks_are_no_rows() -> None:
    found = table('id,name,note\n1,Acme,x\n2,"Bo"lt\na,b,c\nd",y\n3,Cord,y\n4,Dent,z\n')
    assert [row[0] for row in rows(found)] == ["1", "3", "4"]
    assert [reject.row for reject in found.rejected] == [3, 4, 5]


def test_a_stray_mark_where_the_header_may_stand_refuses_the_file() -> None:
    with pytest.raises(UnreadableError, match="line 1 has a stray quotation mark"):
        table('id,na"me\nx,Acme\ny,Bolt\n')


def test_a_row_of_another_width_is_refused_and_never_padded_or_cut() -> None:
    found = table("id,name,city\n1,Acme,Rome\n2,Bolt\n3,Cord,Oslo,x\n4,Dent,Bern,,\n")
    assert rows(found) == [("1", "Acme", "Rome")]
    assert kinds(found) == [("width", 3), ("width", 4), ("width", 5)]
    assert (found.rows, found.refused, found.blank) == (4, 3, 0)


def test_delimiters_that_end_every_row_are_no_cells() -> None:
    found = table("id,name,city\n1,Acme,Rome,\n2,Bolt,,\n3,Cord,Oslo\n")
    assert rows(found) == [("1", "Acme", "Rome"), ("2", "Bolt", "")]
    assert kinds(found) == [("header", None), ("width", 4)]
    assert found.issues[0].message == (
        "The rows have 4 cells and the header 3; what is beyond is blank."
    )


def test_delimiters_that_end_the_header_only_are_no_names() -> None:
    found = table("id,name,,\n1,Acme\n2,Bolt\n3,Cord,,\n")
    assert found.columns == {"id": ("1", "2"), "name": ("Acme", "Bolt")}
    assert kinds(found) == [("width", 4)]


def test_a_value_with_a_bare_delimiter_before_a_blank_last_cell_is_not_shifted() -> None:
    found = table("id,name,city\n1,Acme,Rome\n2,Bolt, Inc,\n3,Cord,Oslo\n")
    assert rows(found) == [("1", "Acme", "Rome"), ("3", "Cord", "Oslo")]
    assert found.rejected[0].cells == ("2", "Bolt", " Inc", "")


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
    assert {issue.kind for issue in found.issues} == {"quote"}


@settings(max_examples=300)
@given(
    text=st.text(st.sampled_from('ab,"\n\r; '), max_size=40),
    delimiter=st.sampled_from(",;"),
    block=st.sampled_from([1, 5, 1_000]),
)
def test_the_fast_way_reads_what_is_sound_as_the_strict_way_does(
    text: str, delimiter: str, block: int
) -> None:
    with patch.object(sound, "_BLOCK", block):
        fast = sound.sound_records(text, delimiter)
    try:
        slow = list(each_record(text, delimiter))
    except UnreadableError:
        assert fast is None
        return
    if any(isinstance(record, Broken) for record in slow):
        assert fast is None
    else:
        assert fast is not None
        assert list(zip(fast[1], fast[0], strict=True)) == slow


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
