"""The page's kernel stays light: neither torch nor PennyLane (nor what they drag along) is imported
by it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

HEAVY = (
    "torch",
    "pennylane",
    "sklearn",
    "numba",
    "ot",
    "scipy.stats",
    "diffusers",
    "dask",
    "distributed",
    "optuna",
)


def test_page_imports_nothing_heavy(tmp_path):
    code = (
        "import asyncio, json, sys\n"
        "from qdiffgui.ui.page import Page\n"
        "from qdiffgui import plots\n"
        "async def cell():\n"
        "    page = Page()\n"
        "    plots.loss({'a': ([1, 2], [3.0, 4.0])})\n"
        "    page.close()\n"
        "asyncio.run(cell())\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
    )
    environment = os.environ | {"QDIFFGUI_RUNS": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []
