"""Markdown as the page shows it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from qdiffgui import catalog, explanations
from qdiffgui.ui.markdown import prose
from qdiffgui.ui.panels.explore import Explore

EVIL = "<script>alert(1)</script>"


def test_formulas_drawings_and_tables():
    text = (
        "# Name\n\n## Part\n\nA $x_t < a_b$.\n\n$$\n\\hat{x}_0 * y * z\n$$\n\n```text\n0: "
        "──<RX>──\n```\n\n"
    )
    made = prose(text + "| a | b |\n|--|--|\n| 1 | 2 |\n")
    assert r"\(x_t &lt; a_b\)" in made
    assert "$$\n\\hat{x}_0 * y * z\n$$" in made
    assert '<pre tabindex="0"' in made
    assert "0: ──&lt;RX&gt;──" in made
    assert "<table>" in made
    assert "<h4>Part</h4>" in made
    assert "<h1" not in made
    assert "<em>" not in made


def test_links_open_elsewhere_and_never_run_code():
    made = prose(
        "[paper](https://arxiv.org/abs/2310.05866) [bad](javascript:alert(1)) "
        "![pixel](https://elsewhere/x.png)"
    )
    assert 'target="_blank"' in made
    assert "javascript:" not in made
    assert "x.png" not in made
    assert prose("see arXiv:2310.05866.").count('href="https://arxiv.org/abs/2310.05866"') == 1
    assert prose("[arXiv:2310.05866](https://arxiv.org/abs/2310.05866)").count("<a ") == 1


@pytest.mark.parametrize("key", explanations.explained())
def test_every_page_renders(key):
    made = prose(explanations.load(key))
    assert made.count('class="math"') >= 1
    assert "```" not in made
    assert "**" not in made


@pytest.mark.parametrize(
    "entry",
    [*catalog.ansatze.values(), *catalog.encodings.values()],
    ids=lambda entry: entry.target,
)
def test_every_docstring_renders(entry):
    made = prose(explanations.of_code(entry))
    assert "<pre" in made
    assert "<strong>" not in made
    assert "`" not in made


def test_the_card_follows_the_model_and_survives_a_plug_in(monkeypatch):
    panel = Explore(SimpleNamespace())
    panel.explain("ddpm")
    first = panel.explanation.value
    assert "Classical DDPM / DDIM" in first
    assert first.startswith("<details")
    assert panel.ansatz.value == ""
    panel.explain("quantum-denoiser", "re-uploading")
    assert panel.explanation.value != first
    assert "About this ansatz: Data re-uploading" in panel.ansatz.value
    assert "──RX(x_0)─╭●" in panel.ansatz.value
    monkeypatch.setitem(
        catalog.models._entries,
        "foreign",
        catalog.models["ddpm"].__class__("foreign", EVIL, EVIL, "nowhere:Nothing"),
    )
    panel.explain("foreign")
    assert "<script" not in panel.explanation.value
    assert "&lt;script&gt;" in panel.explanation.value
