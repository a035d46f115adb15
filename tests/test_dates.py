"""When a cell says: dates in every writing that exports use, and the order of their parts."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from cells import cases, column
from hypothesis import given
from hypothesis import strategies as st

from cmi.cells import dates as when
from cmi.cells.values import BLANKS, blank

ORDERS: tuple[when.Order, ...] = ("ymd", "dmy", "mdy")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day(cell: str, order: when.Order = "ymd") -> str:
    """The one day of a cell as ISO text, or "bad"."""
    found, bad = when.dates(column(cell), order)
    return "bad" if bad.iloc[0] else found.iloc[0].date().isoformat()


@pytest.mark.parametrize("order", ORDERS)
@cases(
    "cell expected",
    """
    2026-03-04 → 2026-03-04  2026-3-4 → 2026-03-04  2026/03/04 → 2026-03-04
    2026.03.04 → 2026-03-04  20260304 → 2026-03-04  2026-03-04T23:59:59 → 2026-03-04
    2026-03-04 12:00 → 2026-03-04  2026-03-04 12:00:00.123456 → 2026-03-04
    2026-03-04 12:00:00 UTC → 2026-03-04  2026-03-04 12:00:00 +0000 UTC → 2026-03-04
    2026-03-04T23:30:00Z → 2026-03-04  2026-03-04T00:30:00+02:00 → 2026-03-04
    2010-10-14T12:00:00.000Z-0300 → 2010-10-14  2024-02-29 → 2024-02-29  3 Mar 2026 → 2026-03-03
    3. March 2026 → 2026-03-03  3rd march 2026 → 2026-03-03  3-Mar-26 → 2026-03-03
    03MAR2026 → 2026-03-03  03/Mar/2026 → 2026-03-03  Mar 3, 2026 → 2026-03-03
    March 3rd, 2026 at 9:05 AM → 2026-03-03  Sept. 3, 2026 → 2026-09-03
    Tuesday, 3 March 2026 → 2026-03-03  Tue Mar 03 2026 → 2026-03-03  3–Mar–2026 → 2026-03-03
    ２０２６-０３-０４ → 2026-03-04  \u200e2026-03-04 → 2026-03-04
    31-Dec-68 → 2068-12-31  1-Jan-69 → 1969-01-01
    """,
)
def test_a_date_that_names_its_parts_needs_no_order(
    cell: str, expected: str, order: when.Order
) -> None:
    assert day(cell, order) == expected


@cases(
    "cell expected",
    """
    2026-Q1 → 2026-03-31  2026Q4 → 2026-12-31  Q2 2026 → 2026-06-30  Q3'26 → 2026-09-30
    q1-2026 → 2026-03-31  2026-02 → 2026-02-28  2024-02 → 2024-02-29  02/2024 → 2024-02-29
    1. Quartal 2026 → 2026-03-31  Quartal 4 2026 → 2026-12-31  T2 2026 → 2026-06-30
    1Q26 → 2026-03-31  3rd quarter of 2026 → 2026-09-30  2e trimestre 2026 → 2026-06-30
    H1 2026 → 2026-06-30  2026-H2 → 2026-12-31  2. Halbjahr 2026 → 2026-12-31
    März 2026 → 2026-03-31  Mai 2026 → 2026-05-31  août 2026 → 2026-08-31  enero 2026 → 2026-01-31
    3. Mrz 2026 → 2026-03-03  1er trimestre 2026 → 2026-03-31  Dez-26 → 2026-12-31
    Mar 2026 → 2026-03-31  April, 2026 → 2026-04-30  Mar-26 → 2026-03-31  Mar '26 → 2026-03-31
    """,
)
def test_a_month_or_quarter_stands_for_its_last_day(cell: str, expected: str) -> None:
    assert day(cell) == expected


@cases(
    "cell dmy mdy",
    """
    03/04/2026 → 2026-04-03 → 2026-03-04  3.4.2026 → 2026-04-03 → 2026-03-04
    03-04-26 → 2026-04-03 → 2026-03-04  31.12.2026 → 2026-12-31 → bad
    12/31/2026 → bad → 2026-12-31  28-07-2023 03:00 → 2023-07-28 → bad
    3/14/2026 9:05 AM → bad → 2026-03-14
    3/14/2026, 9:05:00\u202fAM → bad → 2026-03-14
    """,
)
def test_a_date_in_numbers_follows_the_order_of_its_column(cell: str, dmy: str, mdy: str) -> None:
    assert (day(cell, "dmy"), day(cell, "mdy")) == (dmy, mdy)
    assert day(cell, "ymd") == "bad"


@cases(
    "cell expected",
    """
    20000 → 1954-10-03  45000 → 2023-03-15  45000.75 → 2023-03-15  80000 → 2119-01-11  0 → bad
    19999 → bad  80001 → bad  99999 → bad  1700000000 → 2023-11-14  1700000000.5 → 2023-11-14
    1700000000000 → 2023-11-14  9999999999 → bad  170000000000 → bad
    """,
)
def test_a_number_is_a_spreadsheet_day_or_seconds_since_1970(cell: str, expected: str) -> None:
    assert day(cell, "dmy") == expected


@pytest.mark.parametrize("order", ORDERS)
@cases(
    "cell",
    """
    30 Feb 2026  2023-02-29  29-Feb-2023  2026-13-01  2026-00-10  2026-04-31  13/13/2026
    00/01/2026  31/04/2026  1899-12-31  2200-01-01  0001-01-01  9999-12-31  2026-Q5  2026
    2026-W05  26-Mar  Mar 26  3 Foo 2026  12:30  2026-03-04 25:00  2026-03-04 12:61
    2026-03-04 x  2026-03/04  tomorrow  #N/A  1,234  3  31/12  -45000  1/2/3  3/4/226
    2026-03-04 2026-03-05
    """,
)
def test_what_is_no_possible_date_is_bad(cell: str, order: when.Order) -> None:
    found, bad = when.dates(column(cell), order)
    assert bad.tolist() == [True]
    assert found.isna().tolist() == [True]


def test_a_very_long_cell_is_no_date() -> None:
    blanks = " " * 30_000
    assert day(f"{blanks}3{blanks}x") == day("1" * 30_000) == "bad"


def test_a_year_first_date_with_two_digits_is_never_guessed() -> None:
    assert day("26-03-04", "ymd") == "bad"


def test_dates_keep_their_rows_and_lose_their_time() -> None:
    text = pd.Series(["2026-03-04 17:00", "", "x", None], index=[9, 4, 4, 1], dtype="str")
    found, bad = when.dates(text, "ymd")
    assert found.dtype == "datetime64[us]"
    assert found.index.tolist() == bad.index.tolist() == [9, 4, 4, 1]
    assert found.iloc[0] == pd.Timestamp("2026-03-04 00:00")
    assert found.isna().tolist() == [False, True, True, True]
    assert bad.tolist() == [False, False, True, False]


def test_a_column_without_a_single_date_is_still_a_column_of_dates() -> None:
    for text in (column(), column("", None), column("x")):
        assert when.dates(text, "ymd")[0].dtype == "datetime64[us]"


possible = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(possible)
def test_any_possible_day_reads_back_in_every_writing(d: date) -> None:
    iso, month = d.isoformat(), MONTHS[d.month - 1]
    assert day(iso) == iso
    assert day(f"{iso}T23:59:59.999-11:00") == iso
    assert day(f"{d.day}/{d.month}/{d.year}", "dmy") == iso
    assert day(f"{d.month}/{d.day}/{d.year} 1:05 pm", "mdy") == iso
    assert day(f"{d.day} {month} {d.year}") == iso
    assert day(f"{month} {d.day}, {d.year}") == iso


@given(st.integers(1_000_000_000, 7_258_118_399))
def test_any_second_since_1970_is_its_day_in_utc(seconds: int) -> None:
    expected = (date(1970, 1, 1) + timedelta(days=seconds // 86_400)).isoformat()
    assert day(str(seconds)) == day(f"{seconds}000") == expected


@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.text(alphabet="0123456789-/.: TZQ", max_size=12),
            st.sampled_from(sorted(BLANKS)),
            possible.map(str),
        ),
        max_size=6,
    ),
    st.sampled_from(ORDERS),
)
def test_every_cell_is_a_date_or_bad_or_blank_and_only_one_of_them(
    texts: list[str], order: when.Order
) -> None:
    text = column(*texts)
    found, bad = when.dates(text, order)
    assert (found.notna().astype(int) + bad + blank(text)).tolist() == [1] * len(texts)
    assert found.dropna().dt.year.between(1900, 2199).all()


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2026-03-04", "2026-13-45"], "ymd"),
        (["3 Mar 2026", "45000", "", "x"], "ymd"),
        ([], "ymd"),
        (["03/04/2026", "31/12/2026"], "dmy"),
        (["28-07-2023 03:00", "01-08-2023"], "dmy"),
        (["03/04/2026", "12/31/2026 9:05 AM"], "mdy"),
        (["2026-03-04", "03/04/2026", "13/04/2026"], "dmy"),
        (["03/04/2026", "05/06/2026"], None),
        (["01/01/2026"], None),
        (["2026-03-04", "03/04/2026"], None),
        (["31/12/2026", "12/31/2026"], None),
        (["13/13/2026", "31/12/2026"], "dmy"),
        (["30/02/2026", "12/31/2026"], "mdy"),
        (["13/13/2026"], "ymd"),
    ],
)
def test_the_order_of_a_date_is_what_the_column_proves(cells: list[str], order: str | None) -> None:
    assert when.date_order(column(*cells)) == order


@given(st.lists(possible, min_size=1, max_size=8))
def test_the_order_found_is_never_the_wrong_one(days: list[date]) -> None:
    day_first = when.date_order(column(*(f"{d.day}/{d.month}/{d.year}" for d in days)))
    month_first = when.date_order(column(*(f"{d.month}/{d.day}/{d.year}" for d in days)))
    assert day_first in {"dmy", None}
    assert month_first in {"mdy", None}
    assert (day_first is None) == all(d.day <= 12 for d in days)
