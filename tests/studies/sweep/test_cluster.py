"""Dask clusters of this machine."""

from __future__ import annotations

import socket
from contextlib import suppress
from multiprocessing import spawn

from qdiffgui.studies.sweep.cluster import _without_the_callers_script, connected


def test_two_clusters_of_one_machine_do_not_meet() -> None:
    with socket.socket() as other:
        with suppress(OSError):  # in use already: just as good
            other.bind(("127.0.0.1", 8787))
            other.listen()
        with connected(workers=1) as client:
            services = client.scheduler_info()["services"]
            assert client.submit(sum, (1, 2)).result(60) == 3
    assert services.get("dashboard") != 8787


def test_workers_do_not_run_the_script_that_started_them() -> None:
    """A script without a main guard would start its sweep again in each of them."""
    before = spawn.get_preparation_data("Dask Worker process (from Nanny)")
    with _without_the_callers_script():
        found = spawn.get_preparation_data("Dask Worker process (from Nanny)")
        other = spawn.get_preparation_data("Another process")
    mains = {"init_main_from_path", "init_main_from_name"}
    assert not mains & found.keys()
    assert mains & other.keys() == mains & before.keys()
    assert spawn.get_preparation_data("Dask Worker process (from Nanny)").keys() == before.keys()
