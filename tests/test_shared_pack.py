"""What a customer may read of its pack, and what it must never find in any part of the file."""

from __future__ import annotations

import ast
import dataclasses
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from html import escape
from pathlib import Path

import pytest
from packed import TODAY, World, fill, names, parts, rules, secrets, told
from portfolios import add, customer
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from cmi.reports.packs import files, shared, telling
from cmi.store import Store

SHARED = Path(shared.__file__)
FORMS = ("pptx", "xlsx", "html")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    store = Store()
    fill(store, names(8))
    yield World(store).decided()
    store.close()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("segment", [None, "Region"])
def test_no_part_of_a_shared_file_says_what_the_customer_must_not_read(world, form, segment):
    name, content = files.of_customer(world.setting, world.known("c00"), "shared", form, segment)
    assert secrets(content) == set()
    assert name == f"for Acme 2026-06-30.{form}"
    assert "Acme" in "".join(text for _, text in parts(content))


@pytest.mark.parametrize("form", FORMS)
def test_the_same_search_finds_all_of_it_in_the_internal_file(world, form):
    name, content = files.of_customer(world.setting, world.known("c00"), "internal", form)
    sought = {"zzdriver", "zzscenario", "zzplay", "zzstep", "zzeffect", "health", "ARR"}
    assert sought <= secrets(content)
    assert name == f"Acme internal 2026-06-30.{form}"


def test_the_same_search_looks_into_charts_and_finds_other_customers(world):
    _, content = files.of_portfolio(world.found(), "pptx")
    inside = [name for name, _ in parts(content)]
    assert any(".xlsx/xl/worksheets/" in name for name in inside)
    assert "zzother" in secrets(content)
    workbooks = [text for name, text in parts(content) if ".xlsx/xl/" in name]
    assert any("ZZscenario" in text for text in workbooks)


def test_what_the_customer_is_told_does_not_depend_on_its_health_money_or_owner(store):
    rich = names(8)
    fill(store, rich)
    other = Store()
    rows = [customer(i, "2026-03-31", name=n, arr=1.0, owner="Bo", currency="EUR", Region="North",
                     start_date="2025-11-01") for i, n in rich.items()]  # fmt: skip
    seen = []
    for n, key in enumerate(rich):
        for on, more in ((date(2026, 3, 31), 0), (TODAY, 1)):
            seen += told(rules(), key, min(5, 2 + n % 3 + more), 1.0, on)
    add(other, "all.csv", rows, seen)
    there, here = World(store).decided(), World(other, since=None)
    assert telling.told(there.setting, there.known("c00"), "Region") == telling.told(
        here.setting, here.known("c00"), "Region"
    )
    other.close()


def test_a_customer_with_fewer_than_five_peers_sees_no_benchmark(store):
    fill(store, names(5))
    world = World(store)
    told_ = telling.told(world.setting, world.known("c00"))
    assert told_.peers is None
    assert [side.median for side in told_.sides] == [None] * 4
    said = "".join(text for _, text in parts(files.of_customer(
        world.setting, world.known("c00"), "shared", "html")[1]))  # fmt: skip
    assert "too few organisations like yours" in said
    assert "Median of your peers" not in said


def test_a_customer_with_five_peers_sees_their_median_and_its_own(store):
    # Levels today: 3, 4, 5, 3, 4, 5 -> median of all six 4.0; the customer stands at 3.
    fill(store, names(6))
    world = World(store)
    told_ = telling.told(world.setting, world.known("c00"), "Region")
    assert told_.peers == shared.Peers(5, "North", 75.0)
    assert [(s.level, s.median) for s in told_.sides] == [(3.0, 4.0)] * 4
    assert told_.maturity == 50.0
    assert told_.assessed == TODAY


def test_a_customer_without_a_value_in_the_column_has_no_peers(store):
    fill(store, names(8))
    add(store, "new.csv", [customer("new", "2026-06-30", name="New")],
        told(rules(), "new", 3, 0.5, TODAY))  # fmt: skip
    world = World(store)
    assert telling.told(world.setting, world.known("new"), "Region").peers is None
    assert telling.told(world.setting, world.known("new")).peers is not None


def test_recommendations_are_the_lowest_factors_with_their_next_level_and_words_for_customers(
    world,
):
    told_ = telling.told(world.setting, world.known("c00"))
    assert len(told_.steps) == telling.STEPS
    offers = {p.to_customer for p in rules().plays if p.to_customer} | {""}
    for step in told_.steps:
        factor = next(f for f in rules().factors if f.name == step.name)
        assert step.level == 3
        assert (step.here, step.above) == (factor.levels[2], factor.levels[3])
        assert step.offer in offers
    assert len({s.offer for s in told_.steps if s.offer}) == len(
        [s for s in told_.steps if s.offer]
    )


