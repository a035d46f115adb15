"""Many rows per customer become one value each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sheets import sheet

from cmi import mapping
from cmi.frames import Loaded
from cmi.mapping import Column, Measure, TableMapping, Where
from cmi.methodology import shipped

RULES = shipped()
DAY = date(2025, 12, 31)


def loaded(*texts: str, day: date = DAY) -> tuple[Loaded, ...]:
    """What the tables say of this day alone."""
    tables = [sheet(text, f"t{n}.csv") for n, text in enumerate(texts)]
    chosen = [mapping.with_earlier(m, False) for m in mapping.propose(tables, RULES)]
    return mapping.apply(tables, chosen, RULES, day)


def values(found: Loaded, item: str) -> dict[str, float]:
    of_item = found.observations[found.observations["item"] == item]
    return dict(zip(of_item["customer_id"], of_item["value"], strict=True))


def measured(text: str, *measures: Measure, **known: object) -> Loaded:
    """A table under measures of our own, dated by the column "day"."""
    table = sheet(text)
    columns = (Column("id", "customer_id"), Column("day", "date"))
    chosen = TableMapping(table.file, "", "rows", columns, measures, **known)  # type: ignore[arg-type]
    return mapping.apply([table], [chosen], RULES, DAY)[0]


TICKETS = """
    ticket_id,account_id,submitted_at,resolution_time_hours,satisfaction_score,escalation_flag,priority
    T1,A,2025-12-01,10,5,TRUE,high
    T2,A,2025-11-01,20,,FALSE,low
    T3,A,2025-03-01,90,3,TRUE,low
    T4,B,2025-02-01,5,4,FALSE,low
    """


def test_tickets_are_counted_within_their_days_and_none_is_a_true_zero():
    found = loaded(TICKETS)[0]
    assert values(found, "tickets") == {"A": 2, "B": 0}
    assert values(found, "escalations") == {"A": 1, "B": 0}


def test_a_mean_without_a_row_in_its_window_is_missing_not_zero():
    found = loaded(TICKETS)[0]
    assert values(found, "resolution_hours") == {"A": 15}
    assert values(found, "csat") == {"A": 4, "B": 4}


def test_a_customer_without_any_row_has_no_value_at_all():
    tickets, _ = loaded(TICKETS, "account_id,account_name\nA,Acme\nB,Beta\nC,Gamma")
    assert "C" not in set(tickets.observations["customer_id"])


def test_each_measured_value_says_how_it_was_made():
    found = loaded(TICKETS)[0].observations
    notes = dict(zip(found["item"], found["note"], strict=True))
    assert notes["escalations"] == (
        "Escalations = number of rows per account_id, submitted_at in the last 90 days, "
        "where escalation_flag is true"
    )
    assert set(found["rater"]) == {"data"}
    assert set(found["date"].dt.date) == {DAY}


def test_the_window_begins_after_its_first_day_and_ends_with_the_as_of_date():
    count = Measure("driver", "tickets", "count", "", 90)
    text = "id,day\nA,2025-10-02\nA,2025-10-03\nA,2025-12-31\nA,2026-01-01\nB,2025-01-01"
    assert values(measured(text, count), "tickets") == {"A": 2, "B": 0}


SUBSCRIPTIONS = """
    subscription_id,account_id,start_date,end_date,mrr_amount,billing_frequency,plan_tier
    S1,A,2024-01-01,,100,monthly,Pro
    S2,A,2025-06-01,,50,annual,Pro
    S3,A,2024-01-01,2025-12-31,900,annual,Pro
    S4,B,2024-01-01,2025-01-01,70,monthly,Basic
    S5,C,2026-02-01,,70,monthly,Basic
    S6,C,2024-01-01,2026-01-01,10,monthly,Basic
    """


def test_only_contracts_that_run_today_add_up_to_arr():
    arr = loaded(SUBSCRIPTIONS)[0].customers.set_index("customer_id")["arr"]
    # A: (100 + 50) × 12; S3 ends on the day itself. B has left: 0. C: S5 has not begun
    assert arr.to_dict() == {"A": 1800, "B": 0, "C": 120}


def test_the_latest_running_contract_says_for_how_long_a_customer_is_bound():
    found = loaded(SUBSCRIPTIONS)[0].observations
    terms = found[found["item"] == "commitment"].set_index("customer_id")["label"]
    assert terms.to_dict() == {"A": "One year", "C": "Month to month"}


def test_minutes_become_hours():
    found = loaded(
        "Id,Requester,Assignee,Subject,Created at,Organization,Full resolution time in minutes\n"
        "1,x,y,z,2025-12-01,Acme,120\n2,x,y,z,2025-12-02,Acme,60"
    )[0]
    assert values(found, "resolution_hours") == {"Acme": pytest.approx(1.5)}


USAGE = """
    usage_id,subscription_id,usage_date,feature_name,usage_count
    U1,S1,2025-12-30,search,5
    U2,S2,2025-12-01,export,7
    U3,S2,2025-11-01,search,9
    U4,S4,2025-12-30,search,1
    U5,S1,2025-12-31,share,1
    U6,S9,2025-12-31,share,1
    """


def test_use_is_added_up_for_the_customer_behind_the_subscription():
    more = "\n".join(f"    U{n},S{n - 1},2024-01-01,old,1" for n in (4, 6, 7))
    usage, _ = loaded(USAGE.rstrip() + "\n" + more, SUBSCRIPTIONS)
    # within 30 days: U1, U5 of S1 and, on day 30, U2 is one day too old
    assert values(usage, "usage") == {"A": 6, "B": 1, "C": 0}
    assert values(usage, "features_used") == {"A": 3, "B": 1, "C": 0}


def test_a_row_that_leads_to_no_customer_is_refused_and_reported():
    more = "\n".join(f"    U{n},S{n - 1},2024-01-01,old,1" for n in (4, 6, 7))
    usage, _ = loaded(USAGE.rstrip() + "\n" + more, SUBSCRIPTIONS)
    assert [(p.kind, p.row, p.value) for p in usage.problems] == [("unlinked", 7, "S9")]
    assert (usage.rows, usage.kept, usage.refused) == (9, 8, 1)


def test_a_table_without_a_customer_is_refused_as_a_whole_in_one_sentence():
    usage = loaded(USAGE)[0]
    assert [p.kind for p in usage.problems] == ["no-customer"]
    assert "subscription_id could lead to one" in usage.problems[0].message
    assert (usage.kept, usage.refused) == (0, 6)


def test_nps_is_promoters_minus_detractors():
    nps = Measure("driver", "nps", "nps", "score", 365)
    answers = "\n".join(f"A,2025-06-01,{s}" for s in (10, 9, 8, 7, 6)) + "\nB,2025-06-01,0"
    found = measured(f"id,day,score\n{answers}", nps)
    # A: 2 of 5 are 9 or 10, 1 of 5 is 6 or less
    assert values(found, "nps") == {"A": pytest.approx(20), "B": -100}


def test_an_answer_above_ten_is_no_answer():
    nps = Measure("driver", "nps", "nps", "score", 365)
    found = measured("id,day,score\nA,2025-06-01,11\nA,2025-06-01,9", nps)
    assert values(found, "nps") == {"A": 100}
    assert [(p.kind, p.value) for p in found.problems] == [("range", "11")]


def test_days_since_the_latest_conversation():
    since = Measure("driver", "days_since_contact", "days_since", "day")
    found = measured("id,day\nA,2025-12-01\nA,2025-12-21\nA,2026-03-01\nB,2024-12-31", since)
    assert values(found, "days_since_contact") == {"A": 10, "B": 365}


@pytest.mark.parametrize(
    ("where", "counted"),
    [
        (Where("status", "is", "open"), 2),
        (Where("status", "is_not", "open"), 2),
        (Where("status", "blank"), 1),
        (Where("status", "filled"), 3),
        (Where("status", "true"), 0),
    ],
)
def test_a_condition_says_which_rows_count(where, counted):
    text = "id,day,status\nA,2025-12-01,Open\nA,2025-12-02,open\nA,2025-12-03,done\nA,2025-12-04,"
    count = Measure("driver", "tickets", "count", "", 90, where)
    assert values(measured(text, count), "tickets") == {"A": counted}


def test_the_latest_value_passes_over_empty_cells_and_takes_the_later_of_two_rows():
    latest = Measure("driver", "days_overdue", "latest", "due", 365)
    text = "id,day,due\nA,2025-12-02,7\nA,2025-12-02,9\nA,2025-12-03,\nA,2025-01-05,1"
    assert values(measured(text, latest), "days_overdue") == {"A": 9}


def test_the_highest_value_and_the_share_of_rows():
    text = "id,day,due,late\n" + "\n".join(
        ["A,2025-12-02,7,yes", "A,2025-12-02,9,no", "A,2025-12-03,3,no", "A,2025-12-05,1,no"]
    )
    highest = Measure("driver", "days_overdue", "max", "due", 365)
    share = Measure("driver", "seat_use", "share", "", 365, Where("late", "true"))
    found = measured(text, highest, share)
    assert values(found, "days_overdue") == {"A": 9}
    assert values(found, "seat_use") == {"A": 25}


def test_a_sum_with_an_unreadable_amount_is_not_known():
    found = measured(
        "id,day,uses\nA,2025-12-30,5\nA,2025-12-31,many\nB,2025-12-31,4\nC,2025-12-31,",
        Measure("driver", "usage", "sum", "uses", 30),
    )
    # blank is not zero either: nothing is known about C
    assert values(found, "usage") == {"B": 4}
    assert [(p.kind, p.row, p.value) for p in found.problems] == [("number", 3, "many")]


def test_money_in_two_currencies_is_not_added_up():
    found = measured(
        "id,day,amount\nA,2025-12-30,€5\nA,2025-12-31,$4\nB,2025-12-31,€7",
        Measure("arr", "", "sum", "amount"),
    )
    customers = found.customers.set_index("customer_id")
    assert customers["arr"].to_dict() == {"B": 7}
    assert customers["currency"].to_dict() == {"B": "EUR"}
    assert [p.message for p in found.problems if p.kind == "currency"] == [
        "amount of A is in more than one currency and not added up."
    ]


def test_the_longest_overdue_invoice_counts_unless_it_is_paid():
    found = loaded(
        "Invoice number,Account ID,Invoice date,Due date,Days overdue,Status\n"
        "1,A,2025-12-01,2025-12-15,16,open\n2,A,2025-11-01,2025-11-15,46,Paid\n"
        "3,A,2025-12-20,2026-01-03,0,open\n4,B,2025-12-01,2025-12-15,9,paid"
    )[0]
    assert values(found, "days_overdue") == {"A": 16}


def test_cents_become_whole_units():
    found = measured(
        "id,day,mrr\nA,2025-12-30,10000", Measure("arr", "", "sum", "mrr", factor=0.12)
    )
    assert found.customers["arr"].tolist() == [1200]


def test_a_row_without_a_day_has_no_place_in_a_window():
    count = Measure("driver", "tickets", "count", "", 90)
    found = measured("id,day\nA,2025-12-01\nA,\nA,soon", count)
    assert values(found, "tickets") == {"A": 1}
    assert [(p.kind, p.row) for p in found.problems] == [("date", 3), ("date", 4)]
    assert (found.rows, found.kept, found.refused) == (3, 1, 2)


def test_a_measure_whose_column_is_missing_stops_nothing():
    count = Measure("driver", "tickets", "count", "", 90)
    lost = Measure("driver", "usage", "sum", "gone", 30)
    found = measured("id,day\nA,2025-12-01", lost, count)
    assert values(found, "tickets") == {"A": 1}
    assert [(p.kind, p.column) for p in found.problems] == [("header", "gone")]


def test_a_result_that_is_impossible_is_reported_by_customer():
    found = measured(
        "id,day,uses\nA,2025-12-30,-5\nB,2025-12-30,5",
        Measure("driver", "usage", "sum", "uses", 30),
    )
    assert values(found, "usage") == {"B": 5}
    assert ["A" in p.message for p in found.problems if p.kind == "range"] == [True]


def test_an_outlier_in_one_customer_changes_no_other():
    usual = loaded(TICKETS)[0].observations
    outlier = loaded(TICKETS.replace("A,2025-12-01,10", "A,2025-12-01,99999"))[0].observations
    others = usual[usual["customer_id"] != "A"].reset_index(drop=True)
    assert outlier[outlier["customer_id"] != "A"].reset_index(drop=True).equals(others)


def test_a_measure_in_words():
    chosen = replace(
        mapping.propose([sheet(TICKETS)], RULES)[0],
        measures=(
            Measure("driver", "tickets", "count", "", 90, Where("priority", "is_not", "low")),
        ),
    )
    assert chosen.measures[0].sentence(RULES, chosen) == (
        "Support tickets = number of rows per account_id, submitted_at in the last 90 days, "
        "where priority is not low"
    )
