"""``qdiffgui app``: start the app on this machine."""

from __future__ import annotations

import atexit
import logging
import os
import re
import secrets
import shutil
import socket
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli.options import Runs

_HOST = "127.0.0.1"
_EVERYWHERE = "0.0.0.0"
_EXPOSED = (
    "  Other machines reach it too, with the token of this address. The connection is not "
    "encrypted:\n  outside a container, put a proxy with TLS in front of it.\n"
)
_PORT = 8866
_NEEDED = ("anywidget", "ipykernel", "ipywidgets", "mistune", "voila")


def app(
    port: Annotated[
        int | None,
        typer.Option(min=1024, max=65535, help="Port. Default: the first free port from 8866 up."),
    ] = None,
    runs: Runs = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address without opening a browser.")
    ] = False,
    share: Annotated[
        bool,
        typer.Option(
            "--share",
            help="Let others in this network in: print a link with a token, also as a QR code. The "
            "connection is not encrypted.",
        ),
    ] = False,
    readonly: Annotated[
        bool,
        typer.Option(
            "--readonly",
            help="Pages look, play and compare, but change nothing. With --share this holds for "
            "the shared link only.",
        ),
    ] = False,
    host: Annotated[
        str | None,
        typer.Option(
            help="Address to listen on. Default: this machine only, with --share its address in "
            "the network. 0.0.0.0 (all addresses) inside a container, where others then need the "
            "token."
        ),
    ] = None,
    base_url: Annotated[
        str,
        typer.Option(
            help="Path of the app behind a proxy that passes it on, as /user/alice/qdiffgui. A "
            "proxy that removes its prefix needs none."
        ),
    ] = "/",
) -> None:
    """Open the app in a browser. It listens on this machine only, unless --share or --host says
    otherwise. Ctrl-C stops the app; training continues.
    """
    from qdiffgui import paths

    _require_page(share)
    notebook = find_notebook()
    prefix = _prefix(base_url)
    listening = _listening(host, share)
    chosen = _free(port, listening)
    os.environ["QDIFFGUI_RUNS"] = str((runs or paths.runs()).resolve())
    token = os.environ.setdefault("JUPYTER_TOKEN", secrets.token_hex(24))
    own = _HOST if listening == _EVERYWHERE else listening
    address = f"http://{own}:{chosen}{prefix}?token={token}"
    words = ""
    if share:
        words = _share(f"{_reached_at(listening)}:{chosen}{prefix}", token, readonly)
    elif listening != _HOST:
        words = _EXPOSED
    if readonly and not share:
        os.environ[paths.READ_ONLY] = "1"
    announced = (address, own, chosen, not no_browser, words)
    threading.Thread(target=_announce, args=announced, daemon=True).start()
    _serve(notebook, listening, chosen, prefix)


def _listening(host: str | None, share: bool = False) -> str:
    """The address to listen on. Raises ``UserError`` if ``host`` is none of this machine, or if
    others would reach it without ``share``.
    """
    from qdiffgui.cli.share import network_address, require_own_address
    from qdiffgui.errors import UserError

    if share:
        if host is None:
            return network_address()
        require_own_address(host)
        return host
    if host not in (None, _HOST, _EVERYWHERE):
        raise UserError(
            f"--host is {_HOST} or {_EVERYWHERE} (all addresses), or with --share an address of "
            f"this machine; found '{host}'."
        )
    return host or _HOST


def _reached_at(listening: str) -> str:
    from qdiffgui.cli.share import network_address

    return network_address() if listening == _EVERYWHERE else listening


def _share(place: str, token: str, readonly: bool) -> str:
    """Make the link for others, let the server and its pages know of it, and say so."""
    from qdiffgui import paths
    from qdiffgui.cli.share import invitation

    if readonly:
        token = os.environ[paths.READER_TOKEN] = secrets.token_hex(12)
        folder = tempfile.mkdtemp(prefix="qdiffgui-owners-")  # which only this user can enter
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ[paths.OWNERS] = folder
    link = os.environ[paths.SHARED] = f"http://{place}?token={token}"
    return invitation(link, read_only=readonly)


