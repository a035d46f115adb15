"""The shipped words, walked both ways: nothing dangles, nothing is left out, all can be seen."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import numpy as np
import plotly.graph_objects as go
import pytest

from cmi.methodology import Factor, GridKey, Scenario, shipped

RULES = shipped()
GRIDS: tuple[GridKey, ...] = ("2x2", "3x3")
THEMES = {"colour": "#FFFFFF", "colour_dark": "#12161C"}
BARE = re.compile(
    r"(very )?(low|medium|high|poor|good|basic|advanced|weak|strong|none|some|yes|no)"
)
VAGUE = re.compile(
    r"\b(often|rarely|sometimes|usually|mostly|somewhat|fairly|very|low|high)\b", re.I
)

# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB
EYES = {
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = XYZ.sum(axis=1)


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """As in WCAG 2: from 1 (the same) to 21 (black on white)."""
    dark, light = sorted(XYZ[1] @ linear(colour) for colour in (one, other))
    return float((light + 0.05) / (dark + 0.05))


def lab(rgb: np.ndarray) -> np.ndarray:
    t = XYZ @ rgb / WHITE
    x, y, z = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def seen(colour: str, eye: str) -> np.ndarray:
    """CIELAB of a colour as somebody with this eye sees it."""
    return lab(np.clip(np.array(EYES[eye]) @ linear(colour), 0, 1))


def test_every_scenario_has_its_number_of_plays() -> None:
    for scenario in RULES.grid("2x2"):
        assert len(scenario.plays) in {3, 4}, scenario.key
    for scenario in RULES.grid("3x3"):
        assert len(scenario.plays) in {2, 3}, scenario.key
    assert all(len(set(s.plays)) == len(s.plays) for s in RULES.scenarios)


def test_every_play_is_used_by_a_scenario_and_every_item_is_improved_by_a_play() -> None:
    assert {p.key for p in RULES.plays} == {key for s in RULES.scenarios for key in s.plays}
    assert {i.key for i in RULES.items} == {key for p in RULES.plays for key in p.improves}


def test_every_play_has_three_or_four_steps_that_are_sentences() -> None:
    for play in RULES.plays:
        assert len(play.steps) in {3, 4}, play.key
        assert all(re.fullmatch(r"[A-Z].*\.", step) for step in (*play.steps, play.effect)), play


@pytest.mark.parametrize("factor", RULES.factors, ids=lambda f: f.key)
def test_every_level_of_a_factor_can_be_told_from_the_others_in_a_conversation(
    factor: Factor,
) -> None:
    assert len({level.casefold() for level in factor.levels}) == 5
    for level in factor.levels:
        assert re.fullmatch(r"[A-Z].*[^.]\.", level), level
        assert 5 <= len(level.split()) <= 22, level
        assert not BARE.fullmatch(level.rstrip(".").casefold()), level
        assert not VAGUE.search(level), level
    assert factor.question.endswith("?")
    assert len(factor.name.split()) <= 3


def test_no_anchor_serves_two_factors() -> None:
    anchors = Counter(level for f in RULES.factors for level in f.levels)
    assert set(anchors.values()) == {1}


def test_every_characteristic_asks_what_how_well_and_in_which_relation() -> None:
    for characteristic in RULES.characteristics:
        aspects = [f.aspect for f in characteristic.factors]
        assert aspects == ["what", "how_well", "relation"], characteristic.key
        assert {f.weight for f in characteristic.factors} == {1}


def test_every_driver_says_why_it_counts() -> None:
    for driver in RULES.drivers:
        assert re.fullmatch(r"[A-Z].{40,}\.", driver.why), driver.key
    assert len({d.why for d in RULES.drivers}) == len(RULES.drivers)


def test_drivers_weigh_one_hundred_together_and_fill_every_group() -> None:
    assert sum(d.weight for d in RULES.drivers) == 100
    assert sum(c.weight for c in RULES.characteristics) == 100
    assert {d.group for d in RULES.drivers} == {g.key for g in RULES.groups}


def test_bounds_and_categories_lie_within_what_is_possible() -> None:
    for driver in RULES.drivers:
        low, high = driver.range
        for bound in (driver.worst, driver.best):
            assert bound is None or low is None or low <= bound, driver.key
            assert bound is None or high is None or bound <= high, driver.key
        points = [p for _, p in driver.categories]
        assert points == sorted(points), driver.key


def test_the_weights_of_onboarding_still_add_up_to_one_hundred() -> None:
    onboarding = dict(RULES.overrides[0].weights)
    assert set(onboarding) == {d.key for d in RULES.drivers}
    assert sum(onboarding.values()) == 100


def test_onboarding_asks_less_use_and_more_relationship() -> None:
    override = RULES.overrides[0]
    group = {d.key: d.group for d in RULES.drivers}
    usual, then = Counter[str](), Counter[str]()
    for driver in RULES.drivers:
        usual[driver.group] += int(driver.weight)
    for key, weight in override.weights:
        then[group[key]] += int(weight)
    assert then["relationship"] > usual["relationship"]
    assert then["usage"] < usual["usage"]
    assert then["commercial"] < usual["commercial"]
    assert dict(override.bounds)["usage"].best < 60
    assert dict(override.cuts)["2x2"].chs == (45,)


def test_names_are_unique() -> None:
    for things in (RULES.characteristics, RULES.groups, RULES.items, RULES.grid("2x2")):
        names = [thing.name.casefold() for thing in things]
        assert len(set(names)) == len(names)
    names = [s.name.casefold() for s in RULES.grid("3x3")]
    assert len(set(names)) == 9
    titles = [p.title.casefold() for p in RULES.plays]
    assert len(set(titles)) == len(titles)


def test_keys_of_scenarios_are_unique_across_both_grids() -> None:
    assert len({s.key for s in RULES.scenarios}) == 13


@pytest.mark.parametrize("grid", GRIDS)
def test_a_grid_gives_every_scenario_its_own_look_and_priority(grid: GridKey) -> None:
    scenarios = RULES.grid(grid)
    for looks in (
        [s.colour.upper() for s in scenarios],
        [s.colour_dark.upper() for s in scenarios],
        [s.symbol for s in scenarios],
    ):
        assert len(set(looks)) == len(scenarios)
    assert [s.priority for s in scenarios] == list(range(1, len(scenarios) + 1))


def test_corners_look_the_same_in_both_grids() -> None:
    looks = {
        grid: {
            (s.cmi, s.chs): (s.colour, s.colour_dark, s.symbol)
            for s in RULES.grid(grid)
            if "mid" not in {s.cmi, s.chs}
        }
        for grid in GRIDS
    }
    assert looks["2x2"] == looks["3x3"]


def test_a_decision_fits_on_a_tile_and_a_summary_in_two_sentences() -> None:
    for scenario in RULES.scenarios:
        assert len(scenario.name.split()) <= 3, scenario.key
        assert len(scenario.decision.split()) <= 8, scenario.key
        assert re.fullmatch(r"[A-Z][^.]*\.", scenario.decision), scenario.key
        assert re.fullmatch(r"[A-Z][^.]*\.( [A-Z][^.]*\.)?", scenario.summary), scenario.key
        assert re.fullmatch(r"Do not [^.]*\.", scenario.avoid), scenario.key


def test_contrast_and_lightness_are_computed_as_the_standards_say() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert lab(linear("#FFFFFF")) == pytest.approx([100, 0, 0], abs=1e-6)
    assert lab(linear("#FF0000")) == pytest.approx([53.2, 80.1, 67.2], abs=0.1)


@pytest.mark.parametrize("theme", THEMES)
def test_markers_stand_out_from_the_page(theme: str) -> None:
    for scenario in RULES.scenarios:
        assert contrast(getattr(scenario, theme), THEMES[theme]) >= 3, scenario.key


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("grid", "apart"), [("2x2", 20), ("3x3", 6)])
def test_colours_stay_apart_for_eyes_that_confuse_red_and_green(
    grid: GridKey, apart: float, theme: str, eye: str
) -> None:
    for one, other in itertools.combinations(RULES.grid(grid), 2):
        a, b = (seen(getattr(s, theme), eye) for s in (one, other))
        assert np.linalg.norm(a - b) >= apart, (one.key, other.key)


@pytest.mark.parametrize("scenario", RULES.scenarios, ids=lambda s: s.key)
def test_every_symbol_can_be_drawn(scenario: Scenario) -> None:
    go.Scatter(marker={"symbol": scenario.symbol})