def test_a_customer_that_was_never_assessed_reads_what_it_will_be_asked(store):
    fill(store, names(6))
    add(store, "new.csv", [customer("new", "2026-06-30", name="New")])
    world = World(store)
    question = rules().factors[0].question
    for form in FORMS:
        _, content = files.of_customer(world.setting, world.known("new"), "shared", form)
        assert secrets(content) == set()
        said = "".join(text for _, text in parts(content))
        assert any(text in said for text in (question, escape(question)))
    assert "Your profile is still to come: 12 questions" in said
    assert "Your development" not in said
    assert "What we recommend" not in said


@pytest.mark.parametrize(
    ("levels", "title"),
    [
        ((4.7, 4.3, 4.66), "Charter and Process are strongest; People leaves most room"),
        ((2.0, 3.0, 2.0), "People is your strongest side; Charter and Process leave most room"),
        ((3.0, 3.0, 3.0), "All that is known stands at level 3.0"),
    ],
)
def test_sides_that_are_as_strong_are_named_together(world, levels, title):
    told_ = telling.told(world.setting, world.known("c00"))
    names_ = ("Charter", "People", "Process")
    sides = tuple(shared.Side(n, level, None) for n, level in zip(names_, levels, strict=True))
    assert (
        shared.pack(dataclasses.replace(told_, sides=sides, development=())).pages[0].title == title
    )


# The border


def test_the_module_of_the_shared_pack_knows_neither_frames_nor_scores_nor_the_methodology():
    tree = ast.parse(SHARED.read_text(encoding="utf-8"))
    used = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {
        a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names
    }
    assert used == {
        "__future__",
        "dataclasses",
        "datetime",
        "cmi.reports.packs.page",
        "cmi.words",
    }


def test_all_that_crosses_the_border_is_words_numbers_and_days():
    plain = {
        "str",
        "int",
        "float",
        "date",
        "float | None",
        "date | None",
        "tuple[float | None, ...]",
    }
    ours = {name for name, one in vars(shared).items() if dataclasses.is_dataclass(one)}
    own = {n for n in ours if getattr(shared, n).__module__ == shared.__name__}
    for name in own:
        for field in dataclasses.fields(getattr(shared, name)):
            kind = str(field.type).removeprefix("tuple[").removesuffix(", ...]")
            assert str(field.type) in plain or kind.removesuffix(" | None") in own
    assert "Shared" in own


# A template must not bring along what was in it


def _last_quarters_deck() -> bytes:
    """A team's old deck: slides, notes, properties, data beside the slides, a picture of it."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.shapes.title.text = "ZZold slide"
    slide.notes_slide.notes_text_frame.text = "ZZold note"
    deck.core_properties.author = "ZZauthor"
    deck.core_properties.comments = "ZZcomment"
    package = deck.part.package
    for path, kind, owner in (
        ("/docProps/custom.xml", "custom-properties", package),
        ("/customXml/item1.xml", "customXml", deck.part),
        ("/ppt/commentAuthors.xml", "commentAuthors", deck.part),
    ):
        part = Part(PackURI(path), "application/xml", package, b"<a>ZZhidden</a>")
        owner.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/{kind}")
    written = io.BytesIO()
    deck.save(written)
    return written.getvalue()


def test_nothing_of_the_slides_properties_and_data_of_a_template_gets_into_a_shared_file(world):
    template = _last_quarters_deck()
    assert {"zzold", "zzauthor", "zzcomment", "zzhidden"} <= secrets(template)
    _, content = files.of_customer(
        world.setting, world.known("c00"), "shared", "pptx", None, template
    )
    assert secrets(content) == set()
    assert "docProps/thumbnail.jpeg" not in zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_a_shared_deck_has_no_notes_and_names_nobody_as_its_author(world):
    _, content = files.of_customer(world.setting, world.known("c00"), "shared", "pptx")
    deck = Presentation(io.BytesIO(content))
    assert [slide.has_notes_slide for slide in deck.slides] == [False] * len(deck.slides)
    assert (deck.core_properties.author, deck.core_properties.last_modified_by) == ("", "")
    kinds = {r.reltype for r in deck.part.rels.values()}
    assert RELATIONSHIP_TYPE.NOTES_MASTER not in kinds
