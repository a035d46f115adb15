"""Has a file parsed by a child process, and turns its answer, or its death, into words."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

import cmi
from cmi.files import How, Reject, Table, limits
from cmi.files.grid import PARTED
from cmi.problems import FileUnreadableError, Problem

CHILD = ("-m", "cmi.files.child")
_ROOT = Path(cmi.__file__).parent.parent
_TOO_SLOW = f"reading it takes longer than {limits.SECONDS} seconds. Split it into smaller files."
_TOO_LARGE = "reading it takes more memory than a file may take. Split it into smaller files."
_FAILED = "reading it failed without a reason. Save it as a plain CSV or XLSX file and try again."

_log = logging.getLogger(__name__)


def tables(content: bytes, name: str, how: How) -> tuple[Table, ...]:
    """The tables of `content`, parsed elsewhere; FileUnreadableError whatever went wrong there."""
    with tempfile.TemporaryDirectory(prefix="cmi-") as folder:
        place = Path(folder)
        (place / "content").write_bytes(content)
        (place / "how.json").write_text(json.dumps(asdict(how)), encoding="ascii")
        answer = _answer(place, name)
        if why := answer.get("unreadable"):
            raise FileUnreadableError(name, why)
        return tuple(
            _table(place / f"{i}", found, name) for i, found in enumerate(answer["tables"])
        )


def entries(content: bytes, name: str) -> dict[str, Any]:
    """The entries of a TOML file, parsed elsewhere; FileUnreadableError whatever went wrong."""
    with tempfile.TemporaryDirectory(prefix="cmi-") as folder:
        (Path(folder) / "content").write_bytes(content)
        answer = _answer(Path(folder), name, "toml")
        if why := answer.get("unreadable"):
            raise FileUnreadableError(name, why)
        found: dict[str, Any] = answer["entries"]
        return found


def _answer(folder: Path, name: str, *kind: str) -> dict[str, Any]:
    command = [sys.executable, *CHILD, str(folder), *kind]
    try:
        ended = subprocess.run(
            command,
            cwd=_ROOT,
            env=_surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=limits.SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileUnreadableError(name, _TOO_SLOW) from error
    result = folder / "result.json"
    if ended.returncode or not result.exists():
        raise FileUnreadableError(name, _why(ended))
    answer: dict[str, Any] = json.loads(result.read_bytes())
    return answer


def _surroundings() -> dict[str, str]:
    """What the child needs to start; secrets in the environment are none of its business."""
    needed = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP")
    return {key: os.environ[key] for key in needed if key in os.environ}


def _why(ended: subprocess.CompletedProcess[bytes]) -> str:
    if sys.platform != "win32" and ended.returncode == -signal.SIGXCPU:
        return _TOO_SLOW
    if ended.returncode < 0:
        return _TOO_LARGE
    trace = ended.stderr.decode("utf-8", "replace")
    _log.error("The parsing process ended with %d: %s", ended.returncode, trace)
    return _TOO_LARGE if "MemoryError" in trace else _FAILED


def _table(path: Path, found: dict[str, Any], name: str) -> Table:
    frame = _frame(path, found)
    problems = tuple(
        Problem(file=name, **{**issue, "sheet": issue["sheet"] or found["sheet"]})
        for issue in found["issues"]
    )
    return Table(
        file=name,
        sheet=found["sheet"],
        frame=frame,
        problems=problems,
        rows=found["rows"],
        refused=found["refused"],
        blank=found["blank"],
        notes=tuple(found["notes"]),
        rejected=tuple(Reject(row, tuple(cells), why) for row, cells, why in found["rejected"]),
        encoding=found["encoding"],
        delimiter=found["delimiter"],
        header_row=found["header_row"],
        hidden=found["hidden"],
        hidden_sheets=tuple(found["hidden_sheets"]),
    )


def _frame(path: Path, found: dict[str, Any]) -> pd.DataFrame:
    """The columns as text, indexed by the lines of the rows."""
    lines = np.frombuffer(path.with_suffix(".lines").read_bytes(), dtype="int64")
    text = path.with_suffix(".cells").read_bytes().decode()
    cells = pc.split_pattern(pa.array([text], pa.large_string()), PARTED).flatten()
    width = found["width"]
    cells = cells if len(lines) else cells[:0]
    assert len(cells) == len(lines) * width  # else a cell held the sign that parts cells
    firsts = np.arange(0, len(cells), width)
    columns = [cells.take(pa.array(firsts + place)) for place in found["places"]]
    names = [str(place) for place in found["places"]]
    frame: pd.DataFrame = pa.table(columns, names=names).to_pandas()
    return frame.set_axis(found["names"], axis=1).set_axis(pd.Index(lines, name="row"), axis=0)
