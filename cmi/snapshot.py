"""The SQL of a snapshot: dated rows become one row per customer, as things stood on a day.

Item keys come from a checked methodology (letters, digits, underscores). Names of segment columns
are hostile: as identifiers they are quoted, as values they are parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cmi.frames import AGE, OTHER_ID
from cmi.methodology import Driver, Factor, Methodology
from cmi.overrides import SEGMENT

FIELDS = (
    "name",
    "owner",
    "start_date",
    "renewal_date",
    "arr",
    "software_revenue",
    "services_revenue",
    "currency",
)
SCORES = (
    "cmi",
    "cmi_level",
    "cmi_coverage",
    "chs",
    "chs_coverage",
    "scenario",
    "decision",
    "stale",
    "methodology",
)

ROUND_DAYS = 28  # people who answer within four weeks take part in one survey


def segment_names(found: Sequence[str], methodology: Methodology) -> dict[str, list[str]]:
    """Segment column -> the spellings it has in the data; none collides with our own columns.

    Ids of other systems are no segments.
    """
    ours = {"period", "customer_id", "left_on", "as_of", *FIELDS, *SCORES}
    ours |= {c.key for c in methodology.characteristics} | {i.key for i in methodology.items}
    names: dict[str, list[str]] = {}
    for spelling in sorted(found):
        if spelling.startswith(OTHER_ID):
            continue
        shown = spelling.strip()
        folded = shown.casefold()
        if not shown or folded in ours or folded.startswith("_") or folded.endswith(AGE):
            shown = f"{SEGMENT}{shown}".strip()
        known = next((n for n in names if n.casefold() == shown.casefold()), shown)
        names.setdefault(known, []).append(spelling)
    return names


def snapshot_sql(
    methodology: Methodology, segments: dict[str, list[str]]
) -> tuple[str, dict[str, str]]:
    """The query and its parameters; it also wants $as_of.

    Columns of ours that could meet a segment's name in one table begin with "_".
    """
    parameters: dict[str, str] = {}
    columns = []
    for name, spellings in segments.items():
        held = []
        for spelling in spellings:
            parameters[f"s{len(parameters)}"] = spelling
            held.append(f"attributes[$s{len(parameters) - 1}]")
        value = f"coalesce({', '.join(held)})"
        columns.append(f"max_by({value}, _turn) FILTER ({value} IS NOT NULL) AS {quoted(name)}")
    fields = [f"max_by({f}, _turn) FILTER ({f} IS NOT NULL) AS {f}" for f in FIELDS]
    items = [column for item in methodology.items for column in _item(item)]
    ours = ", ".join(f"c.{f}" for f in FIELDS if f != "name")
    theirs = "".join(f", c.{quoted(name)}" for name in segments)
    measured = "".join(f", i.{i.key}, i.{i.key}{AGE}" for i in methodology.items)
    query = f"""
    WITH customer_then AS (
        -- What was said on or before the day counts, newest first; else the earliest day after
        -- it. Of two imports that speak of one day, the newer counts in both cases.
        SELECT customer_id, {", ".join([*fields, *columns])}
        FROM (SELECT *, CASE WHEN as_of <= $as_of THEN newest ELSE 2 * import_id - newest END
                        AS _turn
              FROM live_customer)
        GROUP BY customer_id
    ),
    {_counted(methodology)},
    item_then AS (SELECT customer_id, {", ".join(items)} FROM counted GROUP BY customer_id),
    outcome_then AS (
        SELECT customer_id,
               max(date) FILTER (outcome = 'churned') AS churned_on,
               max(date) FILTER (outcome <> 'churned') AS stayed_on
        FROM live_outcome WHERE date <= $as_of GROUP BY customer_id
    ),
    heard AS (
        -- An import that says that somebody left does not say that they are still there.
        SELECT customer_id, max(day) FILTER (parting.import_id IS NULL) AS last_heard
        FROM (SELECT customer_id, import_id, as_of AS day FROM live_customer
              UNION ALL SELECT customer_id, import_id, date FROM live_observation)
        LEFT JOIN (SELECT DISTINCT customer_id, import_id FROM live_outcome
                   WHERE outcome = 'churned' AND date <= $as_of) parting
        USING (customer_id, import_id)
        WHERE day <= $as_of GROUP BY customer_id
    )
    SELECT $as_of::TIMESTAMP AS period, customer_id, coalesce(c.name, customer_id) AS name, {ours},
           CASE WHEN o.churned_on < greatest(o.stayed_on, h.last_heard) THEN NULL
                ELSE o.churned_on END AS left_on{theirs}{measured}
    FROM heard h
    LEFT JOIN customer_then c USING (customer_id)
    LEFT JOIN item_then i USING (customer_id)
    LEFT JOIN outcome_then o USING (customer_id)
    ORDER BY customer_id
    """
    return query, parameters


def _item(item: Factor | Driver) -> tuple[str, str]:
    """The two columns of an item: its value and its age in days."""
    value = "label" if isinstance(item, Driver) and item.categories else "value"
    # CASE, not FILTER: five times as fast over many columns.
    return (
        f"max(CASE WHEN item = '{item.key}' THEN {value} END) AS {item.key}",
        f"max(CASE WHEN item = '{item.key}' THEN age END) AS {item.key}{AGE}",
    )


def _counted(methodology: Methodology) -> str:
    """One value per customer and item: each rater's latest, then who wins (Methodology.raters).

    Who says it matters only for factors; answers of one day and import are averaged. Where a
    table names its people, those who answered for one rater within ROUND_DAYS make a round: its
    answer is the mean of each one's last.
    """
    raters = methodology.raters
    rated = f"item IN ({', '.join(_text(f.key) for f in methodology.factors)})"
    apart = ", ".join(map(_text, raters.apart)) or "''"
    if raters.by == "order":
        ranks = _case("rater", ((r, n) for n, r in enumerate(raters.order)), len(raters.order))
        who, other, counted = ranks, "0", _BY_ORDER
    else:
        weight = _case("who", raters.weights, 1)
        who, other, counted = "rater", "''", _BY_MEAN.format(weight=weight)
    return f"""
    said AS (
        SELECT customer_id, item, CASE WHEN {rated} THEN {who} ELSE {other} END AS who,
               respondent, newest, avg(value) AS value, max(label) AS label
        FROM live_observation
        WHERE date <= $as_of AND NOT ({rated} AND rater IN ({apart}))
        GROUP BY ALL
    ),
    of_people AS (
        SELECT customer_id, item, who, last, max_by(value, newest) AS value,
               max_by(label, newest) AS label
        FROM (SELECT *, max(newest) OVER (PARTITION BY customer_id, item, who) AS last
              FROM said WHERE respondent IS NOT NULL)
        WHERE newest % 1000000 = last % 1000000 AND newest > last - {ROUND_DAYS} * 1000000
        GROUP BY customer_id, item, who, last, respondent
    ),
    answers AS (
        SELECT customer_id, item, who, newest, 2 * newest AS turn, value, label
        FROM said WHERE respondent IS NULL
        UNION ALL
        SELECT customer_id, item, who, last, 2 * last + 1, avg(value), max(label)
        FROM of_people GROUP BY ALL
    ),
    {counted}"""


_AGE = "$as_of::DATE - DATE '1900-01-01' - {newest} // 1000000"

_BY_ORDER = f"""
    counted AS (
        SELECT customer_id, item, max_by(value, turn) AS value, max_by(label, turn) AS label,
               ({_AGE.format(newest="max_by(newest, turn)")})::DOUBLE AS age
        FROM (SELECT * REPLACE (turn - 2000000000000 * who AS turn) FROM answers)
        GROUP BY customer_id, item
    )"""

_BY_MEAN = f"""
    latest AS (
        SELECT customer_id, item, who, max_by(value, turn) AS value,
               max_by(label, turn) AS label, max(newest) AS newest
        FROM answers GROUP BY customer_id, item, who
    ),
    counted AS (
        SELECT customer_id, item, sum(value * {{weight}}) / nullif(sum({{weight}}), 0) AS value,
               max(label) AS label, ({_AGE.format(newest="max(newest)")})::DOUBLE AS age
        FROM latest GROUP BY customer_id, item
    )"""


def _case(column: str, numbers: Iterable[tuple[str, float]], otherwise: float) -> str:
    """An SQL expression: the number that belongs to the value of the column."""
    cases = " ".join(f"WHEN {_text(value)} THEN {number}" for value, number in numbers)
    return f"CASE {column} {cases} ELSE {otherwise} END" if cases else f"{otherwise}"


def _text(value: str) -> str:
    """A value as SQL text."""
    return "'" + value.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
