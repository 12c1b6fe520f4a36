"""What a process does for the others on its machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

AUTOGROUP = Path("/proc/self/autogroup")
# The file is there and empty on a kernel that groups processes on request only.
GROUPED = AUTOGROUP.exists() and bool(AUTOGROUP.read_text().strip())
SAYS = (
    "import os; from qdiffgui.runs.process import let_others_go_first as f; f(3);"
    "print(os.nice(0)); print(open('/proc/self/autogroup').read())"
)


@pytest.mark.skipif(not GROUPED, reason="Linux groups no processes here")
@pytest.mark.parametrize("own_session", [True, False])
def test_niceness_counts_between_sessions_too(own_session: bool) -> None:
    here = int(AUTOGROUP.read_text().split()[-1])
    before = subprocess.check_output([sys.executable, "-c", "import os; print(os.nice(0))"])
    said = subprocess.check_output(
        [sys.executable, "-c", SAYS], text=True, start_new_session=own_session
    ).split()
    assert int(said[0]) == min(int(before) + 3, 19)
    assert int(said[-1]) == (3 if own_session else here), "a shared session keeps its place"


def test_libraries_come_without_parts_that_others_may_import() -> None:
    code = (
        "import sys\n"
        "from qdiffgui.runs.worker import import_pennylane, import_pot\n"
        "import_pennylane()\n"
        "assert 'pennylane' in sys.modules and 'matplotlib' not in sys.modules\n"
        "import_pot()\n"
        "assert 'ot' in sys.modules and not {'networkx', 'sklearn.cluster'} & set(sys.modules)\n"
        "import matplotlib, networkx, sklearn.cluster"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
