"""Fixtures for all tests."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest
from hypothesis import settings

# Times on a busy machine say nothing about the code: no deadline for an example.
settings.register_profile("qdiffgui", deadline=None)
settings.load_profile("qdiffgui")

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Tests of metrics compute them; the tests of the cache turn it on, in a folder of their own.
os.environ["QDIFFGUI_EVALUATION_CACHE"] = "0"
os.environ["QDIFFGUI_TARGET_CACHE"] = "0"
# A page without runs opens an example; the tests of examples turn them on.
os.environ["QDIFFGUI_EXAMPLES"] = "0"

# A shell that starts the tests in the background lets them ignore Ctrl-C, which some of them send,
# to programs of their own too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def end_processes_of(folder: Path) -> None:
    """Kill what still works in ``folder``: each process that names it on its command line."""
    for process in psutil.process_iter(["cmdline"]):
        named = f"{folder}{os.sep}" in " ".join(process.info["cmdline"] or ()) + os.sep
        if named and process.pid != os.getpid():
            with contextlib.suppress(psutil.Error):
                process.kill()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed does not stop what it started: its trainings would take the cores from all
    tests after it, which then fail too.
    """
    report = yield
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if call.when == "call" and report.failed and folder is not None:
        end_processes_of(folder)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing of the tests outlives them."""
    factory = getattr(session.config, "_tmp_path_factory", None)
    if factory is not None and getattr(factory, "_basetemp", None) is not None:
        end_processes_of(factory.getbasetemp())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The page in a kernel and in a browser comes last: what it stands on is told first, and
    sooner.
    """
    last = {"notebook": 1, "browser": 2}
    items.sort(key=lambda item: last.get(item.path.parent.name, 0))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The founders' folder of data, beside the checkout; tests that use it are skipped where it is
    absent.
    """
    folder = Path(__file__).resolve().parents[1].parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("../shared is not here")
    return folder
