from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from qdiffgui.cli.app import _free, find_notebook
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
