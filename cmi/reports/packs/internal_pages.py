"""The pages of a customer's internal pack: both scores and why, what moved, what to do."""

from __future__ import annotations

import pandas as pd

from cmi import customer
from cmi.customer import journey
from cmi.portfolio import present, revenue
from cmi.reports.packs import internal_todo
from cmi.reports.packs.charted import change_bars, cloud_of, numbers, went, window
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
from cmi.words import MISSING, capital, day, listed, period, points

OTHERS = 300  # of everybody else on the plane
AXES = {"chs": "health", "cmi": "maturity"}


def pack(found: Found) -> Pack:
    """The internal pack of one customer; a page that would say nothing is left out."""
    facts, setting = found.facts, found.setting
    known = [("ARR", facts.arr), ("renewal", facts.renewal), ("owner", facts.owner)]
    known += [("left on", facts.left or MISSING)]
    money = " · ".join(f"{what} {said}" for what, said in known if said != MISSING)
    pages = (_stands, _why, _moved, _compared, _over_time, internal_todo.plays, internal_todo.open_)
    return Pack(
        title=facts.name,
        subtitle=f"{_place(found)}: health {facts.health}, maturity {facts.maturity}",
        facts=tuple(filter(None, (money, facts.segments, _days(found)))),
        mark=INTERNAL,
        footer=setting.footer(found.known.row),
        pages=tuple(page for made in pages if (page := made(found))),
    )


def _place(found: Found) -> str:
    """Retain, or Retain; agreed: Let go."""
    scenario, agreed = found.scenario, found.agreed
    if scenario is None:
        return "No place on the plane yet"
    assert agreed is not None
    return scenario.name if agreed == scenario else f"{scenario.name}; agreed: {agreed.name}"


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
    tiles.append(Tile("Weakest", facts.weakest, facts.others))
    tiles.append(Tile("ARR", facts.arr, f"renewal {facts.renewal}" * (facts.renewal != MISSING)))
    title = f"{facts.name} has no place on the plane yet"
    if found.scenario:
        title = f"{facts.name} stands in {_place(found)}"
    return Page(
        title,
        ((Block(_plane(found)),), (Block(Tiles(tuple(tiles))),)),
        lead=_what_holds(found),
        widths=(0.58, 0.42),
        small_print="Grey: the other customers." if found.scenario else "",
    )


def _what_holds(found: Found) -> str:
    """The decision of the scenario that holds, and why it is that one."""
    if found.scenario is None or found.agreed is None:
        return ""
    if found.agreed == found.scenario:
        return f"{found.scenario.decision} {found.scenario.summary}"
    why = "".join(f" “{reason}”" for reason in found.decisions["reason"].dropna())
    return f"Agreed: {found.agreed.name}.{why} {found.agreed.decision}"


def _plane(found: Found) -> Drawn:
    setting, row = found.setting, found.known.row
    if found.scenario is None:
        then = "With both scores it gets its place here, and plays are proposed for it."
        return Words((found.facts.missing, then))
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
    blocks, gains = [], []
    for axis, name in AXES.items():
        parts = found.parts[axis]
        score = row[axis].iloc[0]
        head = f"What makes {name} {points(score)}" if pd.notna(score) else f"No {name} score yet"
        said = customer.known_in_words(row, parts, rules, axis)
        if parts.empty:
            blocks.append((Block(Words(("Nothing is known of it.",)), head, said),))
            continue
        lacks = parts["possible"] - parts["contribution"]
        if round(lacks.max(), 1):
            most = parts["item"].iloc[int(lacks.to_numpy().argmax())]
            gains.append(f"{rules.item(most).name} for {name}")
        series = (
            Series("gives", numbers(parts["contribution"])),
            Series("could still give", numbers(lacks), "card"),
        )
        bars = Bars(tuple(parts["label"].astype("str")), series, "0.0", stacked=True)
        blocks.append((Block(bars, head, f"{said} {customer.most_to_gain(parts, rules)}"),))
    return Page(
        f"Most to gain: {listed(gains)}" if gains else "Why it stands there",
        tuple(blocks),
        small_print="Points of the score; pale is what each could still give.",
    )


