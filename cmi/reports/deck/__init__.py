"""A pack as a PowerPoint deck (.pptx) with charts and tables that can be edited."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cmi.reports import fit
from cmi.reports.deck import charts, drawing, plane, rows, theme
from cmi.reports.deck.drawing import GAP, Box, Style, rectangle
from cmi.reports.fit import one_line
from cmi.reports.packs.page import (
    Bars,
    Block,
    Drawn,
    Lines,
    Pack,
    Page,
    Plane,
    Radar,
    Table,
    Tiles,
    Words,
)

__all__ = ["write"]

FOOT = 34.0  # points at the bottom of each slide, for the footer


def write(pack: Pack, template: bytes | None = None) -> bytes:
    """The deck, in our own look or on a team's template (.potx or .pptx, as bytes).

    FileUnreadableError when the template is none.
    """
    presentation = theme.opened(template)
    room = _room(presentation, own=template is None)
    _cover(presentation, pack, room)
    for number, page in enumerate(pack.pages, start=2):
        _slide(presentation, page, pack, room, number)
    _described(presentation, pack)
    content = io.BytesIO()
    presentation.save(content)
    return content.getvalue()


@dataclass(frozen=True)
class _Room:
    """Where a title goes, what is left below it, and the layout that has the title."""

    layout: Any
    title: Box
    body: Box
    own: bool


def _room(presentation: Any, own: bool) -> _Room:
    """From the layout with a title and little else."""
    layouts = [layout for m in presentation.slide_masters for layout in m.slide_layouts]
    titled = [one for one in layouts if _title(one) is not None]
    layout = min(titled, key=lambda one: len(list(one.placeholders)), default=layouts[0])
    wide, tall = (
        length / 12700 for length in (presentation.slide_width, presentation.slide_height)
    )
    edge = wide * 0.045
    title = Box(edge, tall * 0.055, wide - 2 * edge, 54)
    given = _title(layout)
    if given is not None and given.width:
        left, top, width, height = (
            length / 12700 for length in (given.left, given.top, given.width, given.height)
        )
        title = Box(left, top, width, min(height, tall * 0.2))
    top = title.top + title.height + 4
    return _Room(layout, title, Box(title.left, top, title.width, tall - FOOT - top), own)


def _title(slide: Any) -> Any:
    """The placeholder of a title, of a slide or layout; None without one."""
    from pptx.enum.shapes import PP_PLACEHOLDER

    kinds = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
    return next((p for p in slide.placeholders if p.placeholder_format.type in kinds), None)


def _added(presentation: Any, room: _Room) -> Any:
    """A slide with nothing but its title."""
    slide = presentation.slides.add_slide(room.layout)
    title = _title(slide)
    for shape in list(slide.placeholders):
        if title is None or shape._element is not title._element:
            shape._element.getparent().remove(shape._element)
    return slide


def _headed(slide: Any, text: str, box: Box, largest: float = 24, smallest: float = 16) -> float:
    """The title, in the title's place and font, small enough for its box; how tall it is."""
    from pptx.util import Pt

    within = box.width * fit.BOLD
    said, size = fit.fitted(one_line(text), within, box.height, largest, smallest)
    title = _title(slide)
    if title is None:
        return drawing.write(slide, said, box, Style(size, bold=True))
    title.left, title.top, title.width, title.height = drawing.emu(box)
    title.text_frame.text = said
    title.text_frame.word_wrap = True
    title.text_frame.paragraphs[0].runs[0].font.size = Pt(size)
    return fit.lines(said, size, within) * size * fit.LINE


