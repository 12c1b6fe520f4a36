"""The page in a real Jupyter server below a prefix, as JupyterHub starts one: in the output of a
cell of JupyterLab, and through Voila as a server extension.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

import nbformat
import pytest

from qdiffgui import paths
from qdiffgui.runs.store import RunStore
from qdiffgui.ui import code
from tests.browser.conftest import ROOT, Visitor, free_port
from tests.runs.tiny import STATES, tiny
from tests.waiting import wait_for

pytest.importorskip("jupyterlab")

TOKEN = "d0e5"
PATIENCE = 300_000
WANTED = tiny(STATES, name="in a notebook", seed=12)
RUN_CELL = "[data-command='notebook:run-cell-and-select-next']"
HIDDEN = """() => [...document.querySelectorAll('.qd-app .is-hidden')].filter(
    e => getComputedStyle(e).display !== 'none').length"""
STYLES = """() => ["body", ".jp-Toolbar", ".jp-Cell", ".lm-MenuBar"].map(css => {
    const style = getComputedStyle(document.querySelector(css));
    return [style.color, style.backgroundColor, style.fontFamily, style.padding, style.display];
})"""


class JupyterServer:
    """``jupyter lab`` in ``folder``, with a configuration of its own."""

    def __init__(self, folder, runs) -> None:
        self.runs = runs
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/user/alice/"
        environment = os.environ | {
            "QDIFFGUI_RUNS": str(runs),
            "QDIFFGUI_WARM": "0",
            "OMP_NUM_THREADS": "1",
            "JUPYTER_TOKEN": TOKEN,
            "JUPYTER_PATH": str(paths.jupyter_share()),  # the template of the checkout
        }
        for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
            environment[f"JUPYTER_{name}"] = str(folder.parent / name.lower())
        for name in ("SETTINGS_DIR", "WORKSPACES_DIR"):
            environment[f"JUPYTERLAB_{name}"] = str(folder.parent / name.lower())
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
            *("--ServerApp.base_url=/user/alice/", f"--ServerApp.root_dir={folder}"),
            "--LabApp.news_url=",
        ]
        self.log = folder.parent / "jupyter.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=log, stderr=log
            )
        wait_for(lambda: self._answers() or self.process.poll() is not None, "Jupyter to start")
        if self.process.poll() is not None:
            raise RuntimeError(f"Jupyter did not start:\n{self.log.read_text(errors='replace')}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}api", timeout=10) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory, browser):
    """A server whose folder holds app.ipynb, and a notebook that opens it with settings."""
    base = tmp_path_factory.mktemp("jupyter")
    folder = base / "home"
    folder.mkdir()
    notebook = nbformat.read(ROOT / "app.ipynb", as_version=4)
    nbformat.write(notebook, folder / "app.ipynb")
    call = f"show(config={code.address(WANTED)[7:]!r})"
    notebook.cells[0].source = notebook.cells[0].source.replace("show()", call)
    nbformat.write(notebook, folder / "wanted.ipynb")
    made = JupyterServer(folder, base / "runs")
    yield made
    made.close()


def visit(context, server):
    visitor = Visitor(context, server)
    visitor.page.set_default_timeout(PATIENCE)
    return visitor


def run_cell(page):
    """Run the first cell. Lab ignores the command while its kernel is not connected."""

    def ran():
        if prompt.inner_text() == before:
            page.locator(".jp-Notebook .jp-InputPrompt").first.click()
            page.locator(RUN_CELL).first.click()
            page.wait_for_timeout(1000)
        return prompt.inner_text() != before

    prompt = page.locator(".jp-Notebook .jp-InputPrompt").first
    before = prompt.inner_text()
    wait_for(ran, "the cell to run", meanwhile=lambda _: page.wait_for_timeout(100))


def others(visitor):
    """Addresses outside the server that the page asked for."""
    own = (visitor.server.url, "data:", "blob:")
    return [url for url in visitor.requests if not url.startswith(own)]


class TestLab:
    """On one page, in the order in which a visitor does it."""

    @pytest.fixture(scope="class")
    @classmethod
    def visitor(cls, context, jupyter):
        visitor = visit(context, jupyter)
        page = visitor.page
        page.goto(f"{jupyter.url}lab/tree/wanted.ipynb?token={TOKEN}")
        page.wait_for_selector(".jp-InputArea-editor .cm-line")
        visitor.before = page.evaluate(STYLES)
        run_cell(page)
        page.wait_for_selector(".qd-app.is-embedded:not(.is-arriving)")
        yield visitor
        visitor.close()
        assert visitor.errors == []
        assert others(visitor) == []

    def test_it_looks_as_the_page_does_and_lab_as_before(self, visitor):
        page = visitor.page
        page.wait_for_selector(".qd-start-button:enabled")
        assert page.evaluate(HIDDEN) == 0
        side, main = (page.locator(css).bounding_box() for css in (".qd-side", ".qd-main"))
        assert side["x"] + side["width"] <= main["x"]
        assert abs(side["y"] - main["y"]) < 5
        colour = "e => getComputedStyle(e).backgroundColor"
        assert page.locator(".qd-start-button").evaluate(colour) == "rgb(51, 70, 168)"
        assert page.locator(".qd-header h1").is_visible()
        assert page.evaluate(STYLES) == visitor.before

    def test_the_settings_of_the_call_are_in_the_form(self, visitor):
        assert visitor.page.locator(".qd-field-seed input").input_value() == "12"
        assert visitor.page.locator(".qd-field-name input").input_value() == WANTED.name

    def test_narrow_it_has_the_form_above_the_areas(self, visitor):
        page = visitor.page
        page.set_viewport_size({"width": 980, "height": 900})
        page.wait_for_function(
            """() => document.querySelector('.qd-side').getBoundingClientRect().bottom
                <= document.querySelector('.qd-tabs').getBoundingClientRect().top"""
        )
        page.set_viewport_size({"width": 1440, "height": 900})

    def test_keys_in_the_page_are_not_those_of_lab(self, visitor):
        page = visitor.page
        cells = page.locator(".jp-Notebook .jp-Cell").count()
        page.get_by_role("tab", name="Explore", exact=True).focus()
        for key in ("b", "a", "d", "d", "ArrowRight"):
            page.keyboard.press(key)
        page.wait_for_selector(".qd-area-train:not(.is-hidden)")
        assert page.locator(".jp-Notebook .jp-Cell").count() == cells

    def test_choose_train_and_figures_move(self, visitor):
        page = visitor.page
        page.locator(".qd-field-seed input").fill("13")
        page.keyboard.press("Tab")
        page.wait_for_selector(".qd-start-button:enabled")
        page.click(".qd-start-button")
        visitor.wait_losses(1)
        visitor.wait_losses(5)
        page.wait_for_selector(".qd-area-train .js-plotly-plot .main-svg")
        visitor.wait_status("done")
        assert page.url.split("?")[0] == f"{visitor.server.url}lab/tree/wanted.ipynb"
        [run] = RunStore(visitor.server.runs).list()
        assert RunStore(visitor.server.runs).get(run.id).config().seed == 13

    def test_export(self, visitor):
        page = visitor.page
        visitor.tab("Export")
        page.wait_for_selector(".qd-export-model:enabled")
        with page.expect_download() as download:
            page.click(".qd-export-model")
        assert download.value.path().stat().st_size > 1000

    def test_the_theme_of_lab_is_that_of_the_page(self, visitor):
        page = visitor.page
        for light, theme in (("false", "dark"), ("true", "light")):
            page.evaluate("value => { document.body.dataset.jpThemeLight = value; }", light)
            page.wait_for_selector(f":root[data-theme={theme}]", state="attached")

    def test_run_again_the_cell_has_one_page_and_its_runs(self, visitor):
        page = visitor.page
        page.locator(".qd-app").evaluate("app => app.setAttribute('data-first', '')")
        run_cell(page)
        page.wait_for_selector(".qd-app.is-embedded:not(.is-arriving):not([data-first])")
        assert page.locator(".qd-app").count() == 1
        visitor.tab("Compare")
        page.wait_for_selector("tr[data-run]:has-text('in a notebook')")


def test_voila_as_a_server_extension(context, jupyter):
    """The template is found, and so are its plots, below the server's prefix."""
    visitor = visit(context, jupyter)
    try:
        visitor.open(f"voila/render/app.ipynb?token={TOKEN}&{code.address(WANTED)}")
        page = visitor.page
        page.wait_for_selector("#qd-skeleton", state="detached")
        page.wait_for_selector(".qd-start-button:enabled")
        assert page.locator(".qd-field-seed input").input_value() == "12"
        assert page.locator(".qd-app.is-embedded").count() == 0
        assert page.locator("h1").count() == 1
        page.wait_for_selector(".qd-area-explore .js-plotly-plot .scatterlayer .trace")
        assert page.evaluate(HIDDEN) == 0
    finally:
        visitor.close()
    assert visitor.errors == []
    assert others(visitor) == []


