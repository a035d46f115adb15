"""The same job without a screen: `cmi score`, `cmi template`, `cmi methodology`, `cmi run`."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = """\
examples:
  cmi score accounts.csv tickets.csv --out scores.xlsx
  cmi score export.csv --as-of 2026-09-30 --grid 3x3 > scores.csv
  cmi template assessment.xlsx --owner "Jane Doe" --stale
  cmi template assessment.xlsx --customers accounts.csv --segment Region=EMEA
  cmi methodology --format toml > mine.toml
  cmi run --port 8600

Each command explains itself: cmi score --help
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did its work, 1 when it could not, 2 for wrong usage."""
    try:
        arguments = _arguments(argv)
    except SystemExit as stop:  # --help, or wrong usage
        return int(stop.code or 0)

    # Loading what computes takes a while, and --help needs none of it.
    from cmi import commands
    from cmi.problems import CmiError

    try:
        commands.COMMANDS[arguments.command](arguments)
    except CmiError as error:
        commands.say(str(error))
        return 1
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command and its options; `more` has what `run` passes on."""
    parser = _parser()
    arguments, more = parser.parse_known_args(argv)
    if more and arguments.command != "run":
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    if arguments.command == "template" and arguments.empty and _chosen(arguments):
        parser.error("--empty has no customers: use it without --owner, --segment and --stale")
    arguments.more = more
    return arguments


def _chosen(arguments: argparse.Namespace) -> bool:
    """Whether only some of the customers are wanted."""
    return arguments.stale or arguments.owner is not None or arguments.segment is not None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cmi",
        description="Customer maturity and customer health: who to expand, retain, save or let go.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="cmi COMMAND ...",
    )
    commands = parser.add_subparsers(
        title="commands",
        metavar="COMMAND".ljust(13),  # room for the longest command beside its help
        prog="cmi",
        dest="command",
        required=True,
    )
    _add_score(commands.add_parser("score", help="score the customers in some exports"))
    _add_template(commands.add_parser("template", help="make the assessment workbook to fill in"))
    _add_methodology(commands.add_parser("methodology", help="print the rules in force"))
    _add_run(commands.add_parser("run", help="open the dashboard"))
    return parser


def _add_score(parser: argparse.ArgumentParser) -> None:
    parser.description = "Score the customers in some exports: one row per customer."
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="a CSV or XLSX file")
    parser.add_argument(
        "--out",
        type=_table,
        help="where the scores go (.csv, .xlsx, .parquet); else CSV is printed",
    )
    parser.add_argument("--as-of", type=_day, help="the day (2026-03-31); else the newest date")
    parser.add_argument("--grid", choices=("2x2", "3x3"), default="2x2", help="default: 2x2")
    parser.add_argument("--methodology", type=Path, help="a TOML or JSON file with other rules")
    parser.add_argument("--mapping", type=Path, help="what the columns mean, saved earlier")
    parser.add_argument("--save-mapping", type=Path, help="keep what the columns mean (JSON)")
    parser.add_argument("--problems", type=_table, help="where all problems go, as a table")


def _add_template(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Make the assessment workbook; filled in, it is scored as it is. The customers of the "
        "database get a row each, with their last levels; in these rows, a date says that the "
        "customer was assessed again."
    )
    parser.add_argument("out", metavar="OUT.xlsx", type=_workbook)
    rows = parser.add_mutually_exclusive_group()
    rows.add_argument("--customers", type=Path, help="take the customers of this file instead")
    rows.add_argument("--empty", action="store_true", help="no customers, only empty rows")
    parser.add_argument("--owner", metavar="NAME", help="only the customers of this owner")
    parser.add_argument(
        "--segment",
        metavar="COLUMN=VALUE",
        type=_segment,
        help="only this segment, such as Region=EMEA",
    )
    parser.add_argument(
        "--stale", action="store_true", help="only those with a level that is missing or too old"
    )
    parser.add_argument("--methodology", type=Path, help="a TOML or JSON file with other rules")
    parser.add_argument("--as-of", type=_day, help="the day of the assessment; else today")


def _add_methodology(parser: argparse.ArgumentParser) -> None:
    parser.description = "Print the rules in force: those of the database, else those shipped."
    parser.add_argument("--format", choices=("json", "toml"), default="json", help="default: json")
    parser.add_argument("--methodology", type=Path, help="a TOML or JSON file to check and print")


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.description = "Open the dashboard. Other arguments are passed on to Streamlit."
    parser.add_argument("--port", type=int, default=8501, help="default: 8501, or the next free")
    parser.add_argument("--address", default="127.0.0.1", help="default: 127.0.0.1")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day such as 2026-03-31") from None


def _segment(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not (column.strip() and equals and value.strip()):
        raise argparse.ArgumentTypeError(f"{text} is not a segment such as Region=EMEA")
    return column.strip(), value.strip()


def _table(text: str) -> Path:
    if Path(text).suffix.lower() not in (".csv", ".xlsx", ".parquet"):
        raise argparse.ArgumentTypeError(f"{text} must end in .csv, .xlsx or .parquet")
    return Path(text)


def _workbook(text: str) -> Path:
    if Path(text).suffix.lower() != ".xlsx":
        raise argparse.ArgumentTypeError(f"{text} must end in .xlsx")
    return Path(text)
