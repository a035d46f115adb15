from __future__ import annotations

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from portfolios import (
    DAY,
    HEALTHY,
    REFERENCE,
    customer,
    levels,
    loaded,
    observation,
    origin,
    rules,
    scores_of,
    snapshot_of,
)

from cmi.methodology import Bounds, CutOverride, Override
from cmi.methodology.overrides import by_row, fold, holding
from cmi.scoring import points_of, score


def override(columns=("Stage",), values=("Onboarding",)):
    bounds = (("logins", Bounds(worst=0, best=10)),)
    return Override(columns=columns, values=values, why="Because.", bounds=bounds)


def rows_where_it_holds(frame, methodology):
    """True per row, from pandas and from DuckDB; both must say the same."""
    expressions = holding(methodology, nw.from_native(frame).collect_schema())
    in_pandas = nw.from_native(frame).select(*expressions).to_native()["_holds.0"].tolist()
    with duckdb.connect() as connection:
        relation = nw.from_native(connection.from_df(frame))
        in_duckdb = relation.select(*expressions).to_native().df()["_holds.0"].tolist()
    assert in_pandas == in_duckdb
    return in_pandas


def test_names_and_values_are_compared_without_regard_to_case_and_surrounding_space():
    frame = pd.DataFrame({" STAGE ": ["onboarding ", "\tONBOARDING", "Onboarding!", "Live"]})
    found = rows_where_it_holds(frame, rules(overrides=(override(),)))
    assert found == [True, True, False, False]


@pytest.mark.parametrize("value", ["Groß", "İstanbul", "ΣΊΣΥΦΟΣ", "Ærø", "新規", "a'b\"c;--"])
def test_values_in_any_script_are_found_by_both_engines(value):
    frame = pd.DataFrame({"Stage": [value, f"\N{NO-BREAK SPACE}{value} ", "other"]})
    methodology = rules(overrides=(override(values=(value,)),))
    assert rows_where_it_holds(frame, methodology) == [True, True, False]


def test_a_customer_whose_segment_is_not_known_is_not_overridden():
    frame = pd.DataFrame({"Stage": pd.Series([None, "Onboarding"], dtype="str")})
    assert rows_where_it_holds(frame, rules(overrides=(override(),))) == [False, True]


def test_any_of_the_columns_and_values_will_do():
    frame = pd.DataFrame({"Stage": ["Live", "Trial", "Live"], "Phase": ["Pilot", "Live", "Live"]})
    methodology = rules(overrides=(override(("Phase", "Stage"), ("Trial", "Pilot")),))
    assert rows_where_it_holds(frame, methodology) == [True, True, False]


def test_a_column_that_is_not_in_the_data_overrides_nothing():
    assert holding(rules(overrides=(override(),)), {"Region": nw.String()}) == []


def test_a_column_of_numbers_is_no_segment():
    schema = {"Stage": nw.Float64(), "stage": nw.String()}
    (found,) = holding(rules(overrides=(override(),)), schema)
    frame = pd.DataFrame({"Stage": [1.0], "stage": ["Onboarding"]})
    assert nw.from_native(frame).select(found).to_native()["_holds.0"].tolist() == [True]


def test_a_number_stays_a_plain_number_where_no_override_can_hold():
    assert by_row(4.0, [None, 5.0], ["_holds.0"]) == 4.0
    assert by_row(4.0, [], []) == 4.0


def test_text_is_folded_one_letter_for_one_letter():
    assert fold(" Straße\N{NO-BREAK SPACE}") == "straße"
    assert fold("İ") == "i"
    assert fold("ΟΔΟΣ") == "οδοσ"


def test_an_override_finds_a_segment_that_is_called_like_one_of_our_columns(store):
    # The column "logins" of the upload is a segment; in the snapshot it is "Segment logins".
    rows = loaded([customer("a", logins="Low")], [observation("a", "logins", 5)])
    store.add([(origin("a.csv"), rows)])
    methodology = rules(overrides=(override(("Logins",), ("low",)),))
    snapshot = store.snapshot(DAY, methodology)
    assert snapshot["Segment logins"].tolist() == ["Low"]
    # 5 of 10, not 5 of 50
    assert points_of(snapshot, methodology)["logins"].tolist() == pytest.approx([50])


