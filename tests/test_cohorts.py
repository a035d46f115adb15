"""Cohorts as they grow older, worked out on paper (tests/histories.py)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from histories import LEFT, PAPER, Q1, Q2, Q3, day, histories_of, history
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import at
from portfolios import ALL_FACTORS, rules

from cmi.freshness import resting
from cmi.trends import cohorts
from cmi.trends.cohorts import By

RULES = rules()
WHOLE = history(PAPER)
NONE = np.nan
EARLY, FIRST, SECOND = "2024 Q3", "2025 Q1", "2025 Q2"


def heat(measure, by=None, frame=WHOLE, **changes):
    return cohorts.heat(frame, RULES, "2x2", By(by, **changes), measure)


def values(measure, by=None, frame=WHOLE, **changes):
    """Cohort -> its values by age, from the first age of any to the last."""
    cells = heat(measure, by, frame, **changes)
    wide = cells.pivot(index="cohort", columns="age", values="value")  # noqa: PD010
    wide = wide.reindex(columns=range(cells["age"].min(), cells["age"].max() + 1))
    return {cohort: pytest.approx(row.tolist(), nan_ok=True) for cohort, row in wide.iterrows()}


# Who belongs where


def test_a_customer_belongs_to_the_quarter_in_which_it_started():
    found = cohorts.members(WHOLE).set_index("customer_id")
    assert found["cohort"].to_dict() == {
        "old": EARLY, "mover": FIRST, "gone": FIRST, "never": SECOND, "seen": SECOND,
    }  # fmt: skip
    assert found.loc["seen", "started"] == Q2  # says no start: when it was first there


def test_a_customer_stays_in_the_segment_that_it_was_in_first():
    found = cohorts.members(WHOLE, By("Region")).set_index("customer_id")
    assert found["cohort"].to_dict() == {
        "old": "West", "mover": "East", "gone": "East", "never": "East", "seen": "No Region",
    }  # fmt: skip


def test_a_start_that_is_moved_by_a_renewal_does_not_move_the_customer():
    renewed = history(
        {
            Q1: {"a": at(1, 1, start_date=day("2024-11-01"))},
            Q2: {"a": at(1, 1, start_date=day("2025-06-01"))},
        }
    )
    assert cohorts.members(renewed)["cohort"].tolist() == ["2024 Q4"]


def test_a_customer_who_was_there_before_its_start_began_when_it_was_there():
    ahead = history({Q1: {"a": at(1, 1, start_date=day("2026-02-01"))}})
    assert cohorts.members(ahead)["cohort"].tolist() == [FIRST]
    assert values("cmi", frame=ahead) == {FIRST: [1]}
    assert cohorts.start_later(ahead) == 1
    assert cohorts.start_later(WHOLE) == 0


def test_who_was_gone_before_the_history_belongs_to_no_cohort():
    gone = history({Q1: {"a": at(1, 1, left_on=day("2024-12-01")), "b": at(2, 2)}})
    assert cohorts.members(gone)["customer_id"].tolist() == ["b"]


# Scores by age


def test_a_cohort_has_the_median_of_those_who_are_there_at_each_age():
    # "gone" counts in the past that it had: the median of 20 and 80 is 50
    assert values("cmi") == {
        EARLY: [NONE, NONE, 90, 90, 90],  # it began two quarters before the history
        FIRST: [50, 40, 60, NONE, NONE],
        SECOND: [50, 30, NONE, NONE, NONE],  # "never" has no score
    }


def test_cells_before_and_after_are_missing_and_no_rows():
    cells = heat("cmi").groupby("cohort")["age"].apply(list)
    assert cells.to_dict() == {EARLY: [2, 3, 4], FIRST: [0, 1, 2], SECOND: [0, 1]}


def test_each_cell_says_how_many_are_there_and_how_many_count():
    cells = heat("cmi").set_index(["cohort", "age"])
    assert cells.loc[(FIRST, 0), ["size", "customers", "counted"]].tolist() == [2, 2, 2]
    assert cells.loc[(FIRST, 1), ["size", "customers", "counted"]].tolist() == [2, 1, 1]
    assert cells.loc[(SECOND, 0), ["size", "customers", "counted"]].tolist() == [2, 2, 1]


def test_the_share_in_a_scenario_is_that_of_the_scored():
    found = values("share.high_high")
    assert found[FIRST] == [0, 0, 1, NONE, NONE]  # mover: 20/30, 40/60, 60/60
    assert found[SECOND] == [1, 0, NONE, NONE, NONE]  # seen: 50/50, 30/50; never has no score


# Who stayed


def test_retention_is_who_is_still_there_of_those_at_age_0():
    assert values("retention") == {
        EARLY: [NONE] * 5,  # nobody knows who was there at age 0
        FIRST: [1, 0.5, 0.5, NONE, NONE],
        SECOND: [1, 1, NONE, NONE, NONE],
    }


def test_revenue_of_who_left_is_nothing_and_of_who_never_said_it_does_not_count():
    assert values("nrr") == {
        EARLY: [NONE] * 5,
        FIRST: [1, 150 / 200, 150 / 200, NONE, NONE],
        SECOND: [1, 1, NONE, NONE, NONE],  # of never alone, who pays 40
    }
    counted = heat("nrr").set_index(["cohort", "age"])["counted"]
    assert counted[(FIRST, 2)] == 2
    assert counted[(SECOND, 1)] == 1
    assert counted[(EARLY, 2)] == 0


def test_revenue_that_is_no_longer_known_makes_the_cell_unknown_and_not_0():
    forgotten = WHOLE.copy()
    last = (forgotten["customer_id"] == "mover") & (forgotten["period"] == Q3)
    forgotten.loc[last, "arr"] = np.nan
    assert values("nrr", frame=forgotten)[FIRST] == [1, 0.75, NONE, NONE, NONE]


def test_revenue_of_who_left_need_not_be_known():
    silent = WHOLE.copy()
    silent.loc[silent["left_on"].notna(), "arr"] = np.nan
    assert values("nrr", frame=silent)[FIRST] == [1, 0.75, 0.75, NONE, NONE]


def test_a_cohort_that_paid_nothing_at_first_has_no_revenue_to_keep():
    free = history({Q1: {"a": at(1, 1, arr=0)}, Q2: {"a": at(1, 1, arr=50)}})
    assert heat("nrr", frame=free)["value"].isna().all()
    assert heat("retention", frame=free)["value"].tolist() == [1, 1]


def test_a_cohort_that_all_left_is_kept_with_0_and_not_forgotten():
    gone = at(50, 50, arr=10, start_date=day("2025-02-01"), left_on=LEFT)
    frame = history({Q1: {"a": {**gone, "left_on": None}}, Q2: {"a": gone}, Q3: {"a": gone}})
    assert values("retention", frame=frame) == {FIRST: [1, 0, 0]}
    assert values("nrr", frame=frame) == {FIRST: [1, 0, 0]}
    assert values("cmi", frame=frame) == {FIRST: [50, NONE, NONE]}


def test_who_comes_back_is_there_again():
    here = at(50, 50, start_date=day("2025-02-01"))
    frame = history({Q1: {"a": here}, Q2: {"a": {**here, "left_on": LEFT}}, Q3: {"a": here}})
    assert values("retention", frame=frame) == {FIRST: [1, 0, 1]}


def test_who_is_missing_in_a_period_is_neither_kept_nor_lost_there():
    here = at(50, 50, start_date=day("2025-02-01"))
    frame = history({Q1: {"a": here, "b": here}, Q2: {"a": here}})
    assert values("retention", frame=frame) == {FIRST: [1, 1]}
    assert heat("retention", frame=frame)["counted"].tolist() == [2, 1]


# How age is counted


def test_age_may_be_counted_from_when_a_customer_was_first_seen():
    found = values("retention", since="seen")
    assert found[EARLY] == [1, 1, 1]
    assert found[FIRST] == [1, 0.5, 0.5]


def test_an_attribute_mixes_starts_and_counts_only_who_has_reached_an_age():
    # East: mover and gone from Q1 on, never from Q2 on
    cells = heat("retention", "Region").set_index(["cohort", "age"]).loc["East"]
    assert cells["value"].tolist() == pytest.approx([1, 2 / 3, 1 / 2])
    assert cells["counted"].tolist() == [3, 3, 2]
    assert cells["size"].tolist() == [3, 3, 3]


@pytest.mark.parametrize(
    ("start", "periods", "age"),
    [
        ("2024-03-31", ["2025-03-31", "2025-06-30"], 4),  # on the last day of a quarter
        ("2024-04-01", ["2025-03-31", "2025-06-30"], 3),  # on the first of the next
        ("2025-01-01", ["2025-03-31", "2025-06-30"], 0),
        ("2024-11-30", ["2025-01-31", "2025-02-28", "2025-03-31"], 2),  # months of 31, 28, 31 days
        ("2024-12-01", ["2025-01-31", "2025-02-28", "2025-03-31"], 1),
        ("2025-03-31", ["2025-06-30", "2025-09-30"], 1),  # the quarter before ends on the 31st
        ("2025-01-16", ["2025-03-15", "2025-04-15"], 1),  # months that end on the 15th
        ("2025-01-15", ["2025-03-15", "2025-04-15"], 2),
        ("2024-09-30", ["2025-03-31"], 2),  # one period: as if they were quarters
        ("0001-01-01", ["2025-03-31"], 8096),  # 2,024 years of four quarters and no more
    ],
)
def test_age_goes_back_before_the_history_in_steps_like_its_periods(start, periods, age):
    one = {"a": at(1, 1, start_date=np.datetime64(start, "us"))}
    frame = history({day(end): one for end in periods})
    assert heat("cmi", frame=frame)["age"].tolist() == [age + n for n in range(len(periods))]


def test_a_month_without_a_30th_ends_on_its_last_day():
    began = {"a": day("2025-01-01"), "b": day("2025-03-01")}
    customers = {who: at(1, 1, start_date=start) for who, start in began.items()}
    months = history({day("2025-03-30"): customers, day("2025-04-29"): customers})
    # a: 30 January, 28 February, 30 March; b: 30 March
    assert heat("cmi", "start_date", months)["age"].tolist() == [2, 3, 0, 1]


def test_a_cohort_may_be_a_month_or_a_year_whose_names_are_in_order():
    starts = {"a": "2024-12-01", "b": "2025-02-28", "c": "2025-10-01"}
    customers = {who: at(1, 1, start_date=day(start)) for who, start in starts.items()}
    frame = history({day("2025-12-31"): customers})
    month = cohorts.members(frame, By(start="month")).set_index("customer_id")["cohort"]
    assert month.to_dict() == {"a": "2024-12", "b": "2025-02", "c": "2025-10"}
    year = cohorts.members(frame, By(start="year")).set_index("customer_id")["cohort"]
    assert year.to_dict() == {"a": "2024", "b": "2025", "c": "2025"}


# One against another


def test_two_cohorts_are_compared_at_the_same_age():
    lines = cohorts.against(heat("cmi"), FIRST, SECOND)
    assert lines["age"].tolist() == [0, 1, 2]
    assert lines["one"].tolist() == pytest.approx([50, 40, 60])
    assert lines["other"].tolist() == pytest.approx([50, 30, NONE], nan_ok=True)
    assert lines["difference"].tolist() == pytest.approx([0, 10, NONE], nan_ok=True)


def test_the_words_name_the_last_age_that_both_have_reached():
    lines = cohorts.against(heat("cmi"), FIRST, SECOND)
    # at 1: gone has left, mover 40; seen 30
    assert cohorts.in_words(lines, "A", "B", "quarter") == (
        "After 1 quarter, A stands at 40 (1 customer), B stands at 30 (1 customer): "
        "A has 10 points more."
    )
    turned = cohorts.against(heat("cmi"), SECOND, FIRST)
    assert cohorts.in_words(turned, "B", "A", "quarter", " %").endswith("B has 10 points less.")
    assert cohorts.in_words(lines.head(1), "A", "B", "quarter").startswith("At the start, A stands")
    assert cohorts.in_words(lines.tail(1), "A", "B", "quarter") == ""  # age 2: A alone


def test_the_words_do_not_rest_on_a_few_while_there_are_many():
    many = {"start_date": day("2025-02-01")}
    east = {f"e{n}": at(60, 1, Region="East", **many) for n in range(6)}
    west = {f"w{n}": at(50, 1, Region="West", **many) for n in range(6)}
    left = {who: {**one, "left_on": LEFT} for who, one in east.items() if who != "e0"}
    frame = history({Q1: east | west, Q2: east | left | west})
    cells = heat("cmi", "Region", frame)
    assert cells["few"].tolist() == [False, True, False, False]  # East with one of six left
    lines = cohorts.against(cells, "East", "West")
    assert cohorts.in_words(lines, "East", "West", "quarter").startswith("At the start, East")


def test_a_cell_of_less_than_half_of_its_cohort_is_one_of_few():
    ten = {f"c{n}": at(60, 1, start_date=day("2025-02-01")) for n in range(12)}
    unknown = {who: {**({} if who > "c5" else one)} for who, one in ten.items()}
    cells = heat("cmi", frame=history({Q1: ten, Q2: unknown}))
    # c0 to c5, c10 and c11 are known: 8 of 12
    assert cells["counted"].tolist() == [12, 8]
    assert cells["few"].tolist() == [False, False]
    less = {who: {**({} if who > "c2" else one)} for who, one in ten.items()}
    cells = heat("cmi", frame=history({Q1: ten, Q2: less}))
    assert cells["counted"].tolist() == [12, 5]  # c0, c1, c10, c11, c2: five, but of twelve
    assert cells["few"].tolist() == [False, True]


def test_the_two_to_begin_with_share_most_ages_and_are_large():
    # EARLY has ages 2 to 4, FIRST 0 to 2, SECOND 0 and 1
    assert cohorts.pair(heat("cmi")) == (FIRST, SECOND)
    # East has 0 to 2 and three customers, No Region 0 and 1, West 2 to 4
    assert cohorts.pair(heat("cmi", "Region")) == ("East", "No Region")


def test_nobody_is_compared_where_no_two_share_an_age():
    assert cohorts.pair(heat("cmi", frame=WHOLE[WHOLE["customer_id"] == "mover"])) is None
    assert cohorts.pair(heat("retention").head(0)) is None


def test_a_cohort_that_is_not_there_has_no_line():
    lines = cohorts.against(heat("cmi"), FIRST, "2031 Q1")
    assert lines["other"].isna().all()


# What is drawn, and who is behind it


def test_ages_and_cohorts_without_a_value_are_cropped():
    told = cohorts.matrix(heat("retention"))
    assert told.index.tolist() == [FIRST, SECOND]  # of the earlier one nothing is known
    assert told.columns.tolist() == [0, 1, 2]  # though it has lived to see 3 and 4


def test_a_cohort_grows_when_it_has_a_value_at_two_ages():
    assert cohorts.grows(heat("cmi"))
    assert not cohorts.grows(heat("cmi", frame=WHOLE[WHOLE["period"] == Q1]))


def test_of_many_cohorts_those_that_began_last_are_drawn_or_the_largest():
    shown = cohorts.most(heat("cmi"), By(), 2)
    assert shown["cohort"].unique().tolist() == [FIRST, SECOND]
    largest = cohorts.most(heat("cmi", "Region"), By("Region"), 1)
    assert largest["cohort"].unique().tolist() == ["East"]


def test_behind_a_cell_stand_its_customers_and_those_who_left():
    found = cohorts.behind(WHOLE, By(), FIRST, 1)
    assert found["customer_id"].tolist() == ["mover", "gone"]
    assert found["period"].unique().tolist() == [Q2]
    assert found.set_index("customer_id")["left_on"].notna().tolist() == [False, True]


def test_behind_a_cell_of_an_attribute_stand_customers_of_several_periods():
    found = cohorts.behind(WHOLE, By("Region", since="seen"), "East", 1)
    when = dict(zip(found["customer_id"], found["period"], strict=True))
    assert when == {"mover": Q2, "gone": Q2, "never": Q3}


def test_a_cell_of_which_nothing_new_was_heard_is_carried_over():
    def aged(days):
        ages = {f"{item}__age": days for item in ALL_FACTORS}
        return at(50, 50, start_date=day("2025-02-01"), **ages)

    frame = history({Q1: {"a": aged(5)}, Q2: {"a": aged(96)}, Q3: {"a": aged(1)}})
    known = resting.resting(frame, {end.date(): RULES for end in (Q1, Q2, Q3)})
    cells = cohorts.heat(frame, RULES, "2x2", By(), "cmi", known)
    assert cells["carried"].tolist() == [False, True, False]
    health = cohorts.heat(frame, RULES, "2x2", By(), "chs", known)
    assert not health["carried"].any()  # its ages are 0
    share = cohorts.heat(frame, RULES, "2x2", By(), "share.high_high", known)
    assert not share["carried"].any()  # health is new
    kept = cohorts.heat(frame, RULES, "2x2", By(), "retention", known)
    assert not kept["carried"].any()


# Few or none


@pytest.mark.parametrize("measure", cohorts.measures(RULES, "2x2"))
@pytest.mark.parametrize("by", [None, "Region"])
@pytest.mark.parametrize("since", ["start", "seen"])
def test_cohorts_of_hardly_anybody_are_cohorts(measure, by, since):
    nobody = heat(measure, by, WHOLE.head(0), since=since)
    columns = ["cohort", "size", "age", "customers", "counted", "value", "few", "carried"]
    assert list(nobody.columns) == columns
    assert cohorts.pair(nobody) is None
    assert not cohorts.grows(nobody)
    assert nobody.empty
    assert cohorts.matrix(nobody).empty
    assert cohorts.against(nobody, FIRST, SECOND).empty
    one = heat(measure, by, WHOLE[WHOLE["customer_id"] == "seen"].head(1), since=since)
    assert (one["size"].tolist(), one["age"].tolist()) == ([1], [0])
    left = heat(measure, by, WHOLE[WHOLE["left_on"].notna()], since=since)
    assert left.empty


def test_a_measure_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"share\.nowhere"):
        heat("share.nowhere")


# What holds for every history


@settings(max_examples=40)
@given(histories_of(), st.sampled_from([None, "Region"]), st.sampled_from(["start", "seen"]))
def test_cohorts_add_up_to_everybody_who_was_ever_there(frame, by, since):
    cells = heat("cmi", by, frame, since=since)
    sizes = cells.drop_duplicates("cohort")["size"].sum()
    assert sizes == frame["customer_id"][frame["left_on"].isna()].nunique()
    assert cells["customers"].sum() == frame["left_on"].isna().sum()
    assert (cells["customers"] <= cells["size"]).all()


@settings(max_examples=40)
@given(histories_of(), st.sampled_from(["start", "seen"]))
def test_shares_of_a_cell_add_up_to_one_and_retention_begins_with_all(frame, since):
    keys = [key for key in cohorts.measures(RULES, "2x2") if key.startswith("share.")]
    shares = pd.concat([heat(key, None, frame, since=since)["value"] for key in keys], axis=1)
    added = shares.dropna().sum(axis=1)
    assert added.tolist() == pytest.approx([1] * len(added))
    kept = heat("retention", None, frame, since=since)
    assert (kept.loc[kept["age"] == 0, "value"].dropna() == 1).all()
    assert kept["value"].dropna().between(0, 1).all()
