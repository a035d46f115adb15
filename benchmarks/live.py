"""How fast the live plane answers a drag, beside a plain st.plotly_chart page in the same run.

    python benchmarks/live.py [--customers 1000 10000 100000]

A headless Chromium without a graphics card opens both pages. Dragging: the pointer moves along the
slider at 60 Hz, and the time runs from the pointer's own time stamp until the task after the frame
that painted it. Keys: from the key until the frame was shown, as the browser itself reports it
(Event Timing, in steps of 8 ms); on the plain page until nothing in the chart
changes any more.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench import _machine
from playwright.sync_api import Browser, Page, sync_playwright

from cmi.serve import free_port

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
DRAG = 3.0  # seconds
STEPS = 12  # keys
HEAD = f"{'customers':>10}  {'':<34}{'median':>10}{'95 of 100':>11}{'paints/s':>10}{'moves/s':>9}"
LINE = "{:>10,}  {:<34}{:>10}{:>11}{:>10}{:>9}"

# Times from input to paint, and when each paint was, gathered in the page.
WATCH = """() => {
    const host = document.querySelector('[data-testid=stBidiComponentIsolated]');
    const found = window.found = {drag: [], keys: [], paints: [], moves: 0};
    const channel = new MessageChannel();
    let moved = null;
    addEventListener('pointermove', event => {
        moved ??= event.timeStamp;
        found.moves++;
    }, true);
    host.addEventListener('painted', () => {
        channel.port2.postMessage(moved);
        moved = null;
    });
    channel.port1.onmessage = ({data}) => {
        found.paints.push(performance.now());
        if (data !== null) found.drag.push(performance.now() - data);
    };
    new PerformanceObserver(list => list.getEntries().forEach(entry =>
        entry.name === 'keydown' && found.keys.push(entry.duration)
    )).observe({type: 'event', durationThreshold: 16});
}"""
# The chart is made anew at each step: it is there when nothing in it has changed for a while.
WATCH_PLAIN = """() => {
    window.found = [];
    let pressed = null, last = 0, timer = 0;
    addEventListener('keydown', event => [pressed, last] = [event.timeStamp, 0], true);
    new MutationObserver(changes => {
        const chart = '[data-testid=stPlotlyChart]';
        const inside = ({target}) => (target.closest ?? (() => null)).call(target, chart);
        if (pressed === null || !changes.some(inside)) return;
        last = performance.now();
        clearTimeout(timer);
        timer = setTimeout(() => {
            found.push(last - pressed);
            pressed = null;
        }, 1500);
    }).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""


def main() -> None:
    """Run every size on both pages and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    asked = parser.parse_args()
    print(_machine())
    print(f"load {os.getloadavg()[0]:.1f} at the start\n")
    print(HEAD)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        for customers in asked.customers:
            with served("live_page.py", customers) as address:
                _live(browser, address, customers)
            with served("plain_page.py", customers) as address:
                _plain(browser, address, customers)
        print(f"\nChromium {browser.version}, load {os.getloadavg()[0]:.1f} at the end")
        browser.close()


def _live(browser: Browser, address: str, customers: int) -> None:
    page = _opened(browser, address)
    slider = page.get_by_role("slider", name="Charter, share in %")
    slider.wait_for(timeout=120_000)
    page.wait_for_timeout(2000)
    page.evaluate(WATCH)
    _drag(page, slider)
    found = page.evaluate("found")
    seconds = (found["paints"][-1] - found["paints"][0]) / 1000
    rates = [f"{number / seconds:.0f}" for number in (len(found["paints"]), found["moves"])]
    _show(customers, "live, dragged", found["drag"], *rates)
    slider.focus()
    for key in _keys():
        page.keyboard.press(key)
        page.wait_for_timeout(500)
    keys = page.evaluate("found.keys")
    # What takes less than 16 ms is not reported at all.
    _show(customers, "live, by key, until shown", keys + [16.0] * (STEPS - len(keys)))
    page.close()


def _drag(page: Page, slider: Any) -> None:
    """Hold the slider's handle and move it to and fro at 60 Hz."""
    box = slider.bounding_box()
    left, width, y = box["x"] + 8, box["width"] - 16, box["y"] + box["height"] / 2
    page.mouse.move(left + 0.25 * width, y)
    page.mouse.down()
    start = time.perf_counter()
    for step in range(round(DRAG * 60)):
        part = abs(step % 120 - 60) / 60
        page.mouse.move(left + (0.2 + 0.6 * part) * width, y)
        time.sleep(max(0.0, start + (step + 1) / 60 - time.perf_counter()))
    page.mouse.up()
    page.wait_for_timeout(500)


def _plain(browser: Browser, address: str, customers: int) -> None:
    page = _opened(browser, address)
    page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=120_000)
    page.wait_for_timeout(4000)
    page.evaluate(WATCH_PLAIN)
    page.get_by_role("slider").focus()
    for number, key in enumerate(_keys(), start=1):
        page.keyboard.press(key)
        page.wait_for_function(f"found.length >= {number}", timeout=120_000)
        page.wait_for_timeout(300)
    _show(customers, "st.plotly_chart, by key, until drawn", page.evaluate("found"))
    page.close()


def _keys() -> Iterator[str]:
    return ("ArrowRight" if n % 2 else "ArrowLeft" for n in range(STEPS))


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    return page


def _show(customers: int, what: str, times: list[float], *rates: str) -> None:
    high = quantiles(times, n=20)[-1]
    shown = [f"{median(times):.1f} ms", f"{high:.1f} ms", *rates, "", ""]
    print(LINE.format(customers, what, *shown[:4]))
    sys.stdout.flush()


@contextmanager
def served(script: str, customers: int) -> Iterator[str]:
    """A Streamlit server for one page."""
    port = free_port("127.0.0.1", 18700)
    command = [sys.executable, "-m", "streamlit", "run", str(HERE / script)]
    options = [f"--server.port={port}", "--server.headless=true", "--logger.level=error"]
    paths = os.pathsep.join([str(HERE.parent), str(HERE)])
    environment = {**os.environ, "CUSTOMERS": str(customers), "PYTHONPATH": paths}
    server = subprocess.Popen(
        [*command, *options], cwd=HERE.parent, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The page did not start.")


if __name__ == "__main__":
    main()
