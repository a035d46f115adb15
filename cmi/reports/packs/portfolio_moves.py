"""The pages of the portfolio pack on what moved: why, who, and from where to where."""

from __future__ import annotations

import pandas as pd

from cmi import moves, portfolio
from cmi.moves import means, migration, movement
from cmi.reports.packs.charted import change_bars
from cmi.reports.packs.page import Block, Cell, Column, Page, Table, Words, one
from cmi.reports.packs.portfolio import Found
from cmi.words import MISSING, capital, count, day, listed, money, points, signed


def pages(found: Found) -> list[Page]:
    """What moved since the earlier day."""
    setting, change = found.setting, found.change
    if change is None or setting.since is None:
        said = "There is no earlier day to compare with: import what you have from before."
        return [Page("What moved is not known yet", one(Block(Words((said,)))))]
    return [_why(found), _moves(found), _migration(found)]


def _why(found: Found) -> Page:
    setting, change = found.setting, found.change
    assert change is not None
    assert setting.since is not None
    blocks, went = [], []
    for axis, name in (("chs", "health"), ("cmi", "maturity")):
        said = movement.headline(change.why, axis, setting.rules, setting.since, setting.as_of)
        unknown = movement.unknown(change.why, axis, setting.since, setting.as_of)
        bars = None if unknown else change_bars(moves.steps(change.why, setting.rules, axis))
        if not unknown:
            total = means.total(change.why[change.why["score"] == axis])
            went.append(f"mean {name} {signed(total, 1)}")
        drawn = bars or Words((unknown or "Nothing moved it.",))
        blocks.append((Block(drawn, f"Why did mean {name} move?", said),))
    held = setting.held or setting.rules
    return Page(
        f"{capital(listed(went)) or 'What moved the scores'} since {day(setting.since)}",
        tuple(blocks),
        small_print=movement.measured(held, setting.rules, setting.since, setting.as_of)
        + " "
        + capital(movement.members(change.why, "chs" if len(change.why) else "cmi")),
    )


def _moves(found: Found) -> Page:
    setting, change = found.setting, found.change
    assert change is not None
    assert setting.since is not None
    currency = portfolio.main_currency(change.after)
    listed_moves = change.matter
    people = listed_moves["customer_id"].nunique()
    kinds = listed_moves["what"].value_counts()
    title = f"{count(people, 'customer')} moved in a way that matters since {day(setting.since)}"
    if listed_moves.empty:
        said = "Nobody crossed a cut, fell by more than 10 points, went stale or left."
        return Page(
            f"Nothing that matters moved since {day(setting.since)}", one(Block(Words((said,))))
        )
    colours = {s.key: s.colour for s in setting.scenarios}
    rows = [
        (
            Cell(str(row["name"]), colours.get(row["to"], ""), bold=True),
            str(row["what"]),
            str(row["detail"]),
            _from_to(row["cmi_before"], row["cmi_after"]),
            _from_to(row["chs_before"], row["chs_after"]),
            money(row["arr"], currency) if pd.notna(row["stake"]) else money(row["arr"]),
        )
        for row in listed_moves.to_dict("records")
    ]
    columns = (
        Column("Customer", 3.2),
        Column("What", 1.5),
        Column("Detail", 3.6, lines=2),
        Column("Maturity", 1.2, right=True),
        Column("Health", 1.2, right=True),
        Column("ARR", 1.4, right=True),
    )
    return Page(
        title,
        one(Block(Table(columns, tuple(rows)))),
        lead=f"{listed([f'{n:,} {what}' for what, n in kinds.items()], 6)}. "
        "By ARR × change; who moved in two ways is there twice.",
    )


def _from_to(before: float, after: float) -> str:
    known = pd.notna(before) or pd.notna(after)
    return f"{points(before)} → {points(after)}" if known else MISSING


def _migration(found: Found) -> Page:
    setting, change = found.setting, found.change
    assert change is not None
    assert setting.since is not None
    flows, names = change.flows, setting.places
    nowhere = (migration.NEW, migration.NOT_SCORED, migration.ELSEWHERE, migration.LEFT)
    placed = flows[~flows["from"].isin(nowhere) & ~flows["to"].isin(nowhere)]
    crossed = int(placed.loc[placed["from"] != placed["to"], "customers"].sum())
    older = sorted({*flows["from"], *flows["to"]} - {*names})  # of older rules
    sources, goals = (
        [place for place in (*names, *older) if place in set(flows[side])]
        for side in ("from", "to")
    )
    cells = flows.set_index(["from", "to"])["customers"]
    most = max(cells.max(), 1) if len(cells) else 1
    colours = {s.key: s.colour for s in setting.scenarios}
    rows = []
    for source in sources:
        row: list[str | Cell] = [Cell(names.get(source, source), colours.get(source, ""))]
        for goal in goals:
            number = int(cells.get((source, goal), 0))
            tint = 0.15 + 0.75 * number / most if number else 0.0
            row.append(Cell(f"{number:,}" if number else "", tint=tint, bold=source == goal))
        row.append(f"{int(cells.loc[source].sum()):,}")
        rows.append(tuple(row))
    columns = [Column("From ↓  to →", 2.2, lines=2)]
    columns += [Column(names.get(g, g), 1.2, right=True, lines=2) for g in goals]
    return Page(
        f"{count(crossed, 'customer')} went to another scenario since {day(setting.since)}",
        one(Block(Table((*columns, Column("All", 0.9, right=True)), tuple(rows)))),
        lead=migration.flows_in_words(flows),
        small_print="Customers. In bold who stayed where they were.",
    )
