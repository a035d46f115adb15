"""How much a file may hold and cost; a spreadsheet's own bounds wherever it has one."""

from __future__ import annotations

BYTES = 100 * 2**20
UNPACKED_BYTES = 500 * 2**20
ROWS = 1_048_576
COLUMNS = 3_000
CELLS = 50_000_000
CELL_CHARACTERS = 32_767
PARTS = 10_000
MEMORY_BYTES = 2 * 2**30
SECONDS = 60
PROBLEMS_PER_KIND = 1_000
