"""``qdiffgui app``: serve the page on this machine."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli.options import Runs

_HOST = "127.0.0.1"
_PORT = 8866


def app(
    port: Annotated[int | None, typer.Option(min=1024, max=65535, help="Port; default: the first free one from 8866 on.")] = None,
    runs: Runs = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Open the page in a browser, served by this machine for this machine only. Ctrl-C ends it; trainings go on."""
    from qdiffgui import paths

    notebook = find_notebook()
    chosen = _free(port)
    os.environ["QDIFFGUI_RUNS"] = str((runs or paths.runs()).resolve())
    token = os.environ.setdefault("JUPYTER_TOKEN", secrets.token_hex(24))
    address = f"http://{_HOST}:{chosen}/?token={token}"
    threading.Thread(target=_announce, args=(address, chosen, not no_browser), daemon=True).start()
    _serve(notebook, chosen)


def find_notebook() -> Path:
    """app.ipynb of the checkout, or of the installed package; voila.json lies beside it. Raises ``UserError``."""
    from qdiffgui.errors import UserError

    package = Path(__file__).resolve().parents[1]
    for folder in (package.parent, package):
        if (folder / "app.ipynb").is_file() and (folder / "voila.json").is_file():
            return folder / "app.ipynb"
    raise UserError("The page (app.ipynb and voila.json) is missing beside the package qdiffgui: install qdiffgui again.")


def _serve(notebook: Path, port: int) -> None:
    """Voila in this very process: whoever ends it, ends the server. It reads voila.json in its working directory."""
    os.chdir(notebook.parent)
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # a grammar that an optional JSON check builds: seconds of CPU
    from voila.app import Voila

    Voila.launch_instance(argv=[notebook.name, "--no-browser", f"--port={port}", f"--Voila.ip={_HOST}"])


def _free(wanted: int | None) -> int:
    from qdiffgui.errors import UserError

    for port in [wanted] if wanted is not None else range(_PORT, _PORT + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, port))
            except OSError:
                continue
            return port
    taken = f"Port {wanted} is" if wanted is not None else f"Ports {_PORT} to {_PORT + 49} are"
    raise UserError(f"{taken} in use by another program: choose a free one with --port.")


def _announce(address: str, port: int, browse: bool) -> None:
    """Print the address, and open it, once somebody answers there."""
    while True:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((_HOST, port)) == 0:
                break
        time.sleep(0.1)
    print(
        f"\n  qdiffgui is at  {address}\n\n  Ctrl-C ends the page; trainings go on and are there again next time.\n", flush=True
    )
    if browse:
        import webbrowser

        webbrowser.open(address)
