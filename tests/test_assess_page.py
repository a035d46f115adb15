"""The Assess page through app.py: four customers; a level is valid for a year."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from portfolios import customer, loaded, observation, outcome
from screens import heads, is_well, some, unescaped
from streamlit.testing.v1 import AppTest

from cmi.methodology import shipped
from cmi.ui.collect import assessing

ASSESS = "pages/collect/assess.py"
FACTORS = shipped().factors
DAY = "2026-03-31"


def assessed(who: str, on: str, factors=FACTORS) -> list[dict[str, Any]]:
    return [observation(who, factor.key, 3, on=on) for factor in factors]


# fresh has all levels of today, old those of 455 days ago, half one of 30 days ago, never none.
FOUR = loaded(
    [
        customer("fresh", DAY, name="Fresh", owner="Ana", Region="East", arr=100.0, currency="EUR"),
        customer("old", DAY, name="Old", owner="Ana", Region="West", arr=50.0, currency="EUR"),
        customer("half", DAY, name="Half", owner="Bo", Region="West", arr=9.0, currency="EUR"),
        customer("never", DAY, name="Never", arr=1.0, currency="EUR"),
    ],
    [
        *assessed("fresh", DAY),
        *assessed("old", "2024-12-31"),
        *assessed("half", "2026-03-01", FACTORS[:1]),
        observation("half", "nps", 9, on=DAY),
    ],
)


def table(at: AppTest, column: str) -> pd.DataFrame:
    """The table on the page that has this column."""
    return next(d.value for d in at.dataframe if column in d.value)


def due(at: AppTest) -> list[str]:
    return table(at, "due_since")["customer_id"].tolist()


def workbook(at: AppTest) -> str:
    return next(b.label for b in at.get("download_button") if "workbook" in b.label)


def clicked(at: AppTest, *bar: Any) -> AppTest:
    """The bar of a month and a state was clicked."""
    picked = {"points": [{"customdata": list(bar)}], "point_indices": [0], "box": [], "lasso": []}
    at.session_state["ages.0"] = {"selection": picked}
    return is_well(at.run())


def test_the_page_says_how_many_are_due_and_who_comes_first(app) -> None:
    at = is_well(app(FOUR, page=ASSESS))
    assert some(
        at,
        "3 of 4 customers are due for an assessment, with 60 EUR ARR: 1 never had one, 1 lacks "
        "levels and 1 has levels too old. The median assessment is 30 days old.",
    )
    # of never nobody knows since when; old is due from the day after its year, half since its day
    assert due(at) == ["never", "old", "half"]
    since = table(at, "due_since")["due_since"]
    assert pd.isna(since[0])
    assert since[1:].tolist() == [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-01")]
    assert "3 customers are due" in heads(at)
    assert workbook(at) == "Assessment workbook for 3 customers"


def test_who_has_most_to_do_is_told_by_owner_or_by_the_column_in_the_address(app) -> None:
    by_owner = table(is_well(app(FOUR, page=ASSESS)), "due_share")
    assert by_owner[["label", "customers", "due", "never"]].to_numpy().tolist() == [
        ["Ana", 2, 1, 0], ["Bo", 1, 1, 0], ["No owner", 1, 1, 1],
    ]  # fmt: skip
    by_region = table(is_well(app(page=ASSESS, of="Region")), "due_share")
    assert by_region[["label", "due_share"]].to_numpy().tolist() == [
        ["West", 100], ["No Region", 100], ["East", 0],
    ]  # fmt: skip


def test_the_workbook_is_for_exactly_those_who_are_listed(app, monkeypatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(
        assessing, "workbook", lambda _, who, key: asked.append(sorted(who["customer_id"]))
    )
    at = is_well(app(FOUR, page=ASSESS, of="Region", whose="West"))
    assert "West: 2 customers are due" in heads(at)
    assert due(at) == ["old", "half"]
    at = is_well(app(page=ASSESS, of="Region", whose="No Region"))
    assert due(at) == ["never"]
    at = is_well(app(page=ASSESS, f_owner="Ana"))
    assert due(at) == ["old"]
    assert asked == [["half", "old"], ["never"], ["old"]]


def test_who_of_a_row_is_not_there_any_more_is_forgotten(app) -> None:
    at = is_well(app(FOUR, page=ASSESS, whose="Bo", f_owner="Ana"))
    assert "1 customer is due" in heads(at)
    assert "whose" not in at.query_params


def test_a_click_on_a_bar_lists_those_who_stand_in_it(app) -> None:
    at = clicked(app(FOUR, page=ASSESS), 15, True)  # 455 days are 14.96 months
    assert "1 customer was assessed 14 to 15 months ago, due again" in heads(at)
    assert due(at) == ["old"]
    at = clicked(app(page=ASSESS), 1, False)
    assert "1 customer was assessed up to 1 month ago, in date" in heads(at)
    assert due(at) == ["fresh"]
    at = clicked(app(page=ASSESS), 0, True)
    assert "1 customer was never assessed" in heads(at)
    assert due(at) == ["never"]
    at = clicked(app(page=ASSESS, whose="Bo"), 15, True)
    assert "Bo: nobody was assessed 14 to 15 months ago, due again" in heads(at)


def test_the_ages_are_those_of_the_day_of_the_page(app) -> None:
    at = is_well(app(FOUR, page=ASSESS, as_of="2025-12-31"))  # the last day on which old is valid
    assert some(at, "Nobody is due: every level of 1 customer is in date.")
    assert "Nobody is due" in heads(at)
    assert not [b for b in at.get("download_button") if "workbook" in b.label]


def test_a_tick_opens_the_customer(app) -> None:
    at = app(FOUR, page=ASSESS)
    at.session_state["due"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    at = is_well(at.run())
    assert heads(at)[0] == "Old"


def test_the_drivers_say_what_is_known_and_what_went_stale(app) -> None:
    at = is_well(app(FOUR, page=ASSESS))
    known = table(at, "known_share").set_index("driver")["customers"]
    assert known["Would recommend"] == 1
    assert known.sum() == 1
    assert some(at, "Every value is in date. 11 drivers have no value at all.")


@pytest.mark.parametrize(
    ("portfolio", "sentence"),
    [
        (loaded([customer("a", DAY)]), "Nobody was assessed yet: 1 customer is due."),
        (
            loaded([customer("a", DAY), customer("b", DAY)]),
            "Nobody was assessed yet: 2 customers are due.",
        ),
        (
            loaded([customer("a", "2025-01-31")], None, [outcome("a", "churned", DAY)]),
            "There is no customer to assess.",
        ),
        (
            loaded([customer("a", DAY)], assessed("a", DAY)),
            "Nobody is due: every level of 1 customer is in date.",
        ),
    ],
)
def test_nobody_one_and_two_customers_have_a_sentence(app, portfolio, sentence: str) -> None:
    assert some(is_well(app(portfolio, page=ASSESS)), sentence)


def test_without_an_owner_and_a_segment_the_page_asks_for_them(app) -> None:
    at = is_well(app(loaded([customer("a", DAY)], assessed("a", "2024-01-31")), page=ASSESS))
    assert "There is no owner or segment yet" in unescaped(at.info[0].value)
    assert due(at) == ["a"]


def test_a_workbook_that_nobody_could_fill_in_is_not_offered(app, monkeypatch) -> None:
    monkeypatch.setattr(assessing, "FILLED_IN", 2)
    at = is_well(app(FOUR, page=ASSESS))
    assert some(at, "A workbook holds 2 customers: choose an owner or a segment.")
    (button,) = [b for b in at.get("download_button") if "workbook" in b.label]
    assert button.proto.disabled
