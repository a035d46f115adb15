"""Where a table begins and ends, and what its columns are called."""

from __future__ import annotations

import pytest
from odd_files import filled, kinds, only, saved, table


def test_titles_above_the_header_are_left_out_and_quoted() -> None:
    found = table("Accounts by owner\nAs of 2026-03-31\n\nId,Name,ARR\n1,Acme,10\n2,Bolt,20\n")
    assert list(found.columns) == ["Id", "Name", "ARR"]
    assert found.lines == [5, 6]
    assert [(i.kind, i.row, i.value) for i in found.issues] == [
        ("skipped", 1, "Accounts by owner"),
        ("skipped", 2, "As of 2026-03-31"),
    ]
    assert "header in row 4" in found.notes


def test_a_blank_first_row_and_a_blank_first_column_do_no_harm() -> None:
    found = table(",,\n,Customer ID,Customer Name\n,c1,Acme\n,c2,Bolt\n")
    assert found.columns == {"Customer ID": ("c1", "c2"), "Customer Name": ("Acme", "Bolt")}
    assert "1 column without name and values left out" in found.notes
    assert found.issues == []


def test_a_column_with_values_and_no_name_is_called_by_its_place() -> None:
    found = table("id,name,\n1,Acme,x\n2,Bolt,\n")
    assert found.columns["Column 3"] == ("x", "")
    assert [(i.kind, i.column) for i in found.issues] == [("header", "Column 3")]


def test_names_that_differ_only_in_case_or_space_are_told_apart_and_reported() -> None:
    found = table("Name,ARR, name ,name (2)\nAcme,1,2,3\n")
    assert list(found.columns) == ["Name", "ARR", "name (3)", "name (2)"]
    (issue,) = found.issues
    assert issue.kind == "header"
    assert issue.message == (
        'Columns 1 and 3 are both named "name"; the later one is called "name (3)".'
    )


def test_html_and_line_ends_in_headers_are_taken_out() -> None:
    found = table('"<b>Customer</b> id","Net\nARR &amp; more","Score <5"\n1,2,3\n')
    assert list(found.columns) == ["Customer id", "Net ARR & more", "Score <5"]


def test_questions_over_their_options_become_one_header() -> None:
    found = table(
        "RespondentID,Email,What do you use?,,,Why?\n"
        ",,Reports,Alerts,API,Open-Ended Response\n"
        "11,a@x.com,Reports,,API,Speed\n"
        "12,b@x.com,,Alerts,,Price\n"
    )
    assert list(found.columns) == [
        "RespondentID",
        "Email",
        "What do you use?: Reports",
        "What do you use?: Alerts",
        "What do you use?: API",
        "Why?",
    ]
    assert found.lines == [3, 4]
    assert kinds(found) == [("header", 1)]


SURVEY = (
    "RespondentID,CollectorID,StartDate,EndDate,IP Address,Email Address,First Name,LastName,"
    "Custom Data"
)


def test_the_two_header_rows_of_a_survey_tool_give_one_name_per_column() -> None:
    found = table(
        f'{SURVEY},"<p>How <b>satisfied</b> are you?</p>","Which of these do you use?",,,'
        '"How many seats?",,"Anything else?",Score\n'
        ',,,,,,,,,Response,Reports,<i>Alerts</i>,"Other (please specify)",1,10,'
        "Open-Ended Response,\n"
        "11,7,2026-03-01 09:00:00,2026-03-01 09:05:00,,a@x.com,,,,Very,Reports,,,1,,No,7\n"
        "12,7,2026-03-02 09:00:00,2026-03-02 09:05:00,,b@x.com,,,,Not,,Alerts,Api,,10,,8\n"
    )
    assert list(found.columns) == [
        *SURVEY.split(","),
        "How satisfied are you?",
        "Which of these do you use?: Reports",
        "Which of these do you use?: Alerts",
        "Which of these do you use?: Other (please specify)",
        "How many seats?: 1",
        "How many seats?: 10",
        "Anything else?",
        "Score",
    ]
    assert found.lines == [3, 4]
    assert found.header_row == 2


def test_a_survey_with_one_question_of_two_options_has_two_header_rows() -> None:
    found = table(f"{SURVEY},Renew?,\n,,,,,,,,,Yes,No\n11,7,,,,,,,,Yes,\n12,7,,,,,,,,,No\n")
    assert list(found.columns)[-2:] == ["Renew?: Yes", "Renew?: No"]
    assert found.columns["RespondentID"] == ("11", "12")


