"""A CSV file or workbook as it really is: tables of text, and all that was odd about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from cmi.problems import Problem


@dataclass(frozen=True)
class Reject:
    """A row that was refused because of its form, to be corrected and read again.

    `row` is the line on which it starts, `cells` are as they came (of a record whose quotation
    marks do not add up, its whole text in one cell), `why` is one sentence.
    """

    row: int
    cells: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class How:
    """How a person wants a file to be read; what is "" or () is found out.

    `encoding` is a name that Python knows (those worth offering: cmi.files.encoding.ENCODINGS),
    `delimiter` one character, or a line feed when there is only one column. `header_row` is
    (sheet, row) pairs, the sheet "" for a CSV file: the row as the frame's index counts, the lower
    one of a header of two rows, 0 when there is no header. `hidden` are hidden sheets to be read.
    `as_written`: every filled row is kept, none is a header; the columns are A, B, C.
    """

    encoding: str = ""
    delimiter: str = ""
    header_row: tuple[tuple[str, int], ...] = ()
    hidden: tuple[str, ...] = ()
    as_written: bool = False


AS_FOUND = How()


@dataclass(frozen=True)
class Table:
    """One table of a file, every cell as text.

    `frame` has str columns with "" for an empty cell; its index is the row in the sheet, for a
    CSV file the line on which the record starts. `sheet` is "" for a CSV file. `notes` say in
    words how it was read. rows = len(frame) + refused + blank, counted below the header.
    `rejected` are all refused rows but footers and repeated headers, in the order of the file.

    How it was read, in the terms of How: `encoding` and `delimiter` ("" for a workbook),
    `header_row`, whether the sheet is `hidden`; `hidden_sheets` of its workbook were not read.
    """

    file: str
    sheet: str
    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    rows: int
    refused: int
    blank: int
    notes: tuple[str, ...]
    rejected: tuple[Reject, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    hidden: bool = False
    hidden_sheets: tuple[str, ...] = ()


def read(content: bytes, name: str, how: How = AS_FOUND) -> tuple[Table, ...]:
    """The tables in `content`: one for a CSV file, one per visible filled sheet of a workbook.

    Raises FileUnreadableError, within about a minute, when there is no table, no safe way to it,
    or it cannot be read in the way that `how` asks for.
    """
    from cmi.files.parent import tables  # the child imports this package too, and needs no pandas

    return tables(content, name, how)


def document(content: bytes, name: str) -> dict[str, Any]:
    """The entries of a TOML file, days as text; FileUnreadableError when it is none."""
    from cmi.files.parent import entries

    return entries(content, name)
