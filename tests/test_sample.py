"""The sample portfolio tells the story it is there for."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cmi.methodology import load
from cmi.sample import sample_store

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
FILES = ("customers", "health", "assessments", "outcomes")
METHODOLOGY = load()
DRIVERS = [driver.key for driver in METHODOLOGY.drivers]
FACTORS = [factor.key for factor in METHODOLOGY.factors]
END = pd.Timestamp("2026-09-30")
ID = "Customer id"


def read(name: str) -> pd.DataFrame:
    when = "As of" if name == "customers" else "Date"
    path = SAMPLE / f"{name}.csv"
    # "None" is a sponsor's standing here, not a hole
    return pd.read_csv(path, keep_default_na=False, na_values="", parse_dates=[when])


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    return read("customers")


@pytest.fixture(scope="module")
def assessments() -> pd.DataFrame:
    return read("assessments")


@pytest.fixture(scope="module")
def outcomes() -> pd.DataFrame:
    return read("outcomes")


@pytest.fixture(scope="module")
def chs() -> pd.DataFrame:
    """CHS by customer and quarter, worked out here: the weighted mean of the drivers' points."""
    health = read("health")
    health[DRIVERS] = health.groupby(ID)[DRIVERS].ffill()
    points, weights = pd.DataFrame(index=health.index), pd.Series(dtype=float)
    for driver in METHODOLOGY.drivers:
        raw = health[driver.key]
        if driver.categories:
            points[driver.key] = raw.map(dict(driver.categories))
        else:
            share = (raw - driver.worst) / (driver.best - driver.worst)
            points[driver.key] = share.clip(0, 1) * 100
        weights[driver.key] = driver.weight
    health["chs"] = (points * weights).sum(axis=1) / (points.notna() * weights).sum(axis=1)
    return health.pivot_table(index=ID, columns="Date", values="chs")


def cmi_on(assessments: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """CMI by customer: the latest level of each factor, the CSM's before sales' and marketing's."""
    levels = pd.DataFrame(columns=FACTORS)
    for rater in ("CSM", "Sales", "Marketing"):
        theirs = assessments[(assessments["Rater"] == rater) & (assessments["Date"] <= day)]
        levels = levels.combine_first(theirs.groupby(ID)[FACTORS].last())
    levels = levels[FACTORS].astype(float)
    parts = [
        levels[[factor.key for factor in part.factors]].mean(axis=1)
        for part in METHODOLOGY.characteristics
    ]
    level = pd.concat(parts, axis=1).mean(axis=1)
    return (100 * (level - 1) / 4)[levels.notna().mean(axis=1) >= 0.5]


@pytest.fixture(scope="module")
def cmi(assessments: pd.DataFrame, chs: pd.DataFrame) -> pd.DataFrame:
    """CMI by customer and quarter."""
    days = {day: cmi_on(assessments, day).reindex(chs.index) for day in chs.columns}
    return pd.DataFrame(days).where(chs.notna())


def test_the_script_writes_exactly_the_files_that_are_kept(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", SAMPLE / "make.py", tmp_path], check=True)
    for name in FILES:
        made, kept = tmp_path / f"{name}.csv", SAMPLE / f"{name}.csv"
        assert made.read_bytes() == kept.read_bytes(), name


def test_the_files_are_small_enough_to_load_at_once() -> None:
    assert sum((SAMPLE / f"{name}.csv").stat().st_size for name in FILES) < 1_000_000


def test_about_240_customers_are_followed_over_nine_quarters(customers: pd.DataFrame) -> None:
    quarters = customers["As of"].drop_duplicates().sort_values()
    assert list(quarters) == list(pd.date_range("2024-09-30", "2026-09-30", freq="QE"))
    assert 230 <= customers[ID].nunique() <= 250
    size = customers.groupby("As of")[ID].nunique()
    assert 165 <= size.iloc[0] <= 185
    assert 205 <= size.iloc[-1] <= 225


def test_the_portfolio_is_worth_25_to_30_million(customers: pd.DataFrame) -> None:
    assert 25e6 <= customers.loc[customers["As of"] == END, "ARR"].sum() <= 30e6


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("customers", [ID, "As of"]),
        ("health", [ID, "Date"]),
        ("assessments", [ID, "Date", "Rater"]),
        ("outcomes", [ID, "Date"]),
    ],
)
def test_no_row_is_there_twice(name: str, key: list[str]) -> None:
    assert not read(name).duplicated(key).any()


