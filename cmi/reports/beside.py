"""Where the names of a plane stand, so that none covers another."""

from __future__ import annotations

from cmi.reports import fit
from cmi.reports.packs.page import Mark, Plane, Side

LONGEST = 130.0  # points for a name
EDGE = 12.0  # points over which a name may reach out of the plane
_Area = tuple[float, float, float, float]  # left, low, right, high


def sides(drawn: Plane, wide: float, tall: float, size: float) -> dict[Mark, Side]:
    """On which side of its mark each name stands, on a plane so wide and tall (points), in letters
    of a size: towards the middle where it can, else where it covers no other name; a name that
    would cover others on every side is left out.
    """
    found: dict[Mark, Side] = {}
    taken: list[_Area] = []
    for mark in (m for cloud in drawn.clouds for m in cloud.marks if m.name):
        order: tuple[Side, ...] = ("right", "left", "below", "above")
        if mark.x >= 60:
            order = ("left", "right", "below", "above")
        areas = {side: _area(mark, side, wide, tall, size) for side in order}
        inside = [side for side in order if _within(areas[side], wide)]
        free = [s for s in inside if not any(_meet(areas[s], other) for other in taken)]
        if free:
            found[mark] = free[0]
            taken.append(areas[free[0]])
    return found


def _area(mark: Mark, side: Side, wide: float, tall: float, size: float) -> _Area:
    x, y, away = mark.x / 100 * wide, mark.y / 100 * tall, 6 + 10 * mark.size
    long = min(fit.width(fit.one_line(mark.name), size) / fit.BOLD, LONGEST) + 4
    high = size * fit.LINE
    middle = x + {"right": away + long / 2, "left": -away - long / 2}.get(side, 0)
    up = max(away, high / 2) + high / 2
    level = y + {"above": up, "below": -up}.get(side, 0)
    return middle - long / 2, level - high / 2, middle + long / 2, level + high / 2


def _within(area: _Area, wide: float) -> bool:
    return area[0] >= -EDGE and area[2] <= wide + EDGE and area[1] >= 0


def _meet(one: _Area, other: _Area) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]
