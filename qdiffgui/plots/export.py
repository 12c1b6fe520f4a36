"""Figures as files: HTML always; PNG, SVG and PDF where a Chrome or Chromium is found."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import plotly.graph_objects as go

from qdiffgui import paths
from qdiffgui.errors import UserError

FORMATS = ("html", "svg", "png", "pdf")
_NEEDS_KALEIDO = f"needs kaleido: {paths.install('figures')}"
_NO_CLOUD = 'Plotly.setPlotConfig({showSendToCloud: false, plotlyServerURL: ""});'
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def export(figure: go.Figure, file: Path | str, *, width: int = 900, height: int | None = None, scale: float = 2.0) -> Path:
    """Write ``figure`` in the format that the file's name ends in; gives the path back.

    Raises
    ------
    UserError
        for an unknown ending, a folder that does not exist, and where PNG, SVG or PDF is asked for and there is no kaleido or browser.
    """
    path = Path(file)
    kind = path.suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise UserError(f"Figures are written as {', '.join(FORMATS)}; found '{path.name}': give it one of these endings.")
    if not path.parent.is_dir():
        raise UserError(f"The folder {path.parent} does not exist: create it first, or choose another.")
    content = html(figure).encode() if kind == "html" else image(figure, kind, width=width, height=height, scale=scale)
    path.write_bytes(content)
    return path


def titled(figures: Iterable[tuple[str, go.Figure]]) -> str:
    """Figures with their titles as JSON, a list of ``{"title", "figure"}``; ``figure`` is what ``plotly.io.from_json`` reads."""
    return "[" + ",".join(f'{{"title":{json.dumps(title)},"figure":{figure.to_json()}}}' for title, figure in figures) + "]"


def html(figure: go.Figure, title: str = "qdiffgui") -> str:
    """One HTML page that needs no network, plotly.js inside: from the project's assets where it is there, else from plotly."""
    body = go.Figure(figure).to_html(full_html=False, include_plotlyjs=False, default_width="100%", default_height="90vh")
    script = f"<script>{library()}</script>"
    safe = title.replace("&", "&amp;").replace("<", "&lt;")
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{safe}</title>{script}</head><body>{body}</body></html>'


def library() -> str:
    """The text of plotly.js, without its button that uploads a figure to plotly's cloud: the project's small bundle where it is there, else
    the whole of it from the plotly package."""
    bundled = paths.assets() / "plotly" / "plotly-cartesian.min.js"
    if bundled.is_file():
        return f"{bundled.read_text(encoding='utf-8')}\n{_NO_CLOUD}"
    from plotly.offline import get_plotlyjs

    return f"{get_plotlyjs()}\n{_NO_CLOUD}"


def image(figure: go.Figure, kind: str, *, width: int = 900, height: int | None = None, scale: float = 2.0) -> bytes:
    """PNG, SVG or PDF of ``figure`` on white, by kaleido; raises ``UserError`` where kaleido or a browser is missing.

    ``scale``: pixels of a PNG to a CSS pixel; the other two are lines and need none.
    """
    browser, why_not = find_browser(), why_no_images()
    if browser is None or why_not:
        raise UserError(f"Writing {kind.upper()} {why_not}, or export HTML.")
    try:
        import kaleido
    except ImportError:
        raise UserError(f"Writing {kind.upper()} {_NEEDS_KALEIDO}, or export HTML.") from None
    drawn = go.Figure(figure)
    drawn.update_layout(paper_bgcolor="white", font_color="#222222")
    options = {
        "format": kind,
        "width": width,
        "height": height or drawn.layout.height or 560,
        "scale": scale if kind == "png" else 1,
    }
    try:  # without MathJax, which no figure needs: kaleido would fetch it from the network
        return bytes(kaleido.calc_fig_sync(drawn, opts=options, kopts={"path": browser, "mathjax": False}))
    except Exception as error:  # whatever happens between kaleido and the browser, HTML is the way out
        raise UserError(f"The browser {browser} could not draw the figure ({error}): export HTML instead.") from error


def draws_images() -> bool:
    """Whether PNG, SVG and PDF can be written here: kaleido is installed and a browser found."""
    return not why_no_images()


def why_no_images() -> str:
    """What is missing for ``image``, "" where nothing is."""
    if find_browser() is None:
        return "needs Chrome or Chromium and none was found: install one"
    return "" if importlib.util.find_spec("kaleido") is not None else _NEEDS_KALEIDO


def find_browser() -> str | None:
    """Path of a Chrome or Chromium: ``BROWSER_PATH`` if set, else the first on ``PATH``."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named if Path(named).is_file() else None
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)
