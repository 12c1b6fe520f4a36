"""``qdiffgui pause`` and ``qdiffgui cancel``: ask whoever works on a run."""

from __future__ import annotations

import time

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Run, Runs, find_run

_PATIENCE = 15.0


def pause(run: Run, runs: Runs = None, as_json: Json = False) -> int:
    """Pause a running training; 'qdiffgui resume' goes on."""
    return _ask(run, runs, as_json, "pause")


def cancel(run: Run, runs: Runs = None, as_json: Json = False) -> int:
    """End a run; what was learned is kept, and it can be resumed."""
    return _ask(run, runs, as_json, "cancel")


def _ask(name: str, runs: Runs, as_json: bool, action: str) -> int:
    from qdiffgui.runs import ask
    from qdiffgui.runs.state import ACTIVE, Status

    run = find_run(name, runs)
    (ask.pause if action == "pause" else ask.cancel)(run)
    status, deadline = run.state().status, time.monotonic() + _PATIENCE
    waiting = {Status.RUNNING} if action == "pause" else ACTIVE
    while status in waiting and time.monotonic() < deadline:
        time.sleep(0.05)
        status = run.state().status
    if as_json:
        output.document({"run": run.id, "status": str(status), "directory": str(run.path)})
    else:
        print(f"{run.id}: {status}")
    return 0 if status == (Status.PAUSED if action == "pause" else Status.CANCELLED) else 1
