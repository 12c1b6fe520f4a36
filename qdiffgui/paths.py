"""Folders: shipped assets, runs, cache. Nothing here creates a folder."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import platformdirs

DOCS_SERVED = "QDIFFGUI_DOCS_SERVED"
"""Environment variable of the kernels whose server serves the documentation."""
READ_ONLY = "QDIFFGUI_READ_ONLY"
"""Environment variable of a server all of whose pages are read-only."""
OWNERS = "QDIFFGUI_OWNERS"
"""Environment variable of a server whose pages are read-only, but those of its owner: the folder
where it notes, as empty files, the ids of the kernels that its owner has connected to."""
SHARED = "QDIFFGUI_SHARED"
"""Environment variable: the address, with its token, that ``qdiffgui app --share`` gives to others.
"""
READER_TOKEN = "QDIFFGUI_READER_TOKEN"
"""Environment variable: the token of those whose pages are read-only."""


def assets() -> Path:
    """The folder of shipped data and page resources.

    It is ``assets/`` of a checkout, or the copy inside an installed package.

    Raises
    ------
    FileNotFoundError
        If neither exists.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "assets", package.parent / "assets"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        "The folder 'assets' is missing next to the package qdiffgui: install qdiffgui again."
    )


def jupyter_share() -> Path:
    """The folder of the package that has the layout of ``share/jupyter``: the template of the page,
    with its style sheets, is in it.
    """
    return Path(__file__).resolve().parent / "ui" / "share"


def template() -> Path:
    """The folder of the page's Voila template."""
    return jupyter_share() / "voila" / "templates" / "qdiffgui"


def plotly() -> Path:
    """The plotly.js that ships with the page: the small build for plots with two axes."""
    return template() / "static" / "plotly" / "plotly-cartesian.min.js"


def site() -> Path | None:
    """The folder of the documentation as a site; None if ``make docs`` has not built it."""
    folder = Path(__file__).resolve().parent / "site"
    return folder if (folder / "index.html").is_file() else None


def runs() -> Path:
    """The folder of runs: ``$QDIFFGUI_RUNS``, else ``runs`` in the current directory."""
    return Path(os.environ.get("QDIFFGUI_RUNS") or "runs").resolve()


def install(extra: str) -> str:
    """The command that installs an extra of pyproject.toml for this installation of qdiffgui.

    It works in the current directory.
    """
    program, here = Path(sys.executable), Path.cwd()
    shown = program.relative_to(here) if program.is_relative_to(here) else program
    return f"{shlex.quote(str(shown))} -m pip install 'qdiffgui[{extra}]'"


def cache() -> Path:
    """The cache folder, for compiled kernels and measured costs; it may be deleted at any time.

    ``$QDIFFGUI_CACHE`` overrides it.
    """
    return Path(
        os.environ.get("QDIFFGUI_CACHE") or platformdirs.user_cache_dir("qdiffgui", appauthor=False)
    )
