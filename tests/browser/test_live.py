"""The live plane in a real browser: its arithmetic is Python's, and dragging paints at once."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Dashboard, _running
from customers import assessments, crm, csv_file, thirty
from playwright.sync_api import BrowserContext, Locator, Page, expect
from portfolios import random_snapshot, rules
from steps import go, idle, visit
from test_hostile import FOREIGN, HOSTILE
from test_looks import PICTURES

from cmi import proposal
from cmi.intake import Upload, load
from cmi.methodology import (
    Bounds,
    CutOverride,
    Cuts,
    GridKey,
    Methodology,
    Override,
    shipped,
)
from cmi.proposal import Proposal
from cmi.scoring import score
from cmi.store import Store
from cmi.ui.refine import live

# Scores under other weights and cuts, by the program that the live plane runs.
SCORED = """async ({program, content, weights, cuts}) => {
    const address = URL.createObjectURL(new Blob([program], {type: 'text/javascript'}));
    const {health, inForce, maturity, place, read} = await import(address);
    const block = read(Uint8Array.from(atob(content), letter => letter.charCodeAt(0)));
    const cmi = new Float64Array(block.rows), chs = new Float64Array(block.rows);
    const places = new Uint8Array(block.rows), all = {...inForce(block.rules), ...weights};
    maturity(block, all, cmi);
    health(block, all, chs);
    place(block, cuts ?? block.rules.cuts[block.grid], cmi, chs, places);
    const key = place => block.rules.scenarios[place]?.key ?? null;
    return {cmi: [...cmi], chs: [...chs], places: [...places].map(key), names: block.names};
}"""
EAST = Override(
    columns=("region",), values=("EAST",), why="Own.", weights=(("people", 0.0), ("logins", 9.0)),
    cuts=(("2x2", CutOverride(cmi=(40.0,))), ("3x3", CutOverride(chs=(20.0, 30.0)))),
)  # fmt: skip
NEW = Override(
    columns=("Stage",), values=("Onboarding",), why="Own.", weights=(("charter_goals", 3.0),),
    bounds=(("logins", Bounds(worst=0, best=20)),), cuts=(("2x2", CutOverride(chs=(61.5,))),),
)  # fmt: skip
METHODOLOGIES: dict[str, Methodology] = {
    "as shipped": shipped(),
    "without exceptions": rules(),
    "exceptions that meet": rules(overrides=(EAST, NEW)),
    "exceptions, the other way round": rules(overrides=(NEW, EAST)),
    "nothing is too little": rules(minimum_coverage=0.0),
    "everything is needed": rules(minimum_coverage=1.0, overrides=(EAST,)),
    "stale ones drop out": rules(stale="drop", minimum_coverage=0.3),
}


def portfolio(methodology: Methodology, seed: int, grid: GridKey) -> pd.DataFrame:
    frame = random_snapshot(methodology, 400, seed)
    rng = np.random.default_rng(seed)
    frame["arr"] = np.where(rng.random(400) < 0.2, np.nan, rng.integers(0, 10**6, 400))
    frame["currency"] = pd.Series(rng.choice(["EUR", "USD", None], 400), dtype="str")
    return score(frame, methodology, grid)


def any_proposal(methodology: Methodology, seed: int, grid: GridKey) -> Proposal:
    """Other weights, a third of them 0, and other cuts; of each family one part still counts."""
    rng = np.random.default_rng(seed)
    families = [methodology.characteristics, methodology.drivers]
    families += [c.factors for c in methodology.characteristics]
    weights = {}
    for family in families:
        given = rng.uniform(0, 40, len(family)) * (rng.random(len(family)) > 1 / 3)
        given[rng.integers(len(family))] = 7.0
        weights |= {p.key: float(w) for p, w in zip(family, given, strict=True)}
    cuts = np.sort(rng.uniform(1, 99, (2, 1 if grid == "2x2" else 2)))
    own = Cuts(cmi=tuple(map(float, cuts[0])), chs=tuple(map(float, cuts[1])))
    return Proposal(tuple(sorted(weights.items())), ((grid, own),))


def in_the_browser(
    page: Page, scores: pd.DataFrame, methodology: Methodology, grid: GridKey, said: Proposal
) -> Any:
    message = said.as_message()
    return page.evaluate(
        SCORED,
        {
            "program": live.program(),
            "content": base64.b64encode(live.block(scores, methodology, grid)).decode(),
            "weights": message["weights"],
            "cuts": message["cuts"].get(grid),
        },
    )


@pytest.mark.parametrize("grid", ["2x2", "3x3"])
@pytest.mark.parametrize("name", METHODOLOGIES)
def test_the_browser_scores_as_python_does(page: Page, name: str, grid: GridKey) -> None:
    methodology = METHODOLOGIES[name]
    for seed in range(3):
        scores = portfolio(methodology, seed, grid)
        for said in (Proposal(), any_proposal(methodology, seed, grid)):
            expected = proposal.rescored(scores, said.applied(methodology), grid)
            found = in_the_browser(page, scores, methodology, grid, said)
            assert 0 < expected["scenario"].notna().sum() < 400 or name == "nothing is too little"
            for axis in ("cmi", "chs"):
                np.testing.assert_allclose(
                    np.array(found[axis], dtype=float), expected[axis], rtol=0, atol=1e-9
                )
            places = expected["scenario"].astype("object").where(expected["scenario"].notna(), None)
            assert found["places"] == places.tolist()


def test_a_characteristic_without_weight_does_not_count_in_the_browser_either(page: Page) -> None:
    methodology = replace(rules(), overrides=())
    said = Proposal((("charter", 0.0), ("people_roles", 0.0), ("logins", 0.0)))
    scores = portfolio(methodology, 1, "2x2")
    expected = proposal.rescored(scores, said.applied(methodology), "2x2")
    found = in_the_browser(page, scores, methodology, "2x2", said)
    np.testing.assert_allclose(
        np.array(found["cmi"], dtype=float), expected["cmi"], rtol=0, atol=1e-9
    )
    assert (expected["cmi"].notna() & (expected["cmi"] != scores["cmi"])).any()


def test_a_score_equal_to_a_cut_is_above_it_in_the_browser_too(page: Page) -> None:
    # 0.1 + 0.2 of the weight and their like: sums that miss a round number by their last digit.
    methodology = METHODOLOGIES["without exceptions"]
    scores = portfolio(methodology, 2, "2x2")
    on_the_cut = float(np.round(scores["cmi"].dropna().iloc[0], 6))
    said = Proposal((), (("2x2", Cuts(cmi=(on_the_cut,), chs=(50.0,))),))
    expected = proposal.rescored(scores, said.applied(methodology), "2x2")
    found = in_the_browser(page, scores, methodology, "2x2", said)
    assert found["places"] == [None if pd.isna(p) else p for p in expected["scenario"]]


# The colour of the ground at CMI 10 and CHS 20, where nothing is written.
TINT = """canvas => {
    const x = 62 + 13 / 106 * (canvas.width - 100);
    const y = canvas.height - 52 - 23 / 106 * (canvas.height - 82);
    return [...canvas.getContext('2d').getImageData(Math.round(x), Math.round(y), 1, 1).data];
}"""


# What a person does


def opened(page: Page, address: str) -> Page:
    """The Weights page, painted; `painted` counts from here on how often it paints."""
    visit(page, address)
    expect(share(page, "Charter")).to_be_visible()
    expect(page.locator(".live .headline")).not_to_be_empty()
    page.evaluate(
        """() => {
            window.painted = 0;
            document.querySelector('[data-testid=stBidiComponentIsolated]')
                .addEventListener('painted', () => painted++);
        }"""
    )
    idle(page)
    return page


def share(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=f"{name}, share in %", exact=True)


def number(page: Page, name: str) -> Locator:
    return page.get_by_label(f"{name}, share in %, as a number", exact=True)


def shares(page: Page, *names: str) -> list[float]:
    """What the fields hold once the next frame is painted."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [float(number(page, name).input_value()) for name in names]


