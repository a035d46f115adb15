"""CSV files that are written in another way than the standard says, and say so by themselves."""

from __future__ import annotations

import pytest
from odd_files import kinds, rows, table

from cmi.files.grid import UnreadableError

# delimiters


@pytest.mark.parametrize("said", ["sep=^", "SEP=^", '"sep=^"'])
def test_the_first_line_may_say_the_delimiter(said: str) -> None:
    found = table(f"{said}\nid^name\n1^Acme, Inc\n2^Bolt\n")
    assert found.columns == {"id": ("1", "2"), "name": ("Acme, Inc", "Bolt")}
    assert kinds(found) == [("skipped", 1)]


@pytest.mark.parametrize("sign", ["^", "~", "¦", "§", "\x01"])
def test_a_rare_delimiter_is_found_where_every_row_has_as_many(sign: str) -> None:
    found = table(f"id{sign}name\n1{sign}Acme\n2{sign}Bolt\n")
    assert found.columns == {"id": ("1", "2"), "name": ("Acme", "Bolt")}
    assert list(table(f"name\nAcme{sign}\nBolt\n").columns) == ["name"]


def test_what_parts_the_header_too_goes_before_what_parts_its_values_only() -> None:
    found = table("id,tags\n" + "".join(f"{n},a;b;c\n" for n in range(1, 9)))
    assert list(found.columns) == ["id", "tags"]
    assert found.columns["tags"] == ("a;b;c",) * 8


def test_sentences_in_a_single_column_are_not_parted_at_their_commas() -> None:
    found = table("customer\nAcme, Inc\nBolt, Ltd\nCord, AG\n")
    assert found.columns == {"customer": ("Acme, Inc", "Bolt, Ltd", "Cord, AG")}


def test_columns_of_spaces_are_refused_in_a_sentence() -> None:
    with pytest.raises(UnreadableError, match="its columns are parted by spaces"):
        table("id  customer   city\n1   Acme       Rome\n2   Bolt       Oslo\n")


# quotes


def test_values_in_single_quotes_may_hold_delimiters_and_lines() -> None:
    found = table("'id','name','note'\n'1','Acme, Inc','5\" pipe'\n'2','O''Neil','two\nlines'\n")
    assert rows(found) == [("1", "Acme, Inc", '5" pipe'), ("2", "O'Neil", "two\nlines")]
    assert "values in single quotes" in found.notes


def test_a_stray_single_quote_costs_its_row_and_shows_it_as_it_stands() -> None:
    found = table("'id','name'\n'1','O'Neil'\n'2','Bolt'\n")
    assert rows(found) == [("2", "Bolt")]
    assert found.rejected[0].cells == ("'1','O'Neil'",)


def test_apostrophes_are_part_of_names_when_the_header_has_no_quotes() -> None:
    found = table("id,name,city\n1,'t Hof,Rome\n2,O'Neil,Oslo\n3,'Bolt',Bern\n")
    assert found.columns["name"] == ("'t Hof", "O'Neil", "'Bolt'")


def test_a_mark_behind_a_backslash_is_part_of_the_value_when_every_row_is_sound_then() -> None:
    found = table('id,name\n1,"Acme \\"A, B\\" Inc"\n2,"C:\\\\"\n3,"Cord \\""\n')
    assert found.columns["name"] == ('Acme "A, B" Inc', "C:\\", 'Cord "')
    assert "quotation marks behind a backslash" in found.notes


def test_a_backslash_that_ends_a_value_hides_no_mark_where_the_standard_fits() -> None:
    found = table('id,path,city\n1,"C:\\",Rome\n2,"D:\\",Oslo\n')
    assert found.columns["path"] == ("C:\\", "D:\\")


def test_spaces_around_the_quotes_of_most_rows_are_no_fault() -> None:
    found = table('"id", "name" , "city"\n"1", "Acme, Inc" , "Rome"\n"2", "Bolt", "two\nlines"\n')
    assert rows(found) == [("1", "Acme, Inc", "Rome"), ("2", "Bolt", "two\nlines")]
    assert "spaces around the quotes" in found.notes


