"""Rows inside a table that are no data of it are told and can be brought back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_files import filled, kinds, only, rows, saved, table

ACCOUNTS = "id,name,unit,arr\n1,Acme,A,10\n2,Bolt,B,20\n"
ORDERS = "order,qty,kind,price\na,1,kg,5\nb,2,kg,6\n"


def ids(text: str) -> tuple[str, ...]:
    return table(text).columns["id"]


def test_another_table_below_a_blank_row_is_refused_and_not_mixed_in() -> None:
    for between in ("\n", "\nOrders,,,\n", ",,,\n"):
        found = table(ACCOUNTS + between + ORDERS)
        assert found.columns["id"] == ("1", "2")
        assert [reject.cells[0] for reject in found.rejected][-3:] == ["order", "a", "b"]
        assert {kind for kind, _ in kinds(found)} == {"skipped"}


def test_the_same_table_on_the_next_page_goes_on() -> None:
    again = ACCOUNTS.replace("id", "ID ").replace("1,", "3,").replace("2,", "4,")
    assert ids(f"{ACCOUNTS}\n{again}") == ("1", "2", "3", "4")


@pytest.mark.parametrize("row", ["x,Cord,C,30", "x,Cord,C,unknown", ",Cord,C,", "x,y,z,"])
def test_a_row_of_data_below_a_blank_row_is_no_other_table(row: str) -> None:
    assert len(ids(f"{ACCOUNTS}\n{row}\n4,Dent,D,40\n5,Earl,E,50\n")) == 5


def test_units_and_ruled_lines_below_the_header_are_no_data() -> None:
    assert ids(ACCOUNTS.replace("1,Acme", ",,,EUR\n1,Acme")) == ("1", "2")
    found = table(ACCOUNTS.replace("1,Acme", "--,----,--,---\n1,Acme"))
    assert [(reject.row, reject.why) for reject in found.rejected] == [
        (2, "The row is a ruled line.")
    ]


@pytest.mark.parametrize("row", ["n/a,Cord,C,n/a", ",Cord,,unknown", "-,-,-,-", "3,,,"])
def test_a_first_row_that_lacks_values_is_data(row: str) -> None:
    assert len(ids(ACCOUNTS.replace("1,Acme", f"{row}\n1,Acme"))) == 3


def test_sums_of_the_rows_above_are_told_and_never_added_up_again() -> None:
    found = table(
        "region,customer,arr\nNorth,Acme,10\nNorth,Bolt,20.5\nNorth Total,,30.5\n"
        "South,Cord,5\nTotal South,,5\n,Subtotal of all,35.5\nEast,Dent,7\n"
    )
    assert found.columns["customer"] == ("Acme", "Bolt", "Cord", "Dent")
    assert [(reject.row, reject.why) for reject in found.rejected] == [
        (line, "The row sums up rows above it.") for line in (4, 6, 7)
    ]
    assert (found.rows, found.refused) == (7, 3)


def test_sums_with_decimal_commas_are_sums_too() -> None:
    found = table("kunde;umsatz\nAcme;1.000,50\nBolt;20,25\nSumme Nord;1.020,75\nCord;5\n")
    assert found.columns["kunde"] == ("Acme", "Bolt", "Cord")


@given(st.integers(0, 10**6).filter(lambda number: number not in (30, 0)))
def test_a_customer_that_is_called_total_and_sums_up_nothing_is_data(number: int) -> None:
    found = table(f"customer,arr\nAcme,10\nBolt,20\nTotal Gas,{number}\nCord,5\n")
    assert rows(found)[2] == ("Total Gas", str(number))


def test_the_sums_of_a_pivot_in_a_workbook_are_no_customers() -> None:
    book, _ = filled(
        ("Region", "Customer", "ARR"),
        ("North", "Acme", 0.1),
        ("North", "Bolt", 0.2),
        ("North Total", None, 0.1 + 0.2),
        ("South", "Cord", 5),
        ("Grand Total", None, 5.3),
    )
    found = only(saved(book))
    assert list(found.frame["Customer"]) == ["Acme", "Bolt", "Cord"]
    assert [(p.kind, p.row) for p in found.problems] == [("skipped", 4), ("skipped", 6)]


def test_rows_that_are_numbered_without_a_name_for_it_keep_their_columns() -> None:
    found = table("name,arr\n1,Acme,10\n2,Bolt,20\n")
    assert found.columns == {"Column 1": ("1", "2"), "name": ("Acme", "Bolt"), "arr": ("10", "20")}
    assert table("name,arr\nAcme,1,5\nBolt,2,5\n").refused == 2


def side_by_side(found) -> list[str]:
    return [issue.message for issue in found.issues if "side by side" in issue.message]


def test_two_tables_side_by_side_are_told_and_not_mixed_silently() -> None:
    longer = table("id,name,,order,qty\n1,Acme,,a,5\n2,Bolt,,b,6\n,,,c,7\n")
    named_alike = table("id,arr,,id,qty\n1,10,,a,5\n2,20,,b,6\n")
    for found, words in ((longer, 'up to "name" and those from "order"'), (named_alike, '"id')):
        (said,) = side_by_side(found)
        assert words in said


def test_an_empty_column_within_one_table_is_no_second_table() -> None:
    for text in ("id,name,,unit,arr\n1,Acme,,A,10\n2,Bolt,,B,20\n", "id,,name\n1,,Acme\n2,,\n"):
        assert side_by_side(table(text)) == []
