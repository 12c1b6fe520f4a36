"""Plots as files: HTML always; PNG, SVG and PDF if Chrome or Chromium is installed."""

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
_EXTRA = "figures"  # the extra of pyproject.toml that brings kaleido
INSTALL = f"pip install 'qdiffgui[{_EXTRA}]'"
_NEEDS_KALEIDO = f"needs kaleido ({INSTALL})"
_NO_CLOUD = 'Plotly.setPlotConfig({showSendToCloud: false, plotlyServerURL: ""});'
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def export(
    plot: go.Figure,
    file: Path | str,
    *,
    width: int = 900,
    height: int | None = None,
    scale: float = 2.0,
) -> Path:
    """Write a plot to a file, in the format given by its ending.

    Parameters
    ----------
    plot : go.Figure
        The plot.
    file : Path or str
        The file, ending in one of ``FORMATS``.
    width, height : int
        Size in pixels.
    scale : float
        Pixels of a PNG per pixel of ``width`` and ``height``.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UserError
        If the ending is unknown, the folder does not exist, or kaleido or the browser for PNG, SVG
        and PDF is missing.
    """
    path = Path(file)
    kind = path.suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise UserError(
            f"Expected a plot file ending in one of {', '.join(FORMATS)}; found '{path.name}'."
        )
    if not path.parent.is_dir():
        raise UserError(
            f"The folder {path.parent} does not exist: create it first, or choose another."
        )
    content = (
        html(plot).encode()
        if kind == "html"
        else image(plot, kind, width=width, height=height, scale=scale)
    )
    path.write_bytes(content)
    return path


def titled(figures: Iterable[tuple[str, go.Figure]]) -> str:
    """Plots with their titles as JSON: a list of ``{"title", "figure"}``.

    ``plotly.io.from_json`` reads the value of ``"figure"``.
    """
    return (
        "["
        + ",".join(
            f'{{"title":{json.dumps(title)},"figure":{figure.to_json()}}}'
            for title, figure in figures
        )
        + "]"
    )


def html(plot: go.Figure, title: str = "qdiffgui") -> str:
    """One HTML page with a plot. It contains plotly.js and needs no network."""
    body = go.Figure(plot).to_html(
        full_html=False, include_plotlyjs=False, default_width="100%", default_height="90vh"
    )
    script = f"<script>{library()}</script>"
    safe = title.replace("&", "&amp;").replace("<", "&lt;")
    return (
        '<!doctype html><html lang="en"><head><meta '
        f'charset="utf-8"><title>{safe}</title>{script}</head><body>{body}</body></html>'
    )


def library() -> str:
    """The source of plotly.js, without its button for uploads to plotly's cloud.

    It is the small build that ships with the page or, if that is missing, the full one of the
    plotly package.
    """
    bundled = paths.plotly()
    if bundled.is_file():
        return f"{bundled.read_text(encoding='utf-8')}\n{_NO_CLOUD}"
    from plotly.offline import get_plotlyjs

    return f"{get_plotlyjs()}\n{_NO_CLOUD}"


def image(
    plot: go.Figure, kind: str, *, width: int = 900, height: int | None = None, scale: float = 2.0
) -> bytes:
    """A plot as PNG, SVG or PDF on white, drawn by kaleido.

    ``scale`` is the number of pixels of a PNG per CSS pixel. Raises ``UserError`` if kaleido or a
    browser is missing.
    """
    browser, missing = find_browser(), why_no_images()
    if browser is None or missing:
        raise UserError(f"{kind.upper()} {missing}. Install it, or export HTML instead.")
    try:
        import kaleido
    except ImportError:
        raise UserError(
            f"{kind.upper()} {_NEEDS_KALEIDO}. Install it, or export HTML instead."
        ) from None
    drawn = go.Figure(plot)
    drawn.update_layout(paper_bgcolor="white", font_color="#222222")
    options = {
        "format": kind,
        "width": width,
        "height": height or drawn.layout.height or 560,
        "scale": scale if kind == "png" else 1,
    }
    try:  # without MathJax, which no plot needs: kaleido would load it from the network
        return bytes(
            kaleido.calc_fig_sync(drawn, opts=options, kopts={"path": browser, "mathjax": False})
        )
    except Exception as error:  # kaleido and the browser can fail in many ways
        raise UserError(
            f"The browser {browser} could not draw the plot ({error}): export HTML instead."
        ) from error


def draws_images() -> bool:
    """Whether PNG, SVG and PDF can be written: whether kaleido and a browser are installed."""
    return not why_no_images()


def why_no_images() -> str:
    """What is missing for ``image``; "" if nothing is."""
    if find_browser() is None:
        return "needs Chrome or Chromium, and neither was found"
    return "" if importlib.util.find_spec("kaleido") is not None else _NEEDS_KALEIDO


def find_browser() -> str | None:
    """Path of a Chrome or Chromium: ``BROWSER_PATH`` if set, else the first on ``PATH``."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named if Path(named).is_file() else None
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)
