"""A pack as one HTML file: opens without a network, prints on A4 across, runs no program.

All text is escaped, and the file forbids itself to load or run anything.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from cmi.reports.fit import one_line
from cmi.reports.packs.page import (
    Bars,
    Block,
    Cell,
    Column,
    Drawn,
    Lines,
    Pack,
    Page,
    Plane,
    Radar,
    Table,
    Tiles,
    Words,
    cell,
)
from cmi.reports.paper import bars, figures, svg

__all__ = ["write"]

FEW = 5  # tiles; more are set closer
SHORT = 10  # rows of a table; more are set closer
MOST = 50  # rows of a table: two sheets of paper
PAPER = Path(__file__).with_name("paper.html")


def write(pack: Pack) -> bytes:
    """The file, in UTF-8."""
    pages = [_cover(pack), *(_page(page, pack, n) for n, page in enumerate(pack.pages, start=2))]
    paper = Template(PAPER.read_text(encoding="utf-8"))
    return paper.substitute(title=_said(pack.title), body="\n".join(pages)).encode()


def _said(text: str) -> str:
    return escape(one_line(text))


def _in(tag: str, text: str, look: str = "") -> str:
    """Text in an element; nothing where there is no text."""
    marked = f' class="{look}"' if look else ""
    return f"<{tag}{marked}>{_said(text)}</{tag}>" if text else ""


def _cover(pack: Pack) -> str:
    facts = "".join(_in("p", fact) for fact in pack.facts)
    return (
        f'<section class="page cover">{_in("p", pack.mark, "mark")}{_in("h1", pack.title)}'
        f'{_in("p", pack.subtitle, "lead")}<div class="facts">{facts}</div></section>'
    )


def _page(page: Page, pack: Pack, number: int) -> str:
    widths = page.widths or tuple(1.0 for _ in page.columns)
    columns = "".join(
        f'<div style="flex: {width:g} 1 0">{"".join(map(_block, blocks))}</div>'
        for width, blocks in zip(widths, page.columns, strict=True)
    )
    foot = f"{_in('b', pack.mark)}{_in('span', pack.footer)}{_in('span', str(number))}"
    return (
        f'<section class="page">{_in("h2", page.title)}{_in("p", page.lead, "lead")}'
        f'<div class="columns{" one" * (len(widths) == 1)}">{columns}</div>'
        f"{_in('p', page.small_print, 'small')}<footer>{foot}</footer></section>"
    )


def _block(block: Block) -> str:
    return (
        f"<div>{_in('h3', block.heading)}{_in('p', block.said, 'said')}{_drawn(block.drawn)}</div>"
    )


def _drawn(drawn: Drawn) -> str:
    match drawn:
        case Words():
            found = _words(drawn)
        case Tiles():
            found = _tiles(drawn)
        case Table():
            found = _table(drawn)
        case Plane():
            found = figures.plane(drawn)
        case Bars():
            found = bars.draw(drawn)
        case Lines():
            found = figures.lines(drawn)
        case Radar():
            found = figures.radar(drawn)
    return found


def _words(drawn: Words) -> str:
    if drawn.bullets:
        return f"<ul>{''.join(_in('li', line) for line in drawn.lines)}</ul>"
    lines = []
    for n, line in enumerate(drawn.lines):
        label = (
            drawn.labels[n] if n < len(drawn.labels) and line.startswith(drawn.labels[n]) else ""
        )
        lines.append(
            f"<p>{_in('b', label, 'label')}{' ' * bool(label)}{_said(line[len(label) :])}</p>"
        )
    return f'<div class="words">{"".join(lines)}</div>'


def _tiles(drawn: Tiles) -> str:
    tiles = "".join(
        f'<div class="tile" style="border-color: {svg.colour(tile.colour)}"><div>'
        f"{_in('b', tile.name)}{_in('span', tile.figure)}</div>{_in('p', tile.said)}</div>"
        for tile in drawn.tiles
    )
    many = " many" * (len(drawn.tiles) > FEW)
    return f'<div class="tiles{many}">{tiles}</div>'


def _table(drawn: Table) -> str:
    head = "".join(f"<th{_side(c)}>{_said(c.name)}</th>" for c in drawn.columns)
    rows = "".join(
        "<tr>"
        + "".join(_cell(value, c) for value, c in zip(row, drawn.columns, strict=True))
        + "</tr>"
        for row in drawn.rows[:MOST]
    )
    whole = sum(c.width for c in drawn.columns)
    wide = "".join(f'<col style="width: {100 * c.width / whole:.1f}%">' for c in drawn.columns)
    top = f"<colgroup>{wide}</colgroup><thead><tr>{head}</tr></thead>"
    long = ' class="long"' * (len(drawn.rows) > SHORT)
    more = len(drawn.rows) - MOST
    rest = _in("p", f"and {more:,} more; the Excel pack has them all", "said") if more > 0 else ""
    return f"<table{long}>{top}<tbody>{rows}</tbody></table>{rest}"


def _side(column: Column) -> str:
    return ' class="right"' if column.right else ""


def _cell(value: str | Cell, column: Column) -> str:
    told = cell(value)
    chip = f'<span style="color: {svg.colour(told.colour)}">■</span> ' if told.colour else ""
    tint = f' style="background: rgba(43,95,217,{0.45 * told.tint:.2f})"' if told.tint else ""
    text = _said(told.text)
    return f"<td{_side(column)}{tint}>{chip}{f'<b>{text}</b>' if told.bold else text}</td>"