def _cover(presentation: Any, pack: Pack, room: _Room) -> None:
    from pptx.enum.text import MSO_ANCHOR

    slide = _added(presentation, room)
    body = room.body
    wide = presentation.slide_width / 12700
    tall = presentation.slide_height / 12700
    left = room.title.left
    if room.own:
        rectangle(slide, Box(0, 0, 14, tall), "accent")
    drawing.write(slide, pack.mark.upper(), Box(left, tall * 0.13, body.width, 20),
                  Style(13, "accent", bold=True))  # fmt: skip
    _headed(slide, pack.title, Box(left, tall * 0.28, body.width * 0.9, 96), 40, 20)
    title = _title(slide)
    if title is not None:  # at its foot, so that a second line grows upwards
        title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    drawing.write(slide, pack.subtitle, Box(left, tall * 0.28 + 108, body.width * 0.8, 96),
                  Style(18, "quiet", smallest=12))  # fmt: skip
    top = tall - FOOT - 26 * len(pack.facts) - 24
    rectangle(slide, Box(left, top - 14, min(wide * 0.12, 120), 3), "accent")
    for n, fact in enumerate(pack.facts):
        drawing.write(slide, fact, Box(left, top + 26 * n, body.width, 22), Style(14))


def _slide(presentation: Any, page: Page, pack: Pack, room: _Room, number: int) -> None:
    slide = _added(presentation, room)
    used = _headed(slide, page.title, room.title)
    body = room.body
    if room.own:  # its titles stand at the top of their box
        body = Box(body.left, room.title.top, body.width, body.top + body.height - room.title.top)
        body = body.below(used + 10)
    if page.lead:
        used = drawing.write(slide, page.lead, body.first(38), Style(14, "quiet", smallest=11))
        body = body.below(used + GAP)
    if page.small_print:
        foot = Box(body.left, body.top + body.height - 28, body.width, 26)
        drawing.write(slide, page.small_print, foot, Style(10, "quiet"))
        body = Box(body.left, body.top, body.width, body.height - 34)
    widths = page.widths or tuple(1.0 for _ in page.columns)
    left, free = body.left, body.width - 2 * GAP * (len(page.columns) - 1)
    for column, share in zip(page.columns, widths, strict=True):
        width = free * share / sum(widths)
        _column(slide, column, Box(left, body.top, width, body.height))
        left += width + 2 * GAP
    _footer(slide, pack, presentation, number, room)


def _column(slide: Any, blocks: tuple[Block, ...], box: Box) -> None:
    free = box.height - GAP * (len(blocks) - 1)
    top = box.top
    for block in blocks:
        height = free * block.share / sum(b.share for b in blocks)
        _block(slide, block, Box(box.left, top, box.width, height))
        top += height + GAP


def _block(slide: Any, block: Block, box: Box) -> None:
    if block.heading:
        used = drawing.write(slide, block.heading, box.first(20), Style(14, bold=True))
        box = box.below(used + 4)
    if block.said:
        used = drawing.write(slide, block.said, box.first(42), Style(12, "quiet", smallest=10))
        box = box.below(used + 6)
    _drawn(slide, block.drawn, box)


def _drawn(slide: Any, drawn: Drawn, box: Box) -> None:
    match drawn:
        case Words():
            drawing.words(slide, drawn, box)
        case Tiles():
            drawing.tiles(slide, drawn, box)
        case Table():
            rows.table(slide, drawn, box)
        case Plane():
            plane.plane(slide, drawn, box)
        case Bars():
            charts.bars(slide, drawn, box)
        case Lines():
            charts.lines(slide, drawn, box)
        case Radar():
            charts.radar(slide, drawn, box)


def _footer(slide: Any, pack: Pack, presentation: Any, number: int, room: _Room) -> None:
    """Who may read it, what the numbers rest on, the page."""
    top, box, quiet = (
        presentation.slide_height / 12700 - 26,
        room.body,
        Style(10, "quiet", right=True),
    )
    for text, start, part, style in (
        (pack.mark, 0.0, 0.25, Style(10, "accent", bold=True)),
        (pack.footer, 0.25, 0.68, quiet),
        (str(number), 0.93, 0.07, quiet),
    ):
        place = Box(box.left + box.width * start, top, box.width * part, 14)
        drawing.write(slide, text, place, style)


def _described(presentation: Any, pack: Pack) -> None:
    """The properties of the file: its title, and nobody's name."""
    properties = presentation.core_properties
    properties.title, properties.subject = one_line(pack.title)[:250], one_line(pack.mark)[:250]
    for empty in ("author", "last_modified_by", "comments", "keywords", "category",
                  "content_status", "identifier", "language", "version"):  # fmt: skip
        setattr(properties, empty, "")
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)
    properties.revision = 1
