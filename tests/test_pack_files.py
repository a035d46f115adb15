"""Packs as files: names that any system takes, never alike, never taken for the other kind."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packed import World, fill, names

from cmi.reports.packs.files import file_name, of_customer, safe, zipped

DAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Acme", "Acme"),
        ("Åkerström & Söhne", "Åkerström & Söhne"),
        ("../../etc/passwd", "etc passwd"),
        ("a/b\\c:d*e?f", "a b c d e f"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\x00b\nc", "abc"),
        ("...", "customer"),
        ("", "customer"),
        ("x" * 100, "x" * 60),
        ("=cmd|'/c calc'!A1", "=cmd ' c calc'!A1"),
    ],
)
def test_a_customers_name_becomes_a_safe_part_of_a_files(name: str, said: str) -> None:
    assert safe(name) == said


def test_both_kinds_are_told_apart_by_the_first_and_last_word_of_their_names() -> None:
    assert file_name("Acme", "internal", DAY, "pptx") == "Acme internal 2026-06-30.pptx"
    assert file_name("Acme", "shared", DAY, "html") == "for Acme 2026-06-30.html"
    assert file_name("CON", "internal", DAY, "xlsx") == "CON internal 2026-06-30.xlsx"


@given(st.lists(st.text(max_size=80), min_size=1, max_size=12))
def test_no_two_files_of_a_zip_have_the_same_name_and_none_leaves_its_folder(
    customers: list[str],
) -> None:
    files = [
        (file_name(c, "internal", DAY, "pptx"), c.encode("utf-8", "replace")) for c in customers
    ]
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as packed:
        held = packed.namelist()
        assert len({name.casefold() for name in held}) == len(customers)
        assert not any(set(name) & set('/\\:*?"<>|') for name in held)
        assert all(len(name.encode()) < 255 for name in held)
        assert [packed.read(n) for n in held] == [content for _, content in files]


def test_twenty_packs_end_in_a_zip_with_a_file_for_each(store) -> None:
    own = names(20)
    own |= {"c01": "Same", "c02": "SAME", "c03": "Same", "c04": "a/b", "c05": "a\\b"}
    fill(store, own)
    world = World(store)
    files = [of_customer(world.setting, world.known(key), "shared", "html") for key in own]
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as packed:
        held = packed.namelist()
    assert len(held) == 20
    assert held[:6] == [
        "for Acme 2026-06-30.html",
        "for Same 2026-06-30.html",
        "for SAME 2026-06-30 (2).html",
        "for Same 2026-06-30 (3).html",
        "for a b 2026-06-30.html",
        "for a b 2026-06-30 (2).html",
    ]
