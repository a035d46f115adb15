"""How fast the product is, beside plain pandas and DuckDB on the same data in the same run.

    python benchmarks/bench.py [--customers 100000 | --quick] [--runs 5]

Each block is one job done in several ways, the product's first; all ways are shown to give the
same numbers before they are timed. One warm-up, then the ways take turns, and the median of the
turns is shown. "ours / it" below 1: the product is faster. Nothing here fails for being slow.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Literal

import by_hand
import duckdb
import export
import pandas as pd
import synthetic
from synthetic import DAY

from cmi import files, intake
from cmi.history import score_history
from cmi.methodology import Methodology, shipped
from cmi.scoring import score
from cmi.store import Origin, Store

Ways = Mapping[str, Callable[[], object]]
DRIVERS = 6  # in the files
COLUMNS = 20  # in the file that is only read
OF_A_WORKBOOK = 2  # runs at most: openpyxl takes its time
OF_A_HISTORY = 1  # run: ten million observations, and the peers take half a minute each
PER_CUSTOMER = 100  # observations of all periods, for each customer of the other jobs
LINE = "  {:<66}{:>11}{:>12}"


def main() -> None:
    """Run everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="5,000 customers")
    parser.add_argument("--runs", type=int, default=5, help="how often each job is timed")
    asked = parser.parse_args()
    customers = 5_000 if asked.quick else asked.customers
    methodology = shipped()
    print(_machine())
    print(f"{customers:,} customers, {asked.runs} runs each, a tenth of all cells missing\n")
    wide = synthetic.snapshot(customers, methodology)
    with tempfile.TemporaryDirectory(prefix="cmi-bench-") as folder:
        scoring_on_pandas(wide, methodology, Path(folder), asked.runs)
        scoring_on_duckdb(wide, methodology, asked.runs)
        reading(wide, methodology, Path(folder), asked.runs)
        storing(wide, methodology, Path(folder), asked.runs)
        end_to_end(wide, methodology, Path(folder), asked.runs)
        exported(wide, methodology, Path(folder), asked.runs)
        all_periods(PER_CUSTOMER * customers, methodology, Path(folder), asked.runs)


def scoring_on_pandas(
    wide: pd.DataFrame, methodology: Methodology, folder: Path, runs: int
) -> None:
    """cmi.scoring on a pandas frame against numpy by hand, reading the frame, and memory."""
    _same(score(wide, methodology), pd.DataFrame(by_hand.with_numpy(wide, methodology)))
    file = folder / "snapshot.csv"
    wide.to_csv(file, index=False)
    figures = [wide[c].to_numpy() for c in wide.select_dtypes("number")]
    size = sum(column.nbytes for column in figures) / 1e6
    ways: Ways = {
        "cmi.scoring.score: pandas, everything": lambda: score(wide, methodology),
        "numpy by hand, only CMI and CHS": lambda: by_hand.with_numpy(wide, methodology),
        f"pandas.read_csv of the same snapshot ({_size(file)})": lambda: pd.read_csv(file),
        f"copying its figures in memory ({size:.0f} MB)": lambda: [c.copy() for c in figures],
    }
    _show(f"Scoring {_items(methodology)} in pandas", ways, runs)


def scoring_on_duckdb(wide: pd.DataFrame, methodology: Methodology, runs: int) -> None:
    """The same function on a DuckDB relation against SQL by hand; both fetch their result."""
    connection = duckdb.connect()
    connection.register("frame", wide)
    connection.execute("CREATE TABLE wide AS FROM frame")
    query = by_hand.sql(methodology)

    def scored(*columns: str) -> pd.DataFrame:
        relation = score(connection.table("wide"), methodology)
        frame: pd.DataFrame = (relation.select(*columns) if columns else relation).df()
        return frame

    ours = score(wide, methodology)
    for theirs in (scored(), connection.execute(query).df()):
        _same(ours, theirs.sort_values("customer_id", ignore_index=True))
    ways: Ways = {
        "cmi.scoring.score: DuckDB, only CMI and CHS": lambda: scored("customer_id", "cmi", "chs"),
        "cmi.scoring.score: DuckDB, everything": scored,
        "SQL by hand, only CMI and CHS": lambda: connection.execute(query).df(),
    }
    _show(f"Scoring {_items(methodology)} in DuckDB", ways, runs)


