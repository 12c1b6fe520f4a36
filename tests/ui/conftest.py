from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest


class Kernel:
    """What a kernel is to the page: an event loop, in which cells run and messages are taken in, and which goes on between them."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def cell(self, act: Callable[[], Any]) -> Any:
        """Call ``act`` as a cell would."""

        async def body() -> Any:
            return act()

        return self.loop.run_until_complete(body())

    def go_on(self, seconds: float) -> None:
        """Let the loop work for a while."""
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def wait(self, condition: Callable[[], Any], seconds: float = 180) -> None:
        """Let the loop work until ``condition`` holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            self.go_on(0.02)


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    made = Kernel()
    yield made
    made.loop.close()


@pytest.fixture
def wait(kernel: Kernel) -> Callable[..., None]:
    return kernel.wait
