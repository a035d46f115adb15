"""The pages of the portfolio pack on what to do: plays, whom to talk to, decisions."""

from __future__ import annotations

import pandas as pd

from cmi import portfolio
from cmi.reports.packs.page import Block, Cell, Column, Page, Table, Words, one
from cmi.reports.packs.portfolio import Found
from cmi.words import MISSING, count, day, money


def pages(found: Found) -> list[Page]:
    """What to do next, whom to look at, what was decided."""
    return [_plays(found), _look_at(found), _decisions(found)]


def _plays(found: Found) -> Page:
    currency = portfolio.main_currency(found.scores)
    rows = tuple(
        (
            Cell(row["title"], bold=True),
            row["owner"],
            row["scenarios"],
            f"{row['customers']:,}",
            money(row["arr"], currency),
            row["first"],
        )
        for row in found.plays.to_dict("records")
    )
    if not rows:
        said = "Nobody has a place on the plane yet, so no play can be proposed."
        return Page("What to do next", one(Block(Words((said,)))))
    columns = (
        Column("Play", 2.6, lines=2),
        Column("Who", 1.4, lines=2),
        Column("For", 2.0, lines=2),
        Column("Customers", 1.1, right=True),
        Column("ARR", 1.3, right=True),
        Column("Begin with", 3.4, lines=2),
    )
    first = found.plays.iloc[0]
    return Page(
        f"What to do next: {first['title'][:1].lower()}{first['title'][1:]} comes first",
        one(Block(Table(columns, rows))),
        lead="Of each scenario's plays the one whose items fall shortest; most ARR first.",
    )


def _look_at(found: Found) -> Page:
    setting, scores = found.setting, found.scores
    scenarios = {s.key: s for s in setting.scenarios}
    rows = tuple(
        (
            Cell(str(row["name"]), scenarios[row["scenario"]].colour, bold=True),
            scenarios[row["scenario"]].name,
            row["why"],
        )
        for row in found.attention.to_dict("records")
    )
    columns = (Column("Customer", 3), Column("Stands in", 1.8), Column("Why", 4.4, lines=2))
    stale = int((scores["stale"] > 0).sum())
    old = count(stale, "customer has", "customers have")
    notes = [
        f"{count(len(found.unscored), 'customer')} cannot be placed: too little is known."
        if len(found.unscored)
        else "Everybody has both scores.",
        f"{old} a score that rests in part on stale values."
        if stale
        else "No score rests on stale values.",
    ]
    said = "No customer below the health cut has both scores and ARR."
    drawn = Table(columns, rows) if rows else Words((said,))
    return Page(
        f"{count(len(rows), 'customer')} to talk about first" if rows else "Nobody is at risk",
        (
            (
                Block(drawn, share=4),
                Block(Words(tuple(notes), bullets=True), "What the numbers do not show"),
            ),
        ),
        lead="Below the health cut, by ARR × missing health × maturity, more when renewal is near.",
    )


def _decisions(found: Found) -> Page:
    told = found.setting.told(found.decisions).sort_values("due_date", kind="stable")
    if told.empty:
        return _undecided(found)
    rows = tuple(
        (
            Cell(str(row["name"]), bold=True),
            str(row["scenario"]),
            row["plays"] or MISSING,
            str(row["owner"]) if pd.notna(row["owner"]) else MISSING,
            day(pd.Timestamp(row["due_date"])) if pd.notna(row["due_date"]) else MISSING,
            str(row["state"]),
        )
        for row in told.to_dict("records")
    )
    columns = (
        Column("Customer", 2.6),
        Column("Agreed", 1.7, lines=2),
        Column("Plays", 3.6, lines=2),
        Column("Owner", 1.6, lines=2),
        Column("Due", 1.3, right=True),
        Column("State", 1.4, lines=2),
    )
    without = int((told["plays"] == "").sum())
    return Page(
        f"{count(len(rows), 'decision')} for this quarter",
        one(Block(Table(columns, rows))),
        lead="By the day on which the next play is due."
        + (f" {count(without, 'decision')} without a play." if without else ""),
    )


def _undecided(found: Found) -> Page:
    """A sentence, and what is proposed for those to talk about, with room to write."""
    said = "Nothing is decided yet for this period."
    listing = portfolio.listing(found.scores, found.setting.rules, found.setting.grid)
    proposed = listing.set_index("customer_id").reindex(found.attention["customer_id"])
    rows = tuple(
        (Cell(str(row["name"]), bold=True), row["scenario"], row["next_play"], "", "")
        for row in proposed.to_dict("records")
    )
    if not rows:
        return Page("Nothing is decided yet", one(Block(Words((said,)))))
    columns = (
        Column("Customer", 2.6),
        Column("Proposed", 1.7),
        Column("Play to begin with", 3.2, lines=2),
        Column("Owner", 1.4),
        Column("Due", 1.3, right=True),
    )
    lead = f"{said} This is what is proposed for those to talk about first."
    return Page("To be decided", one(Block(Table(columns, rows))), lead=lead)
