"""The review and the plays, through app.py."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from portfolios import customer, loaded, observation
from screens import CUSTOMER, heads, is_well, some, texts, unescaped

from cmi.methodology import shipped
from cmi.store.decisions import Decision, NewPlay
from cmi.ui import session

REVIEW, PLAYS = "pages/prepare/review.py", "pages/prepare/playbooks.py"
RULES = shipped()
GOOD = {d.key: d.categories[-1][0] if d.categories else d.best for d in RULES.drivers}
EAST = {"currency": "EUR", "Region": "East"}
LATER = date(2199, 1, 1)


def known(who: str, level: float, on: str = "2026-01-31"):
    levels = [observation(who, f.key, level, on=on) for f in RULES.factors]
    return [*levels, *(observation(who, key, value, on=on) for key, value in GOOD.items())]


RETAIN = next(s for s in RULES.grid("2x2") if s.key == "retain")
# All perfectly healthy: what could grow is ARR x maturity. Acme 750, Beta 500, Ceta 25.
THREE = loaded(
    [
        customer("a", name="Acme", arr=1000.0, owner="Ana", **EAST),
        customer("b", name="Beta", arr=1000.0, owner="Bo", **EAST),
        customer("c", name="Ceta", arr=100.0, owner="Bo", **EAST),
    ],
    [*known("a", 4), *known("b", 3), *known("c", 2)],
)


def named(at, name="Zoe"):
    return at.text_input(key="upload.by").set_value(name).run()


def button(at, label):
    return next(b for b in at.button if b.label == label)


def widget(at, kind, ending, of="review."):
    """A control of the decision, or of a play."""
    keys = {str(w.key): w for w in getattr(at, kind)}
    return next(w for key, w in keys.items() if key.startswith(of) and key.endswith(ending))


def offered(at):
    """The boxes of the plays that can be given."""
    return [box for box in at.checkbox if ".play." in str(box.key)]


def ticked(at, play):
    return widget(at, "checkbox", f".{play}").check()


def save(at):
    return widget(at, "button", ".save").click().run()


def lined_up(at, column="stake"):
    return next(d.value for d in at.dataframe if column in d.value)


def decisions():
    return session.own_store().decisions


def theirs(who="a", note="Call them.", seen=None, due=None, **other):
    """What somebody else decides while the page is open."""
    made = Decision(who, date(2026, 3, 31), date(2026, 1, 31), "2x2", "expand_and_leverage",
                    "expand_and_leverage", "Bo", note=note, **other)  # fmt: skip
    held = decisions()
    seen = held.seen(who) if seen is None else seen
    return held.decide(made, [NewPlay("case_study", due_date=due)], seen=seen)


# The queue


def test_the_queue_begins_with_what_matters_most_and_says_why(app):
    at = is_well(app(THREE, page=REVIEW))
    assert list(lined_up(at)["name"]) == ["Acme", "Beta", "Ceta"]
    assert list(lined_up(at)["stake"].map(unescaped)) == [
        "750 potential", "500 potential", "25 potential",
    ]  # fmt: skip
    assert heads(at)[0] == "Acme"
    assert some(at, "750 EUR at stake: 1,000 EUR × 75 % potential (health 100 × maturity 75).")
    assert some(at, "0 of 3 customers are reviewed for Q1 2026: 0 % of 2,100 EUR ARR.")


def test_next_and_previous_go_through_the_list_and_have_keys(app):
    at = is_well(app(THREE, page=REVIEW))
    assert button(at, "Previous").disabled
    assert button(at, "Next").proto.shortcut == "n"
    assert button(at, "Previous").proto.shortcut == "p"
    at = is_well(button(at, "Next").click().run())
    assert heads(at)[0] == "Beta"
    at = is_well(button(at, "Next").click().run())
    assert heads(at)[0] == "Ceta"
    assert button(at, "Next").disabled
    at = is_well(button(at, "Previous").click().run())
    assert heads(at)[0] == "Beta"


def test_an_owner_goes_through_his_own(app):
    at = is_well(app(THREE, page=REVIEW, f_owner="Bo"))
    assert list(lined_up(at)["name"]) == ["Beta", "Ceta"]
    assert heads(at)[0] == "Beta"
    assert some(at, "0 of 2 customers are reviewed")


def test_a_customer_in_the_address_is_shown_first(app):
    assert heads(is_well(app(THREE, page=REVIEW, customer="c")))[0] == "Ceta"
    assert heads(is_well(app(page=REVIEW, customer="c", f_owner="Ana")))[0] == "Ceta"


def turned_to(at, name):
    return is_well(at.segmented_control(key="list").set_value(name).run())


def test_another_list_begins_with_its_first_and_the_way_back_leads_to_where_one_was(app):
    app(THREE, page=REVIEW)
    theirs("c")
    at = is_well(app(page=REVIEW))
    at = is_well(button(at, "Next").click().run())
    assert heads(at)[0] == "Beta"
    at = turned_to(at, "Reviewed")
    assert heads(at)[0] == "Ceta"
    assert lined_up(at, "agreed")[["name", "agreed", "decided_by"]].to_numpy().tolist() == [
        ["Ceta", "Expand and leverage", "Bo"]
    ]
    assert heads(turned_to(at, "To review"))[0] == "Beta"
    assert heads(turned_to(at, "All"))[0] == "Beta"


def test_a_filter_that_leaves_others_turns_to_the_first_of_them(app):
    at = is_well(app(THREE, page=REVIEW))
    assert heads(at)[0] == "Acme"
    at = is_well(at.multiselect(key="f_owner").set_value(["Bo"]).run())
    assert heads(at)[0] == "Beta"


def test_the_first_owner_that_is_found_is_one_never_all_at_once(app):
    at = is_well(app(THREE, page=REVIEW))
    assert {m.label: m.proto.select_all for m in at.multiselect} == {"Owner": 0}


def test_a_tick_means_nobody_once_others_stand_in_the_rows(app):
    near = [customer("a", name="Acme", arr=1000.0), customer("b", name="Beta", arr=700.0)]
    at = is_well(app(loaded(near, [*known("a", 4), *known("b", 5)]), page=REVIEW, list="All"))
    assert list(lined_up(at)["name"]) == ["Acme", "Beta"]  # 750 and 700 at stake
    table = next(d for d in at.dataframe if "stake" in d.value)
    at.session_state[table.key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    at = is_well(at.run())
    assert heads(at)[0] == "Beta"
    theirs("b", due=date(2026, 1, 1))
    at = is_well(at.run())
    assert list(lined_up(at)["name"]) == ["Beta", "Acme"]  # a play is overdue: 700 x 1.25
    assert heads(at)[0] == "Beta"


def test_the_line_of_a_customer_tells_what_is_known_of_it(app):
    at = is_well(app(THREE, page=REVIEW))
    assert "1,000 EUR ARR · owner Ana · East" in map(unescaped, texts(at))  # no renewal is known


def test_the_progress_of_customers_without_an_owner_is_told_too(app):
    at = is_well(app(loaded([customer("a", name="Acme")], known("a", 4)), page=REVIEW))
    assert lined_up(at, "arr_share")["label"].tolist() == ["No owner"]


# Deciding


def test_a_scenario_is_accepted_with_plays_and_the_next_is_shown(app):
    at = named(is_well(app(THREE, page=REVIEW)))
    assert {unescaped(box.label) for box in offered(at)} == {
        RULES.play(k).title for k in RULES.grid("2x2")[1].plays
    }  # Expand and leverage has priority 2
    for play in ("case_study", "new_use_cases"):
        at = ticked(at, play).run()
    assert widget(at, "text_input", "owner.case_study").value == "Ana"
    widget(at, "date_input", ".due").set_value(LATER)
    at = widget(at, "text_area", ".note").set_value("Ask for figures.").run()
    at = is_well(save(at))
    assert heads(at)[0] == "Beta"
    assert list(lined_up(at)["name"]) == ["Beta", "Ceta"]
    assert some(at, "1 of 3 customers is reviewed for Q1 2026: 48 % of 2,100 EUR ARR.")
    (one,) = decisions().decided(LATER).to_dict("records")
    assert (one["customer_id"], one["scenario"], one["note"], one["by_whom"]) == (
        "a", "expand_and_leverage", "Ask for figures.", "Zoe",
    )  # fmt: skip
    assert one["period"].date() == date(2026, 3, 31)
    given = decisions().plays(LATER)
    assert given[["play", "owner"]].to_numpy().tolist() == [
        ["case_study", "Ana"], ["new_use_cases", "Ana"],
    ]  # fmt: skip


def test_without_a_name_nothing_is_saved_and_a_sentence_says_so(app):
    at = is_well(app(THREE, page=REVIEW))
    at = save(at)
    assert "Say who decides" in unescaped(at.warning[0].value)
    assert decisions().version() == 0


def overriding(at):
    return widget(at, "segmented_control", ".way").set_value("Override").run()


def test_an_override_needs_a_scenario_and_a_reason_and_then_holds(app):
    at = overriding(named(is_well(app(THREE, page=REVIEW))))
    assert offered(at) == []  # they are those of a scenario that is not chosen yet
    at = save(at)
    assert "which scenario" in at.warning[0].value
    at = widget(at, "selectbox", ".scenario").set_value("retain").run()
    assert {box.label for box in offered(at)} == {RULES.play(k).title for k in RETAIN.plays}
    at = save(at)
    assert "needs a reason" in at.warning[0].value
    at = widget(at, "text_input", ".reason").set_value("Their head left.").run()
    at = is_well(save(at))
    (one,) = decisions().decided(LATER).to_dict("records")
    assert (one["proposed"], one["scenario"]) == ("expand_and_leverage", "retain")
    today = datetime.now(UTC).date()
    assert one["expires"].date() == today + timedelta(days=91)
    at = is_well(app(page=REVIEW, customer="a", list="Reviewed"))
    assert some(at, "agreed instead:")
    assert some(at, "Retain instead of Expand and leverage, decided by Zoe")
    at = is_well(app(page=CUSTOMER, customer="a", view="What to do"))
    assert some(at, "agreed instead:")
    assert some(at, RETAIN.decision)
    assert some(at, RETAIN.summary)
    assert not some(at, "Plan a year of advocacy")
    at = is_well(app(page=REVIEW, customer="a", list="Reviewed"))
    assert widget(at, "selectbox", ".scenario").value == "retain"


def test_a_note_alone_leaves_the_customer_to_be_reviewed(app):
    at = named(is_well(app(THREE, page=REVIEW)))
    widget(at, "checkbox", ".reviewed").set_value(False)
    at = is_well(save(at))
    assert heads(at)[0] == "Acme"
    assert some(at, "0 of 3 customers are reviewed")


def test_what_others_decide_meanwhile_is_shown_and_asked_about(app):
    at = named(is_well(app(THREE, page=REVIEW)))
    at = widget(at, "text_area", ".note").set_value("Mine.").run()
    theirs()
    at = save(at)
    assert some(at, "Somebody decided here while you had it open")
    assert some(at, "accepted by Bo")
    assert some(at, "Call them.")
    assert decisions().decided(LATER)["note"].tolist() == ["Call them."]
    assert widget(at, "text_area", ".note").value == "Mine."  # nothing that was typed is lost
    at = is_well(button(at, "Save mine too").click().run())
    assert decisions().decided(LATER)["note"].tolist() == ["Call them.", "Mine."]
    assert not some(at, "Somebody decided here")


def test_who_keeps_what_the_other_decided_saves_nothing(app):
    at = named(is_well(app(THREE, page=REVIEW)))
    theirs()
    at = at.run()
    assert not [b for b in at.button if str(b.key).endswith(".save")]
    at = is_well(button(at, "Keep theirs").click().run())
    assert decisions().decided(LATER)["by_whom"].tolist() == ["Bo"]
    assert not some(at, "Somebody decided here")
    assert widget(at, "button", ".save")


def test_a_third_word_while_being_asked_is_shown_before_anything_is_saved(app):
    at = named(is_well(app(THREE, page=REVIEW)))
    theirs()
    at = at.run()
    theirs(note="And again.")
    at = button(at, "Save mine too").click().run()
    assert some(at, "And again.")
    assert decisions().decided(LATER)["by_whom"].tolist() == ["Bo", "Bo"]
    is_well(button(at, "Save mine too").click().run())
    assert decisions().decided(LATER)["by_whom"].tolist() == ["Bo", "Bo", "Zoe"]


def test_on_an_earlier_day_nothing_can_be_decided(app):
    before = loaded(
        [customer("a", "2025-12-31", name="Acme", arr=1.0)], known("a", 4, "2025-12-31")
    )
    at = is_well(app(before, THREE, page=REVIEW, as_of="2025-12-31"))
    assert heads(at)[0] == "Acme"
    assert not [b for b in at.button if str(b.key).endswith(".save")]
    assert some(at, "This was known on 31 Dec 2025. Decisions are made on the newest day")


def test_a_customer_without_a_place_can_be_reviewed_with_a_play(app):
    at = named(is_well(app(loaded([customer("a", name="Acme")]), page=REVIEW)))
    assert some(at, "It has no place on the plane yet")
    at = ticked(at, "joint_goals").run()
    is_well(save(at))
    assert decisions().decided(LATER)["scenario"].isna().all()
    assert decisions().plays(LATER)["play"].tolist() == ["joint_goals"]


def test_decisions_on_the_sample_stay_with_the_sample(app):
    at = named(is_well(app(page=REVIEW)))
    assert some(at, "The sample is for trying out")
    sample = session.portfolio()[0].decisions
    before = sample.version()
    is_well(save(at))
    assert sample.version() > before
    assert decisions().version() == 0


def test_a_decision_stands_on_the_time_line_of_its_customer(app):
    at = named(is_well(app(THREE, page=REVIEW)))
    is_well(save(at))
    at = is_well(app(page=CUSTOMER, customer="a", view="Over time"))
    (chart,) = [c.proto.spec for c in at.get("plotly_chart") if "Decided" in c.proto.spec]
    assert "Agreed on Expand and leverage" in chart


def test_names_that_mean_harm_do_none(app):
    evil = "<img src=x>**[x](http://x)** :red[$1$]"
    table = loaded([customer("a", name=evil, owner=evil, arr=5.0)], known("a", 4))
    at = named(is_well(app(table, page=REVIEW)), evil)
    widget(at, "text_area", ".note").set_value(evil)
    ticked(at, "case_study")
    at = is_well(save(at.run()))
    assert not [t for t in texts(at) if "[x](" in t or "<img" in t.replace("\\<", "")]
    is_well(app(page=PLAYS))
    is_well(app(page=REVIEW, list="All"))


# Plays


def test_plays_are_listed_counted_and_can_be_said_to_be_done(app):
    app(THREE, page=REVIEW)
    theirs()
    at = named(is_well(app(page=PLAYS)))
    assert "1 play with 1 customer: 1 open." in heads(at)
    key = next(d for d in at.dataframe if "play" in d.value).key
    at.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    at = is_well(at.run())
    widget(at, "segmented_control", ".state", "play.").set_value("done")
    at = is_well(button(at, "Save").click().run())
    assert decisions().plays(LATER)[["state", "by_whom"]].to_numpy().tolist() == [["done", "Zoe"]]
    assert "1 play with 1 customer: 1 done." in heads(at)


def test_before_the_first_play_the_page_opens_at_the_playbooks_and_leads_to_the_review(app):
    at = is_well(app(THREE, page=PLAYS))
    assert "Which plays?" in heads(at)
    at = is_well(app(page=PLAYS, plays="In progress"))
    assert heads(at) == ["No play was given yet."]


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
def test_every_scenario_has_its_playbook(app, grid):
    app(THREE)
    for scenario in RULES.grid(grid):
        asked = {"plays": "Playbooks", "grid": grid, f"playbook.{grid}": scenario.name}
        at = is_well(app(page=PLAYS, **asked))
        assert scenario.decision in heads(at)
        assert some(at, scenario.avoid)
        assert [unescaped(e.label) for e in at.expander] == [
            RULES.play(k).title for k in scenario.plays
        ]
        assert all(some(at, step) for step in RULES.play(scenario.plays[0]).steps)


def test_with_few_plays_it_is_not_said_whether_they_helped(app):
    app(THREE, page=REVIEW)
    theirs()
    at = is_well(app(page=PLAYS, plays="Did they help?"))
    assert some(at, "0 customers with a play can be compared with similar ones, and 10 are needed.")
    assert some(at, "1 play is younger than 60 days")
    assert some(at, "This is not proof")
