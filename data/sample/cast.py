"""Who is in the sample portfolio: invented names, sizes, owners and leanings."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED, CUSTOMERS, AT_FIRST = 2026, 246, 172
BEGIN, END = pd.Timestamp("2024-09-30"), pd.Timestamp("2026-09-30")
OWNERS = {
    "Americas": ("Ana Moreira", "Grace Okafor", "Tomás Vega"),
    "EMEA": ("Oliver Grant", "Zoë Laurent", "Jonas Weber"),
    "APAC": ("Mei-Lin Chen", "Priya Nair"),
}
SIZES = {  # share, lowest and highest ARR, leaning in maturity
    "Enterprise": (0.18, 150e3, 1200e3, 0.25),
    "Mid-market": (0.42, 40e3, 180e3, 0.0),
    "Small business": (0.40, 8e3, 40e3, -0.2),
}
VERTICALS = {  # leaning in maturity, words for names
    "Retail": (0.1, ("Retail", "Outfitters", "Home", "Stores")),
    "Information services": (0.1, ("Data", "Research", "Analytics", "Media")),
    "Financial services": (0.3, ("Capital", "Insurance", "Credit Union", "Payments")),
    "Healthcare": (-0.2, ("Clinics", "Health", "Diagnostics", "Care Group")),
    "Manufacturing": (0.0, ("Components", "Machinery", "Plastics", "Works")),
    "Logistics": (-0.2, ("Freight", "Logistics", "Parcels", "Cold Chain")),
    "Telecom": (0.2, ("Telecom", "Networks", "Fibre", "Wireless")),
}
FIRST = (
    "Bramble Brindle Cinder Copper Corrin Dapple Drumlin Elver Ember Fallow Fennel Gorse Hazel "
    "Ivern Juniper Kestrel Lanner Larch Linnet Marl Murrel Nettle Orrin Osier Otter Pebble Pippin "
    "Plover Quill Rook Rushen Saffron Sedge Sorrel Tansy Teasel Thistle Umber Vetch Wren Yarrow"
)
SECOND = "by croft dale fern haven holt low marsh mere moor ridge stead thorpe wick yard"
NAMED = {  # names that a careless import would break
    12: ("Ångström Optik", "Manufacturing"),
    29: ("Café Lumière", "Retail"),
    47: ("O'Dowd & Daughters Haulage", "Logistics"),
    73: ("Consolidated Northern Agricultural and Dairy Supply Cooperative", "Manufacturing"),
    96: ("Žižka Telefonía", "Telecom"),
    141: ("Müllerbach Klinikverbund", "Healthcare"),
    188: ("小川精密 Ogawa Seimitsu", "Manufacturing"),
    222: ("Sørlund Sparekasse", "Financial services"),
}
GROUPS = ("usage", "relationship", "support", "satisfaction", "commercial")


@dataclass(frozen=True)
class Customer:
    """A customer at a quarter end: what everybody sees, and what nobody does."""

    key: str
    name: str
    size: str
    region: str
    vertical: str
    owner: str
    start: pd.Timestamp
    arr: float  # USD
    maturity: float  # as a level, 1 to 5
    usual: float  # the health it returns to after a shock, 0 to 1
    services: float  # leaning to buy services, as a share of the revenue
    factors: tuple[float, ...]  # levels above or below the maturity
    groups: tuple[float, ...]  # health above or below, by group of drivers
    habit: str  # of its assessments: yearly, stale, partial or never
    answers: bool  # the survey that gives the NPS
    story: str = ""  # a showcase has one: little noise, nothing missing
    health: float = math.nan  # now, 0 to 1
    before: float = math.nan  # a quarter ago
    term: str = ""
    renewal: pd.Timestamp | None = None


SHOWCASE: dict[int, dict[str, Any]] = {
    1: {
        "name": "Customer A – Alder & Finch Retail",
        "vertical": "Retail",
        "owner": "Ana Moreira",
        "start": pd.Timestamp("2022-02-14"),
        "maturity": 4.05,
        "factors": (0.5, 0.5, 0.2, 0.5, 0.1, 0.5, -0.1, -0.62, -0.2, -0.2, 0.5, -0.6),
        "groups": (0.1, 0.1, 0.15, 0.0, 0.0),
        "story": "One office in Portland, one business. They know what they want and push us hard.",
    },
    2: {
        "name": "Customer B – Brightwater Data Group",
        "vertical": "Information services",
        "owner": "Grace Okafor",
        "start": pd.Timestamp("2022-05-03"),
        "maturity": 1.6,
        "factors": (1.0, 0.1, 0.0, 0.0, 0.3, -0.7, 0.1, -0.3, 0.0, 1.0, 0.1, -0.8),
        "groups": (0.13, 0.1, 0.0, 0.04, 0.0),
        "story": "Seattle and four more offices: three businesses, each with ways of its own.",
    },
}
SHOWN: dict[str, Any] = {
    "size": "Enterprise",
    "region": "Americas",
    "arr": 640e3,
    "usual": 0.63,
    "habit": "yearly",
}


def cast() -> Iterator[tuple[np.random.Generator, Customer]]:
    """Every customer ever, each with its own chance: one can change without the others."""
    words = [first + second for first in FIRST.split() for second in SECOND.split()]
    np.random.default_rng(SEED).shuffle(words)
    for number in range(1, CUSTOMERS + 1):
        rng = np.random.default_rng([SEED, number])
        yield rng, invented(rng, number, words[number])


def invented(rng: np.random.Generator, number: int, word: str) -> Customer:
    """Customer `number` with all its leanings, on its first day in the sample."""
    size = str(rng.choice(list(SIZES), p=[share for share, *_ in SIZES.values()]))
    _, low, high, leaning = SIZES[size]
    region = str(rng.choice(list(OWNERS), p=[0.45, 0.35, 0.2]))
    vertical = str(rng.choice(list(VERTICALS)))
    name = f"{word} {rng.choice(VERTICALS[vertical][1])}"
    name, vertical = NAMED.get(number, (name, vertical))
    since, days = (pd.Timestamp("2019-01-07"), 2080) if number <= AT_FIRST else (BEGIN, 725)
    who = Customer(
        key=f"C-{number:04d}",
        name=name,
        size=size,
        region=region,
        vertical=vertical,
        owner=str(rng.choice(OWNERS[region])),
        start=since + pd.Timedelta(days=int(rng.integers(1, days))),
        arr=low * (high / low) ** float(np.clip(rng.normal(0.45, 0.22), 0, 1)),
        maturity=float(rng.normal(2.95, 0.95)) + leaning + VERTICALS[vertical][0],
        usual=float(rng.normal(0.485, 0.19)),
        services=float(rng.normal(0, 0.05)),
        factors=tuple(np.repeat(rng.normal(0, 0.4, 4), 3) + rng.normal(0, 0.35, 12)),
        groups=tuple(rng.normal(0, 0.09, 5)),
        habit=str(
            rng.choice(["yearly", "stale", "partial", "never"], p=[0.835, 0.105, 0.015, 0.045])
        ),
        answers=bool(rng.random() < 0.75),
    )
    return replace(who, **SHOWN, **SHOWCASE[number]) if number in SHOWCASE else who