def reading(wide: pd.DataFrame, methodology: Methodology, folder: Path, runs: int) -> None:
    """A CSV file as text: strictly and in a process of its own against the plain readers."""
    file = folder / "export.csv"
    text = synthetic.as_text(wide, methodology, DRIVERS).iloc[:, :COLUMNS]
    text.to_csv(file, index=False)
    content = file.read_bytes()
    query = f"FROM read_csv('{file}', all_varchar = true)"
    connection = duckdb.connect()

    def plain() -> pd.DataFrame:
        return pd.read_csv(file, dtype="str", keep_default_na=False)

    _same(files.read(content, file.name)[0].frame.reset_index(drop=True), text)
    _same(plain(), text)
    _same(connection.execute(query).df().fillna(""), text)
    ways: Ways = {
        "cmi.files.read: strict, in a child process": lambda: files.read(content, file.name),
        "of which starting that process (a file of one line)": lambda: files.read(
            b"a,b\n1,2\n", "a"
        ),
        "pandas.read_csv, all text": plain,
        "DuckDB read_csv, all text": lambda: connection.execute(query).df(),
    }
    _show(f"Reading a CSV of {COLUMNS} columns ({_size(file)})", ways, runs)


def storing(wide: pd.DataFrame, methodology: Methodology, folder: Path, runs: int) -> None:
    """Observations into the database and back as a snapshot."""
    loaded = synthetic.loaded(wide, methodology)
    flat = loaded.customers.drop(columns="attributes").join(wide[list(synthetic.SEGMENTS)])

    def added() -> Store:
        (folder / "ours.duckdb").unlink(missing_ok=True)
        store = Store(folder / "ours.duckdb")
        store.add([(_origin(), loaded)])
        return store

    def plain() -> None:
        (folder / "theirs.duckdb").unlink(missing_ok=True)
        with duckdb.connect(str(folder / "theirs.duckdb")) as connection:
            for name, frame in {"customer": flat, "observation": loaded.observations}.items():
                connection.register("frame", frame)
                connection.execute(f"CREATE TABLE {name} AS FROM frame")

    ways: Ways = {
        "cmi.store.Store.add, one transaction, on disk": lambda: added().close(),
        "DuckDB CREATE TABLE AS of the same frames, on disk": plain,
    }
    _show(f"Storing {len(loaded.observations):,} observations", ways, runs)

    store, long = added(), loaded.observations
    back = store.snapshot(DAY, methodology)
    _same(back, wide[[c for c in wide if c in back]])

    def pivoted() -> pd.DataFrame:
        return long.pivot_table("value", index="customer_id", columns="item", aggfunc="last")

    ways = {
        "cmi.store.Store.snapshot: everything": lambda: store.snapshot(DAY, methodology),
        "pandas pivot_table of the figures alone": pivoted,
    }
    _show(f"A snapshot of {len(long):,} observations", ways, runs)
    store.close()


def end_to_end(wide: pd.DataFrame, methodology: Methodology, folder: Path, runs: int) -> None:
    """From the bytes of an export to scores: everything that an upload does."""
    file = folder / "portfolio.csv"
    text = synthetic.as_text(wide, methodology, DRIVERS)
    text.to_csv(file, index=False)
    uploads = intake.uploads_from([file])

    def scored() -> pd.DataFrame:
        store = Store()
        intake.load(uploads, store, methodology, as_of=DAY)
        scores: pd.DataFrame = score(store.snapshot(DAY, methodology), methodology)
        store.close()
        return scores

    missing = [d.key for d in methodology.drivers[DRIVERS:]]
    _same(scored(), score(wide.drop(columns=missing), methodology)[["customer_id", "cmi", "chs"]])
    ways: Ways = {
        "read, recognise, check, store, snapshot, score": scored,
        "pandas.read_csv alone": lambda: pd.read_csv(file),
    }
    _show(f"A file of {text.shape[1]} columns, from bytes to scores ({_size(file)})", ways, runs)


