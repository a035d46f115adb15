"""The pages of a customer's internal pack: both scores and why, what moved, what to do."""

from __future__ import annotations

import pandas as pd

from cmi import customer
from cmi.customer import journey
from cmi.methodology import Play
from cmi.portfolio import present, revenue
from cmi.reports.packs.charted import change_bars, cloud_of, numbers, window
from cmi.reports.packs.internal import Found
from cmi.reports.packs.page import (
    Bars,
    Block,
    Cell,
    Column,
    Drawn,
    Lines,
    Pack,
    Page,
    Plane,
    Radar,
    Series,
    Table,
    Tile,
    Tiles,
    Words,
    one,
)
from cmi.reports.packs.setting import INTERNAL
from cmi.segments import FEWEST, benchmarks
from cmi.words import MISSING, count, day, period, points, signed

OTHERS = 300  # of everybody else on the plane
PLAYS = 3
AXES = {"chs": "health", "cmi": "maturity"}


def pack(found: Found) -> Pack:
    """The internal pack of one customer."""
    facts, setting = found.facts, found.setting
    stands = found.scenario.name if found.scenario else "No place on the plane yet"
    money = f"ARR {facts.arr} · renewal {facts.renewal} · owner {facts.owner}"
    left = f" · left on {facts.left}" if facts.left else ""
    return Pack(
        title=facts.name,
        subtitle=f"{stands}: health {facts.health}, maturity {facts.maturity}",
        facts=tuple(filter(None, (money + left, facts.segments, _days(found)))),
        mark=INTERNAL,
        footer=setting.footer(found.known.row),
        pages=(_stands(found), _why(found), _moved(found), _compared(found), _over_time(found),
               _plays(found), _open(found)),
    )  # fmt: skip


def _days(found: Found) -> str:
    setting = found.setting
    since = f", compared with {day(setting.since)}" if setting.since else ""
    return f"As of {day(setting.as_of)}{since} · methodology {setting.rules.version}"


# Where it stands and why


def _stands(found: Found) -> Page:
    facts, setting = found.facts, found.setting
    row, then = found.known.row.iloc[0], found.known.then
    tiles = []
    for axis, name in AXES.items():
        was = float(then[axis].iloc[0]) if len(then) else float("nan")
        change = customer.change_in_words(was, row[axis])
        since = f"{change} since {day(setting.since)}" if change and setting.since else ""
        tiles.append(Tile(f"{name.capitalize()} ({axis.upper()})", points(row[axis]), since))
    tiles.append(Tile("Weakest side", facts.weakest, facts.others))
    tiles.append(Tile("ARR", facts.arr, f"renewal {facts.renewal}" * (facts.renewal != MISSING)))
    said = ""
    title = f"{facts.name} has no place on the plane yet"
    if found.scenario:
        title = f"{facts.name} stands in {found.scenario.name}"
        said = f"{found.scenario.decision} {found.scenario.summary}"
    return Page(
        title,
        ((Block(_plane(found)),), (Block(Tiles(tuple(tiles))),)),
        lead=said,
        widths=(0.58, 0.42),
        small_print="Grey: the other customers." if found.scenario else "",
    )


def _plane(found: Found) -> Drawn:
    setting, row = found.setting, found.known.row
    if found.scenario is None:
        return Words((found.facts.missing, "With both scores it gets its place here."))
    placed = present(setting.everyone).dropna(subset="scenario")
    placed = placed.assign(_arr=revenue(placed))
    customer_id = row["customer_id"].iloc[0]
    others = placed[placed["customer_id"] != customer_id].assign(_arr=0.0)
    others = others.sample(min(len(others), OTHERS), random_state=1)
    alone = row.assign(_arr=1.0)
    scenario = found.scenario
    clouds = (
        cloud_of(others, ("Others", "#C3CAD4", "circle"), 1.0),
        cloud_of(alone, (scenario.name, scenario.colour, scenario.symbol), 1.0, [customer_id]),
    )
    cuts = setting.rules.cuts.of(setting.grid)
    return Plane(tuple(c for c in clouds if c.marks), cuts.cmi, cuts.chs)


def _why(found: Found) -> Page:
    rules, row = found.setting.rules, found.known.row
    blocks = []
    for axis, name in AXES.items():
        parts = found.parts[axis]
        score = row[axis].iloc[0]
        head = f"What makes {name} {points(score)}" if pd.notna(score) else f"No {name} score yet"
        said = customer.known_in_words(row, parts, rules, axis)
        gives = numbers(parts["contribution"])
        lacks = numbers(parts["possible"] - parts["contribution"])
        series = (Series("gives", gives), Series("could still give", lacks, "card"))
        labels = tuple(str(label) for label in parts["label"])
        bars = Bars(labels, series, "0.0", stacked=True)
        drawn: Drawn = bars if labels else Words(("Nothing is known of it.",))
        blocks.append((Block(drawn, head, said),))
    gain = [
        customer.most_to_gain(found.parts[axis], rules) for axis in AXES if len(found.parts[axis])
    ]
    return Page(
        "Why it stands there",
        tuple(blocks),
        small_print="Points of the score; pale is what each could still give. " + " ".join(gain),
    )


