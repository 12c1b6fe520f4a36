"""``qdiffgui pause`` and ``qdiffgui cancel``: send a request to the process that trains a run."""

from __future__ import annotations

import time

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Run, Runs, find_run

_PATIENCE = 15.0


def pause(run: Run, runs: Runs = None, as_json: Json = False) -> int:
    """Pause a run. 'qdiffgui resume' continues it."""
    return _ask(run, runs, as_json, "pause")


def cancel(run: Run, runs: Runs = None, as_json: Json = False) -> int:
    """Cancel a run. Its last checkpoint is kept, so it can be resumed."""
    return _ask(run, runs, as_json, "cancel")


def _ask(name: str, runs: Runs, as_json: bool, action: str) -> int:
    from qdiffgui.runs import commands
    from qdiffgui.runs.state import ACTIVE, Status

    run = find_run(name, runs)
    (commands.pause if action == "pause" else commands.cancel)(run)
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
