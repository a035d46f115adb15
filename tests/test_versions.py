"""What differs between two versions of a methodology, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from documents import GONE, changed
from hypothesis import given
from hypothesis import strategies as st
from portfolios import document, rules

from cmi.methodology import Methodology, from_document, shipped
from cmi.methodology.versions import diff, headline, next_version

COLUMNS = ["what", "place", "was", "is"]


def other(change: Callable[[dict[str, Any]], object]) -> Methodology:
    """The small methodology of the tests with a change to its document."""
    changed_document = document()
    change(changed_document)
    return from_document(changed_document)


def told(new: Methodology, old: Methodology | None = None) -> list[list[str]]:
    """The rows of the difference; numbers and units are parted by a plain space."""
    rows = diff(old or rules(), new)
    assert list(rows.columns) == COLUMNS
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in rows.to_numpy()]


def add(path: str, **entry: Any) -> Callable[[dict[str, Any]], object]:
    return lambda d: d[path].append(entry)


# Nothing differs


def test_a_methodology_does_not_differ_from_itself() -> None:
    nothing = diff(shipped(), shipped())
    assert nothing.empty
    assert list(nothing.columns) == COLUMNS
    assert headline(nothing) == "Nothing differs."


def test_another_version_name_and_day_are_no_difference() -> None:
    later = replace(shipped(), version="next", effective=pd.Timestamp("2030-01-01").date())
    assert diff(shipped(), later).empty


@given(factor=st.floats(0.001, 1000))
def test_weights_that_all_grow_alike_are_no_difference(factor: float) -> None:
    before = shipped()
    grown = before.with_weights({d.key: d.weight * factor for d in before.drivers})
    assert diff(before, grown).empty


# Weights are shares


def test_a_weight_is_told_as_its_share_before_and_after() -> None:
    # 25 of 100 each; then 75 of 150 and 25 of 150.
    new = rules().with_weights({"charter": 75})
    assert told(new) == [
        ["Weight", "Maturity · Charter", "25 %", "50 %"],
        ["Weight", "Maturity · People", "25 %", "16.7 %"],
        ["Weight", "Maturity · Process", "25 %", "16.7 %"],
        ["Weight", "Maturity · Technology", "25 %", "16.7 %"],
    ]


def test_a_factor_has_a_share_of_its_characteristic_and_a_driver_of_health() -> None:
    new = rules().with_weights({"people_roles": 2, "logins": 6, "tickets": 0})
    assert told(new) == [
        ["Weight", "People · people_roles", "33.3 %", "50 %"],
        ["Weight", "People · people_skills", "33.3 %", "25 %"],
        ["Weight", "People · people_collaboration", "33.3 %", "25 %"],
        ["Weight", "Health · Logins", "40 %", "60 %"],
        ["Weight", "Health · Tickets", "20 %", "0 %"],
    ]


def test_shares_that_are_nearly_alike_get_as_many_decimals_as_it_takes() -> None:
    new = rules().with_weights({"logins": 4.0001, "tickets": 1.9999})
    assert told(new) == [
        ["Weight", "Health · Logins", "40 %", "40.001 %"],
        ["Weight", "Health · Tickets", "20 %", "19.999 %"],
    ]


# Scales, cuts, words, settings


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (
            lambda d: d["drivers"][0].update(best=60),
            ["Bounds", "Logins", "0 at 0, 100 at 50", "0 at 0, 100 at 60"],
        ),
        (
            lambda d: d["drivers"][2]["categories"].update(Named=55.5),
            [
                "Categories",
                "Sponsor",
                "None 0, Named 40, Advocate 100",
                "None 0, Named 55.5, Advocate 100",
            ],
        ),
        (
            lambda d: d["cuts"]["2x2"].update(cmi=[55]),
            ["Cut", "2x2 · maturity", "50", "55"],
        ),
        (
            lambda d: d["cuts"]["3x3"].update(chs=[30, 70.25]),
            ["Cut", "3x3 · health", "33.333333333333336 and 66.66666666666667", "30 and 70.25"],
        ),
        (
            lambda d: d["characteristics"][0]["factors"][1].update(question="Why?"),
            ["Words", "Charter · charter_goals · question", "How?", "Why?"],
        ),
        (
            lambda d: d["characteristics"][0]["factors"][1]["levels"].__setitem__(2, "Better"),
            ["Words", "Charter · charter_goals · level 3", "level 3", "Better"],
        ),
        (
            lambda d: d["characteristics"][1].update(name="Staff"),
            ["Words", "Staff · name", "People", "Staff"],
        ),
        (lambda d: d.update(minimum_coverage=0.25), [
            "Setting", "Weight to be known", "50 %", "25 %",
        ]),
        (lambda d: d.update(stale="drop"), [
            "Setting", "Old observations", "count, marked", "do not count",
        ]),
        (
            lambda d: d.update(raters={"order": ["sales", "csm"]}),
            ["Setting", "Raters, first to last", "csm, sales, marketing", "sales, csm"],
        ),
        (
            lambda d: d["drivers"][1].update(range={"min": 0}),
            ["Setting", "Tickets · possible values", "anything", "from 0"],
        ),
        (
            lambda d: d["drivers"][1].update(collect={"rule": "days_since", "days": 1}),
            [
                "Setting",
                "Tickets · collected as",
                "latest over 90 days",
                "days since over 1 day",
            ],
        ),
        (
            lambda d: d["scenarios"][0].update(decision="Wait."),
            ["Scenario", "low CMI, low CHS (2x2) · decision", "Decide.", "Wait."],
        ),
        (
            lambda d: d["plays"][0]["steps"].append("Listen."),
            ["Play", "Talk · steps", "1. Talk.", "1. Talk. 2. Listen."],
        ),
    ],
)  # fmt: skip
def test_one_change_is_one_row_with_its_place_and_both_sides(change, row: list[str]) -> None:
    assert told(other(change)) == [row]


def test_the_expected_mix_is_compared_band_by_band() -> None:
    ours = shipped()
    low, *_ = (band for band in ours.bands if band.name == "Low")

    def mixed(**change: Any) -> list[list[str]]:
        bands = tuple(replace(b, **change) if b == low else b for b in ours.bands)
        return told(replace(ours, bands=bands), ours)

    assert mixed(services=45, offer="Coaching.") == [
        ["Setting", "Expected mix · Low · services", "50 %", "45 %"],
        ["Setting", "Expected mix · Low · what to offer", low.offer, "Coaching."],
    ]
    assert mixed(start=20) == [["Setting", "Expected mix · Low · from", "CMI 25", "CMI 20"]]
    assert mixed(name="Weak") == [
        ["Setting", "Expected mix · Low", "Low from CMI 25: 50 % services", "–"],
        ["Setting", "Expected mix · Weak", "–", "Weak from CMI 25: 50 % services"],
    ]
    ((what, place, was, _),) = told(ours, replace(ours, bands=()))
    assert (what, place, was) == ("Setting", "Expected mix", "as it comes with the product")


def test_a_driver_that_becomes_one_of_categories_has_another_scale() -> None:
    def change(d: dict[str, Any]) -> None:
        del d["drivers"][0]["worst"], d["drivers"][0]["best"]
        d["drivers"][0]["categories"] = {"few": 0, "many": 100}

    assert told(other(change)) == [["Categories", "Logins", "0 at 0, 100 at 50", "few 0, many 100"]]


# Added and retired


def test_a_driver_that_is_added_has_its_share_and_takes_from_the_others() -> None:
    extra = {**document()["drivers"][0], "key": "calls", "name": "Calls", "weight": 10}
    rows = told(other(add("drivers", **extra)))
    assert rows[0] == ["Added", "Driver Calls", "–", "50 % of health; 0 at 0, 100 at 50"]
    assert ["Weight", "Health · Logins", "40 %", "20 %"] in rows
    assert len(rows) == 5  # the new one, and the shares of the four others


def test_a_factor_that_is_retired_is_told_by_what_it_asked() -> None:
    rows = told(other(lambda d: d["characteristics"][0]["factors"].pop()))
    assert rows[0] == ["Retired", "Factor charter_sponsorship", "33.3 % of Charter: How?", "–"]
    assert [row[:2] for row in rows[1:]] == [
        ["Weight", "Charter · charter_mandate"],
        ["Weight", "Charter · charter_goals"],
    ]


def test_another_key_is_another_part_for_its_history_is_kept_under_the_key() -> None:
    rows = told(other(lambda d: d["drivers"][1].update(key="cases")))
    assert [row[:2] for row in rows] == [["Added", "Driver Tickets"], ["Retired", "Driver Tickets"]]


def test_a_factor_that_moves_to_another_characteristic_is_told() -> None:
    def change(d: dict[str, Any]) -> None:
        moved = d["characteristics"][0]["factors"].pop()
        d["characteristics"][1]["factors"].append(moved)

    assert ["Moved", "charter_sponsorship", "Charter", "People"] in told(other(change))


def test_another_order_of_the_same_parts_is_one_row() -> None:
    assert told(other(lambda d: d["drivers"].reverse())) == [
        ["Order", "Drivers", "Logins; Tickets; Sponsor; CSAT", "CSAT; Sponsor; Tickets; Logins"]
    ]


# Exceptions

ONBOARDING = {"columns": ["Stage"], "values": ["Onboarding"], "why": "They are new."}


def under(**says: Any) -> Methodology:
    return other(lambda d: d.update(overrides=[{**ONBOARDING, **says}]))


def test_an_exception_that_is_added_is_told_in_a_sentence() -> None:
    assert told(under(weights={"logins": 1})) == [
        [
            "Added",
            "Exception Onboarding",
            "–",
            "Customers whose stage is Onboarding: They are new. There Logins weighs 1.",
        ]
    ]


def test_what_an_exception_says_is_compared_with_what_it_said() -> None:
    old = under(weights={"logins": 4}, bounds={"logins": {"worst": 0, "best": 20}})
    new = under(weights={"logins": 14}, cuts={"2x2": {"chs": [45]}})
    # 4 of 10 under the old one, 14 of 20 under the new one.
    assert told(new, old) == [
        ["Exception", "Onboarding · Health · Logins", "40 %", "70 %"],
        ["Exception", "Onboarding · Health · Tickets", "20 %", "10 %"],
        ["Exception", "Onboarding · Health · Sponsor", "30 %", "15 %"],
        ["Exception", "Onboarding · Health · CSAT", "10 %", "5 %"],
        ["Exception", "Onboarding · Logins", "0 at 0, 100 at 20", "as for all"],
        ["Exception", "Onboarding · 2x2 · health", "as for all", "45"],
    ]


# Nothing is lost

LEAVES = [
    ("name", "Other"),
    ("minimum_coverage", 0.9),
    ("characteristics", 0, "summary", "Other"),
    ("characteristics", 1, "factors", 2, "name", "Other"),
    ("characteristics", 1, "factors", 2, "aspect", "what"),
    ("characteristics", 1, "factors", 2, "valid_for", 7),
    ("characteristics", 1, "factors", 2, "levels", 4, "Other"),
    ("characteristics", 1, "factors", 2, "weight", 7),
    ("groups", 0, "name", "Other"),
    ("drivers", 0, "unit", "Other"),
    ("drivers", 0, "why", "Other"),
    ("drivers", 0, "group", "support"),
    ("drivers", 0, "worst", 3.5),
    ("drivers", 0, "range", "max", 150),
    ("drivers", 0, "collect", "days", 31),
    ("drivers", 0, "valid_for", 31),
    ("validity", "driver", 31),
    ("raters", "by", "mean"),
    ("raters", "weights", {"csm": 2}),
    ("raters", "apart", []),
    ("scenarios", 0, "colour", "#000000"),
    ("scenarios", 0, "colour_dark", "#000000"),
    ("scenarios", 0, "symbol", "star"),
    ("scenarios", 0, "priority", 9),
    ("scenarios", 0, "plays", ["fair_exit"]),
    ("scenarios", 5, "avoid", "Other"),
    ("plays", 0, "owner", "Other"),
    ("plays", 0, "effect", "Other"),
    ("plays", 0, "improves", ["usage"]),
    ("overrides", 0, "why", "Other"),
    ("overrides", 0, "columns", ["Other"]),
    ("overrides", 0, "values", ["Other"]),
    ("overrides", 0, "weights", "usage", 9),
    ("overrides", 0, "bounds", "usage", {"worst": 1, "best": 9}),
    ("overrides", 0, "cuts", "2x2", {"cmi": [40]}),
]


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: " ".join(map(str, leaf[:-1])))
def test_no_entry_of_the_file_can_change_without_a_row(leaf: tuple[Any, ...]) -> None:
    *path, value = leaf
    new = from_document(changed((tuple(path), value)))
    there, back = diff(shipped(), new), diff(new, shipped())
    assert len(there) == len(back) >= 1
    assert headline(there) != "Nothing differs."


def test_the_way_back_tells_the_same_with_both_sides_exchanged() -> None:
    new = other(lambda d: d["cuts"]["2x2"].update(cmi=[55]))
    there, back = diff(rules(), new), diff(new, rules())
    assert there[["was", "is"]].to_numpy().tolist() == back[["is", "was"]].to_numpy().tolist()


# In one sentence


def test_the_headline_counts_what_differs_and_names_what_came_and_went() -> None:
    def change(d: dict[str, Any]) -> None:
        d["drivers"][1]["key"], d["drivers"][1]["name"] = "calls", "Calls"
        d["cuts"]["2x2"]["cmi"] = [55]
        d["drivers"][0]["best"] = 60
        d["groups"][0]["name"] = "Everything"
        d["characteristics"][0]["weight"] = 50

    assert headline(diff(rules(), other(change))) == (
        "Different: 4 weights, 1 cut, bounds of 1 driver and 1 wording. Added: Driver Calls. "
        "Retired: Driver Tickets."
    )


@pytest.mark.parametrize(
    ("taken", "current", "proposed"),
    [
        (["2026.1"], "2026.1", "2026.2"),
        (["2026.1", "2026.2", "2026.3"], "2026.1", "2026.4"),
        (["mine"], "mine", "mine 2"),
        (["mine", "MINE 2 "], "mine", "mine 3"),
        (["v9"], "v9", "v10"),
        ([], "7", "8"),
    ],
)
def test_the_next_version_has_a_name_that_is_not_taken(taken, current, proposed) -> None:
    assert next_version(taken, current) == proposed


def test_a_part_that_is_gone_from_the_file_is_retired_with_all_that_names_it() -> None:
    new = from_document(
        changed((("overrides",), GONE)),
    )
    (row,) = diff(shipped(), new).to_dict("records")
    assert (row["what"], row["place"]) == ("Retired", "Exception Onboarding or Implementation")
    assert row["was"].startswith("Customers whose stage is Onboarding or Implementation: ")