def _moved(found: Found) -> Page:
    setting = found.setting
    if setting.since is None:
        said = "There is no earlier day to compare with."
        return Page("What moved is not known yet", one(Block(Words((said,)))))
    blocks = []
    row, then = found.known.row.iloc[0], found.known.then
    for axis, name in AXES.items():
        was = float(then[axis].iloc[0]) if len(then) else float("nan")
        moved = signed(row[axis] - was)
        bars = change_bars(found.steps[axis])
        half = customer.change_in_words(was, row[axis]) or "not known on either day"
        both = pd.notna(was) and pd.notna(row[axis])
        drawn: Drawn = bars or Words(
            ("Nothing moved it." if both else f"{name.capitalize()}: {half}.",)
        )
        head = f"{name.capitalize()} {points(was)} → {points(row[axis])}"
        blocks.append((Block(drawn, f"{head} ({moved})" if both else head),))
    return Page(
        f"What moved since {day(setting.since)}",
        tuple(blocks),
        lead=found.moved or "Neither score is known on either day.",
    )


# Compared, over time


def _compared(found: Found) -> Page:
    rules, table = found.setting.rules, found.compared
    whom = found.peers or "everybody"
    by_item = table.set_index("item")
    sides = by_item.loc[[c.key for c in rules.characteristics]]
    names = tuple(c.name for c in rules.characteristics)
    shapes = [Series(found.facts.name, numbers(sides["value"]), "accent")]
    if sides["peers"].max() >= FEWEST:
        shapes.append(Series(f"Median of {whom}", numbers(sides["median"]), "quiet"))
    rows = tuple(
        (
            Cell(row["name"], bold=row["kind"] == "score"),
            _value(row["value"], row["kind"]),
            _value(row["median"] if row["peers"] >= FEWEST else None, row["kind"]),
            points(row["percentile"]),
            f"{int(row['peers']):,}",
        )
        for row in table.to_dict("records")
    )
    columns = (
        Column("", 2.6),
        Column("Here", 1, right=True),
        Column("Median", 1, right=True),
        Column("Percentile", 1.2, right=True),
        Column("Peers", 0.9, right=True),
    )
    radar: Drawn = Radar(names, tuple(shapes))
    if sides["value"].isna().all():
        radar = Words(("It was never assessed.",))
    return Page(
        f"Compared with {whom}",
        ((Block(radar),), (Block(Table(columns, rows)),)),
        lead=benchmarks.in_words(table, found.peers),
        widths=(0.45, 0.55),
        small_print="Scores 0 to 100, characteristics as levels 1 to 5, drivers in points. A "
        f"percentile is the share of peers below; none with fewer than {FEWEST} peers.",
    )


def _value(value: float | None, kind: str) -> str:
    if value is None or pd.isna(value):
        return MISSING
    return f"{value:.1f}" if kind == "characteristic" else points(value)


def _over_time(found: Found) -> Page:
    setting, known = found.setting, found.known
    way = journey.hollow(present(known.way))
    way = way[way[[*AXES]].notna().any(axis=1)]
    said = journey.way_in_words(way, setting.rules, setting.grid)
    happened = journey.happened_in_words(known.events, setting.rules, setting.as_of)
    drawn: Drawn = Words(("Two quarters with scores will show its way.",))
    if len(way) > 1:
        series = tuple(
            Series(name.capitalize(), numbers(way[axis]), colour)
            for (axis, name), colour in zip(AXES.items(), ("accent", "quiet"), strict=True)
            if way[axis].notna().any()
        )
        labels = tuple(period(when) for when in way["period"])
        drawn = Lines(labels, series, window(way[[*AXES]]))
    rows = tuple(
        (day(row["date"]), str(row["lane"]), str(row["hint"]))
        for row in found.happened.iloc[::-1].to_dict("records")
    )
    columns = (Column("When", 1.4), Column("What", 1.3), Column("", 3, lines=2))
    listed: Drawn = Table(columns, rows) if rows else Words((happened,))
    return Page(
        "Its way here",
        ((Block(drawn, "Scores by quarter"),), (Block(listed, "What happened"),)),
        lead=f"{said} {happened}".strip(),
        widths=(0.55, 0.45),
    )


# What to do


def _plays(found: Found) -> Page:
    if not found.plays:
        said = f"{found.facts.missing} Without both scores no play can be proposed."
        return Page("What to do is not known yet", one(Block(Words((said,)))))
    assert found.scenario is not None
    chosen = found.plays[:PLAYS]
    return Page(
        f"What to do: {chosen[0].title[:1].lower()}{chosen[0].title[1:]}",
        tuple((_play(play),) for play in chosen),
        lead=found.scenario.decision,
        small_print=found.scenario.avoid,
    )


def _play(play: Play) -> Block:
    said = f"{play.owner}. {play.effect}"
    return Block(Words(tuple(play.steps), bullets=True), play.title, said)


def _open(found: Found) -> Page:
    rows = tuple(
        (Cell(row["what"], bold=True), row["item"], row["said"])
        for row in found.open.to_dict("records")
    )
    places = found.setting.places
    titles = {p.key: p.title for p in found.setting.rules.plays}
    decided = tuple(
        f"{places.get(row['scenario'], row['scenario'])}, {row['state']}"
        + "".join(
            f"; {titles.get(key, key)}"
            for key in (row["plays"] if row["plays"] is not None else ())
        )
        + (f"; {row['owner']}" if pd.notna(row["owner"]) else "")
        + (f" by {day(pd.Timestamp(row['due_date']))}" if pd.notna(row["due_date"]) else "")
        for row in found.decisions.to_dict("records")
    )
    columns = (Column("What", 1.2), Column("Item", 2.6), Column("", 1.8))
    table: Drawn = Table(columns, rows) if rows else Words(("Everything is known and fresh.",))
    agreed = Words(decided or ("Nothing is decided yet for this period.",), bullets=bool(decided))
    title = f"{count(len(rows), 'thing')} to clear up" if rows else "Nothing is open"
    return Page(
        title, ((Block(table, "In the data"),), (Block(agreed, "Agreed"),)), widths=(0.6, 0.4)
    )