def test_a_survey_of_simple_questions_has_two_header_rows() -> None:
    found = table("RespondentID,Why?,How?\n,Open-Ended Response,Response\n11,Speed,Well\n")
    assert list(found.columns) == ["RespondentID", "Why?", "How?"]
    assert found.lines == [3]


def test_a_question_with_more_options_than_all_else_is_no_title() -> None:
    options = [f"Option {i}" for i in range(30)]
    top = ["RespondentID", "Email", "What do you use?", *[""] * 29]
    rows = [top, ["", "", *options], *(["1", "a@x.com", *options] for _ in range(3))]
    found = table("\n".join(map(",".join, rows)))
    assert list(found.columns)[:3] == ["RespondentID", "Email", "What do you use?: Option 0"]
    assert list(found.columns)[-1] == "What do you use?: Option 29"
    assert len(found.lines) == 3


def test_a_first_row_that_lacks_its_id_is_no_second_header() -> None:
    for row in (",Acme,call back", ",,call back", ",Acme,12"):
        found = table(f"id,name,\n{row}\n2,Bolt,\n3,Cord,\n")
        assert list(found.columns)[:2] == ["id", "name"]
        assert found.lines == [2, 3, 4]
        assert found.columns["id"] == ("", "2", "3")


def test_without_a_header_no_row_is_lost() -> None:
    found = table("Bob,35,Rome\nAnn,28,Oslo\n")
    assert found.columns["Column 1"] == ("Bob", "Ann")
    assert kinds(found) == [("header", None)]


def test_years_and_months_may_name_columns() -> None:
    found = table("Customer,2024,2025,2026-01-31\nAcme,10,20,30\n")
    assert list(found.columns) == ["Customer", "2024", "2025", "2026-01-31"]


def test_the_footer_of_a_crm_report_is_no_data() -> None:
    found = table(
        '"Account Name","Type","ARR"\n"Acme","Customer","10"\n"Total","Customer","20"\n\n'
        '"Grand Totals (2 records)"\n"Total","","30"\n\n'
        '"Confidential Information - Do Not Distribute"\n'
        '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
    )
    assert found.columns["Account Name"] == ("Acme", "Total")
    assert [kind for kind, _ in kinds(found)] == ["skipped"] * 4
    assert (found.rows, found.refused, found.blank) == (8, 4, 2)
    assert "4 footer rows left out" in found.notes


def test_a_short_last_row_without_a_blank_row_above_is_no_footer() -> None:
    found = table("id,name\n1,Acme\n2,Bolt\n3\n")
    assert kinds(found) == [("width", 4)]


def test_a_header_that_comes_again_is_no_data() -> None:
    found = table("id,name\n1,Acme\nid,name\n2,Bolt\n")
    assert found.columns["id"] == ("1", "2")
    assert kinds(found) == [("skipped", 3)]


# what stands above a header


@pytest.mark.parametrize("lines", [1, 5, 20])
@pytest.mark.parametrize("line", ["Report", "Key,Value", "Key,Value,,", "Key,,,Value"])
def test_many_lines_above_a_short_table_are_no_table(line: str, lines: int) -> None:
    found = table(f"{line}\n" * lines + "id,name,city,arr\n1,Acme,Rome,10\n2,Bolt,Oslo,20\n")
    assert list(found.columns) == ["id", "name", "city", "arr"]
    assert found.columns["id"] == ("1", "2")
    assert kinds(found) == [("skipped", n) for n in range(1, lines + 1)]


def test_a_sentence_with_commas_above_the_header_is_no_header() -> None:
    found = table("Sales, Marketing, and Service\nid,name,city,arr\n1,Acme,Rome,10\n")
    assert found.columns["id"] == ("1",)


def test_a_form_above_the_table_is_parted_from_it_by_a_blank_row() -> None:
    found = table("By:,Ann,\nOn:,Monday,\n,,\nquestion,level,note\nCharter,3,ok\nPeople,2,low\n")
    assert list(found.columns) == ["question", "level", "note"]
    assert len(found.lines) == 2


def test_remarks_with_as_many_cells_as_the_table_are_no_header() -> None:
    found = table("# exported,by,Ann\n# all,of,them\nid,name,city\n1,Acme,Rome\n")
    assert list(found.columns) == ["id", "name", "city"]
    assert list(table("#id,name,city\n1,Acme,Rome\n").columns) == ["#id", "name", "city"]