def on_the_plane(page: Page, cmi: float, chs: float) -> tuple[float, float]:
    """Where a place on the live plane is on the screen; see the margins in plane.js."""
    box = page.locator(".plane").bounding_box()
    assert box is not None
    x = box["x"] + 62 + (cmi + 3) / 106 * (box["width"] - 62 - 38)
    y = box["y"] + box["height"] - 52 - (chs + 3) / 106 * (box["height"] - 30 - 52)
    return x, y


def drag(page: Page, slider: Locator, start: float, end: float) -> None:
    """Take the slider's handle from one share to another, and hold it there."""
    box = slider.bounding_box()
    assert box is not None
    left, width, y = box["x"] + 8, box["width"] - 16, box["y"] + box["height"] / 2
    page.mouse.move(left + width * start / 100, y)
    page.mouse.down()
    page.mouse.move(left + width * end / 100, y, steps=15)


FOUR = ("Charter", "People", "Process", "Technology")


def test_dragging_paints_without_a_word_to_the_server(page: Page, dashboard: Dashboard) -> None:
    said: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda f: said.append(f)))  # noqa: PLW0108
    opened(page, f"{dashboard.url}/weights")
    expect(page.get_by_text("Nothing differs from what is in force.")).to_be_visible()
    before = page.locator(".cell .people").all_inner_texts()
    said.clear()
    drag(page, share(page, "Charter"), 25, 70)
    expect(number(page, "Charter")).to_have_value("70")
    expect(page.locator(".headline")).to_contain_text("change scenario")
    assert page.evaluate("painted") >= 5
    assert page.locator(".cell .people").all_inner_texts() != before
    assert page.locator(".cell .change").all_inner_texts() != [""] * 4
    assert said == []
    assert shares(page, *FOUR) == [70, 10, 10, 10]
    told = page.locator(".headline").inner_text()
    page.mouse.up()
    expect(page.get_by_text("Who would change scenario?")).to_be_visible()
    idle(page)
    # Python counts as the browser did.
    assert page.get_by_text(f"{told.split()[0]} customers of ").is_visible()
    assert "proposal=charter-70~people-10" in page.url
    assert said != []


