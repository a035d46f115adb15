"""A real Chromium in front of a real server, and what may never happen in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from customers import stock
from playwright.sync_api import BrowserContext, Dialog

from cmi.serve import free_port

HERE = Path(__file__).parent
APP = HERE.parent.parent / "app.py"
# Tests that run side by side begin at ports of their own: two servers never reach for the same one.
FIRST_PORT = 18500 + 100 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
OWN = re.compile(r"(http|ws)://127\.0\.0\.1:18[5-9]\d\d/|data:|blob:")
PATIENCE = 60.0  # seconds until a server that does not answer has failed
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
NO_CHROMIUM = "no Chromium here: apt-get install chromium, or set CHROMIUM to the path of one"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Dashboard:
    """A dashboard that is running: its address, and what its server writes."""

    url: str
    log: Path


def pytest_configure(config: pytest.Config) -> None:
    """Keep a picture of what a failing test saw, in test-results/."""
    if config.option.screenshot == "off":
        config.option.screenshot = "only-on-failure"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder; without a browser it is skipped, but never on CI."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            if not _has_chromium() and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line on how to get what was missing."""
    skipped = [r for r in terminalreporter.getreports("skipped") if NO_CHROMIUM in str(r.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} browser tests skipped: {NO_CHROMIUM}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show what the server said beside a failure."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Dashboard):
                report.sections.append((f"Log of {value.url}", value.log.read_text()))
    return report


def _has_chromium() -> bool:
    return os.access(CHROMIUM, os.X_OK)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    if not _has_chromium():
        pytest.fail(NO_CHROMIUM)
    return {"executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    return {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"}


@contextmanager
def _running(folder: Path) -> Iterator[Dashboard]:
    """A dashboard over the database in `folder`; its log must hold no traceback of ours."""
    port = free_port("127.0.0.1", FIRST_PORT)
    running = Dashboard(f"http://127.0.0.1:{port}", folder / "server.log")
    command = [sys.executable, "-m", "cmi.ui.server", "run", str(APP), f"--server.port={port}"]
    environment = {**os.environ, "CMI_DATABASE": str(folder / "portfolio.duckdb")}
    with running.log.open("w") as log:
        server = subprocess.Popen(
            command, cwd=APP.parent, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_healthy(server, running)
        yield running
    finally:
        server.terminate()
        server.wait(10)
    assert _ours(running.log.read_text()) == []


def _ours(log: str) -> list[str]:
    """The lines of tracebacks that lead through our code. A browser that leaves while it is being
    connected makes the server log one that does not.
    """
    return re.findall(
        rf'^.*File "{re.escape(str(APP.parent))}/(?:app\.py|cmi/|pages/).*$', log, re.M
    )


def _wait_until_healthy(server: subprocess.Popen[bytes], running: Dashboard) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{running.url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The dashboard did not start:\n{running.log.read_text()}")


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard for the tests of one file; it begins with an empty database."""
    with _running(tmp_path_factory.mktemp("empty")) as running:
        yield running


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard for the tests of one file, with the thirty customers in its database."""
    folder = tmp_path_factory.mktemp("stocked")
    stock(folder / "portfolio.duckdb")
    with _running(folder) as running:
        yield running


@pytest.fixture
def unvisited(tmp_path: Path) -> Iterator[Dashboard]:
    """A dashboard that nobody has opened yet."""
    with _running(tmp_path) as running:
        yield running


@pytest.fixture
def unwanted() -> Iterator[list[str]]:
    """What happened in the test's browsers and must not happen: the test fails if there is any."""
    seen: list[str] = []
    yield seen
    assert seen == []


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], unwanted: list[str]
) -> Callable[..., BrowserContext]:
    """Every browser context of every test is watched."""

    def watched(**arguments: object) -> BrowserContext:
        context = new_context(**arguments)
        _watch(context, unwanted)
        return context

    return watched


def _watch(context: BrowserContext, unwanted: list[str]) -> None:
    """Note requests to anybody else, dialogs, and scripts that break."""

    def asked(address: str) -> None:
        if not OWN.match(address):
            unwanted.append(f"request to {address}")

    def spoke(dialog: Dialog) -> None:
        unwanted.append(f"dialog {dialog.message}")
        dialog.dismiss()

    context.on("request", lambda request: asked(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: asked(socket.url)))
    context.on("dialog", spoke)
    context.on("weberror", lambda error: unwanted.append(f"script error {error.error}"))
