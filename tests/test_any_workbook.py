"""Whatever is written into a workbook is what its cells say, to us and to another reader."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st
from odd_files import MAIN, OFFICE, parts, zipped
from python_calamine import CalamineWorkbook

from cmi.files import workbook
from cmi.files.child import tables

STYLES = ["General", "yyyy-mm-dd", "dd/mm/yyyy hh:mm:ss", "0.0%", "#,##0.00", "[Red]-0.0E+00"]
ERRORS = ["#N/A", "#DIV/0!", "#REF!", "#VALUE!"]

Cell = tuple[str, str, str]  # as XML but for its place, what it says, and its kind


def text_cell(kind: str, text: str) -> Cell:
    raw = escape(text).replace("\r", "&#13;")
    inline = f'<is><t xml:space="preserve">{raw}</t></is>'
    formula = f"<f>T(A1)</f><v>{raw}</v>"
    return (f't="{kind}">' + (inline if kind == "inlineStr" else formula), text, "text")


def number_cell(style: int, number: float) -> Cell:
    return f's="{style}"><v>{number!r}</v>', repr(number), "share" if style == 3 else "number"


def day_cell(day: date) -> Cell:
    return f's="1"><v>SERIAL:{day.isoformat()}</v>', day.isoformat(), "moment"


def moment_cell(moment: datetime) -> Cell:
    return f's="2"><v>SERIAL:{moment.isoformat()}</v>', moment.isoformat(), "moment"


TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from("<&>\"'\n\t"), min_size=1
).filter(lambda text: text.strip() and "_x" not in text)
MOMENT = st.datetimes(
    datetime.fromisoformat("1904-01-03"), datetime.fromisoformat("2199-12-31"), timezones=st.none()
).map(lambda moment: moment.replace(microsecond=0))
NUMBER = st.integers(-(10**15), 10**15) | st.floats(-1e12, 1e12, allow_subnormal=False)
CELL: st.SearchStrategy[Cell | None] = st.one_of(
    st.none(),
    st.builds(text_cell, st.sampled_from(["inlineStr", "str"]), TEXT),
    st.integers(0, 2).map(lambda n: (f't="s"><v>{n}</v>', f"shared {n}", "text")),
    st.booleans().map(lambda truth: (f't="b"><v>{int(truth)}</v>', str(truth).upper(), "truth")),
    st.sampled_from(ERRORS).map(lambda error: (f't="e"><v>{error}</v>', "", "error")),
    st.builds(number_cell, st.sampled_from([0, 3, 4, 5]), NUMBER),
    st.builds(day_cell, MOMENT.map(datetime.date)),
    st.builds(moment_cell, MOMENT),
)


def serial(text: str, since_1904: bool) -> str:
    start = datetime.fromisoformat("1904-01-01" if since_1904 else "1899-12-30")
    return repr((datetime.fromisoformat(text) - start) / timedelta(days=1))


def book(rows: list[list[Cell | None]], since_1904: bool, merged: str) -> bytes:
    lines = []
    for number, row in enumerate(rows, 1):
        cells = ""
        for column, cell in enumerate(row):
            if cell:
                before, mark, day = cell[0].removesuffix("</v>").partition("SERIAL:")
                xml = f"{before}{serial(day, since_1904)}</v>" if mark else cell[0]
                cells += f'<c r="{"ABCDE"[column]}{number}" {xml}</c>'
        lines.append(f'<row r="{number}">{cells}</row>' if cells else "")
    texts = "".join(f"<si><t>shared {n}</t></si>" for n in range(3))
    found = parts(lines, texts)
    codes = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode="{code}"/>' for n, code in enumerate(STYLES)
    )
    formats = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(STYLES)))
    found["xl/styles.xml"] = (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{formats}</cellXfs>'
        "</styleSheet>"
    )
    found["xl/sharedStrings.xml"] = found.pop(
        "xl/texts.xml"
    )  # the other reader knows no other name
    relations = found["xl/_rels/workbook.xml.rels"].replace("texts.xml", "sharedStrings.xml")
    styles = f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    found["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", styles)
    found["xl/workbook.xml"] = found["xl/workbook.xml"].replace(
        "<sheets>", f'<workbookPr date1904="{int(since_1904)}"/><sheets>'
    )
    found["xl/sheet.xml"] = "".join(found["xl/sheet.xml"]).replace(
        "</worksheet>", f'<mergeCells><mergeCell ref="{merged}"/></mergeCells></worksheet>'
    )
    return zipped(found)


def same(ours: str, cell: Cell | None) -> bool:
    """Dates and texts to the letter; numbers by their value, shares to the last digit but one."""
    if cell is None:
        return ours == ""
    _, says, kind = cell
    if kind == "share":
        return ours.endswith("%") and abs(float(ours[:-1]) / 100 - float(says)) <= 1e-15 * abs(
            float(says)
        )
    return float(ours) == float(says) if kind == "number" else ours == says


def agrees(theirs: object, cell: Cell | None) -> bool:
    """The other reader's value; it says less of dates, shares and errors."""
    if cell is None or cell[2] == "error":
        return theirs == ""
    _, says, kind = cell
    if kind in ("number", "share"):
        return isinstance(theirs, int | float) and float(theirs) == float(says)
    if isinstance(theirs, bool):
        return str(theirs).upper() == says
    if isinstance(theirs, datetime):
        return theirs.isoformat() == says
    if isinstance(theirs, date):
        return datetime.combine(theirs, time()) == datetime.fromisoformat(says)
    return theirs == says


HEAD: list[Cell | None] = [(f't="str"><v>{name}</v>', name, "text") for name in "abcde"]
ROWS = st.lists(st.lists(CELL, min_size=5, max_size=5), min_size=1, max_size=6)


@settings(max_examples=200, deadline=None)
@given(rows=ROWS, since_1904=st.booleans(), merged=st.sampled_from(["A1:B1", "B2:C4", "E1:E2"]))
def test_every_cell_says_what_was_written(
    rows: list[list[Cell | None]], since_1904: bool, merged: str
) -> None:
    rows = [HEAD, *rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(book(rows, since_1904, merged))
        (grid,) = workbook.grids(path)
        (table,) = tables(path)
        other = CalamineWorkbook.from_path(path).get_sheet_by_name("S")
    theirs = other.to_python(skip_empty_area=False)
    for number, row in enumerate(rows):
        ours = list(grid.rows[number]) if number < len(grid.rows) else []
        for column, cell in enumerate(row):
            assert same(ours[column] if column < len(ours) else "", cell)
            assert agrees(theirs[number][column] if number < len(theirs) else "", cell)
    assert table.rows == len(table.lines) + table.refused + table.blank
    errors = [cell for row in rows for cell in row if cell and cell[2] == "error"]
    assert sum(issue.kind == "error-cell" for issue in table.issues) == len(errors)
