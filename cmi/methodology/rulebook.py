"""The methodology in sentences: how the scores are made, for somebody who has to explain them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from cmi.methodology import (
    Characteristic,
    Driver,
    Factor,
    GridKey,
    Methodology,
    Override,
    Raters,
    Validity,
)
from cmi.words import count, day, listed, share


def introduction(methodology: Methodology) -> str:
    """What the two scores are."""
    return (
        f"Version {methodology.version} of {day(methodology.effective)}. Every "
        "customer gets two scores from 0 to 100: **health** (CHS) says how good the relationship "
        "with us is, **maturity** (CMI) how well the customer runs the function that uses us, "
        "whatever they think of us. Together they decide what to do."
    )


def maturity(methodology: Methodology) -> str:
    """How the CMI is made."""
    parts = listed(
        [
            f"{c.name} {weight_of(c, methodology.characteristics)}"
            for c in methodology.characteristics
        ]
    )
    return (
        f"{count(len(methodology.factors), 'question')}, each answered with a level from 1 to 5. A "
        "level is chosen by its text: it holds when every statement up to it can be shown. The "
        "mean of a characteristic's answers is its value; the weighted mean of the values "
        f"({parts}) is the level of maturity, and CMI = 100 × (level − 1) / 4. So level 1 is 0, "
        "level 3 is 50, level 5 is 100."
    )


def health(methodology: Methodology) -> str:
    """How the CHS is made."""
    return (
        f"{count(len(methodology.drivers), 'driver')}. Each turns its value into 0 to 100 points: "
        "linearly from its worst to its best and not beyond, or by the category. The weighted mean "
        "of the points is the CHS. The bounds are fixed, so a customer's score never moves because "
        "another customer changed."
    )


def cuts(methodology: Methodology, grid: GridKey) -> str:
    """Where the plane is cut."""
    both = methodology.cuts.of(grid)
    return (
        f"Maturity is cut at {_numbers(both.cmi)}, health at {_numbers(both.chs)}. A score equal "
        "to a cut belongs to the upper side."
    )


def drivers_of(methodology: Methodology, group: str) -> pd.DataFrame:
    """The drivers of a group: driver, unit, worst, best (in words), weight, why."""
    rows = [
        {
            "driver": d.name,
            "unit": d.unit,
            "points": _bounds(d),
            "weight": weight_of(d, methodology.drivers),
            "why": d.why,
        }
        for d in methodology.drivers
        if d.group == group
    ]
    return pd.DataFrame(rows, columns=["driver", "unit", "points", "weight", "why"])


def weight_of(
    part: Characteristic | Driver, all_parts: Iterable[Characteristic] | Iterable[Driver]
) -> str:
    """A weight as its share of all."""
    return share(part.weight / sum(p.weight for p in all_parts))


def small_print(methodology: Methodology) -> list[str]:
    """What is not known, what is old, and who wins."""
    validity = methodology.validity
    own = [
        f"{item.name} for {item.valid_for}"
        for item in methodology.items
        if item.valid_for not in (None, _usual(item, validity))
    ]
    other = f"; {listed(own, len(own))}" if own else ""
    old = (
        "An older one still counts and is marked stale."
        if methodology.stale == "count"
        else "An older one no longer counts."
    )
    return [
        "What is not known is left out of the score; it is never counted as zero.",
        f"A score needs {share(methodology.minimum_coverage)} of its weight to be known. Below "
        "that the customer is not scored, and listed as such.",
        f"An answer is good for {validity.factor} days, a driver's value for {validity.driver} "
        f"days{other}. {old}",
        _who_wins(methodology.raters),
    ]


def _usual(item: Factor | Driver, validity: Validity) -> int:
    return validity.driver if isinstance(item, Driver) else validity.factor


def _who_wins(raters: Raters) -> str:
    """What counts where several rate the same question."""
    if raters.by == "order":
        who = f"the first of {', '.join(raters.order)} counts"
    else:
        weights = "".join(f", {rater} {weight:g}" for rater, weight in raters.weights)
        who = f"their mean counts, weighted by role (1 each{weights})"
    apart = f" The view of {', '.join(raters.apart)} is shown beside it and does not count."
    return f"Where several rate the same question, {who}.{apart if raters.apart else ''}"


def whom(override: Override) -> str:
    """For whom an override holds, and why."""
    return (
        f"Customers whose {override.columns[0].lower()} is {' or '.join(override.values)}: "
        f"{override.why.rstrip('.')}."
    )


def exception(override: Override, methodology: Methodology) -> str:
    """One override in words."""
    names = {i.key: i.name for i in methodology.items}
    names |= {c.key: c.name for c in methodology.characteristics}
    changes = [
        f"the {axis} cut of the {grid} grid is {_numbers(values)}"
        for grid, cut in override.cuts
        for axis, values in (("CMI", cut.cmi), ("CHS", cut.chs))
        if values is not None
    ]
    changes += [f"{names[key]} runs from {b.worst:g} to {b.best:g}" for key, b in override.bounds]
    changes += [f"{names[key]} weighs {weight:g}" for key, weight in override.weights]
    return f"{whom(override)} There {listed(changes, len(changes))}."


def _bounds(driver: Driver) -> str:
    if driver.categories:
        return ", ".join(f"{name} {points:g}" for name, points in driver.categories)
    return f"0 at {driver.worst:g}, 100 at {driver.best:g}"


def _numbers(values: tuple[float, ...]) -> str:
    return " and ".join(f"{v:.4g}" for v in values)
