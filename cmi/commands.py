"""What the commands of the command line do; their options are in cmi/cli.py.

Results go to files or to standard output, what a person should know to standard error.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmi import intake, mapping, methodology, scoring
from cmi.freshness import assess
from cmi.intake import Reading, Upload
from cmi.problems import (
    CmiError,
    DatabaseBusyError,
    DatabaseUnreadableError,
    FileUnreadableError,
    MappingError,
    NothingToScoreError,
    problem_frame,
)
from cmi.reports import summary, tables
from cmi.reports.scores import score_table
from cmi.reports.template import assessment
from cmi.serve import serve
from cmi.store import Store, database
from cmi.words import count, day

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    import pandas as pd

    from cmi.frames import Loaded
    from cmi.mapping import TableMapping
    from cmi.methodology import Methodology

# Control characters, line breaks and marks that turn the direction of text.
_NOT_FOR_A_TERMINAL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def score(arguments: Namespace) -> None:
    """Score the customers in some exports; NothingToScoreError when none gets a score."""
    rules = _rules(arguments.methodology)
    reading = _reading(arguments.files)
    mappings = mapping.propose(reading.tables, rules, _remembered(arguments.mapping, reading))
    if arguments.save_mapping:
        documents = [json.loads(mapping.to_json(chosen)) for chosen in mappings]
        text = json.dumps(documents, indent=2, ensure_ascii=False)
        tables.put(text.encode("utf-8", "replace"), arguments.save_mapping)
    as_of = _as_of(arguments.as_of, mapping.newest_date(reading.tables, mappings))
    store = Store()
    loaded = _load(reading, mappings, rules, as_of, store)
    _tell_problems(loaded, arguments.problems)
    scores = scoring.score(store.snapshot(as_of, rules), rules, arguments.grid)
    if scores.empty:
        raise NothingToScoreError("the files name no customer.")
    say(f"Methodology {rules.version}, {rules.name}.")
    _say_all(summary.how_scored(scores, rules, arguments.grid))
    _give(score_table(scores, rules, as_of, arguments.grid), arguments.out)
    if scores[["cmi", "chs"]].isna().all(axis=None):
        raise NothingToScoreError("too little is known of every customer.")


def template(arguments: Namespace) -> None:
    """Make the assessment workbook: for the customers of a file or of the database, or empty."""
    on = arguments.as_of or datetime.now(UTC).date()
    if arguments.empty:
        rules, customers = _rules(arguments.methodology), None
    elif arguments.customers:
        rules = _rules(arguments.methodology)
        known = _in_file(arguments.customers, rules, on)
        customers = _to_assess(known, rules, arguments)[["customer_id", "name"]]
    else:
        rules, known = _in_database(arguments.methodology, on)
        customers = _to_assess(known, rules, arguments)
    tables.put(assessment(rules, customers, on), arguments.out)
    _say_all(_made(customers, arguments))


def show_methodology(arguments: Namespace) -> None:
    """Print the rules as a document."""
    rules = _rules(arguments.methodology)
    write = methodology.to_toml if arguments.format == "toml" else methodology.to_json
    _print(f"{write(rules).rstrip()}\n".encode())


def run(arguments: Namespace) -> None:
    """Open the dashboard until it is stopped."""
    serve(say, arguments.port, arguments.address, not arguments.no_browser, arguments.more)


COMMANDS: dict[str, Callable[[Namespace], None]] = {
    "score": score,
    "template": template,
    "methodology": show_methodology,
    "run": run,
}


def say(line: str) -> None:
    """One line for the person at the terminal; nothing that was in a file can command it."""
    harmless = _NOT_FOR_A_TERMINAL.sub("\N{REPLACEMENT CHARACTER}", line)
    sys.stderr.write(harmless.replace("\N{NO-BREAK SPACE}", " ") + "\n")


def _say_all(lines: Iterable[str]) -> None:
    for line in lines:
        say(line)


def _print(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _rules(file: Path | None) -> Methodology:
    """The methodology of a file; else that of the database; else the one that is shipped."""
    if file:
        return methodology.load(file)
    path = database.chosen()
    if not path.is_file():
        return methodology.shipped()
    try:
        store = Store(path)
    except (DatabaseBusyError, DatabaseUnreadableError) as error:
        say(f"{error} The methodology that comes with the product is used.")
        return methodology.shipped()
    try:
        return store.methodology()
    finally:
        store.close()


def _reading(paths: Sequence[Path]) -> Reading:
    """What the files hold; a file that cannot be read, or comes twice, costs itself only."""
    uploads: dict[str, Upload] = {}
    names: set[str] = set()
    for path in paths:
        try:
            (upload,) = intake.uploads_from([path])
        except FileUnreadableError as error:
            say(str(error))
            continue
        digest = sha256(upload.content).hexdigest()
        if digest in uploads:
            say(f"{path} has the same content as {uploads[digest].name}: it counts once.")
            continue
        name = str(path) if upload.name in names else upload.name
        uploads[digest] = Upload(name, upload.content)
        names.add(name)
    reading = intake.read(list(uploads.values()))
    _say_all(reading.failures)
    if not reading.tables:
        raise NothingToScoreError("there is no file that can be read.")
    return reading


def _remembered(file: Path | None, reading: Reading) -> dict[str, TableMapping]:
    """The saved mappings, by the fingerprint of the table with the same headers."""
    remembered: dict[str, TableMapping] = {}
    for saved in _saved(file) if file else ():
        headers = {column.header.strip() for column in saved.columns}
        fitting = [t for t in reading.tables if {h.strip() for h in t.frame.columns} == headers]
        remembered |= {mapping.fingerprint(table): saved for table in fitting}
        if not fitting:
            say(f"The mapping of {saved.file} in {file} fits none of the files: it is not used.")
    return remembered


def _saved(file: Path) -> list[TableMapping]:
    """One mapping or a list of them, as JSON."""
    try:
        document: Any = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"in {file}", f"{error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise MappingError(f"in {file}", "it is not JSON.") from error
    documents = document if isinstance(document, list) else [document]
    return [mapping.from_json(json.dumps(one)) for one in documents]


def _as_of(wanted: date | None, newest: date | None) -> date:
    """The day of the scores, said with its reason."""
    if wanted:
        say(f"As of {day(wanted)}, as asked.")
        return wanted
    if newest:
        say(f"As of {day(newest)}, the newest date in the files.")
        return newest
    today = datetime.now(UTC).date()
    say(f"As of {day(today)}, today: the files carry no date.")
    return today


def _load(
    reading: Reading,
    mappings: Sequence[TableMapping],
    rules: Methodology,
    as_of: date,
    store: Store,
) -> tuple[Loaded, ...]:
    """Put everything into the store, and say how it was understood."""
    loaded = intake.prepare(reading, mappings, rules, as_of, store)
    origins = intake.origins(reading, mappings, as_of, "command line")
    store.add(list(zip(origins, loaded, strict=True)))
    for table, chosen, one in zip(reading.tables, mappings, loaded, strict=True):
        _say_all(summary.how_read(table, chosen, one, rules))
    return loaded


def _tell_problems(loaded: Sequence[Loaded], file: Path | None) -> None:
    problems = intake.problems_of(loaded)
    _say_all(summary.what_was_wrong(problems))
    if file:
        tables.write(problem_frame(problems), file)
        say(f"{count(len(problems), 'problem is', 'problems are')} in {file}.")


def _give(table: pd.DataFrame, out: Path | None) -> None:
    """The scores to a file, or printed as CSV."""
    if out is None:
        _print(tables.to_csv(table))
        return
    tables.write(table, out)
    say(f"The scores are in {out}.")


def _in_file(file: Path, rules: Methodology, on: date) -> pd.DataFrame:
    """The snapshot of the customers in a file, on the day or on the file's own if that is later."""
    store = Store()
    newest, _, failures = intake.load(intake.uploads_from([file]), store, rules)
    if failures:
        raise CmiError(failures[0])
    snapshot = store.snapshot(max(newest, on), rules)
    if snapshot.empty:
        raise FileUnreadableError(str(file), "it names no customer.")
    return snapshot


