"""Which factors are low where, and what is asked for, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from placed import at, said, scored
from portfolios import ALL_FACTORS, rules

from cmi.audiences import lacks
from cmi.methodology import shipped
from cmi.revenue import NO_CMI

RULES, BANDS = rules(), shipped().bands
NAMES = [band.name for band in BANDS]


def people(name, number, cmi, **fields):
    return {f"{name}{n}": at(cmi, 50, **fields) for n in range(number)}


# Five at CMI 25 whose Skills are 1, four at 75 whose Mandate is 3.
NINE = {
    **people("low", 5, 30, people_skills=1, Region="East"),
    **people("high", 4, 90, charter_mandate=3, Region="West"),
}


def cells(customers, by=None):
    scores = scored(customers)
    groups = lacks.band_of(scores, BANDS) if by is None else lacks.segment_of(scores, by)
    order = NAMES if by is None else lacks.largest(groups)
    return lacks.levels(scores, groups, order, RULES)


def test_a_cell_is_the_mean_level_of_those_who_answered() -> None:
    halves = {**NINE, "low0": at(30, 50, people_skills=np.nan), "low1": at(30, 50, people_skills=3)}
    found = cells(halves).set_index(["item", "group"]).loc[("people_skills", "Low")]
    assert found["level"] == pytest.approx((3 + 1 + 1 + 1) / 4)
    assert found["customers"] == 4
    assert found["few"]


def test_every_factor_has_a_cell_in_every_band_and_an_empty_one_is_missing() -> None:
    found = cells(NINE)
    assert len(found) == 12 * 4
    empty = found[found["group"] == "Immature"]
    assert empty["level"].isna().all()
    assert (empty["customers"] == 0).all()


def test_the_lowest_leaves_out_what_few_answered() -> None:
    found = lacks.lowest(cells(NINE), 1)
    assert found[["group", "factor", "level"]].to_numpy().tolist() == [["Low", "people_skills", 1]]
    assert said(lacks.headline(cells(NINE))) == "Lowest in each: people_skills in Low (1.0)."
    few = lacks.headline(cells({"a": at(50, 50)}))
    assert few == "No group has five answers to any question yet."


def test_segments_stand_by_size_and_who_has_none_is_called_so() -> None:
    found = cells({**NINE, "lost": at(50, 50)}, "Region")
    assert list(dict.fromkeys(found["group"])) == ["East", "West", "No Region"]


def test_behind_a_cell_stand_those_who_answered_the_lowest_first() -> None:
    scores = scored({**NINE, "low0": at(30, 50, people_skills=4)})
    groups = lacks.band_of(scores, BANDS)
    found = lacks.behind(scores, groups, "Low", "people_skills")
    assert found["customer_id"].tolist() == ["low1", "low2", "low3", "low4", "low0"]
    assert lacks.behind(scores, groups, "Nowhere", "people_skills").empty


# What is asked for


def test_columns_about_requests_are_found_by_their_names() -> None:
    scores = scored({"a": at(50, 50, **{"Feature Requests": "x", "Region": "y", "Wishes": "z"})})
    assert lacks.request_columns(scores, RULES) == ["Feature Requests", "Wishes"]


def test_a_customer_counts_once_for_each_feature_however_it_is_written() -> None:
    wishes = {
        "a": at(30, 50, Requests="Export; single sign-on;export ;"),
        "b": at(30, 50, Requests="EXPORT"),
        "c": at(90, 50, Requests="Export"),
        "d": at(90, 50),
        "e": {"logins": 5, "Requests": "Roles"},
    }
    scores = scored(wishes)
    order = [*NAMES, NO_CMI]
    found = lacks.requests(scores, "Requests", lacks.band_of(scores, BANDS), order)
    shown = found[["feature", "customers", "in.Low", "in.High", f"in.{NO_CMI}"]]
    assert shown.to_numpy().tolist() == [
        ["Export", 3, 2, 1, 0],
        ["Roles", 1, 0, 0, 1],
        ["single sign-on", 1, 1, 0, 0],
    ]


def test_a_band_may_be_called_like_a_column() -> None:
    scores = scored({"a": at(30, 50, Requests="x")})
    groups = lacks.band_of(scores, BANDS).replace("Low", "customers")
    found = lacks.requests(scores, "Requests", groups, ["customers"])
    assert found[["customers", "in.customers"]].to_numpy().tolist() == [[1, 1]]


def test_without_any_request_there_is_no_row() -> None:
    scores = scored({"a": at(30, 50, Requests=" ; "), "b": at(30, 50)})
    assert lacks.requests(scores, "Requests", lacks.band_of(scores, BANDS), NAMES).empty


@given(st.lists(st.tuples(st.integers(0, 100), st.sampled_from(["A", "B", None])), min_size=1))
def test_every_answer_is_in_one_cell(given_people) -> None:
    scores = scored({f"c{n}": at(cmi, 5, Plan=plan) for n, (cmi, plan) in enumerate(given_people)})
    for groups in (lacks.band_of(scores, BANDS), lacks.segment_of(scores, "Plan")):
        found = lacks.levels(scores, groups, lacks.largest(groups), RULES)
        assert found["customers"].sum() == scores[ALL_FACTORS].notna().sum().sum()
        answered = found[found["customers"] > 0]
        assert answered["level"].between(1, 5).all()