def test_every_weight_moves_by_keyboard(page: Page, dashboard: Dashboard) -> None:
    opened(page, f"{dashboard.url}/weights")
    slider = share(page, "Charter")
    for key, expected in (
        ("ArrowRight", [26, 24.7, 24.7, 24.6]),
        ("PageUp", [36, 21.4, 21.3, 21.3]),
        ("Shift+ArrowLeft", [35.9, 21.4, 21.4, 21.3]),
        ("End", [100, 0, 0, 0]),
        ("Home", [0, 33.4, 33.3, 33.3]),
    ):
        slider.press(key)
        expect(number(page, "Charter")).to_have_value(f"{expected[0]:g}")
        assert shares(page, *FOUR) == expected
        assert sum(shares(page, *FOUR)) == pytest.approx(100)


def test_a_number_is_typed_and_nonsense_is_taken_back(page: Page, dashboard: Dashboard) -> None:
    opened(page, f"{dashboard.url}/weights")
    field = number(page, "People")
    field.fill("40,4 %")
    field.press("Enter")
    expect(field).to_have_value("40.4")
    assert sum(shares(page, *FOUR)) == pytest.approx(100)
    for nonsense in ("much", "", "1e999"):
        field.fill(nonsense)
        field.press("Enter")
        expect(field).to_have_value("40.4")
    field.fill("300")
    field.press("Enter")
    assert shares(page, *FOUR) == [0, 100, 0, 0]


def test_keys_in_a_quick_row_are_all_counted_and_undone_as_one(
    page: Page, dashboard: Dashboard
) -> None:
    opened(page, f"{dashboard.url}/weights")
    slider, field = share(page, "Charter"), number(page, "People")
    slider.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expect(number(page, "Charter")).to_have_value("32")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(number(page, "Charter")).to_have_value("25")
    field.focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(field).to_have_value("28")