class App:
    """``qdiffgui app``, whose own address has no prefix."""

    def __init__(self, folder) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "qdiffgui", "app", "--no-browser", f"--port={self.port}"]
        environment = os.environ | {
            "QDIFFGUI_RUNS": str(folder / "runs"),
            "QDIFFGUI_WARM": "0",
            "JUPYTER_TOKEN": TOKEN,
        }
        with (folder / "app.log").open("wb") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        wait_for(
            lambda: "is running at" in (folder / "app.log").read_text(errors="replace"), "the app"
        )

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(60)


@pytest.mark.parametrize("keeps", [False, True], ids=["removes its prefix", "keeps its prefix"])
def test_behind_a_proxy_that(keeps, context, jupyter, tmp_path):
    """jupyter-server-proxy passes pages and websockets on: of an app that knows nothing of it, and
    of one that it has started itself, from the tile in the launcher.
    """
    pytest.importorskip("jupyter_server_proxy")
    app = None if keeps else App(tmp_path)
    visitor = visit(context, jupyter)
    place = f"{jupyter.url}{'qdiffgui/' if app is None else f'proxy/{app.port}/'}"
    page = visitor.page
    try:
        page.goto(f"{jupyter.url}api?token={TOKEN}")  # logs in at Jupyter
        visitor.requests.clear()
        sockets = []
        page.on("websocket", lambda socket: sockets.append(socket.url))
        own_token = "" if app is None else f"token={TOKEN}&"
        page.goto(f"{place}?{own_token}{code.address(WANTED)}")
        page.wait_for_selector(".qd-app:not(.is-arriving)")
        page.wait_for_selector(".qd-start-button:enabled")
        assert page.locator(".qd-field-seed input").input_value() == "12"
        page.wait_for_selector(".qd-area-explore .js-plotly-plot .scatterlayer .trace")
        assert sockets
        assert all(url.startswith(place.replace("http", "ws", 1)) for url in sockets)
        asked = [url for url in visitor.requests if not url.startswith((place, "data:", "blob:"))]
        assert asked == []
    finally:
        visitor.close()
        if app is not None:
            app.close()
    assert visitor.errors == []


def test_the_launcher_has_a_tile(jupyter):
    pytest.importorskip("jupyter_server_proxy")
    address = f"{jupyter.url}server-proxy/servers-info?token={TOKEN}"
    with urllib.request.urlopen(address, timeout=60) as answer:
        servers = {server["name"]: server for server in json.load(answer)["server_processes"]}
    assert servers["qdiffgui"]["launcher_entry"]["title"] == "qdiffgui"
    assert servers["qdiffgui"]["launcher_entry"]["enabled"]