def _moved(found: Found) -> Page | None:
    setting = found.setting
    if setting.since is None:
        said = "There is no earlier day to compare with."
        return Page("What moved is not known yet", one(Block(Words((said,)))))
    row, then = found.known.row.iloc[0], found.known.then
    blocks, moved, told = [], [], False
    for axis, name in AXES.items():
        was = float(then[axis].iloc[0]) if len(then) else float("nan")
        change = customer.change_in_words(was, row[axis])
        said = f"{capital(change or 'not known on either day')}."
        if pd.notna(was) and pd.notna(row[axis]):
            moved.append(f"{name} {change}")
            said = "Nothing moved it."
        head = f"{capital(name)} {points(was)} → {points(row[axis])}" if change else capital(name)
        blocks.append((Block(change_bars(found.steps[axis]) or Words((said,)), head),))
        told = told or bool(change)
    if not told:
        return None
    what = capital(listed(moved)) or "What moved"
    return Page(f"{what} since {day(setting.since)}", tuple(blocks), lead=found.moved)


# Compared, over time


def _compared(found: Found) -> Page:
    rules, table = found.setting.rules, found.compared
    sides = table.set_index("item").loc[[c.key for c in rules.characteristics]]
    names = tuple(c.name for c in rules.characteristics)
    shapes = [Series(found.facts.name, numbers(sides["value"]), "accent")]
    if sides["peers"].max() >= FEWEST:
        median = f"Median of {found.peers or 'all'}"
        shapes.append(Series(median, numbers(sides["median"]), "quiet"))
    told = table[(table["kind"] != "driver") | (table["peers"] > 0) | table["value"].notna()]
    rows = tuple(
        (
            Cell(row["name"], bold=row["kind"] == "score"),
            _value(row["value"], row["kind"]),
            _value(row["median"] if row["peers"] >= FEWEST else None, row["kind"]),
            points(row["percentile"]),
            f"{int(row['peers']):,}",
        )
        for row in told.to_dict("records")
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
        _above(found),
        ((Block(radar),), (Block(Table(columns, rows)),)),
        lead=benchmarks.in_words(table, found.peers),
        widths=(0.45, 0.55),
        small_print="Scores 0 to 100, characteristics as levels 1 to 5, drivers in points. A "
        f"percentile is the share of peers below; none with fewer than {FEWEST} peers.",
    )


def _above(found: Found) -> str:
    """Healthier than 76 % and more mature than 27 % of Enterprise."""
    percentile = found.compared.set_index("item")["percentile"]
    above = {"chs": "healthier than", "cmi": "more mature than"}
    told = [
        f"{words} {points(percentile[axis])} %"
        for axis, words in above.items()
        if pd.notna(percentile[axis])
    ]
    if not told:
        return f"Compared with {found.peers or 'everybody'}"
    return f"{capital(listed(told))} of {found.peers or 'everybody'}"


def _value(value: float | None, kind: str) -> str:
    if value is None or pd.isna(value):
        return MISSING
    return f"{value:.1f}" if kind == "characteristic" else points(value)


def _over_time(found: Found) -> Page | None:
    setting, known = found.setting, found.known
    way = journey.hollow(present(known.way))
    way = way[way[[*AXES]].notna().any(axis=1)]
    said = journey.way_in_words(way, setting.rules, setting.grid)
    happened = journey.happened_in_words(known.events, setting.rules, setting.as_of)
    rows = tuple(
        (day(row["date"]), str(row["lane"]), str(row["hint"]))
        for row in found.happened.iloc[::-1].to_dict("records")
    )
    if len(way) < 2 and not rows:
        return None
    drawn: Drawn = Words(("Two quarters with scores will show its way.",))
    if len(way) > 1:
        series = tuple(
            Series(name.capitalize(), numbers(way[axis]), colour)
            for (axis, name), colour in zip(AXES.items(), ("accent", "quiet"), strict=True)
            if way[axis].notna().any()
        )
        labels = tuple(period(when) for when in way["period"])
        drawn = Lines(labels, series, window(way[[*AXES]]))
    columns = (Column("When", 1.8), Column("What", 1.3), Column("Detail", 3.4, lines=3))
    listed_rows: Drawn = Table(columns, rows) if rows else Words((happened,))
    return Page(
        went({name: way[axis] for axis, name in AXES.items()}) or "Its way here",
        ((Block(drawn, "Scores by quarter"),), (Block(listed_rows, "What happened"),)),
        lead=f"{said} {happened}".strip(),
        widths=(0.55, 0.45),
    )
