"""How much consulting the healthy but immature ask for, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from placed import at, said, scored
from portfolios import rules

from cmi.audiences import consulting
from cmi.methodology import shipped

RULES, BANDS = rules(), shipped().bands


def pays(software, services, **fields):
    return {"software_revenue": software, "services_revenue": services, **fields}


FIVE = {
    "low": at(30, 80, people_skills=1, Field="Retail", **pays(90.0, 10.0)),  # half of 100: 40 more
    "none": at(20, 80, Field="Retail", **pays(100.0, 0.0)),  # 70 of 100
    "served": at(30, 80, Field="Health", **pays(40.0, 60.0)),  # more than half
    "unknown": at(30, 80, Field="Health", **pays(500.0, np.nan)),
    "mature": at(80, 80, Field="Retail", **pays(100.0, 0.0)),
    "ill": at(30, 20, Field="Retail", **pays(100.0, 0.0)),
}


def volume(customers=FIVE, grid="2x2"):
    scores = scored(customers, grid=grid)
    return consulting.volume(scores, RULES, grid, BANDS), scores


def test_the_volume_is_what_the_mix_expects_less_what_is_bought() -> None:
    found, _ = volume()
    assert found["customer_id"].tolist() == ["none", "low", "served", "unknown"]
    assert found["volume"].fillna(-1).tolist() == [70, 40, 0, -1]
    assert found.set_index("customer_id").loc["low", "weakest"] == "People"


def test_on_nine_places_only_the_lowest_third_of_maturity_is_immature() -> None:
    found, _ = volume({"a": at(40, 80), "b": at(30, 80)}, "3x3")
    assert found["customer_id"].tolist() == ["b"]


def test_it_is_split_by_column_or_weakest_characteristic() -> None:
    found, scores = volume()
    told = consulting.split(found, scores, "Field")
    assert told.to_numpy().tolist() == [["Retail", 2, 2, 110.0], ["Health", 2, 1, 0.0]]
    weak = consulting.split(found, scores, consulting.WEAKEST)
    assert weak.set_index("label").loc["People", "volume"] == 40
    assert weak["volume"].sum() == 110


def test_the_headline_says_of_how_many_it_is_known() -> None:
    assert said(consulting.headline(volume()[0], "USD")) == (
        "4 customers are healthy but immature; 2 of them have room for 110 USD of consulting a "
        "year (estimate), of the 3 whose revenue is known."
    )


@pytest.mark.parametrize(
    ("customers", "words"),
    [
        ({"a": at(80, 80)}, "Nobody is healthy but immature"),
        ({"a": at(30, 80)}, "is not known without their revenue"),
        ({"a": at(30, 80, **pays(1.0, 9.0))}, "they buy the services that their maturity asks for"),
        ({"a": at(30, 80, **pays(9.0, 1.0))}, "it has room for 4 of consulting a year (estimate)."),
    ],
)
def test_the_headline_of_nobody_and_of_one(customers, words) -> None:
    assert words in said(consulting.headline(volume(customers)[0], ""))


amounts = st.one_of(st.none(), st.integers(0, 10_000))


@given(st.lists(st.tuples(st.integers(0, 49), amounts, amounts, st.sampled_from(["A", "B", None]))))
def test_the_parts_add_up_to_the_whole_and_the_unknown_is_never_zero(given_people) -> None:
    found, scores = volume(
        {
            "x": at(30, 80, Plan="A"),
            **{
                f"c{n}": at(
                    cmi, 80, Plan=plan, **pays(*(np.nan if a is None else float(a) for a in both))
                )
                for n, (cmi, *both, plan) in enumerate(given_people)
            },
        }
    )
    for by in ("Plan", consulting.WEAKEST):
        told = consulting.split(found, scores, by)
        assert told["customers"].sum() == len(found)
        assert told["known"].sum() == found["volume"].notna().sum()
        assert told["volume"].sum() == pytest.approx(found["volume"].sum())
        assert (told["volume"].isna() == (told["known"] == 0)).all()
    unknown = scores["software_revenue"].isna() | scores["services_revenue"].isna()
    assert found.loc[unknown[unknown].index.intersection(found.index), "volume"].isna().all()
