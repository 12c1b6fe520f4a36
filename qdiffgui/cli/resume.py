"""``qdiffgui resume``: continue a run."""

from __future__ import annotations

import time

from qdiffgui.cli.options import Json, Run, Runs, find_run


def resume(run: Run, runs: Runs = None, as_json: Json = False) -> int:
    """Continue an interrupted, paused, cancelled or failed run from its last checkpoint. If the run
    is active, watch it.
    """
    from qdiffgui.cli import foreground, output
    from qdiffgui.runs import commands
    from qdiffgui.runs.state import Status

    begun = time.monotonic()
    found = find_run(run, runs)
    status = found.state().status
    if status in (Status.RUNNING, Status.QUEUED, Status.PAUSED):
        if status == Status.PAUSED:
            commands.unpause(found)
        output.note(
            f"The run '{found.id}' is {status} in another process. Watching it; Ctrl-C stops "
            "watching, not the run."
        )
        foreground.watch(found)
        return foreground.finish(found, as_json, begun)
    foreground.quiet_threads()
    foreground.import_libraries(found.config())
    from qdiffgui.runs.runner import Runner
    from qdiffgui.runs.store import RunStore

    runner = Runner(RunStore(found.path.parent), mode="thread")
    runner.resume(found.id)
    foreground.follow(runner, found)
    return foreground.finish(found, as_json, begun)
