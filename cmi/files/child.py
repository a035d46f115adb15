"""The process that opens what others made: bounded in memory and time, and alone if it dies.

`python -m cmi.files.child FOLDER` reads FOLDER/content in the way that FOLDER/how.json asks for
and leaves FOLDER/result.json, and for each table two files by its number: `.cells`, row after
row, parted by a sign that no cell has; and `.lines`, the line of each row as 8-byte integers.
With `toml` behind FOLDER, the content is a TOML file, and its entries stand in the result.
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

from cmi.files import AS_FOUND, How, csvfile, limits
from cmi.files.grid import PARTED, Grid, UnreadableError
from cmi.files.signature import form
from cmi.files.table import Parsed, parsed, written

TOO_LARGE = "it needs more memory than a file may take."


def main(folder: Path, kind: str = "") -> None:
    """Parse FOLDER/content and write what it holds, or why it holds nothing, to the folder."""
    _bound()
    gc.disable()  # nothing here makes cycles, and looking for them takes most of the time
    try:
        if kind == "toml":
            result: dict[str, Any] = {"entries": entries(folder / "content")}
        else:
            found = tables(folder / "content", _how(folder / "how.json"))
            handed = [_handed_over(table, folder / f"{i}") for i, table in enumerate(found)]
            result = {"tables": handed}
    except UnreadableError as error:
        result = {"unreadable": str(error)}
    except MemoryError:
        result = {"unreadable": TOO_LARGE}
    (folder / "result.json").write_text(json.dumps(result, default=str), encoding="ascii")


def _bound() -> None:
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):  # not every system lets memory be bounded
            resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.SECONDS, limits.SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _how(path: Path) -> How:
    told = json.loads(path.read_bytes())
    rows = tuple((sheet, row) for sheet, row in told["header_row"])
    hidden, as_written = tuple(told["hidden"]), told["as_written"]
    return How(told["encoding"], told["delimiter"], rows, hidden, as_written)


def tables(path: Path, how: How = AS_FOUND) -> list[Parsed]:
    """The tables in the file at `path`, opened in this very process."""
    content = path.read_bytes()
    grids = [csvfile.grid(content, how)] if form(content) == "text" else _sheets(path, how)
    if how.as_written:
        return [written(grid) for grid in grids]
    header_row = dict(how.header_row)
    if missing := {*header_row, *how.hidden} - {grid.sheet for grid in grids}:
        raise UnreadableError(f'no sheet called "{min(missing)}" is filled and read.')
    found = [table for grid in grids if (table := parsed(grid, header_row.get(grid.sheet)))]
    if not found:
        raise UnreadableError("it holds no table.")
    return found


def entries(path: Path) -> dict[str, Any]:
    """The entries of the TOML file at `path`."""
    import tomllib

    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"it is no TOML file: {error}.") from error


def _sheets(path: Path, how: How) -> list[Grid]:
    from cmi.files import workbook  # half of the time to start, and only workbooks need it

    return workbook.grids(path, how)


def _handed_over(table: Parsed, path: Path) -> dict[str, Any]:
    """Write cells and lines beside `path`; the rest comes back as plain data."""
    path.with_suffix(".cells").write_bytes(PARTED.join(table.texts).encode())
    path.with_suffix(".lines").write_bytes(array("q", table.lines).tobytes())
    return {
        "sheet": table.sheet,
        "places": list(table.names),
        "names": list(table.names.values()),
        "width": table.width,
        "issues": [asdict(issue) for issue in table.issues],
        "rows": table.rows,
        "refused": table.refused,
        "blank": table.blank,
        "notes": table.notes,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "header_row": table.header_row,
        "hidden": table.hidden,
        "hidden_sheets": table.hidden_sheets,
        "rejected": [(reject.row, reject.cells, reject.why) for reject in table.rejected],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
