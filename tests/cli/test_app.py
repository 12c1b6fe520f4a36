from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from qdiffgui.cli.app import _free, _listening, _prefix, find_notebook
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


def test_it_listens_on_this_machine_or_everywhere() -> None:
    assert [_listening(host) for host in ("127.0.0.1", "0.0.0.0")] == ["127.0.0.1", "0.0.0.0"]
    assert _listening(None) == "127.0.0.1"
    for wrong in ("", "example.org", "10.0.0.1"):
        with pytest.raises(UserError, match="--host is"):
            _listening(wrong)


def other_address() -> str:
    """An address of this machine that is not loopback; "" if there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return ""
        return str(probe.getsockname()[0])


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_it_serves_the_page_and_prints_its_address(host: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "qdiffgui", "app", "--no-browser", "--host", host]
    command += ["--port", str(_free(None)), "--runs", str(tmp_path)]
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
        if other := other_address():
            elsewhere = address.replace("127.0.0.1", other)
            if host == "127.0.0.1":
                with pytest.raises(urllib.error.URLError, match="refused"):
                    urllib.request.urlopen(elsewhere, timeout=60)
            else:  # as from outside a container: only with the token
                assert any("not encrypted" in line for line in server.stdout)
                with urllib.request.urlopen(elsewhere, timeout=60) as answer:
                    assert b"<main" in answer.read()
                with urllib.request.urlopen(elsewhere.partition("?")[0], timeout=60) as answer:
                    assert b"<main" not in answer.read()
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)
