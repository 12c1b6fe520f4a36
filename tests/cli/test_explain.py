"""``qdiffgui explain``: pages as Markdown, as JSON, and drawn on a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

from qdiffgui import catalog, explanations
from qdiffgui.cli import explain
from tests.cli.conftest import Command


@pytest.mark.parametrize("key", explanations.explained())
def test_a_model_is_its_page(command: Command, key: str) -> None:
    assert command("explain", key).out.rstrip() == explanations.load(key).rstrip()
    found = command("explain", key, "--json").json
    assert found["key"] == key
    assert [page["registry"] for page in found["pages"]] == ["models"]
    assert found["pages"][0]["markdown"] == explanations.load(key)


@pytest.mark.parametrize("key", list(catalog.ansatze))
def test_an_ansatz_is_drawn_and_counted(command: Command, key: str) -> None:
    page = command("explain", key, "--json").json["pages"][0]
    assert "──" in page["markdown"]
    assert page["paper"] == catalog.ansatze[key].facts["paper"]
    ansatz = catalog.ansatze[key].load()
    assert f"| 4 | 4 | {ansatz.n_weights(4, 4)} | {ansatz.shape(4, 4)} |" in page["markdown"]


@pytest.mark.parametrize("key", list(catalog.encodings))
def test_an_encoding_is_drawn(command: Command, key: str) -> None:
    pages = command("explain", key, "--json").json["pages"]
    assert [page["registry"] for page in pages] == (
        ["ansatze"] if key in catalog.ansatze else []
    ) + ["encodings"]
    assert all("──" in page["markdown"] for page in pages)


def test_on_a_terminal_formulas_are_code(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    shown = command("explain", "ddpm").out
    assert r"\bar\alpha" in shown
    assert "$$" not in shown
    assert "##" not in shown
    assert (
        explain._without_math("a $x_t$, $y_0$\n$$\nz\n$$\n")
        == "a `x_t`, `y_0`\n\n```latex\nz\n```\n\n"
    )


def test_a_page_is_read_without_torch() -> None:
    code = (
        "import sys\nfrom qdiffgui.cli.program import run\nassert run(['explain', 'ddpm']) == 0\n"
        "assert not {'torch', 'pennylane', 'plotly'} & set(sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode
        == 0
    )
