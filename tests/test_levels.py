"""What level a cell says: by its number, or by the written anchor in one of its forms."""

from __future__ import annotations

import pytest
from cells import cases, column
from hypothesis import given
from hypothesis import strategies as st

from cmi.cells.levels import levels
from cmi.cells.values import blank
from cmi.methodology import shipped

ANCHORS = ["Nobody owns it.", "One person tries", "Written down (and known)", "Measured"]
ANCHORS += ["Improved on evidence, within 30 days"]


def level(cell: str) -> float | None:
    found, bad = levels(column(cell), ANCHORS)
    return None if bad.iloc[0] else found.iloc[0]


@cases(
    "cell expected",
    """
    4 → 4  4.0 → 4  ３ → 3  3.5 → 3.5  3,5 → 3.5  5.0 → 5  4 - Defined → 4  4 – Defined → 4
    4: defined → 4  4. Defined → 4  4 (defined) → 4  5 - very high → 5  4/5 → 4  4 / 5 → 4
    4 out of 5 → 4  Level 4 → 4  level 4: Defined → 4  L4 → 4  Nobody owns it. → 1
    written down (and known). → 3  3 - Written down (and known) → 3
    5 - Improved on evidence, within 30 days → 5
    """,
)
def test_a_level_is_its_number_or_its_written_anchor(cell: str, expected: str) -> None:
    assert level(cell) == float(expected)


def test_case_space_and_line_breaks_in_an_anchor_do_not_matter() -> None:
    assert level(" nobody  OWNS\nit ") == 1.0


@cases(
    "cell",
    """
    0  6  -1  5.1  0.9  10  44  high  4 or 5  1-5  4-5  3 -- 4  1 - -5  4 (or 5)
    4 - with 3 goals  4/10  80%  1e0  +4  4 stars  #N/A  4 - Nobody owns it.  Level  2026-03-04
    """,
)
def test_what_is_no_level_from_1_to_5_is_bad_and_never_clipped(cell: str) -> None:
    assert level(cell) is None


def test_an_anchor_that_two_levels_share_names_neither() -> None:
    found, bad = levels(column("same", "other", "2"), ["same", "same", "c", "d", "other"])
    assert found.fillna(-1).tolist() == [-1.0, 5.0, 2.0]
    assert bad.tolist() == [True, False, False]


def test_an_anchor_that_reads_like_a_blank_is_still_an_anchor() -> None:
    found, bad = levels(column("None", "n/a"), ["None", "Some", "Half", "Most", "All"])
    assert found.fillna(-1).tolist() == [1.0, -1.0]
    assert not bad.any()


@given(
    st.one_of(
        st.text(max_size=12), st.sampled_from(ANCHORS), st.floats(0, 7).map(lambda x: f"{x:.1f}")
    )
)
def test_any_level_text_is_from_1_to_5_or_missing_or_bad(cell: str) -> None:
    found, bad = levels(column(cell), ANCHORS)
    known = ~bad & ~blank(column(cell))
    assert found.between(1, 5).tolist() == known.tolist()


MANDATE = shipped().item("charter_mandate").levels  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("A written mandate lists what the function does, but other departments…", 3),
        ("a written mandate lists what the function does", 3),
        ("Asked what the function is for, two people there give 2 different answers", None),
        ("Asked what the function is for, two people there give two differing answers", 1),
        ("The mandate is reviewed every year against the company\u2019s plan and the last change "
         "can be named", 5),
        ("4: The written mandate says what is in and out of scope", 4),
        ("2: The written mandate says what is in and out of scope", None),
        ("The written mandate says what is not in and out of scope, and neighbouring departments "
         "work by it.", None),
        ("the function", None),
    ],
)  # fmt: skip
def test_an_anchor_may_be_cut_or_slip_but_not_say_something_else(
    cell: str, expected: float | None
) -> None:
    found, bad = levels(column(cell), MANDATE)
    assert (None if bad.iloc[0] else found.iloc[0]) == expected


def test_the_own_word_of_a_level_is_enough_where_it_has_one() -> None:
    anchors = ["Ad hoc: nobody knows", "Started - one knows", "Defined: written down"]
    anchors += ["Well managed: checked", "Defined: and more"]
    found, bad = levels(column("ad hoc", "STARTED", "Defined", "well managed"), anchors)
    # two levels are called "Defined"
    assert found.fillna(-1).tolist() == [1, 2, -1, 4]
    assert bad.tolist() == [False, False, True, False]
