"""app.ipynb runs in a real kernel, and that kernel stays light."""

from __future__ import annotations

from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "pennylane", "sklearn", "numba")
CHECK = f"import sys; print([name for name in {HEAVY!r} if name in sys.modules])"


@pytest.mark.filterwarnings("ignore")  # those of nbclient's and zmq's own event loops
def test_notebook_shows_the_page_and_stays_light(tmp_path, monkeypatch):
    monkeypatch.setenv("QDIFFGUI_RUNS", str(tmp_path))
    notebook = nbformat.read(ROOT / "app.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(CHECK))
    client = nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}
    )
    client.execute()
    page, check = notebook.cells
    assert notebook.metadata.voila.template == "qdiffgui"
    assert {output.output_type for output in page.outputs} == {"display_data"}
    patience, shown = (output.data for output in page.outputs)
    assert "AbortSignal" in patience["application/javascript"]
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert check.outputs[0].text.strip() == "[]"
    assert list(tmp_path.iterdir()) == []
