"""What a table says under its mapping: values, refusals, and the account of its rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheets import CELLS, HEADERS, sheet

from cmi import mapping
from cmi.frames import Loaded
from cmi.mapping import Column
from cmi.methodology import shipped
from cmi.problems import KINDS, MappingError

RULES = shipped()
DAY = date(2025, 12, 31)


def loaded(text: str, day: date = DAY) -> Loaded:
    table = sheet(text)
    return mapping.apply([table], mapping.propose([table], RULES), RULES, day)[0]


def values(found: Loaded, item: str) -> dict[str, float]:
    of_item = found.observations[found.observations["item"] == item]
    return dict(zip(of_item["customer_id"], of_item["value"], strict=True))


def reported(found: Loaded) -> list[tuple[str, int | None, str]]:
    return [(p.kind, p.row, p.value) for p in found.problems]


def test_a_customer_is_read_with_all_that_is_known():
    found = loaded(
        "Account ID,Account Name,CSM,Website,Start date,Renewal date,ARR,Currency,Industry,Region\n"
        "007,Acme,Jane,https://www.acme.com/en,2024-01-31,2026-01-31,1200,EUR,Retail,NA"
    )
    (row,) = found.customers.to_dict("records")
    assert row == {
        "customer_id": "007",
        "as_of": pd.Timestamp(DAY),
        "name": "Acme",
        "owner": "Jane",
        "domain": "acme.com",
        "start_date": pd.Timestamp("2024-01-31"),
        "renewal_date": pd.Timestamp("2026-01-31"),
        "arr": 1200,
        "software_revenue": pytest.approx(float("nan"), nan_ok=True),
        "services_revenue": pytest.approx(float("nan"), nan_ok=True),
        "currency": "EUR",
        # North America, not "not available"
        "attributes": {"Industry": "Retail", "Region": "NA"},
    }


def test_monthly_revenue_is_kept_per_year():
    assert loaded("customer_id,MRR\nA,100").customers["arr"].tolist() == [1200]


def test_money_as_text_is_never_zero():
    found = loaded('customer_id,ARR\nA,$450k\nB,"€1,200.50"\nC,ask Jane\nD,"(1,000)"')
    arr = found.customers.set_index("customer_id")["arr"]
    assert arr.dropna().to_dict() == {"A": 450_000, "B": 1200.5, "D": -1000}
    assert reported(found) == [("number", 4, "ask Jane"), ("currency", None, "")]


@pytest.mark.parametrize("cell", ["", " ", "-", "n/a", "null"])
def test_a_blank_cell_is_never_zero(cell):
    found = loaded(f"customer_id,ARR,tickets,charter_mandate\nA,{cell},{cell},{cell}\nB,1,0,3")
    assert values(found, "tickets") == {"B": 0}
    assert values(found, "charter_mandate") == {"B": 3}
    assert found.customers["arr"].isna().tolist() == [True, False]
    assert found.problems == ()


@given(st.floats(min_value=1e7, max_value=1e12))
def test_an_outlier_in_one_customer_changes_no_other(outlier):
    text = "customer_id,ARR,tickets,csat,NPS\nA,{},{},{},{}\nB,1200,3,4,9\nC,800,0,3,7"
    usual, other = loaded(text.format(100, 2, 5, 6)), loaded(text.format(*[f"{outlier:f}"] * 4))
    for name in ("customers", "observations"):
        frames = [getattr(f, name) for f in (usual, other)]
        rest = [f[f["customer_id"] != "A"].reset_index(drop=True) for f in frames]
        pd.testing.assert_frame_equal(*rest)


def test_a_column_that_is_missing_stops_nothing():
    table = sheet("customer_id,tickets,ARR\nA,3,100\nB,4,200")
    (chosen,) = mapping.propose([table], RULES)
    fewer = replace(table, frame=table.frame.drop(columns="ARR"))
    found = mapping.apply([fewer], [chosen], RULES, DAY)[0]
    assert values(found, "tickets") == {"A": 3, "B": 4}
    assert [(p.kind, p.column) for p in found.problems] == [("header", "ARR")]


def test_an_item_that_the_methodology_no_longer_has_stops_nothing():
    table = sheet("customer_id,tickets\nA,3")
    (chosen,) = mapping.propose([table], RULES)
    old = replace(chosen, columns=(*chosen.columns, Column("tickets", "driver", "luck")))
    found = mapping.apply([table], [old], RULES, DAY)[0]
    assert values(found, "tickets") == {"A": 3}
    assert [p.kind for p in found.problems] == ["item"]


def test_a_bad_cell_costs_that_cell_only():
    found = loaded("customer_id,charter_mandate,tickets,csat\nA,6,many,4\nB,2,1,9")
    assert values(found, "charter_mandate") == {"B": 2}
    assert values(found, "tickets") == {"B": 1}
    assert values(found, "csat") == {"A": 4}
    assert sorted(reported(found)) == [("level", 2, "6"), ("number", 2, "many"), ("range", 3, "9")]
    assert found.kept == 2


def test_every_kind_of_problem_is_one_that_is_explained():
    found = loaded("customer_id,csat,sponsor,start date\nA,9,King,soon\nA,1,None,2025-01-31\n,1,,")
    assert {p.kind for p in found.problems} == {
        "range", "category", "date", "repeated", "no-customer",
    }  # fmt: skip
    assert {p.kind for p in found.problems} <= set(KINDS)


def test_a_category_is_kept_as_the_methodology_names_it():
    found = loaded("customer_id,Contract,sponsor\nA,Month-to-month,None\nB,Two year,champion")
    said = found.observations.set_index(["customer_id", "item"])["label"].to_dict()
    assert said == {
        ("A", "commitment"): "Month to month",
        ("B", "commitment"): "Several years",
        ("A", "sponsor"): "None",
        ("B", "sponsor"): "Advocate",
    }
    assert found.observations["value"].isna().all()


def test_a_row_given_twice_counts_once_and_names_the_first():
    found = loaded("customer_id,tickets\nA,3\nB,1\nA,5")
    assert values(found, "tickets") == {"A": 3, "B": 1}
    assert reported(found) == [("repeated", 4, "A")]
    assert "row 2" in found.problems[0].message
    assert (found.rows, found.kept, found.refused) == (3, 2, 1)


def test_the_same_customer_on_other_days_and_by_other_raters_is_not_repeated():
    found = loaded(
        "customer_id,date,rater,charter_mandate\n"
        "A,2025-01-31,CSM,3\nA,2025-01-31,Sales,4\nA,2025-06-30,CSM,5\nA,2025-06-30,Jane Doe,2"
    )
    said = found.observations
    assert list(zip(said["date"].dt.month, said["rater"], said["value"], strict=True)) == [
        (1, "csm", 3),
        (1, "sales", 4),
        (6, "csm", 5),
        (6, "jane_doe", 2),
    ]


def test_factors_are_rated_by_the_csm_and_drivers_by_data_when_nobody_is_named():
    found = loaded("customer_id,charter_mandate,tickets\nA,3,4").observations
    assert dict(zip(found["item"], found["rater"], strict=True)) == {
        "charter_mandate": "csm",
        "tickets": "data",
    }


def test_a_row_whose_day_cannot_be_read_is_refused_and_one_without_a_day_is_as_of_today():
    found = loaded("customer_id,date,tickets\nA,2025-03-31,1\nB,soon,2\nC,,3\nD,2025-02-28,4")
    days = found.observations.set_index("customer_id")["date"].dt.date.to_dict()
    assert days == {"A": date(2025, 3, 31), "C": DAY, "D": date(2025, 2, 28)}
    assert reported(found) == [("date", 3, "soon")]


def test_a_day_in_the_future_is_kept_and_mentioned():
    found = loaded("customer_id,date,tickets\nA,2199-03-31,1\nB,2025-03-31,2")
    assert set(values(found, "tickets")) == {"A", "B"}
    assert reported(found) == [("range", 2, "2199-03-31")]


def test_a_day_of_contact_becomes_days_before_the_as_of_date():
    found = loaded("customer_id,last contact\nA,2025-12-21\nB,40\nC,2025-12-01\nD,2026-01-05\nE,x")
    assert values(found, "days_since_contact") == {"A": 10, "B": 40, "C": 30}
    # the contact of D would lie after the as-of date
    assert reported(found) == [("date", 6, "x"), ("range", 5, "2026-01-05")]


def test_active_users_are_a_percentage_of_the_seats():
    found = loaded("customer_id,Active_Users,Total_Seats\nA,8,10\nB,5,0\nC,,9\nD,9,6")
    assert values(found, "seat_use") == {"A": 80, "D": 150}
    assert reported(found) == [("range", 3, "0")]


def test_single_answers_from_0_to_10_are_spread_over_the_scale_of_nps():
    # 0 is -100, 5 is 0, 10 is 100
    assert values(loaded("customer_id,NPS\nA,0\nB,9\nC,10"), "nps") == {
        "A": -100,
        "B": 80,
        "C": 100,
    }


def test_money_in_another_currency_than_its_row_is_left_out():
    found = loaded("customer_id,ARR,Services revenue\nA,€100,€5\nB,$100,€5")
    money = found.customers.set_index("customer_id")
    assert money["currency"].to_dict() == {"A": "EUR", "B": "USD"}
    assert money["services_revenue"].dropna().to_dict() == {"A": 5}
    assert reported(found) == [("currency", None, ""), ("currency", 3, "€5")]


def test_an_outcome_can_be_a_yes_a_word_or_a_day():
    found = loaded("customer_id,churned\nA,yes\nB,no\nC,2025-06-30\nD,Lost\nE,\nF,perhaps")
    said = found.outcomes.set_index("customer_id")
    assert said["date"].dt.date.to_dict() == {"A": DAY, "C": date(2025, 6, 30), "D": DAY}
    assert set(said["outcome"]) == {"churned"}
    assert reported(found) == [("category", 7, "perhaps")]


def test_a_customer_can_churn_twice_but_not_twice_on_a_day():
    found = loaded("account_id,churn_date\nA,2025-01-31\nA,2025-06-30\nA,2025-06-30")
    assert found.outcomes["date"].dt.month.tolist() == [1, 6]
    assert reported(found) == [("repeated", 4, "A")]
    assert found.problems[0].message == (
        '"A" was already given for the same day in row 3; that row counts.'
    )
    assert len(found.customers) == 0


def test_a_long_table_gives_an_observation_per_row():
    found = loaded(
        "Customer,Item,Value,Date,Rater,Note\n"
        "Acme,Skills,4 - fine,2025-01-31,sales,asked\nAcme,tickets,3,2025-01-31,,\n"
        "Acme,luck,3,2025-01-31,,\nAcme,people_skills,5,2025-01-31,sales,"
    )
    said = found.observations
    assert said[["item", "rater", "value"]].to_dict("split")["data"] == [
        ["people_skills", "sales", 4],
        ["tickets", "data", 3],
    ]
    assert said["note"].dropna().tolist() == ["asked"]
    assert reported(found) == [("item", 4, "luck"), ("repeated", 5, "Acme")]


def test_ids_stay_as_they_are_written():
    found = loaded("customer_id,tickets\n00123,1\n123,2\n1e5,3\n 9999999999999999993 ,4")
    assert list(values(found, "tickets")) == ["00123", "123", "1e5", "9999999999999999993"]


def test_rows_that_the_reader_refused_stay_in_the_account():
    table = replace(sheet("customer_id,tickets\nA,1\n,2"), rows=9, refused=4, blank=3)
    found = mapping.apply([table], mapping.propose([table], RULES), RULES, DAY)[0]
    assert (found.rows, found.kept, found.refused, found.blank) == (9, 1, 5, 3)


@given(st.lists(st.tuples(st.sampled_from(["A", "B", "", "-"]), st.text(max_size=6)), max_size=8))
def test_rows_are_kept_or_refused_and_never_lost(rows):
    table = sheet("customer_id,tickets\nA,1")
    frame = pd.DataFrame([*rows], columns=["customer_id", "tickets"], dtype="str")
    drawn = replace(table, frame=frame, rows=len(frame))
    found = mapping.apply([drawn], mapping.propose([table], RULES), RULES, DAY)[0]
    assert found.rows == found.kept + found.refused + found.blank
    assert len(found.customers) == found.kept


def test_the_newest_day_is_the_last_that_was_observed_and_not_in_the_future():
    text = "customer_id,date,renewal date,tickets\nA,2025-03-31,2027-01-31,1\nB,{},2027-01-31,1"
    today = date(2026, 1, 15)
    for day, newest in (("2025-06-30", date(2025, 6, 30)), ("2199-01-01", date(2025, 3, 31))):
        table = sheet(text.format(day))
        assert mapping.newest_date([table], mapping.propose([table], RULES), today) == newest


def test_the_day_of_a_row_without_any_answer_is_not_the_newest():
    table = sheet("Customer id,Date,Skills\nA,2025-12-20,4\nB,2026-01-10,\nC,2026-01-11, - ")
    found = mapping.propose([table], RULES)
    assert mapping.newest_date([table], found, date(2026, 1, 15)) == date(2025, 12, 20)
    (said,) = mapping.apply([table], found, RULES, date(2025, 12, 31))
    days = dict(zip(said.customers["customer_id"], said.customers["as_of"].dt.date, strict=True))
    assert days == {"A": date(2025, 12, 20), "B": date(2025, 12, 31), "C": date(2025, 12, 31)}


def test_files_without_a_day_have_no_newest_one():
    table = sheet("customer_id,tickets\nA,1")
    assert mapping.newest_date([table], mapping.propose([table], RULES)) is None


def test_one_mapping_is_needed_for_each_table():
    with pytest.raises(MappingError):
        mapping.apply([sheet("customer_id\nA")], [], RULES, DAY)


@given(st.data())
def test_no_table_of_odd_cells_under_any_headers_stops_the_work(data):
    header = data.draw(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=9, unique=True))
    rows = data.draw(st.lists(st.tuples(*[st.sampled_from(CELLS)] * len(header)), max_size=9))
    frame = pd.DataFrame(rows, columns=header, dtype="str")
    table = replace(sheet("a\n1"), frame=frame, rows=len(frame))
    chosen = mapping.propose([table, sheet("Ticket ID,Account ID\n1,A\n0,B", "b.csv")], RULES)[:1]
    found = mapping.apply([table], chosen, RULES, DAY)[0]
    assert found.rows == found.kept + found.refused + found.blank
    assert {p.kind for p in found.problems} <= set(KINDS)
    assert mapping.from_json(mapping.to_json(chosen[0])) == chosen[0]
    role, target = data.draw(st.sampled_from(list(mapping.meanings(RULES).values())))
    changed = mapping.with_column(chosen[0], data.draw(st.sampled_from(header)), role, target)
    assert mapping.apply([table], [changed], RULES, DAY)[0].rows == len(frame)
