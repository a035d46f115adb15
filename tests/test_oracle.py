"""A second reckoning, in plain Python from the printed methodology, agrees with `cmi score`."""

from __future__ import annotations

import csv
import json
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from cmi.cli import main

AS_OF = date(2026, 6, 30)
RATERS = ("csm", "sales", "marketing", "customer")
Row = dict[str, str]


@pytest.fixture
def rules(capsys: pytest.CaptureFixture[str]):
    assert main(["methodology", "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def made_up(rules: dict, seed: int, customers: int = 60) -> tuple[list[Row], list[Row], list[Row]]:
    """Accounts, assessments by several raters on several days, and health on several days."""
    chance = random.Random(seed)
    accounts, levels, health = [], [], []
    factors = [f["key"] for c in rules["characteristics"] for f in c["factors"]]
    for number in range(customers):
        who = f"{number:04d}"
        stage = chance.choice(["Onboarding", "Growing", "Established", ""])
        accounts.append({"customer_id": who, "name": f"Firm {who}", "Stage": stage})
        for rater in RATERS:
            for later in chance.sample(range(-500, 60), chance.choice([0, 1, 2])):
                asked = AS_OF + timedelta(days=later)
                answers = {
                    k: str(chance.randint(1, 5)) if chance.random() > 0.35 else "" for k in factors
                }
                levels.append({"customer_id": who, "date": str(asked), "rater": rater, **answers})
        for back in chance.sample(range(-30, 300), chance.randint(0, 3)):
            seen = {d["key"]: drawn(d, chance) for d in rules["drivers"]}
            health.append({"customer_id": who, "date": str(AS_OF - timedelta(days=back)), **seen})
    return accounts, levels, health


def drawn(driver: dict, chance: random.Random) -> str:
    if chance.random() < 0.3:
        return ""
    if "categories" in driver:
        return chance.choice(list(driver["categories"]))
    low, high = sorted((driver["worst"], driver["best"]))
    limits = driver.get("range", {})
    value = chance.uniform(low - (high - low) / 4, high + (high - low) / 4)
    value = max(limits.get("min", value), min(limits.get("max", value), value))
    return f"{value:.2f}"


def write(path: Path, rows: list[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def latest(rows: list[Row], who: str, key: str, raters: tuple[str, ...] | None) -> str | None:
    """Each rater's latest answer on or before the day; the first rater of the order wins."""
    for rater in raters or (None,):
        said = [
            (r["date"], r[key])
            for r in rows
            if r["customer_id"] == who and r[key] and r["date"] <= str(AS_OF)
            and (rater is None or r["rater"] == rater)
        ]  # fmt: skip
        if said:
            return max(said)[1]
    return None


def mean(pairs: list[tuple[float, float]]) -> float | None:
    weight = sum(w for w, _ in pairs)
    return sum(w * v for w, v in pairs) / weight if weight else None


def reckoned(rules: dict, account: Row, levels: list[Row], health: list[Row]) -> dict:
    """The scores of one customer, the slow way."""
    who, stage = account["customer_id"], account["Stage"]
    held = [
        o for o in rules.get("overrides", []) if stage in o["values"] and "Stage" in o["columns"]
    ]
    weights = {k: w for o in held for k, w in o.get("weights", {}).items()}
    bounds = {k: b for o in held for k, b in o.get("bounds", {}).items()}
    out: dict = {}
    parts, covered, whole = [], 0.0, 0.0
    for c in rules["characteristics"]:
        wc = weights.get(c["key"], c["weight"])
        found = [
            (weights.get(f["key"], f["weight"]), float(level))
            for f in c["factors"]
            if (level := latest(levels, who, f["key"], ("csm", "sales", "marketing"))) is not None
        ]
        value = mean(found)
        out[c["key"]] = value
        every = sum(weights.get(f["key"], f["weight"]) for f in c["factors"])
        covered += wc * sum(w for w, _ in found) / every
        whole += wc
        if value is not None:
            parts.append((wc, value))
    out["cmi_coverage"] = covered / whole
    enough = out["cmi_coverage"] >= rules["minimum_coverage"] - 1e-9
    out["cmi"] = 100 * (mean(parts) - 1) / 4 if enough else None
    given, total = [], 0.0
    for d in rules["drivers"]:
        w = weights.get(d["key"], d["weight"])
        total += w
        said = latest(health, who, d["key"], None)
        if said is None:
            continue
        if "categories" in d:
            given.append((w, d["categories"][said]))
        else:
            worst = bounds.get(d["key"], d)["worst"]
            best = bounds.get(d["key"], d)["best"]
            given.append((w, max(0.0, min(100.0, 100 * (float(said) - worst) / (best - worst)))))
    out["chs_coverage"] = sum(w for w, _ in given) / total
    enough = out["chs_coverage"] >= rules["minimum_coverage"] - 1e-9
    out["chs"] = mean(given) if enough else None
    out["scenario"] = None
    if out["cmi"] is not None and out["chs"] is not None:
        cut = {axis: rules["cuts"]["2x2"][axis][0] for axis in ("cmi", "chs")}
        for o in held:
            for axis, values in o.get("cuts", {}).get("2x2", {}).items():
                cut[axis] = values[0]
        at = {a: "high" if round(out[a], 6) >= cut[a] else "low" for a in ("cmi", "chs")}
        out["scenario"] = next(
            s["name"] for s in rules["scenarios"]
            if s["grid"] == "2x2" and all(s[a] == at[a] for a in at)
        )  # fmt: skip
    return out


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_scores_agree_with_a_reckoning_of_their_own(rules: dict, tmp_path: Path, seed: int) -> None:
    accounts, levels, health = made_up(rules, seed)
    files = [
        write(tmp_path / f"{name}.csv", rows)
        for name, rows in (("accounts", accounts), ("levels", levels), ("health", health))
    ]
    out = tmp_path / "scores.csv"
    assert main(["score", *map(str, files), "--as-of", str(AS_OF), "--out", str(out)]) == 0
    with out.open(encoding="utf-8") as file:
        scored = {row["customer_id"]: row for row in csv.DictReader(file)}
    assert len(scored) == len(accounts)
    placed = 0
    for account in accounts:
        expected = reckoned(rules, account, levels, health)
        row = scored[account["customer_id"]]
        placed += expected["scenario"] is not None
        for key, value in expected.items():
            if value is None:
                assert row[key] == "", (account, key)
            elif isinstance(value, str):
                assert row[key] == value, (account, key)
            else:
                assert float(row[key]) == pytest.approx(value, abs=1e-9), (account, key)
    assert placed > 10
