"""One number everywhere: the command line, portfolio, segments, trends, moves and customer."""

from __future__ import annotations

import json
import random
from base64 import b64decode
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from screens import CUSTOMER, PORTFOLIO, is_well
from streamlit.testing.v1 import AppTest

from cmi import cli, intake
from cmi.methodology import shipped
from cmi.ui import session

RULES = shipped()
THEN, NOW = "2026-03-31", "2026-06-30"
EXPLORE = "pages/explore/"


def answers(seed: int) -> dict[str, object]:
    """Somebody's levels and drivers, with holes."""
    rng = random.Random(seed)
    told: dict[str, object] = {f.name: rng.randint(1, 5) for f in RULES.factors}
    for driver in RULES.drivers:
        if driver.categories:
            told[driver.name] = rng.choice(driver.categories)[0]
        else:
            low, high = sorted((driver.worst, driver.best))
            told[driver.name] = max(0, round(rng.uniform(low, high), 1))
    for name in rng.sample(sorted(told), 3):
        told[name] = ""
    return told


def of_day(day: str, seed: int) -> pd.DataFrame:
    """Twenty-four customers as they are exported on a day."""
    rows = [
        {
            "Customer ID": f"K{n}",
            "Customer name": f"Firm {n}",
            "Region": ("North", "South", "West")[n % 3],
            "ARR": 1000 * (n + 1),
            "Currency": "EUR",
            "Date": day,
            **answers(100 * seed + n),
        }
        for n in range(24)
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def told(app, tmp_path: Path) -> pd.DataFrame:
    """What `cmi score` makes of two exports that are also in the dashboard's own database."""
    files = [tmp_path / "then.csv", tmp_path / "now.csv"]
    for n, (file, day) in enumerate(zip(files, (THEN, NOW), strict=True)):
        of_day(day, n).to_csv(file, index=False)
    out = tmp_path / "scores.csv"
    assert cli.main(["score", *map(str, files), "--out", str(out)]) == 0
    is_well(app(page=PORTFOLIO))
    intake.load(intake.uploads_from(files), session.own_store(), RULES)
    return pd.read_csv(out).set_index("customer_id")


def table(at: AppTest, column: str) -> pd.DataFrame:
    return next(d.value for d in at.dataframe if column in d.value)


def test_the_portfolio_lists_what_the_command_line_writes(app, told) -> None:
    listed = table(is_well(app(page=PORTFOLIO)), "scenario")
    ours = told.reset_index().set_index("name").loc[listed["name"]]
    for score in ("cmi", "chs"):
        assert listed[score].tolist() == pytest.approx(ours[score].tolist(), abs=1e-9)
    assert len(listed) == 24


def test_a_segments_median_is_that_of_its_customers(app, told) -> None:
    found = table(is_well(app(page=f"{EXPLORE}segments.py", by="Region")), "cmi_median")
    medians = told.groupby("Region")[["cmi", "chs"]].median()
    for row in found.to_dict("records"):
        for score in ("cmi", "chs"):
            assert row[f"{score}_median"] == pytest.approx(medians.loc[row["label"], score])


def test_the_customer_page_shows_the_same_scores(app, told) -> None:
    at = is_well(app(page=CUSTOMER, customer="K7"))
    shown = {str(m.label): m.value for m in at.metric}
    for label, score in (("Health (CHS)", "chs"), ("Maturity (CMI)", "cmi")):
        assert shown[label] == f"{told.loc['K7', score]:.0f}"


def test_the_moves_end_where_the_scores_are(app, told) -> None:
    at = is_well(app(page=f"{EXPLORE}moves.py", question="Which customers", since=THEN, fell="0"))
    for row in table(at, "chs_after").to_dict("records"):
        ours = told.reset_index().set_index("name").loc[row["name"]]
        for score in ("cmi", "chs"):
            assert row[f"{score}_after"] == pytest.approx(ours[score], nan_ok=True)


def ends(chart: str) -> list[float]:
    """Where the lines of a chart end."""
    lines = [trace.get("y") for trace in json.loads(chart)["data"]]
    packed = [line for line in lines if isinstance(line, dict)]
    unpacked = [np.frombuffer(b64decode(p["bdata"]), p["dtype"]).tolist() for p in packed]
    plain = [line for line in lines if isinstance(line, list)]
    return [float(line[-1]) for line in (*unpacked, *plain) if line and line[-1] is not None]


def test_the_trend_ends_at_the_median_of_the_scores(app, told) -> None:
    at = is_well(app(page=f"{EXPLORE}trends.py"))
    for chart, score in zip(at.get("plotly_chart"), ("chs", "cmi"), strict=True):
        median = pytest.approx(told[score].median())
        assert any(end == median for end in ends(chart.proto.spec))
