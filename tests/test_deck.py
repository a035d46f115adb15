"""Decks: every name in its box, every portfolio a deck, a team's look taken and nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from packed import World, fill, names, parts
from portfolios import add, customer
from pptx import Presentation
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.util import Emu

from cmi.problems import FileUnreadableError
from cmi.reports import deck, fit
from cmi.reports.packs import files
from cmi.reports.packs.page import Bars, Block, Column, Lines, Pack, Page, Series, Table, one
from cmi.store import Store

HOSTILE = {
    "a": "=cmd|'/c calc'!A1",
    "b": "<script>alert(1)</script> & <b>bold</b>",
    "c": "a\x00b\x1bc\ufffed",
    "d": "A very long name " * 20,
    "e": "Unbroken" * 40,
    "f": "\u202eשלום\u202c حساب العميل",
    "g": "👩‍👩‍👧‍👦" * 60,
    "h": "http://evil.example/x",
    "i": "東京" * 60,
    "j": "../../etc/passwd\n\tsecond line",
    "k": "{=1+1}",
}


@pytest.fixture(scope="module")
def hostile() -> Iterator[World]:
    store = Store()
    fill(store, HOSTILE)
    yield World(store)
    store.close()


def opened(content: bytes):
    return Presentation(io.BytesIO(content))


def outside(presentation) -> list[str]:
    """Shapes that reach over the edge of their slide."""
    wide, tall = presentation.slide_width, presentation.slide_height
    return [
        f"{n}: {shape.name}"
        for n, slide in enumerate(presentation.slides, start=1)
        for shape in slide.shapes
        if shape.left < 0
        or shape.top < 0
        or shape.left + shape.width > wide + 1
        or shape.top + shape.height > tall + 1
    ]


def too_long(presentation) -> list[str]:
    """Texts that take more room than the box that they stand in."""
    found = []
    for slide in presentation.slides:
        for shape in slide.shapes:
            if shape.has_text_frame and shape.text_frame.text:
                tall = sum(
                    fit.lines(p.text, p.runs[0].font.size.pt, Emu(shape.width).pt)
                    * p.runs[0].font.size.pt * fit.LINE
                    for p in shape.text_frame.paragraphs
                    if p.runs
                )  # fmt: skip
                if tall > Emu(shape.height).pt + 8:
                    found.append(shape.text_frame.text[:60])
    return found


def lowest_rows(presentation) -> list[float]:
    """How far down each table reaches, as a part of its slide."""
    return [
        (shape.top + sum(row.height for row in shape.table.rows)) / presentation.slide_height
        for slide in presentation.slides
        for shape in slide.shapes
        if shape.has_table
    ]


def is_sound(content: bytes) -> None:
    presentation = opened(content)
    assert outside(presentation) == []
    assert too_long(presentation) == []
    assert all(low < 0.96 for low in lowest_rows(presentation))
    assert all(slide.shapes.title.text.strip() for slide in presentation.slides)


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
@pytest.mark.parametrize("number", [0, 1, 2, 40])
def test_a_portfolio_of_any_size_is_a_deck_in_both_grids(store, grid, number):
    if number:
        fill(store, names(number))
    world = World(store, grid)
    for form in ("pptx", "xlsx", "html"):
        _, content = files.of_portfolio(world.found(), form)
        assert content
    is_sound(files.of_portfolio(world.found(), "pptx")[1])
    if not number:
        said = files.of_portfolio(world.found(), "html")[1].decode()
        assert "No customer fits what was chosen" in said


def test_without_an_earlier_day_the_deck_says_so(store):
    fill(store, names(3))
    content = files.of_portfolio(World(store, since=None).found(), "html")[1].decode()
    assert "There is no earlier day to compare with" in content


@pytest.mark.parametrize("reader", ["internal", "shared"])
def test_a_customer_of_whom_nothing_is_known_gets_every_pack(store, reader):
    add(store, "one.csv", [customer("x", "2026-06-30")])
    world = World(store, since=None)
    for form in ("pptx", "xlsx", "html"):
        _, content = files.of_customer(world.setting, world.known("x"), reader, form)
        if form == "pptx":
            is_sound(content)


@pytest.mark.parametrize("key", list(HOSTILE))
@pytest.mark.parametrize("reader", ["internal", "shared"])
def test_no_name_breaks_a_customers_deck_or_runs_over_its_box(hostile, reader, key):
    _, content = files.of_customer(hostile.setting, hostile.known(key), reader, "pptx", "Region")
    is_sound(content)


def test_no_name_breaks_the_decks_of_the_portfolio(hostile):
    is_sound(files.of_portfolio(hostile.found(), "pptx")[1])


def test_names_are_text_in_the_workbook_and_in_the_page(hostile):
    book = load_workbook(io.BytesIO(files.of_portfolio(hostile.found(), "xlsx")[1]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d", "b"}
    assert not any(cell.hyperlink for cell in cells)
    page = files.of_portfolio(hostile.found(), "html")[1].decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("text", ["=1+1", "{=1+1}", "http://a.example", "mailto:a@b.example"])
def test_no_label_becomes_a_formula_or_link_in_the_workbook_behind_a_chart(text):
    bars = Bars((text, "b"), (Series(text, (1.0, 2.0)),))
    content = deck.write(a_pack(Page("T", one(Block(bars)))))
    inside = [(n, t) for n, t in parts(content) if ".xlsx/xl/worksheets/" in n]
    assert inside
    assert not any("<f>" in t or "hyperlink" in t for _, t in inside)
    chart = next(s.chart for s in opened(content).slides[1].shapes if s.has_chart)
    assert list(chart.plots[0].categories) == [f" {text}", "b"]


def a_pack(*pages: Page) -> Pack:
    return Pack("Title", "Subtitle", ("fact",), "Internal", "footer", pages)


def test_a_gap_in_a_line_stays_a_gap():
    lines = Lines(("a", "b", "c"), (Series("x", (1.0, None, 3.0)),), (0, 100))
    slide = opened(deck.write(a_pack(Page("T", one(Block(lines)))))).slides[1]
    chart = next(s.chart for s in slide.shapes if s.has_chart)
    assert list(chart.plots[0].series[0].values) == [1.0, None, 3.0]


def test_of_too_many_rows_the_first_are_shown_and_the_rest_is_counted():
    table = Table((Column("Name"),), tuple((f"row {n}",) for n in range(500)))
    slide = opened(deck.write(a_pack(Page("T", one(Block(table)))))).slides[1]
    rows = next(len(s.table.rows) for s in slide.shapes if s.has_table) - 1
    said = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
    assert f"and {500 - rows} more; the Excel pack has them all" in said


# Whether words fit


@given(st.text(max_size=300), st.floats(40, 600), st.integers(9, 30), st.integers(1, 4))
@settings(max_examples=200)
def test_what_is_cut_fits_and_begins_like_the_text(text, within, size, most):
    text = fit.one_line(text)
    shown = fit.cut(text, size, within, most)
    assert fit.lines(shown, size, within) <= most or len(shown) <= 1
    assert shown == text or text.startswith(shown[:-1].rstrip())


def test_a_family_of_faces_and_an_accent_are_not_cut_apart():
    assert fit.cut("👩\u200d👩\u200d👧" * 9, 10, 60)[-2:] != "\u200d…"
    assert "e…" not in fit.cut("e\u0301" * 50, 10, 60)


def test_arial_is_measured_as_it_is():
    # Widths of the font: H 722, e 556, l 222, o 556 thousandths; a little more for safety.
    assert fit.width("Hello", 10) == pytest.approx(fit.SAFE * 22.78)


# The look of a team


def _template(*, potx: bool) -> bytes:
    """A 4:3 template with its own accent, a layout with a title, and a slide."""
    presentation = Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[0]).shapes.title.text = "Old"
    master = presentation.slide_master
    theme = next(r.target_part for r in master.part.rels.values() if r.reltype.endswith("/theme"))
    theme._blob = theme.blob.replace(b"4F81BD", b"0A7F5B").replace(b"Calibri", b"Arial")
    written = io.BytesIO()
    presentation.save(written)
    if not potx:
        return written.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "[Content_Types].xml":
                content = content.replace(
                    b"presentationml.presentation.main", b"presentationml.template.main"
                )
            new.writestr(part.filename, content)
    return changed.getvalue()


@pytest.mark.parametrize("potx", [True, False])
def test_a_template_gives_its_size_layouts_and_colours_and_none_of_its_slides(store, potx):
    fill(store, names(6))
    template = _template(potx=potx)
    content = files.of_portfolio(World(store).found(), "pptx", template)[1]
    presentation = opened(content)
    assert presentation.slide_width == Presentation(io.BytesIO(_template(potx=False))).slide_width
    assert not any(s.shapes.title.text == "Old" for s in presentation.slides)
    assert {s.slide_layout.name for s in presentation.slides} == {"Title Only"}
    assert any("0A7F5B" in text for name, text in parts(content) if "theme" in name)
    assert outside(presentation) == []
    types = zipfile.ZipFile(io.BytesIO(content)).read("[Content_Types].xml")
    assert b"template.main" not in types


def test_our_own_look_is_wide_and_its_colours_are_in_the_theme(store):
    fill(store, names(3))
    presentation = opened(files.of_portfolio(World(store).found(), "pptx")[1])
    assert round(presentation.slide_width / presentation.slide_height, 2) == 1.78
    mark = presentation.slides[1].shapes[-3].text_frame.paragraphs[0].runs[0]
    assert (mark.text, mark.font.color.theme_color) == ("Internal", MSO_THEME_COLOR.ACCENT_1)


def test_what_is_no_template_is_refused_in_a_sentence():
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as out:
        out.writestr("[Content_Types].xml", "<x/>")
    for content in (b"", b"no zip", broken.getvalue(), _template(potx=False)[:5000]):
        with pytest.raises(FileUnreadableError, match="The PowerPoint template cannot be read"):
            deck.write(a_pack(), content)


def test_a_template_with_a_program_or_of_endless_size_is_refused(monkeypatch):
    with_program = io.BytesIO(_template(potx=False))
    with zipfile.ZipFile(with_program, "a") as out:
        out.writestr("ppt/vbaProject.bin", "x")
    with pytest.raises(FileUnreadableError, match="holds a program"):
        deck.write(a_pack(), with_program.getvalue())
    large = io.BytesIO(_template(potx=False))
    with zipfile.ZipFile(large, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr("ppt/media/large.bin", b"\0" * (201 * 2**20))
    with pytest.raises(FileUnreadableError, match="too large"):
        deck.write(a_pack(), large.getvalue())