def test_who_leaves_the_page_at_once_loses_nothing(page: Page, dashboard: Dashboard) -> None:
    opened(page, f"{dashboard.url}/weights")
    share(page, "Charter").press("PageUp")
    go(page, "Trends")
    expect(page.get_by_text("Median maturity").first).to_be_visible()
    go(page, "Weights")
    expect(number(page, "Charter")).to_have_value("35")


def test_a_lock_holds_one_while_the_others_share_the_rest(page: Page, dashboard: Dashboard) -> None:
    opened(page, f"{dashboard.url}/weights")
    lock = page.get_by_role("button", name="Hold People", exact=True)
    lock.press("Enter")
    expect(lock).to_have_attribute("aria-pressed", "true")
    expect(share(page, "People")).to_be_disabled()
    field = number(page, "Charter")
    field.fill("35")
    field.press("Enter")
    expect(field).to_have_value("35")
    assert shares(page, *FOUR) == [35, 25, 20, 20]
    field.fill("90")  # no more than what is not held
    field.press("Enter")
    expect(field).to_have_value("75")
    assert shares(page, *FOUR) == [75, 25, 0, 0]


def test_factors_and_drivers_open_beneath(page: Page, dashboard: Dashboard) -> None:
    opened(page, f"{dashboard.url}/weights")
    expect(share(page, "Seats in use")).to_be_hidden()
    more = page.get_by_role("button", name="What Usage is made of")
    more.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    # 9, 15 and 10 of 34
    assert shares(page, "Seats in use", "Product use", "Breadth of use") == [26.5, 44.1, 29.4]
    field = number(page, "Seats in use")
    field.fill("50")
    field.press("Enter")
    assert sum(shares(page, "Seats in use", "Product use", "Breadth of use")) == pytest.approx(100)
    expect(number(page, "Usage")).to_have_value("34")
    expect(page.get_by_text("of the weight of health lies elsewhere")).to_be_visible()


def test_undo_redo_presets_and_two_proposals(page: Page, dashboard: Dashboard) -> None:
    opened(page, f"{dashboard.url}/weights")
    undo, redo = (page.get_by_role("button", name=n, exact=True) for n in ("Undo", "Redo"))
    expect(undo).to_be_disabled()
    share(page, "Charter").press("PageUp")
    number(page, "Support").fill("40")
    number(page, "Support").press("Enter")
    undo.click()
    expect(number(page, "Support")).to_have_value("22")
    expect(number(page, "Charter")).to_have_value("35")
    share(page, "Charter").press("Control+z")
    expect(number(page, "Charter")).to_have_value("25")
    expect(undo).to_be_disabled()
    redo.click()
    expect(number(page, "Charter")).to_have_value("35")
    page.get_by_role("button", name="B", exact=True).click()
    page.get_by_role("button", name="Equal", exact=True).click()
    expect(number(page, "Charter")).to_have_value("25")
    expect(number(page, "Usage")).to_have_value("25")  # three of twelve drivers
    expect(page.get_by_text("Compared with").first).to_be_visible()
    page.get_by_role("button", name="A", exact=True).click()
    expect(number(page, "Charter")).to_have_value("35")
    page.get_by_role("button", name="In force", exact=True).click()
    expect(number(page, "Charter")).to_have_value("25")
    expect(page.get_by_text("Nothing differs from what is in force.")).to_be_visible()


def test_a_cut_is_dragged_on_the_plane_and_moved_by_keyboard(
    page: Page, stocked: Dashboard
) -> None:
    # Six customers each have CMI 0, 25, 50, 75 and 100.
    opened(page, f"{stocked.url}/weights")
    knob = page.get_by_role("slider", name="Maturity cut", exact=True)
    page.mouse.move(*on_the_plane(page, 50, 20))
    page.mouse.down()
    page.mouse.move(*on_the_plane(page, 60, 20), steps=6)
    expect(knob).to_have_attribute("aria-valuenow", "60")
    expect(page.locator(".headline")).to_have_text("6 customers change scenario: 600 k USD ARR")
    page.mouse.up()
    expect(page.get_by_text("6 customers of 30, 600 k USD ARR.")).to_be_visible()
    for key, cut in (("ArrowRight", 61), ("PageDown", 56), ("ArrowDown", 55)):
        knob.press(key)
        expect(knob).to_have_attribute("aria-valuenow", str(cut))
    field = page.get_by_label("Maturity cut, as a number")
    field.fill("500")
    field.press("Enter")
    expect(field).to_have_value("99")  # a cut never leaves the plane
    # Who stands at 100 is still above it; 50 and 75 have gone below.
    expect(page.locator(".headline")).to_have_text("12 customers change scenario: 1.2 M USD ARR")