def test_an_override_by_owner_or_by_a_number_column_does_not_break_the_scores(store):
    rows = loaded([customer("a", owner="Ana", arr=100.0)], [observation("a", "logins", 5)])
    store.add([(origin("a.csv"), rows)])
    both = (override(("owner",), ("ANA",)), override(("arr", "period", "tickets"), ("100",)))
    methodology = rules(overrides=both)
    snapshot = store.snapshot(DAY, methodology)
    assert points_of(snapshot, methodology)["logins"].tolist() == pytest.approx([50])
    assert score(snapshot, methodology)["chs_coverage"].tolist() == pytest.approx([0.4])


def onboarding(**changes):
    return rules(
        overrides=(Override(columns=("Stage",), values=("Onboarding",), why="New.", **changes),)
    )


def test_an_override_changes_bounds_only_for_its_segment():
    methodology = onboarding(bounds=(("logins", Bounds(worst=0, best=20)),))
    found = scores_of(
        {
            "new": {**HEALTHY, "logins": 10, "Stage": " onboarding"},
            "old": {**HEALTHY, "logins": 10, "Stage": "Live"},
            "none": {**HEALTHY, "logins": 10},
        },
        methodology,
    )
    # new: logins 10/20 = 50 -> (4*50 + 600)/10 = 80; old: 10/50 = 20 -> (4*20 + 600)/10 = 68
    assert found["chs"].to_dict() == pytest.approx({"new": 80, "old": 68, "none": 68})


def test_an_override_changes_weights_and_with_them_coverage():
    methodology = onboarding(weights=(("logins", 0.0), ("people", 75.0), ("charter_goals", 0.0)))
    customer = levels((5, 1, 1), (1, 1, 1), (5, 5, 5), None) | {"tickets": 4, "sponsor": "Named"}
    found = scores_of({"new": customer | {"Stage": "Onboarding"}, "old": customer}, methodology)
    # new CHS: (2*60 + 3*40)/5 = 48, observed 5 of 6; old: the same 48, observed 5 of 10
    assert found["chs"].to_dict() == pytest.approx({"new": 48, "old": 48})
    assert found["chs_coverage"].to_dict() == pytest.approx({"new": 5 / 6, "old": 0.5})
    # new CMI: charter (5+1)/2 = 3, (25*3 + 75*1 + 25*5)/125 = 2.2 -> 30; covered 125 of 150
    # old CMI: charter 7/3, (7/3 + 1 + 5)/3 = 25/9 -> 400/9; covered 75 of 100
    assert found["cmi"].to_dict() == pytest.approx({"new": 30, "old": 400 / 9})
    assert found["cmi_coverage"].to_dict() == pytest.approx({"new": 5 / 6, "old": 0.75})


def test_an_override_changes_a_cut_only_for_its_segment_and_axis():
    methodology = onboarding(cuts=(("2x2", CutOverride(chs=(40,))),))
    customer = REFERENCE | {"logins": 20, "tickets": 6, "sponsor": "Named", "csat": 3}
    # CHS (4*40 + 2*40 + 3*40 + 1*50)/10 = 41; CMI 50
    found = scores_of({"new": customer | {"Stage": "Onboarding"}, "old": customer}, methodology)
    assert found["scenario"].to_dict() == {"new": "high_high", "old": "high_low"}
    three = scores_of({"new": customer | {"Stage": "Onboarding"}}, methodology, "3x3")
    assert three.loc["new", "scenario"] == "mid_mid"


def test_of_two_overrides_that_hold_the_last_one_counts():
    first, last = (
        Override(columns=("Stage",), values=("New",), why="1", bounds=(("logins", Bounds(0, 20)),)),
        Override(columns=("Size",), values=("S",), why="2", bounds=(("logins", Bounds(0, 10)),)),
    )
    frame = snapshot_of(
        {
            "both": {"logins": 5, "Stage": "New", "Size": "S"},
            "first": {"logins": 5, "Stage": "New", "Size": "L"},
        }
    )
    found = points_of(frame, rules(overrides=(first, last)))["logins"]
    assert found.tolist() == pytest.approx([50, 25])
