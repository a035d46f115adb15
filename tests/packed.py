"""A portfolio for packs, in which whatever a customer must not read says so: it begins with ZZ."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
from portfolios import add, customer, observation, outcome

from cmi.freshness.resting import resting
from cmi.history import period_ends, score_history
from cmi.methodology import Driver, GridKey, Methodology, shipped
from cmi.moves.causes import change
from cmi.portfolio import present
from cmi.reports.packs import portfolio
from cmi.reports.packs.setting import DECISIONS, Known, Setting, no_causes
from cmi.scoring import score
from cmi.store import Store

SINCE, TODAY = date(2026, 3, 31), date(2026, 6, 30)
ARR = 98765432.0  # its digits are sought


@cache
def rules() -> Methodology:
    """The shipped rules with every word for the team marked."""
    methodology = shipped()
    return replace(
        methodology,
        drivers=tuple(
            replace(d, name=f"ZZdriver {d.name}", why=f"ZZwhy {d.key}", unit="ZZunit")
            for d in methodology.drivers
        ),
        groups=tuple(replace(g, name=f"ZZgroup {g.key}") for g in methodology.groups),
        scenarios=tuple(
            replace(
                s,
                name=f"ZZscenario {s.name}",
                decision="ZZdecision",
                summary="ZZsummary",
                avoid="ZZavoid",
            )
            for s in methodology.scenarios
        ),
        plays=tuple(
            replace(
                p,
                title=f"ZZplay {p.title}",
                owner="ZZwho",
                steps=("ZZstep",),
                effect="ZZeffect",
            )
            for p in methodology.plays
        ),
    )


def told(
    methodology: Methodology, customer_id: str, level: int, health: float, on: date
) -> list[dict[str, Any]]:
    """One customer's answers, all on a level, and drivers, all at a part (0-1) of their best."""
    rows = [
        observation(customer_id, f.key, level, on.isoformat(), note="ZZnote", respondent="ZZwhom")
        for f in methodology.factors
    ]
    for d in methodology.drivers:
        value: Any = _driven(d, health)
        rows.append(observation(customer_id, d.key, value, on.isoformat(), note="ZZnote"))
    return rows


def _driven(driver: Driver, health: float) -> float | str:
    if driver.categories:
        ordered = sorted(driver.categories, key=lambda pair: pair[1])
        return ordered[round(health * (len(ordered) - 1))][0]
    assert driver.worst is not None
    assert driver.best is not None
    return driver.worst + (driver.best - driver.worst) * health


def fill(store: Store, names: dict[str, str], methodology: Methodology | None = None) -> None:
    """Customers (id -> name) on two days; the first is "Region" North and level 2, then 3."""
    methodology = methodology or rules()
    customers, observations, outcomes = [], [], []
    for n, (key, name) in enumerate(names.items()):
        fields = {
            "name": name,
            "owner": "ZZowner",
            "arr": ARR + n,
            "currency": "ZZC",
            "renewal_date": "2026-08-31",
            "start_date": "2025-11-01",
            "Region": "North",
            "Mood": "ZZmood",
        }
        customers.append(customer(key, SINCE.isoformat(), **fields))
        for on, more in ((SINCE, 0), (TODAY, 1)):
            level = min(5, 2 + n % 3 + more)
            observations += told(methodology, key, level, (n % 7) / 8 + more / 16, on)
        outcomes.append(outcome(key, "renewed", "2026-05-01", ARR))
    add(store, "all.csv", customers, observations, outcomes)


def names(number: int, own: str = "Acme") -> dict[str, str]:
    """Customers: the first has its own name, all others a secret one."""
    return {f"c{n:02}": own if n == 0 else f"ZZother {n:02}" for n in range(number)}


class World:
    """All frames of a store on TODAY, as the page reads them."""

    def __init__(
        self,
        store: Store,
        grid: GridKey = "2x2",
        methodology: Methodology | None = None,
        since: date | None = SINCE,
    ) -> None:
        self.store, self.rules = store, methodology or rules()
        everyone = score(store.snapshot(TODAY, self.rules), self.rules, grid)
        said = store.days()
        days = period_ends(said[0] if said else TODAY, TODAY)
        self.history = score_history([(self.rules, store.history(days, self.rules))], grid)
        self.rests = resting(self.history, dict.fromkeys(days, self.rules))
        self.then, self.causes = everyone.head(0), no_causes()
        if since:
            self.then = score(store.snapshot(since, self.rules), self.rules, grid)
            self.causes = change(present(self.then), present(everyone), self.rules, self.rules)
        held = self.rules if since else None
        self.setting = Setting(TODAY, self.rules, grid, everyone, since, held)

    def decided(self) -> World:
        """The same with a decision on everybody."""
        ids = self.setting.everyone["customer_id"]
        scenario = self.setting.scenarios[0]
        row = [pd.Timestamp(TODAY), scenario.key, "ZZreason", [scenario.plays[0]], "ZZdecider",
               pd.Timestamp("2026-07-31"), "agreed", "ZZremark"]  # fmt: skip
        decisions = pd.DataFrame([[i, *row] for i in ids], columns=DECISIONS)
        self.setting = replace(self.setting, decisions=decisions)
        return self

    def known(self, customer_id: str) -> Known:
        def of(frame: pd.DataFrame) -> pd.DataFrame:
            return frame[frame["customer_id"] == customer_id]

        return Known(
            of(self.setting.everyone),
            of(self.then),
            of(self.causes),
            of(self.history).join(self.rests),
            self.store.events(TODAY, customer_id, self.rules),
            self.store.ratings(TODAY, customer_id),
        )

    def found(self, wanted: dict[str, list[str]] | None = None) -> portfolio.Found:
        some = self.setting.since is not None
        return portfolio.found(
            self.setting,
            self.history,
            self.rests,
            wanted,
            self.then if some else None,
            self.causes if some else None,
        )


def parts(content: bytes, name: str = "") -> Iterator[tuple[str, str]]:
    """Every part of a file as text, of files within it too: its name and what it says."""
    if not content.startswith(b"PK"):
        yield name, content.decode("utf-8", "replace")
        return
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for part in packed.infolist():
            yield f"{name}/{part.filename}", part.filename + str(part.comment)
            yield from parts(packed.read(part), f"{name}/{part.filename}")


SECRETS = {
    "marked": re.compile(r"ZZ(?!C\b)\w+", re.I),
    "currency": re.compile(r"\bZZC\b"),
    "ARR": re.compile(r"987[.,]?654|98\.8|9\.88"),
    "health": re.compile(r"\bCHS\b|health", re.I),
    "let go": re.compile(r"let go|invest in|retain\b|win back|wind down", re.I),
}


def secrets(content: bytes) -> set[str]:
    """What a customer must not read and is said anywhere in a file."""
    found: set[str] = set()
    for _, text in parts(content):
        plain = re.sub(r"<[^>]*>", "", text)  # words are not hidden by marks within them
        for kind, secret in SECRETS.items():
            hits = {*secret.findall(text), *secret.findall(plain)}
            found |= {str(hit).lower() if kind == "marked" else kind for hit in hits}
    return found