def test_a_signature_below_a_blank_row_is_no_data() -> None:
    found = table("id,name,city\n1,Acme,Rome\n,,\nBy:,Ann,\nDate:,2026-01-01,\n")
    assert found.columns["id"] == ("1",)
    assert kinds(found) == [("skipped", 4), ("skipped", 5)]


# names that are numbers, or missing


def test_counted_columns_and_month_ends_are_names_even_over_nothing() -> None:
    months = ",".join(map(str, range(1, 13)))
    found = table(f"customer,{months}\nAcme{',5' * 12}\nBolt{',6' * 12}\n")
    assert list(found.columns) == ["customer", *map(str, range(1, 13))]
    found = table("customer,2026-01-31,2026-02-28\nAcme,,\nBolt,,\n")
    assert list(found.columns) == ["customer", "2026-01-31", "2026-02-28"]


def test_a_header_with_names_for_half_of_the_columns_is_one() -> None:
    found = table("id,,name,\n1,a,b,3\n2,d,e,4\n")
    assert list(found.columns) == ["id", "Column 2", "name", "Column 4"]
    assert found.lines == [2, 3]


# headers of several rows

QUARTERS = ["Customer", "2025: Q1", "2025: Q2", "2026: Q1", "2026: Q2"]


@pytest.mark.parametrize(
    "header",
    [
        ",2025,,2026,\nCustomer,Q1,Q2,Q1,Q2",
        "Customer,2025,,2026,\n,Q1,Q2,Q1,Q2",
        "Customer,2025,2025,2026,2026\n,Q1,Q2,Q1,Q2",
    ],
)
def test_years_above_quarters_are_part_of_the_names(header: str) -> None:
    found = table(f"Scores\n{header}\nAcme,1,2,3,4\nBolt,5,6,7,8\n")
    assert list(found.columns) == QUARTERS
    assert found.lines == [4, 5]
    assert kinds(found) == [("skipped", 1), ("header", 2)]
    assert found.header_row == 3


def test_a_header_of_three_rows_gives_one_name_per_column() -> None:
    found = table(",2025,,,,2026,\n,CMI,,NPS,,CMI,\nCustomer,Q1,Q2,Q1,Q2,Q1,Q2\nAcme,1,2,3,4,5,6\n")
    assert list(found.columns) == [
        "Customer",
        *("2025: CMI: Q1", "2025: CMI: Q2", "2025: NPS: Q1", "2025: NPS: Q2"),
        *("2026: CMI: Q1", "2026: CMI: Q2"),
    ]
    assert (found.lines, found.notes[-1]) == ([4], "header in rows 1 and 2 and 3")


def test_a_header_of_three_rows_that_are_merged_gives_one_name_per_column() -> None:
    book, sheet = filled(
        ("Customer", 2025, None, None, None, "Owner"),
        (None, "CMI", None, "NPS", None, None),
        (None, "Q1", "Q2", "Q1", "Q2", None),
        ("Acme", 1, 2, 3, 4, "Ann"),
        ("Bolt", 5, 6, 7, 8, "Bob"),
        ("Cord", 9, 8, 7, 6, "Eve"),
    )
    for area in ("A1:A3", "B1:E1", "B2:C2", "D2:E2", "F1:F3"):
        sheet.merge_cells(area)
    assert list(only(saved(book)).frame.columns) == [
        "Customer",
        *("2025: CMI: Q1", "2025: CMI: Q2", "2025: NPS: Q1", "2025: NPS: Q2"),
        "Owner",
    ]


def test_a_title_above_names_that_come_twice_is_no_group() -> None:
    found = table("Accounts,,\nid,name,name\n1,Acme,Inc\n")
    assert list(found.columns) == ["id", "name", "name (2)"]
    assert kinds(found) == [("skipped", 1), ("header", 2)]


def test_a_first_row_with_values_that_come_twice_is_data() -> None:
    found = table("name,tag,tag,note\nAcme,a,b,a\nBolt,c,d,e\n")
    assert found.lines == [2, 3]


def test_the_keys_questions_and_ids_of_a_survey_tool_are_one_header() -> None:
    ids = ",".join(f'"{{""ImportId"":""QID{n}""}}"' for n in range(2))
    found = table(f"ResponseId,Q1\nResponse ID,How satisfied?\n{ids}\nR_1,5\nR_2,4\n")
    assert found.columns == {"Response ID": ("R_1", "R_2"), "How satisfied?": ("5", "4")}
