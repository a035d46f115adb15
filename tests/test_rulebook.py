"""The rules in words say the numbers that are in force, whichever these are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from placed import said
from portfolios import rules

from cmi.methodology import (
    Bounds,
    CutOverride,
    Cuts,
    GridCuts,
    Override,
    Raters,
    Validity,
    exceptions,
    rulebook,
    shipped,
)

OWN = rules(
    version="2031.7",
    effective=date(2031, 7, 4),
    minimum_coverage=0.35,
    validity=Validity(factor=321, driver=45),
    cuts=GridCuts(**{"2x2": Cuts((42,), (57,)), "3x3": Cuts((30, 60), (100 / 3, 80.5))}),
)
WEIGHED = OWN.with_weights({"charter": 40, "people": 20, "process": 20, "technology": 20})


def small_print(method):
    return said(" ".join(rulebook.small_print(method)))


def test_the_introduction_names_the_version_and_its_day():
    text = said(rulebook.introduction(OWN))
    assert text.startswith("Version 2031.7 of 4 Jul 2031.")


def test_maturity_is_explained_with_the_number_of_questions_and_the_shares_of_the_weights():
    text = said(rulebook.maturity(WEIGHED))
    assert text.startswith("12 questions, ")
    assert "(Charter 40 %, People 20 %, Process 20 % and Technology 20 %)" in text


def test_the_formula_of_maturity_is_that_of_the_scores():
    text = rulebook.maturity(OWN)
    assert "CMI = 100 × (level − 1) / 4" in text
    for level, score in ((1, 0), (3, 50), (5, 100)):
        assert f"level {level} is {score}" in text
        assert 100 * (level - 1) / 4 == score


def test_health_is_explained_with_the_number_of_drivers():
    assert rulebook.health(OWN).startswith("4 drivers. ")
    assert rulebook.health(replace(OWN, drivers=OWN.drivers[:1])).startswith("1 driver. ")


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ("2x2", "Maturity is cut at 42, health at 57."),
        ("3x3", "Maturity is cut at 30 and 60, health at 33.33 and 80.5."),
    ],
)
def test_the_cuts_of_each_grid_are_said(grid, words):
    text = rulebook.cuts(OWN, grid)
    assert text.startswith(words)
    assert "equal to a cut belongs to the upper side" in text


def test_a_driver_is_told_with_its_bounds_or_its_categories_and_its_share():
    table = rulebook.drivers_of(OWN, "all").set_index("driver")
    assert table["points"].to_dict() == {
        "Logins": "0 at 0, 100 at 50",
        "Tickets": "0 at 10, 100 at 0",
        "Sponsor": "None 0, Named 40, Advocate 100",
        "CSAT": "0 at 1, 100 at 5",
    }
    # weights 4, 2, 3, 1
    assert list(map(said, table["weight"])) == ["40 %", "20 %", "30 %", "10 %"]
    assert rulebook.drivers_of(OWN, "no such group").empty


def test_every_driver_of_the_product_is_in_exactly_one_group():
    method = shipped()
    told = [
        name for group in method.groups for name in rulebook.drivers_of(method, group.key)["driver"]
    ]
    assert sorted(told) == sorted(d.name for d in method.drivers)


def test_the_small_print_says_how_much_must_be_known_and_how_long_it_holds():
    text = small_print(OWN)
    assert "never counted as zero" in text
    assert "A score needs 35 % of its weight to be known." in text
    assert "An answer is good for 321 days, a driver's value for 45 days." in text


def test_items_that_hold_longer_are_named_with_their_days():
    logins, *others = OWN.drivers
    mandate = OWN.characteristics[0].factors[0]
    charter = replace(
        OWN.characteristics[0],
        factors=(replace(mandate, valid_for=30), *OWN.characteristics[0].factors[1:]),
    )
    method = replace(
        OWN,
        drivers=(replace(logins, valid_for=7), replace(others[0], valid_for=45), *others[1:]),
        characteristics=(charter, *OWN.characteristics[1:]),
    )
    assert "a driver's value for 45 days; charter_mandate for 30 and Logins for 7." in small_print(
        method
    )


@pytest.mark.parametrize(
    ("stale", "sentence"),
    [
        ("count", "An older one still counts and is marked stale."),
        ("drop", "An older one no longer counts."),
    ],
)
def test_what_happens_to_old_values_is_said_as_it_is(stale, sentence):
    assert sentence in small_print(replace(OWN, stale=stale))


@pytest.mark.parametrize(
    ("raters", "sentence"),
    [
        (Raters(order=("sales", "csm")), "the first of sales, csm counts. The view of customer"),
        (
            Raters(by="mean", weights=(("csm", 2), ("sales", 0.5))),
            "their mean counts, weighted by role (1 each, csm 2, sales 0.5).",
        ),
    ],
)
def test_who_wins_among_raters_is_said(raters, sentence):
    assert sentence in small_print(replace(OWN, raters=raters))


def test_where_no_rater_is_kept_apart_none_is_mentioned():
    assert "The view of" not in small_print(replace(OWN, raters=Raters(apart=())))


def test_an_exception_is_explained_with_everything_that_differs():
    exception = Override(
        columns=("Stage", "Phase"),
        values=("Onboarding", "Trial"),
        why="They have just begun.",
        weights=(("charter", 10), ("csat", 0)),
        bounds=(("logins", Bounds(0, 20)),),
        cuts=(("2x2", CutOverride(chs=(45,))), ("3x3", CutOverride(cmi=(20, 40)))),
    )
    assert rulebook.exception(exception, OWN) == (
        "Customers whose stage is Onboarding or Trial: They have just begun. There the CHS cut of "
        "the 2x2 grid is 45, the CMI cut of the 3x3 grid is 20 and 40, Logins runs from 0 to 20, "
        "Charter weighs 10 and CSAT weighs 0."
    )


def test_an_exception_stands_beside_what_holds_for_all():
    """Weights of 4, 2, 3 and 1 are shares of 10; with 14 instead of 4 they are shares of 20."""
    exception = Override(
        columns=("Stage",),
        values=("Onboarding",),
        why="They have just begun.",
        weights=(("logins", 14),),
        bounds=(("tickets", Bounds(20, 5)),),
        cuts=(("2x2", CutOverride(chs=(45,))),),
    )
    rows = exceptions.beside_all(exception, OWN).to_dict("split")["data"]
    sponsor = OWN.drivers[2].name
    assert [tuple(map(said, row)) for row in rows] == [
        ("2x2 · Cut of health", "57", "45"),
        ("Points of Tickets", "0 at 10, 100 at 0", "0 at 20, 100 at 5"),
        ("Weight in Health · Logins", "40 %", "70 %"),
        ("Weight in Health · Tickets", "20 %", "10 %"),
        (f"Weight in Health · {sponsor}", "30 %", "15 %"),
        ("Weight in Health · CSAT", "10 %", "5 %"),
    ]


def test_of_the_exception_that_comes_with_the_product_nothing_is_left_out():
    method = shipped()
    (exception,) = method.overrides
    text = rulebook.exception(exception, method)
    for key, bounds in exception.bounds:
        name = method.item(key).name
        assert f"{name} runs from {bounds.worst:g} to {bounds.best:g}" in text
    for key, weight in exception.weights:
        assert f"{method.item(key).name} weighs {weight:g}" in text
    assert "the CHS cut of the 2x2 grid is 45" in text
    assert exception.why in text
