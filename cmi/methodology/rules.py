"""How the parts of a methodology must fit together: what their types alone cannot say.

Each function returns nothing, or raises MethodologyError with the place that breaks its rule.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from cmi.frames import CUSTOMER_COLUMNS
from cmi.methodology.parts import (
    BANDS,
    Characteristic,
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
    Raters,
    Scenario,
    weighed,
)
from cmi.problems import MethodologyError

_SCORES = ("cmi", "cmi_level", "cmi_coverage", "chs", "chs_coverage", "scenario", "decision")
# What stands in columns of its own beside the items, in a snapshot and in scores.
OURS = frozenset((*CUSTOMER_COLUMNS, *_SCORES, "period", "left_on", "stale", "methodology"))


def keys_are_free(keys: Iterable[str]) -> None:
    """No characteristic or item has the key of something else that is known of a customer."""
    for key in keys:
        if key in OURS:
            raise MethodologyError(f'items "{key}"', "has a key that means something else.")


def words_are_unique(place: str, words: Iterable[str]) -> None:
    """No key or name is given twice, whatever its case."""
    for word, times in Counter(w.strip().casefold() for w in words).items():
        if times > 1:
            raise MethodologyError(f'{place} "{word}"', "is there twice.")


def something_counts(
    characteristics: Sequence[Characteristic], drivers: Sequence[Driver], place: str = ""
) -> None:
    """Each of the scores has a part with a weight above zero; `place` is put before the part."""
    weighted: list[tuple[str, Sequence[Characteristic | Factor | Driver]]] = [
        ("characteristics", characteristics),
        ("drivers", drivers),
        *((f'characteristics "{c.key}" factors', c.factors) for c in characteristics),
    ]
    for part, parts in weighted:
        where = f"{place} {part}".strip()
        if not parts:
            raise MethodologyError(where, "need at least one entry.")
        if not any(p.weight > 0 for p in parts):
            raise MethodologyError(where, "leave no weight above zero: nothing would count.")


def weights_fit(
    place: str,
    weights: Mapping[str, float],
    characteristics: Sequence[Characteristic],
    drivers: Sequence[Driver],
) -> None:
    """Other weights name a characteristic, factor or driver, are 0 or more, and leave a score."""
    known = {c.key for c in characteristics} | {d.key for d in drivers}
    known |= {f.key for c in characteristics for f in c.factors}
    for key, weight in weights.items():
        if key not in known:
            raise MethodologyError(
                place, f'names "{key}", which is no characteristic, factor or driver.'
            )
        if not (math.isfinite(weight) and weight >= 0):
            raise MethodologyError(f'{place} "{key}"', f"must be 0 or more, but is {weight}.")
    something_counts(*weighed(characteristics, drivers, weights), place)


def levels_have_anchors(characteristics: Iterable[Characteristic]) -> None:
    """Each factor has five anchors, no two of them alike."""
    for c in characteristics:
        for f in c.factors:
            place = f'characteristics "{c.key}" factors "{f.key}" levels'
            if len(f.levels) != 5:
                raise MethodologyError(place, f"needs five anchors, but has {len(f.levels)}.")
            words_are_unique(place, f.levels)


def drivers_can_score(drivers: Iterable[Driver], groups: Iterable[Group]) -> None:
    """Each driver has a group, and one way to turn its value into 0 to 100."""
    known = {g.key for g in groups}
    for d in drivers:
        place = f'drivers "{d.key}"'
        if d.group not in known:
            raise MethodologyError(f"{place} group", f'names "{d.group}", which is not a group.')
        _scale_is_clear(place, d)
        low, high = d.range
        if low is not None and high is not None and low >= high:
            raise MethodologyError(f"{place} range", f"must rise, but goes {low:g} to {high:g}.")


def _scale_is_clear(place: str, d: Driver) -> None:
    given = (d.worst is not None, d.best is not None, bool(d.categories))
    if given not in ((True, True, False), (False, False, True)):
        raise MethodologyError(place, "needs either worst and best, or categories.")
    if d.worst is not None and d.worst == d.best:
        raise MethodologyError(place, f"has worst and best at the same value, {d.worst:g}.")
    for name, points in d.categories:
        if not 0 <= points <= 100:
            raise MethodologyError(
                f'{place} categories "{name}"', f"must give 0 to 100 points, not {points:g}."
            )
    words_are_unique(f"{place} categories", (name for name, _ in d.categories))


def cuts_are_in_order(cuts: GridCuts) -> None:
    """Each grid has as many cuts per axis as it needs, rising, between 0 and 100."""
    for grid in BANDS:
        _cuts_fit(f"cuts {grid}", grid, cuts.of(grid))


def _cuts_fit(place: str, grid: GridKey, given: Cuts | CutOverride) -> None:
    wanted = len(BANDS[grid]) - 1
    for axis, cuts in (("cmi", given.cmi), ("chs", given.chs)):
        if cuts is None:
            continue
        if len(cuts) != wanted:
            number = "one cut" if wanted == 1 else f"{wanted} cuts"
            raise MethodologyError(f"{place} {axis}", f"needs {number}, but has {len(cuts)}.")
        written = ", ".join(f"{c:g}" for c in cuts)
        if any(not 0 < c < 100 for c in cuts):
            raise MethodologyError(f"{place} {axis}", f"must lie between 0 and 100, not {written}.")
        if any(a >= b for a, b in pairwise(cuts)):
            raise MethodologyError(f"{place} {axis}", f"must rise, but goes {written}.")


def plays_improve_items(plays: Iterable[Play], items: Iterable[Factor | Driver]) -> None:
    """Each play has steps and improves factors or drivers that exist."""
    known = {i.key for i in items}
    for p in plays:
        if not p.steps:
            raise MethodologyError(f'plays "{p.key}" steps', "has no entry.")
        _known(f'plays "{p.key}" improves', p.improves, known, "no factor or driver")


def scenarios_fill_the_grids(scenarios: Iterable[Scenario]) -> None:
    """Each cell of each grid has one scenario."""
    cells = Counter((s.grid, s.cmi, s.chs) for s in scenarios)
    wanted = [(g, x, y) for g, bands in BANDS.items() for x in bands for y in bands]
    for grid, cmi, chs in (*wanted, *cells):
        place, times = f"scenarios of {grid}", cells[grid, cmi, chs]
        if (grid, cmi, chs) not in wanted:
            raise MethodologyError(place, f"has no cell for {cmi} CMI and {chs} CHS.")
        if times != 1:
            found = f"there are {times}" if times else "there is none"
            raise MethodologyError(
                place, f"must have one for {cmi} CMI and {chs} CHS, but {found}."
            )


def scenarios_have_plays(scenarios: Iterable[Scenario], plays: Iterable[Play]) -> None:
    """Each scenario names plays that exist."""
    known = {p.key for p in plays}
    for s in scenarios:
        _known(f'scenarios of {s.grid} "{s.key}" plays', s.plays, known, "not a play")


def _known(place: str, keys: Collection[str], known: Collection[str], what: str) -> None:
    if not keys:
        raise MethodologyError(place, "has no entry.")
    for key in keys:
        if key not in known:
            raise MethodologyError(place, f'names "{key}", which is {what}.')


def raters_can_win(raters: Raters) -> None:
    """Somebody's rating counts."""
    if raters.by == "order" and not raters.order:
        raise MethodologyError("raters order", "has no entry: nobody's rating would count.")
    if raters.weights and not any(weight for _, weight in raters.weights):
        raise MethodologyError("raters weights", "are all zero: nobody's rating would count.")
    both = sorted({*raters.order, *dict(raters.weights)} & {*raters.apart})
    if both:
        raise MethodologyError("raters apart", f'names "{both[0]}", whose rating also counts.')


