"""How a page is drawn: no name covers another, no row is taller than it seems, lists hang."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from openpyxl import load_workbook
from pptx import Presentation

from cmi.reports import beside, deck, paper
from cmi.reports.packs.charted import went
from cmi.reports.packs.page import (
    Bars,
    Block,
    Cell,
    Cloud,
    Column,
    Lines,
    Mark,
    Pack,
    Page,
    Plane,
    Radar,
    Series,
    Table,
    Words,
    one,
)
from cmi.reports.tables import to_xlsx


def a_pack(*drawn) -> Pack:
    pages = tuple(Page("Title", one(Block(each))) for each in drawn)
    return Pack("Title", "Subtitle", ("fact",), "Internal", "footer", pages)


def shapes(drawn) -> list:
    """What stands on the slide of something that is drawn."""
    return list(Presentation(io.BytesIO(deck.write(a_pack(drawn)))).slides[1].shapes)


def chart_of(drawn):
    return next(shape for shape in shapes(drawn) if shape.has_chart)


# Names and numbers beside marks


def plane(*marks: Mark) -> Plane:
    return Plane((Cloud("Retain", "#25A05A", "square", marks),), (50.0,), (50.0,))


def test_a_name_stands_towards_the_middle_and_beside_another_name_elsewhere():
    left, right = Mark(10, 50, 0, "Left"), Mark(90, 50, 0, "Right")
    assert beside.sides(plane(left, right), 400, 300, 10) == {left: "right", right: "left"}
    low, high = Mark(50, 50, 0, "One name"), Mark(50, 51, 0, "Another name")
    assert beside.sides(plane(low, high), 400, 300, 10) == {low: "right", high: "left"}


def test_a_name_that_would_cover_others_on_every_side_is_left_out():
    same = [Mark(50, 50, 0, f"Customer {n}") for n in range(6)]
    sides = beside.sides(plane(*same), 400, 300, 10)
    assert list(sides.values()) == ["right", "left", "below", "above"]
    chart = chart_of(plane(*same)).chart
    said = [
        p.data_label.text_frame.text
        for p in map(chart.plots[0].series[0].points.__getitem__, range(6))
    ]
    assert said == ["Customer 0", "Customer 1", "Customer 2", "Customer 3", "", ""]
    in_larger_letters = paper.write(a_pack(plane(*same))).decode()
    assert in_larger_letters.count("Customer") == 4


@pytest.mark.parametrize(
    ("ends", "sides"),
    [
        ((60.0, 40.0), ("right", "right")),
        ((60.0, 57.0), ("above", "below")),
        ((57.0, None), ("right", "")),
        ((10.0, 30.0, 50.0, 70.0), ("", "", "", "")),
    ],
)
def test_the_last_numbers_of_lines_do_not_cover_each_other(ends, sides):
    series = tuple(
        Series(f"{n}", (50.0, end) if end else (None, None)) for n, end in enumerate(ends)
    )
    assert Lines(("Q1 2026", "Q2 2026"), series, (0, 100)).sides() == sides


# Tables, lists and bars


def test_an_empty_cell_is_as_tall_as_its_row():
    drawn = Table(
        (Column("What"), Column("Detail")), (("Not known", ""), (Cell("x", "#25A05A"), ""))
    )
    table = next(shape.table for shape in shapes(drawn) if shape.has_table)
    for row in list(table.rows)[1:]:
        full, empty = (cell.text_frame.paragraphs[0]._p for cell in row.cells)
        assert empty.find("{*}endParaRPr").get("sz") == full.find("{*}r/{*}rPr").get("sz") == "1400"


def test_words_get_the_room_that_figures_only_ask_for():
    long, short = "Advise their managers ourselves", "7"
    figures = [Column(name, 1, right=True) for name in ["Professionals"] * 5 + ["All"] * 5]
    drawn = Table((Column("Play", 2), *figures), ((long, *[short] * 10),))
    table = next(shape.table for shape in shapes(drawn) if shape.has_table)
    assert table.cell(1, 0).text_frame.text == long
    assert table.cell(0, 1).text_frame.text == "Professionals"


def test_the_words_behind_a_bullet_stand_below_each_other():
    box = shapes(Words(("A point", "Another"), bullets=True))[1]
    paragraphs = [p._p for p in box.text_frame.paragraphs]
    assert [p.find("{*}pPr/{*}buChar").get("char") for p in paragraphs] == ["•", "•"]
    assert all(int(p.pPr.get("marL")) == -int(p.pPr.get("indent")) > 0 for p in paragraphs)
    assert box.text_frame.text == "A point\nAnother"


def test_a_single_bar_does_not_fill_the_page():
    one_bar, many = (
        chart_of(Bars(tuple("abcdefgh"[:n]), (Series("s", (1.0,) * n),))).height.pt for n in (1, 8)
    )
    assert one_bar == pytest.approx(100)
    assert many > 300


def test_the_lines_of_a_radar_have_nothing_that_the_format_does_not_know():
    radar = Radar(("a", "b", "c"), (Series("You", (1.0, 2.0, 3.0)),))
    assert chart_of(radar).chart._chartSpace.findall(".//{*}ser/{*}smooth") == []


def test_a_long_table_on_paper_ends_and_says_how_many_more_there_are():
    rows = tuple((f"row {n}",) for n in range(60))
    page = paper.write(a_pack(Table((Column("Name"),), rows))).decode()
    assert "row 49<" in page
    assert "row 50<" not in page
    assert "and 10 more; the Excel pack has them all" in page


def sheet_of(frame: pd.DataFrame):
    return load_workbook(io.BytesIO(to_xlsx({"Plays": frame}))).worksheets[0]


def test_long_text_in_a_sheet_is_broken_and_what_is_beside_it_begins_on_top():
    steps = "\n".join(["x" * 100, "", "short"])  # two lines, an empty one and a third
    sheet = sheet_of(pd.DataFrame({"play": ["Train"], "steps": [steps]}))
    assert [cell.alignment.wrap_text for cell in sheet[2]] == [None, True]
    assert {cell.alignment.vertical for cell in sheet[2]} == {"top"}
    assert sheet.row_dimensions[2].height == 4 * 15
    endless = sheet_of(pd.DataFrame({"note": ["x" * 32_000]}))
    assert endless.row_dimensions[2].height <= 409  # or Excel would call the file damaged


def test_short_text_in_a_sheet_is_left_as_it_is():
    sheet = sheet_of(pd.DataFrame({"play": ["Train"]}))
    assert sheet["A2"].alignment.vertical is None
    assert sheet.row_dimensions[2].height is None


def test_what_lines_show_is_said_of_the_first_and_the_last_known_value():
    health = pd.Series([None, 57.2, 80.0, 50.6])
    maturity = pd.Series([40.2, 39.9])
    said = "Health went from 57 to 51 and maturity stayed at 40"
    assert went({"health": health, "maturity": maturity}) == said
    assert went({"health": pd.Series([57.0])}) == ""