def exported(wide: pd.DataFrame, methodology: Methodology, folder: Path, runs: int) -> None:
    """What a CRM exports, from file to stored and scored, against plain reading of that file."""
    rows = export.frame(wide, methodology)
    text = export.as_text(rows, methodology)
    comma, workbook = folder / "crm.csv", folder / "crm.xlsx"
    text.to_csv(comma, index=False)
    export.write_workbook(rows, methodology, workbook)
    rated = [f.key for f in methodology.factors]
    expected = score(wide.drop(columns=rated), methodology)[["customer_id", "cmi", "chs"]]

    def scored(file: Path) -> pd.DataFrame:
        (folder / "crm.duckdb").unlink(missing_ok=True)
        store = Store(folder / "crm.duckdb")
        intake.load(intake.uploads_from([file]), store, methodology, as_of=DAY)
        scores: pd.DataFrame = score(store.snapshot(DAY, methodology), methodology)
        store.close()
        return scores

    def read(file: Path) -> pd.DataFrame:
        return files.read(file.read_bytes(), file.name)[0].frame.reset_index(drop=True)

    def plain_csv() -> pd.DataFrame:
        return pd.read_csv(comma, dtype="str", keep_default_na=False)

    def plain_xlsx(engine: Literal["openpyxl", "calamine"]) -> pd.DataFrame:
        return pd.read_excel(workbook, engine=engine, keep_default_na=False, na_values=[""])

    unmoneyed = text.drop(columns=export.MONEY)  # in a workbook it is a number, without its sign
    _same(read(workbook), unmoneyed)
    for theirs, ours in (
        (plain_csv(), text),
        (read(comma), text),
        (plain_xlsx("openpyxl"), rows),
        (plain_xlsx("calamine"), rows),
        (scored(comma), expected),
        (scored(workbook), expected),
    ):
        _same(theirs, ours)
    columns = f"{text.shape[1]} columns, from file to stored and scored"
    ways: Ways = {
        "read, recognise, check, store on disk, snapshot, score": lambda: scored(comma),
        "of which cmi.files.read": lambda: read(comma),
        "pandas.read_csv alone, all text": plain_csv,
    }
    _show(f"A CSV of {columns} ({_size(comma)})", ways, runs)
    ways = {
        "read, recognise, check, store on disk, snapshot, score": lambda: scored(workbook),
        "of which cmi.files.read": lambda: read(workbook),
        "pandas.read_excel alone, openpyxl": lambda: plain_xlsx("openpyxl"),
        "pandas.read_excel alone, calamine": lambda: plain_xlsx("calamine"),
    }
    # Every way has run once by now: that was the warm-up.
    _show(f"An XLSX of {columns} ({_size(workbook)})", ways, min(runs, OF_A_WORKBOOK), warm_ups=0)


