"""``environment.json``: the software and the machine that a run was trained with."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def describe(data_digest: str, threads: int, data_notes: Sequence[str] = ()) -> dict[str, Any]:
    """Versions, platform, commit of the checkout, digest of the data and notes about them (for
    files also which columns were used), as plain JSON.
    """
    from qdiffgui.model_file import versions

    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "machine": platform.machine(),
        "processor": _processor(),
        "host": socket.gethostname(),
        "cpus": os.cpu_count(),
        "threads": threads,
        "versions": versions(),
        "git": commit(),
        "data_digest": data_digest,
        "data_notes": list(data_notes),
    }


def commit() -> str:
    """The commit of the checkout that this package runs from; empty for an installed package.

    It ends in ``-dirty`` if files were changed since.
    """
    folder = Path(__file__).resolve().parents[2]
    if not (folder / ".git").exists():
        return ""
    try:
        answer = subprocess.run(
            [
                "git",
                "-C",
                str(folder),
                "describe",
                "--always",
                "--dirty",
                "--abbrev=40",
                "--exclude=*",
            ],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.processor(),
    )
