"""The rules as data: questions, drivers, weights, cuts, scenarios and plays of one version.

A methodology is a document (TOML or JSON, see data/methodology.toml) and the same thing as
frozen dataclasses (cmi.methodology.parts). Whatever breaks a rule (cmi.methodology.rules) is
refused with a sentence that names the place.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from cmi.methodology import rules
from cmi.methodology.faults import Loc, place, reason
from cmi.methodology.parts import (
    BANDS,
    Band,
    Bounds,
    Characteristic,
    Collect,
    CutOverride,
    Cuts,
    Driver,
    Factor,
    GridCuts,
    GridKey,
    Group,
    MaturityBand,
    Override,
    Play,
    Range,
    Raters,
    Scenario,
    Text,
    Validity,
    weighed,
)
from cmi.problems import MethodologyError

__all__ = [
    "BANDS",
    "SHIPPED",
    "Band",
    "Bounds",
    "Characteristic",
    "Collect",
    "CutOverride",
    "Cuts",
    "Driver",
    "Factor",
    "GridCuts",
    "GridKey",
    "Group",
    "Loc",
    "MaturityBand",
    "Methodology",
    "Override",
    "Play",
    "Range",
    "Raters",
    "Scenario",
    "Validity",
    "from_document",
    "load",
    "place",
    "refusals",
    "shipped",
    "to_document",
    "to_json",
    "to_toml",
]

SHIPPED = Path(__file__).parents[2] / "data" / "methodology.toml"


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Methodology:
    """One version of the rules. Weights are relative: only their shares matter."""

    version: Text
    name: Text
    effective: date
    characteristics: tuple[Characteristic, ...]
    groups: tuple[Group, ...]
    drivers: tuple[Driver, ...]
    cuts: GridCuts
    scenarios: tuple[Scenario, ...]
    plays: tuple[Play, ...]
    minimum_coverage: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.5
    stale: Literal["count", "drop"] = "count"
    validity: Validity = Validity()
    raters: Raters = Raters()
    overrides: tuple[Override, ...] = ()
    bands: tuple[MaturityBand, ...] = ()

    def __post_init__(self) -> None:
        """No methodology exists whose parts do not fit together."""
        parts = (*self.characteristics, *self.items)
        rules.keys_are_free(p.key for p in parts)
        rules.words_are_unique("items", (p.key for p in parts))
        rules.words_are_unique("names of items", (p.name for p in parts))
        rules.words_are_unique("groups", (g.key for g in self.groups))
        rules.words_are_unique("plays", (p.key for p in self.plays))
        for grid in BANDS:
            rules.words_are_unique(f"scenarios of {grid}", (s.key for s in self.grid(grid)))
        rules.something_counts(self.characteristics, self.drivers)
        rules.levels_have_anchors(self.characteristics)
        rules.drivers_can_score(self.drivers, self.groups)
        rules.cuts_are_in_order(self.cuts)
        rules.plays_improve_items(self.plays, self.items)
        rules.scenarios_fill_the_grids(self.scenarios)
        rules.scenarios_have_plays(self.scenarios, self.plays)
        rules.raters_can_win(self.raters)
        rules.overrides_fit(self.overrides, self.characteristics, self.drivers)
        rules.bands_cover_maturity(self.bands)

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Every factor, in order."""
        return tuple(f for c in self.characteristics for f in c.factors)

    @property
    def items(self) -> tuple[Factor | Driver, ...]:
        """Every factor and driver, in order."""
        return (*self.factors, *self.drivers)

    def item(self, key: str) -> Factor | Driver:
        """The factor or driver with this key."""
        return next(i for i in self.items if i.key == key)

    def play(self, key: str) -> Play:
        """The play with this key."""
        return next(p for p in self.plays if p.key == key)

    def grid(self, grid: GridKey) -> tuple[Scenario, ...]:
        """The scenarios of one grid, by priority."""
        return tuple(
            sorted((s for s in self.scenarios if s.grid == grid), key=lambda s: s.priority)
        )

    def valid_for(self, key: str) -> int:
        """Days until an observation of this item is stale."""
        item = self.item(key)
        if item.valid_for is not None:
            return item.valid_for
        return self.validity.factor if isinstance(item, Factor) else self.validity.driver

    def with_weights(self, weights: Mapping[str, float]) -> Methodology:
        """A copy with other weights, by key of characteristic, factor or driver.

        MethodologyError where a key is not known, a weight is below 0 or not finite, or nothing
        would count any more.
        """
        rules.weights_fit("weights", weights, self.characteristics, self.drivers)
        characteristics, drivers = weighed(self.characteristics, self.drivers, weights)
        return replace(self, characteristics=characteristics, drivers=drivers)


_ADAPTER = TypeAdapter(Methodology)


def load(path: Path | str = SHIPPED) -> Methodology:
    """The methodology in a TOML or JSON file; MethodologyError names the place that is wrong."""
    try:
        text = Path(path).read_text(encoding="utf-8")
        document = json.loads(text) if str(path).endswith(".json") else tomllib.loads(text)
    except OSError as error:
        raise MethodologyError(str(path), f"cannot be opened ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise MethodologyError(str(path), f"is not a readable document: {error}.") from error
    return from_document(document)


@cache
def shipped() -> Methodology:
    """The methodology that comes with the product."""
    return load(SHIPPED)


def from_document(document: Mapping[str, Any]) -> Methodology:
    """A document (nested dicts and lists) as a methodology whose parts fit together."""
    if not isinstance(document, Mapping):
        raise MethodologyError("the document", "must be a table of named entries.")
    try:
        return _ADAPTER.validate_python(dict(document))
    except ValidationError as error:
        loc, why = _refused(error)[0]
        raise MethodologyError(place(document, loc), why) from error


def refusals(document: Mapping[str, Any]) -> list[tuple[Loc, str]]:
    """Every entry of the wrong form: its path, and why. None of them: the parts may still not fit
    together, and `from_document` says so.
    """
    try:
        _ADAPTER.validate_python(dict(document))
    except ValidationError as error:
        return _refused(error)
    except MethodologyError:
        pass
    return []


def _refused(error: ValidationError) -> list[tuple[Loc, str]]:
    return [(one["loc"], reason(one)) for one in error.errors(include_url=False)]


def to_document(methodology: Methodology) -> dict[str, Any]:
    """The methodology as a document that JSON and TOML can hold; nothing is None."""
    document = _ADAPTER.dump_python(methodology, by_alias=True, exclude_none=True, mode="json")
    return _without_empty(document)  # type: ignore[no-any-return]


def to_json(methodology: Methodology) -> str:
    """The document as JSON text."""
    return json.dumps(to_document(methodology), indent=2, ensure_ascii=False)


def to_toml(methodology: Methodology) -> str:
    """The document as TOML text; loading it gives the same methodology."""
    return tomli_w.dumps(to_document(methodology) | {"effective": methodology.effective})


def _without_empty(value: Any) -> Any:
    """An empty table is what its absence means; an empty list (no rater apart) says something."""
    if isinstance(value, dict):
        return {k: _without_empty(v) for k, v in value.items() if v != {}}
    if isinstance(value, list):
        return [_without_empty(v) for v in value]
    return value
