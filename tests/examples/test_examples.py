"""The example notebooks run to their end, give real results, and are stored without outputs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from jupyter_core.utils import run_sync

from qdiffgui.model_file import load
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.sweep import directory

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
IDS = [path.stem for path in NOTEBOOKS]


MOVE = """
import os, tempfile
os.environ["TMPDIR"], tempfile.tempdir = {temporary!r}, None
os.chdir({here!r})
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[Any]:
    """One kernel for all notebooks: importing torch and PennyLane five times would take longer than
    what they do.
    """
    first = nbclient.NotebookClient(nbformat.v4.new_notebook())
    manager = first.create_kernel_manager()
    first.start_new_kernel()
    yield manager
    run_sync(manager.shutdown_kernel)(now=True)


def run(name: str, folder: Path, kernel: Any) -> tuple[str, Path]:
    """All output of a notebook that runs in the folder, and where it wrote its files."""
    (path,) = (path for path in NOTEBOOKS if path.stem.startswith(name))
    elsewhere, here = folder / "temporary", folder / "here"
    elsewhere.mkdir()
    here.mkdir()
    notebook = nbformat.read(path, as_version=4)
    move = MOVE.format(temporary=str(elsewhere), here=str(here))
    notebook.cells.insert(0, nbformat.v4.new_code_cell(move))
    client = nbclient.NotebookClient(notebook, timeout=300, km=kernel)
    try:
        client.execute()
    finally:
        client.kc.stop_channels()
    assert not list(here.iterdir()), "a notebook writes into its own folder only"
    made = list(elsewhere.glob("qdiffgui-*"))
    assert len(made) == 1
    return "\n".join(_texts(notebook)), made[0]


def _texts(notebook: Any) -> list[str]:
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            assert output.output_type != "error", output
            shown = output.get("data", {})
            found += [str(output.get("text", "")), *shown, *map(str, shown.values())]
    return found


def done(folder: Path) -> list[RunDirectory]:
    """The runs of a folder, all of which have finished."""
    runs = RunStore(folder).directories()
    assert all(run.state().status == "done" for run in runs)
    return sorted(runs, key=lambda run: run.state().created)


pytestmark = pytest.mark.filterwarnings("ignore")  # those of nbclient's and zmq's own event loops


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_outputs_are_cleared_and_the_size_is_set_at_the_top(path: Path) -> None:
    cells = json.loads(path.read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert re.match(r"EFFORT = 0\.\d+  # ", code[0]["source"][0])
    assert "docs/" in "".join(line for cell in cells[:3] for line in cell["source"])


def test_the_pages_list_every_notebook() -> None:
    for page in (ROOT / "docs" / "EXAMPLES.md", ROOT / "examples" / "README.md"):
        assert all(path.name in page.read_text() for path in NOTEBOOKS), page


def test_first_training(tmp_path: Path, kernel: Any) -> None:
    said, folder = run("01", tmp_path, kernel)
    (trained,) = done(folder)
    assert trained.state().model == "quantum-denoiser"
    assert "did you mean 'n_qubits'" in said
    assert "<table>" in said
    assert all(sentence in unescape(said) for sentence in _report(trained)["verdict"])
    assert "gluon: mean mass" in said
    assert load(folder / "model.h5").sample(2).values["mass"].shape == (2,)
    assert "OPENQASM 3" in (folder / "circuit.qasm").read_text()


def test_your_own_model(tmp_path: Path, kernel: Any) -> None:
    said, folder = run("02", tmp_path, kernel)
    first, second = RunStore(folder).directories()
    states = {one.state().model: one.state() for one in (first, second)}
    assert set(states) == {"fourier", "ddpm"}
    assert all(state.status == "done" and state.metrics for state in states.values())
    mine, mlp = (states[kind].n_parameters for kind in ("fourier", "ddpm"))
    assert mlp == pytest.approx(mine, rel=0.1)
    assert "The model keeps the contract." in said


def test_quantum_against_classical(tmp_path: Path, kernel: Any) -> None:
    said, folder = run("03", tmp_path, kernel)
    quantum, network = (one.state() for one in done(folder))
    assert (quantum.model, network.model) == ("quantum-denoiser", "ddpm")
    assert network.n_parameters == pytest.approx(quantum.n_parameters, rel=0.05)
    assert quantum.floor.keys() >= {"w1:mean"}
    assert re.search(r"the circuit is (better than|level with|worse than) the network", said)
    assert "1 seed(s): no conclusion." in said
    assert "application/vnd.plotly.v1+json" in said


def test_sweep_and_capacity(tmp_path: Path, kernel: Any) -> None:
    said, folder = run("04", tmp_path, kernel)
    (sweep,) = directory.sweeps(folder)
    circuits = [state for state in sweep.states().values() if state.status == "done"]
    networks = [one.state() for one in done(folder)]
    assert len(circuits) == len(networks) == 3
    sizes = sorted(state.n_parameters for state in circuits)
    assert sizes == pytest.approx(sorted(s.n_parameters for s in networks), rel=0.1)
    assert all("held-out-loss" in state.metrics for state in (*circuits, *networks))
    assert "3 of 3 runs done, over model.n_layers, seed" in said
    assert said.count("'type': 'scatter'") >= 3


def test_run_to_paper(tmp_path: Path, kernel: Any) -> None:
    pytest.importorskip("mplhep")
    said, folder = run("05", tmp_path, kernel)
    assert r"\toprule" in (folder / "results.tex").read_text()
    plots = list((folder / "plots").glob("*.pdf"))
    assert len(plots) >= 5
    assert all(plot.read_bytes().startswith(b"%PDF") for plot in plots)
    assert all(plot.stat().st_size > 5000 for plot in plots)
    assert "arXiv" in (folder / "methods.bib").read_text()
    assert (folder / "hepdata" / "submission.yaml").is_file()
    assert (folder / "run.zip").stat().st_size > 10_000
    assert re.search(r"\d+ generated gluon jets", said)


def _report(of: RunDirectory) -> dict[str, Any]:
    report = of.metrics()
    assert report is not None
    return report