def test_two_cuts_of_an_axis_never_meet(page: Page, stocked: Dashboard) -> None:
    opened(page, f"{stocked.url}/weights?grid=3x3")
    low = page.get_by_label("Health cut low, as a number")
    low.fill("95")
    low.press("Enter")
    expect(low).to_have_value("65.7")  # a point under the high one, 66.7
    expect(page.locator(".cell")).to_have_count(9)
    expect(page.get_by_text("The health cut lies at 65.67 and 66.67")).to_be_visible()


def test_a_proposal_outlives_a_visit_to_another_page(page: Page, stocked: Dashboard) -> None:
    opened(page, f"{stocked.url}/weights?proposal=charter-40~people-20~process-20~technology-20")
    assert shares(page, *FOUR) == [40, 20, 20, 20]
    share(page, "Charter").press("ArrowRight")
    expect(page).to_have_url(re.compile("proposal=charter-41"))
    go(page, "Trends")
    go(page, "Weights")
    expect(number(page, "Charter")).to_have_value("41")
    page.get_by_text("3x3", exact=True).click()
    expect(page.locator(".cell")).to_have_count(9)
    expect(number(page, "Charter")).to_have_value("41")


def test_hovering_says_who_it_is_and_hostile_names_stay_text(page: Page, tmp_path: Path) -> None:
    people = thirty(HOSTILE)
    store = Store(tmp_path / "portfolio.duckdb")
    uploads = (
        Upload("crm.csv", csv_file(crm(people))),
        Upload("levels.xlsx", assessments(people)),
    )
    load(uploads, store, shipped())
    store.close()
    with _running(tmp_path) as dashboard:
        opened(page, f"{dashboard.url}/weights?proposal=2x2-60-50")
        for customer in people[: len(HOSTILE)]:
            page.mouse.move(*on_the_plane(page, customer.cmi, customer.chs))
            tip = page.locator(".tip")
            expect(tip.locator("b")).to_have_text(customer.name)
            expect(tip).to_contain_text(f"Health {customer.chs} · Maturity {customer.cmi}")
            assert page.evaluate(FOREIGN) == []
        page.mouse.move(*on_the_plane(page, 50, 80))
        expect(page.locator(".tip")).to_contain_text("Expand and leverage → Retain")
        page.mouse.move(*on_the_plane(page, 12, 20))
        expect(page.locator(".tip")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("grid", ["2x2", "3x3"])
def test_the_live_plane_has_the_colours_of_its_page(
    new_context: Callable[..., BrowserContext], dashboard: Dashboard, theme: str, grid: str
) -> None:
    page = new_context(color_scheme=theme).new_page()
    opened(page, f"{dashboard.url}/weights?grid={grid}")
    share(page, "Charter").press("End")
    expect(page.get_by_text("Who would change scenario?")).to_be_visible()
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"weights {grid} {theme}.png")
    paper = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}[theme]
    expect(page.locator(".knob").first).to_have_css("background-color", paper)
    # The tint of the lower left cell is the colour of its scenario, thin.
    scenario = next(s for s in shipped().grid(grid) if (s.cmi, s.chs) == ("low", "low"))
    colour = scenario.colour if theme == "light" else scenario.colour_dark
    tint = page.locator(".plane canvas").first.evaluate(TINT)
    assert tint[:3] == pytest.approx([int(colour[n : n + 2], 16) for n in (1, 3, 5)], abs=12)
    assert tint[3] == pytest.approx({"light": 25, "dark": 36}[theme], abs=2)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
