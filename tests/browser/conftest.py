"""A real server (plain Voila from the repository root) and a real browser, one of each for all browser tests."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qdiffgui.runs.store import RunStore
from tools.get_browser import find

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
PATIENCE = 180_000


class Server:
    """Voila, as ``voila app.ipynb`` starts it."""

    def __init__(self, runs: Path) -> None:
        self.runs = runs
        self.log = runs.parent / "voila.log"
        environment = os.environ | {"QDIFFGUI_RUNS": str(runs), "OMP_NUM_THREADS": "1"}
        environment.pop("JUPYTER_TOKEN", None)
        command = [sys.executable, "-m", "voila", "app.ipynb", "--no-browser", "--port=18866"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        self.address = self._wait()
        self.url = self.address.split("?")[0]

    def _wait(self) -> str:
        for _ in range(1200):
            found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\w+", self.log.read_text(errors="replace"))
            if found:
                return found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"Voila did not start:\n{self.log.read_text(errors='replace')}")

    def kernels(self) -> int:
        """Kernels that live now."""
        import psutil

        found = 0
        for child in psutil.Process(self.process.pid).children(recursive=False):
            with contextlib.suppress(psutil.Error):  # it may end while we look
                found += "ipykernel_launcher" in " ".join(child.cmdline())
        return found

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Visitor:
    """A page in the browser, with what went wrong in it and where it asked."""

    def __init__(self, context, server: Server) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.server = server
        self._closed = False
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("request", lambda r: self.requests.append(r.url))

    def open(self, query: str = "") -> Visitor:
        self.response = self.page.goto(f"{self.server.url}{query}", wait_until="commit")
        self.page.wait_for_selector(".qd-app")
        return self

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()
        self.page.wait_for_selector(f".qd-area-{name.lower()}:not(.is-hidden)")

    def choose(self, css: str, label: str) -> None:
        self.page.locator(f".{css} select").select_option(label=label)

    def wait_looked_at(self) -> None:
        """Until what the form says has been inspected and is shown."""
        self.page.wait_for_selector(".qd-area-explore .qd-panel:not(.is-hidden):not(.is-stale) .qd-facts")

    def wait_status(self, *wanted: str) -> None:
        names = "|".join(wanted)
        self.page.wait_for_function(
            "names => names.split('|').includes(document.querySelector('.qd-run-card .qd-status')?.dataset.state)", arg=names
        )

    def losses(self) -> int:
        """Points in the loss figure."""
        script = "() => document.querySelector('.qd-area-train .js-plotly-plot')?.data?.[0]?.x?.length ?? 0"
        return int(self.page.evaluate(script))

    def wait_losses(self, more_than: int) -> None:
        script = "n => (document.querySelector('.qd-area-train .js-plotly-plot')?.data?.[0]?.x?.length ?? 0) > n"
        self.page.wait_for_function(script, arg=more_than)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self.page.close(run_before_unload=True)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    executable = find()
    if executable is None:
        pytest.skip("no Chromium here: the browser tests are left out")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory, browser) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("page") / "runs")
    yield made
    made.close()


@pytest.fixture(scope="session")
def store(server) -> RunStore:
    return RunStore(server.runs)


@pytest.fixture
def visit(browser, server):
    """``visit(query, script)`` opens the page, after ``script``; afterwards nothing may have gone wrong in it, nobody else been asked."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    visitors: list[Visitor] = []

    def open_page(query: str = "", script: str = "") -> Visitor:
        visitors.append(Visitor(context, server))
        if script:
            visitors[-1].page.add_init_script(script)
        return visitors[-1].open(query)

    yield open_page
    for visitor in visitors:
        visitor.close()
    context.close()
    for visitor in visitors:
        assert visitor.errors == []
        others = [url for url in visitor.requests if not url.startswith((server.url, "data:", "blob:"))]
        assert others == []
