"""The end of the terminal stops a training at a new checkpoint."""

from __future__ import annotations

import os
import signal

import pytest

from qdiffgui.cli.foreground import _as_hangup
from tests.runs.tiny import in_child

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminals end here")


def _hang_up(before: signal.Handlers) -> int:
    """Exit status of a process that loses its terminal: 0 if that counts as Ctrl-C and nothing can
    be printed any more to a terminal that is gone."""

    def work() -> None:
        signal.signal(signal.SIGHUP, before)
        try:
            with _as_hangup():
                os.kill(os.getpid(), signal.SIGHUP)
                signal.pause() if before is signal.SIG_DFL else None
        except KeyboardInterrupt:
            places = {os.fstat(stream).st_rdev for stream in (0, 1, 2)}
            os._exit(0 if places == {os.stat(os.devnull).st_rdev} else 3)
        os._exit(4)

    return os.waitstatus_to_exitcode(os.waitpid(in_child(work), 0)[1])


def test_a_closed_terminal_counts_as_ctrl_c() -> None:
    assert _hang_up(signal.SIG_DFL) == 0


def test_nohup_stays_nohup() -> None:
    assert _hang_up(signal.SIG_IGN) == 4
