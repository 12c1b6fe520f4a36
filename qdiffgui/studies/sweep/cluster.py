"""The Dask cluster of a sweep: worker processes on this machine, or any scheduler by its
address.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qdiffgui import paths
from qdiffgui.errors import UserError
from qdiffgui.runs.slots import n_cpus
from qdiffgui.runs.threads import QUIET_THREADS

_HOST = "127.0.0.1"
_PATIENCE = 20.0
_WORKER = "Dask Worker process"
_SETTINGS: dict[str, Any] = {
    # one training per thread, and none queued at a worker that another worker could start
    "distributed.scheduler.worker-saturation": 1.0,
    # a killed worker does not mean that its task is bad; ``Driver`` counts real failures
    "distributed.scheduler.allowed-failures": 10,
    # results are small; the memory belongs to the training runs
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.multiprocessing-method": "spawn",
    # a training may hold the interpreter for long
    "distributed.admin.tick.limit": "1 h",
}


@contextmanager
def connected(scheduler: str | None = None, workers: int | None = None) -> Iterator[Any]:
    """A ``distributed.Client``, of the scheduler at an address or of a local cluster with
    ``workers`` single-threaded processes (default: one per CPU).

    A local cluster listens on 127.0.0.1 only, has no dashboard, and ends with the context or with
    this process. Raises ``UserError`` if there is no scheduler at the address.
    """
    try:
        import dask.config
        import distributed  # noqa: F401
    except ImportError as error:
        raise UserError(
            f"Dask, which runs sweeps, is not installed: {paths.install('sweeps')}"
        ) from error
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
        # the failed client closes when it is collected; do it now, because during the start of
        # another event loop it would wait for ever
        gc.collect()
        raise UserError(
            f"There is no Dask scheduler at '{address}' ({why}). Expected an address such as "
            "tcp://127.0.0.1:8786; 'dask scheduler' starts one and prints its address."
        )
    with client:
        yield client


@contextmanager
def _without_the_callers_script() -> Iterator[None]:
    """Worker processes do not import the script that started the sweep, as spawned processes do: it
    would start a sweep of its own if it lacks ``if __name__ == "__main__"``.
    """
    from multiprocessing import spawn

    original = spawn.get_preparation_data

    def without_script(name: str) -> dict[str, Any]:
        found = original(name)
        if name.startswith(_WORKER):
            for key in ("init_main_from_name", "init_main_from_path"):
                found.pop(key, None)
        return found

    spawn.get_preparation_data = without_script
    try:
        yield
    finally:
        spawn.get_preparation_data = original


@contextmanager
def _local(workers: int) -> Iterator[Any]:
    from distributed import Client, LocalCluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    options: dict[str, Any] = {
        "n_workers": workers,
        "threads_per_worker": 1,
        "processes": True,
        "host": _HOST,
        # without a dashboard, Dask still serves its metrics at port 8787: any free port will do
        "scheduler_kwargs": {"dashboard": False, "dashboard_address": f"{_HOST}:0"},
        "worker_dashboard_address": None,
        "silence_logs": logging.CRITICAL,
        "env": dict(QUIET_THREADS),
    }
    with (
        _without_the_callers_script(),
        LocalCluster(**options) as cluster,  # type: ignore[no-untyped-call]
        Client(cluster, set_as_default=False) as client,  # type: ignore[no-untyped-call]
    ):
        yield client
