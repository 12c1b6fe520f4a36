"""A real server (plain Voila from the repository root) and a real browser, one of each for all
browser tests.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from qdiffgui import paths
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.widgets.source import javascript
from tests.runs.tiny import STATES, tiny
from tests.waiting import wait_for
from tools.get_browser import find

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 300_000
_DRAW = """(async ([source, values]) => {
  const heard = {}, model = window.model = {
    sent: [], get: (name) => values[name],
    on: (name, act) => { heard[name] = act; }, send: (message) => model.sent.push(message),
    receive: (message) => heard["msg:custom"](message),
    set: (name, value) => { values[name] = value; heard[`change:${name}`]?.(); },
    save_changes: () => {},
  };
  const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  module.default.render({ model, el: document.body });
})"""
LONGEST = (
    "elsewhere",
    "jupyter",
    "training",
    "scale",
    "access",
    "page",
    "lessons",
    "files",
    "results",
)
EVIL = '<img src=x onerror="window.__evil=1"><script>window.__evil=1</script>'


def free_port() -> int:
    """A port that nobody listens on now: several test processes start servers of their own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """Voila, as ``voila app.ipynb`` starts it.

    Without ``warm`` its pages keep no worker ready, without ``preheat`` it keeps no page ready.
    With ``examples`` a page without runs shows an example.
    ``options`` are more options of Voila, ``variables`` more variables of its environment.
    """

    def __init__(
        self,
        runs: Path,
        *options: str,
        warm: bool = True,
        preheat: bool = True,
        examples: bool = False,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.runs = runs
        self.log = runs.parent / "voila.log"
        environment = os.environ | {
            "QDIFFGUI_RUNS": str(runs),
            "OMP_NUM_THREADS": "1",
            "QDIFFGUI_EXAMPLES": "1" if examples else "0",
            # the template of the checkout, not the copy that was installed with it
            "JUPYTER_PATH": str(paths.jupyter_share()),
        }
        environment.pop("JUPYTER_TOKEN", None)
        environment |= variables or {}
        if not warm:
            environment["QDIFFGUI_WARM"] = "0"
        command = [
            sys.executable,
            "-m",
            "voila",
            "app.ipynb",
            "--no-browser",
            f"--port={free_port()}",
            f"--VoilaConfiguration.preheat_kernel={preheat}",
            *options,
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        self.address = self._wait()
        self.url = self.address.split("?")[0]

    def _wait(self) -> str:
        def address() -> re.Match[str] | None:
            text = self.log.read_text(errors="replace")
            return re.search(r"http://127\.0\.0\.\d:\d+/\?token=\w+", text)

        wait_for(lambda: address() or self.process.poll() is not None, "Voila to start")
        found = address()
        if found is None:
            raise RuntimeError(f"Voila did not start:\n{self.log.read_text(errors='replace')}")
        return found[0]

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

    def __init__(self, context, server: Any) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        # by itself it looks with every frame, which makes the browser draw sixty of them a second
        self.page.wait_for_function = partial(self.page.wait_for_function, polling=100)
        self.server = server
        self._closed = False
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("request", lambda r: self.requests.append(r.url))

    def open(self, query: str = "") -> Visitor:
        """Open ``query`` below the server's address."""
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
        self.page.wait_for_selector(
            ".qd-area-explore .qd-panel:not(.is-hidden):not(.is-stale) .qd-facts"
        )

    def wait_status(self, *wanted: str) -> None:
        names = "|".join(wanted)
        self.page.wait_for_function(
            (
                "names => names.split('|').includes(document.querySelector('.qd-run-card "
                ".qd-status')?.dataset.state)"
            ),
            arg=names,
        )

    def losses(self) -> int:
        """Points in the loss figure."""
        script = (
            "() => document.querySelector('.qd-area-train "
            ".js-plotly-plot')?.data?.[0]?.x?.length ?? 0"
        )
        return int(self.page.evaluate(script))

    def wait_losses(self, more_than: int) -> None:
        script = (
            "n => (document.querySelector('.qd-area-train "
            ".js-plotly-plot')?.data?.[0]?.x?.length ?? 0) > n"
        )
        self.page.wait_for_function(script, arg=more_than)

    def forget(self) -> None:
        """Empty the storage of the browser, which all pages share."""
        if not self._closed:
            self.page.evaluate("localStorage.clear()")

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self.page.close(run_before_unload=True)


def pytest_collection_modifyitems(items):
    """Long files first: with two processes, the one that ends last then ends soon after the other
    one.
    """

    def place(item):
        if item.path.parent != Path(__file__).parent:
            return 0
        name = item.path.stem.removeprefix("test_")
        return 1 + (LONGEST.index(name) if name in LONGEST else len(LONGEST))

    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            # a browser, a server and a kernel on a busy machine: one more try, which is reported
            # (not in a class, whose tests share a page)
            if item.cls is None:
                item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=place)


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
    """Of all pages that are opened few train: a worker for each would be started in vain."""
    made = Server(tmp_path_factory.mktemp("page") / "runs", warm=False)
    yield made
    made.close()


@pytest.fixture(scope="session")
def store(server) -> RunStore:
    return RunStore(server.runs)


@pytest.fixture(scope="session")
def finished(store):
    """Two finished runs, made outside the page; the name of the first is a script."""
    runner = Runner(store, mode="thread", warm=False)
    runs = [
        runner.submit(tiny(STATES, name=name, seed=seed))
        for seed, name in enumerate([EVIL, "second"])
    ]
    for run in runs:
        runner.wait(run.id, 300)
    runner.close()
    assert [run.state().status for run in runs] == ["done", "done"]
    return runs


@pytest.fixture(scope="session")
def context(browser):
    """One profile for all pages, so that its cache holds the page's scripts. Nothing moves by
    itself: a page that loads, and the first frames of an animation, would keep a core busy.
    """
    made = browser.new_context(
        viewport={"width": 1440, "height": 900}, accept_downloads=True, reduced_motion="reduce"
    )
    yield made
    made.close()


@contextlib.contextmanager
def visits(context, server):
    """``visit(query, script, moving=...)`` opens the page, after ``script``, with or without what
    moves by itself; afterwards nothing may have gone wrong in it, nobody else been asked. The next
    page finds the profile as new.
    """
    visitors: list[Visitor] = []

    def open_page(query: str = "", script: str = "", *, moving: bool = False) -> Visitor:
        visitors.append(Visitor(context, server))
        if moving:
            visitors[-1].page.emulate_media(reduced_motion="no-preference")
        if script:
            visitors[-1].page.add_init_script(script)
        return visitors[-1].open(query)

    yield open_page
    context.clear_permissions()
    for visitor in visitors:
        visitor.forget()
        visitor.close()
    for visitor in visitors:
        assert visitor.errors == []
        others = [
            url for url in visitor.requests if not url.startswith((server.url, "data:", "blob:"))
        ]
        assert others == []


@pytest.fixture
def visit(context, server):
    """As ``visits``, for one test."""
    with visits(context, server) as open_page:
        yield open_page


@pytest.fixture(scope="class")
def shared_visit(context, server):
    """As ``visits``, for the tests of one class: a page costs a kernel and an inspector, which is
    most of what a test costs. The tests of a class are written in the order in which they run.
    """
    with visits(context, server) as open_page:
        yield open_page


@pytest.fixture
def draw(browser):
    """``draw(values, *files)`` renders a widget with these traits in an empty page, which counts as
    one of our own template or, ``embedded``, of JupyterLab.
    """
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)

    def rendered(values, *files, libraries=(), embedded=False):
        page.goto("about:blank")
        for library in libraries:
            page.add_script_tag(path=library)
        page.evaluate("window.__qdPlotly = Promise.resolve(window.Plotly)")
        if not embedded:
            page.evaluate("document.body.dataset.qdiffgui = 'page'")
        page.evaluate(_DRAW, [javascript(*files), values])
        return page

    yield rendered
    page.close()


def cells(page):
    return [row.locator("td").all_text_contents() for row in page.locator("tbody tr").all()]
