"""The page measured in a real browser on this machine: first paint, usable, transfer, live updates,
kernel's CPU, browser's memory.

    python benchmarks/page.py [--minutes 10] [--visits 3] [--json out.json]

Bars: skeleton within 2 s, usable within 6 s, at most 8 MB for the first page, at least 5 live
updates a second with less than 15 % of a core in the page's kernel, less than 20 MB more memory
after ``--minutes`` of training. A busy machine shows in the load.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from qdiffgui import catalog
from qdiffgui.config import parse
from qdiffgui.ui import code
from tests.browser.conftest import FLAGS, Server, Visitor
from tools.get_browser import find

PRESET = "jets-observables-quantum"
NAME = "measured"
USUAL, FAST = 25_000, 60_000  # steps a minute: as on two cores, and more than any machine here does
# seconds of training before memory is first looked at: plots and animations have been made by then
WARM_UP = 12.0

MARKS = """(() => {
  const at = window.__at = {};
  const look = () => {
    if (!at.skeleton && document.querySelector("#qd-skeleton, .qd-header"))
      at.skeleton = performance.now();
    const app = document.querySelector(".qd-app:not(.is-arriving)");
    if (!at.usable && app && document.querySelector(".qd-start-button:not(:disabled)"))
      at.usable = performance.now();
    if (!at.explored && document.querySelector(".qd-start .qd-facts:not(.is-stale)"))
      at.explored = performance.now();
    if (!at.explored) requestAnimationFrame(look);
  };
  look();
})();"""
COUNT = """() => {
  const plot = document.querySelector(".qd-area-train .js-plotly-plot");
  window.__draws = 0;
  plot.on("plotly_afterplot", () => { window.__draws += 1; });
}"""


@dataclass
class Visit:
    """Seconds after the navigation began; megabytes that came over HTTP and the websocket until the
    first picture stood.
    """

    skeleton: float
    painted: float
    usable: float
    explored: float
    http_mb: float
    websocket_mb: float
    requests: int


@dataclass
class Live:
    """Over ``seconds`` of training: pictures drawn per second, shares of a core."""

    seconds: float
    updates_hz: float
    losses: int
    kernel_cpu: float
    server_cpu: float


@dataclass
class Memory:
    """Megabytes in the browser before and after ``minutes`` of training: JavaScript after a
    collection, and the whole process.
    """

    minutes: float
    heap_before: float
    heap_after: float
    process_before: float
    process_after: float
    nodes_before: int
    nodes_after: int


@dataclass
class Result:
    load_before: float
    visits: list[Visit] = field(default_factory=list)
    live: Live | None = None
    memory: Memory | None = None
    load_after: float = 0.0
    first_losses: list[float] = field(default_factory=list)
    """Seconds from Start to the first loss of a training, each on a new page."""


class Traffic:
    """Counts what a page receives."""

    def __init__(self, page: Page) -> None:
        self.http = self.websocket = self.requests = 0
        cdp = page.context.new_cdp_session(page)
        cdp.send("Network.enable")
        cdp.on("Network.loadingFinished", self._loaded)
        cdp.on("Network.webSocketFrameReceived", self._frame)

    def _loaded(self, event: dict[str, Any]) -> None:
        self.http += event["encodedDataLength"]
        self.requests += 1

    def _frame(self, event: dict[str, Any]) -> None:
        self.websocket += len(event["response"]["payloadData"])


def visit(browser: Browser, server: Server) -> Visit:
    """One visit with an empty cache."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    visitor = Visitor(context, server)
    visitor.page.add_init_script(MARKS)
    traffic = Traffic(visitor.page)
    visitor.open()
    visitor.page.wait_for_function("window.__at.explored", timeout=120_000)
    visitor.page.wait_for_selector(".qd-area-explore .main-svg")
    at = visitor.page.evaluate("window.__at")
    painted = visitor.page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
    )
    visitor.close()
    context.close()
    return Visit(
        at["skeleton"] / 1e3,
        painted / 1e3,
        at["usable"] / 1e3,
        at["explored"] / 1e3,
        traffic.http / 1e6,
        traffic.websocket / 1e6,
        traffic.requests,
    )


