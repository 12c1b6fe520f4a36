from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.waiting import wait_for


class Kernel:
    """What a kernel is to the page: an event loop, in which cells run and messages are taken in,
    and which goes on between them.
    """

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

    def wait(self, condition: Callable[[], Any]) -> None:
        """Let the loop work until ``condition`` holds."""
        wait_for(condition, meanwhile=self.go_on)


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    made = Kernel()
    yield made
    made.loop.close()


@pytest.fixture
def wait(kernel: Kernel) -> Callable[..., None]:
    return kernel.wait
