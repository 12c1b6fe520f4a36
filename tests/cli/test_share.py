"""The link for others: where it leads, what it lets them do, and its QR code."""

from __future__ import annotations

import io
import os
import socket
import sys
from pathlib import Path

import pytest
import segno

from qdiffgui import paths
from qdiffgui.cli import app, share
from qdiffgui.errors import UserError

LINK = "http://192.168.0.7:8866/?token=0123456789abcdef01234567"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set meanwhile is removed afterwards."""
    for name in (paths.READER_TOKEN, paths.OWNERS, paths.SHARED):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_the_qr_code_is_that_of_the_link() -> None:
    """Read back from the half blocks: a module is dark where nothing is drawn."""
    halves = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}
    rows: list[list[int]] = []
    for line in share.qr_code(LINK).splitlines():
        pairs = [halves[block] for block in line[2:]]
        rows += [[above for above, _ in pairs], [below for _, below in pairs]]
    expected = [list(row) for row in segno.make(LINK, micro=False).matrix_iter(border=2)]
    assert rows[: len(expected)] == expected
    assert max(map(len, share.qr_code(LINK).splitlines())) < 80, "it fits a terminal"


def test_a_terminal_that_cannot_show_it_gets_the_link_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert share.qr_code(LINK) == ""
    assert LINK in share.invitation(LINK, read_only=True)


def test_the_invitation_says_what_others_may_do_and_that_nothing_is_encrypted() -> None:
    all_, look = (share.invitation(LINK, read_only=flag) for flag in (False, True))
    assert "delete" in all_
    assert "--readonly" in all_
    assert "change nothing" in look
    assert "not encrypted" in all_
    assert "not encrypted" in look


def test_the_address_in_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "_ELSEWHERE", "127.0.0.1")  # as if only loopback were there
    with pytest.raises(UserError, match="no address in a network"):
        share.network_address()


@pytest.mark.parametrize("host", ["", "example.org", "192.0.2.7", "::", "127.0.0.1"])
def test_others_are_let_in_at_an_address_of_this_machine(host: str) -> None:
    with pytest.raises(UserError, match="--host"):
        share.require_own_address(host)
    share.require_own_address("0.0.0.0")


def test_sharing_listens_where_others_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "network_address", lambda: "192.168.0.7")
    assert app._listening(None, share=True) == "192.168.0.7"
    assert app._listening("0.0.0.0", share=True) == "0.0.0.0"
    assert app._reached_at("0.0.0.0") == "192.168.0.7"
    assert app._reached_at("10.1.2.3") == "10.1.2.3"


@pytest.mark.usefixtures("environment")
def test_a_shared_link_gives_all_unless_it_is_read_only() -> None:
    words = app._share("192.168.0.7:8866/", "owner", readonly=False)
    assert "http://192.168.0.7:8866/?token=owner" in words
    assert paths.OWNERS not in os.environ
    words = app._share("192.168.0.7:8866/", "owner", readonly=True)
    token = os.environ[paths.READER_TOKEN]
    assert "owner" not in words
    assert os.environ[paths.SHARED] == f"http://192.168.0.7:8866/?token={token}"
    folder = Path(os.environ[paths.OWNERS])
    assert folder.stat().st_mode & 0o077 == 0
    folder.rmdir()


def test_a_port_is_sought_at_that_address() -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        with pytest.raises(UserError, match="in use"):
            app._free(other.getsockname()[1], "0.0.0.0")
