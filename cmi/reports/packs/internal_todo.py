"""The pages of a customer's internal pack on what to do: plays, what is open, what was agreed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from cmi.methodology import Play
from cmi.reports.packs.internal import Found
from cmi.reports.packs.page import Block, Cell, Column, Drawn, Page, Table, Words
from cmi.words import count, day

PLAYS = 3


def plays(found: Found) -> Page | None:
    """The plays of the scenario that holds; None without a place on the plane."""
    if not found.plays:
        return None
    assert found.agreed is not None
    chosen = found.plays[:PLAYS]
    return Page(
        f"What to do: {chosen[0].title[:1].lower()}{chosen[0].title[1:]}",
        tuple((_play(play),) for play in chosen),
        lead=found.agreed.decision,
        small_print=found.agreed.avoid,
    )


def _play(play: Play) -> Block:
    said = f"{play.owner}. {play.effect}"
    return Block(Words(tuple(play.steps), bullets=True), play.title, said)


def open_(found: Found) -> Page:
    """What is to be cleared up in the data, and what was agreed."""
    rows = tuple(
        (Cell(row["what"], bold=True), row["item"], row["said"])
        for row in found.open.to_dict("records")
    )
    detail = "Detail" if found.open["said"].any() else ""
    columns = (Column("What", 1.2), Column("Item", 2.6), Column(detail, 1.8))
    table: Drawn = Table(columns, rows) if rows else Words(("Everything is known and fresh.",))
    decided = tuple(map(_decided, found.decisions.to_dict("records")))
    agreed = Words(decided or ("Nothing is decided yet for this period.",), bullets=bool(decided))
    title = f"{count(len(rows), 'thing')} to clear up" if rows else "Nothing to clear up"
    return Page(
        title, ((Block(table, "In the data"),), (Block(agreed, "Agreed"),)), widths=(0.6, 0.4)
    )


def _decided(row: dict[Hashable, Any]) -> str:
    """Retain, 1 open; Advise their managers; Jane Doe by 3 Mar 2026. “Their budget is gone”"""
    parts = [f"{row['scenario']}, {row['state']}", row["plays"]]
    due = f" by {day(row['due_date'])}" if pd.notna(row["due_date"]) else ""
    parts.append(f"{row['owner'] if pd.notna(row['owner']) else ''}{due}".strip())
    said = "; ".join(filter(None, parts)) + "."
    said += f" “{row['reason']}”" if pd.notna(row["reason"]) else ""
    return said + (f" Note: “{row['note']}”" if pd.notna(row["note"]) else "")