def all_periods(observations: int, methodology: Methodology, folder: Path, runs: int) -> None:
    """Every quarter of three years, from what was stored to scores."""
    cells = len(methodology.items) * synthetic.QUARTERS * (1 - synthetic.HOLES)
    store, connection = Store(folder / "periods.duckdb"), duckdb.connect()
    days, stored = [], 0
    for n, found in enumerate(synthetic.quarters(round(observations / cells), methodology)):
        loaded = synthetic.loaded(found, methodology)
        store.add([(replace(_origin(), sha256=f"{n}"), loaded)])
        days.append(found["period"][0].date())
        stored += len(loaded.observations)
        rows = loaded.observations.assign(import_id=n)
        for name, frame in {"observation": rows, "customer": found}.items():
            connection.register("frame", frame)
            connection.execute(f"CREATE TABLE IF NOT EXISTS {name} AS FROM frame LIMIT 0")
            connection.execute(f"INSERT INTO {name} FROM frame")
    as_stood = by_hand.history_sql(methodology)

    def one_by_one() -> pd.DataFrame:
        return pd.concat([store.snapshot(d, methodology) for d in days], ignore_index=True)

    wide = store.history(days, methodology)
    pd.testing.assert_frame_equal(wide, one_by_one(), check_exact=True)
    order = ["period", "customer_id"]
    _same(wide, connection.execute(as_stood).df().sort_values(order, ignore_index=True))
    ways: Ways = {
        "cmi.store.Store.history: everything": lambda: store.history(days, methodology),
        "cmi.store.Store.snapshot, one by one": one_by_one,
        "SQL by hand: ASOF JOIN, items and segment": lambda: connection.execute(as_stood).df(),
    }
    title = f"{len(days)} quarters of {stored:,} observations"
    # Every way has run once by now: that was the warm-up.
    _show(f"{title}, as they stood", ways, min(runs, OF_A_HISTORY), warm_ups=0)
    store.close()

    connection.execute("DROP TABLE observation; DROP TABLE customer")
    connection.register("frame", wide)
    connection.execute("CREATE TABLE wide AS FROM frame")
    query = by_hand.sql(methodology)

    def in_pandas() -> pd.DataFrame:
        return score_history([(methodology, wide)])

    def in_duckdb() -> pd.DataFrame:
        relation = score(connection.table("wide"), methodology)
        frame: pd.DataFrame = relation.select(*order, "cmi", "chs").df()
        return frame

    ours = in_pandas()
    for theirs in (in_duckdb(), connection.execute(query).df()):
        _same(ours, theirs.sort_values(order, ignore_index=True))
    _same(ours, pd.DataFrame(by_hand.with_numpy(wide, methodology)))
    ways = {
        "cmi.history.score_history: pandas, everything": in_pandas,
        "cmi.scoring.score: DuckDB, only CMI and CHS": in_duckdb,
        "SQL by hand, only CMI and CHS": lambda: connection.execute(query).df(),
        "numpy by hand, only CMI and CHS": lambda: by_hand.with_numpy(wide, methodology),
    }
    _show(f"{title}: scoring all {len(wide):,} rows", ways, min(runs, 3), warm_ups=0)


def _show(title: str, ways: Ways, runs: int, warm_ups: int = 1) -> None:
    """Run the ways in turn and print a line for each."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(runs + warm_ups):
        for name, way in ways.items():
            start = perf_counter()
            way()
            if turn >= warm_ups:
                times[name].append(perf_counter() - start)
    ours, *_ = (median(taken) for taken in times.values())
    print(LINE.format(title, "median", "ours / it")[2:])
    for number, (name, taken) in enumerate(times.items()):
        ratio = f"{ours / median(taken):.2f}" if number else ""
        print(LINE.format(name, _time(median(taken)), ratio))
    print(flush=True)


def _same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Stop when two ways do not give the same numbers (to 1e-9), holes and texts."""
    common = [c for c in theirs if c in ours]
    pd.testing.assert_frame_equal(
        ours[common], theirs[common], check_dtype=False, check_exact=False, rtol=0, atol=1e-9
    )


def _origin() -> Origin:
    return Origin("portfolio.csv", "", "0", "0", "{}", "benchmark", DAY)


def _items(methodology: Methodology) -> str:
    return f"{len(methodology.factors)} factors and {len(methodology.drivers)} drivers"


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:.0f} MB"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _machine() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    model = next((n.partition(": ")[2] for n in lines if n.startswith("model name")), "")
    libraries = ", ".join(f"{n} {version(n)}" for n in ("pandas", "numpy", "duckdb", "narwhals"))
    where = f"{model or platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    return f"{where}; Python {platform.python_version()}, {libraries}"


if __name__ == "__main__":
    main()
