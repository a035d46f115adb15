from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from handmade import ROOT

from cmi import serve
from cmi.problems import CmiError

DASHBOARD = """
import sys
from functools import partial
from pathlib import Path
from cmi import cli, commands, serve
commands.serve = partial(serve.serve, app=Path(sys.argv[1]))
sys.exit(cli.main(["run", *sys.argv[2:]]))
"""


def dashboard(app: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", DASHBOARD, str(app), *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "CI": "1", "PYTHONPATH": str(ROOT)},
    )


def test_the_dashboard_opens_on_a_free_port_says_where_and_stops_cleanly(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text("import streamlit as st\nst.write('hello')\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        child = dashboard(app, "--port", str(port), "--no-browser", "--theme.base=dark")
        assert child.stderr is not None
        try:
            first, second = child.stderr.readline(), child.stderr.readline()
            assert first.startswith(f"Port {port} is taken, ")
            where = second.partition("open at ")[2].split()[0]
            assert where.startswith("http://127.0.0.1:")
            assert not where.endswith(f":{port}")
            with urllib.request.urlopen(where, timeout=5) as page:
                assert page.status == 200
            os.killpg(child.pid, signal.SIGINT)  # what Ctrl+C does
            assert child.wait(timeout=20) == 0
            assert child.stderr.read() == "The dashboard is closed.\n"
        finally:
            child.kill()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(where, timeout=5)


def test_a_dashboard_that_cannot_start_is_a_sentence(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    missing = dashboard(app, "--no-browser")
    assert missing.stderr is not None
    assert "app.py is missing" in missing.stderr.read()
    assert missing.wait(timeout=20) == 1
    app.write_text("")
    refused = dashboard(app, "--no-browser", "--no.such.option=1")
    assert refused.stderr is not None
    assert "The dashboard cannot be started: it ended at once" in refused.stderr.read()
    assert refused.wait(timeout=20) == 1


def test_a_browser_is_opened_only_where_somebody_can_see_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serve.sys, "platform", "linux")
    for name in ("CI", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not serve.has_display()
    monkeypatch.setenv("DISPLAY", ":0")
    assert serve.has_display()
    monkeypatch.setenv("CI", "true")
    assert not serve.has_display()


def test_no_port_in_range_is_a_sentence() -> None:
    with pytest.raises(CmiError, match="no port from 70000 on is free"):
        serve.free_port("127.0.0.1", 70000)
