"""A process that may look at the runs of a folder but change none: the page of a student.

Its buttons are not what keeps it from changes. An audit hook of the interpreter refuses to write
below the folder, to start programs other than the helper that prepares what is shown, and to signal
processes of others, whichever code asks for it. This holds for the code of the package. It does not
stop people who run code of their own in the process; the page does not let them, since Voila passes
on no request to execute code.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from qdiffgui.errors import UserError

SENTENCE = (
    "This page is read-only: it shows, plays and compares runs. Training, sampling, uploads and "
    "changes to runs are left to the person who started the app."
)
_HELPER = "qdiffgui.background.inspector"
_CHANGES = frozenset(
    {
        *("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"),
        *("os.symlink", "os.truncate", "os.utime"),
        *("shutil.copyfile", "shutil.move", "shutil.rmtree"),
    }
)
_STARTS = frozenset({"os.exec", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen"})
_SIGNALS = frozenset({"os.kill", "os.killpg"})
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_root = ""  # of the folder that must not change; "" while this process may change everything
_installed = False  # a hook cannot be removed


class ReadOnlyError(UserError, PermissionError):
    """Something was to be changed in a process that may not. Code that copes with a folder that is
    not writable copes with it, too.
    """


def forbid_changes(root: Path | str) -> None:
    """From now on refuse, in this process, to change what is below ``root`` and to start programs.

    Parameters
    ----------
    root : Path or str
        The folder of runs; it need not exist.
    """
    global _root, _installed
    _root = os.path.realpath(root)
    if not _installed:
        _installed = True
        sys.addaudithook(_refuse)


def allow_changes() -> None:
    """Undo ``forbid_changes``."""
    global _root
    _root = ""


def is_read_only() -> bool:
    """Whether this process must not change its runs."""
    return bool(_root)


def require_changes_allowed() -> None:
    """Raise ``ReadOnlyError`` if this process must not change its runs."""
    if _root:
        raise ReadOnlyError(SENTENCE)


@contextmanager
def changes_forbidden(root: Path | str) -> Iterator[None]:
    """As ``forbid_changes``, for a while."""
    forbid_changes(root)
    try:
        yield
    finally:
        allow_changes()


def _refuse(event: str, given: tuple[Any, ...]) -> None:
    """The hook: called with everything that this process does to files and processes."""
    if not _root:
        return
    if event == "open":
        forbidden = _is_writing(given) and _is_below(given[0])
    elif event in _CHANGES:
        forbidden = any(_is_below(path) for path in given[:2])
    elif event in _STARTS:
        forbidden = not _is_helper(event, given)
    elif event in _SIGNALS:
        forbidden = not _is_child(given[0])
    else:
        return
    if forbidden:
        raise ReadOnlyError(SENTENCE)


def _is_writing(given: tuple[Any, ...]) -> bool:
    _, mode, flags = given
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return bool(flags & _WRITES)


def _is_below(path: Any) -> bool:
    if not isinstance(path, (str, bytes, os.PathLike)):
        return False  # the number of an open file
    full = os.path.realpath(os.fsdecode(path))
    return full == _root or full.startswith(_root + os.sep)


def _is_helper(event: str, given: tuple[Any, ...]) -> bool:
    if event != "subprocess.Popen":
        return False
    command = given[1]
    return isinstance(command, (list, tuple)) and list(command[1:]) == ["-m", _HELPER]


def _is_child(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).ppid() == os.getpid())
    except (psutil.Error, ValueError):
        return False
