from __future__ import annotations

import io
import re
import zipfile

from decided import ON, Q1, decided, plays, said
from openpyxl import load_workbook
from placed import at, scored
from portfolios import DAY, rules
from screens import unescaped

from cmi.reports.tables import to_xlsx
from cmi.review import queue, standing
from cmi.review.minutes import Review, markdown, sheets

EUR = {"currency": "EUR"}
FOUR = {
    "a": at(80, 40, arr=300.0, owner="Ana", **EUR),
    "b": at(75, 80, arr=350.0, owner="Bo", **EUR),
    "c": at(20, 20, arr=100.0, **EUR),
    "d": {"logins": 1.0},
}


def review(decisions=None, given=None, **names):
    scores = scored(FOUR)
    scores["name"] = [names.get(c, c.upper()) for c in scores["customer_id"]]
    known = said(decisions, given, ON)
    lined = queue(standing(scores, None, rules(), "2x2"), known, rules(), "2x2", Q1)
    return Review(Q1, DAY, "2x2", rules(), lined, scores, known)


OVERRIDE = {"scenario": "low_low", "reason": "Sold.", "expires": "2026-05-01", "note": "Call."}
DECIDED = decided(
    {"customer_id": "a", "note": "First."},
    {"customer_id": "a", **OVERRIDE},
    {"customer_id": "b", "period": "2025-12-31"},
    {"customer_id": "d", "proposed": None, "scenario": None},
)
GIVEN = plays(
    {"customer_id": "a", "owner": "Bo", "due_date": "2026-04-30", "note": "Soon."},
    {"customer_id": "b", "state": "done", "as_of": "2025-09-30", "said_at": "2025-11-01"},
    {"customer_id": "b", "state": "done", "as_of": "2025-09-30", "said_at": "2026-01-02"},
)


def test_the_minutes_tell_the_last_decision_of_the_quarter_on_each_customer():
    text = unescaped(markdown(review(DECIDED, GIVEN)))
    assert text.splitlines() == [
        "# Review of Q1 2026",
        "",
        "2 of 4 customers are reviewed for Q1 2026: 40 % of 750 EUR ARR.",
        "Scores of 31 Jan 2026, methodology test, 2x2.",
        "",
        "## Agreed",
        "",
        "- **A** (Ana): 300 EUR ARR, health 40, maturity 80",
        "  - low CMI, low CHS instead of high CMI, low CHS, decided by Ana on 10 Feb 2026, until "
        "1 May 2026: “Sold.” Note: “Call.”",
        "  - Play: Talk (open, Bo, due 30 Apr 2026): Soon.",
        "- **D**: health –, maturity –",
        "  - Looked at without a place on the plane, by Ana on 10 Feb 2026.",
        "",
        "## Not reviewed",
        "",
        # 0.8 x 0.75 of 350; 0.8 of 100
        "- **B** (Bo): 350 EUR ARR, health 80, maturity 75 (210 EUR could grow)",
        "- **C**: 100 EUR ARR, health 20, maturity 20 (80 EUR at risk)",
    ]


def test_the_workbook_holds_decisions_plays_progress_and_who_is_left():
    found = sheets(review(DECIDED, GIVEN))
    assert [*found] == ["Decisions", "Plays", "Progress", "Not reviewed"]
    told = found["Decisions"].set_index("customer_id").loc["a"]
    assert (told["agreed"], told["reason"], told["arr"], told["decided_by"]) == (
        "low CMI, low CHS", "Sold.", 300.0, "Ana",
    )  # fmt: skip
    assert found["Decisions"]["customer_id"].tolist() == ["a", "d"]
    # open, or ended in the quarter; not what ended before
    assert found["Plays"]["customer_id"].tolist() == ["a", "b"]
    assert found["Not reviewed"]["customer_id"].tolist() == ["b", "c"]
    assert found["Not reviewed"]["why"].str.contains("could grow").tolist() == [True, False]
    assert load_workbook(io.BytesIO(to_xlsx(found))).sheetnames == [*found]


def test_minutes_before_anything_was_agreed_say_so():
    text = markdown(review())
    assert "Nothing was agreed yet." in text
    assert all(len(sheet) == 0 for name, sheet in sheets(review()).items() if name == "Plays")


EVIL = "**=cmd|' /C calc'!A0** <img src=x>\n# [x](http://x) | `y`\r- z"


def test_hostile_text_does_nothing_in_the_text_and_the_workbook():
    bad = {"reason": EVIL, "note": EVIL, "by_whom": EVIL}
    minutes = review(
        decided({"customer_id": "a", **OVERRIDE, **bad}),
        plays({"customer_id": "a", "play": EVIL, "owner": EVIL, "note": EVIL}),
        a=EVIL,
        b=EVIL,
    )
    text = markdown(minutes)
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Review of Q1 2026", "## Agreed", "## Not reviewed",
    ]  # fmt: skip
    bare = re.sub(r"\\.", "", text)  # without what is escaped
    assert not re.search(r"[<>\[\]`|]|://", bare)
    assert bare.count("*") == 4 * len(re.findall(r"^- ", bare, re.MULTILINE))  # the names, bold
    assert len(text.splitlines()) == 16
    content = to_xlsx(sheets(minutes))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        inside = [parts.read(n).decode() for n in parts.namelist() if "worksheets/sheet" in n]
    assert not any("<f>" in part or "<hyperlink" in part for part in inside)
    decisions = load_workbook(io.BytesIO(content))["Decisions"]
    header = [cell.value for cell in decisions[1]]
    assert decisions.cell(2, header.index("reason") + 1).value == EVIL.replace("\r", "\n")
