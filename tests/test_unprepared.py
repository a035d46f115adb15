"""Exports that nobody prepared for: understood by rule, asked about, or left out with a reason."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from cells import cases
from exports import field, values
from sheets import proposed, roles, sheet, why

from cmi import mapping
from cmi.frames import Loaded
from cmi.mapping.units import currency_in, money_factor, window
from cmi.methodology import shipped

DAY = date(2026, 3, 31)
RULES = shipped()


def loaded(text: str, answers: dict[str, str] | None = None, listed: str = "") -> Loaded:
    """What one table becomes; `listed` is a list of customers that comes with it."""
    tables = [sheet(text), *([sheet(listed, "list.csv")] if listed else [])]
    first, *others = mapping.propose(tables, RULES)
    for key, answer in (answers or {}).items():
        first = mapping.with_answer(first, key, answer)
    return mapping.apply(tables, [first, *others], RULES, DAY)[0]


def asked(text: str) -> dict[str, str]:
    """The questions about a table, each with what is assumed."""
    return {q.key: q.assumed for q in proposed(text).questions}


# Levels on another scale


def assessment(*cells: str) -> str:
    return "Customer,Skills\n" + "\n".join(f"Firm {n},{cell}" for n, cell in enumerate(cells))


TEN = assessment("1", "10", "5.5", "7", "8", "9")


def test_levels_up_to_ten_are_a_question_and_never_the_lower_half_of_them() -> None:
    (question,) = proposed(TEN).questions
    assert question.text == (
        "On which scale are the levels in Skills? Some of them are not from 1 to 5 (5.5, 7, 8)."
    )
    # 1 is 1, 10 is 5, 5.5 is the middle; each further point is 4/9
    expected = [1, 5, 3, 1 + 24 / 9, 1 + 28 / 9, 1 + 32 / 9]
    assert list(values(loaded(TEN), "people_skills").values()) == pytest.approx(expected)


def test_the_lowest_of_a_scale_is_level_one_and_its_highest_level_five() -> None:
    text = assessment("0", "4", "2", "0", "0")
    for scale, found in {
        "From 0 to 4": [1, 5, 3, 1, 1],
        "From 0 to 5": [1, 4.2, 2.6, 1, 1],
        "From 1 to 5": [4, 2],  # then a 0 is no level
    }.items():
        one = loaded(text, {"levels": scale})
        assert list(values(one, "people_skills").values()) == pytest.approx(found)


def test_where_nobody_can_tell_the_scale_nothing_is_read_until_somebody_says_it() -> None:
    one = loaded(assessment("0", "4", "2", "0", "0"))
    assert values(one, "people_skills") == {}
    assert [p.message for p in one.problems] == [
        "Nobody has said on which scale Skills is; nothing was read from it."
    ]


@pytest.mark.parametrize("cells", [["3", "4", "0", "5"], ["1", "99", "99", "99", "2", "5"]])
def test_a_slip_or_a_code_for_no_answer_is_no_other_scale(cells: list[str]) -> None:
    assert asked(assessment(*cells)) == {}


def test_a_point_out_of_ten_with_its_label_is_read_on_its_scale() -> None:
    one = loaded(assessment("0 - None", "10 - Full", "5/10", "7", "9", "0 - None"))
    assert list(values(one, "people_skills").values()) == pytest.approx([1, 5, 3, 3.8, 4.6, 1])


WHOLE = "Customer,Charter,People\nAcme,40%,0%\nBeta,100%,25%\nGamma,50%,75%"


def test_characteristics_in_percent_are_levels_from_1_to_5() -> None:
    assert asked(WHOLE) == {"levels": "From 0 to 100"}
    one = loaded(WHOLE)
    assert values(one, "people_skills") == {"Acme": 1, "Beta": 2, "Gamma": 4}
    assert values(one, "charter_goals") == {"Acme": 2.6, "Beta": 5, "Gamma": 3}


def test_one_column_of_people_counts_people() -> None:
    assert "People" not in roles(proposed("Customer,People\nAcme,40\nBeta,12\nGamma,7"))


def test_the_words_of_a_well_known_ladder_are_levels() -> None:
    one = loaded(assessment("Initial", "Quantitatively managed", "Managed", "Optimising"))
    assert list(values(one, "people_skills").values()) == [1, 4, 2, 5]


def test_words_that_stand_on_two_ladders_are_no_levels() -> None:
    one = loaded(assessment("Initial", "Managed", "Defined"))  # managed is 2 on one, 4 on the other
    assert values(one, "people_skills") == {}
    assert len(one.problems) == 3


# A table that lies on its side


def test_a_table_with_factors_as_rows_is_refused_with_what_to_do() -> None:
    text = "Factor,Acme,Beta\nSkills,3,4\nMandate,2,2\nTools,5,1\nDiscipline,1,1"
    one = loaded(text)
    assert (one.kept, one.refused) == (0, 4)
    assert [p.message for p in one.problems] == [
        "The rows of this table are what is rated (Factor: Skills, Mandate, Tools ...), and its "
        "columns are customers. Turn it so that each customer is a row (copy, then paste special, "
        "transpose), and upload it again."
    ]


# Units that a header names


@cases(
    "header factor currency",
    """
    ARR (k€) → 1000 → EUR  ARR in TEUR → 1000 → EUR  ARR (USD k) → 1000 → USD
    ARR ($M) → 1000000 → USD  ARR mio EUR → 1000000 → EUR  ARR € → 1 → EUR
    ARR (in thousands) → 1000 → none  Key account ARR → 1 → none  ARR in k → 1000 → none
    """,
)
def test_a_header_says_thousands_and_a_currency(header, factor, currency):
    assert (money_factor(header), currency_in(header)) == (
        float(factor),
        "" if currency == "none" else currency,
    )


def test_money_in_thousands_is_money() -> None:
    one = loaded("customer_id,ARR (k€)\nA,12\nB,7.5")
    assert field(one, "arr") == {"A": 12_000, "B": 7_500}
    assert set(field(one, "currency").values()) == {"EUR"}
    text = "Customer,Amount (TEUR)\nA,12\nB,8"
    assert field(loaded(text), "arr") == {"A": 12_000, "B": 8_000}


@cases(
    "header days",
    """
    Logins last 7 days → 7  Tickets (last 12 months) → 365  Tickets_Last_90d → 90
    Weekly logins → 7  Logins per week → 7  Tickets L30D → 30  Tickets all time → 0
    Usage last quarter → 90  Logins → None  Logins Jan-26 → None  Q1 tickets → None
    """,
)
def test_a_header_says_over_which_days_it_counts(header, days):
    assert str(window(header)) == days


def test_what_was_counted_over_other_days_is_turned_into_ours() -> None:
    text = "customer_id,Logins last 7 days,Tickets (last 12 months)\nA,7,73\nB,14,0"
    one = loaded(text)
    assert values(one, "usage") == {"A": 30, "B": 60}
    assert values(one, "tickets") == {"A": 18, "B": 0}  # 73 x 90 / 365
    assert why(proposed(text), "Logins last 7 days").endswith(
        "Its values are of 7 days, turned into 30 days as if they were even."
    )


def test_what_was_counted_since_ever_is_not_used() -> None:
    found = proposed("customer_id,Tickets all time\nA,700\nB,12")
    assert "Tickets all time" not in roles(found)
    assert why(found, "Tickets all time") == (
        "It counts over all time; Support tickets is over 90 days."
    )


def test_hours_come_as_a_clock_or_as_words() -> None:
    text = (
        "Ticket ID,Company,Create date,Time to close (HH:mm:ss),Subject\n"
        "1,Acme,2026-03-01,26:30:00,x\n2,Acme,2026-03-02,01:30:00,y\n3,Beta,2026-03-02,00:45:00,y"
    )
    assert values(loaded(text), "resolution_hours") == {"Acme": 14, "Beta": 0.75}


def test_what_remains_of_a_promise_is_no_time_to_resolution() -> None:
    text = "Issue key,Created,Company,Custom field (Time to resolution)\nA-1,2026-03-01,Acme,2h 30m"
    assert "resolution_hours" not in roles(proposed(text)).values()


def test_a_satisfaction_in_shares_is_turned_into_scores() -> None:
    # 0 is 1 and 1 is 5
    assert values(loaded("customer_id,CSAT\nA,0.5\nB,1\nC,0.75"), "csat") == {
        "A": 3,
        "B": 5,
        "C": 4,
    }


# Red, amber and green


def test_colours_under_the_name_of_a_driver_are_kept_to_filter_by() -> None:
    colours = ["Green", "Amber", "Red", "Green", "Red", "Red", "Green"]
    text = "Customer,Usage\n" + "\n".join(f"C{n},{c}" for n, c in enumerate(colours))
    one = loaded(text)
    assert roles(proposed(text))["Usage"] == "segment"
    assert field(one, "attributes")["C2"] == {"Usage": "Red"}
    assert one.problems == ()


def test_a_sponsor_who_is_there_counts_as_much_as_one_who_is_not() -> None:
    one = loaded("customer_id,Exec sponsor\nA,yes\nB,no")
    assert values(one, "sponsor") == {"A": "Named", "B": "None"}


# Dates


def test_dates_that_are_not_used_prove_the_order_of_those_that_are() -> None:
    text = "Customer,Renewal date,Printed\nAcme,03/04/2026,03/25/2026\nBeta,05/04/2026,03/25/2026"
    assert (proposed(text).date_order, asked(text)) == ("mdy", {})
    other = text.replace("03/25/2026", "25.03.2026")  # another hand wrote these
    assert asked(other) == {"date_order": "Day first: 03/04 is 3 April"}


def test_points_in_a_date_put_the_day_first() -> None:
    text = "Customer,Lost on\nAcme,1.2.2025\nBeta,2.3.2025"
    assert (proposed(text).date_order, asked(text)) == ("dmy", {})


def test_a_ticket_is_of_the_day_that_any_header_says_it_was_opened() -> None:
    text = (
        "Ticket ID,Subject,Created time,Resolved time,Company name\n"
        "1,x,2026-03-01 10:00,2026-03-02 10:00,Acme\n2,y,2025-03-02 10:00,,Acme"
    )
    assert values(loaded(text), "tickets") == {"Acme": 1}
    assert (
        roles(proposed(text.replace("Created time", "Request received (UTC)")))[
            "Request received (UTC)"
        ]
        == "date"
    )


# Outcomes


def test_a_flag_and_a_day_are_one_outcome_on_that_day() -> None:
    text = (
        "company_id,name,churned,churned_at\nA,Acme,true,2026-02-01\nB,Beta,false,\nC,Gamma,true,"
    )
    told = loaded(text).outcomes[["customer_id", "date", "outcome"]]
    assert told.sort_values("customer_id").to_numpy().tolist() == [
        ["A", pd.Timestamp("2026-02-01"), "churned"],
        ["C", pd.Timestamp(DAY), "churned"],
    ]


STATUS = "customer_id,name,Status,ARR\nA,Acme,Active,1\nB,Beta,Terminated,2\nC,Gamma,Active,3"


def test_whether_a_terminated_customer_has_left_is_a_question() -> None:
    (question,) = proposed(STATUS).questions
    assert question.text == "Some customers are Terminated in Status. Have they left?"
    assert len(loaded(STATUS).outcomes) == 0
    yes = loaded(STATUS, {question.key: "Yes: they count as churned on the day of the file"})
    assert yes.outcomes["customer_id"].tolist() == ["B"]
    assert yes.problems == ()


def test_the_answer_that_nobody_has_left_can_be_given_after_the_other() -> None:
    found = proposed(STATUS)
    for answer in found.questions[0].options:
        found = mapping.with_answer(found, "left:Status", answer)
    assert roles(found)["Status"] == "segment"


# Events that are not customers


DEALS = (
    "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Annual recurring revenue,Company\n"
    "1,a,Closed won,2026-01-01,Jane,100,Acme\n2,b,Closed lost,2026-02-01,Jane,900,Acme\n"
    "3,c,Contract sent,2026-03-01,Jane,50,Beta"
)


def test_deals_won_lost_and_open_are_not_what_a_customer_pays() -> None:
    one = loaded(DEALS)
    assert field(one, "arr") == {}
    assert asked(DEALS) == {}


def test_the_last_change_of_a_ticket_is_no_conversation_and_its_owner_not_the_customers() -> None:
    text = (
        "Ticket ID,Ticket status,Create date,Owner,Last activity date,Company\n"
        "1,New,2026-03-01,Agent,2026-03-30,Acme\n2,New,2026-03-02,Agent,2026-03-30,Acme"
    )
    assert list(roles(proposed(text)).values()) == ["date", "name"]


def test_the_invoice_that_is_owed_longest_counts_however_old_it_is() -> None:
    text = (
        "Name;Belegdatum;Belegnummer;Fälligkeit;Tage überfällig\n"
        "Acme;01.02.2025;R1;01.03.2025;395\nAcme;01.03.2026;R2;30.03.2026;1"
    ).replace(";", ",")
    assert values(loaded(text), "days_overdue") == {"Acme": 395}


def test_without_a_day_no_row_is_the_last_one() -> None:
    text = "User email,Features used\na@acme.com,6\nb@acme.com,1\n"
    text += "c@beta.io,2\nd@beta.io,3\ne@beta.io,1"
    listed = "customer_id,name,domain\nA,Acme,acme.com\nB,Beta,beta.io"
    assert values(loaded(text, listed=listed), "features_used") == {"A": 6, "B": 3}


def test_a_log_of_events_with_a_total_is_added_up() -> None:
    text = (
        "Date,company_id,Event,Total\n2026-03-05,A,Login,3\n2026-03-05,A,Report,4\n"
        "2026-03-05,A,Export,5\n2026-03-20,B,Login,6\n2026-03-20,B,Report,1\n"
        "2026-03-20,B,Export,1\n2026-02-20,B,Login,70"
    )
    assert values(loaded(text), "usage") == {"A": 12, "B": 8}


def test_promoters_beside_a_number_say_that_it_is_an_nps_answer() -> None:
    text = (
        "Response ID,Company,Rating,Response group,Submission date\n"
        "1,Acme,10,Promoter,2026-03-01\n2,Acme,3,Detractor,2026-03-02\n3,Beta,9,Promoter,2026-03-02"
    )
    assert (values(loaded(text), "nps"), asked(text)) == ({"Acme": 0, "Beta": 100}, {})


def test_an_interval_in_words_that_nobody_knows_is_not_taken_for_a_year() -> None:
    text = "Customer,Amount,Billing interval\nAcme,100,{0}\nBeta,200,{0}"
    assert asked(text.format("months")) == {"amount": "Amount, per month"}
    assert asked(text.format("P1M")) == {"amount": "Not used"}


def test_fields_are_known_behind_the_name_of_their_record() -> None:
    text = (
        "Organization - Name,Organization - ID,Organization - Owner,"
        "Organization - Last activity date\n"
        "Acme,1,Jane,2026-03-01\nBeta,2,Jo,2026-03-02"
    )
    assert list(roles(proposed(text)).values()) == [
        "name", "customer_id", "owner", "days_since_contact",
    ]  # fmt: skip


def test_a_column_on_another_scale_that_a_person_calls_levels_is_refused_as_a_whole() -> None:
    text = "Customer,Enablement\nAcme,2\nBeta,7\nGamma,8\nDelta,9"
    tables = [sheet(text)]
    chosen = mapping.with_column(
        mapping.propose(tables, RULES)[0], "Enablement", "factor", "people_skills"
    )
    (one,) = mapping.apply(tables, [chosen], RULES, DAY)
    assert len(one.observations) == 0
    assert [p.message for p in one.problems] == [
        "Enablement is on another scale than 1 to 5 (7, 8, 9); nothing was read."
    ]


def test_weeks_of_a_log_are_added_up_and_not_stretched() -> None:
    rows = "".join(
        f"\n{c},2026-03-{d:02},{e},2" for c in "AB" for d in (5, 12, 19, 26) for e in "xy"
    )
    one = loaded("customer_id,Date,Feature name,Weekly logins" + rows)
    assert values(one, "usage") == {"A": 16, "B": 16}


def test_a_number_of_uses_with_a_letter_behind_it_is_no_duration() -> None:
    one = loaded("customer_id,Logins\nA,5m\nB,12\nC,7\nD,9")
    assert values(one, "usage") == {"B": 12, "C": 7, "D": 9}


@pytest.mark.parametrize("other", ["target", "goal", "previous", "last year"])
def test_what_a_value_should_be_or_was_is_not_the_value(other: str) -> None:
    text = f"Customer,Skills ({other}),Skills (now),ARR ({other}),ARR (EUR)\nAcme,5,2,900,100"
    one = loaded(text)
    assert values(one, "people_skills") == {"Acme": 2}
    assert field(one, "arr") == {"Acme": 100}


def test_the_value_of_a_whole_contract_is_not_taken_for_a_year() -> None:
    text = "Customer,{},Renewal date\nAcme,36000,2028-12-31\nBeta,12000,2027-12-31"
    assert asked(text.format("TCV")) == {"amount": "Not used"}
    assert asked(text.format("Contract value")) == {"amount": "Contract value, per year"}


def test_a_satisfaction_up_to_seven_is_a_question() -> None:
    text = "customer_id,CSAT\nA,7\nB,1\nC,4\nD,6\nE,5"
    assert asked(text) == {"csat:CSAT": "Scores from 1 to 7"}
    # 1 is 1, 7 is 5, the middle 4 is 3; each further point is 2/3
    expected = {"A": 5, "B": 1, "C": 3, "D": 1 + 10 / 3, "E": 1 + 8 / 3}
    assert values(loaded(text), "csat") == pytest.approx(expected)


def test_a_satisfaction_up_to_seven_of_many_rows_is_not_the_lower_part_of_it() -> None:
    text = "Ticket ID,Subject,Created at,Company,CSAT\n" + "\n".join(
        f"{n},x,2026-03-0{n},Acme,{n}" for n in range(1, 8)
    )
    assert "csat" not in roles(proposed(text)).values()
    assert why(proposed(text), "CSAT") == (
        "It is on another scale than 1 to 5 (up to 7); turn it into 1 to 5 first."
    )


def test_what_is_current_is_the_value_beside_its_target() -> None:
    one = loaded("Customer,Skills target,Skills current\nAcme,5,2\nBeta,5,3")
    assert values(one, "people_skills") == {"Acme": 2, "Beta": 3}