def _in_database(rules_file: Path | None, on: date) -> tuple[Methodology, pd.DataFrame]:
    """The rules, and the snapshot of the database; without one, nobody is known."""
    path = database.chosen()
    store = Store(path) if path.is_file() else Store()
    try:
        rules = methodology.load(rules_file) if rules_file else store.methodology()
        return rules, store.snapshot(on, rules)
    finally:
        store.close()


def _to_assess(known: pd.DataFrame, rules: Methodology, arguments: Namespace) -> pd.DataFrame:
    """The customers that were asked for; NobodyToAssessError when none of the known is one."""
    owner, segment, stale = arguments.owner, arguments.segment, arguments.stale
    asked = assess.in_words(owner, segment, stale)
    if known.empty and asked:
        raise assess.NobodyToAssessError(asked)
    customers = assess.due(known, rules, owner=owner, segment=segment, stale_only=stale)
    if customers.empty and not known.empty:
        raise assess.NobodyToAssessError(asked)
    return customers


def _made(customers: pd.DataFrame | None, arguments: Namespace) -> Iterator[str]:
    """Which workbook was made, in sentences."""
    if customers is None or customers.empty:
        yield f"The workbook with empty rows is in {arguments.out}."
    else:
        asked = assess.in_words(arguments.owner, arguments.segment, arguments.stale)
        rows = f"{count(len(customers), 'customer')}{f' ({asked})' if asked else ''}"
        yield f"The workbook for {rows} is in {arguments.out}."
        if known := int(customers.reindex(columns=["assessed_on"]).notna().to_numpy().sum()):
            yield (
                f"{count(known, 'customer has', 'customers have')} their last levels in it: "
                "enter a date where you have assessed again."
            )
    yield "Filled in, upload it or give it to cmi score."
