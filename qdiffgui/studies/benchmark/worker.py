"""The process of a benchmark: ``python -m qdiffgui.studies.benchmark.worker JOB_DIR``.

SIGTERM stops it and its training runs.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path

from qdiffgui.errors import UserError
from qdiffgui.runs.threads import QUIET_THREADS

_NICE = 5


def main(arguments: list[str]) -> int:
    """Run a benchmark job; returns 0 if it finished, 1 if it did not, 2 if there is no such job."""
    os.environ.update(QUIET_THREADS)
    from qdiffgui.runs.process import let_others_go_first

    let_others_go_first(_NICE)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    from qdiffgui.studies.benchmark.jobs import GOING, STOPPED, Job

    job = Job(Path(arguments[0]).resolve()) if len(arguments) == 1 else None
    if job is None or not job.exists():
        print(__doc__, file=sys.stderr)
        return 2
    if job.record().status not in GOING:  # stopped before it started
        return 1
    try:
        with job.claimed():  # recorded before the slow imports, so that it can be stopped
            from qdiffgui.studies.benchmark.run_job import run_claimed_job

            run_claimed_job(job, say=lambda text: print(text, flush=True))
    except KeyboardInterrupt:
        job.write(status="stopped", owner=None, doing="", message=STOPPED)
        return 1
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except Exception:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
