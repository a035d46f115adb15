"""What travels to the browser: the points of every customer and the rules, as one block of bytes.

The block is the length of its head (8 bytes, little-endian), the head (JSON in UTF-8, padded to a
multiple of 8), then columns. A column is float64, a hole is NaN; one with few different values is
a code per customer (1 or 2 bytes) beside the list of its values, so that nothing is rounded.

The head has rows, columns (name -> where it lies), names, kinds (see `_kinds`), rules, grid,
currency, looks. Columns: `<item>` (points 0-100), arr (in the main currency), kind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from cmi.charts import Look
from cmi.methodology import BANDS, GridKey, Methodology, Scenario
from cmi.methodology.overrides import holding
from cmi.portfolio import main_currency, revenue
from cmi.scoring import points_of

_STEP = 8
_CODED = ((255, "u1"), (65535, "u2"))  # more different values than the second: no codes


def block(scores: pd.DataFrame, methodology: Methodology, grid: GridKey, **more: object) -> bytes:
    """The customers of a scores frame, in its order; `more` goes into the head beside them."""
    kinds, kind = _kinds(scores, methodology, grid)
    points = points_of(scores, methodology)
    columns = {**{str(k): points[k].to_numpy("float64") for k in points}, "arr": _arr(scores)}
    places, body = _packed({**columns, "kind": kind})
    head: dict[str, Any] = {
        "rows": len(scores),
        "columns": places,
        "names": scores["name"].fillna(scores["customer_id"]).astype("str").tolist(),
        "kinds": kinds,
        "rules": _rules(methodology, grid),
        "grid": grid,
        "currency": main_currency(scores),
        "looks": {name: _look(Look(dark=name == "dark")) for name in ("light", "dark")},
    }
    head["content"] = hashlib.sha256(_json(head) + body).hexdigest()
    text = _json(head | more)
    text += b" " * (-len(text) % _STEP)
    return len(text).to_bytes(_STEP, "little") + text + body


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def _arr(scores: pd.DataFrame) -> Any:
    return revenue(scores).to_numpy("float64")


def _packed(columns: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The columns one behind the other, and where each lies from the end of the head."""
    places: dict[str, Any] = {}
    parts: list[bytes] = []
    length = 0
    for name, column in columns.items():
        place: dict[str, Any] = {}
        for part, array in _coded(np.asarray(column, dtype="<f8")).items():
            place[part] = {"at": length, "of": len(array), "kind": array.dtype.str[1:]}
            content = array.tobytes()
            content += b"\0" * (-len(content) % _STEP)
            parts.append(content)
            length += len(content)
        places[name] = place
    return places, b"".join(parts)


def _coded(column: Any) -> dict[str, Any]:
    codes, values = pd.factorize(column, use_na_sentinel=False)
    for most, kind in _CODED:
        if len(values) <= most and 2 * len(values) <= len(column):
            return {"codes": codes.astype(kind), "values": values.astype("<f8")}
    return {"values": column}


def _kinds(
    scores: pd.DataFrame, methodology: Methodology, grid: GridKey
) -> tuple[list[dict[str, Any]], Any]:
    """The different sets of exceptions that hold for somebody, and per customer which it is.

    Each has label ("" without any), weights (key -> number) and cuts (axis -> numbers); the last
    exception that says something wins.
    """
    frame = nw.from_native(scores, eager_only=True)
    marks = frame.select(*holding(methodology, frame.schema)).to_native()
    numbers = [int(str(c).rpartition(".")[2]) for c in marks.columns]
    telling = [n for n in numbers if _tells(methodology, n, grid)]
    if not telling or scores.empty:
        return [_kind([], grid)], np.zeros(len(scores))
    sets, kind = np.unique(
        marks[[f"_holds.{n}" for n in telling]].to_numpy("bool"), axis=0, return_inverse=True
    )
    held = [[o for o, yes in zip(telling, s, strict=True) if yes] for s in sets]
    return [_kind([methodology.overrides[n] for n in s], grid) for s in held], kind.reshape(-1)


def _tells(methodology: Methodology, number: int, grid: GridKey) -> bool:
    override = methodology.overrides[number]
    return bool(override.weights) or grid in dict(override.cuts)


def _kind(overrides: Iterable[Any], grid: GridKey) -> dict[str, Any]:
    weights: dict[str, float] = {}
    cuts: dict[str, Any] = {}
    labels = []
    for override in overrides:
        labels.append(" or ".join(override.values))
        weights |= dict(override.weights)
        own = dict(override.cuts).get(grid)
        cuts |= {a: list(c) for a in ("cmi", "chs") if (c := getattr(own, a, None)) is not None}
    return {"label": ", ".join(labels), "weights": weights, "cuts": cuts}


def _rules(methodology: Methodology, grid: GridKey) -> dict[str, Any]:
    """What the browser needs to know of the methodology in force."""
    return {
        "characteristics": [
            {**_part(c), "parts": [_part(f) for f in c.factors]}
            for c in methodology.characteristics
        ],
        "groups": [
            {"key": g.key, "name": g.name, "parts": drivers}
            for g in methodology.groups
            if (drivers := [_part(d) for d in methodology.drivers if d.group == g.key])
        ],
        "minimum": methodology.minimum_coverage,
        "cuts": {g: {a: list(getattr(methodology.cuts.of(g), a)) for a in ("cmi", "chs")}
                 for g in BANDS},
        "scenarios": [_scenario(s) for s in methodology.grid(grid)],
    }  # fmt: skip


def _part(part: Any) -> dict[str, Any]:
    hint = next(h for a in ("why", "question", "summary") if (h := getattr(part, a, "")))
    return {"key": part.key, "name": part.name, "weight": part.weight, "hint": hint}


def _scenario(scenario: Scenario) -> dict[str, Any]:
    wanted = ("key", "name", "decision", "symbol", "colour", "colour_dark")
    bands = BANDS[scenario.grid]
    place = {"column": bands.index(scenario.cmi), "row": bands.index(scenario.chs)}
    return {k: v for k, v in asdict(scenario).items() if k in wanted} | place


def _look(look: Look) -> dict[str, str]:
    return {
        name: getattr(look, name) for name in ("ink", "quiet", "line", "paper", "veil", "accent")
    }
