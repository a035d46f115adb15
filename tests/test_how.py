"""How a file is read: what was found out is said, and a person may know better."""

from __future__ import annotations

import codecs
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_files import filled, saved

from cmi.files import AS_FOUND, How, Table, read
from cmi.files.encoding import ENCODINGS, decoded
from cmi.files.grid import UnreadableError
from cmi.problems import FileUnreadableError

MARKS = {getattr(codecs, f"BOM_UTF{form}") for form in ("8", "16_LE", "16_BE", "32_LE", "32_BE")}
REPORT = b"Accounts\nOwner: Ann\n\nid;name\n1;Acme\n2;Bolt\n"


def one(content: bytes, how: How = AS_FOUND) -> Table:
    (table,) = read(content, "x.csv", how)
    assert table.rows == len(table.frame) + table.refused + table.blank
    return table


def refusal(content: bytes, how: How) -> str:
    with pytest.raises(FileUnreadableError, match=r"x\.csv cannot be read: ") as error:
        read(content, "x.csv", how)
    return str(error.value).removeprefix("x.csv cannot be read: ")


# what was found out


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter", "header_row"),
    [
        (b"id,name\n1,Acme\n", "utf-8", ",", 1),
        (b"\xef\xbb\xbfid\tname\n1\tAcme\n", "utf-8", "\t", 1),
        ("id|name\n1|Łódź\n".encode("utf-16"), "utf-16-le", "|", 1),
        ("id;name\n1;Müller\n".encode("cp1252"), "cp1252", ";", 1),
        (REPORT, "utf-8", ";", 4),
        (b"name\nAcme\nBolt\n", "utf-8", "\n", 1),
        (b"Ann,35,Rome\nBob,28,Oslo\n", "utf-8", ",", 0),
        (b"id,mail,Uses?,,\n,,A,B,C\n1,a@x.com,A,,\n", "utf-8", ",", 2),
    ],
)
def test_a_table_says_as_data_how_it_was_read(
    content: bytes, encoding: str, delimiter: str, header_row: int
) -> None:
    found = one(content)
    assert (found.encoding, found.delimiter) == (encoding, delimiter)
    assert (found.header_row, found.hidden, found.hidden_sheets) == (header_row, False, ())
    told = one(content, How(encoding, delimiter, (("", header_row),)))
    assert told.frame.equals(found.frame)
    assert (told.encoding, told.delimiter, told.header_row) == (encoding, delimiter, header_row)


def test_a_proposal_is_a_problem_and_what_a_person_says_is_none() -> None:
    content = "name,city\nMüller,Köln\n".encode("cp1252")
    assert [problem.kind for problem in one(content).problems] == ["encoding"]
    assert one(content, How(encoding="cp1252")).problems == ()
    assert list(one(content, How(encoding="mac-roman")).frame["name"]) == ["M¸ller"]


# what a person says


def test_a_wrong_character_set_is_one_sentence() -> None:
    content = "id,name\n1,Müller\n".encode("cp1252")
    why = refusal(content, How(encoding="utf-8"))
    assert why.startswith("it is not in the character set UTF-8: byte 12 has no meaning there.")
    assert refusal(content, How(encoding="klingon")).startswith("the character set klingon is not")
    assert refusal(content, How(encoding="hex")) == "the character set hex is not known."


def test_every_character_set_that_is_offered_can_be_read() -> None:
    for encoding in ENCODINGS:
        found = one("id,name\n1,Acme\n".encode(encoding), How(encoding=encoding))
        assert found.frame.to_dict("list") == {"id": ["1"], "name": ["Acme"]}


@given(
    content=st.binary(max_size=60),
    codec=st.sampled_from(["", "utf-8", "cp1252", "utf-16-le", "utf-32-be"]),
)
@settings(max_examples=300)
def test_no_byte_is_replaced_or_lost_in_any_character_set(content: bytes, codec: str) -> None:
    try:
        found = decoded(content, codec)
    except UnreadableError:
        return
    foreign = {issue.row for issue in found.issues if issue.row}  # lines in another set
    lines = enumerate(found.text.split("\n"), start=1)
    codecs_of = ((line, "cp1252" if n in foreign else found.codec) for n, line in lines)
    feed = "\n".encode(found.codec)
    again = feed.join(line.encode(codec, "surrogatepass") for line, codec in codecs_of)
    assert content.endswith(again)
    assert content.removesuffix(again) in {b"", *MARKS}


def test_a_delimiter_that_nobody_would_guess_can_be_told() -> None:
    found = one(b"id~na,me\n1~Ac,me\n", How(delimiter="~"))
    assert found.frame.to_dict("list") == {"id": ["1"], "na,me": ["Ac,me"]}
    assert list(one(b"id,name\n1,Acme\n", How(delimiter="\n")).frame["id,name"]) == ["1,Acme"]


