"""Surveys: questions become factors, answers levels, people raters and respondents."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from exports import known
from sheets import proposed, roles, sheet, why

from cmi import mapping
from cmi.frames import Loaded
from cmi.mapping.questions import CUSTOMERS, TEAM
from cmi.methodology import shipped
from cmi.store import Origin, Store

RULES = shipped()
DAY = date(2026, 3, 31)
MANDATE = "What is the function there to do, and what does it leave to others?"
SKILLS = "How able are these people, and how do they become better?"


def loaded(text: str, customers: pd.DataFrame | None = None, **answers: str) -> Loaded:
    table = sheet(text)
    (found,) = mapping.propose([table], RULES)
    for key, answer in answers.items():
        found = mapping.with_answer(found, key, answer)
    return mapping.apply([table], [found], RULES, DAY, customers)[0]


def said(found: Loaded) -> list[tuple[str, str, str, float]]:
    """Customer, rater, respondent ("" when not told) and level of each observation."""
    frame = found.observations.fillna({"respondent": ""})
    columns = ("customer_id", "rater", "respondent", "value")
    return list(zip(*(frame[c] for c in columns), strict=True))


@pytest.mark.parametrize(
    "question",
    [
        MANDATE,
        f"3. {MANDATE}",
        f"Q3: {MANDATE}",
        f"{MANDATE} *",
        f"{MANDATE.upper()} (required)",
        f"<p><strong>{MANDATE}</strong></p>",
        f"Charter – {MANDATE}",
        "{{field:name}}, what is the function there to do, and what does it leave to others?",
        "What is your function there to do and what does it leave to others?",
        "What is the CS function there to do?",
        "What is the function there to do, what does it leave to other teams?",
    ],
)
def test_the_question_of_a_factor_is_recognised_in_other_words_and_dress(question: str) -> None:
    quoted = question.replace('"', '""')
    found = proposed(f'customer_id,"{quoted}"\nA,4\nB,2')
    assert roles(found)[question] == "charter_mandate"


@pytest.mark.parametrize("factor", RULES.factors, ids=lambda f: f.key)
def test_every_question_of_the_methodology_is_told_from_the_others(factor) -> None:
    other = factor.question.replace("the function", "your team").replace(", and", " and")
    found = proposed(f'customer_id,"{other}"\nA,4\nB,2')
    assert roles(found)[other] == factor.key


@pytest.mark.parametrize(
    "question",
    [
        "Which tools do you know?",
        "What is your role in the function?",
        "Which departments do you work with?",
        "How able is our support team?",
    ],
)
def test_another_question_is_no_factor(question: str) -> None:
    found = proposed(f"customer_id,{question}\nA,4\nB,2")
    assert "factor" not in {c.role for c in found.columns}


def test_a_question_in_other_words_is_believed_only_when_levels_answer_it() -> None:
    found = proposed("customer_id,What is the CS function there to do?\nA,to help\nB,sell")
    assert "factor" not in {c.role for c in found.columns}


def test_an_option_that_is_a_factor_is_one() -> None:
    found = proposed("customer_id,Please rate: Skills,Please rate: Mandate\nA,4,3\nB,2,5")
    assert list(roles(found).values()) == ["customer_id", "people_skills", "charter_mandate"]


def test_levels_are_understood_in_every_form_that_survey_tools_write() -> None:
    level = RULES.item("charter_mandate").levels[3]  # type: ignore[union-attr]
    answers = ["4", "4 - Defined", "4: known to others", level, level.upper(), level[:60] + "…"]
    rows = "\n".join(f'{n},"{a}"' for n, a in enumerate(answers))
    found = loaded(f'customer_id,"{MANDATE}"\n{rows}')
    assert found.observations["value"].tolist() == [4] * 6
    assert found.problems == ()


# Who answered


def test_a_role_becomes_the_rater_and_a_name_the_respondent() -> None:
    found = loaded(
        f'Company,Your name,Your role,Submitted at,"{SKILLS}"\n'
        "Acme,Jane Roe,CSM,2026-03-01,4\nAcme,Jo,Account Executive,2026-03-01,2"
    )
    assert said(found) == [("Acme", "csm", "Jane Roe", 4), ("Acme", "sales", "Jo", 2)]
    assert set(found.observations["date"].dt.date) == {date(2026, 3, 1)}


@pytest.mark.parametrize("header", ["Rated by", "Assessor", "Rater", "Assessed by"])
def test_the_values_tell_whether_a_column_holds_roles_or_people(header: str) -> None:
    text = "Customer,{},Date,Skills\nAcme,{},2026-03-01,4\nAcme,{},2026-03-01,2"
    of_roles = loaded(text.format(header, "CSM", "Sales"))
    assert said(of_roles) == [("Acme", "csm", "", 4), ("Acme", "sales", "", 2)]
    of_people = loaded(text.format(header, "Jane Roe", "Jo Bloggs"))
    assert said(of_people) == [("Acme", "csm", "Jane Roe", 4), ("Acme", "csm", "Jo Bloggs", 2)]


def test_one_unknown_role_among_many_known_ones_does_not_cost_the_column() -> None:
    found = loaded(
        "Customer id,Name,Role,Date,Skills\nA1,Acme,csm,2026-03-01,4\nB1,Beta,csm,2026-03-01,2\n"
        "C1,Cid,the boss,2026-03-01,3"
    )
    assert [(who, rater) for who, rater, _, _ in said(found)] == [
        ("A1", "csm"),
        ("B1", "csm"),
        ("C1", "the_boss"),
    ]
    assert found.customers["attributes"].tolist() == [{}, {}, {}]


def test_a_role_in_a_list_of_customers_is_no_rater() -> None:
    found = proposed("customer_id,Role,Skills\nA,gold,1\nB,gold,2\nC,tin,3\nD,tin,4\nE,tin,5")
    assert roles(found)["Role"] == "segment"


def test_the_template_says_role_person_and_day() -> None:
    found = loaded(
        "Customer id,Name,Role,Rated by,Last assessed,Date,Skills,Note\n"
        "A1,Acme,sales,Jane Roe,2025-01-01,2026-03-01,4,\nA2,Beta,csm,,2025-01-01,,2,"
    )
    assert said(found) == [("A1", "sales", "Jane Roe", 4)]
    assert [p.kind for p in found.problems] == ["not-assessed"]


def test_answers_without_a_name_are_told_apart_by_their_second() -> None:
    text = f'Timestamp,Company,"{SKILLS}"\n2026-03-01 10:00:01,Acme,4\n2026-03-01 10:07:41,Acme,2'
    assert said(loaded(text)) == [
        ("Acme", "csm", "2026-03-01 10:00:01", 4),
        ("Acme", "csm", "2026-03-01 10:07:41", 2),
    ]


def test_the_id_of_a_response_goes_before_its_second() -> None:
    text = (
        f'Response ID,Timestamp,Company,"{SKILLS}"\n'
        "R1,2026-03-01 10:00,Acme,4\nR2,2026-03-01 10:00,Acme,2"
    )
    assert said(loaded(text)) == [("Acme", "csm", "R1", 4), ("Acme", "csm", "R2", 2)]


def test_a_respondent_that_some_did_not_give_gives_way_to_the_id_that_all_have() -> None:
    text = (
        f'Response ID,Your name,Timestamp,Company,"{SKILLS}"\n'
        "R1,,2026-03-01,Acme,4\nR2,,2026-03-01,Acme,2\nR3,Jo,2026-03-01,Acme,3"
    )
    assert [one[2] for one in said(loaded(text))] == ["R1", "R2", "R3"]


def test_who_did_not_give_a_name_is_told_by_the_second_of_the_answer() -> None:
    text = (
        f'Timestamp,Your name,Company,"{SKILLS}"\n2026-03-01 10:00:01,,Acme,4\n'
        "2026-03-01 10:07:41,,Acme,2\n2026-03-01 10:09:00,Jo,Acme,3"
    )
    assert [one[2] for one in said(loaded(text))] == [
        "2026-03-01 10:00:01",
        "2026-03-01 10:07:41",
        "Jo",
    ]


KNOWN = known(("A1", "Acme", "acme.example"), ("A2", "Beta", "beta.example"))
ADDRESSES = (
    f'Timestamp,Email,"{SKILLS}"\n2026-03-01 10:00,ann@acme.example,4\n'
    "2026-03-01 10:00,bo@acme.example,2\n2026-03-02 10:00,cy@beta.example,5"
)


def test_an_address_tells_the_customer_and_who_answered_where_nothing_else_does() -> None:
    assert said(loaded(ADDRESSES, KNOWN)) == [
        ("A1", "customer", "ann@acme.example", 4),
        ("A1", "customer", "bo@acme.example", 2),
        ("A2", "customer", "cy@beta.example", 5),
    ]


def test_addresses_of_one_company_are_our_own_and_tell_no_customer() -> None:
    ours = ADDRESSES.replace("acme.example", "ours.example").replace("beta.example", "ours.example")
    found = proposed(ours)
    assert {q.key: q.assumed for q in found.questions} == {"customer": "Not used", "rater": TEAM}
    assert loaded(ours, KNOWN).kept == 0


def test_beside_a_company_an_address_says_only_who_answered() -> None:
    text = ADDRESSES.replace("Timestamp", "Timestamp,Company").replace("10:00,", "10:00,Gamma,")
    found = loaded(text, KNOWN)
    assert {one[0] for one in said(found)} == {"Gamma"}
    assert found.customers["domain"].isna().all()


@pytest.mark.parametrize(
    ("header", "assumed"),
    [
        ("Company", TEAM),
        ("Which customer is this about?", TEAM),
        ("Your company", CUSTOMERS),
        ("Which company are you from?", CUSTOMERS),
        ("What is the name of your organization?", CUSTOMERS),
    ],
)
def test_who_answered_is_asked_and_assumed_from_the_question(header: str, assumed: str) -> None:
    found = proposed(f'Timestamp,{header},"{SKILLS}"\n2026-03-01 10:00,Acme,4\n2026-03-02 9:00,B,2')
    assert roles(found)[header] == "name"
    assert {q.key: q.assumed for q in found.questions} == {"rater": assumed}
    assert found.rater == ("csm" if assumed == TEAM else "customer")


def test_the_answer_says_whose_view_it_is() -> None:
    text = f'Timestamp,Company,"{SKILLS}"\n2026-03-01 10:00,Acme,4'
    assert said(loaded(text, rater=CUSTOMERS))[0][1] == "customer"
    assert said(loaded(text, rater=TEAM))[0][1] == "csm"


def test_an_assessment_with_raters_is_not_asked_who_answered() -> None:
    found = proposed(f'Timestamp,Company,Your role,"{SKILLS}"\n2026-03-01 10:00,Acme,CSM,4')
    assert found.questions == ()


def test_what_a_survey_calls_name_is_a_person() -> None:
    found = proposed(
        "ID,Start time,Completion time,Email,Name,Which customer is this about?,Skills\n"
        "1,3/1/26 10:00:00,3/1/26 10:05:00,ann@ours.example,Ann Lee,Acme,4\n"
        "2,3/14/26 11:00:00,3/14/26 11:05:00,bo@ours.example,Bo Ray,Acme,2"
    )
    assert roles(found) == {
        "Completion time": "date",
        "Email": "respondent",
        "Which customer is this about?": "name",
        "Skills": "people_skills",
    }


# Several answers of one customer


def stored(store: Store, found: Loaded) -> None:
    origin = Origin("survey.csv", "", "0" * 64, "f", "{}", "Ann", DAY)
    store.add([(origin, found)])


def test_several_answers_stay_several_observations_and_count_as_their_mean(store: Store) -> None:
    stored(store, loaded(ADDRESSES, KNOWN, rater=TEAM))
    answers = store.ratings(DAY, "A1")
    assert dict(zip(answers["respondent"], answers["value"], strict=True)) == {
        "ann@acme.example": 4,
        "bo@acme.example": 2,
    }
    levels = store.snapshot(DAY, RULES).set_index("customer_id")["people_skills"]
    assert levels.to_dict() == {"A1": 3, "A2": 5}


def test_what_customers_say_of_themselves_stays_beside_the_score(store: Store) -> None:
    stored(store, loaded(ADDRESSES, KNOWN))
    assert set(store.ratings(DAY, "A1")["rater"]) == {"customer"}
    assert store.snapshot(DAY, RULES)["people_skills"].isna().all()


# Scores that are no levels


def test_would_they_recommend_is_recognised_in_its_usual_words() -> None:
    found = loaded(
        "Response ID,Submit Date,Company,How likely are you to recommend us to a colleague?\n"
        "r1,2026-03-01,Acme,10\nr2,2026-03-02,Acme,3\nr3,2026-03-02,Acme,9\nr4,2026-03-02,Beta,9"
    )
    # Acme: two of three promote, one does not
    nps = dict(zip(found.observations["customer_id"], found.observations["value"], strict=True))
    assert nps == {"Acme": pytest.approx(100 / 3), "Beta": 100}


SCORES = "Response ID,Submit Date,Company,Score\nr1,2026-03-01,Acme,5\nr2,2026-03-02,Acme,3"


def test_a_bare_score_asks_what_it_answers_and_counts_for_nothing_until_then() -> None:
    (question,) = proposed(SCORES).questions
    assert question.text == (
        "Which question do the values in Score answer, and is a high one good?"
    )
    assert loaded(SCORES).observations.empty


def test_the_answer_makes_a_bare_score_a_driver() -> None:
    satisfied = loaded(SCORES, score="How satisfied they are, from 1 to 5")
    assert satisfied.observations["value"].tolist() == [4]
    recommend = loaded(SCORES, score="Whether they would recommend us, from 0 to 10")
    # 5 and 3 both say no
    assert recommend.observations["value"].tolist() == [-100]


def test_what_a_survey_says_beside_its_levels_is_no_segment_by_itself() -> None:
    found = proposed(
        f'Timestamp,Company,Industry,"{SKILLS}"\n2026-03-01 10:00,Acme,Retail,4\n'
        "2026-03-01 11:00,Acme,Bank,4"
    )
    assert why(found, "Industry") == "It describes a row, not the customer."