def _prefix(base_url: str) -> str:
    """``base_url`` with a slash at both ends. Raises ``UserError`` if it is not a path."""
    from qdiffgui.errors import UserError

    path = base_url.strip("/")
    if not re.fullmatch(r"([\w.~@%+-]+/)*[\w.~@%+-]*", path, re.ASCII):
        raise UserError(
            f"--base-url is a path such as /user/alice/qdiffgui; found '{base_url}'. Leave out the "
            "name of the server and what follows a question mark."
        )
    return f"/{path}/" if path else "/"


def _require_page(share: bool = False) -> None:
    """Raise ``UserError`` if the packages that only the page needs are not installed."""
    from qdiffgui import paths
    from qdiffgui.errors import UserError

    needed = (*_NEEDED, "segno") if share else _NEEDED  # segno draws the QR code
    missing = [name for name in needed if not _is_installed(name)]
    if missing:
        raise UserError(
            f"The app needs {', '.join(missing)}, which this installation does not have: "
            f"{paths.install('app')}"
        )


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def find_notebook() -> Path:
    """Path of app.ipynb, in the checkout or in the installed package, with voila.json in the same
    folder. Raises ``UserError`` if either file is missing.
    """
    from qdiffgui.errors import UserError

    package = Path(__file__).resolve().parents[1]
    for folder in (package.parent, package):
        if (folder / "app.ipynb").is_file() and (folder / "voila.json").is_file():
            return folder / "app.ipynb"
    raise UserError(
        "The app's files (app.ipynb and voila.json) are missing from this installation: reinstall "
        "qdiffgui."
    )


def _serve(notebook: Path, host: str, port: int, prefix: str) -> None:
    """Run Voila in this process, so that ending the process ends the server. Voila reads
    voila.json from its working directory.
    """
    from qdiffgui import paths

    os.chdir(notebook.parent)
    _offer_docs()
    known = os.environ.get("JUPYTER_PATH")
    share = str(paths.jupyter_share())  # the template of this copy of the code comes first
    os.environ["JUPYTER_PATH"] = f"{share}{os.pathsep}{known}" if known else share
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # a grammar that an optional JSON check builds: seconds of CPU
    from voila.app import Voila

    logging.getLogger(Voila.__name__).addFilter(_is_news)
    Voila.launch_instance(
        argv=[
            *(notebook.name, "--no-browser", f"--port={port}"),
            *(f"--Voila.ip={host}", f"--Voila.base_url={prefix}"),
        ]
    )


def _offer_docs() -> None:
    """Let the pages of this server link to the documentation, if ``make docs`` has built it. Voila
    starts the first kernel before it asks us for handlers, so the environment says it.
    """
    from qdiffgui import paths

    if paths.site() is not None:
        os.environ[paths.DOCS_SERVED] = "1"


def _is_news(record: logging.LogRecord) -> bool:
    """Whether to show a message of the server. That the notebook has no signature is no news: its
    outputs are not shown.
    """
    return "is not trusted" not in record.getMessage()


def _free(wanted: int | None, host: str = _HOST) -> int:
    from qdiffgui.errors import UserError

    for port in [wanted] if wanted is not None else range(_PORT, _PORT + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    ports = f"Port {wanted} is" if wanted is not None else f"Ports {_PORT} to {_PORT + 49} are"
    raise UserError(f"{ports} in use by another program: choose a free port with --port.")


def _announce(address: str, host: str, port: int, browse: bool, words: str) -> None:
    """Wait until the server answers, then print its address and ``words``, and open it."""
    while True:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                break
        time.sleep(0.1)
    print(
        (
            f"\n  qdiffgui is running at  {address}\n\n  Ctrl-C stops the app. Training continues; "
            "your runs are listed next time.\n"
        ),
        flush=True,
    )
    if words:
        print(words, flush=True)
    if browse:
        _open(address)


def _open(address: str) -> None:
    """Open the address in a browser. Other users see the command line of a browser, so that the
    token is in a file that only its owner may read.
    """
    import contextlib
    import html
    import webbrowser

    handle, name = tempfile.mkstemp(prefix="qdiffgui-", suffix=".html")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        target = html.escape(address, quote=True)
        stream.write(
            f'<!DOCTYPE html><meta charset="utf-8"><title>qdiffgui</title>'
            f'<meta http-equiv="refresh" content="0;url={target}"><a href="{target}">qdiffgui</a>'
        )

    def remove() -> None:
        with contextlib.suppress(OSError):
            os.unlink(name)

    atexit.register(remove)
    webbrowser.open(Path(name).as_uri())