def test_names_are_unique_and_some_are_hard(customers: pd.DataFrame) -> None:
    names = customers.groupby(ID)["Customer name"].agg(["nunique", "first"])
    assert (names["nunique"] == 1).all()
    assert names["first"].is_unique
    assert {"Ångström Optik", "Café Lumière", "O'Dowd & Daughters Haulage"} <= set(names["first"])
    assert names["first"].str.len().max() >= 45


def test_drivers_and_factors_are_those_of_the_methodology() -> None:
    assert list(read("health").columns) == [ID, "Date", *DRIVERS]
    assert list(read("assessments").columns) == [ID, "Date", "Rater", *FACTORS, "Note"]


def test_every_value_is_possible(assessments: pd.DataFrame) -> None:
    health = read("health")
    for driver in METHODOLOGY.drivers:
        values = health[driver.key].dropna()
        if driver.categories:
            assert set(values) == {name for name, _ in driver.categories}
        else:
            lowest, highest = driver.range
            assert lowest is None or values.min() >= lowest, driver.key
            assert highest is None or values.max() <= highest, driver.key
    levels = assessments[FACTORS].melt()["value"].dropna()
    assert set(levels) == {1, 2, 3, 4, 5}


def test_a_and_b_are_equally_healthy_and_far_apart_in_maturity(
    customers: pd.DataFrame, chs: pd.DataFrame, cmi: pd.DataFrame
) -> None:
    now = customers[customers["As of"] == END].set_index("Customer name")
    a = now.loc["Customer A – Alder & Finch Retail"]
    b = now.loc["Customer B – Brightwater Data Group"]
    health_a, health_b = chs.loc[a[ID], END], chs.loc[b[ID], END]
    assert health_a == pytest.approx(82, abs=2)
    assert abs(health_a - health_b) <= 2
    assert cmi.loc[a[ID], END] == pytest.approx(85, abs=3)
    assert cmi.loc[b[ID], END] == pytest.approx(25, abs=3)
    for column in ("Size", "Region", "Stage"):
        assert a[column] == b[column]


def test_nothing_is_missing_about_a_and_b(
    customers: pd.DataFrame, assessments: pd.DataFrame
) -> None:
    for frame in (customers, read("health"), assessments.drop(columns="Note")):
        theirs = frame[frame[ID].isin(["C-0001", "C-0002"])]
        assert len(theirs) > 0
        assert theirs.notna().all(axis=None)


@pytest.mark.parametrize("name", FILES[1:])
def test_every_row_belongs_to_a_known_customer(name: str, customers: pd.DataFrame) -> None:
    assert set(read(name)[ID]) <= set(customers[ID])


def test_a_customer_is_absent_at_the_end_only_if_it_churned(
    customers: pd.DataFrame, outcomes: pd.DataFrame
) -> None:
    active = set(customers.loc[customers["As of"] == END, ID])
    churned = set(outcomes.loc[outcomes["Outcome"] == "churned", ID])
    assert churned == set(customers[ID]) - active


def test_nothing_is_recorded_after_a_customer_churned(outcomes: pd.DataFrame) -> None:
    left = outcomes[outcomes["Outcome"] == "churned"].set_index(ID)["Date"]
    assert left.index.is_unique
    for name in FILES:
        frame = read(name)
        when = frame["As of" if name == "customers" else "Date"]
        assert not (when > frame[ID].map(left)).any(), name


def test_who_churned_was_clearly_less_healthy_two_quarters_before(chs: pd.DataFrame) -> None:
    before = chs.shift(2, axis=1)
    left = chs.isna() & chs.shift(1, axis=1).notna()
    assert left.sum(axis=None) > 20
    assert np.nanmean(before[left]) < np.nanmean(before[chs.notna()]) - 10


def test_who_expanded_was_healthier_and_more_mature_the_quarter_before(
    outcomes: pd.DataFrame, chs: pd.DataFrame, cmi: pd.DataFrame
) -> None:
    expanded = outcomes[outcomes["Outcome"] == "expanded"]
    ends = expanded["Date"] - pd.offsets.QuarterEnd()
    cells = list(zip(expanded[ID], ends, strict=True))
    for score in (chs, cmi):
        theirs = np.nanmean([score.loc[cell] for cell in cells])
        assert theirs > np.nanmean(score) + 5


def test_renewals_happen_on_the_renewal_date_that_was_known(
    customers: pd.DataFrame, outcomes: pd.DataFrame
) -> None:
    renewed = outcomes[outcomes["Outcome"] == "renewed"]
    assert len(renewed) > 100
    known = set(zip(customers[ID], customers["Renewal date"], strict=True))
    days = renewed["Date"].dt.strftime("%Y-%m-%d")
    assert set(zip(renewed[ID], days, strict=True)) <= known


def test_immature_customers_buy_more_services(customers: pd.DataFrame, cmi: pd.DataFrame) -> None:
    now = customers[customers["As of"] == END].set_index(ID)
    share = now["Services revenue"] / (now["Software revenue"] + now["Services revenue"])
    mature = cmi[END].dropna() >= 50
    share = share[mature.index]
    assert share[~mature].mean() > share[mature].mean() + 0.05


def test_every_quadrant_holds_at_least_8_percent_and_no_cell_of_nine_is_empty(
    chs: pd.DataFrame, cmi: pd.DataFrame
) -> None:
    now = pd.DataFrame({"chs": chs[END], "cmi": cmi[END]})[chs[END].notna()]
    scored = now.dropna()
    quadrants = (scored >= 50).value_counts() / len(now)
    assert len(quadrants) == 4
    assert quadrants.min() >= 0.08
    assert len((scored * 3 // 100).clip(upper=2).value_counts()) == 9
    assert 0.04 <= 1 - len(scored) / len(now) <= 0.1


def test_some_customers_were_never_assessed_and_some_not_for_a_year(
    customers: pd.DataFrame, assessments: pd.DataFrame
) -> None:
    active = customers.loc[customers["As of"] == END, ID]
    latest = active.map(assessments[assessments["Rater"] == "CSM"].groupby(ID)["Date"].max())
    assert 8 <= (~active.isin(assessments[ID])).sum() <= 16
    assert 10 <= (latest < END - pd.Timedelta(days=365)).sum() <= 20


def test_customers_see_themselves_as_more_mature_than_their_csm_does(
    assessments: pd.DataFrame,
) -> None:
    assert set(assessments["Rater"]) == {"CSM", "Sales", "Marketing", "Customer"}
    level = assessments.assign(level=assessments[FACTORS].mean(axis=1))
    by = level.pivot_table(index=ID, columns="Rater", values="level")
    both = by[["CSM", "Customer"]].dropna()
    assert len(both) >= 35
    assert (both["Customer"] > both["CSM"]).mean() > 0.8


def test_the_gaps_of_real_data_are_there(customers: pd.DataFrame) -> None:
    now = customers[customers["As of"] == END]
    assert now["ARR"].isna().sum() == 3
    assert now["Owner"].isna().sum() == 1
    assert 1 <= now["Renewal date"].isna().sum() <= 25
    health = read("health")
    assert health.groupby(ID)["nps"].count().eq(0).any()


def test_the_sample_loads_like_any_export_and_nothing_of_it_is_lost() -> None:
    store = sample_store()
    day = date(2026, 9, 30)
    outcomes = store.outcomes(day)
    raw = pd.read_csv(SAMPLE / "outcomes.csv")
    assert outcomes["outcome"].value_counts().to_dict() == raw["Outcome"].value_counts().to_dict()
    assert outcomes["amount"].sum() == raw["Amount"].sum()
    left = store.snapshot(day, METHODOLOGY)["left_on"].notna().sum()
    assert left == (raw["Outcome"] == "churned").sum()
    assert (store.imports()["refused"] == 0).all()
