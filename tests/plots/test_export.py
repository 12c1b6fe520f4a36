"""Figures as files."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from qdiffgui import plots
from qdiffgui.errors import UserError
from qdiffgui.plots import export as module
from qdiffgui.plots.export import export, find_browser, html

FIGURE = plots.loss({"run": ([1, 2, 3], [3.0, 2.0, 1.0])})


def test_html_needs_no_network(tmp_path):
    written = export(FIGURE, tmp_path / "loss.html")
    text = written.read_text()
    assert "Plotly.newPlot" in text
    assert len(text) > 1_000_000, "plotly.js is inside"
    body = text[text.index("</script>") :]
    assert 'src="http' not in text[:2000] + body


def test_a_title_cannot_run_a_script():
    assert "<script>alert" not in html(FIGURE, "<script>alert(1)</script>")


def test_unknown_endings_and_folders_are_refused(tmp_path):
    with pytest.raises(UserError, match="html, svg, png, pdf"):
        export(FIGURE, tmp_path / "loss.jpeg2000")
    with pytest.raises(UserError, match="does not exist"):
        export(FIGURE, tmp_path / "nowhere" / "loss.html")


def test_without_a_browser_the_way_out_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "no-such-browser"))
    assert find_browser() is None
    with pytest.raises(UserError, match="Chrome or Chromium"):
        export(FIGURE, tmp_path / "loss.png")
    assert not list(tmp_path.iterdir()), "nothing half-written"


def test_a_browser_that_does_not_work_is_said_to(tmp_path, monkeypatch):
    pytest.importorskip("kaleido")
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(broken))
    with pytest.raises(UserError, match="could not draw"):
        module.image(FIGURE, "png")


def test_nothing_is_fetched_from_the_network(monkeypatch):
    """kaleido's own choice is to load MathJax from a server, before anything is drawn."""
    asked = {}

    def draw(figure, *, opts, kopts):
        asked.update(kopts)
        return b"%PDF"

    monkeypatch.setitem(sys.modules, "kaleido", SimpleNamespace(calc_fig_sync=draw))
    monkeypatch.setattr(module, "why_no_images", lambda: "")
    monkeypatch.setattr(module, "find_browser", lambda: "chromium")
    assert module.image(FIGURE, "pdf") == b"%PDF"
    assert asked["mathjax"] is False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")]
)
def test_pictures_where_there_is_a_browser(tmp_path, ending, begins):
    if find_browser() is None:
        pytest.skip("no Chrome here")
    pytest.importorskip("kaleido")
    assert export(FIGURE, tmp_path / f"loss.{ending}").read_bytes().startswith(begins)