def test_rows_that_are_quoted_whole_are_taken_out_of_their_quotes() -> None:
    found = table('"id,""name"",city"\n"1,""Acme, Inc"",Rome"\n"2,Bolt,Oslo"\n')
    assert rows(found) == [("1", "Acme, Inc", "Rome"), ("2", "Bolt", "Oslo")]
    assert "each row in quotation marks" in found.notes


@pytest.mark.parametrize("head", ["name", '"City, country"'])
def test_a_single_column_in_quotes_stays_one(head: str) -> None:
    found = table(f'{head}\n"Acme, Inc"\n"Bolt, Ltd"\n')
    assert rows(found) == [("Acme, Inc",), ("Bolt, Ltd",)]


@pytest.mark.parametrize("written", ['="{}"', '"=""{}"""'])
def test_a_formula_that_only_says_text_is_that_text(written: str) -> None:
    one, two = written.format("007"), written.format("008")
    found = table(f"id,zip\n1,{one}\n2,{two}\n")
    assert found.columns["zip"] == ("007", "008")


# characters


def test_byte_order_marks_inside_joined_files_are_no_text() -> None:
    found = table("\ufeff\ufeffid,name\n1,Acme\n\ufeffid,name\n\ufeff2,Bolt\n")
    assert found.columns == {"id": ("1", "2"), "name": ("Acme", "Bolt")}
    assert kinds(found) == [("skipped", 3)]


def test_what_fills_a_file_up_behind_its_end_is_no_row() -> None:
    found = table(b"id,name\n1,Acme\n" + b"\0" * 400)
    assert (rows(found), found.rows) == ([("1", "Acme")], 1)
    assert table("id,name\n1,Acme\n\x1a").rows == 1


def test_a_line_from_elsewhere_in_a_utf8_file_is_told_and_bends_no_other() -> None:
    lines = ["name,city\n", "Müller,Köln\n", "Weiß,Łódź\n"]
    found = table("".join(lines).encode() + "Jürgen,Bern\n".encode("cp1252"))
    assert found.columns["name"] == ("Müller", "Weiß", "Jürgen")
    assert kinds(found) == [("encoding", 4)]


@pytest.mark.parametrize(
    ("codec", "name", "city"),
    [
        ("cp1251", "Ромашка", "Москва"),
        ("cp932", "株式会社山田", "東京"),
        ("gb18030", "华为技术公司", "深圳市"),
        ("cp949", "삼성전자", "서울특별시"),
    ],
)
def test_the_character_set_of_another_script_is_proposed(codec: str, name: str, city: str) -> None:
    found = table("".join(["id,x,y\n", *(f"{n},{name},{city}\n" for n in range(4))]).encode(codec))
    assert found.columns["x"] == (name,) * 4
    assert found.encoding == codec
    assert kinds(found) == [("encoding", None)]


@pytest.mark.parametrize(
    "start", ["<!-- x -->\n<html>", "<div>\n<table>", "[\n  {", '{\n  "a": 1', '["a","b"]\n[1,2]']
)
def test_a_web_page_or_json_is_refused_by_what_it_is(start: str) -> None:
    from cmi.files.signature import form

    with pytest.raises(UnreadableError, match=r"it is a (web page|JSON file)\."):
        form(f"\n {start}\n".encode())
    assert form(b"<TICKER>,<DATE>\nA,2026-01-01\n") == "text"


def test_thousands_of_columns_are_read_and_more_are_refused_in_a_sentence() -> None:
    names = [f"c{n}" for n in range(3_000)]
    assert len(table(",".join(names) + "\n" + ",".join("1" for _ in names)).columns) == 3_000
    with pytest.raises(UnreadableError, match=r"it has 3,001 columns; the most .* are 3,000"):
        table("a," * 3_000)
