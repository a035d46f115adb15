"""Revenue by maturity, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from placed import at, said, scored
from portfolios import document, rules

from cmi import revenue
from cmi.methodology import MaturityBand, from_document, shipped, to_document
from cmi.problems import MethodologyError

BANDS = (
    MaturityBand(name="Immature", start=0, services=70, offer="Advice."),
    MaturityBand(name="Low", start=25, services=50, offer="Coaching."),
    MaturityBand(name="Medium", start=50, services=30, offer="Steps."),
    MaturityBand(name="High", start=75, services=10, offer="All."),
)


def pays(software, services, **fields):
    return {"software_revenue": software, "services_revenue": services, **fields}


def mixed(customers):
    scores = scored(customers)
    return revenue.mix(scores, BANDS).set_axis(scores["customer_id"], axis=0)


def table(customers):
    return revenue.by_band(mixed(customers), BANDS).set_index("band")


# Who is in which band


@pytest.mark.parametrize(
    ("cmi", "band"),
    [(0, "Immature"), (24.9, "Immature"), (25, "Low"), (24.9999999, "Low"), (50, "Medium"),
     (75, "High"), (100, "High")],
)  # fmt: skip
def test_a_score_at_the_beginning_of_a_band_belongs_to_it(cmi, band) -> None:
    number = revenue.band_numbers(pd.Series([cmi]), BANDS).iloc[0]
    assert BANDS[number].name == band


def test_who_has_no_cmi_is_in_no_band_and_not_in_the_lowest() -> None:
    found = mixed({"a": {"logins": 50, "tickets": 0, "csat": 5, **pays(10.0, 10.0)}})
    assert found.loc["a", "number"] == -1
    assert found["band"].isna().all()
    assert not revenue.below_floor(found).any()
    assert found[["expected", "services_short", "software_short"]].isna().all(axis=None)
    assert found.loc["a", "actual"] == 0.5


# What a customer pays, and what is expected


def test_a_low_customer_with_a_quarter_of_services_lacks_a_quarter() -> None:
    found = mixed({"a": at(30, 80, **pays(300.0, 100.0))}).loc["a"]
    # 400 in all, half of it should be services: 200, and 100 are
    assert found[["revenue", "actual", "expected"]].tolist() == [400, 0.25, 0.5]
    assert found[["services_short", "software_short"]].tolist() == [100, 0]


def test_a_mature_customer_that_pays_for_services_lacks_software() -> None:
    found = mixed({"a": at(80, 80, **pays(300.0, 100.0))}).loc["a"]
    # 400 in all, a tenth should be services: 40, and 100 are
    assert found[["services_short", "software_short"]].tolist() == [0, 60]


def test_without_one_of_the_two_there_is_no_mix_and_what_is_known_still_counts() -> None:
    found = table({"a": at(30, 80, **pays(300.0, np.nan)), "b": at(30, 80, **pays(np.nan, 50.0))})
    low = found.loc["Low"]
    assert low[["software", "software_known", "services", "services_known"]].tolist() == [
        300, 1, 50, 1,
    ]  # fmt: skip
    assert low["mixed"] == 0
    assert pd.isna(low["actual"])
    assert pd.isna(low["services_short"])


@pytest.mark.parametrize("pair", [(0.0, 0.0), (-5.0, 20.0), (20.0, -5.0)])
def test_no_revenue_and_negative_revenue_have_no_mix(pair) -> None:
    found = mixed({"a": at(30, 80, **pays(*pair))}).loc["a"]
    assert found[["revenue", "actual", "services_short", "software_short"]].isna().all()


def test_a_band_that_expects_only_services_can_be_reckoned() -> None:
    scores = scored({"a": at(10, 80, **pays(300.0, 100.0))})
    only = (replace(BANDS[0], services=100.0), *BANDS[1:])
    assert revenue.mix(scores, only)["services_short"].tolist() == [300]


def test_money_in_another_currency_is_not_added() -> None:
    customers = {
        "a": at(30, 80, currency="USD", **pays(100.0, 100.0)),
        "b": at(30, 80, currency="USD", **pays(100.0, 100.0)),
        "c": at(30, 80, currency="EUR", **pays(900.0, 900.0)),
    }
    low = table(customers).loc["Low"]
    assert low[["customers", "software", "software_known", "mixed"]].tolist() == [3, 200, 2, 2]
    scores = scored(customers)
    told = said(revenue.known_in_words(scores, revenue.mix(scores, BANDS)))
    assert told == (
        "Software and services revenue are both known of 2 of 3 customers; the others are left out "
        "(1 of them pays in EUR, which is not added to USD), not counted as zero."
    )


def test_of_a_mix_that_is_as_expected_nothing_is_short_and_nothing_is_minus_zero() -> None:
    customers = {"a": at(80, 80, **pays(90.0, 10.0))}
    found = mixed(customers)[["services_short", "software_short"]]
    assert found.to_numpy().tolist() == [[0, 0]]
    assert not np.signbit(found).any(axis=None)
    told = revenue.known_in_words(scored(customers), revenue.mix(scored(customers), BANDS))
    assert told == "Software and services revenue are known of every customer."


# The table


FOUR = {
    "a": at(10, 20, **pays(60.0, 40.0)),  # expected 70 of 100: 30 missing
    "b": at(20, 20, **pays(0.0, 100.0)),  # 30 more than expected
    "c": at(60, 60, **pays(50.0, 50.0)),  # expected 30: 20 more
    "d": at(60, 60, **pays(100.0, np.nan)),
}


def test_a_band_adds_up_what_is_known_and_says_of_how_many() -> None:
    found = table(FOUR)
    first, third = found.loc["Immature"], found.loc["Medium"]
    assert first[["customers", "software", "services", "mixed"]].tolist() == [2, 60, 140, 2]
    assert first["actual"] == pytest.approx(0.7)
    # not balanced against each other: one lacks 30 of services, the other pays 30 too many
    assert first[["services_short", "software_short"]].tolist() == [30, 30]
    assert first[["short_of_services", "short_of_software"]].tolist() == [1, 1]
    assert third[["customers", "software", "software_known", "mixed", "actual"]].tolist() == [
        2, 150, 2, 1, 0.5,
    ]  # fmt: skip


def test_a_band_of_nobody_stays_in_the_table_without_money() -> None:
    found = table(FOUR).loc["High"]
    assert found["customers"] == 0
    assert found[["software", "services", "actual", "services_short"]].isna().all()
    assert found["expected"] == 0.1


def test_those_without_a_cmi_have_a_row_only_where_there_are_any() -> None:
    assert revenue.NO_CMI not in table(FOUR).index
    found = table({**FOUR, "e": {"logins": 1, "tickets": 1, "csat": 1, **pays(5.0, 5.0)}})
    assert found.loc[revenue.NO_CMI, "software"] == 5


# Three groups


def test_only_the_mature_are_under_priced_and_only_the_lowest_band_is_below_the_floor() -> None:
    scores = scored(FOUR)
    found = revenue.mix(scores, BANDS)
    groups = [
        revenue.unserved(found),
        revenue.under_priced(found, scores, rules()),
        revenue.below_floor(found),
    ]
    assert ["".join(scores.loc[group, "customer_id"]) for group in groups] == ["a", "c", "ab"]


# In words


def test_the_headline_names_each_band_that_is_known() -> None:
    found = revenue.by_band(mixed(FOUR), BANDS)
    assert said(revenue.headline(found)) == (
        "Services are 70 % in Immature (70 % expected) and 50 % in Medium (30 % expected) of the "
        "revenue."
    )


def test_where_no_revenue_is_known_nothing_is_made_up() -> None:
    scores = scored({"a": at(30, 80), "b": at(80, 80)})
    found = revenue.mix(scores, BANDS)
    shown = revenue.by_band(found, BANDS)
    assert shown[["software", "services", "services_short", "software_short"]].isna().all(axis=None)
    assert "not known of anybody" in revenue.headline(shown)
    assert revenue.known_in_words(scores, found).startswith("No customer's")


def test_the_assumption_states_bands_and_percentages() -> None:
    assert "50 % in Low (CMI 25–50)" in said(revenue.assumption(BANDS))


# Whatever the portfolio

amounts = st.one_of(st.none(), st.floats(0, 1e7).map(lambda x: round(x, 2)))
people = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 100)), amounts, amounts), min_size=1, max_size=12
)


def portfolio(given_people):
    return scored(
        {
            f"c{n}": {
                **(at(cmi, 50) if cmi is not None else {"logins": 25}),
                **pays(*(np.nan if x is None else x for x in (software, services))),
            }
            for n, (cmi, software, services) in enumerate(given_people)
        }
    )


@given(people)
def test_the_bands_add_up_to_the_portfolio_and_nothing_missing_is_zero(given_people) -> None:
    scores = portfolio(given_people)
    found = revenue.mix(scores, BANDS)
    shown = revenue.by_band(found, BANDS)
    assert shown["customers"].sum() == len(scores)
    for part in ("software", "services"):
        known = scores[f"{part}_revenue"]
        assert shown[part].sum() == pytest.approx(known.sum())
        assert shown[f"{part}_known"].sum() == known.notna().sum()
        assert (shown[part].isna() == (shown[f"{part}_known"] == 0)).all()
    both = scores[["software_revenue", "services_revenue"]].notna().all(axis=1)
    assert not found.loc[~both, ["revenue", "actual", "services_short"]].notna().any(axis=None)
    for short in ("services_short", "software_short"):
        assert shown[short].sum() == pytest.approx(found[short].sum())


@given(people)
def test_nobody_lacks_services_and_software_at_once_nor_more_than_it_pays(given_people) -> None:
    found = revenue.mix(portfolio(given_people), BANDS).dropna(subset=["revenue", "expected"])
    lacks = found[["services_short", "software_short"]]
    assert (lacks.min(axis=1) == 0).all()
    assert (lacks.max(axis=1) <= found["revenue"] + 0.01).all()
    there = found["services"] + found["services_short"] - found["software_short"]
    assert np.allclose(there, found["expected"] * found["revenue"], atol=0.01)


# Where the bands are kept


def test_a_document_without_bands_still_loads_and_takes_those_of_the_product() -> None:
    older = from_document(document())
    assert older.bands == ()
    assert revenue.bands_of(older) == shipped().bands
    assert [band.start for band in shipped().bands] == [0, 25, 50, 75]


def test_bands_go_into_the_document_and_come_back() -> None:
    own = replace(shipped(), bands=BANDS)
    written = to_document(own)
    assert written["bands"][1] == {
        "name": "Low", "from": 25, "services": 50, "offer": "Coaching.",
    }  # fmt: skip
    assert from_document(written) == own


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"from": 5}, "bands must begin at 0"),
        ({"from": 60}, "bands must begin at 0"),
        ({"services": 101}, "bands no. 1 services"),
        ({"name": "low"}, "is there twice"),
        ({"wrong": 1}, "bands no. 1 wrong"),
    ],
)
def test_bands_that_do_not_fit_are_refused_with_their_place(change, place) -> None:
    written = to_document(replace(shipped(), bands=BANDS))
    written["bands"][0] |= change
    with pytest.raises(MethodologyError, match=place):
        from_document(written)


def test_bands_must_rise() -> None:
    written = to_document(replace(shipped(), bands=BANDS))
    written["bands"][2]["from"] = 20
    with pytest.raises(MethodologyError, match="bands from must rise, but goes 0, 25, 20, 75"):
        from_document(written)
