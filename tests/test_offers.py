"""Who is ready to expand, and which mix to offer, worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from placed import at, said, scored
from portfolios import rules

from cmi.audiences import offers
from cmi.methodology import shipped

RULES, BANDS = rules(), shipped().bands
# The day of the scores is 31 Jan 2026.
FIVE = {
    "far": at(80, 80, arr=500.0, renewal_date="2027-12-31"),
    "next": at(80, 80, arr=10.0, renewal_date="2026-03-31"),
    "soon": at(60, 80, arr=20.0, renewal_date="2026-05-31"),
    "young": at(20, 80, arr=900.0, renewal_date="2026-02-28"),
    "ill": at(80, 20, arr=900.0, renewal_date="2026-02-28"),
}


def ready(customers, grid="2x2"):
    scores = scored(customers, grid=grid)
    return offers.ready(scores, RULES, grid, BANDS), scores


def test_the_healthy_and_mature_are_ready_the_next_renewal_first() -> None:
    found, _ = ready(FIVE)
    assert found["customer_id"].tolist() == ["next", "soon", "far"]
    assert found["days"].tolist() == [59, 120, 699]
    assert found["near"].tolist() == [True, True, False]


def test_on_nine_places_the_middle_of_maturity_is_mature_enough() -> None:
    found, _ = ready({"mid": at(50, 80), "low": at(20, 80), "fair": at(80, 50)}, "3x3")
    assert found["customer_id"].tolist() == ["mid"]


def test_a_renewal_that_has_passed_is_not_near() -> None:
    found, _ = ready({"a": at(80, 80, renewal_date="2026-01-30")})
    assert found["near"].tolist() == [False]


def test_the_headline_counts_only_what_is_known() -> None:
    found, scores = ready({**FIVE, "poor": at(90, 90)})
    assert said(offers.headline(found, scores)) == (
        "4 customers are ready to expand, with 530 ARR (known of 3); 2 renew within 120 days."
    )
    found, scores = ready({"a": at(90, 90)})
    assert said(offers.headline(found, scores)) == (
        "1 customer is ready to expand; no renewal date is known."
    )
    assert offers.headline(*ready({"a": at(10, 10)})).startswith("Nobody is both")


def test_renewals_are_told_by_quarter_with_the_empty_ones_between() -> None:
    more = {
        "past": at(80, 80, arr=1.0, renewal_date="2025-12-31"),
        "autumn": at(80, 80, renewal_date="2026-10-01"),
        "never": at(80, 80, arr=7.0),
    }
    scores = scored({**FIVE, **more})
    found = offers.renewals(scores, offers.ready(scores, RULES, "2x2", BANDS).index)
    told = found.astype(object).where(found.notna(), None).to_numpy().tolist()
    assert told == [
        ["Date passed", 1, 1.0, 1],
        ["Q1 2026", 1, 10.0, 1],
        ["Q2 2026", 1, 20.0, 1],
        ["Q3 2026", 0, None, 0],
        ["Q4 2026", 1, None, 0],
        ["Later", 1, 500.0, 1],
        ["No date", 1, 7.0, 1],
    ]


def test_on_the_last_day_of_a_quarter_four_more_lie_ahead() -> None:
    due = {n: at(80, 80, arr=1.0, renewal_date=n) for n in ("2027-03-31", "2027-04-01")}
    scores = scored(due).assign(period=pd.Timestamp("2026-03-31"))
    found = offers.renewals(scores, scores.index)
    assert found["label"].tolist() == ["Q1 2027", "Later"]
    due = {"today": at(80, 80, arr=1.0, renewal_date="2026-03-31")}
    scores = scored(due).assign(period=pd.Timestamp("2026-03-31"))
    assert offers.renewals(scores, scores.index)["label"].tolist() == ["Q1 2026"]


def test_of_nobody_there_are_no_renewals() -> None:
    assert offers.renewals(scored(FIVE), pd.Index([])).empty


def test_the_mix_is_offered_to_everybody_with_a_cmi_the_furthest_first() -> None:
    scores = scored(
        {
            "fits": at(60, 10, software_revenue=70.0, services_revenue=30.0),
            "lacks": at(30, 10, software_revenue=80.0, services_revenue=20.0),
            "over": at(80, 10, software_revenue=50.0, services_revenue=50.0),
            "unknown": at(80, 10),
            "unasked": {"logins": 5},
        }
    )
    found = offers.offered(scores, BANDS)
    assert found["customer_id"].tolist() == ["over", "lacks", "fits", "unknown"]
    # expected 10 %, 50 %, 30 %
    assert found["software_short"].fillna(-1).tolist() == [40, 0, 0, -1]
    assert found["services_short"].fillna(-1).tolist() == [0, 30, 0, -1]
    assert found["offer"].tolist() == [BANDS[n].offer for n in (3, 1, 2, 3)]


dates = st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2029, 12, 31)))


@given(st.lists(st.tuples(dates, st.one_of(st.none(), st.integers(0, 1000))), min_size=1))
def test_every_renewal_and_all_known_arr_is_in_one_row(given_people) -> None:
    scores = scored(
        {
            f"c{n}": at(80, 80, renewal_date=due, arr=np.nan if arr is None else float(arr))
            for n, (due, arr) in enumerate(given_people)
        }
    )
    found = offers.renewals(scores, scores.index)
    assert found["customers"].sum() == len(scores)
    assert found["known"].sum() == scores["arr"].notna().sum()
    assert found["arr"].sum() == scores["arr"].sum()
    assert (found["arr"].isna() == (found["known"] == 0)).all()
