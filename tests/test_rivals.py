"""What else a column could mean: the few meanings that a person can take with one click."""

from __future__ import annotations

import pandas as pd

from cmi.mapping import KEPT, UNUSED, meanings, rivals
from cmi.methodology import shipped

RULES = shipped()


def of(header: str, *values: str) -> tuple[str, ...]:
    return rivals(header, pd.Series(values, dtype="str"), RULES)


def test_an_amount_could_be_money_of_a_year_or_of_a_month() -> None:
    told = of("Worth", "1,200", "350", "90")
    assert {"ARR", "MRR"} < set(told)
    assert told[-2:] == (KEPT, UNUSED)
    assert not {"Customer name", "Renewal date", "Owner"} & set(told)


def test_days_could_be_days_and_never_money() -> None:
    told = of("Next renewal on", "2026-01-31", "2026-03-15", "2027-04-20")
    assert told[0] == "Renewal date"
    assert not {"ARR", "Customer name"} & set(told)


def test_words_that_come_again_and_again_are_no_names_of_customers() -> None:
    told = of("Handled by", "Jane", "Jane", "Jo", "Jo", "Jane", "Jo")
    assert "Owner" in told
    assert "Customer name" not in told


def test_answers_from_one_to_five_could_be_the_level_that_is_named_like_them() -> None:
    assert of("The mandate", "1", "4", "5", "2")[0] == "Level: Charter · Mandate"


def test_an_empty_column_can_only_be_left_out() -> None:
    assert of("Later", "", "", "") == (UNUSED,)


def test_every_offer_is_a_meaning_and_none_comes_twice() -> None:
    for header in ("id", "ARR", "e-mail", "Status", "=1+1", "*", "", "\N{GRINNING FACE}"):
        told = of(header, "a@b.example", "12", "2026-01-01", "")
        assert set(told) <= set(meanings(RULES))
        assert len(set(told)) == len(told)
