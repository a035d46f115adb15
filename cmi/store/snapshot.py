"""The SQL of a snapshot: one row per customer and day, with its attributes as they stood then.

Names of segment columns are hostile: as identifiers they are quoted, as values they are parameters.
What was observed comes beside it, from cmi/store/answers.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from cmi.frames import AGE, OTHER_ID
from cmi.methodology import Methodology
from cmi.methodology.overrides import SEGMENT

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


_HEARD = """(
    SELECT customer_id, import_id, as_of AS date FROM live_customer
    UNION ALL SELECT customer_id, import_id, date FROM live_observation
)"""
_ALIVE = """(
    SELECT customer_id, import_id, as_of AS date FROM live_customer
    WHERE name IS NOT NULL OR arr IS DISTINCT FROM 0
    UNION ALL
    SELECT customer_id, import_id, date FROM live_observation WHERE value IS DISTINCT FROM 0
)"""

# Temporary tables for the queries below and in cmi/store/answers.py; $days are in order, each once.
# Each day on which something was said belongs to the first of the days that knows it, and the
# customers of whom anything was said by the last day are numbered from 0, as the days are.
NUMBERED = (
    """
    CREATE TEMP TABLE asked AS
    SELECT unnest($days::DATE[]) AS day, unnest(range(len($days::DATE[])))::USMALLINT AS turn
    """,
    f"""
    CREATE TEMP TABLE told AS SELECT date, min(turn) AS turn
    FROM (SELECT DISTINCT date FROM {_HEARD}) JOIN asked ON date <= day GROUP BY date
    """,
    f"""
    CREATE TEMP TABLE known AS
    SELECT customer_id, since, (row_number() OVER (ORDER BY customer_id) - 1)::INTEGER AS number
    FROM (SELECT customer_id, min(date) AS since FROM {_HEARD} GROUP BY customer_id)
    WHERE since <= (SELECT max(day) FROM asked)
    """,
)


# Before them, where one customer is asked for: tables of it alone stand before the views.
ALONE = tuple(
    f"CREATE TEMP TABLE {view} AS SELECT * FROM {view} WHERE customer_id = ?"
    for view in ("live_customer", "live_observation", "live_outcome")
)

# What happened to one customer by a day, oldest first: date, kind ("assessed", "decided" or the
# outcome), what (the rater, or the key of the agreed scenario, "" where there was none), levels
# (how many were given), amount, note (of a decision, or why it was overridden). Of a decision the
# last word counts.
EVENTS = """
    SELECT date, 'assessed' AS kind, rater AS what, count(DISTINCT item) AS levels,
           NULL::DOUBLE AS amount, NULL AS note
    FROM live_observation
    WHERE customer_id = $customer AND date <= $day AND item IN $factors AND value IS NOT NULL
    GROUP BY date, rater
    UNION ALL
    SELECT DISTINCT date, outcome, NULL, NULL, amount, NULL FROM live_outcome
    WHERE customer_id = $customer AND date <= $day
    UNION ALL
    SELECT date, 'decided', coalesce(scenario, ''), NULL, NULL, said FROM (
        SELECT *, decided_at::DATE AS date, coalesce(note, reason) AS said FROM decision
        WHERE customer_id = $customer AND decided_at::DATE <= $day
        QUALIFY id = max(id) OVER (PARTITION BY period)
    )
    ORDER BY date, kind, what
"""


def customers_sql(
    segments: dict[str, list[str]], *, hindsight: bool = True
) -> tuple[str, dict[str, str]]:
    """A row per day and customer known by then, without its items, and the parameters.

    A field of which nothing was said by then is what was said first, later; missing without
    `hindsight`.

    It reads the tables that NUMBERED makes; `_turn` and `_number` say which day and customer it is.
    Columns of ours that could meet a segment's name begin with "_".
    """
    parameters: dict[str, str] = {}
    said = [*FIELDS]
    for name, spellings in segments.items():
        held = []
        for spelling in spellings:
            parameters[f"s{len(parameters)}"] = spelling
            held.append(f"attributes[$s{len(parameters) - 1}]")
        said.append(f"coalesce({', '.join(held)}) AS {quoted(name)}")
    theirs = [quoted(name) for name in segments]
    then = _then if hindsight else _by_then
    fields = (*FIELDS, *theirs)
    newest, earliest = (
        ", ".join(f"max_by(a.{f}, {turn}) FILTER (a.{f} IS NOT NULL) AS {f}" for f in fields)
        for turn in ("_newest", "2 * _import - _newest")
    )
    query = f"""
    WITH attribute AS (
        SELECT customer_id, as_of AS _date, import_id AS _import, newest AS _newest,
               {", ".join(said)}
        FROM live_customer
    ),
    -- What was said on or before the day counts, newest first; else the earliest day after it. Of
    -- two imports that speak of one day, the newer counts in both cases.
    said_by AS (
        SELECT customer_id, told.turn AS _turn, {newest}
        FROM attribute a JOIN told ON told.date = _date GROUP BY customer_id, told.turn
    ),
    said_first AS (SELECT customer_id, {earliest} FROM attribute a GROUP BY customer_id),
    parted AS (
        SELECT customer_id, import_id, min(date) AS date FROM live_outcome
        WHERE outcome = 'churned' GROUP BY customer_id, import_id
    ),
    outcome_then AS (
        SELECT customer_id, day, max(date) FILTER (outcome = 'churned') AS churned_on,
               max(date) FILTER (outcome <> 'churned') AS stayed_on
        FROM live_outcome SEMI JOIN parted USING (customer_id) JOIN asked ON date <= day
        GROUP BY customer_id, day
    ),
    heard_then AS (
        -- An import that says that somebody left does not say that they are still there, nor does a
        -- count of nothing.
        SELECT h.customer_id, day, max(h.date) AS last_heard
        FROM (SELECT DISTINCT * FROM {_ALIVE} SEMI JOIN parted USING (customer_id)) h
        JOIN asked ON h.date <= day
        ANTI JOIN parted p ON p.customer_id = h.customer_id AND p.import_id = h.import_id
                              AND p.date <= day
        GROUP BY h.customer_id, day
    )
    SELECT asked.day::TIMESTAMP AS period, known.customer_id,
           coalesce({_until("name")}, f.name, known.customer_id) AS name,
           {", ".join(then(f) for f in FIELDS if f != "name")},
           CASE WHEN o.churned_on < greatest(o.stayed_on, h.last_heard) THEN NULL
                ELSE o.churned_on END AS left_on,
           {"".join(f"{then(name)}, " for name in theirs)}
           asked.turn AS _turn, known.number AS _number
    FROM known JOIN asked ON known.since <= asked.day
    LEFT JOIN said_by s ON s.customer_id = known.customer_id AND s._turn = asked.turn
    LEFT JOIN said_first f ON f.customer_id = known.customer_id
    LEFT JOIN outcome_then o ON o.customer_id = known.customer_id AND o.day = asked.day
    LEFT JOIN heard_then h ON h.customer_id = known.customer_id AND h.day = asked.day
    WINDOW until_then AS (
        PARTITION BY known.number ORDER BY asked.turn
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
    ORDER BY asked.turn, known.number
    """
    return query, parameters


def _then(field: str) -> str:
    """A field as it stood: what was said last, else what was said first."""
    return f"coalesce({_until(field)}, f.{field}) AS {field}"


def _by_then(field: str) -> str:
    """A field as it stood: what was said last."""
    return f"{_until(field)} AS {field}"


def _until(field: str) -> str:
    return f"last_value(s.{field} IGNORE NULLS) OVER until_then"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