def kernels(server: Server) -> dict[int, float]:
    """CPU seconds so far of each kernel of the server, by process id."""
    found = {}
    for child in psutil.Process(server.process.pid).children():
        if "ipykernel_launcher" in " ".join(child.cmdline()):
            times = child.cpu_times()
            found[child.pid] = times.user + times.system
    return found


def training(minutes: float, a_minute: int) -> str:
    """An address of a training of ``minutes`` at ``a_minute`` steps a minute."""
    config = catalog.presets[PRESET].load().model_dump(mode="json")
    config["training"]["iterations"] = int(a_minute * minutes)
    # parsed: an address out of bounds would train the default
    return f"?{code.address(parse(config | {'name': NAME}))}"


def start(visitor: Visitor, server: Server) -> None:
    visitor.page.wait_for_selector(".qd-start-button:enabled")
    visitor.page.click(".qd-start-button")
    visitor.wait_losses(2)
    newest = max(folder.name for folder in server.runs.iterdir() if folder.is_dir())
    if NAME not in newest:
        raise SystemExit(f"the page trains {newest}, not what its address asked for")


def first_loss(visitor: Visitor) -> float:
    """Seconds from the press of Start to the first loss point of a training of ``PRESET``."""
    visitor.open(f"?preset={PRESET}")
    visitor.page.wait_for_selector(".qd-start-button:enabled")
    visitor.page.wait_for_timeout(8000)  # a look at the form, meanwhile a worker gets warm
    begun = time.monotonic()
    visitor.page.click(".qd-start-button")
    visitor.wait_losses(0)
    took = time.monotonic() - begun
    stop(visitor)
    return took


def live(visitor: Visitor, server: Server, seconds: float) -> Live:
    """A training of the usual length, watched."""
    before_kernels, own = kernels(server), psutil.Process(server.process.pid)
    visitor.page.evaluate(COUNT)
    points, begun, served = visitor.losses(), time.monotonic(), sum(own.cpu_times()[:2])
    visitor.page.wait_for_timeout(1000 * seconds)
    took = time.monotonic() - begun
    after = kernels(server)
    busiest = max(value - before_kernels.get(pid, value) for pid, value in after.items())
    return Live(
        took,
        visitor.page.evaluate("window.__draws") / took,
        visitor.losses() - points,
        busiest / took,
        (sum(own.cpu_times()[:2]) - served) / took,
    )


def heap(cdp: CDPSession) -> tuple[float, int]:
    """Megabytes of JavaScript and number of nodes, after a collection."""
    cdp.send("HeapProfiler.collectGarbage")
    found = {item["name"]: item["value"] for item in cdp.send("Performance.getMetrics")["metrics"]}
    return found["JSHeapUsedSize"] / 1e6, int(found["Nodes"])


def largest_renderer() -> float:
    """Megabytes of the largest renderer process below this one: the page that is measured."""
    sizes = [0]
    for child in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in child.cmdline():
                sizes.append(child.memory_info().rss)
        except psutil.Error:  # it may end while we look
            continue
    return max(sizes) / 1e6


def stop(visitor: Visitor) -> None:
    """End the open run, where it has not ended by itself."""
    if visitor.page.locator(".qd-do-cancel").is_visible():
        visitor.page.click(".qd-do-cancel")
    visitor.wait_status("cancelled", "done")


def memory(visitor: Visitor, minutes: float) -> Memory:
    """Watch a training for ``minutes``."""
    cdp = visitor.page.context.new_cdp_session(visitor.page)
    cdp.send("Performance.enable")
    visitor.page.wait_for_timeout(1000 * WARM_UP)
    (heap_before, nodes_before), process_before = heap(cdp), largest_renderer()
    visitor.page.wait_for_timeout(60_000 * minutes)
    (heap_after, nodes_after), process_after = heap(cdp), largest_renderer()
    return Memory(
        minutes, heap_before, heap_after, process_before, process_after, nodes_before, nodes_after
    )


