"""What a cell says: numbers, money, yes or no."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest
from cells import cases, column
from hypothesis import given
from hypothesis import strategies as st

from cmi.cells import values
from cmi.cells.levels import levels

ANCHORS = ["Nobody owns it.", "One person tries", "Written down (and known)", "Measured"]
ANCHORS += ["Improved on evidence, within 30 days"]
GERMAN = str.maketrans(",.", ".,")

Reader = Callable[[pd.Series], tuple[pd.Series, pd.Series]]
READERS: list[Reader] = [
    values.numbers,
    partial(values.numbers, decimal=","),
    partial(levels, anchors=ANCHORS),
    values.booleans,
]


def number(cell: str, decimal: str = ".") -> float | None:
    """The one number of a cell, or None when it is bad."""
    found, bad = values.numbers(column(cell), decimal)
    return None if bad.iloc[0] else found.iloc[0]


@cases(
    "cell expected",
    """
    0 → 0  42 → 42  007 → 7  12.75 → 12.75  .5 → 0.5  +5 → 5  -5 → -5  −5 → -5  –5 → -5
    1,200- → -1200  (1,200) → -1200  ($1,200.50) → -1200.5  $(1,200.50) → -1200.5  -$5 → -5
    $-5 → -5  $450,000 → 450000  US$ 1,000 → 1000  1,000 USD → 1000  $1,000 CAD → 1000
    1000usd → 1000  kr. 500 → 500  500 kr → 500  1 200 → 1200  1'234.50 → 1234.5
    1’234.50 → 1234.5  12,34,567 → 1234567  1,23,456.78 → 123456.78  12% → 12  12.5 % → 12.5
    (3%) → -3  １２．５ → 12.5  450k → 450000  $450 K → 450000  1.2M → 1200000  8.2k → 8200
    £1.2m → 1200000  3bn → 3000000000  1e5 → 100000  2.00E-02 → 0.02  3E+3 → 3000
    1\u00a0200 → 1200  1\u202f200\u202f300.5 → 1200300.5  \ufeff12 → 12  1.234 → 1.234  1,234 → 1234
    """,
)
def test_a_number_is_read_as_people_write_it(cell: str, expected: str) -> None:
    assert number(cell) == float(expected)


def test_spaces_around_a_number_do_not_matter_and_zero_has_no_sign() -> None:
    assert number("  $  1,200.00  ") == 1200.0
    assert str(number("-0")) == "0.0"


@cases(
    "cell expected",
    """
    1.234,56 € → 1234.56  €1.000 → 1000  1 234,56 → 1234.56  3,5 → 3.5  ,5 → 0.5
    1.234.567 → 1234567  -0,5 % → -0.5  1,2 Mio. € → 1200000  1,5E+3 → 1500
    1.234 → 1234  1,234 → 1.234
    """,
)
def test_a_decimal_comma_is_read_when_the_column_has_one(cell: str, expected: str) -> None:
    assert number(cell, ",") == float(expected)


@cases(
    "cell",
    """
    1,23  1,2345  0,123  12,345,67  1,234 567  12 34  1.2.3  12-34  03/04/2026  12:30  4 or 5
    --5  (5  5)  -(5)  5 -  5.  12m  3 b  5 GB  12 months  Top 10  $  %  $5%  $1,000 EUR
    USD 5 EUR  $ -  kr.500  10²  ½  1_000  0x1F  1e999  INF  TRUE  nil  abc  #N/A  #DIV/0!
    5 mıo  5 ıls  5 ﬁ  ٤
    """,
)
def test_what_is_no_number_is_bad_and_never_a_value(cell: str) -> None:
    found, bad = values.numbers(column(cell, "1\n200", "9" * 30_000 + "x", " 1" * 15_000))
    assert bad.all()
    assert found.isna().all()


@pytest.mark.parametrize("read", READERS)
def test_a_blank_cell_is_missing_and_not_bad(read: Reader) -> None:
    words = "-  –  —  --  .  ?  n/a  N/A  na  NULL  None  NaN  unknown  Not available  TBD  (blank)"
    text = column(*words.split("  "), "", " ", "\u00a0", "\\N", None)
    found, bad = read(text)
    assert found.isna().all()
    assert not bad.any()
    assert values.blank(text).all()


@cases("cell", "0  0.0  nil  no  #N/A  North America  x")
def test_a_zero_an_error_and_a_word_are_not_blank(cell: str) -> None:
    assert values.blank(column(cell)).tolist() == [False]


def test_every_cell_keeps_its_place_and_the_index_of_its_row() -> None:
    text = pd.Series(["5", "", "5", "x", None], index=[7, 3, 9, 3, 1], dtype="str", name="Seats")
    found, bad = values.numbers(text)
    assert found.index.tolist() == bad.index.tolist() == [7, 3, 9, 3, 1]
    assert found.fillna(-1).tolist() == [5.0, -1.0, 5.0, -1.0, -1.0]
    assert bad.tolist() == [False, False, False, True, False]
    assert (found.name, found.dtype, bad.dtype) == ("Seats", "float64", "bool")


def test_a_column_without_rows_gives_empty_answers() -> None:
    found, bad = values.numbers(column())
    assert (len(found), found.dtype, len(bad), bad.dtype) == (0, "float64", 0, "bool")
    assert values.decimal_mark(column()) == "."
    assert values.currencies(column()).tolist() == []


money = st.floats(min_value=-1e12, max_value=1e12).map(lambda x: f"{x:,.2f}")


@given(money)
def test_any_amount_reads_back_plain_with_a_dollar_and_in_brackets(amount: str) -> None:
    exact = float(amount.replace(",", ""))
    assert number(amount) == exact
    assert number(f"${amount}") == exact
    if not amount.startswith("-"):
        assert number(f"(${amount})") == -exact


@given(money)
def test_any_amount_reads_back_in_german_swiss_and_french_writing(amount: str) -> None:
    exact = float(amount.replace(",", ""))
    assert number(amount.translate(GERMAN) + " €", ",") == exact
    assert number("CHF " + amount.replace(",", "'")) == exact
    assert number(amount.replace(",", "\u202f").replace(".", ","), ",") == exact


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_finite_float_as_a_program_writes_it_reads_back(x: float) -> None:
    assert number(repr(x)) == x


cells = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="0123456789.,'-+()%$€ kKmMeE/", max_size=12),
    st.sampled_from(sorted(values.BLANKS)),
    st.integers(-9, 99).map(str),
)


@given(st.lists(cells, max_size=6))
def test_every_cell_is_a_value_or_bad_or_blank_and_only_one_of_them(texts: list[str]) -> None:
    text = column(*texts)
    blank = values.blank(text)
    for read in READERS:
        found, bad = read(text)
        assert (found.notna().astype(int) + bad + blank).tolist() == [1] * len(texts)


@cases(
    "cells mark",
    """
    1.234,56 → ,  1,234.56 → .  3,5 → ,  12.75 → .  0,123 → ,  1234.567 → .  1.234.567 → ,
    1,234,567 → .  12,34,567 → .  12,5 % | 1.234 € | x | n/a → ,  1.234 | 12.5 → .
    1.234 → None  1,234 | 5 → None  $1,000 | € 2.000 → None  1.234,56 | 1,234.56 → None
    3,5 | 3.5 → None  5 | 1 200 | 450k | 12% → .  n/a | x → .
    """,
)
def test_the_decimal_mark_is_what_the_column_proves(cells: str, mark: str) -> None:
    assert str(values.decimal_mark(column(*cells.split(" | ")))) == mark


@cases(
    "cell code",
    """
    $5 → USD  US$ 5 → USD  5 € → EUR  1.234,56 € → EUR  £1.2m → GBP  ¥500 → JPY  A$5 → AUD
    $1,000 CAD → CAD  CHF 1'000 → CHF  1,000 sek → SEK  eur → EUR  USD → USD  ($5) → USD
    5 kr → none  5 → none  5 EUR USD → none  $5 EUR → none  12 QBR → none  try it → none  kr → none
    """,
)
def test_a_currency_is_named_only_by_its_sign_or_code(cell: str, code: str) -> None:
    found = values.currencies(column(cell, "", None))
    assert found.dtype == "str"
    assert found.fillna("none").tolist() == [code, "none", "none"]


def test_yes_and_no_are_understood_in_several_languages_and_nothing_else_is() -> None:
    yes = column("TRUE", "Yes", "Y", "1", "ja", "oui", "Sí", "x")
    no = column("False", "no", "N", "0", "0.0", "nein", "non")
    neither = column("maybe", "2", "yes and no", "#N/A")
    found, bad = values.booleans(pd.concat([yes, no, neither]))
    assert found.tolist() == [True] * 8 + [False] * 7 + [pd.NA] * 4
    assert bad.tolist() == [False] * 15 + [True] * 4
    assert found.dtype == "boolean"


def test_money_of_two_countries_in_one_column_is_read_cell_by_cell() -> None:
    found, bad = values.amounts(column("$450,000", "1.234,56 €", "(1,200)", "n/a", "soon"))
    assert found.tolist()[:3] == [450_000, 1234.56, -1200]
    assert found.isna().tolist()[3:] == [True, True]
    assert bad.tolist() == [False] * 4 + [True]


def test_three_decimals_of_money_are_decimals_only_where_the_column_shows_decimals() -> None:
    assert values.amounts(column("85.125", "90.25"))[0].tolist() == [85.125, 90.25]
    assert values.amounts(column("85.125", "90.250"))[0].tolist() == [85_125, 90_250]
