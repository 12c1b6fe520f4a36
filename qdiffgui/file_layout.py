"""Versions of the layout of stored files, and the refusal of files from a newer version.

Every stored file carries the version of its layout. A file without one has layout 1. Readers open
all older layouts and refuse newer ones.
"""

from __future__ import annotations

from qdiffgui.errors import DataError

RUN = 2
"""Layout of a run folder and of its bundle.

1: no versions; denoising trajectories in ``film.json``.
2: versions in ``status.json``, ``events.jsonl``, ``checkpoint.h5`` and bundles; denoising
trajectories in ``trajectory.json``.
"""
SWEEP = 2
"""Layout of a sweep folder, stored in ``plan.json``.

1: no version.
2: a version in ``plan.json``.
"""


def newer_version_message(name: str, found: int, newest: int) -> str:
    """Why a file of layout ``found`` cannot be opened by a version that knows up to ``newest``."""
    return (
        f"{name} was written by a newer version of qdiffgui (layout {found}; this version reads "
        f"layouts up to {newest}): update qdiffgui to open it."
    )


_SHOWN = 40  # letters of a version that is none


def require_readable(name: str, found: object, newest: int = RUN) -> int:
    """The layout version of a stored file, checked.

    Parameters
    ----------
    name : str
        What to call the file in the error, for example ``"'checkpoint.h5'"``.
    found : object
        The version as it was stored; None for a file without one.
    newest : int
        The newest version that this release reads.

    Returns
    -------
    int
        The version; 1 for a file without one.

    Raises
    ------
    DataError
        If the version is newer than ``newest`` or is not a version.

    Examples
    --------
    >>> require_readable("'status.json'", None)
    1
    """
    try:
        layout = 1 if found is None else int(str(found))
    except ValueError:
        layout = 0
    if layout < 1:
        shown = str(found) if len(str(found)) <= _SHOWN else f"{str(found)[:_SHOWN]}…"
        raise DataError(f"{name} is damaged: its layout version is {shown!r}, not a number.")
    if layout > newest:
        raise DataError(newer_version_message(name, layout, newest))
    return layout
