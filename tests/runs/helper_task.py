"""Run the module of a helper process to its end, as another process would."""

from __future__ import annotations

import subprocess
import sys


def run_to_end(module: str, task: str) -> None:
    """Start ``python -m module``, give it its task, and wait until it is done."""
    with subprocess.Popen([sys.executable, "-m", module], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(f"{task}\n".encode())
        process.stdin.flush()
        assert process.wait(300) == 0
