"""A CSV file or workbook as it really is: tables of text, and all that was odd about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from cmi.problems import Problem


@dataclass(frozen=True)
class Table:
    """One table of a file, every cell as text.

    `frame` has str columns with "" for an empty cell; its index is the row in the sheet, for a
    CSV file the line on which the record starts. `sheet` is "" for a CSV file. `notes` say in
    words how it was read. rows = len(frame) + refused + blank, counted below the header.
    """

    file: str
    sheet: str
    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    rows: int
    refused: int
    blank: int
    notes: tuple[str, ...]


def read(content: bytes, name: str) -> tuple[Table, ...]:
    """The tables in `content`: one for a CSV file, one per visible filled sheet of a workbook.

    Raises FileUnreadableError, within about a minute, when there is no table or no safe way to it.
    """
    from cmi.files.parent import tables  # the child imports this package too, and needs no pandas

    return tables(content, name)