def measure(minutes: float, visits: int, seconds: float) -> Result:
    """All of it, on a server and runs of its own."""
    result = Result(load_before=os.getloadavg()[0])
    with tempfile.TemporaryDirectory(prefix="qdiffgui-page-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder) / "runs")
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=find(), args=[*FLAGS, "--enable-precise-memory-info"]
                )
                for _ in range(visits):
                    result.visits.append(visit(browser, server))
                    time.sleep(6)  # until the next kernel stands ready, as it does between visitors
                context = browser.new_context(viewport={"width": 1440, "height": 900})
                visitor = Visitor(context, server)
                result.first_losses = [first_loss(visitor) for _ in range(3)]
                visitor.close()
                context = browser.new_context(viewport={"width": 1440, "height": 900})
                visitor = Visitor(context, server).open(training(2 * seconds / 60, USUAL))
                start(visitor, server)
                result.live = live(visitor, server, seconds)
                stop(visitor)
                visitor.close()
                visitor = Visitor(context, server).open(training(minutes + 2, FAST))
                start(visitor, server)
                result.memory = memory(visitor, minutes)
                stop(visitor)
                visitor.close()
                browser.close()
        finally:
            server.close()
    result.load_after = os.getloadavg()[0]
    return result


def bars(result: Result) -> list[tuple[str, float, str, bool]]:
    """(what, value, bar, whether it is reached); of the visits the median."""
    middle = {
        name: statistics.median(getattr(v, name) for v in result.visits)
        for name in ("skeleton", "painted", "usable", "explored")
    }
    transfer = max(v.http_mb + v.websocket_mb for v in result.visits)
    found = [
        ("skeleton painted, s", middle["painted"], "<= 2", middle["painted"] <= 2),
        ("usable, s", middle["usable"], "<= 6", middle["usable"] <= 6),
        ("first picture, s", middle["explored"], "", True),
        ("first page, MB", transfer, "<= 8", transfer <= 8),
    ]
    if result.first_losses:
        last = statistics.median(result.first_losses[1:])
        found.append(("first loss after Start, second training, s", last, "<= 2", last <= 2))
    if result.live is not None:
        found += [
            ("live updates, Hz", result.live.updates_hz, ">= 5", result.live.updates_hz >= 5),
            (
                "kernel, share of a core",
                result.live.kernel_cpu,
                "< 0.15",
                result.live.kernel_cpu < 0.15,
            ),
        ]
    if result.memory is not None:
        grown = result.memory.heap_after - result.memory.heap_before
        whole = result.memory.process_after - result.memory.process_before
        found += [
            (
                f"JavaScript memory grown in {result.memory.minutes:g} min, MB",
                grown,
                "< 20",
                grown < 20,
            ),
            (
                f"browser process grown in {result.memory.minutes:g} min, MB",
                whole,
                "< 20",
                whole < 20,
            ),
        ]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10, help="how long memory is watched")
    parser.add_argument(
        "--seconds", type=float, default=20, help="how long live updates are counted"
    )
    parser.add_argument(
        "--visits", type=int, default=3, help="first visits, each with an empty cache"
    )
    parser.add_argument("--json", type=Path, help="write all values there")
    options = parser.parse_args()
    result = measure(options.minutes, options.visits, options.seconds)
    for what, value, bar, reached in bars(result):
        print(
            f"{what:48} {value:8.2f}   {bar:8} "
            f"{'' if not bar else 'reached' if reached else 'MISSED'}"
        )
    print(f"load before and after: {result.load_before:.1f}, {result.load_after:.1f}")
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=1))


if __name__ == "__main__":
    main()
