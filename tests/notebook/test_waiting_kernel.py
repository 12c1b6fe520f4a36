"""A kernel that waited long for a page is still there when the browser connects."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Server
from tests.waiting import wait_for

CULL_AFTER = 8  # seconds


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(
        tmp_path / "runs",
        f"--MappingKernelManager.cull_idle_timeout={CULL_AFTER}",
        "--MappingKernelManager.cull_interval=1",
        warm=False,
    )
    yield made
    made.close()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_kernel_that_waited_is_not_ended_before_the_browser_connects(server: Server) -> None:
    wait_for(lambda: "is filled with 1 kernel" in server.log.read_text())
    time.sleep(CULL_AFTER + 8)  # longer than it may be idle, the notebook's own run included
    with urllib.request.urlopen(server.address) as answer:
        handed_out = time.monotonic()
        found = re.search(r'"kernelId": "([0-9a-f-]{36})"', answer.read().decode())
    assert found is not None
    assert f"Using pre-heated kernel: {found[1]}" in server.log.read_text()
    time.sleep(4)
    answered = status(f"{server.url}api/kernels/{found[1]}")
    if time.monotonic() - handed_out < CULL_AFTER:
        assert answered == 200
