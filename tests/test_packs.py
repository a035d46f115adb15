"""The numbers of the packs: on slides, in charts, in the workbook and on the page they are one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from openpyxl import load_workbook
from packed import TODAY, World, fill, names, rules
from placed import said
from portfolios import add
from portfolios import customer as customer_row
from pptx import Presentation

from cmi import customer, moves, portfolio
from cmi.moves import migration
from cmi.reports.packs import files, internal, shared, telling
from cmi.reports.packs.setting import DECISIONS
from cmi.store import Store
from cmi.words import day, money, points


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    store = Store()
    fill(store, names(12))
    yield World(store).decided()
    store.close()


def slides(content: bytes) -> list:
    return list(Presentation(io.BytesIO(content)).slides)


def texts(slide) -> list[str]:
    """What is written on a slide outside of tables, with plain spaces."""
    return [said(shape.text_frame.text) for shape in slide.shapes if shape.has_text_frame]


def table(slide) -> list[list[str]]:
    found = next(shape.table for shape in slide.shapes if shape.has_table)
    return [[said(cell.text).removeprefix("■ ") for cell in row.cells] for row in found.rows]


def charts(slide) -> list:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def titled(content: bytes, words: str):
    return next(s for s in slides(content) if words in said(s.shapes.title.text))


def sheet(content: bytes, name: str) -> pd.DataFrame:
    rows = load_workbook(io.BytesIO(content))[name].iter_rows(values_only=True)
    header = next(rows)
    return pd.DataFrame(list(rows), columns=header)


def embedded(chart) -> list[list[object]]:
    """What stands in the workbook behind a chart."""
    book = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


# The portfolio


@pytest.fixture(scope="module")
def found(world):
    return world.found()


@pytest.fixture(scope="module")
def deck(found) -> bytes:
    return files.of_portfolio(found, "pptx")[1]


@pytest.fixture(scope="module")
def book(found) -> bytes:
    return files.of_portfolio(found, "xlsx")[1]


def test_each_point_of_the_plane_is_a_customer_in_its_scenario(world, deck):
    chart = charts(titled(deck, "customers stand for"))[0]
    drawn = {
        (series.name, round(x, 9), round(y, 9))
        for series in chart.plots[0].series
        if not series.name.startswith("Cut of")
        for x, y in zip(_x(series), series.values, strict=True)
    }
    scores = world.setting.everyone.dropna(subset="scenario")
    shown = scores["scenario"].map({s.key: s.name for s in world.setting.scenarios})
    expected = zip(shown, scores["cmi"].round(9), scores["chs"].round(9), strict=True)
    assert drawn == set(expected)
    assert len(scores) == 12


def _x(series) -> list[float]:
    return [float(v.text) for v in series._element.findall(".//{*}xVal//{*}v")]


def test_the_cuts_of_the_plane_are_series_that_can_be_moved_and_longer_series_come_first(deck):
    series = list(charts(titled(deck, "customers stand for"))[0].plots[0].series)
    cuts = [(s.name, _x(s), list(s.values)) for s in series if s.name.startswith("Cut of")]
    assert cuts == [
        ("Cut of maturity at 50", [50, 50], [0, 100]),
        ("Cut of health at 50", [0, 100], [50, 50]),
    ]
    clouds = [len(list(s.values)) for s in series[: -len(cuts)]]
    assert clouds == sorted(clouds, reverse=True)


def test_tiles_chart_workbook_and_page_say_the_same_of_each_scenario(world, found, deck, book):
    page = portfolio.tiles(found.scores, rules(), "2x2")
    in_book = sheet(book, "Scenarios")
    bars = charts(titled(deck, "of the ARR stands in"))
    heads, worth = ([list(s.values) for s in c.plots[0].series] for c in bars)
    on_slide = texts(titled(deck, "customers stand for"))
    for n, (scenario, row) in enumerate(
        zip(world.setting.scenarios, page.to_dict("records"), strict=True)
    ):
        assert in_book["scenario"][n] == scenario.name
        assert in_book["customers"][n] == row["customers"] == heads[n][n]
        assert in_book["arr"][n] == row["arr"] == pytest.approx(worth[n][n] * 1e6)
        number = "1 customer" if row["customers"] == 1 else f"{row['customers']} customers"
        assert number in on_slide
        worth_said = said(money(row["arr"], "ZZC"))
        assert any(worth_said in text for text in on_slide) == (row["customers"] > 0)
    assert page["customers"].sum() == 12


def test_the_causes_on_the_slide_are_those_of_the_moves_page_and_add_up(found, deck):
    slide = titled(deck, "mean maturity +25.0 since 31 Mar 2026")
    for chart, axis in zip(charts(slide), ("chs", "cmi"), strict=True):
        steps = moves.steps(found.change.why, rules(), axis)
        sums = steps.groupby("label", sort=False)["points"].sum()
        up, down = (list(s.values) for s in chart.plots[0].series)
        shown = [u if u is not None else d for u, d in zip(up, down, strict=True)]
        assert shown == pytest.approx(sums.tolist())
        assert list(chart.plots[0].categories) == sums.index.tolist()
        before, after = (migration.there(f)[axis].mean() for f in (found.change.before,
                                                                  found.change.after))  # fmt: skip
        assert sum(shown) == pytest.approx(after - before)


def test_every_row_of_what_moved_is_that_of_the_moves_page_and_of_the_workbook(found, deck, book):
    page = moves.that_matter(found.change.before, found.change.after, rules(), "2x2")
    shown = table(titled(deck, "moved in a way that matters"))[1:]
    in_book = sheet(book, "What moved")
    assert len(in_book) == len(page)
    assert 0 < len(shown) <= len(page)
    for row, one in zip(shown, page.to_dict("records"), strict=False):
        assert row[0].rstrip("…") == str(one["name"])[: len(row[0].rstrip("…"))]
        assert row[1] == one["what"]
        assert row[3] == f"{points(one['cmi_before'])} → {points(one['cmi_after'])}"
        assert row[4] == f"{points(one['chs_before'])} → {points(one['chs_after'])}"
        assert row[5] == said(money(one["arr"], "ZZC"))
    assert in_book["chs_after"].tolist() == pytest.approx(page["chs_after"].tolist())


def test_every_cell_of_the_migration_is_a_flow_of_the_moves_page(world, found, deck):
    head, *rows = table(titled(deck, "went to another scenario since"))
    keys = {name: key for key, name in world.setting.places.items()}
    flows = migration.flows(found.change.before, found.change.after, rules(), "2x2")
    shown = {
        (keys[row[0]], keys[to]): int(cell)
        for row in rows
        for to, cell in zip(head[1:-1], row[1:-1], strict=True)
        if cell
    }
    expected = flows.set_index(["from", "to"])["customers"].to_dict()
    assert shown == expected
    assert sum(int(row[-1]) for row in rows) == 12


def test_the_trend_on_the_slide_is_that_of_the_trends_page_and_of_the_workbook(found, deck, book):
    lines = charts(titled(deck, "median maturity went from 50 to 75"))[0]
    in_book = sheet(book, "Trend")
    for series, axis in zip(lines.plots[0].series, ("chs", "cmi"), strict=True):
        expected = found.trend[f"{axis}_median"].tolist()
        assert list(series.values) == pytest.approx(expected)
        assert in_book[f"{axis}_median"].tolist() == pytest.approx(expected)
    # Levels 2, 3, 4 of four customers each, and a level more a quarter later.
    assert list(lines.plots[0].series[1].values) == [50.0, 75.0]


def test_plays_and_decisions_on_slides_are_those_of_the_workbook(found, deck, book):
    plays, in_book = table(titled(deck, "What to do next"))[1:], sheet(book, "Plays")
    assert [row[0] for row in plays] == in_book["title"].tolist()
    assert [int(row[3]) for row in plays] == in_book["customers"].tolist()
    assert in_book["customers"].sum() == 12
    decided = table(titled(deck, "12 decisions for this quarter"))[1:]
    assert {row[3] for row in decided} == {"ZZdecider"}
    assert {row[4] for row in decided} == {"31 Jul 2026"}
    assert sheet(book, "Decisions")["owner"].tolist() == ["ZZdecider"] * 12


def test_without_decisions_a_sentence_and_the_proposals_stand_there(world):
    undecided = World(world.store)
    slide = titled(files.of_portfolio(undecided.found(), "pptx")[1], "To be decided")
    assert any("Nothing is decided yet" in text for text in texts(slide))
    assert [row[0] for row in table(slide)][1:] == undecided.found().attention["name"].tolist()


def test_every_format_names_the_day_the_methodology_and_the_coverage(world, found, deck, book):
    wanted = (day(TODAY), "2026.1", "100 % of maturity and 100 % of health known")
    page = files.of_portfolio(found, "html")[1].decode()
    about = " ".join(sheet(book, "About")["said"].astype(str))
    for text in (" ".join(texts(slides(deck)[1])), page, about):
        assert all(said(words) in said(text) for words in wanted)
    assert len(slides(deck)) == said(page).count("<section")


def test_the_page_in_html_says_what_the_slide_says(found, deck):
    page = said(files.of_portfolio(found, "html")[1].decode())
    for words in ("mean maturity +25.0", "went to another scenario", "What to do next"):
        assert said(titled(deck, words).shapes.title.text) in page
    for row in table(titled(deck, "What to do next")):
        assert all(cell in page for cell in row if cell and "…" not in cell)


# One customer


@pytest.fixture(scope="module")
def own(world) -> bytes:
    return files.of_customer(world.setting, world.known("c00"), "internal", "pptx", "Region")[1]


def test_contributions_on_the_slide_are_those_of_the_customers_page_and_give_the_score(world, own):
    row = world.known("c00").row
    for chart, axis in zip(charts(titled(own, "Most to gain:")), ("chs", "cmi"), strict=True):
        page = customer.breakdown(row, rules(), axis)
        gives, lacks = (list(series.values) for series in chart.plots[0].series)
        assert gives == pytest.approx(page["contribution"].tolist())
        assert sum(gives) == pytest.approx(row[axis].iloc[0])
        assert sum(gives) + sum(lacks) == pytest.approx(100)
        assert embedded(chart)[1][1] == pytest.approx(page["contribution"].iloc[0])


def test_the_workbook_of_a_customer_has_the_same_numbers_as_its_slides(world, own):
    book = files.of_customer(world.setting, world.known("c00"), "internal", "xlsx", "Region")[1]
    found = internal.found(world.setting, world.known("c00"), "Region")
    in_book = sheet(book, "Contributions")
    sums = in_book.groupby("score")["contribution"].sum()
    scores = sheet(book, "Scores").iloc[0]
    assert (sums["cmi"], sums["chs"]) == pytest.approx((scores["cmi"], scores["chs"]))
    compared = table(titled(own, " % of North"))[1:]
    assert [row[0] for row in compared] == found.compared["name"].tolist()
    assert [row[3] for row in compared] == [points(p) for p in found.compared["percentile"]]
    assert sheet(book, "Compared")["percentile"].tolist() == pytest.approx(
        found.compared["percentile"].tolist()
    )


def test_what_moved_a_customer_adds_up_to_the_change_of_its_scores(world, own):
    known = world.known("c00")
    for chart, axis in zip(
        charts(titled(own, "and maturity +25 since 31 Mar 2026")), ("chs", "cmi"), strict=True
    ):
        up, down = (list(s.values) for s in chart.plots[0].series)
        moved = sum(v for v in (*up, *down) if v is not None)
        assert moved == pytest.approx(known.row[axis].iloc[0] - known.then[axis].iloc[0])


def test_the_scenario_that_was_agreed_stands_beside_the_proposed_one_and_gives_the_plays(world):
    known = world.known("c00")  # which is proposed to be invested in
    agreed = next(s for s in world.setting.scenarios if s.key == "let_go")
    row = [TODAY, "let_go", "No budget", ["fair_exit"], None, None, "1 open", "Ask in May"]
    decisions = pd.DataFrame([["c00", *row]], columns=DECISIONS)
    setting = replace(world.setting, decisions=decisions)
    _, content = files.of_customer(setting, known, "internal", "pptx")
    proposed = next(s for s in setting.scenarios if s.key == known.row["scenario"].iloc[0])
    slide = titled(content, f"Acme stands in {proposed.name}; agreed: {agreed.name}")
    assert any("No budget" in text for text in texts(slide))
    first = portfolio.ranked_plays(known.row.assign(scenario="let_go"), rules(), "2x2")[0]
    assert any(first.title in text for text in texts(titled(content, "What to do:")))
    exit_ = rules().play("fair_exit").title
    said_so = f"{agreed.name}, 1 open; {exit_}. “No budget” Note: “Ask in May”"
    assert any(said_so in text for text in texts(slides(content)[-1]))
    book = sheet(files.of_customer(setting, known, "internal", "xlsx")[1], "Decisions")
    assert book[["name", "scenario", "plays"]].to_numpy().tolist() == [["Acme", agreed.name, exit_]]


def test_pages_that_would_say_nothing_are_left_out():
    with closing(Store()) as store:
        fill(store, names(6))
        add(store, "new.csv", [customer_row("new", "2026-06-30", name="New")])
        world = World(store)
        content = files.of_customer(world.setting, world.known("new"), "internal", "pptx")[1]
    assert [said(s.shapes.title.text) for s in slides(content)] == [
        "New",
        "New has no place on the plane yet",
        "Why it stands there",
        "Compared with everybody",
        "24 things to clear up",
    ]


def test_what_is_open_is_what_is_unanswered_stale_or_disputed(world):
    clear = internal.found(world.setting, world.known("c00"))
    assert clear.open.empty
    row = world.known("c00").row.copy()
    row["people_skills"] = float("nan")
    row["people_skills__age"] = float("nan")
    row["usage__age"] = 91.0
    row["nps"] = row["nps__age"] = float("nan")
    known = internal.Known(row, *(getattr(world.known("c00"), n) for n in
                                  ("then", "causes", "way", "events", "ratings")))  # fmt: skip
    found = internal.found(world.setting, known).open
    assert found["what"].tolist() == ["Not answered", "Stale", "Not known"]
    assert found["said"].tolist()[1] == "91 days ago"


def test_the_shared_slide_says_the_levels_that_are_told(world):
    told = telling.told(world.setting, world.known("c00"), "Region")
    content = files.of_customer(world.setting, world.known("c00"), "shared", "pptx", "Region")[1]
    slide = slides(content)[1]
    assert table(slide)[1:] == [
        [side.name, f"{side.level:.1f}", f"{side.median:.1f}"] for side in told.sides
    ]
    you, peers = (list(series.values) for series in charts(slide)[0].plots[0].series)
    assert you == [side.level for side in told.sides]
    assert peers == [side.median for side in told.sides]
    assert points(told.maturity) in texts(slide)


def test_development_has_a_point_for_each_quarter_with_a_score(world):
    told = telling.told(world.setting, world.known("c00"))
    assert told.development == (
        shared.Stand(date(2026, 3, 31), 25.0, (2.0,) * 4),
        shared.Stand(date(2026, 6, 30), 50.0, (3.0,) * 4),
    )
    content = files.of_customer(world.setting, world.known("c00"), "shared", "pptx")[1]
    slide = titled(content, "went from 25 to 50")
    assert list(charts(slide)[0].plots[0].series[0].values) == [25.0, 50.0]
