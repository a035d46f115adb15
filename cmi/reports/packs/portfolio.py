"""What is found about a portfolio for its review: the numbers of the pages, each found once.

The frames are those of the pages that show the same (cmi.portfolio, cmi.moves, cmi.trends).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from cmi import moves, portfolio, trends
from cmi.moves import means, migration
from cmi.reports.packs.setting import Setting, about, rules_sheet
from cmi.reports.scores import score_table
from cmi.scoring import contributions
from cmi.trends import cohorts
from cmi.words import listed

YEARS = cohorts.By(start="year")
MOST_AT_RISK = 8


@dataclass(frozen=True)
class Change:
    """What happened between two days (cmi.moves): the scores of both, the causes of the change of
    the means, the moves that matter, and who went where.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    why: pd.DataFrame
    matter: pd.DataFrame
    flows: pd.DataFrame


@dataclass(frozen=True)
class Found:
    """All that the portfolio pack tells. `scores` are of the customers who are there; `change` is
    None without an earlier day; `cohorts` has the cells of cmi/trends/cohorts.py per score.
    """

    setting: Setting
    wanted: Mapping[str, list[str]]
    scores: pd.DataFrame
    tiles: pd.DataFrame
    change: Change | None
    trend: pd.DataFrame
    mix: pd.DataFrame
    told: Mapping[str, str]
    cohorts: Mapping[str, pd.DataFrame]
    plays: pd.DataFrame
    attention: pd.DataFrame
    unscored: pd.DataFrame
    decisions: pd.DataFrame


def found(
    setting: Setting,
    history: pd.DataFrame,
    rests: pd.DataFrame | None = None,
    wanted: Mapping[str, list[str]] | None = None,
    then: pd.DataFrame | None = None,
    causes: pd.DataFrame | None = None,
) -> Found:
    """The findings for the customers with the `wanted` values of columns.

    `history` has everybody's scores by period, `rests` what they rest on (cmi.freshness.resting);
    `then` has everybody's scores on the earlier day, `causes` why they changed (cmi.moves.causes).
    """
    wanted, rules, grid = wanted or {}, setting.rules, setting.grid
    scores = portfolio.filtered(portfolio.present(setting.everyone), wanted)
    past = portfolio.filtered(history, wanted)
    trend = trends.by_period(past, rules, grid)
    decided = setting.decisions
    return Found(
        setting=setting,
        wanted=wanted,
        scores=scores,
        tiles=portfolio.tiles(scores, rules, grid),
        change=_change(setting, then, causes, wanted),
        trend=trend,
        mix=trends.mix(trend, rules, grid),
        told={axis: _in_words(past, trend, axis) for axis in ("cmi", "chs")},
        cohorts={a: cohorts.heat(past, rules, grid, YEARS, a, rests) for a in ("cmi", "chs")},
        plays=top_plays(scores, setting),
        attention=portfolio.attention(scores, rules, grid, MOST_AT_RISK),
        unscored=portfolio.unscored(scores, rules),
        decisions=decided[decided["customer_id"].isin(scores["customer_id"])],
    )


def _change(
    setting: Setting,
    then: pd.DataFrame | None,
    causes: pd.DataFrame | None,
    wanted: Mapping[str, list[str]],
) -> Change | None:
    if then is None or causes is None or setting.since is None:
        return None
    before, after = migration.between(then, setting.everyone, setting.since, wanted)
    return Change(
        before,
        after,
        why=means.change(causes, migration.groups(before), migration.groups(after)),
        matter=moves.that_matter(before, after, setting.rules, setting.grid),
        flows=migration.flows(before, after, setting.rules, setting.grid),
    )


def _in_words(history: pd.DataFrame, trend: pd.DataFrame, axis: str) -> str:
    """How the median of a score changed, and for whom."""
    name = {"cmi": "Median maturity", "chs": "Median health"}[axis]
    changes = trends.composition(history, trends.change(trend, f"{axis}_median"), axis)
    return trends.in_words(changes, name) or f"{name} is not known yet."


def top_plays(scores: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The plays that most ARR asks for first (cmi.portfolio.next_plays): play (key), title, owner,
    scenarios (names), customers, arr (main currency, missing where not known), first (the names of
    the customers with most ARR), effect.
    """
    chosen = portfolio.next_plays(scores, setting.rules, setting.grid)
    rows = scores.assign(_play=chosen, _arr=portfolio.revenue(scores)).dropna(subset="_play")
    names = {s.key: s.name for s in setting.scenarios}
    told = []
    for key, theirs in rows.groupby("_play"):
        play = setting.rules.play(str(key))
        largest = theirs.sort_values("_arr", ascending=False, na_position="last", kind="stable")
        told.append(
            {
                "play": play.key,
                "title": play.title,
                "owner": play.owner,
                "scenarios": listed([names[s] for s in names if (theirs["scenario"] == s).any()]),
                "customers": len(theirs),
                "arr": theirs["_arr"].sum(min_count=1),
                "first": listed(largest["name"].astype("str").tolist(), 3),
                "effect": play.effect,
            }
        )
    columns = ["play", "title", "owner", "scenarios", "customers", "arr", "first", "effect"]
    plays = pd.DataFrame(told, columns=columns)
    return plays.sort_values(["arr", "customers"], ascending=False, ignore_index=True)


def sheets(found: Found) -> dict[str, pd.DataFrame]:
    """The findings as a workbook, by the name of the sheet."""
    setting, scores = found.setting, found.scores
    pages = {
        "About": about(setting, scores, "Portfolio", found.wanted),
        "Scores": score_table(scores, setting.rules, setting.as_of, setting.grid),
        "Scenarios": found.tiles.assign(key=found.tiles["key"].map(setting.places)).rename(
            columns={"key": "scenario"}
        ),
        "Contributions": contributions(scores, setting.rules),
        "Methodology": rules_sheet(setting.rules),
    }
    if found.change is not None:
        named = found.change.matter.assign(
            **{side: found.change.matter[side].map(setting.places) for side in ("from", "to")}
        )
        flows = found.change.flows
        pages |= {
            "What moved": named,
            "Why": found.change.why,
            "Migration": flows.assign(
                **{s: flows[s].map(lambda p: setting.places.get(p, p)) for s in ("from", "to")}
            ),
        }
    cohort = [cells.assign(score=axis) for axis, cells in found.cohorts.items()]
    return pages | {
        "Trend": _by_name(found.trend, setting),
        "Mix": found.mix.assign(scenario=found.mix["scenario"].map(setting.places)),
        "Cohorts": pd.concat(cohort, ignore_index=True),
        "Plays": found.plays,
        "Look at": found.attention.assign(scenario=found.attention["scenario"].map(setting.places)),
        "Not placed": found.unscored,
        "Decisions": setting.told(found.decisions),
    }


def _by_name(trend: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The columns of a scenario under its name: "customers.retain" as "customers: Retain"."""
    names = {f".{key}": f": {name}" for key, name in setting.places.items()}
    return trend.rename(
        columns=lambda c: next(
            (c.removesuffix(k) + n for k, n in names.items() if c.endswith(k)), c
        )
    )