@pytest.mark.parametrize("delimiter", ["::", '"', "\r"])
def test_what_cannot_part_cells_is_refused_in_a_sentence(delimiter: str) -> None:
    assert "cannot be its delimiter" in refusal(b"id::name\n1::Acme\n", How(delimiter=delimiter))


def test_the_row_of_the_header_can_be_told() -> None:
    content = b"Ann,Rome\nname,city\nBob,Oslo\n"
    assert list(one(content).frame.columns) == ["Ann", "Rome"]
    told = one(content, How(header_row=(("", 2),)))
    assert told.frame.to_dict("index") == {3: {"name": "Bob", "city": "Oslo"}}
    assert [(problem.kind, problem.row) for problem in told.problems] == [("skipped", 1)]


def test_that_there_is_no_header_can_be_told_and_then_every_row_is_data() -> None:
    told = one(b"Ann,Rome\nBob\nCid,Oslo\n", How(header_row=(("", 0),)))
    assert told.frame.to_dict("index") == {
        1: {"Column 1": "Ann", "Column 2": "Rome"},
        3: {"Column 1": "Cid", "Column 2": "Oslo"},
    }
    assert [(reject.row, reject.cells) for reject in told.rejected] == [(2, ("Bob",))]


def test_one_row_of_a_header_of_two_can_be_told() -> None:
    content = b"id,mail,Uses?,,\n,,A,B,C\n1,a@x.com,A,,\n"
    told = one(content, How(header_row=(("", 1),)))
    assert (told.header_row, len(told.frame)) == (1, 2)
    assert list(told.frame.loc[2]) == ["", "", "A", "B", "C"]


def test_a_header_below_a_stray_mark_can_be_told() -> None:
    content = b'id,na"me,x\nid,name,x\n1,Acme,a\n2,Bolt,b\n'
    assert "stray quotation mark" in refusal(content, AS_FOUND)
    assert list(one(content, How(header_row=(("", 2),))).frame["name"]) == ["Acme", "Bolt"]


@pytest.mark.parametrize("row", [-1, 3, 7])
def test_a_header_where_nothing_stands_is_refused_in_a_sentence(row: int) -> None:
    why = refusal(REPORT, How(header_row=(("", row),)))
    assert why == f"row {row} cannot be its header; nothing can be read there."


# sheets


def workbook() -> bytes:
    book, _ = filled(("Accounts",), ("id", "name"), ("1", "Acme"))
    for name, state in {"Lists": "hidden", "Old": "veryHidden", "Empty": "visible"}.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        if state != "visible":
            sheet.append(["code"])
            sheet.append([name.lower()])
    return saved(book)


def test_hidden_sheets_are_on_offer_and_read_when_a_person_asks() -> None:
    (only,) = read(workbook(), "book.xlsx")
    assert (only.sheet, only.hidden, only.hidden_sheets) == ("Sheet", False, ("Lists", "Old"))
    assert (only.encoding, only.delimiter) == ("", "")
    sheet, lists = read(workbook(), "book.xlsx", How(hidden=("Lists",)))
    assert (lists.sheet, lists.hidden, list(lists.frame["code"])) == ("Lists", True, ["lists"])
    assert sheet.hidden_sheets == lists.hidden_sheets == ("Old",)
    assert [problem.sheet for problem in sheet.problems if problem.kind == "skipped"] == [
        "Old",
        "Sheet",
    ]


def test_the_header_is_told_for_each_sheet() -> None:
    how = How(header_row=(("Sheet", 1), ("Old", 0)), hidden=("Old",))
    sheet, old = read(workbook(), "book.xlsx", how)
    assert list(sheet.frame.columns) == ["Accounts", "Column 2"]
    assert old.frame.to_dict("index") == {1: {"Column 1": "code"}, 2: {"Column 1": "old"}}
    with pytest.raises(FileUnreadableError, match="row 9 in sheet Sheet cannot be its header"):
        read(workbook(), "book.xlsx", How(header_row=(("Sheet", 9),)))


def test_a_sheet_that_is_not_there_is_a_sentence() -> None:
    for how in (How(hidden=("Lost",)), How(header_row=(("Lost", 1),))):
        with pytest.raises(FileUnreadableError, match='no sheet called "Lost" is filled and read'):
            read(workbook(), "book.xlsx", how)


def test_a_workbook_of_hidden_sheets_only_says_what_is_on_offer() -> None:
    book, sheet = filled(("id",), ("1",))
    book.create_sheet("Front")
    sheet.sheet_state = "hidden"
    with pytest.raises(FileUnreadableError, match=r'no visible sheet .* not read: "Sheet"'):
        read(saved(book), "book.xlsx")
    (found,) = read(saved(book), "book.xlsx", How(hidden=("Sheet",)))
    assert list(found.frame["id"]) == ["1"]


def test_hostile_wishes_reach_the_child_as_they_are() -> None:
    with pytest.raises(FileUnreadableError, match="is filled and read"):
        read(workbook(), "book.xlsx", replace(AS_FOUND, hidden=('"; \ud800\0{}',)))
