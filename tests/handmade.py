"""A small portfolio whose scores are worked out by hand, and how to run the program on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parent.parent
# Acme: Charter 4, 5, 3 -> 4; People 2, 2, 2 -> 2; Process 5, 4, 3 -> 4; Technology 1, 1, 4 -> 2.
#   Level (4 + 2 + 4 + 2) / 4 = 3, CMI 100 x (3 - 1) / 4 = 50: high at the cut of 50.
#   Use 30 of 0..60 -> 50 points, weight 15; breadth 10 of 1..10 -> 100, weight 10; seats 20 of
#   20..85 -> 0, weight 9; contact 7 days ago of 90..7 -> 100, weight 8; 15 tickets of 15..0 -> 0,
#   weight 8. CHS (15 x 50 + 10 x 100 + 8 x 100) / 50 = 51, of 50 of 100 weight: coverage 0.5.
# Beta: People unanswered: level (4 + 4 + 2) / 3 = 10/3, CMI 58.33, coverage 0.75. No health.
# Gamma: nothing is known.
ITEMS = (
    "charter_mandate,charter_goals,charter_sponsorship,people_roles,people_skills,"
    "people_collaboration,process_coverage,process_discipline,process_handoffs,"
    "technology_stack,technology_adoption,technology_integration,"
    "usage,features_used,seat_use,days_since_contact,tickets"
)
PORTFOLIO = f"""\
customer_id,name,owner,ARR,Region,{ITEMS}
001,Acme,Ana,120000,EMEA,4,5,3,2,2,2,5,4,3,1,1,4,30,10,20,7,15
002,Beta,Ben,5000,APAC,4,5,3,,,,5,4,3,1,1,4,,,,,
003,Gamma,,,,,,,,,,,,,,,,,,,,
"""
DAY = ("--as-of", "2026-03-31")


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def scores(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"customer_id": str}).set_index("customer_id")


def in_a_process(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "cmi", *arguments], cwd=ROOT, capture_output=True, check=False
    )
