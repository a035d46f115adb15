"""From a spreadsheet to history: a column per quarter, a sheet per quarter, a row per quarter."""

from __future__ import annotations

import io
from datetime import date

import pytest
from cells import cases
from openpyxl import Workbook
from sheets import proposed, roles, sheet, why

from cmi import intake, mapping
from cmi.intake import Reading, Upload
from cmi.mapping import Question, TableMapping
from cmi.mapping.correct import with_answer, with_column, with_day
from cmi.mapping.periods import dated_why, named, with_days
from cmi.methodology import shipped
from cmi.problems import MappingError
from cmi.scoring import score
from cmi.store import Store

RULES = shipped()
TODAY = date(2025, 11, 10)
Q1, Q2, Q3, Q4 = (date(2025, m, d) for m, d in ((3, 31), (6, 30), (9, 30), (12, 31)))


def workbook(**sheets: list[list[object]]) -> bytes:
    """A workbook with these sheets; "_" in a name is a space."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name.replace("_", " ").strip())
        for row in rows:
            page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(content: bytes | str, name: str = "tracker.csv") -> Reading:
    data = content.encode() if isinstance(content, str) else content
    reading = intake.read([Upload(name, data)])
    assert reading.failures == ()
    return reading


def kept(content: bytes | str, name: str = "tracker.csv", store: Store | None = None) -> Store:
    """A store that holds one file, read as it is proposed."""
    store = store or Store()
    data = content.encode() if isinstance(content, str) else content
    _, loaded, failures = intake.load([Upload(name, data)], store, RULES)
    assert failures == ()
    assert all(one.rows == one.kept + one.refused + one.blank for one in loaded)
    return store


def cmi(store: Store, day: date) -> dict[str, float]:
    """The scores of a day, of those who have one."""
    scores = score(store.snapshot(day, RULES), RULES).set_index("customer_id")["cmi"]
    return {str(i): round(float(value), 6) for i, value in scores.dropna().items()}


def days(found: TableMapping) -> dict[str, str]:
    return {c.header: c.day for c in found.columns if c.day}


def asked(found: TableMapping, key: str) -> Question:
    return next(q for q in found.questions if q.key == key)


# Names that speak of a period


@cases(
    "name thing day",
    """
    Skills Q1 2025 → Skills → 2025-03-31  Q1 2025 Skills → Skills → 2025-03-31
    NPS Jan 2025 → NPS → 2025-01-31  2025-Q1 NPS → NPS → 2025-03-31
    Usage 2025-02 → Usage → 2025-02-28  Usage 03/2025 → Usage → 2025-03-31
    Score H1 2025 → Score → 2025-06-30  Skills 2025 → Skills → 2025-12-31
    Skills_Q3_2025 → Skills → 2025-09-30  Skills-Q3-2025 → Skills → 2025-09-30
    CMI Q1/25 → CMI → 2025-03-31  Q4'25 CMI → CMI → 2025-12-31
    ARR (EUR) Q1 2025 → ARR (EUR) → 2025-03-31  ARR FY25 Q1 → ARR → 2025-03-31
    Skills (2025-03-15) → Skills → 2025-03-15  2025: CMI Q2 → CMI → 2025-06-30
    CMI Quartal 1 2025 → CMI → 2025-03-31  CMI 1. Quartal 2025 → CMI → 2025-03-31
    NPS März 2025 → NPS → 2025-03-31  NPS T1 2025 → NPS → 2025-03-31
    CMI as of 31 Mar 2025 → CMI → 2025-03-31  CMI 2. Halbjahr 2025 → CMI → 2025-12-31
    """,
)
def test_a_name_is_a_thing_and_a_period_which_counts_as_its_last_day(name, thing, day):
    found = named(name)
    assert (found.thing, found.day.isoformat()) == (thing, day)


@cases("name", "Tickets last 90 days  Level T1  ARR  1-5 scale  Phase 3  Contact  365")
def test_a_name_with_a_number_is_not_a_period(name):
    assert named(name) is None


def test_a_sentence_that_mentions_a_quarter_is_no_period():
    assert named(f"How well did you know your goals {'and means ' * 9} in Q1 2025?") is None


# A column per quarter


YEAR_OF_CMI = "Customer,CSM,CMI Q1,CMI Q2,CMI Q3,CMI Q4\nAcme,Jane,50,55,,60\nBeta,Bob,12.5,,70,80"


def test_a_column_per_quarter_becomes_the_score_of_each_quarter():
    store = kept(YEAR_OF_CMI, "CMI tracker 2025.csv")
    assert cmi(store, Q1) == {"Acme": 50, "Beta": 12.5}
    assert cmi(store, Q2) == {"Acme": 55, "Beta": 12.5}
    assert cmi(store, Q3) == {"Acme": 55, "Beta": 70}
    assert cmi(store, Q4) == {"Acme": 60, "Beta": 80}
    assert cmi(store, date(2025, 3, 30)) == {}


def test_a_blank_cell_of_a_quarter_says_nothing():
    reading = read(YEAR_OF_CMI, "CMI tracker 2025.csv")
    mappings = mapping.propose(reading.tables, RULES)
    (loaded,) = mapping.apply(reading.tables, mappings, RULES, Q4)
    told = loaded.observations.drop_duplicates(["customer_id", "date"])
    assert len(told) == 6
    assert len(loaded.observations) == 6 * 12
    assert loaded.problems == ()


def test_the_whole_index_is_the_same_level_for_every_factor_and_says_so():
    store = kept("Customer,CMI\nAcme,55", "tracker 2025-Q1.csv")
    levels = store.ratings(Q1, "Acme")
    # 1 + 55 / 25
    assert set(levels["value"].round(9)) == {3.2}
    assert set(levels["item"]) == {f.key for f in RULES.factors}
    assert set(levels["note"]) == {
        "The file knows only the whole CMI (55): the same level for every factor."
    }


def test_money_and_people_of_a_quarter_are_those_of_that_day():
    store = kept(
        "Customer,ARR Q1 2025,ARR Q2 2025,CSM Q1 2025,CSM Q2 2025,Tier Q1 2025,Tier Q2 2025\n"
        "Acme,100,200,Ann,Bob,Gold,Silver\nBeta,300,,Ann,,Gold,\nGamma,5,6,Ann,Ann,Gold,Gold\n"
        "Delta,7,8,Bob,Bob,Silver,Silver"
    )
    then, later = (store.snapshot(d, RULES).set_index("customer_id") for d in (Q1, Q2))
    assert then["arr"].to_dict() == {"Acme": 100, "Beta": 300, "Gamma": 5, "Delta": 7}
    assert later["arr"].to_dict() == {"Acme": 200, "Beta": 300, "Gamma": 6, "Delta": 8}
    assert (then.loc["Acme", "owner"], later.loc["Acme", "owner"]) == ("Ann", "Bob")
    assert (then.loc["Acme", "Tier"], later.loc["Acme", "Tier"]) == ("Gold", "Silver")


def test_factors_and_drivers_of_several_months_are_kept_apart():
    found = proposed(
        "Customer,Skills Jan 2025,Skills Feb 2025,NPS 2025-01,NPS 2025-02,Tickets 2025\n"
        "Acme,3,4,30,40,1\nBeta,1,2,50,60,2"
    )
    assert days(found) == {
        "Skills Jan 2025": "2025-01-31",
        "Skills Feb 2025": "2025-02-28",
        "NPS 2025-01": "2025-01-31",
        "NPS 2025-02": "2025-02-28",
    }
    assert [c.target for c in found.of("factor")] == ["people_skills"] * 2
    assert [c.target for c in found.of("driver")] == ["nps"] * 2
    assert (
        why(found, "Skills Jan 2025") == "It is a name of the methodology. Its name says Jan 2025."
    )


def test_days_in_headers_are_read_in_the_order_that_they_prove():
    found = proposed("Customer,Skills 31.03.2025,Skills 30.06.2025\nAcme,3,4\nBeta,1,2")
    assert list(days(found).values()) == ["2025-03-31", "2025-06-30"]
    american = proposed("Customer,Skills 3/31/2025,Skills 6/5/2025\nAcme,3,4\nBeta,1,2")
    assert list(days(american).values()) == ["2025-03-31", "2025-06-05"]
    unclear = proposed("Customer,Skills 3/4/2025,Skills 6/5/2025\nAcme,3,4\nBeta,1,2")
    assert days(unclear) == {}


def test_two_columns_of_one_thing_and_one_period_are_rivals():
    found = proposed("Customer,CMI Q1 2025,CMI 2025-Q1,CMI Q2 2025\nAcme,30,40,50\nBeta,50,60,70")
    assert roles(found) == {"Customer": "name", "CMI Q1 2025": "index", "CMI Q2 2025": "index"}
    assert why(found, "CMI 2025-Q1").startswith("CMI Q1 2025 is used for")


def test_columns_that_are_nothing_but_quarters_are_about_what_the_sheet_is_about():
    rows = [["Customer", "Q1 2025", "Q2 2025"], ["Acme", 50, 55], ["Beta", 10, 20]]
    store = kept(workbook(CMI=rows), "tracker.xlsx")
    assert cmi(store, Q1) == {"Acme": 50, "Beta": 10}
    assert cmi(store, Q2) == {"Acme": 55, "Beta": 20}


def test_a_person_says_what_columns_of_quarters_hold_and_their_days_stay():
    table = sheet("Customer,Q1 2025,Q2 2025\nAcme,50,55\nBeta,10,20")
    (found,) = mapping.propose([table], RULES)
    assert roles(found) == {"Customer": "name"}
    for header in ("Q1 2025", "Q2 2025"):
        found = with_column(found, header, "index")
    assert list(days(found).values()) == ["2025-03-31", "2025-06-30"]
    assert roles(found) == {"Customer": "name", "Q1 2025": "index", "Q2 2025": "index"}
    (loaded,) = mapping.apply([table], [found], RULES, Q4)
    told = loaded.observations[loaded.observations["item"] == "people_skills"]
    assert told["value"].round(6).tolist() == [3, 1.4, 3.2, 1.8]


def test_a_header_of_two_rows_with_the_year_above_the_quarters_is_a_history():
    rows = [["Customer", 2024, None, 2025, None], [None, "CMI Q3", "CMI Q4", "CMI Q1", "CMI Q2"]]
    text = "\n".join(",".join("" if c is None else str(c) for c in row) for row in rows)
    content = f"{text}\nAcme,10,20,30,40\nBeta,15,25,35,45\nGamma,1,2,3,4"
    (found,) = mapping.propose(read(content).tables, RULES)
    assert list(days(found).values()) == ["2024-09-30", "2024-12-31", "2025-03-31", "2025-06-30"]
    assert cmi(kept(content), date(2024, 12, 31)) == {"Acme": 20, "Beta": 25, "Gamma": 2}


def test_a_period_that_is_not_over_is_said():
    found = mapping.propose([table := sheet("Customer,CMI 2024,CMI 2098\nAcme,30,40")], RULES)
    (loaded,) = mapping.apply([table], found, RULES, Q4)
    assert [(p.kind, p.column) for p in loaded.problems] == [("range", "CMI 2098")]
    assert mapping.newest_date([table], found) == date(2024, 12, 31)


def test_the_newest_quarter_that_says_something_is_the_day_of_the_file():
    table = sheet("Customer,CMI 2023,CMI 2024,CMI 2025\nAcme,30,40,", "x.csv")
    found = mapping.propose([table], RULES)
    assert mapping.newest_date([table], found, date(2026, 5, 1)) == date(2024, 12, 31)


# Quarters without a year


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("CMI 2024.csv", YEAR_OF_CMI),
        ("tracker.csv", f"Customer maturity 2024,,,,,\n,,,,,\n{YEAR_OF_CMI}"),
        ("exported 2026-01-05, CMI.xlsx", workbook(Year_2024=[["Customer", "CMI Q1", "CMI Q2"],
                                                             ["Acme", 50, 60], ["B", 9, 8]])),
    ],
)  # fmt: skip
def test_the_year_comes_from_the_sheet_the_file_or_the_title(name, content):
    (found,) = mapping.propose(read(content, name).tables, RULES)
    assert found.questions == ()
    assert days(found)["CMI Q1"] == "2024-03-31"


def yearless(header: str, row: str, today: date = TODAY) -> TableMapping:
    table = sheet(f"Customer,{header}\nAcme,{row}\nBeta,{row}", "tracker.csv")
    return with_days(mapping.propose([table], RULES)[0], table, today)


@pytest.mark.parametrize(
    ("header", "row", "assumed"),
    [
        ("CMI Q1,CMI Q2,CMI Q3", "10,20,30", "2025"),
        ("CMI Q1,CMI Q2,CMI Q3,CMI Q4", "10,20,30,40", "2025"),  # the fourth has begun
        ("CMI Jan,CMI Nov,CMI Dec", "10,20,30", "2024"),  # December has not
        ("CMI Jan,CMI Nov,CMI Dec", "10,20,", "2025"),  # and is empty
        ("CMI H2,CMI H1", "10,20", "2025"),
    ],
)
def test_without_a_year_it_is_the_newest_in_which_the_last_filled_period_has_begun(
    header, row, assumed
):
    question = asked(yearless(header, row), "year")
    assert question.assumed == assumed
    assert question.options == ("2025", "2024", "2023", "2022", "2021")


def test_the_answer_to_the_year_moves_every_quarter():
    found = yearless("CMI Q1,CMI Q2,NPS Q1,NPS Q2", "10,20,30,40")
    assert asked(found, "year").text == (
        "To which year do the columns CMI Q1, CMI Q2, NPS Q1 and NPS Q2 belong?"
    )
    moved = with_answer(found, "year", "2023")
    assert list(days(moved).values()) == ["2023-03-31", "2023-06-30"] * 2
    assert asked(moved, "year").answer == "2023"


def test_quarters_that_lie_in_two_years_are_not_guessed():
    found = proposed("Customer,CMI Q3,CMI Q4,CMI Q1,CMI Q2\nAcme,10,20,30,40\nBeta,1,2,3,4")
    assert days(found) == {}
    assert found.of("index") == ()


@pytest.mark.parametrize("header", ["h1,h2", "Q1,Q2", "Q1 Score,Q2 Score,Q5 Score", "Jan,Feb"])
def test_what_only_looks_like_quarters_is_not_asked_about(header):
    cells = ",".join("34567"[: len(header.split(","))])
    found = proposed(f"Customer,{header}\nAcme,{cells}\nBeta,{cells}")
    assert (found.questions, days(found)) == ((), {})


# What is known only as a whole


def test_a_characteristic_is_the_same_level_for_each_of_its_factors():
    store = kept("Customer,People Q1 2025,People Q2 2025\nAcme,2,4\nBeta,3,")
    levels = store.ratings(Q2, "Acme")
    assert levels.set_index("item")["value"].to_dict() == {
        "people_roles": 4, "people_skills": 4, "people_collaboration": 4,
    }  # fmt: skip
    assert set(levels["note"]) == {
        "The file knows only People as a whole (4): the same level for every factor."
    }
    assert set(store.ratings(Q2, "Beta")["value"]) == {3}


def test_four_characteristics_make_the_score_that_their_levels_make():
    # (4 + 2 + 4 + 2) / 4 = 3, and 100 x (3 - 1) / 4 = 50
    store = kept("Customer,Charter,People,Process,Technology\nAcme,4,2,4,2", "a 2025-Q1.csv")
    assert cmi(store, Q1) == {"Acme": 50}


@pytest.mark.parametrize("cells", ["12,40,7", "Zendesk,Jira,Zendesk", "Anna,Ben,Carl", ",,"])
def test_a_column_that_is_only_named_like_a_characteristic_is_none(cells):
    rows = "".join(f"\n{name},{c}" for name, c in zip("ABC", cells.split(","), strict=True))
    assert proposed(f"Customer,Technology{rows}").of("characteristic") == ()


@pytest.mark.parametrize(
    ("cells", "assumed", "level"),
    [
        (("3", "4"), "Levels from 1 to 5", 3),
        (("0", "5"), "Points from 0 to 100", 1),
        (("0.5", "0.75"), "Shares from 0 to 1", 3),
    ],
)
def test_small_values_of_the_whole_index_are_asked_about(cells, assumed, level):
    table = sheet("Customer,CMI\nAcme,{}\nBeta,{}".format(*cells))
    found = mapping.propose([table], RULES)
    assert asked(found[0], "index").assumed == assumed
    (loaded,) = mapping.apply([table], found, RULES, Q1)
    acme = loaded.observations[loaded.observations["customer_id"] == "Acme"]
    assert set(acme["value"]) == {level}
    points = with_answer(found[0], "index", "Points from 0 to 100")
    (loaded,) = mapping.apply([table], [points], RULES, Q1)
    acme = loaded.observations[loaded.observations["customer_id"] == "Acme"]
    assert set(acme["value"].round(9)) == {round(1 + float(cells[0]) / 25, 9)}


def test_values_that_can_only_be_points_are_not_asked_about():
    assert proposed("Customer,CMI\nAcme,3\nBeta,80").questions == ()


def test_a_value_outside_of_the_scale_costs_its_cell():
    table = sheet("Customer,CMI\nAcme,55\nBeta,120\nGamma,10\nDelta,0\nEpsilon,100\nZeta,n/a")
    (loaded,) = mapping.apply([table], mapping.propose([table], RULES), RULES, Q1)
    levels = loaded.observations.drop_duplicates("customer_id").set_index("customer_id")["value"]
    assert levels.to_dict() == pytest.approx({"Acme": 3.2, "Gamma": 1.4, "Delta": 1, "Epsilon": 5})
    assert [(p.kind, p.row, p.value) for p in loaded.problems] == [("range", 3, "120")]
    assert loaded.kept == 6


def test_an_index_beside_the_factors_that_it_is_made_of_is_not_used():
    factors = ",".join(f.key for f in RULES.factors)
    found = proposed(f"Customer,CMI,People,{factors}\nAcme,50,2,4,5,3,2,2,2,5,4,3,1,1,4")
    assert found.of("index", "characteristic") == ()
    assert why(found, "CMI") == "What it is made of is there; it follows from that."


def test_what_is_told_of_a_factor_itself_comes_before_the_whole():
    table = sheet("Customer,CMI,Skills\nAcme,50,5\nBeta,50,")
    (loaded,) = mapping.apply([table], mapping.propose([table], RULES), RULES, Q1)
    skills = loaded.observations[loaded.observations["item"] == "people_skills"]
    assert skills["value"].tolist() == [5, 3]
    assert len(loaded.observations) == 2 * 12


def test_a_whole_health_score_cannot_be_taken_apart():
    found = proposed("Customer,CHS Q1 2025,CHS Q2 2025,Health score\nAcme,50,60,70\nBeta,5,6,7")
    assert roles(found) == {"Customer": "name"}
    assert why(found, "CHS Q1 2025").startswith("It is a whole health score made elsewhere;")


def test_the_scores_that_were_made_here_are_not_loaded_as_levels():
    found = proposed(
        "customer_id,cmi,cmi_level,cmi_coverage,people,chs\nA,50,3,0.9,3,40\nB,9,1,1,2,4"
    )
    assert found.of("index", "characteristic") == ()


def test_a_person_can_say_that_a_column_is_the_whole_index_and_is_asked_for_its_scale():
    table = sheet("Customer,Readiness\nAcme,3\nBeta,4")
    (found,) = mapping.propose([table], RULES)
    meaning = mapping.meanings(RULES)["Whole CMI (0-100 or level 1-5)"]
    chosen = with_column(found, "Readiness", *meaning)
    assert asked(chosen, "index").assumed == "Points from 0 to 100"
    leveled = with_answer(chosen, "index", "Levels from 1 to 5")
    (loaded,) = mapping.apply([table], [leveled], RULES, Q1)
    assert set(loaded.observations["value"]) == {3, 4}


def test_a_person_can_say_that_a_column_is_a_characteristic_and_no_other_thing():
    found = proposed("Customer,Team\nAcme,3\nBeta,4")
    meaning = mapping.meanings(RULES)["Level of a whole characteristic: People"]
    chosen = with_column(found, "Team", *meaning)
    assert roles(chosen)["Team"] == "characteristic"
    assert mapping.label_of(chosen.columns[1], RULES) == "Level of a whole characteristic: People"
    with pytest.raises(MappingError):
        with_column(found, "Team", "factor", "people")
    with pytest.raises(MappingError):
        with_column(found, "Team", "characteristic", "people_skills")


def test_a_small_score_of_each_quarter_is_asked_about_once():
    found = proposed("Customer,NPS Q1 2025,NPS Q2 2025,NPS Q3 2025\nAcme,1,2,3\nBeta,4,5,6")
    (question,) = found.questions
    assert question.columns == ("NPS Q1 2025", "NPS Q2 2025", "NPS Q3 2025")
    scale = with_answer(found, question.key, "NPS from -100 to 100")
    assert {c.factor for c in scale.of("driver")} == {1}


# A sheet per quarter, and files that name their day


def quarter(*levels: float) -> list[list[object]]:
    return [["Customer", "CMI", "Tickets"], ["Acme", levels[0], 3], ["Beta", levels[1], 4]]


@pytest.mark.parametrize(
    ("names", "file"),
    [
        (("Q1 2025", "Q2 2025", "Q3 2025"), "tracker.xlsx"),
        (("2025-Q1", "2025-Q2", "2025-Q3"), "tracker.xlsx"),
        (("Mar 2025", "Jun 2025", "Sep 2025"), "tracker.xlsx"),
        (("2025-03", "2025-06", "2025-09"), "tracker.xlsx"),
        (("31.03.2025", "30.06.2025", "30.09.2025"), "tracker.xlsx"),
        (("CMI Q1", "CMI Q2", "CMI Q3"), "tracker 2025.xlsx"),
    ],
)
def test_a_sheet_per_quarter_becomes_the_score_of_each_quarter(names, file):
    sheets = zip(names, (quarter(50, 10), quarter(55, 20), quarter(60, 30)), strict=True)
    store = kept(workbook(**dict(sheets)), file)
    assert cmi(store, Q1) == {"Acme": 50, "Beta": 10}
    assert cmi(store, Q2) == {"Acme": 55, "Beta": 20}
    assert cmi(store, Q3) == {"Acme": 60, "Beta": 30}
    assert store.days() == (Q1, Q2, Q3)


def test_sheets_of_quarters_without_a_year_ask_for_it():
    reading = read(workbook(Q1=quarter(50, 10), Q2=quarter(55, 20)), "tracker.xlsx")
    mappings = [
        with_days(m, t, TODAY)
        for m, t in zip(mapping.propose(reading.tables, RULES), reading.tables, strict=True)
    ]
    assert [m.day for m in mappings] == ["2025-03-31", "2025-06-30"]
    assert asked(mappings[0], "year").text == "To which year does the sheet Q1 belong?"
    assert with_answer(mappings[1], "year", "2022").day == "2022-06-30"


@cases(
    "file day",
    """
    assessment 2025-Q1.xlsx → 2025-03-31  crm_export_2025-03-31.csv → 2025-03-31
    export_20250331_142233.csv → 2025-03-31  Kunden 31.03.2025.csv → 2025-03-31
    customers Mar 2025.csv → 2025-03-31
    """,
)
def test_a_file_that_names_a_day_or_period_is_of_that_day(file, day):
    table = sheet("Customer,ARR,Tickets\nAcme,100,3", file)
    found = mapping.propose([table], RULES)
    assert found[0].day == day
    (loaded,) = mapping.apply([table], found, RULES, Q4)
    assert set(loaded.observations["date"]) == set(loaded.customers["as_of"])
    assert loaded.customers["as_of"].iloc[0].date().isoformat() == day
    assert mapping.newest_date([table], found) == date.fromisoformat(day)


@cases(
    "file",
    """
    customers.csv  customers 2025.csv  v2.csv  export 2025-01-01 to 2025-03-31.csv  Q1.csv
    03-04-2025.csv
    """,
)
def test_a_file_that_does_not_clearly_name_one_day_has_none(file):
    (found,) = mapping.propose([sheet("Customer,ARR\nAcme,100", file)], RULES)
    assert (found.day, found.questions) == ("", ())


def test_rows_with_a_day_of_their_own_keep_it():
    table = sheet("Customer,date,Tickets\nAcme,2025-01-15,3\nBeta,,4", "export 2025-03-31.csv")
    found = mapping.propose([table], RULES)
    assert found[0].day == ""
    (loaded,) = mapping.apply([table], found, RULES, Q4)
    assert [d.date() for d in loaded.observations["date"]] == [date(2025, 1, 15), Q4]


def test_the_day_of_a_table_is_said_in_words():
    table = sheet("Customer,ARR\nAcme,100", "export 2025-03-31.csv")
    (found,) = mapping.propose([table], RULES)
    assert dated_why(found, table).replace("\N{NO-BREAK SPACE}", " ") == (
        "No row has a date of its own, and the name of the file says 2025-03-31: "
        "all rows count as of 31 Mar 2025."
    )
    assert dated_why(with_day(found, ""), table) == ""


def test_a_person_says_another_day_and_it_holds():
    table = sheet("Customer,ARR\nAcme,100", "export 2025-03-31.csv")
    chosen = with_day(mapping.propose([table], RULES)[0], "2025-02-28")
    assert "and a person chose: all rows" in dated_why(chosen, table)
    (loaded,) = mapping.apply([table], [chosen], RULES, Q4)
    assert loaded.customers["as_of"].iloc[0].date() == date(2025, 2, 28)
    with pytest.raises(MappingError):
        with_day(chosen, "28 February")


def test_days_since_are_counted_to_the_day_of_the_table():
    table = sheet("Customer,Last contact\nAcme,2025-03-21", "export 2025-03-31.csv")
    (loaded,) = mapping.apply([table], mapping.propose([table], RULES), RULES, Q4)
    assert loaded.observations["value"].tolist() == [10]


def test_the_next_file_with_the_same_columns_is_of_its_own_day():
    text = "Customer,CMI,Tickets\nAcme,{},3\nBeta,20,3"
    store = kept(text.format(50), "tracker 2025-Q1.csv")
    kept(text.format(60), "tracker 2025-Q2.csv", store)
    assert cmi(store, Q1) == {"Acme": 50, "Beta": 20}
    assert cmi(store, Q2) == {"Acme": 60, "Beta": 20}


def test_the_next_tracker_without_a_year_is_asked_about_again():
    table = sheet("Customer,CMI Q1,CMI Q2\nAcme,10,20\nBeta,30,40", "tracker 2023.csv")
    (first,) = mapping.propose([table], RULES)
    later = sheet("Customer,CMI Q1,CMI Q2\nAcme,50,60\nBeta,70,80", "tracker.csv")
    key = mapping.fingerprint(table)
    (second,) = mapping.propose([later], RULES, {key: first})
    assert first.questions == ()
    assert [q.key for q in second.questions] == ["year"]
    again = with_answer(second, "year", second.questions[0].options[-1])
    (third,) = mapping.propose([table], RULES, {key: again})
    assert (third.questions, days(third)["CMI Q1"]) == ((), "2023-03-31")


# A row per quarter


@cases(
    "first second",
    """
    Q1 2025 → Q2 2025  2025-Q1 → 2025-Q2  Mar 2025 → Jun 2025  1. Quartal 2025 → 2. Quartal 2025
    März 2025 → Juni 2025  T1 2025 → T2 2025  2025-03 → 2025-06
    """,
)
def test_a_row_per_quarter_becomes_the_score_of_each_quarter(first, second):
    store = kept(
        f"Customer,Quarter,CMI\nAcme,{first},50\nAcme,{second},55\nBeta,{first},10\nBeta,{second},20"
    )
    assert cmi(store, Q1) == {"Acme": 50, "Beta": 10}
    assert cmi(store, Q2) == {"Acme": 55, "Beta": 20}
