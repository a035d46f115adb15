"""Workbooks as people keep them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_files import filled, number, only, parts, saved, zipped
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from cmi.files import numberformat, read

# what a cell says


def test_numbers_become_text_without_being_bent() -> None:
    book, _ = filled(
        ("value",), (7,), (7.0,), (0.1,), (1200000,), (-3.25,), (1e-7,), ("007",), ("1e5",)
    )
    values = list(only(saved(book)).frame["value"])
    assert values == ["7", "7", "0.1", "1200000", "-3.25", "1e-07", "007", "1e5"]


def test_dates_and_times_become_iso() -> None:
    book, _ = filled(
        ("when",),
        (date(2026, 3, 31),),
        (datetime.fromisoformat("2026-03-31T14:05"),),
        (datetime.fromisoformat("2026-03-31"),),
        (time(14, 5),),
        (timedelta(hours=36),),
        (date(1900, 1, 1),),
    )
    assert list(only(saved(book)).frame["when"]) == [
        "2026-03-31",
        "2026-03-31T14:05:00",
        "2026-03-31T00:00:00",
        "14:05:00",
        "36:00:00",
        "1900-01-01",
    ]


def test_dates_since_1904_are_right() -> None:
    book, _ = filled(("when",), (date(2026, 3, 31),), (datetime.fromisoformat("1904-01-02T06:00"),))
    book.epoch = CALENDAR_MAC_1904
    assert list(only(saved(book)).frame["when"]) == ["2026-03-31", "1904-01-02T06:00:00"]


def test_a_date_that_only_spreadsheets_know_and_one_outside_the_calendar() -> None:
    day = numberformat.writer("yyyy-mm-dd", since_1904=False)
    assert day is not None
    assert [day("59"), day("60"), day("61")] == ["1900-02-28", "1900-02-29", "1900-03-01"]
    assert [day("-1"), day("0"), day("2958466")] == ["-1", "0", "2958466"]
    assert day("2958465") == "9999-12-31"


@pytest.mark.parametrize(
    ("code", "raw", "text"),
    [
        ("0%", "0.75", "75%"),
        ("0.0%", "0.755", "75.5%"),
        ("0%", "1", "100%"),
        ("0%", "7.0000000000000007E-2", "7%"),
        ("00000", "123", "00123"),
        ("0", "123", "123"),
        ("#,##0.00", "1234.5", "1234.5"),
        ('"$"#,##0', "1200", "1200"),
        ("[$-409]mmmm d, yyyy", "46112", "2026-03-31"),
        ('0" days"', "12", "12"),
        ("[Red]0.00", "1.5", "1.5"),
        ("[h]:mm", "1.5", "36:00:00"),
        ("dd/mm/yyyy hh:mm", "46112.586805555555", "2026-03-31T14:05:00"),
        ("dd/mm/yyyy", "46112.25", "2026-03-31T06:00:00"),
        ("General", "1.2E+3", "1200"),
    ],
)
def test_the_number_format_tells_what_a_number_says(code: str, raw: str, text: str) -> None:
    write = numberformat.writer(code, since_1904=False) or numberformat.plain
    assert write(raw) == text


def test_percentages_and_leading_zeros_stay_as_the_sheet_shows_them() -> None:
    book, sheet = filled(("id", "share"), (123, 0.75), (45678, 0.5))
    for row in (2, 3):
        sheet.cell(row, 1).number_format = "00000"
        sheet.cell(row, 2).number_format = "0%"
    assert only(saved(book)).frame.to_dict("list") == {
        "id": ["00123", "45678"],
        "share": ["75%", "50%"],
    }


def test_truth_values_and_words_for_nothing_stay_text() -> None:
    book, _ = filled(("a", "b"), (True, "NA"), (False, "None"), ("null", "TRUE"))
    assert only(saved(book)).frame.to_numpy().tolist() == [
        ["TRUE", "NA"],
        ["FALSE", "None"],
        ["null", "TRUE"],
    ]


def test_ids_written_as_text_keep_their_zeros_and_all_their_digits() -> None:
    book, _ = filled(("id",), ("00123",), ("1234567890123456789",), ("0012345678901234567",))
    table = only(saved(book))
    assert list(table.frame["id"]) == ["00123", "1234567890123456789", "0012345678901234567"]
    assert not any("digits" in note for note in table.notes)


def test_a_sheet_whose_elements_have_a_prefix_is_read_alike() -> None:
    head = number("A1", "name").replace("<c ", '<c t="str" ')
    found = parts(head + number("A2", "7"))
    sheet = "".join(found["xl/sheet.xml"]).replace("</", "</x:").replace("<", "<x:")
    sheet = sheet.replace("<x:/x:", "</x:").replace("xmlns=", "xmlns:x=")
    assert list(only(zipped({**found, "xl/sheet.xml": sheet})).frame["name"]) == ["7"]


def test_whole_numbers_beyond_fifteen_digits_are_noted() -> None:
    rows = number("A1", "x").replace("<c ", '<c t="str" ') + number("A2", "1234567890123456789")
    table = only(zipped(parts(rows + number("A3", "1.2345678901234568E+18"))))
    assert list(table.frame["x"]) == ["1234567890123456789", "1234567890123456800"]
    assert any('digits in "x"' in note for note in table.notes)


def test_error_cells_are_empty_and_reported() -> None:
    book, _ = filled(("name", "arr"), ("Acme", "#N/A"), ("Bolt", 5))
    table = only(saved(book))
    assert list(table.frame["arr"]) == ["", "5"]
    (problem,) = table.problems
    assert (problem.kind, problem.row, problem.column) == ("error-cell", 2, "arr")
    assert (problem.sheet, problem.value) == ("Sheet", "#N/A")


def test_a_formula_counts_by_its_saved_value_and_is_reported_without_one() -> None:
    head = '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'
    body = (
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>1+1</f></c></row>'
        '<row r="3"><c r="A3" t="str"><f>""</f><v></v></c><c r="B3"><f>2</f><v>2</v></c></row>'
    )
    table = only(zipped(parts(head + body)))
    assert table.frame.to_numpy().tolist() == [["2", ""], ["", "2"]]
    assert [(p.kind, p.row, p.column) for p in table.problems] == [("formula", 2, "b")]


def test_shared_texts_lose_their_sound_marks_and_keep_their_runs() -> None:
    texts = (
        "<si><t>name</t></si><si><r><t>Ac</t></r><r><t>me</t></r><rPh><t>akume</t></rPh></si>"
        "<si><t>two_x000D_\nlines_x0007_</t></si>"
    )
    rows = "".join(number(f"A{i}", str(i - 1)).replace("<c ", '<c t="s" ') for i in (1, 2, 3))
    table = only(zipped(parts(rows, texts)))
    assert list(table.frame["name"]) == ["Acme", "two\r\nlines�"]
    assert [(p.kind, p.row) for p in table.problems] == [("control", 3)]


# which cells are a table


def test_every_visible_filled_sheet_is_a_table_and_hidden_ones_are_told() -> None:
    book, _ = filled(("id",), ("a",))
    book.create_sheet("Empty")
    book.create_sheet("Second").append(["name"])
    hidden = book.create_sheet("Lists")
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    first, second = read(saved(book), "book.xlsx")
    assert (first.sheet, second.sheet) == ("Sheet", "Second")
    assert [(p.kind, p.sheet) for p in first.problems] == [("skipped", "Lists")]


def test_titles_gaps_and_totals_are_told_from_data() -> None:
    book, sheet = filled(
        ("Accounts",), (), ("id", "name", "arr"), ("1", "Acme", 10), (), ("2", "Bolt", 20)
    )
    sheet.append(["Grand total", None, 30])
    table = only(saved(book))
    assert table.frame.to_dict("index") == {
        4: {"id": "1", "name": "Acme", "arr": "10"},
        6: {"id": "2", "name": "Bolt", "arr": "20"},
    }
    assert (table.rows, table.refused, table.blank) == (4, 1, 1)
    assert [(p.kind, p.row) for p in table.problems] == [("skipped", 1), ("skipped", 7)]


def test_cells_beyond_the_header_get_a_name_and_a_problem() -> None:
    book, _ = filled(("id", "name"), ("1", "Acme"), ("2", "Bolt", "", "call back"))
    table = only(saved(book))
    assert list(table.frame["Column 4"]) == ["", "call back"]
    assert "1 column without name and values left out" in table.notes
    assert [p.kind for p in table.problems] == ["header"]


def test_groups_merged_over_their_columns_are_part_of_the_names() -> None:
    book, sheet = filled(
        ("Accounts by owner",),
        ("Account", "Contact", None, "Revenue", None, "Owner"),
        (None, "Name", "Email", "2024", "2025", None),
        ("Acme", "Ann", "a@x.com", 10, 20, "Eve"),
        ("Bolt", "Bob", "b@x.com", 30, 40, "Eve"),
    )
    for area in ("A1:F1", "A2:A3", "B2:C2", "D2:E2", "F2:F3"):
        sheet.merge_cells(area)
    table = only(saved(book))
    assert list(table.frame.columns) == [
        "Account",
        "Contact: Name",
        "Contact: Email",
        "Revenue: 2024",
        "Revenue: 2025",
        "Owner",
    ]
    assert (list(table.frame.index), table.header_row) == ([4, 5], 3)
    assert [(p.kind, p.row) for p in table.problems] == [("skipped", 1), ("header", 2)]
    assert not any("merged" in note for note in table.notes)


def test_groups_merged_over_some_columns_only_leave_the_others_as_they_are() -> None:
    book, sheet = filled(
        (None, None, "Revenue", None),
        ("id", "name", "software", "services"),
        ("1", "Acme", 10, 20),
        ("2", "Bolt", 30, 40),
    )
    sheet.merge_cells("C1:D1")
    table = only(saved(book))
    assert list(table.frame.columns) == ["id", "name", "Revenue: software", "Revenue: services"]


def test_a_title_merged_over_columns_and_a_name_merged_over_values_are_no_groups() -> None:
    book, sheet = filled(
        ("All accounts", None, None), ("id", "name", "city"), ("1", "Acme", "Rome")
    )
    sheet.merge_cells("A1:B1")
    assert list(only(saved(book)).frame.columns) == ["id", "name", "city"]
    book, sheet = filled(
        ("Name", None, "City"),
        ("Ann", "Ames", "Rome"),
        ("Bob", "Burr", "Oslo"),
        ("Cid", "", "Bern"),
    )
    sheet.merge_cells("A1:B1")
    table = only(saved(book))
    assert list(table.frame.columns) == ["Name", "Column 2", "City"]
    assert len(table.frame) == 3


def test_merged_cells_below_the_header_are_noted() -> None:
    book, sheet = filled(("owner", "name"), ("Ann", "Acme"), (None, "Bolt"))
    sheet.merge_cells("A2:A3")
    table = only(saved(book))
    assert list(table.frame["owner"]) == ["Ann", ""]
    assert "1 merged area: only the first cell has the value" in table.notes


def test_the_content_decides_and_not_the_name() -> None:
    book, _ = filled(("id",), ("a",))
    (from_csv_name,) = read(saved(book), "book.csv")
    (from_xlsx_name,) = read(b"id,name\n1,Acme\n", "table.xlsx")
    assert list(from_csv_name.frame["id"]) == ["a"]
    assert list(from_xlsx_name.frame["name"]) == ["Acme"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_the_same_number_as_text(value: float) -> None:
    assert float(numberformat.plain(repr(value))) == value


@given(st.datetimes(datetime.fromisoformat("1900-03-01"), timezones=st.none()), st.booleans())
def test_a_moment_is_the_same_moment_as_text(moment: datetime, since_1904: bool) -> None:
    moment = moment.replace(microsecond=0)
    if since_1904:
        moment = max(moment, datetime.fromisoformat("1904-01-02"))
    epoch = CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900
    text = numberformat.moment(repr(to_excel(moment, epoch)), since_1904, timed=True)
    assert datetime.fromisoformat(text) == moment
