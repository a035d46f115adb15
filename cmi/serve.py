"""Start the dashboard as a child process, say where it is, and stop it with Ctrl+C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from cmi.problems import DashboardError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

APP = Path(__file__).parent.parent / "app.py"
PATIENCE = 60.0  # seconds until a dashboard that does not answer is given up
PORTS_TRIED = 100


def serve(
    say: Callable[[str], None],
    port: int = 8501,
    address: str = "127.0.0.1",
    browser: bool = True,
    more: Sequence[str] = (),
    app: Path = APP,
) -> None:
    """Run the dashboard until it is stopped; `more` are further arguments for Streamlit."""
    if not app.exists():
        raise DashboardError(f"{app} is missing.")
    free = free_port(address, port)
    if free != port:
        say(f"Port {port} is taken, {free} is free.")
    where = f"http://{_host(address)}:{free}"
    command = [sys.executable, "-m", "cmi.ui.server", "run", str(app)]
    options = [f"--server.port={free}", f"--server.address={address}", "--server.headless=true"]
    options += ["--logger.level=warning"]  # where it is open is said below
    child = subprocess.Popen([*command, *options, *more], stdout=subprocess.DEVNULL)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _wait_until_open(child, where)
        say(f"The dashboard is open at {where} (Ctrl+C stops it)")
        if browser and has_display():
            webbrowser.open(where)
        if child.wait() != 0:
            raise DashboardError("it ended by itself.")
    except KeyboardInterrupt:
        say("The dashboard is closed.")
    finally:
        _stop(child)
        signal.signal(signal.SIGTERM, before)


def free_port(address: str, first: int) -> int:
    """The first free port from `first` on."""
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        if _is_free(address, port):
            return port
    raise DashboardError(f"no port from {first} on is free at {address}.")


def has_display() -> bool:
    """Whether somebody sits in front of this machine."""
    if os.environ.get("CI"):
        return False
    on_desktop = sys.platform in ("win32", "darwin")
    return on_desktop or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":  # a port that was closed a moment ago is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _host(address: str) -> str:
    """What a browser on this machine calls the address."""
    if address in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{address}]" if ":" in address else address


def _wait_until_open(child: subprocess.Popen[bytes], where: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise DashboardError("it ended at once; its reason stands above.")
        try:
            with urllib.request.urlopen(f"{where}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise DashboardError(f"it did not answer within {PATIENCE:.0f} seconds.")


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End the child, gently at first."""
    child.terminate()
    try:
        child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
