"""The pages of the portfolio pack: where it stands, what moved, what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cmi import portfolio
from cmi.reports.packs import portfolio_moves, portfolio_todo
from cmi.reports.packs.charted import numbers, plane_of, went, window
from cmi.reports.packs.page import (
    Bars,
    Block,
    Lines,
    Pack,
    Page,
    Series,
    Tile,
    Tiles,
    Words,
    one,
)
from cmi.reports.packs.portfolio import Found
from cmi.reports.packs.setting import INTERNAL
from cmi.segments import FEWEST
from cmi.trends import cohorts, mix_in_words
from cmi.words import capital, count, day, listed, money, period, share

DRAWN = 400  # customers on the plane; of more the largest
COHORTS = 6
SHARE = '[>=4]0"%";""'  # a smaller part of a bar has no room for its number
BESIDE = 0.42  # the share of a page that stands beside a plane


def pack(found: Found) -> Pack:
    """The portfolio pack."""
    setting, scores = found.setting, found.scores
    chosen = [f"{column}: {listed(values)}" for column, values in found.wanted.items() if values]
    whom = " · ".join(chosen) or "All customers"
    pages = [
        _plane(found),
        _money(found),
        *portfolio_moves.pages(found),
        _trend(found),
        _cohorts(found),
    ]
    if scores.empty:
        pages = [_nobody()]
    else:
        pages += portfolio_todo.pages(found)
    return Pack(
        title="Portfolio review",
        subtitle=portfolio.headline(scores, setting.rules, setting.grid),
        facts=(
            f"{whom}: {count(len(scores), 'customer')}",
            f"As of {day(setting.as_of)}"
            + (f", compared with {day(setting.since)}" if setting.since else ""),
            f"Methodology {setting.rules.version} · {setting.footer(scores).rpartition(' · ')[2]}",
        ),
        mark=INTERNAL,
        footer=setting.footer(scores),
        pages=tuple(pages),
    )


def _nobody() -> Page:
    said = "No customer fits what was chosen. Choose other filters, or another day."
    return Page("There is nobody to review", one(Block(Words((said,)))))


# Where it stands


def _plane(found: Found) -> Page:
    setting, scores = found.setting, found.scores
    rules, grid = setting.rules, setting.grid
    named = portfolio.attention(scores, rules, grid)["customer_id"].tolist()
    plane, left_out = plane_of(scores, setting, named, DRAWN)
    small = ["The larger a mark, the more ARR.", left_out]
    small += [portfolio.other_cuts(scores, rules, grid), portfolio.other_currencies(scores)]
    if len(found.unscored):
        small.append(f"{count(len(found.unscored), 'customer')} without a place on the plane.")
    return Page(
        portfolio.headline(scores, rules, grid).removesuffix("."),
        ((Block(plane),), (Block(Tiles(_tiles(found))),)),
        widths=(1 - BESIDE, BESIDE),
        small_print=" ".join(filter(None, small)),
    )


def _tiles(found: Found) -> tuple[Tile, ...]:
    currency = portfolio.main_currency(found.scores)
    rows = found.tiles.to_dict("records")  # in the order of the scenarios
    told = []
    for scenario, row in zip(found.setting.scenarios, rows, strict=True):
        worth = f"{money(row['arr'], currency)} ARR" if pd.notna(row["arr"]) else ""
        part = f"{share(row['arr_share'])} of it" if pd.notna(row["arr_share"]) else ""
        known = (worth, part) if row["customers"] else ()
        said = " · ".join(filter(None, (*known, scenario.decision)))
        heads = count(int(row["customers"]), "customer")
        told.append(Tile(scenario.name, heads, said, scenario.colour))
    return tuple(told)


def _money(found: Found) -> Page:
    setting = found.setting
    currency = portfolio.main_currency(found.scores)
    names = tuple(s.name for s in setting.scenarios)
    tiles = found.tiles  # in the order of the scenarios
    colours = [s.colour for s in setting.scenarios]
    title = "The customers by scenario; no ARR is known"
    if tiles["arr_share"].notna().any():
        most = int(tiles["arr_share"].fillna(-1).to_numpy().argmax())
        title = f"{share(tiles['arr_share'].max())} of the ARR stands in {names[most]}"
    scale, unit = _scale(tiles["arr"].max())
    arr, heads = numbers(tiles["arr"] / scale), numbers(tiles["customers"].astype("float64"))
    named = " ".join(filter(None, (unit, currency)))
    return Page(
        title,
        (
            (Block(_coloured(names, heads, colours, "0"), "Customers"),),
            (Block(_coloured(names, arr, colours, "#,##0.0"), f"ARR, {named}".strip(", ")),),
        ),
        small_print=portfolio.other_currencies(found.scores),
    )


def _scale(largest: float) -> tuple[float, str]:
    """By what money is divided so that its figures are short, and what they are called then."""
    return next(
        ((by, unit) for by, unit in ((1e9, "bn"), (1e6, "M"), (1e3, "k")) if largest >= by),
        (1.0, ""),
    )


def _coloured(
    names: tuple[str, ...], values: tuple[float | None, ...], colours: list[str], form: str
) -> Bars:
    """Bars with a colour each: a series per bar, so that each keeps it when it is edited."""
    series = tuple(
        Series(name, tuple(v if m == n else None for m in range(len(names))), colour)
        for n, (name, v, colour) in enumerate(zip(names, values, colours, strict=True))
    )
    return Bars(names, series, form)


# Over time


def _trend(found: Found) -> Page:
    trend = found.trend
    labels = tuple(period(when) for when in trend["period"])
    if trend[["cmi_median", "chs_median"]].notna().sum().max() < 2:
        said = "Two quarters with scores will show it. " + " ".join(found.told.values())
        return Page("Is it getting better?", one(Block(Words((said,)))))
    lines = Lines(
        labels,
        tuple(
            Series(name, numbers(trend[f"{axis}_median"]), colour)
            for axis, name, colour in (("chs", "Health", "accent"), ("cmi", "Maturity", "quiet"))
            if trend[f"{axis}_median"].notna().any()
        ),
        window(trend[["cmi_median", "chs_median"]]),
    )
    parts = found.mix.pivot(index="period", columns="scenario", values="share")  # noqa: PD010
    parts = parts.reindex(trend["period"]).dropna(how="all")
    mix = Bars(
        tuple(period(when) for when in parts.index),
        tuple(
            Series(s.name, numbers(parts[s.key] * 100), s.colour) for s in found.setting.scenarios
        ),
        SHARE,
        columns=True,
        stacked=True,
        bounds=(0, 100),
    )
    where = mix_in_words(found.mix, found.setting.rules, found.setting.grid)
    said = f"{capital(where)}." if where else ""
    medians = {"median health": trend["chs_median"], "median maturity": trend["cmi_median"]}
    return Page(
        went(medians),
        (
            (Block(lines, "Median scores by quarter"),),
            (Block(mix, "Where the scored customers stood", said),),
        ),
        lead=" ".join(found.told[axis] for axis in ("chs", "cmi")),
        small_print="Each quarter is scored by the methodology of then.",
    )


def _cohorts(found: Found) -> Page:
    title = "Do those who began together grow?"
    blocks = []
    for axis, name in (("chs", "Health"), ("cmi", "Maturity")):
        cells = found.cohorts[axis]
        sure = cells[~cells["few"] & ~cells["carried"]]
        shown = cohorts.matrix(cohorts.most(sure.dropna(subset="value"), cohorts.START, COHORTS))
        if not cohorts.grows(sure):
            continue
        sizes = dict(zip(cells["cohort"], cells["size"], strict=True))
        colours = _shades(len(shown))
        series = tuple(
            Series(f"{cohort} ({sizes[str(cohort)]})", numbers(row), colour)
            for (cohort, row), colour in zip(shown.iterrows(), colours, strict=True)
        )
        ages = tuple(f"{int(age)}" for age in shown.columns)
        drawn = Lines(ages, series, window(shown), axis="quarters since the start")
        blocks.append((Block(drawn, f"{name}: median of a year's starters, by age in quarters"),))
    if not blocks:
        said = (
            f"A year's starters need {FEWEST} customers with news of two quarters: "
            "then their lines stand here."
        )
        return Page(title, one(Block(Words((said,)))))
    return Page(
        title,
        tuple(blocks),
        lead="A line per year in which customers started, with how many they are in brackets.",
        small_print=f"Left out: values of fewer than {FEWEST} customers or half of a cohort, and "
        "those that are only carried over.",
    )


def _shades(number: int) -> list[str]:
    """From pale to strong: the youngest cohort stands out."""
    light, dark = np.array([0x9F, 0xB6, 0xEA]), np.array([0x12, 0x2E, 0x7A])
    parts = np.linspace(0, 1, number) if number > 1 else np.array([1.0])
    return [
        "#{:02X}{:02X}{:02X}".format(*(light + (dark - light) * p).round().astype(int))
        for p in parts
    ]
