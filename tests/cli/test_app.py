from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from qdiffgui.cli.app import _free, _prefix, find_notebook
from qdiffgui.cli.launcher import entry
from qdiffgui.errors import UserError


def test_the_notebook_and_its_safe_settings_are_found() -> None:
    notebook = find_notebook()
    assert json.loads(notebook.read_text())["cells"]
    assert json.loads((notebook.parent / "voila.json").read_text())["Voila"]["ip"] == "127.0.0.1"


def test_a_port_that_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UserError, match="in use by another program"):
            _free(other.getsockname()[1])
    assert _free(None) >= 8866


@pytest.mark.parametrize(
    ("given", "prefix"),
    [
        ("/", "/"),
        ("", "/"),
        ("user/alice/qdiffgui", "/user/alice/qdiffgui/"),
        ("/user/al%C3%A9@x.org/a-b_c.~+/", "/user/al%C3%A9@x.org/a-b_c.~+/"),
    ],
)
def test_a_base_url_has_a_slash_at_both_ends(given: str, prefix: str) -> None:
    assert _prefix(given) == prefix


@pytest.mark.parametrize(
    "given", ["http://hub/user", "/a//b", "/a?b", "/a#b", "/a b", '/a"b', "/é"]
)
def test_a_base_url_is_a_path(given: str) -> None:
    with pytest.raises(UserError, match="--base-url is a path"):
        _prefix(given)


def test_the_tile_starts_this_app_with_a_token_of_its_own() -> None:
    first, second = entry(), entry()
    token = first["environment"]["JUPYTER_TOKEN"]
    assert first["request_headers_override"] == {"Authorization": f"token {token}"}
    assert token != second["environment"]["JUPYTER_TOKEN"]
    assert not any(token in part for part in first["command"])  # others see a command line
    assert Path(first["launcher_entry"]["icon_path"]).is_file()
    [point] = entry_points(group="jupyter_serverproxy_servers", name="qdiffgui")
    assert point.load() is entry


@pytest.mark.slow
def test_it_serves_the_page_and_prints_its_address(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "qdiffgui",
        "app",
        "--no-browser",
        "--port",
        str(_free(None)),
        "--runs",
        str(tmp_path),
    ]
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tmp_path
    )
    try:
        assert server.stdout is not None
        address = next(
            found.group()
            for line in server.stdout
            if (found := re.search(r"http://127\.0\.0\.1:\d+/\?token=\w+", line))
        )
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200
            assert b"<main" in answer.read()
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)
