"""Editing the methodology in the page, through app.py."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from portfolios import customer, loaded, observation, outcome
from screens import PORTFOLIO, is_well, some, texts, unescaped
from streamlit.testing.v1 import AppTest

from cmi.methodology import editing as edit
from cmi.methodology import shipped, to_toml
from cmi.store import Store
from cmi.ui import session

RULES = shipped()
PAGE = "pages/refine/methodology.py"
EDITOR = {"rules": "Change it"}  # how the page opens the editor
SECTIONS = ["Maturity", "Health", "Cuts and scenarios", "Plays", "Expected mix", "Exceptions"]
SKILLS = ("characteristics", "people", "factors", "people_skills")
USAGE = ("drivers", "usage")
HOSTILE = [
    "**bold** _it_ `code` # no",
    "<img src=x onerror=alert(1)><script>alert(2)</script>",
    "![x](http://evil.example/p.png) [go](javascript:alert(1))",
    "$\\frac{x}{y}$ :red[x] :material/delete:",
    "=cmd|'/c calc'!A1",
    "😀👩‍👩‍👧‍👦",
    "\u202eשלום עולם",
    "Wort" * 2000,
]
# What Markdown would act on: an escape before it makes it plain.
ACTIVE = r"(?<!\\)(<(img|script)|\]\(|\$|\*\*bold|`code|:red\[x|:material/delete)"
THREE = loaded(
    [
        customer("a", name="Acme", Stage="Onboarding"),
        customer("b", name="Beta", Stage="Live"),
        customer("c", name="Core", Stage="Live"),
    ],
    [
        observation("a", "usage", 5.0),
        observation("b", "usage", 70.0),
        observation("c", "usage", 30.0),
        observation("b", "sponsor", "Named"),
        observation("c", "sponsor", "Champion"),
    ],
)


def opened(app, section: str = "Maturity", *tables, place: tuple[Any, ...] = ()) -> AppTest:
    """The editor at one thing of a section."""
    at = app(*tables, page=PAGE, edit=section, **EDITOR)
    return at_place(at, section, place) if place else at


def at_place(at: AppTest, section: str, place: tuple[Any, ...]) -> AppTest:
    at.session_state["_draft_chosen"] = {section: place}
    return at.run()


def labelled(at: AppTest, kind: str, label: str) -> Any:
    return next(e for e in getattr(at, kind) if e.label == label)


def typed(at: AppTest, kind: str, label: str, value: Any) -> AppTest:
    return labelled(at, kind, label).set_value(value).run()


def press(at: AppTest, label: str) -> AppTest:
    return labelled(at, "button", label).click().run()


def draft(at: AppTest) -> Any:
    return at.session_state["_draft_kept"].methodology


# The draft


def test_before_anything_is_changed_the_page_says_what_a_draft_is(app) -> None:
    at = is_well(opened(app))
    assert some(at, "Version 2026.1 is in force. What you change here becomes a draft")
    assert "Undo the last change" not in [b.label for b in at.button]


def test_what_is_typed_becomes_the_draft_and_nobodys_rules(app) -> None:
    at = opened(app, place=SKILLS)
    typed(at, "text_area", "Question", "  Who can do it?  ")
    assert some(is_well(at), "It differs from version 2026.1 in 1 part: Skills (question).")
    assert draft(at).item("people_skills").question == "Who can do it?"
    at.switch_page(PORTFOLIO).run()
    assert any("Methodology 2026" in unescaped(link.proto.label) for link in at.get("page_link"))


def test_the_draft_is_there_after_a_visit_to_another_page(app) -> None:
    at = opened(app, place=SKILLS)
    typed(at, "text_input", "Name", "Abilities")
    at.switch_page(PORTFOLIO).run()
    at.query_params.update(EDITOR)
    at.switch_page(PAGE).run()
    assert some(is_well(at), "Abilities (name)")
    assert labelled(at, "text_input", "Name").value == "Abilities"


def test_undo_takes_the_last_change_back_and_the_inputs_show_it(app) -> None:
    at = opened(app, place=SKILLS)
    typed(at, "text_input", "Name", "Abilities")
    typed(at, "number_input", "Weight", 3.0)
    press(at, "Undo the last change")
    assert labelled(at, "number_input", "Weight").value == 1
    assert labelled(at, "text_input", "Name").value == "Abilities"
    press(at, "Undo the last change")
    assert draft(at) == RULES
    assert some(at, "is in force. What you change here")


def test_a_draft_is_thrown_away_as_a_whole(app) -> None:
    at = opened(app, place=SKILLS)
    typed(at, "text_input", "Name", "Abilities")
    typed(at, "text_area", "Question", "Who?")
    assert some(at, "2 changes would be gone for good.")
    press(at, "Throw it away")
    assert draft(at) == RULES
    assert labelled(is_well(at), "text_input", "Name").value == "Skills"


def test_what_is_changed_back_differs_in_nothing(app) -> None:
    at = opened(app, place=SKILLS)
    typed(at, "number_input", "Weight", 3.0)
    typed(at, "number_input", "Weight", 1.0)
    assert some(is_well(at), "It differs from version 2026.1 in nothing.")


def test_looking_at_everything_changes_nothing(app) -> None:
    at = opened(app)
    for section in SECTIONS:
        at.query_params["edit"] = section
        at.run()
    assert "_draft_kept" not in at.session_state


def test_a_version_that_came_into_force_meanwhile_is_told(app, tmp_path) -> None:
    at = opened(app, "Maturity", THREE, place=SKILLS)
    typed(at, "number_input", "Weight", 3.0)
    session.own_store().save_methodology(replace(RULES, version="other"), "Bo")
    assert some(at.run(), "Meanwhile version other is in force; the draft is older.")
    press(at, "Throw it away")
    assert some(at, "Version other is in force.")


def test_a_draft_that_has_come_into_force_is_no_draft_any_more(app) -> None:
    at = opened(app, "Maturity", THREE, place=SKILLS)
    typed(at, "number_input", "Weight", 3.0)
    session.own_store().save_methodology(replace(draft(at), version="next"), "Ana")
    assert some(is_well(at.run()), "Version next is in force.")
    typed(at, "number_input", "Weight", 4.0)
    assert some(at, "It differs from version next in 1 part: Skills (weight).")


def test_a_draft_that_was_saved_for_later_has_nothing_left_to_save(app) -> None:
    at = opened(app, "Maturity", THREE, place=SKILLS)
    typed(at, "number_input", "Weight", 3.0)
    later = replace(draft(at), version="next", effective=date(2199, 1, 1))
    session.own_store().save_methodology(later, "Ana")
    assert some(at.run(), "It is kept as version next; nothing is left to save.")
    press(at, "Begin anew")
    assert draft(at) == RULES
    assert some(is_well(at), "Version 2026.1 is in force.")


# The sentence at the field


def test_what_breaks_a_rule_is_told_under_its_field_and_is_not_kept(app) -> None:
    at = opened(app, place=SKILLS)
    typed(at, "text_area", "Level 3", " ")
    assert [t for t in map(unescaped, texts(at)) if "Must not be empty." in t] == [
        ":red[:material/error: Must not be empty. Not kept until mended.]"
    ]
    assert labelled(at, "text_area", "Level 3").value == " "
    assert "_draft_kept" not in at.session_state
    typed(at, "text_area", "Level 3", "They can.")
    assert not some(at, "Not kept")
    assert draft(at).item("people_skills").levels[2] == "They can."


def test_what_was_refused_is_forgotten_with_its_inputs(app) -> None:
    at = opened(app, place=SKILLS)
    typed(at, "text_input", "Name", "")
    at = at_place(at, "Maturity", ("characteristics", "people"))
    at = at_place(at, "Maturity", SKILLS)
    assert not some(at, "Not kept")


def test_a_name_that_is_taken_is_told_under_the_name(app) -> None:
    at = opened(app, "Health", place=USAGE)
    typed(at, "text_input", "Name", "SKILLS")
    assert some(at, 'Something else is called "skills" already.')


@pytest.mark.parametrize(
    ("section", "place", "label", "wrong", "told"),
    [
        ("Maturity", SKILLS, "Weight", -1.0, "Must not be below 0, but is -1."),
        ("Maturity", SKILLS, "Valid days", 0, "Must not be below 1, but is 0."),
        ("Health", USAGE, "Best (100 points)", 0.0, "Has worst and best at the same value, 0."),
        (
            "Expected mix",
            ("bands", 0),
            "Services, in % of the revenue",
            140.0,
            "be above 100, but is 140. Not kept",
        ),
        ("Cuts and scenarios", ("cuts", "2x2"), "Cut of health", 100.0, "Must lie between 0 and 1"),
        ("Cuts and scenarios", ("cuts", "3x3"), "Lower cut of maturity", 70.0, "Must rise, but g"),
    ],
)
def test_a_figure_that_cannot_be_is_told(app, section, place, label, wrong, told) -> None:
    at = opened(app, section, place=place)
    typed(at, "number_input", label, wrong)
    assert len([t for t in map(unescaped, texts(at)) if told in t]) == 1
    assert "_draft_kept" not in at.session_state


# The sections


def test_the_bounds_stand_beside_the_portfolios_values(app) -> None:
    at = is_well(opened(app, "Health", THREE, place=USAGE))
    # Acme is onboarding, and measured by bounds of its own.
    assert some(at, "2 customers with a value, the middle half of them from 40 to 60")
    assert some(at, "1 (50 %) stand at or above 60 (100 points)")
    assert some(at, "Customers of the exception for Onboarding or Implementation are measured from")
    assert len(at.get("plotly_chart")) == 1
    typed(at, "number_input", "Best (100 points)", 80.0)
    assert some(at, "0 (0 %) stand at or above 80 (100 points)")
    assert draft(at).item("usage").best == 80


def test_a_driver_is_turned_round_with_one_click(app) -> None:
    at = opened(app, "Health", place=USAGE)
    press(at, "More is better: turn it round")
    assert (draft(at).item("usage").worst, draft(at).item("usage").best) == (60, 0)
    assert labelled(is_well(at), "number_input", "Worst (0 points)").value == 60


def test_what_no_category_knows_is_named(app) -> None:
    at = is_well(opened(app, "Health", THREE, place=("drivers", "sponsor")))
    assert some(at, '1 customer says something else, which does not count: "Champion".')


def test_categories_are_typed_into_a_table(app) -> None:
    at = opened(app, "Health", THREE, place=("drivers", "sponsor"))
    at.session_state["edit.0.drivers.sponsor.categories"] = {
        "edited_rows": {1: {"points": 45}},
        "added_rows": [{"category": "Champion", "points": 90}],
        "deleted_rows": [0],
    }
    typed(at, "text_input", "Unit", "rank")  # hears the whole entry
    assert draft(at).item("sponsor").categories == (
        ("Named", 45), ("Engaged", 75), ("Advocate", 100), ("Champion", 90),
    )  # fmt: skip


def test_a_new_factor_starts_in_the_draft_with_a_key_of_its_own(app) -> None:
    at = opened(app, place=SKILLS)
    press(at, "Add a factor of People")
    typed(at, "text_input", "Name", "Skills for tomorrow")
    press(at, "Add it to the draft")
    assert some(at, "Must not be empty. Not kept until mended.")
    typed(at, "text_area", "Question", "What must they learn?")
    for n in range(1, 6):
        typed(at, "text_area", f"Level {n}", f"Statement {n}")
    press(at, "Add it to the draft")
    assert some(is_well(at), "Skills for tomorrow (new)")
    assert draft(at).item("people_skills_for_tomorrow").weight == 1
    assert labelled(at, "text_input", "Name").value == "Skills for tomorrow"


def test_a_new_driver_can_be_measured_by_a_figure(app) -> None:
    at = opened(app, "Health", THREE, place=USAGE)
    press(at, "Add a driver")
    typed(at, "text_input", "Name", "ARR")
    typed(at, "text_input", "Unit", "EUR")
    typed(at, "text_area", "Why it counts", "Because.")
    typed(at, "number_input", "Worst (0 points)", 0.0)
    typed(at, "number_input", "Best (100 points)", 10.0)
    press(at, "Add it to the draft")
    assert draft(at).drivers[-1].key == "arr_2"  # arr is the customer's
    assert some(is_well(at), "Nobody has a value of ARR yet.")


def test_retiring_says_what_follows_and_what_was_retired_can_come_back(app) -> None:
    at = opened(app, place=SKILLS)
    assert some(at, "no longer promise to improve it.")
    press(at, "Retire")
    assert "people_skills" not in {i.key for i in draft(at).items}
    assert some(is_well(at), "Skills (gone)")
    at = at_place(at, "Maturity", ("characteristics", "people", "factors"))
    press(at, "Bring it back")
    assert draft(at).item("people_skills") == RULES.item("people_skills")


def test_a_retirement_that_cannot_be_says_why(app, tmp_path) -> None:
    store = Store(tmp_path / "portfolio.duckdb")
    alone = edit.changed(RULES, ("plays", "wind_down"), {"improves": ["nps"]})
    store.save_methodology(replace(alone, version="own"), "Ana")
    store.close()
    at = opened(app, "Health", THREE, place=("drivers", "nps"))
    press(at, "Retire")
    assert some(at, '"Would recommend" cannot be retired: "End the contract on an agreed date"')
    assert "_draft_kept" not in at.session_state


def test_a_scenarios_words_and_plays_are_changed(app) -> None:
    at = opened(app, "Cuts and scenarios", place=("scenarios", "2x2", "retain"))
    typed(at, "text_input", "Name", "Hold")
    labelled(at, "multiselect", "Plays").set_value(["clean_data"]).run()
    found = next(s for s in draft(at).scenarios if s.key == "retain")
    assert (found.name, found.plays) == ("Hold", ("clean_data",))
    labelled(at, "multiselect", "Plays").set_value([]).run()
    assert some(at, "Has no entry. Not kept until mended.")


def test_the_expected_mix_is_an_assumption_of_the_team_that_becomes_part_of_the_draft(app) -> None:
    at = is_well(opened(app, "Expected mix", place=("bands", 1)))
    assert some(at, "an assumption of your team, not a measurement")
    typed(at, "number_input", "Services, in % of the revenue", 45.0)
    assert some(at, "differs from version 2026.1 in 1 part: Expected mix of Low (share of services")
    assert [band.services for band in draft(at).bands] == [70, 45, 30, 10]
    typed(at, "number_input", "From this CMI on", 60.0)
    assert some(at, "Must rise, but goes 0, 60, 50, 75. Not kept until mended.")


def test_a_characteristic_says_how_another_one_is_added(app) -> None:
    at = opened(app, place=("characteristics", "people"))
    assert some(at, "A whole characteristic is added or taken out in the file")


def test_the_steps_of_a_play_are_lines(app) -> None:
    at = opened(app, "Plays", place=("plays", "wind_down"))
    typed(at, "text_area", "Steps, one in each line", "Call.\n\n  Write. \n")
    assert draft(at).play("wind_down").steps == ("Call.", "Write.")


def test_an_exception_says_for_whom_it_holds(app) -> None:
    at = is_well(opened(app, "Exceptions", THREE, place=("overrides", 0)))
    assert some(at, "It holds for 1 customer of 3 today.")
    labelled(at, "multiselect", "Is one of").set_value(["Onboarding", "Live"]).run()
    assert some(at, "It holds for 3 customers of 3 today.")
    typed(at, "number_input", "Cut of health, 2x2", None)
    assert draft(at).overrides[0].cuts == ()
    press(at, "Remove")
    assert draft(at).overrides == ()
    assert "Add an exception" in [b.label for b in is_well(at).button]


# Whatever is typed, whoever is there


@pytest.mark.parametrize("name", HOSTILE, ids=[n[:12] for n in HOSTILE])
def test_a_hostile_name_is_shown_as_it_stands(app, name: str) -> None:
    at = opened(app, "Health", THREE, place=USAGE)
    typed(at, "text_input", "Name", name)
    typed(at, "text_input", "Unit", name)
    assert draft(at).item("usage").name == name
    shown = [str(e.value) for kind in ("markdown", "caption") for e in getattr(at, kind)]
    assert [t for t in shown if re.search(ACTIVE, t)] == []
    assert tomllib.loads(to_toml(draft(at)))["drivers"][1]["name"] == name
    for section in SECTIONS:
        at.query_params["edit"] = section
        is_well(at.run())


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(
    "table",
    [
        None,
        loaded([customer("a")]),
        loaded([customer("a", "2025-01-31")], None, [outcome("a", "churned", "2026-01-31")]),
        THREE,
    ],
    ids=["the sample", "nothing known", "nobody there", "three"],
)
def test_every_portfolio_can_be_edited_over(app, section: str, table) -> None:
    at = is_well(opened(app, section, *(() if table is None else (table,))))
    where = {"Maturity": "Add a factor of Charter", "Health": "Add a driver", "Plays": "Add a play"}
    where["Exceptions"] = "Add an exception"
    if section in where:
        is_well(press(at, where[section]))
        press(at, "Add it to the draft")
        assert [e.message for e in at.exception] == []
        assert some(at, "Not kept until mended.")
        is_well(press(at, "Cancel"))
