"""Totals, copyright and other remarks below a table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cmi.files.cells import LONGEST_VALUE
from cmi.files.grid import Row, blank

_ROWS = 20
_TOTAL = re.compile(
    r"((grand|sub)?[ -]?(totals?|totale|totaal|totalt)|total (g[eé]n[eé]ral|geral)|sum|suma|summe|"
    r"somme|gesamt(summe|ergebnis)?|average|mean|mittelwert|durchschnitt|moyenne|promedio|итого|"
    r"всего|合計|合计|总计)\s*([:(\d].*)?",
    re.IGNORECASE | re.DOTALL,
)
_SUM = re.compile(r"[-+(]?\s*[^\w\s]{0,2}\s*\d[\d.,' \u00a0]*\s*([^\w\s]{1,2}|[A-Z]{3})?")
_REMARK = re.compile(
    r"(confidential information|copyright|©|\(c\) |report generated|generated (by|on)|"
    r"[\d.,]+ (records?|rows?)\b|page \d+( (of|/) \d+)?$|\W*end of (report|file|data)|"
    r"(sources?|notes?|quelle|hinweis|anmerkung|remarque|fuente|nota):).*",
    re.IGNORECASE | re.DOTALL,
)


def footer_start(rows: Sequence[Row], start: int, usual: int) -> int:
    """The position in `rows`, not above `start`, where the footer begins; len(rows) without one.

    A total has nothing but numbers beside it. Any other text alone in its row, or beside a label
    such as "Date:", is a remark when a blank row or another footer stands above it.
    """
    end, waiting, left = len(rows), False, _ROWS
    for i in range(len(rows) - 1, start - 1, -1):
        row = rows[i]
        if blank(row):
            end, waiting = (i + 1, False) if waiting else (end, False)
            continue
        left -= 1
        if left < 0 or not (_is_footer(row) or _is_note(row, usual)):
            break
        waiting = not _is_footer(row)
        end = end if waiting else i
    return end


def _is_note(row: Row, usual: int) -> bool:
    first, *others = (cell.strip() for cell in row if cell.strip())
    return usual > 1 + len(others) and (not others or (len(others) == 1 and first.endswith(":")))


def _is_footer(row: Row) -> bool:
    first, *others = (cell.strip() for cell in row if cell.strip())
    if not others and _REMARK.fullmatch(first):
        return True
    return _TOTAL.fullmatch(first) is not None and all(
        len(cell) <= LONGEST_VALUE and _SUM.fullmatch(cell) for cell in others
    )