def overrides_fit(
    overrides: Iterable[Override],
    characteristics: Sequence[Characteristic],
    drivers: Sequence[Driver],
) -> None:
    """Each override names what exists, and leaves something that counts."""
    linear = {d.key for d in drivers if not d.categories}
    for number, o in enumerate(overrides, start=1):
        place = f"overrides no. {number}"
        if not o.columns or not o.values:
            raise MethodologyError(place, "needs columns and values, or it would never hold.")
        weights_fit(f"{place} weights", dict(o.weights), characteristics, drivers)
        for key, bounds in o.bounds:
            if key not in linear:
                raise MethodologyError(
                    f"{place} bounds", f'names "{key}", which is no driver with worst and best.'
                )
            if bounds.worst == bounds.best:
                raise MethodologyError(
                    f'{place} bounds "{key}"',
                    f"has worst and best at the same value, {bounds.worst:g}.",
                )
        for grid, cuts in o.cuts:
            if cuts.cmi is None and cuts.chs is None:
                raise MethodologyError(f"{place} cuts {grid}", "needs cmi or chs.")
            _cuts_fit(f"{place} cuts {grid}", grid, cuts)


def bands_cover_maturity(bands: Sequence[MaturityBand]) -> None:
    """Bands, where there are any, begin at 0, rise, and have names of their own."""
    if not bands:
        return
    words_are_unique("names of bands", (b.name for b in bands))
    if bands[0].start != 0:
        raise MethodologyError("bands", f"must begin at 0, not {bands[0].start:g}.")
    if any(a.start >= b.start for a, b in pairwise(bands)):
        written = ", ".join(f"{b.start:g}" for b in bands)
        raise MethodologyError("bands from", f"must rise, but goes {written}.")
