"""Reads the JavaScript of our widgets, and the style sheet and header of a page outside Voila."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from qdiffgui import paths

STATIC = Path(__file__).resolve().parents[1] / "static"
SHEETS = (
    *("lab", "parts", "frame", "form", "explore", "train", "samples"),
    *("compare", "scale", "learn", "export", "access", "print"),
)
"""Style sheets of the page after the colors and tokens, in order; index.html.j2 has the same."""
_KEYFRAMES = re.compile(r"@keyframes [\w-]+ \{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_WIDTHS = re.compile(r"@media (\((?:min|max)-width: \d+px\))")
_APP = re.compile(r"\.qd-app(?![\w-])")
_SCHEME = re.compile(r"\n  color-scheme: \w+;")


def javascript(*names: str) -> str:
    """The files, one after the other, as one module."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def header() -> str:
    """The header of the page, as HTML."""
    return (paths.template() / "header.html").read_text(encoding="utf-8")


@cache
def embedded_css() -> str:
    """The style sheet of a page that shares its document with others, as in JupyterLab.

    It holds within ``.qd-app`` only, apart from the names of the page's own colors; and what
    depends on the width of the window depends on the width of the page instead.
    """
    tokens = _SCHEME.sub("", _sheet("colors")) + _sheet("tokens")
    text = _APP.sub(":scope", "\n".join(_sheet(name) for name in SHEETS))
    frames = "\n".join(_KEYFRAMES.findall(text))
    text = _WIDTHS.sub(r"@container qd-app \1", _KEYFRAMES.sub("", text))
    return f"{tokens}\n{frames}\n@scope (.qd-app) {{\n{text}\n}}\n{_sheet('embedded')}"


def _sheet(name: str) -> str:
    return (paths.template() / "static" / "css" / f"{name}.css").read_text(encoding="utf-8")
