"""How the parts of a methodology must fit: which sentence refuses what does not."""

from __future__ import annotations

import pytest
from documents import GONE, Change, changed, refusal

FACTOR = ("characteristics", 1, "factors", 0)
OVERRIDE = ("overrides", 0)

BROKEN: dict[str, tuple[list[Change], str]] = {
    "no weight among characteristics": (
        [(("characteristics", n, "weight"), 0) for n in range(4)],
        "characteristics leave no weight above zero: nothing would count.",
    ),
    "no weight among drivers": (
        [(("drivers", n, "weight"), 0) for n in range(12)],
        "drivers leave no weight above zero: nothing would count.",
    ),
    "no weight among the factors of a characteristic": (
        [(("characteristics", 3, "factors", n, "weight"), 0) for n in range(3)],
        'characteristics "technology" factors leave no weight above zero: nothing would count.',
    ),
    "no drivers": (
        [(("plays",), []), (("drivers",), [])],
        "drivers need at least one entry.",
    ),
    "an item twice": (
        [(("drivers", 1, "key"), "seat_use")],
        'items "seat_use" is there twice.',
    ),
    "a name twice, in another case": (
        [(("drivers", 1, "name"), "SKILLS ")],
        'names of items "skills" is there twice.',
    ),
    "a group twice": ([(("groups", 1, "key"), "usage")], 'groups "usage" is there twice.'),
    "a category twice, in another case": (
        [(("drivers", 4, "categories", "ADVOCATE"), 90)],
        'drivers "sponsor" categories "advocate" is there twice.',
    ),
    "a play twice": ([(("plays", 1, "key"), "wind_down")], 'plays "wind_down" is there twice.'),
    "cuts out of order": (
        [(("cuts", "3x3", "cmi"), [66, 33])],
        "cuts 3x3 cmi must rise, but goes 66, 33.",
    ),
    "two cuts at one place": (
        [(("cuts", "3x3", "chs"), [50, 50])],
        "cuts 3x3 chs must rise, but goes 50, 50.",
    ),
    "a cut above 100": (
        [(("cuts", "2x2", "chs"), [120])],
        "cuts 2x2 chs must lie between 0 and 100, not 120.",
    ),
    "a cut at 0": (
        [(("cuts", "2x2", "cmi"), [0])],
        "cuts 2x2 cmi must lie between 0 and 100, not 0.",
    ),
    "too many cuts": (
        [(("cuts", "2x2", "cmi"), [40, 60])],
        "cuts 2x2 cmi needs one cut, but has 2.",
    ),
    "too few cuts": (
        [(("cuts", "3x3", "cmi"), [50])],
        "cuts 3x3 cmi needs 2 cuts, but has 1.",
    ),
    "no cuts for a grid": ([(("cuts", "3x3"), GONE)], "cuts 3x3 is missing."),
    "a scenario too few": (
        [(("scenarios", 3), GONE)],
        "scenarios of 2x2 must have one for high CMI and high CHS, but there is none.",
    ),
    "a cell with two scenarios": (
        [(("scenarios", 1, "cmi"), "low")],
        "scenarios of 2x2 must have one for low CMI and low CHS, but there are 2.",
    ),
    "a scenario key twice in a grid": (
        [(("scenarios", 1, "key"), "let_go")],
        'scenarios of 2x2 "let_go" is there twice.',
    ),
    "a middle band in the small grid": (
        [(("scenarios", 4, "grid"), "2x2"), (("scenarios", 4, "cmi"), "mid")],
        "scenarios of 3x3 must have one for low CMI and low CHS, but there is none.",
    ),
    "a factor with four anchors": (
        [((*FACTOR, "levels"), ["a", "b", "c", "d"])],
        'factors "people_roles" levels needs five anchors, but has 4.',
    ),
    "a factor with two anchors alike": (
        [((*FACTOR, "levels"), ["a", "b", "c", "d", "A"])],
        'factors "people_roles" levels "a" is there twice.',
    ),
    "a driver with bounds and categories": (
        [(("drivers", 0, "categories"), {"yes": 100})],
        'drivers "seat_use" needs either worst and best, or categories.',
    ),
    "a driver with half of its bounds": (
        [(("drivers", 0, "best"), GONE)],
        'drivers "seat_use" needs either worst and best, or categories.',
    ),
    "a driver with categories and one bound": (
        [(("drivers", 4, "worst"), 0)],
        'drivers "sponsor" needs either worst and best, or categories.',
    ),
    "a driver with neither": (
        [(("drivers", 4, "categories"), GONE)],
        'drivers "sponsor" needs either worst and best, or categories.',
    ),
    "a driver whose worst is its best": (
        [(("drivers", 0, "worst"), 85)],
        'drivers "seat_use" has worst and best at the same value, 85.',
    ),
    "a category that gives too much": (
        [(("drivers", 4, "categories", "Advocate"), 120)],
        'drivers "sponsor" categories "Advocate" must give 0 to 100 points, not 120.',
    ),
    "a range that falls": (
        [(("drivers", 0, "range"), {"min": 5, "max": 1})],
        'drivers "seat_use" range must rise, but goes 5 to 1.',
    ),
    "a driver of an unknown group": (
        [(("drivers", 0, "group"), "weather")],
        'drivers "seat_use" group names "weather", which is not a group.',
    ),
    "a play that improves an unknown item": (
        [(("plays", 0, "improves"), ["mood"])],
        'plays "wind_down" improves names "mood", which is no factor or driver.',
    ),
    "a play that improves nothing": (
        [(("plays", 0, "improves"), [])],
        'plays "wind_down" improves has no entry.',
    ),
    "a play without steps": (
        [(("plays", 0, "steps"), [])],
        'plays "wind_down" steps has no entry.',
    ),
    "a scenario with an unknown play": (
        [(("scenarios", 1, "plays"), ["magic"])],
        'scenarios of 2x2 "invest_in_health" plays names "magic", which is not a play.',
    ),
    "a scenario without plays": (
        [(("scenarios", 1, "plays"), [])],
        'scenarios of 2x2 "invest_in_health" plays has no entry.',
    ),
    "no rater who counts": (
        [(("raters", "order"), [])],
        "raters order has no entry: nobody's rating would count.",
    ),
    "raters who weigh nothing": (
        [(("raters", "weights"), {"csm": 0})],
        "raters weights are all zero: nobody's rating would count.",
    ),
    "a rater who counts and stands apart": (
        [(("raters", "apart"), ["sales"])],
        'raters apart names "sales", whose rating also counts.',
    ),
    "an override that weighs an unknown item": (
        [((*OVERRIDE, "weights", "mood"), 3)],
        'overrides no. 1 weights names "mood", which is no characteristic, factor or driver.',
    ),
    "an override that leaves no weight": (
        [
            ((*OVERRIDE, "weights"), dict.fromkeys(("charter", "people", "process"), 0)),
            (("characteristics", 3, "weight"), 0),
        ],
        "overrides no. 1 weights characteristics leave no weight above zero: nothing would count.",
    ),
    "an override that bounds a driver with categories": (
        [((*OVERRIDE, "bounds", "sponsor"), {"worst": 0, "best": 1})],
        'overrides no. 1 bounds names "sponsor", which is no driver with worst and best.',
    ),
    "an override whose worst is its best": (
        [((*OVERRIDE, "bounds", "usage"), {"worst": 4, "best": 4})],
        'overrides no. 1 bounds "usage" has worst and best at the same value, 4.',
    ),
    "an override with a cut outside": (
        [((*OVERRIDE, "cuts", "2x2", "chs"), [-5])],
        "overrides no. 1 cuts 2x2 chs must lie between 0 and 100, not -5.",
    ),
    "an override with cuts for no axis": (
        [((*OVERRIDE, "cuts", "2x2"), {})],
        "overrides no. 1 cuts 2x2 needs cmi or chs.",
    ),
    "an override that holds for nobody": (
        [((*OVERRIDE, "values"), [])],
        "overrides no. 1 needs columns and values, or it would never hold.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_document_whose_parts_do_not_fit_is_refused_with_the_place_that_is_wrong(
    case: str,
) -> None:
    changes, sentence = BROKEN[case]
    told = refusal(changed(*changes))
    assert told.startswith("The methodology cannot be used: ")
    assert sentence in told


def test_a_cell_that_the_small_grid_lacks_is_refused() -> None:
    document = changed()
    extra = document["scenarios"][0] | {"key": "between", "cmi": "mid"}
    document["scenarios"].append(extra)
    assert "scenarios of 2x2 has no cell for mid CMI and low CHS." in refusal(document)
