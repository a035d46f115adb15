"""The invented portfolio as a CRM exports it: 20 columns, as a CSV file and as a workbook.

Ids, names and segments are text, days are dates, money and figures are numbers, the share of seats
is a percentage. Only what is scored besides maturity is in it, which nobody rates in a CRM.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
from synthetic import DAY

from cmi.methodology import Methodology

SHARE, CONTACT = "seat_use", "days_since_contact"
MONEY = "ARR"


def frame(wide: pd.DataFrame, methodology: Methodology, seed: int = 11) -> pd.DataFrame:
    """id, name, owner, 2 segments, 2 dates, money and every driver under its name."""
    rng = np.random.default_rng(seed)
    people = [f"{first} {last}" for first in ("Ana", "Ben", "Caro") for last in ("Diaz", "Otto")]
    start = pd.Timestamp(DAY) - pd.to_timedelta(rng.integers(30, 2000, len(wide)), unit="D")
    columns = {
        "Customer ID": wide["customer_id"],
        "Customer name": wide["name"],
        "Owner": pd.Series(rng.choice(people, len(wide)), dtype="str"),
        "Region": wide["Region"],
        "Stage": wide["Stage"],
        "Start date": pd.Series(start),
        "Renewal date": pd.Series(start + pd.Timedelta(days=2190)),
        MONEY: wide["arr"],
    }
    for driver in methodology.drivers:
        values = wide[driver.key]
        if driver.key == CONTACT:
            values = pd.Timestamp(DAY) - pd.to_timedelta(values, unit="D")
        columns[driver.name] = values / 100 if driver.key == SHARE else values
    return pd.DataFrame(columns)


def as_text(export: pd.DataFrame, methodology: Methodology) -> pd.DataFrame:
    """Every cell as somebody reads it, "" where there is none: 2026-03-31, 75%, $1,200.50, 4.5."""
    shares = methodology.item(SHARE).name
    text = {}
    for name, values in export.items():
        if values.dtype.kind == "M":
            text[name] = values.dt.strftime("%Y-%m-%d")
        elif values.dtype.kind == "f":
            form = {shares: "{:.0%}", MONEY: "${:,.2f}"}.get(name, "{:g}")
            text[name] = values.map(form.format, na_action="ignore")
        else:
            text[name] = values
    return pd.DataFrame(text).astype("str").fillna("")


def write_workbook(export: pd.DataFrame, methodology: Methodology, path: Path) -> None:
    """An XLSX file as Excel writes it: shared strings, styles, numbers as they are.

    By hand, because that takes seconds.
    """
    strings: dict[str, int] = {}
    shares = methodology.item(SHARE).name
    names = pd.Series(list(export), dtype="str")
    cells = [_cell(_texts(names, strings), f"{_letter(n)}1", "s")[n] for n in range(len(names))]
    rows = pd.Series("", index=export.index, dtype="str")
    numbers = (export.index + 2).astype("str").to_series(index=export.index)
    for n, (name, values) in enumerate(export.items()):
        place = _letter(n) + numbers
        if values.dtype.kind == "M":
            days = (values - pd.Timestamp("1899-12-30")).dt.days
            rows += _cell(days.astype("Int64").astype("str"), place, style=1)
        elif values.dtype.kind == "f":
            style = {shares: 2, MONEY: 3}.get(name, 0)
            rows += _cell(values.map("{:.15g}".format, na_action="ignore"), place, style=style)
        else:
            rows += _cell(_texts(values, strings), place, "s")
    body = '<row r="' + numbers + '">' + rows + "</row>"
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for part, content in _PARTS.items():
            archive.writestr(part, _XML + content)
        archive.writestr("xl/sharedStrings.xml", f"{_XML}<sst {_MAIN}>{shared}</sst>")
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'{_XML}<worksheet {_MAIN}><sheetData><row r="1">{"".join(cells)}</row>'
            f"{''.join(body)}</sheetData></worksheet>",
        )


def _letter(n: int) -> str:
    return chr(ord("A") + n)  # 20 columns


def _texts(values: pd.Series, strings: dict[str, int]) -> pd.Series:
    """Each text's place among the shared strings, which grow."""
    for text in values.dropna().unique():
        strings.setdefault(text, len(strings))
    return values.map(strings, na_action="ignore").astype("Int64").astype("str")


def _cell(values: pd.Series, place: pd.Series | str, kind: str = "n", style: int = 0) -> pd.Series:
    """The cells of a column; "" where there is no value."""
    return (
        ('<c r="' + place + f'" s="{style}" t="{kind}"><v>' + values + "</v></c>")
        .astype("str")
        .fillna("")
    )


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_OFFICE}/spreadsheetml/2006/main"'
_RELATIONS = f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
_RELATED = f"{_OFFICE}/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'{_RELATIONS}<Relationship Id="rId1" Type="{_RELATED}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f"{_RELATIONS}"
    f'<Relationship Id="rId1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATED}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{_RELATED}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELATED}"><sheets>'
    '<sheet name="Customers" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/styles.xml": f"<styleSheet {_MAIN}><fonts><font/></fonts>"
    "<fills><fill><patternFill/></fill></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs>"
    + "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in (0, 14, 9, 4))
    + '</cellXfs><cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}
