"""The Dask cluster of a sweep: worker processes on this machine, or any scheduler's by its address."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qdiffgui.errors import UserError
from qdiffgui.runs.slots import n_cpus
from qdiffgui.runs.worker import QUIET_THREADS

_HOST = "127.0.0.1"
_PATIENCE = 20.0
_SETTINGS: dict[str, Any] = {
    # one training a thread and none that waits at a worker: what another could have begun is not lost with it
    "distributed.scheduler.worker-saturation": 1.0,
    # a worker that is killed has not shown that its task is bad; ``Driver`` counts what really fails
    "distributed.scheduler.allowed-failures": 10,
    # results are a few words; the memory is the trainings' own
    "distributed.worker.memory.target": False, "distributed.worker.memory.spill": False, "distributed.worker.memory.pause": False,
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.admin.tick.limit": "1 h",  # a training holds the interpreter for longer than a scheduler should
}  # fmt: skip


@contextmanager
def connected(scheduler: str | None = None, workers: int | None = None) -> Iterator[Any]:
    """A ``distributed.Client``: of the scheduler at an address, or of ``workers`` processes of one thread each (default: CPUs).

    What it starts listens on 127.0.0.1 only, without a dashboard, and ends with it (or with this process). Raises ``UserError`` where
    there is no scheduler at the address.
    """
    import dask.config
    import distributed  # noqa: F401  its defaults must be there before some are changed for a while

    with dask.config.set(_SETTINGS):
        if scheduler:
            with _remote(scheduler) as client:
                yield client
        else:
            with _local(workers or n_cpus()) as client:
                yield client


@contextmanager
def _remote(address: str) -> Iterator[Any]:
    from distributed import Client

    why = ""
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        why = type(error).__name__
    if why:
        # what is left of the client closes itself when it is collected: now, for in the middle of the start of another event loop it
        # would wait for that for ever
        gc.collect()
        raise UserError(
            f"There is no Dask scheduler at '{address}' ({why}): expected an address such as tcp://127.0.0.1:8786; "
            "'dask scheduler' starts one and prints it."
        )
    with client:
        yield client


@contextmanager
def _local(workers: int) -> Iterator[Any]:
    from distributed import Client, LocalCluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    how = {
        "n_workers": workers, "threads_per_worker": 1, "processes": True, "host": _HOST, "dashboard_address": None,
        "worker_dashboard_address": None, "silence_logs": logging.CRITICAL, "env": dict(QUIET_THREADS),
    }  # fmt: skip
    with (
        LocalCluster(**how) as cluster,  # type: ignore[no-untyped-call]
        Client(cluster, set_as_default=False) as client,  # type: ignore[no-untyped-call]
    ):
        yield client
