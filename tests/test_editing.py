"""Edits of a methodology: each is a methodology again, or a sentence at the field that is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import rules

from cmi.methodology import Methodology, from_document, shipped, to_document
from cmi.methodology import editing as edit
from cmi.methodology.parts import KEY_FORM
from cmi.methodology.places import fault, new_key, new_place, of_item, used_keys
from cmi.methodology.rules import OURS
from cmi.methodology.touched import touched
from cmi.problems import MethodologyError
from cmi.store.snapshot import FIELDS, SCORES

RULES = shipped()
SKILLS = ("characteristics", "people", "factors", "people_skills")
STEPS = [f"Statement {n}." for n in range(1, 6)]
RETENTION = {
    "name": "Retention",
    "aspect": "what",
    "question": "Do people stay?",
    "levels": STEPS,
}


def differing(after: Methodology, before: Methodology = RULES) -> list[str]:
    return [str(t) for t in touched(before, after)]


def refused(place, *wrong) -> tuple[str, str]:
    """Where the refusal of these fields stands on the screen, and what it says."""
    with pytest.raises(MethodologyError) as error:
        edit.changed(RULES, place, dict(wrong))
    return fault(place, error.value)


# Changing


@pytest.mark.parametrize(
    ("place", "fields", "told"),
    [
        (SKILLS, {"question": "Who can do it?"}, "Skills (question)"),
        (SKILLS, {"levels": STEPS, "weight": 2}, "Skills (anchors and weight)"),
        (SKILLS, {"valid_for": 100}, "Skills (valid days)"),
        (("characteristics", "people"), {"weight": 40}, "People (weight)"),
        (("groups", "usage"), {"name": "Adoption"}, "Adoption (name)"),
        (("drivers", "usage"), {"worst": 60, "best": 0}, "Product use (bounds)"),
        (
            ("drivers", "sponsor"),
            {"categories": {"No": 0, "Yes": 100}},
            "Executive sponsor (catego",
        ),
        (("drivers", "usage"), {"range": {"min": 0, "max": 99}}, "Product use (possible values)"),
        (("cuts", "3x3"), {"chs": [30, 70]}, "Cuts of 3x3 (health)"),
        (("scenarios", "2x2", "retain"), {"avoid": "Sleep."}, "Retain (what not to do)"),
        (("plays", "wind_down"), {"improves": ["nps"]}, "End the contract on an agreed date (wh"),
        (("bands", 1), {"services": 45, "from": 30}, "Expected mix of Low (where it begins and sh"),
        (("overrides", 0), {"weights": {}}, "Exception for Onboarding or Implementation (weights)"),
    ],
)
def test_every_part_can_be_changed_and_only_it_differs(place, fields, told) -> None:
    after = edit.changed(RULES, place, fields)
    (only,) = differing(after)
    assert only.startswith(told)
    back = {name: edit.entry(RULES, place).get(name) for name in fields}
    assert edit.changed(after, place, back) == RULES


def test_what_is_taken_out_is_as_usual_again() -> None:
    after = edit.changed(RULES, ("drivers", "nps"), {"valid_for": None})
    assert after.valid_for("nps") == RULES.validity.driver


def test_a_change_touches_only_the_copy() -> None:
    before = to_document(RULES)
    edit.changed(RULES, SKILLS, {"name": "Abilities"})
    assert to_document(RULES) == before


# What is refused, and where it is told


@pytest.mark.parametrize(
    ("place", "wrong", "told"),
    [
        (SKILLS, ("name", ""), ("name", "Must not be empty.")),
        (SKILLS, ("name", "TOOLS"), ("name", 'Something else is called "tools" already.')),
        (SKILLS, ("weight", -1), ("weight", "Must not be below 0, but is -1.")),
        (SKILLS, ("weight", None), None),
        (SKILLS, ("valid_for", 0), ("valid_for", "Must not be below 1, but is 0.")),
        (SKILLS, ("levels", [*STEPS[:4], ""]), ("levels 5", "Must not be empty.")),
        (
            SKILLS,
            ("levels", [*STEPS[:4], "Statement 1."]),
            ("levels", '"statement 1." is there twice.'),
        ),
        (("drivers", "usage"), ("best", 0), ("", "Has worst and best at the same value, 0.")),
        (("drivers", "usage"), ("best", None), ("", "Needs either worst and best, or categories.")),
        (("drivers", "usage"), ("unit", ""), ("unit", "Must not be empty.")),
        (
            ("drivers", "usage"),
            ("range", {"min": 5, "max": 5}),
            ("range", "Must rise, but goes 5 to 5."),
        ),
        (
            ("drivers", "sponsor"),
            ("categories", [["Yes", None]]),
            ("categories 1", "Must be a number, but is empty."),
        ),
        (
            ("drivers", "sponsor"),
            ("categories", [["Yes", 1], ["YES", 2]]),
            ("categories", '"yes" is there twice.'),
        ),
        (
            ("drivers", "sponsor"),
            ("categories", [["Yes", 101]]),
            ("categories", '"Yes" must give 0 to 100 points, not 101.'),
        ),
        (("cuts", "2x2"), ("cmi", [100]), ("cmi", "Must lie between 0 and 100, not 100.")),
        (("cuts", "3x3"), ("chs", [60, 40]), ("chs", "Must rise, but goes 60, 40.")),
        (("scenarios", "3x3", "lead_together"), ("plays", []), ("plays", "Has no entry.")),
        (("scenarios", "3x3", "lead_together"), ("name", ""), ("name", "Must not be empty.")),
        (("plays", "wind_down"), ("steps", []), ("steps", "Has no entry.")),
        (("bands", 1), ("services", 101), ("services", "Must not be above 100, but is 101.")),
        (("bands", 1), ("from", 60), ("from", "Must rise, but goes 0, 60, 50, 75.")),
        (("bands", 0), ("from", 5), ("", "Must begin at 0, not 5.")),
        (("bands", 1), ("name", "HIGH"), ("name", 'Something else is called "high" already.')),
        (("overrides", 0), ("values", ["A", ""]), ("values 2", "Must not be empty.")),
        (
            ("overrides", 0),
            ("weights", {"usage": -1}),
            ("weights", '"usage" must not be below 0, but is -1.'),
        ),
        (
            ("overrides", 0),
            ("cuts", {"2x2": {"chs": [0]}}),
            ("cuts", "2x2 chs must lie between 0 and 100, not 0."),
        ),
    ],
)
def test_the_sentence_stands_at_the_field_that_is_wrong(place, wrong, told) -> None:
    if told is None:  # a weight may be left out where it has a usual value
        assert edit.entry(edit.changed(RULES, place, dict([wrong])), place)["weight"] == 1
    else:
        assert refused(place, wrong) == told


def test_a_weight_that_leaves_nothing_is_told_at_the_weight() -> None:
    first, *others = (c.key for c in RULES.characteristics)
    alone = RULES.with_weights(dict.fromkeys(others, 0))
    place = ("characteristics", first)
    with pytest.raises(MethodologyError) as error:
        edit.changed(alone, place, {"weight": 0})
    assert fault(place, error.value)[0] == "weight"


def test_a_driver_with_bounds_in_an_exception_cannot_become_words_and_it_says_so() -> None:
    words = {"worst": None, "best": None, "categories": {"Low": 0, "High": 100}}
    field, sentence = refused(("drivers", "usage"), *words.items())
    assert field == ""
    assert sentence == (
        'This would break another part: overrides no. 1 bounds names "usage", which is no driver '
        "with worst and best."
    )


# Adding


def test_a_new_factor_counts_as_its_neighbours_do_and_has_a_key_of_its_own() -> None:
    heavy = edit.changed(RULES, SKILLS, {"weight": 4})
    where = ("characteristics", "people", "factors")
    place = new_place(heavy, where, "Retention", ())
    after = edit.added(heavy, place, RETENTION)
    assert place == (*where, "people_retention")
    assert after.item("people_retention").weight == 2  # the mean of 1, 4 and 1
    assert differing(after, heavy) == ["Retention (new)"]


def test_a_key_that_any_earlier_version_used_is_not_given_again() -> None:
    gone = edit.retired(RULES, "people_skills")
    where = ("characteristics", "people", "factors")
    assert new_place(gone, where, "Skills", used_keys([RULES]))[-1] == "people_skills_2"
    assert new_place(gone, where, "Skills", ())[-1] == "people_skills"


@pytest.mark.parametrize("name", [*sorted(OURS), "ARR", "Period", "Renewal date"])
def test_a_new_driver_never_takes_the_place_of_what_is_known_of_a_customer(name: str) -> None:
    key = new_place(RULES, ("drivers",), name, ())[-1]
    assert key not in OURS
    driver = {"name": name, "group": "usage", "unit": "u", "why": "w", "worst": 0, "best": 1}
    assert edit.added(RULES, ("drivers", key), driver).item(key).name == name


def test_the_columns_of_snapshots_and_scores_are_no_keys_in_a_file_either() -> None:
    assert {*FIELDS, *SCORES} <= OURS
    document = to_document(rules())
    document["drivers"][0]["key"] = document["plays"][0]["improves"][0] = "arr"
    with pytest.raises(MethodologyError, match="a key that means something else"):
        from_document(document)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Use of tools", "use_of_tools"),
        ("  Café – Nähe!  ", "cafe_nahe"),
        ("2nd line", "driver_2nd_line"),
        ("客户成功", "driver"),
        ("😀", "driver"),
        ("<img src=x onerror=alert(1)>", "img_src_x_onerror_alert_1"),
        ("x" * 500, "x" * 40),
        ("", "driver"),
    ],
)
def test_a_key_is_made_from_any_name(name: str, key: str) -> None:
    assert new_key(name, "driver", ()) == key
    assert new_key(name, "driver", {key}) == f"{key}_2"


@given(st.text(), st.sets(st.sampled_from(["a", "a_2", "driver", "driver_2", "b"])))
def test_a_key_is_always_new_and_one_that_a_file_may_have(name: str, used: set[str]) -> None:
    key = new_key(name, "driver", used)
    assert re.fullmatch(KEY_FORM.strip("^$"), key)
    assert key not in used | OURS


def test_an_exception_and_a_play_can_be_added_and_removed() -> None:
    play = {
        "title": "Call",
        "owner": "CSM",
        "steps": ["Call."],
        "effect": "Calm.",
        "improves": ["nps"],
    }
    place = new_place(RULES, ("plays",), "Call", ())
    after = edit.added(RULES, place, play)
    assert after.play("call").title == "Call"
    assert edit.without(after, place) == RULES
    exception = {"columns": ["Size"], "values": ["S"], "why": "Small.", "weights": {"usage": 0}}
    place = new_place(RULES, ("overrides",), "", ())
    after = edit.added(RULES, place, exception)
    assert after.overrides[1].values == ("S",)
    assert edit.without(after, place) == RULES


# Retiring and bringing back


def test_the_weights_of_the_rest_keep_their_proportions_when_one_is_retired() -> None:
    after = edit.retired(RULES, "usage")
    assert {d.key: d.weight for d in after.drivers} == {
        d.key: d.weight for d in RULES.drivers if d.key != "usage"
    }


def test_nothing_refers_to_what_is_retired_any_more() -> None:
    after = edit.retired(RULES, "usage")
    assert '"usage"' not in str(to_document(after)["plays"])
    (exception,) = after.overrides
    assert "usage" not in {**dict(exception.weights), **dict(exception.bounds)}
    assert edit.consequences(RULES, "usage") == [
        '"Run a six-week adoption sprint" and "Train each role on its own tasks" no longer promise '
        "to improve it.",
        "The exception for Onboarding or Implementation has no rule of its own for it any more.",
    ]


def test_an_exception_that_says_nothing_else_and_an_empty_group_go_with_it() -> None:
    only = replace(RULES.overrides[0], weights=(("nps", 1.0),), bounds=(), cuts=())
    moved = edit.changed(RULES, ("drivers", "csat"), {"group": "support"})
    small = replace(moved, overrides=(only,))
    said = edit.consequences(small, "nps")
    assert said[-2:] == [
        "The exception for Onboarding or Implementation says nothing else and goes with it.",
        'The group "Satisfaction" has no other driver and goes with it.',
    ]
    after = edit.retired(small, "nps")
    assert after.overrides == ()
    assert "satisfaction" not in {g.key for g in after.groups}


def test_the_last_factor_of_a_characteristic_and_the_last_driver_stay() -> None:
    small = edit.retired(edit.retired(RULES, "people_skills"), "people_roles")
    with pytest.raises(MethodologyError, match='"Working with others" cannot be retired: it is the '
                                               'last one of "People"'):  # fmt: skip
        edit.retired(small, "people_collaboration")
    alone = replace(rules(), drivers=rules().drivers[:1])
    everything = edit.changed(alone, ("plays", "talk"), {"improves": ["charter_goals"]})
    with pytest.raises(MethodologyError, match="it is the last one of health"):
        edit.retired(everything, "logins")


def test_what_a_play_improves_alone_stays_until_the_play_changes() -> None:
    with pytest.raises(MethodologyError, match='cannot be retired: "Talk" improves nothing else'):
        edit.retired(rules(), "logins")


def test_the_last_one_that_counts_stays() -> None:
    weightless = rules().with_weights({"tickets": 0, "sponsor": 0, "csat": 0})
    other = edit.changed(weightless, ("plays", "talk"), {"improves": ["csat"]})
    with pytest.raises(MethodologyError, match="nothing would count"):
        edit.retired(other, "logins")


def test_the_only_play_of_a_scenario_stays() -> None:
    with pytest.raises(MethodologyError, match='"Talk" cannot be removed: it is the only play of'):
        edit.without(rules(), ("plays", "talk"))


@pytest.mark.parametrize("item", [i.key for i in RULES.items])
def test_any_item_that_was_retired_can_be_brought_back_as_it_was(item: str) -> None:
    gone = edit.retired(RULES, item)
    assert edit.former_items(gone, [RULES]) == {item: RULES}
    again = edit.brought_back(gone, RULES, item)
    assert again.item(item) == RULES.item(item)
    assert of_item(again, item) == of_item(RULES, item)
    assert edit.former_items(again, [RULES]) == {}


def test_the_last_version_that_had_it_says_how_it_comes_back() -> None:
    later = edit.changed(RULES, SKILLS, {"question": "Later?"})
    gone = edit.retired(later, "people_skills")
    assert edit.former_items(gone, [RULES, later, gone])["people_skills"] == later


def test_a_group_comes_back_with_its_driver() -> None:
    gone = edit.retired(edit.changed(RULES, ("drivers", "csat"), {"group": "support"}), "nps")
    assert len(gone.groups) == 4
    again = edit.brought_back(gone, RULES, "nps")
    assert again.groups[-1].name == "Satisfaction"


# At a glance


def test_version_name_and_day_are_no_difference() -> None:
    other = replace(RULES, version="other", name="Other", effective=date(2030, 1, 1))
    assert touched(RULES, other) == ()


def test_what_is_new_comes_in_its_order_and_what_is_gone_at_the_end() -> None:
    gone = edit.retired(edit.changed(RULES, ("cuts", "2x2"), {"cmi": [40]}), "process_discipline")
    place = new_place(gone, ("characteristics", "people", "factors"), "Retention", ())
    assert differing(edit.added(gone, place, RETENTION)) == [
        "Retention (new)",
        "Bring in a consulting partner (what it improves)",
        "Get one process to run unaided (what it improves)",
        "Cuts of 2x2 (maturity)",
        "Discipline (gone)",
    ]
