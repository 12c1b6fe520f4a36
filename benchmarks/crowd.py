"""Memory of long trainings and of many pages, in a real browser on this machine.

    python -m benchmarks.crowd training [--minutes 10]
    python -m benchmarks.crowd pages [--pages 20]
    python -m benchmarks.crowd runs [--runs 2000]

Prints JSON. ``training``: a page watches a training; the resident memory of the worker and of the
page's kernel every 15 s, once both have warmed up; target: flat within 5 %. ``pages``: that many
pages opened at once on one server: when each was usable, memory of the server and all its children
for each page, and what is left after all were closed; target: nothing. ``runs``: when a page is
usable with that many runs in its folder; target: 6 s. A busy machine shows in the load.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Error, sync_playwright

from benchmarks.page import FAST, MARKS, start, stop, training
from benchmarks.store import make_runs
from qdiffgui.runs.store import RunStore
from tests.browser.conftest import FLAGS, Server, Visitor
from tools.get_browser import find

WARM_UP, EVERY = 60.0, 15.0
PATIENCE = 900_000.0
"""Milliseconds that a busy machine gets."""
_SELDOM = MARKS.replace("requestAnimationFrame(look)", "setTimeout(look, 250)")
"""Looked at with every frame, twenty pages would keep all cores busy with drawing."""
LEAST_FREE = 3 << 30
"""No further page is opened if less memory is free: other programs need some."""


@contextlib.contextmanager
def opened(runs: Path, **options: bool) -> Iterator[tuple[Server, Browser]]:
    """A server and a browser."""
    server = Server(runs, **options)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
            yield server, browser
            browser.close()
    finally:
        server.close()


def megabytes(pid: int, *, proportional: bool = False) -> float:
    """Memory of a process: resident, or without what it shares with others."""
    process = psutil.Process(pid)
    if proportional:
        return float(process.memory_full_info().pss) / 1e6
    return float(process.memory_info().rss) / 1e6


def family(server: Server) -> list[psutil.Process]:
    """The server and all processes that it started."""
    root = psutil.Process(server.process.pid)
    return [root, *root.children(recursive=True)]


def of_family(server: Server) -> float:
    """Megabytes of the server and all its children; shared pages count once."""
    total = 0.0
    for process in family(server):
        with contextlib.suppress(psutil.Error):  # it may end while we look
            total += megabytes(process.pid, proportional=True)
    return total


def kernel(server: Server) -> int:
    """The only kernel of the server."""
    (found,) = (
        child.pid
        for child in psutil.Process(server.process.pid).children()
        if "ipykernel_launcher" in " ".join(child.cmdline())
    )
    return found


def grown(values: list[float]) -> float:
    """Percent from the first fifth of the values to the last one, by their medians."""
    n = max(1, len(values) // 5)
    first, last = statistics.median(values[:n]), statistics.median(values[-n:])
    return 100 * (last / first - 1)


def watch_training(folder: Path, minutes: float) -> dict[str, Any]:
    """Memory of the worker and the kernel while a page shows a training."""
    with opened(folder / "runs", preheat=False) as (server, browser):
        visitor = Visitor(browser.new_context(), server)
        visitor.page.set_default_timeout(PATIENCE)
        visitor.open(training(minutes + 5, FAST))
        start(visitor, server)
        (run,) = RunStore(server.runs).directories()
        processes = {"worker": run.record().owner.pid, "kernel": kernel(server)}
        visitor.page.wait_for_timeout(1000 * WARM_UP)
        begun, found = time.monotonic(), {name: [] for name in processes}
        while time.monotonic() - begun < 60 * minutes:
            for name, pid in processes.items():
                found[name].append(round(megabytes(pid), 1))
            visitor.page.wait_for_timeout(1000 * EVERY)
        step, losses = run.record().step, visitor.losses()
        stop(visitor)
        visitor.close()
    values = {
        name: {
            "first_mb": sizes[0],
            "last_mb": sizes[-1],
            "smallest_mb": min(sizes),
            "largest_mb": max(sizes),
            "grown_percent": round(grown(sizes), 2),
        }
        for name, sizes in found.items()
    }
    return {"minutes": minutes, "steps": step, "points_shown": losses, **values}


def _reached(
    visitors: list[Visitor], opened_at: list[float], patience: float
) -> tuple[list[float], list[float]]:
    """Seconds from the opening of each page until it was usable, and until its first picture
    stood, for those that reached it in time. A page that loads itself again meanwhile counts from
    its first opening.
    """
    found: dict[str, dict[int, float]] = {"usable": {}, "explored": {}}
    begun = time.monotonic()
    while time.monotonic() - begun < patience and len(found["explored"]) < len(visitors):
        time.sleep(2)
        for n, visitor in enumerate(visitors):
            if n in found["explored"]:
                continue
            with contextlib.suppress(Error):  # it loads itself again in this moment
                at = visitor.page.evaluate("window.__at ?? {}")
                for name in found:
                    if name in at:
                        found[name].setdefault(n, time.monotonic() - opened_at[n])
    return list(found["usable"].values()), list(found["explored"].values())


def open_pages(folder: Path, n_pages: int, patience: float) -> dict[str, Any]:
    """Many pages at once: seconds until each is usable, memory, and what is left afterwards."""
    with opened(folder / "runs", warm=False) as (server, browser):
        server_only = of_family(server)
        contexts = [browser.new_context() for _ in range(n_pages)]
        visitors: list[Visitor] = []
        opened_at: list[float] = []
        for context in contexts:
            if psutil.virtual_memory().available < LEAST_FREE:
                break
            visitor = Visitor(context, server)
            visitor.page.set_default_timeout(PATIENCE)
            visitor.page.add_init_script(_SELDOM)
            opened_at.append(time.monotonic())
            visitor.page.goto(server.url, wait_until="commit")
            visitors.append(visitor)
        usable, explored = _reached(visitors, opened_at, patience)
        with_pages = of_family(server)
        errors = [error for visitor in visitors for error in visitor.errors]
        for visitor in visitors:
            visitor.close()
        left, waited = _left(server)
        after = of_family(server)
    return {
        "pages": len(visitors),
        "usable": len(usable),
        "usable_first_s": round(min(usable, default=math.nan), 1),
        "usable_last_s": round(max(usable, default=math.nan), 1),
        "with_first_picture": len(explored),
        "first_picture_last_s": round(max(explored, default=math.nan), 1),
        "megabytes_of_server_at_start": round(server_only),
        "megabytes_a_page": round((with_pages - server_only) / len(visitors), 1),
        "errors": errors[:5],
        "kernels_left": left,
        "seconds_until_closed": round(waited, 1),
        "processes_left": [" ".join(p.cmdline())[-60:] for p in family(server)[1:]]
        if psutil.pid_exists(server.process.pid) and server.process.poll() is None
        else [],
        "megabytes_after": round(after),
    }


def _left(server: Server) -> tuple[int, float]:
    """Kernels that are left, but for the one that stands ready, once it stays so or after 3 min."""
    begun = time.monotonic()
    while server.kernels() > 1 and time.monotonic() - begun < 180:
        time.sleep(1)
    waited = time.monotonic() - begun
    time.sleep(5)
    return max(0, server.kernels() - 1), waited


def open_with_runs(folder: Path, n_runs: int, visits: int = 3) -> dict[str, Any]:
    """When a page is usable with many runs."""
    make_runs(folder / "runs", n_runs)
    seconds = []
    with opened(folder / "runs") as (server, browser):
        for _ in range(visits):
            context = browser.new_context()
            visitor = Visitor(context, server)
            visitor.page.add_init_script(MARKS)
            visitor.open()
            visitor.page.wait_for_function("window.__at.usable")
            seconds.append(round(visitor.page.evaluate("window.__at.usable") / 1e3, 2))
            visitor.page.wait_for_function("window.__at.explored")
            visitor.close()
            context.close()
            time.sleep(6)  # until the next kernel stands ready, as it does between visitors
    return {"runs": n_runs, "usable_s": seconds, "median_s": statistics.median(seconds)}


def main() -> int:
    """Measure one part, and print it as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=["training", "pages", "runs"])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument(
        "--patience", type=float, default=900, help="seconds until pages count as not usable"
    )
    given = parser.parse_args()
    load = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory(prefix="qdiffgui-crowd-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if given.part == "training":
            found = watch_training(folder, given.minutes)
        elif given.part == "pages":
            found = open_pages(folder, given.pages, given.patience)
        else:
            found = open_with_runs(folder, given.runs)
    print(json.dumps({**found, "load": [load, round(os.getloadavg()[0], 1)]}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
