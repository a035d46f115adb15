"""A table of events tells its own past: each quarter with what was known by its end."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sheets import sheet

from cmi import intake, mapping
from cmi.frames import Loaded
from cmi.intake import Upload
from cmi.mapping import Measure, TableMapping, Where, earlier
from cmi.methodology import shipped
from cmi.store import Store

RULES = shipped()
DAY = date(2025, 11, 15)

TICKETS = """
    ticket_id,account_id,submitted_at,resolution_time_hours,escalation_flag
    T1,A,2025-01-10,10,TRUE
    T2,A,2025-05-20,20,FALSE
    T3,A,2025-06-30,40,FALSE
    T4,B,2025-07-20,6,FALSE
    T5,B,2025-11-02,8,TRUE
    """


def loaded(*texts: str) -> tuple[Loaded, ...]:
    tables = [sheet(text, f"t{n}.csv") for n, text in enumerate(texts)]
    return mapping.apply(tables, mapping.propose(tables, RULES), RULES, DAY)


def over_time(found: Loaded, item: str) -> dict[tuple[str, str], float]:
    said = found.observations[found.observations["item"] == item]
    days = said["date"].dt.strftime("%d %b")
    return dict(zip(zip(said["customer_id"], days, strict=True), said["value"], strict=True))


def test_tickets_are_counted_at_the_end_of_each_quarter_that_the_rows_cover():
    assert over_time(loaded(TICKETS)[0], "tickets") == {
        # the 90 days before 31 March begin before the first ticket: who knows what was there
        ("A", "30 Jun"): 2,
        ("A", "30 Sep"): 0,
        ("B", "30 Sep"): 1,  # B was not heard of before July
        ("A", "15 Nov"): 0,
        ("B", "15 Nov"): 1,
    }


def test_a_mean_of_a_quarter_knows_only_the_rows_of_that_quarter():
    assert over_time(loaded(TICKETS)[0], "resolution_hours") == {
        ("A", "31 Mar"): 10,
        ("A", "30 Jun"): 30,
        ("B", "30 Sep"): 6,
        ("B", "15 Nov"): 8,
    }


def test_a_flag_belongs_to_the_day_of_its_row():
    assert over_time(loaded(TICKETS)[0], "escalations") == {
        ("A", "30 Jun"): 0,
        ("A", "30 Sep"): 0,
        ("B", "30 Sep"): 0,
        ("A", "15 Nov"): 0,
        ("B", "15 Nov"): 1,
    }


def test_what_is_open_today_says_nothing_of_what_was_open_then():
    text = "id,day,status\nA,2025-01-02,closed\nA,2025-02-02,closed\nA,2025-11-02,open"
    columns = (mapping.Column("id", "customer_id"), mapping.Column("day", "date"))
    still = Where("status", "is", "open")
    chosen = TableMapping(
        "t.csv", "", "rows", columns, (Measure("driver", "tickets", "count", where=still),),
        earlier=True,
    )  # fmt: skip
    found = mapping.apply([sheet(text, "t.csv")], [chosen], RULES, DAY)[0]
    assert over_time(found, "tickets") == {("A", "15 Nov"): 1}


def test_what_runs_from_a_day_to_a_day_can_be_asked_of_any_day():
    runs = Where("start", "running", "end")
    assert earlier.turned_back(Measure("arr", "", "sum", "mrr", where=runs))
    status = Where("status", "is", "open")
    assert not earlier.turned_back(Measure("arr", "", "sum", "mrr", where=status))
    both = Where("start", "running", "end", also=status)
    assert not earlier.turned_back(Measure("arr", "", "sum", "mrr", where=both))


def test_contracts_tell_what_a_customer_paid_in_each_quarter():
    found = loaded(
        "subscription_id,account_id,start_date,end_date,mrr_amount\n"
        "S1,A,2025-02-01,,100\nS2,A,2025-04-01,2025-08-01,50\nS3,B,2025-07-15,2025-10-01,10"
    )[0].customers
    money = found.set_index([found["as_of"].dt.strftime("%d %b"), "customer_id"])["arr"]
    assert money.to_dict() == {
        ("31 Mar", "A"): 1200,
        ("30 Jun", "A"): 1800,
        ("30 Sep", "A"): 1200,
        ("30 Sep", "B"): 120,
        ("15 Nov", "A"): 1200,
        ("15 Nov", "B"): 0,
    }


def test_the_past_is_left_alone_when_somebody_says_so():
    table = sheet(TICKETS)
    chosen = mapping.with_earlier(mapping.propose([table], RULES)[0], False)
    found = mapping.apply([table], [chosen], RULES, DAY)[0]
    assert set(found.observations["date"].dt.date) == {DAY}


@pytest.mark.parametrize(
    ("first", "ends"),
    [("2025-10-01", 0), ("2025-09-30", 1), ("2025-06-30", 2), ("1987-01-01", earlier.MOST)],
)
def test_the_past_begins_with_the_first_row_and_ends_before_the_day(first: str, ends: int):
    when = pd.Series(pd.to_datetime([first, None, "2025-11-01"]))
    found = earlier.days(when, DAY)
    assert len(found) == ends
    assert all(day < DAY for day in found)


def test_rows_without_a_day_have_no_past():
    assert earlier.days(pd.Series([pd.NaT, pd.NaT]), DAY) == ()


# Who has left

ACCOUNTS = "Account ID,Account Name,ARR,Churn Date\nA,Acme,100,2025-05-03\nB,Beta,200,\n"
CALLS = "Ticket ID,Account ID,Created at\n1,A,2025-01-05\n2,B,2025-03-03\n3,B,2025-11-03\n"


def stored(*uploads: dict[str, str]) -> pd.Series:
    """Who has left by the end, after each of the uploads came in."""
    store = Store()
    for files in uploads:
        read = intake.read([Upload(name, text.encode()) for name, text in files.items()])
        chosen = intake.propose(read, store, RULES)
        parts = intake.prepare(read, chosen, RULES, DAY, store)
        store.add(list(zip(intake.origins(read, chosen, DAY, "Ana"), parts, strict=True)))
    found = store.snapshot(DAY, RULES).set_index("customer_id")["left_on"]
    store.close()
    return found


def test_who_left_is_not_called_back_by_a_count_of_nothing():
    left = stored({"accounts.csv": ACCOUNTS, "tickets.csv": CALLS})
    assert left["A"] == pd.Timestamp(2025, 5, 3)
    assert pd.isna(left["B"])


def test_who_left_is_not_called_back_by_a_later_file_of_old_tickets():
    named = "Ticket ID,Organization,Created at\n1,Acme,2025-01-05\n"
    named += "2,Beta,2025-11-04\n3,Beta,2025-11-05\n"
    left = stored({"accounts.csv": ACCOUNTS}, {"tickets.csv": named})
    assert left["A"] == pd.Timestamp(2025, 5, 3)


def test_a_ticket_after_the_end_says_that_a_customer_is_there_again():
    left = stored({"accounts.csv": ACCOUNTS, "tickets.csv": CALLS + "4,A,2025-11-10\n"})
    assert pd.isna(left["A"])


def test_nothing_is_counted_of_a_customer_after_it_left():
    accounts, tickets = loaded(ACCOUNTS, CALLS)
    assert len(accounts.outcomes) == 1
    assert over_time(tickets, "tickets") == {
        ("B", "30 Jun"): 0, ("B", "30 Sep"): 0, ("B", "15 Nov"): 1,
    }  # fmt: skip
