"""What moved, through app.py: small portfolios worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from portfolios import customer, loaded, observation, outcome
from screens import is_well, some, unescaped

from cmi.methodology import shipped
from cmi.ui.explore.moving import QUESTIONS

RULES = shipped()
GOOD = {d.key: d.categories[-1][0] if d.categories else d.best for d in RULES.drivers}
EAST = {"arr": 3000.0, "currency": "EUR", "Region": "East", "owner": "Ana"}
WEST = {"arr": 1000.0, "currency": "EUR", "Region": "West", "owner": "Bo"}
MOVES = "pages/explore/moves.py"
THEN, MIDDLE, NOW = "2025-12-31", "2026-02-14", "2026-03-31"


def said(who: str, on: str, level: float, rater: str = "csm"):
    """All twelve answers on one level, and a perfect health."""
    levels = [observation(who, f.key, level, on=on, rater=rater) for f in RULES.factors]
    return [*levels, *(observation(who, key, value, on=on) for key, value in GOOD.items())]


TWO_QUARTERS = loaded(
    [customer("a", THEN, name="Acme", **EAST), customer("b", THEN, name="Beta", **WEST)],
    [*said("a", THEN, 2), *said("b", THEN, 4), *said("a", NOW, 4), *said("b", NOW, 4)],
)
# c moves to the West, d leaves, e is new, f is never assessed, g is rated twice in a day.
MOVING = loaded(
    [
        *(customer(c, THEN, name=f"Customer {c}", **EAST) for c in "cdfg"),
        customer("c", NOW, name="Customer c", **WEST),
        customer("e", NOW, name="Customer e", **WEST),
    ],
    [
        *(row for c, level in (("c", 4), ("d", 2), ("g", 3)) for row in said(c, THEN, level)),
        *said("e", NOW, 3),
        *said("g", NOW, 5),
        *(observation("g", f.key, 1, on=NOW, rater="sales") for f in RULES.factors),
    ],
    [outcome("d", "churned", "2026-01-15")],
)
KNOWN_LATE = loaded([customer(c, NOW, **EAST) for c in "ab"], said("a", NOW, 4))


def table(at, column: str):
    return next(d.value for d in at.dataframe if column in d.value)


# Why


def test_the_page_says_why_the_mean_moved_and_of_whom(app) -> None:
    at = is_well(app(TWO_QUARTERS, page=MOVES))
    # CMI 25 and 75, mean 50; then 75 and 75: twelve answers, 25 / 12 each
    assert some(at, "CMI +25.0: ")
    assert some(at, "CHS unchanged")
    assert some(at, "2 customers scored on both days.")
    assert some(at, "Nothing moved it: the mean is 100.0 on both days.")
    assert some(at, "Both days by methodology 2026.1.")


def test_who_came_left_and_changed_the_segment_are_causes_of_their_own(app) -> None:
    at = is_well(app(MOVING, page=MOVES, since=THEN))
    # CMI 75, 25 and 50 (g, by the CSM), mean 50; then 75, 50 (e) and 100, mean 75.
    # c and g stayed: 62.5 to 87.5. d left: (62.5 - 25) / 3; e is new: (50 - 87.5) / 3.
    assert some(at, "CMI +25.0: customers who left +12.5, customers newly known −12.5")
    assert some(at, "2 customers scored on both days; 1 newly known; 1 left.")
    west = is_well(app(page=MOVES, since=THEN, f_region="West"))
    # nobody was in the West: no baseline, though c and e are scored there now
    assert some(west, "Nobody's maturity was known on 31 Dec 2025: 2 customers are newly scored")


def test_a_day_on_which_nothing_was_known_is_not_called_a_day_without_change(app) -> None:
    early = loaded([], [], [outcome("z", "churned", THEN)])
    at = is_well(app(KNOWN_LATE, early, page=MOVES, since=THEN))
    assert some(at, "Without a score on both days no change can be told.")
    assert some(at, "Nobody's maturity was known on 31 Dec 2025: 1 customer is newly scored since.")
    assert not some(at, "unchanged")
    assert not some(at, "Nothing moved")


def test_a_step_that_is_chosen_shows_whom_it_moved(app) -> None:
    at = is_well(app(MOVING, page=MOVES, since=THEN, cause="Maturity: Customers who left"))
    assert table(at, "points")["name"].tolist() == ["Customer d"]
    at.selectbox(key="cause").set_value("Maturity: Customers newly known").run()
    assert table(is_well(at), "points")["name"].tolist() == ["Customer e"]


# Since when


def test_the_baseline_is_a_quarter_end_or_the_first_day_or_any_other_day(app) -> None:
    at = app(TWO_QUARTERS, loaded([], said("a", MIDDLE, 3)), page=MOVES)
    assert [unescaped(label) for label in at.selectbox(key="since").options] == [
        "since 31 Dec 2025",
        "since another day …",
    ]
    at.selectbox(key="since").set_value("another").run()
    at.date_input(key="since.day").set_value(date(2026, 2, 14)).run()
    # CMI 50 and 75; then 75 and 75
    assert some(is_well(at), "CMI +12.5: ")


def test_any_day_can_stand_in_the_address(app) -> None:
    at = is_well(app(TWO_QUARTERS, loaded([], said("a", MIDDLE, 3)), page=MOVES, since=MIDDLE))
    assert at.date_input(key="since.day").value == date(2026, 2, 14)
    assert at.query_params["since"] == MIDDLE
    assert some(at, "CMI +12.5: ")


@pytest.mark.parametrize("asked", ["2019-01-01", NOW, "2199-01-01", "soon"])
def test_a_day_that_cannot_be_compared_with_is_not_taken(app, asked: str) -> None:
    at = is_well(app(TWO_QUARTERS, page=MOVES, since=asked))
    assert at.selectbox(key="since").value == THEN
    assert "since" not in at.query_params  # what is usual stands in no address


def test_on_an_earlier_day_of_the_frame_only_what_was_known_then_counts(app) -> None:
    middle = loaded([], said("a", MIDDLE, 3))
    at = is_well(app(TWO_QUARTERS, middle, page=MOVES, since=THEN, as_of=MIDDLE))
    # CMI 25 and 75; then 50 and 75
    assert some(at, "CMI +12.5: ")


def test_without_an_earlier_day_the_page_says_what_to_do(app) -> None:
    one = loaded([customer("a", NOW)], said("a", NOW, 3))
    assert some(is_well(app(one, page=MOVES)), "no earlier day to compare with")


# By which rules


def test_the_page_names_both_methodologies_and_restates_the_past_on_request(app) -> None:
    app(TWO_QUARTERS, page=MOVES)
    weights = {c.key: 1.0 for c in RULES.characteristics} | {"charter": 5.0}
    new = replace(RULES.with_weights(weights), version="2026.2", effective=date(2026, 2, 1))
    _save(new)
    at = is_well(app(page=MOVES, since=THEN))
    assert some(at, "31 Dec 2025 by methodology 2026.1, 31 Mar 2026 by methodology 2026.2.")
    at.toggle(key="todays_rules").set_value(True).run()
    assert some(is_well(at), "Both days by methodology 2026.2.")


def _save(methodology) -> None:
    from cmi.ui import session

    session.own_store().save_methodology(methodology, "Ana")


# Which segments, which customers


def test_each_segment_says_how_far_it_moved_and_a_tick_shows_its_customers(app) -> None:
    at = is_well(app(MOVING, page=MOVES, since=THEN, question="Which segments", moved="East"))
    moved = table(at, "cmi_said").set_index("label")
    # East: c, d and g at 75, 25 and 50, mean 50; then g alone at 100
    assert moved.loc["East", "cmi"] == pytest.approx(50)
    assert moved.loc["East", "stayed"] == 1
    assert "customers now in another segment −" in moved.loc["East", "cmi_said"]
    assert moved.loc["West", "cmi_said"] == "newly scored for 2 customers"
    assert sorted(table(at, "from")["name"]) == [
        "Customer c",
        "Customer d",
        "Customer f",
        "Customer g",
    ]


def test_segments_need_a_column_to_compare_by(app) -> None:
    plain = loaded([customer("a", THEN)], [*said("a", THEN, 2), *said("a", NOW, 4)])
    at = is_well(app(plain, page=MOVES, question="Which segments"))
    assert some(at, "There is no column to compare by yet")


def test_the_moves_that_matter_are_listed(app) -> None:
    at = is_well(app(MOVING, page=MOVES, since=THEN, question="Which customers"))
    assert table(at, "what")[["name", "what", "detail"]].values.tolist() == [
        ["Customer d", "left", "was Retain"],
        ["Customer e", "newly scored", "Expand and leverage"],
    ]


def test_the_reader_says_by_how_much_a_score_must_have_fallen(app) -> None:
    worse = loaded(None, said("c", NOW, 3))
    at = app(MOVING, worse, page=MOVES, since=THEN, question="Which customers", fell="20")
    fallen = table(is_well(at), "what").set_index("what")
    assert fallen.loc["fell", ["name", "detail"]].tolist() == ["Customer c", "CMI −25"]
    at.number_input(key="fell").set_value(25).run()
    assert "fell" not in set(table(is_well(at), "what")["what"])


def test_the_kinds_of_moves_can_be_chosen(app) -> None:
    at = is_well(app(MOVING, page=MOVES, since=THEN, question="Which customers"))
    at.pills(key="kinds").set_value(["left"]).run()
    assert table(is_well(at), "what")["name"].tolist() == ["Customer d"]


# Where to, how often, what followed


def test_who_went_where_is_said_and_a_cell_shows_the_customers(app) -> None:
    asked = {"question": "Where to", "flow": "retain~left"}
    at = is_well(app(MOVING, page=MOVES, since=THEN, **asked))
    assert some(at, "2 stayed in their scenario, 1 are newly placed, 1 have no place, 1 left.")
    assert some(at, "Retain → Left: 1 customer.")
    assert table(at, "from")["name"].tolist() == ["Customer d"]


def test_who_comes_from_another_segment_is_no_new_customer(app) -> None:
    at = is_well(app(MOVING, page=MOVES, since=THEN, question="Where to", f_region="West"))
    assert some(at, "1 are newly placed, 1 came from another segment.")


def test_the_rates_of_a_quarter_are_shown_with_their_customers(app) -> None:
    asked = {"question": "How often", "rate": "retain~left"}
    at = is_well(app(MOVING, page=MOVES, since=THEN, **asked))
    assert some(at, "67 % stayed in their scenario from one quarter to the next, over 1 quarter")
    rates = table(at, "corner").set_index("corner")
    assert rates.loc["Retain", "left"] == "1 of 1"  # few: their number
    assert rates["of"].to_dict() == {"Retain": 1, "Expand and leverage": 2, "Not placed": 1}
    assert some(at, "Retain → Left: 1 time.")
    assert table(at, "until")["name"].tolist() == ["Customer d"]


def test_one_quarter_has_no_rates(app) -> None:
    late = loaded([customer("a", MIDDLE)], [*said("a", MIDDLE, 3), *said("a", NOW, 4)])
    at = is_well(app(late, page=MOVES, question="How often"))
    assert some(at, "Two quarters that follow each other, and have both ended, will show it.")


def test_what_followed_is_told_with_its_interval(app) -> None:
    many = [f"c{n}" for n in range(10)]
    table_ = loaded(
        [customer(c, "2025-06-30", **EAST) for c in many],
        [row for c in many for row in said(c, "2025-06-30", 4)],
        [outcome(c, "churned", "2025-09-15") for c in many[:5]]
        + [outcome("c9", "renewed", "2025-12-31")],
    )
    at = is_well(app(table_, page=MOVES, question="What followed", within="Within 2 quarters"))
    assert some(at, "Of Expand and leverage 50 % churned within 2 quarters (24–76 %).")
    assert some(at, "Never recorded of anybody: contracted and expanded.")
    at.segmented_control(key="within").set_value("Within 4 quarters").run()
    assert some(is_well(at), "No 4 quarters with scores at their beginning have passed yet.")


# Hardly any customers


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "given",
    [
        KNOWN_LATE,
        MOVING,
        TWO_QUARTERS,
        loaded([customer("a", THEN)], [*said("a", THEN, 3), *said("a", NOW, 3)]),
        loaded([customer("a", THEN), customer("a", NOW)]),
        loaded([customer("a", THEN)], None, [outcome("a", "churned", NOW)]),
        loaded([], None, [outcome("a", "churned", THEN), outcome("b", "churned", NOW)]),
    ],
    ids=["late", "moving", "two", "one", "nothing known", "nobody left", "nobody ever"],
)
@pytest.mark.parametrize("grid", ["2x2", "3x3"])
def test_every_question_is_answered_or_it_is_said_why_not(app, question, given, grid) -> None:
    is_well(app(given, page=MOVES, question=question, grid=grid))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_segment_whose_name_means_harm_does_none(app, question) -> None:
    evil = {"Region": "**[x](http://x)** :red[$1$] <b>", "arr": 1.0}
    harm = loaded(
        [customer("a", THEN, name="<b>", **evil), customer("b", THEN, **EAST)],
        [*said("a", THEN, 2), *said("b", THEN, 2), *said("a", NOW, 4)],
    )
    at = is_well(app(harm, page=MOVES, question=question, moved=evil["Region"]))
    assert not [m.value for m in at.markdown if "**[x](http" in m.value]
