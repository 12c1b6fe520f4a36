"""A tile of the app for the launcher of JupyterLab and JupyterHub (jupyter-server-proxy)."""

from __future__ import annotations

import secrets
import sys
from typing import Any

from qdiffgui import paths

NAME = "qdiffgui"


def entry() -> dict[str, Any]:
    """Tell jupyter-server-proxy how to start the app, as entry point of the group
    ``jupyter_serverproxy_servers``.

    Only requests that the Jupyter server has let in get through: it adds a token to each, which
    only the two of them know.
    """
    token = secrets.token_hex(24)
    app = [sys.executable, "-m", "qdiffgui", "app", "--no-browser"]
    return {
        "command": [*app, "--port", "{port}", "--base-url", f"{{base_url}}{NAME}/"],
        "environment": {"JUPYTER_TOKEN": token},
        "request_headers_override": {"Authorization": f"token {token}"},
        "absolute_url": True,
        "timeout": 120,
        "launcher_entry": {"title": NAME, "icon_path": str(paths.template() / "static/icon.svg")},
    }
