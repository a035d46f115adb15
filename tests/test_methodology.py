"""The methodology document: what it says, what it keeps, and which sentence refuses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from documents import GONE, Change, changed, refusal
from hypothesis import given
from hypothesis import strategies as st

from cmi import methodology as method
from cmi.methodology import Methodology
from cmi.problems import MethodologyError


@pytest.fixture(scope="module")
def shipped() -> Methodology:
    return method.load()


def test_the_shipped_methodology_has_four_characteristics_of_three_factors_and_twelve_drivers(
    shipped: Methodology,
) -> None:
    assert shipped.version == "2026.1"
    assert shipped.effective == date(2026, 1, 1)
    assert [c.key for c in shipped.characteristics] == [
        "charter",
        "people",
        "process",
        "technology",
    ]
    assert [c.weight for c in shipped.characteristics] == [25, 25, 25, 25]
    assert [len(c.factors) for c in shipped.characteristics] == [3, 3, 3, 3]
    assert len(shipped.drivers) == 12
    assert shipped.minimum_coverage == 0.5
    assert shipped.stale == "count"
    assert shipped.raters.order == ("csm", "sales", "marketing")
    assert shipped.raters.apart == ("customer",)


def test_cuts_stand_at_the_middle_and_at_the_thirds(shipped: Methodology) -> None:
    assert shipped.cuts.of("2x2").cmi == shipped.cuts.of("2x2").chs == (50,)
    assert shipped.cuts.of("3x3").cmi == shipped.cuts.of("3x3").chs
    assert shipped.cuts.of("3x3").cmi == pytest.approx((100 / 3, 200 / 3), abs=1e-12)


def test_a_grid_lists_its_scenarios_by_priority(shipped: Methodology) -> None:
    assert [s.key for s in shipped.grid("2x2")] == [
        "invest_in_health",
        "expand_and_leverage",
        "retain",
        "let_go",
    ]
    assert [s.priority for s in shipped.grid("3x3")] == list(range(1, 10))


def test_an_item_or_play_is_found_by_its_key(shipped: Methodology) -> None:
    assert shipped.item("people_skills").name == "Skills"
    assert shipped.item("nps").name == "Would recommend"
    assert shipped.play("case_study").owner == "Customer marketing"


def test_an_item_is_valid_as_long_as_it_says_and_otherwise_as_long_as_its_kind(
    shipped: Methodology,
) -> None:
    days = {key: shipped.valid_for(key) for key in ("people_skills", "usage", "sponsor", "nps")}
    assert days == {"people_skills": 365, "usage": 90, "sponsor": 180, "nps": 365}
    shorter = replace(shipped, validity=method.Validity(factor=200, driver=30))
    assert shorter.valid_for("people_skills") == 200
    assert shorter.valid_for("usage") == 30
    assert shorter.valid_for("sponsor") == 180


def test_a_range_without_an_upper_limit_has_none(shipped: Methodology) -> None:
    ranges = {d.key: tuple(d.range) for d in shipped.drivers}
    assert ranges["usage"] == (0, None)
    assert ranges["nps"] == (-100, 100)
    assert ranges["sponsor"] == (None, None)


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_what_is_written_is_read_back_as_the_same_methodology(
    shipped: Methodology, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"copy.{suffix}"
    write = method.to_toml if suffix == "toml" else method.to_json
    path.write_text(write(shipped), encoding="utf-8")
    again = method.load(path)
    assert again == shipped
    assert hash(again) == hash(shipped)


def test_settings_left_empty_on_purpose_survive_the_round_trip(shipped: Methodology) -> None:
    nobody_apart = replace(shipped, raters=method.Raters(apart=()), overrides=())
    again = method.from_document(json.loads(method.to_json(nobody_apart)))
    assert again.raters.apart == ()
    assert again == nobody_apart


def test_a_methodology_can_serve_as_a_key_and_cannot_be_changed(shipped: Methodology) -> None:
    assert {shipped: "known"}[method.load()] == "known"
    with pytest.raises(FrozenInstanceError):
        shipped.version = "mine"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        shipped.drivers[0].weight = 1  # type: ignore[misc]


def test_methodologies_are_equal_until_one_weight_differs(shipped: Methodology) -> None:
    assert shipped.with_weights({"nps": 6, "people": 25}) == shipped
    assert shipped.with_weights({"nps": 7}) != shipped


def test_other_weights_make_a_copy_and_leave_the_original(shipped: Methodology) -> None:
    other = shipped.with_weights({"charter": 40, "people_skills": 2, "nps": 0})
    assert [c.weight for c in other.characteristics] == [40, 25, 25, 25]
    assert [f.weight for f in other.characteristics[1].factors] == [1, 2, 1]
    assert {d.key: d.weight for d in other.drivers}["nps"] == 0
    assert shipped == method.load()


@given(
    weights=st.dictionaries(
        st.sampled_from(["charter", "people_skills", "usage", "nps"]), st.floats(0, 1000)
    )
)
def test_any_weights_from_zero_up_are_taken_over_exactly(weights: Mapping[str, float]) -> None:
    now, before = (
        {part.key: part.weight for part in (*m.characteristics, *m.items)}
        for m in (method.shipped().with_weights(weights), method.shipped())
    )
    assert now == before | dict(weights)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"nps": -1}, 'weights "nps" must be 0 or more, but is -1.'),
        ({"nps": float("nan")}, 'weights "nps" must be 0 or more, but is nan.'),
        ({"nps": float("inf")}, 'weights "nps" must be 0 or more, but is inf.'),
        ({"mood": 3}, 'weights names "mood", which is no characteristic, factor or driver.'),
        (
            dict.fromkeys(("charter", "people", "process", "technology"), 0),
            "weights characteristics leave no weight above zero: nothing would count.",
        ),
        (
            dict.fromkeys(("people_roles", "people_skills", "people_collaboration"), 0),
            'weights characteristics "people" factors leave no weight above zero',
        ),
    ],
)
def test_weights_that_mean_nothing_are_refused(
    shipped: Methodology, weights: dict[str, float], sentence: str
) -> None:
    with pytest.raises(MethodologyError) as refused:
        shipped.with_weights(weights)
    assert sentence in str(refused.value)


OVERRIDE = ("overrides", 0)

BROKEN: dict[str, tuple[list[Change], str]] = {
    "an unknown entry at the top": (
        [(("colour_scheme",), "dark")],
        "colour_scheme is not a known entry.",
    ),
    "an unknown entry in a driver": (
        [(("drivers", 0, "wieght"), 3)],
        'drivers "seat_use" wieght is not a known entry.',
    ),
    "an unknown entry in a factor": (
        [(("characteristics", 1, "factors", 0, "anchors"), [])],
        'characteristics "people" factors "people_roles" anchors is not a known entry.',
    ),
    "an unknown entry in a range": (
        [(("drivers", 0, "range"), {"from": 0})],
        'drivers "seat_use" range from is not a known entry.',
    ),
    "no version": ([(("version",), GONE)], "version is missing."),
    "a driver without a name": (
        [(("drivers", 2, "name"), GONE)],
        '"features_used" name is missing.',
    ),
    "an empty name": ([(("drivers", 2, "name"), "")], '"features_used" name must not be empty.'),
    "a version that is a number": ([(("version",), 2026.1)], "version must be text, but is 2026.1"),
    "drivers that are no list": (
        [(("drivers",), "many")],
        "drivers must be a list, but is 'many'.",
    ),
    "a driver that is no table": (
        [(("drivers", 3), "nps")],
        "drivers no. 4 must be a table of named entries, but is 'nps'.",
    ),
    "a key with a blank": (
        [(("groups", 0, "key"), "Our usage")],
        'groups "Our usage" key must be a key of small letters, digits and _, but is',
    ),
    "a colour in words": (
        [(("scenarios", 0, "colour"), "red")],
        "scenarios \"let_go\" colour must be a colour such as #17693A, but is 'red'.",
    ),
    "an unknown band": (
        [(("scenarios", 0, "cmi"), "tiny")],
        "scenarios \"let_go\" cmi must be 'low', 'mid' or 'high', but is 'tiny'.",
    ),
    "a weight below zero": (
        [(("drivers", 0, "weight"), -1)],
        'drivers "seat_use" weight must not be below 0, but is -1.',
    ),
    "a weight that is no number": (
        [(("drivers", 0, "weight"), float("nan"))],
        'drivers "seat_use" weight must be a finite number, but is nan.',
    ),
    "a weight without end": (
        [(("characteristics", 0, "weight"), float("inf"))],
        'characteristics "charter" weight must be a finite number, but is inf.',
    ),
    "a weight in words": (
        [(("drivers", 0, "weight"), "much")],
        "drivers \"seat_use\" weight must be a number, but is 'much'.",
    ),
    "days that are no whole number": (
        [(("validity", "driver"), 1.5)],
        "validity driver must be a whole number, but is 1.5.",
    ),
    "a coverage above 1": (
        [(("minimum_coverage",), 50)],
        "minimum_coverage must not be above 1, but is 50.",
    ),
    "a category that gives words": (
        [(("drivers", 4, "categories", "Advocate"), "all")],
        'drivers "sponsor" categories "Advocate" must be a number, but is \'all\'.',
    ),
    "an override with a weight below zero": (
        [((*OVERRIDE, "weights"), {"nps": 1, "usage": -2})],
        'overrides no. 1 weights "usage" must not be below 0, but is -2.',
    ),
    "an override with half of its bounds": (
        [((*OVERRIDE, "bounds"), {"usage": {"worst": 4}})],
        'overrides no. 1 bounds "usage" best is missing.',
    ),
    "an override with an unknown grid": (
        [((*OVERRIDE, "cuts"), {"4x4": {"chs": [5]}})],
        "overrides no. 1 cuts \"4x4\" must be '2x2' or '3x3', but is '4x4'.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_document_of_the_wrong_form_is_refused_with_the_place_that_is_wrong(case: str) -> None:
    changes, sentence = BROKEN[case]
    told = refusal(changed(*changes))
    assert told.startswith("The methodology cannot be used: ")
    assert sentence in told


@pytest.mark.parametrize("document", [[], "nps", None, 7])
def test_a_document_that_is_no_table_is_refused(document: Any) -> None:
    assert "the document must be a table of named entries." in refusal(document)


def test_an_endless_value_is_shortened_in_the_sentence() -> None:
    assert len(refusal(changed((("drivers",), "x" * 100_000)))) < 200


def test_nan_written_in_toml_is_refused(shipped: Methodology, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = method.to_toml(shipped).replace("weight = 25.0", "weight = nan", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MethodologyError, match='"charter" weight must be a finite number'):
        method.load(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"
    with pytest.raises(MethodologyError, match=r"nowhere\.toml cannot be opened"):
        method.load(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("no.toml", b"customer,arr\nAcme,12\n"),
        ("bytes.toml", b"\xff\xfe\x00\x01"),
        ("no.json", b"{'single': 'quotes'}"),
        ("deep.json", b"[" * 100_000),
        ("deep.toml", b"a = " + b"[" * 100_000),
    ],
)
def test_a_file_that_is_no_document_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(MethodologyError, match=f"{name} is not a readable document: "):
        method.load(path)
