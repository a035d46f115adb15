"""The process that opens what others made: bounded in memory and time, and alone if it dies.

`python -m cmi.files.child FOLDER` reads FOLDER/content and leaves FOLDER/result.json, and for
each table two files by its number: `.cells`, column after column, the cells of each parted by a
sign that no cell has; and `.lines`, the line of each row as 8-byte integers.
"""

from __future__ import annotations

import gc
import json
import sys
from array import array
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cmi.files import csvfile, limits, workbook
from cmi.files.grid import PARTED, UnreadableError
from cmi.files.signature import form
from cmi.files.table import Parsed, parsed

TOO_LARGE = "it needs more memory than a file may take."


def main(folder: Path) -> None:
    """Parse FOLDER/content and write what it holds, or why it holds nothing, to the folder."""
    _bound()
    gc.disable()  # nothing here makes cycles, and looking for them takes most of the time
    try:
        found = tables(folder / "content")
        handed = [_handed_over(table, folder / f"{i}") for i, table in enumerate(found)]
        result: dict[str, Any] = {"tables": handed}
    except UnreadableError as error:
        result = {"unreadable": str(error)}
    except MemoryError:
        result = {"unreadable": TOO_LARGE}
    (folder / "result.json").write_text(json.dumps(result), encoding="ascii")


def _bound() -> None:
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):  # not every system lets memory be bounded
            resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.SECONDS, limits.SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def tables(path: Path) -> list[Parsed]:
    """The tables in the file at `path`, opened in this very process."""
    content = path.read_bytes()
    grids = [csvfile.grid(content)] if form(content) == "text" else workbook.grids(path)
    found = [table for grid in grids if (table := parsed(grid))]
    if not found:
        raise UnreadableError("it holds no table.")
    return found


def _handed_over(table: Parsed, path: Path) -> dict[str, Any]:
    """Write cells and lines beside `path`; the rest comes back as plain data."""
    columns = [PARTED.join(cells).encode() for cells in table.columns.values()]
    path.with_suffix(".cells").write_bytes(b"".join(columns))
    path.with_suffix(".lines").write_bytes(array("q", table.lines).tobytes())
    return {
        "sheet": table.sheet,
        "columns": list(table.columns),
        "lengths": [len(column) for column in columns],
        "issues": [asdict(issue) for issue in table.issues],
        "rows": table.rows,
        "refused": table.refused,
        "blank": table.blank,
        "notes": table.notes,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
