"""Tables on a slide: rows of text that can be edited, with thin lines between them."""

from __future__ import annotations

from typing import Any

from cmi.reports import fit
from cmi.reports.deck.drawing import DRAWING, Box, Style, emu, in_emu, paint, put, write
from cmi.reports.fit import one_line
from cmi.reports.packs.page import Cell, Column, Table, cell

SIZES = (14.0, 13.0, 12.0, 11.0, 10.0)  # of a table: the largest in which all fits
SMALL_ROWS = 11.0  # where not all fits
HEAD = 10.0
LEAST = 0.6  # of the width that columns of words ask for
CHIP = "■ "  # the colour before a name
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # the table style without lines and fills


def table(slide: Any, drawn: Table, box: Box) -> None:
    """As many rows as fit, and how many more there are."""
    widths = _widths(drawn, box.width)
    head = max(
        fit.lines(one_line(c.name), HEAD, w - 12)
        for c, w in zip(drawn.columns, widths, strict=True)
    )
    heads = min(head, 2) * HEAD * fit.LINE + 9
    size = next((s for s in SIZES if _all_fit(drawn, widths, s, box.height - heads)), SMALL_ROWS)
    talls = [_tall(row, drawn.columns, widths, size) for row in drawn.rows]
    shown = _fitting(talls, box.height - heads)
    shape = slide.shapes.add_table(
        shown + 1, len(widths), *emu(box.first(heads + sum(talls[:shown])))
    )
    _plain(shape)
    grid = shape.table
    for n, width in enumerate(widths):
        grid.columns[n].width = in_emu(width)
    for n, tall in enumerate([heads, *talls[:shown]]):
        grid.rows[n].height = in_emu(tall)
    for n, column in enumerate(drawn.columns):
        said = fit.cut(one_line(column.name), HEAD, widths[n] - 12, 2)
        _cell(grid.cell(0, n), said, Style(HEAD, "quiet", bold=True, right=column.right), "")
    for at, row in enumerate(drawn.rows[:shown], start=1):
        for n, (value, column) in enumerate(zip(row, drawn.columns, strict=True)):
            _fill(grid.cell(at, n), value, column, widths[n], size)
    tall = heads + sum(talls[:shown])
    if shown < len(drawn.rows):
        said = f"and {len(drawn.rows) - shown:,} more; the Excel pack has them all"
        write(slide, said, Box(box.left + 6, box.top + tall + 7, box.width, 16), Style(10, "quiet"))


def _widths(drawn: Table, width: float) -> list[float]:
    """By the parts that the columns ask for; but no figure is cut while words can make room, and
    words get the room that figures only ask for.
    """
    whole = sum(c.width for c in drawn.columns)
    asked = [width * c.width / whole for c in drawn.columns]
    needed = [
        max([_word(c), *(fit.width(_text(row[n]), SIZES[2]) + 16 for row in drawn.rows)])
        if c.right
        else 0
        for n, c in enumerate(drawn.columns)
    ]
    words = sum(a for c, a in zip(drawn.columns, asked, strict=True) if not c.right)
    wanted = [max(n, a) if n else 0 for n, a in zip(needed, asked, strict=True)]
    for figures, least in ((wanted, 1.0), (needed, LEAST)):
        left = (width - sum(figures)) / words if words else 0
        if round(left, 6) >= least:
            return [f or a * left for f, a in zip(figures, asked, strict=True)]
    return asked


def _word(column: Column) -> float:
    """What the longest word of a header needs."""
    return max((fit.width(w, HEAD) for w in column.name.split()), default=0) + 16


def _text(value: str | Cell) -> str:
    return one_line(cell(value).text)


def _tall(
    row: tuple[str | Cell, ...], columns: tuple[Column, ...], widths: list[float], size: float
) -> float:
    """The height of a row: of its cell with most lines, as far as its column allows them."""
    needed = (
        min(fit.lines(_text(value), size, _free(value, width, size)), column.lines)
        for value, column, width in zip(row, columns, widths, strict=True)
    )
    return max(needed, default=1) * size * fit.LINE + (size - 1 if size > SMALL_ROWS else 6)


def _all_fit(drawn: Table, widths: list[float], size: float, height: float) -> bool:
    """Whether every row fits, and in it every word."""
    if sum(_tall(row, drawn.columns, widths, size) for row in drawn.rows) > height:
        return False
    return all(
        fit.lines(_text(value), size, _free(value, width, size)) <= column.lines
        for row in drawn.rows
        for value, column, width in zip(row, drawn.columns, widths, strict=True)
    )


def _free(value: str | Cell, width: float, size: float) -> float:
    """What a cell has for its words."""
    told = cell(value)
    room = width - 14 - fit.width(CHIP if told.colour else "", size)
    return room * (fit.BOLD if told.bold else 1)


def _fitting(talls: list[float], height: float) -> int:
    """How many rows fit, with room for the line that counts the others."""
    if sum(talls) <= height:
        return len(talls)
    used, shown = 24.0, 0
    while shown < len(talls) and used + talls[shown] <= height:
        used, shown = used + talls[shown], shown + 1
    return shown


def _fill(place: Any, value: str | Cell, column: Column, width: float, size: float) -> None:
    told = cell(value)
    said = fit.cut(_text(told), size, _free(told, width, size), column.lines)
    _cell(place, said, Style(size, bold=told.bold, right=column.right), told.colour)
    if told.tint:
        place.fill.solid()
        paint(place.fill.fore_color, "accent")
        place.fill.fore_color.brightness = 1 - 0.6 * told.tint


def _cell(place: Any, text: str, style: Style, colour: str) -> None:
    from pptx.enum.text import MSO_ANCHOR

    place.margin_left = place.margin_right = in_emu(6)
    place.margin_top = place.margin_bottom = in_emu(3)
    place.vertical_anchor = MSO_ANCHOR.MIDDLE
    _underlined(place, "tx2")
    paragraph = place.text_frame.paragraphs[0]
    if colour:
        put(paragraph, CHIP, Style(style.size, colour))
    put(paragraph, text, style)


def _plain(shape: Any) -> None:
    """No bands, no fills of a style: only the lines that each cell draws below itself."""
    properties = shape._element.graphic.graphicData.tbl.tblPr
    properties.attrib.pop("bandRow", None)
    properties.find("{*}tableStyleId").text = NO_STYLE


def _underlined(place: Any, colour: str) -> None:
    """A thin line below a cell; before its fill, or the file would not be valid."""
    from pptx.oxml import parse_xml

    line = (
        f'<a:lnB xmlns:a="{DRAWING}" w="6350"><a:solidFill><a:schemeClr val="{colour}">'
        '<a:lumMod val="40000"/><a:lumOff val="60000"/></a:schemeClr></a:solidFill></a:lnB>'
    )
    place._tc.get_or_add_tcPr().insert(0, parse_xml(line))
