"""Words and tiles on a slide. Everything stays in its box (cmi.reports.fit).

Boxes are in points. Colours are of the theme where the deck's own look should decide ("ink",
"quiet", "paper", "card", "accent"), else "#RRGGBB".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cmi.reports import fit
from cmi.reports.fit import one_line
from cmi.reports.packs.page import Tile, Tiles, Words

SMALLEST = 10.0
GAP = 12.0
INDENT = 14.0  # of the words behind a bullet
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


@dataclass(frozen=True)
class Box:
    """Where something stands on a slide."""

    left: float
    top: float
    width: float
    height: float

    def below(self, height: float) -> Box:
        """What is left of it under so much."""
        return replace(self, top=self.top + height, height=max(self.height - height, 1.0))

    def first(self, height: float) -> Box:
        """So much of its top."""
        return replace(self, height=height)


@dataclass(frozen=True)
class Style:
    """How words look."""

    size: float
    colour: str = "ink"
    bold: bool = False
    right: bool = False
    smallest: float = SMALLEST
    middle: bool = False


def paint(target: Any, colour: str) -> None:
    """A colour onto a font, line or fill that is solid already."""
    from pptx.dml.color import RGBColor
    from pptx.enum.dml import MSO_THEME_COLOR as THEME

    named = {
        "ink": THEME.TEXT_1,
        "paper": THEME.BACKGROUND_1,
        "quiet": THEME.TEXT_2,
        "card": THEME.BACKGROUND_2,
        "accent": THEME.ACCENT_1,
    }
    if colour in named:
        target.theme_color = named[colour]
    else:
        target.rgb = RGBColor.from_string(colour.removeprefix("#"))


def filled(shape: Any, colour: str) -> Any:
    """A shape without a border, in a colour."""
    shape.fill.solid()
    paint(shape.fill.fore_color, colour)
    shape.line.fill.background()
    shape._element.remove(shape._element.find("{*}style"))  # it would cast a shadow
    return shape


def rectangle(slide: Any, box: Box, colour: str) -> Any:
    """A plain rectangle."""
    from pptx.enum.shapes import MSO_SHAPE

    return filled(slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *emu(box)), colour)


def write(slide: Any, text: str, box: Box, style: Style) -> float:
    """Words into a box, smaller or cut where they would not fit; how tall they are."""
    within = box.width * (fit.BOLD if style.bold else 1)
    said, size = fit.fitted(one_line(text), within, box.height, style.size, style.smallest)
    frame = _frame(slide.shapes.add_textbox(*emu(box)), style)
    put(frame.paragraphs[0], said, replace(style, size=size))
    return fit.lines(said, size, within) * size * fit.LINE


def put(paragraph: Any, text: str, style: Style) -> None:
    """A text in one style, at the end of a paragraph; nothing, as tall as the style says."""
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    if not text:
        paragraph._p.get_or_add_endParaRPr().set("sz", f"{style.size * 100:.0f}")
        return
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(style.size), style.bold
    paint(run.font.color, style.colour)
    paragraph.alignment = PP_ALIGN.RIGHT if style.right else PP_ALIGN.LEFT


def _frame(shape: Any, style: Style) -> Any:
    from pptx.enum.text import MSO_ANCHOR

    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if style.middle else MSO_ANCHOR.TOP
    return frame


def words(slide: Any, drawn: Words, box: Box) -> None:
    """Paragraphs below each other, all in the largest size at which they fit."""
    from pptx.util import Pt

    texts = [one_line(line) for line in drawn.lines]
    size, between = 14.0 if drawn.labels else 16.0, 8.0
    within = box.width - INDENT * drawn.bullets

    def tall(size: float) -> float:
        return sum(fit.lines(t, size, within) * size * fit.LINE + between for t in texts)

    while size > SMALLEST and tall(size) > box.height:
        size -= 1
    frame = _frame(slide.shapes.add_textbox(*emu(box)), Style(size))
    left = box.height
    for n, text in enumerate(texts):
        most = int((left - between) / (size * fit.LINE))
        if most < 1:
            break
        said = fit.cut(text, size, within, most)
        left -= fit.lines(said, size, within) * size * fit.LINE + between
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(between)
        if drawn.bullets:
            _bullet(paragraph)
        label = (
            drawn.labels[n] if n < len(drawn.labels) and said.startswith(drawn.labels[n]) else ""
        )
        if label:
            put(paragraph, label, Style(size, "accent", bold=True))
        put(paragraph, said[len(label) :], Style(size))


def _bullet(paragraph: Any) -> None:
    """A bullet before the words, which stand below each other."""
    from pptx.oxml import parse_xml

    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(in_emu(INDENT)))
    properties.set("indent", str(-in_emu(INDENT)))
    properties.append(parse_xml(f'<a:buChar xmlns:a="{DRAWING}" char="•"/>'))


def tiles(slide: Any, drawn: Tiles, box: Box) -> None:
    """Cards in rows, each with its colour at its left edge."""
    rows = -(-len(drawn.tiles) // drawn.across)
    gap = 8.0 if rows > 5 else GAP
    wide = (box.width - GAP * (drawn.across - 1)) / drawn.across
    tall = min((box.height - gap * (rows - 1)) / max(rows, 1), 96.0)
    for n, tile in enumerate(drawn.tiles):
        row, column = divmod(n, drawn.across)
        left, top = box.left + column * (wide + GAP), box.top + row * (tall + gap)
        _tile(slide, tile, Box(left, top, wide, tall))


def _tile(slide: Any, tile: Tile, box: Box) -> None:
    rectangle(slide, box, "card")
    rectangle(slide, Box(box.left, box.top, 5, box.height), tile.colour or "accent")
    pad = 5.0 if box.height < 56 else 9.0
    inner = Box(box.left + 16, box.top + pad, box.width - 26, box.height - 2 * pad)
    low = box.height < 56
    size, large = (14.0, 14.0) if low else (16.0, 20.0)
    half, line = inner.width * 0.55, large * 1.25
    name = Box(inner.left, inner.top, half, line)
    write(slide, tile.name, name, Style(size, bold=True, middle=True))
    figure = Box(inner.left + half, inner.top, inner.width - half, line)
    write(slide, tile.figure, figure, Style(large, right=True, middle=True))
    if tile.said:
        rest = inner.below(line + 3)
        write(slide, tile.said, rest, Style(10 if low else 12, "quiet"))


def in_emu(length: float) -> int:
    """Points in the unit of the file."""
    return int(length * 12700)


def emu(box: Box) -> tuple[int, int, int, int]:
    """A box in the unit of the file: left, top, width, height."""
    return in_emu(box.left), in_emu(box.top), in_emu(box.width), in_emu(box.height)
