"""Compile the kernel and measure its speed before it is needed."""

from __future__ import annotations

import threading

import numpy as np


def warm_up(background: bool = True, double: bool = False) -> threading.Thread | None:
    """Compile the simulation kernel, so that the first circuit does not have to wait for it.

    Each precision takes about 20 s of CPU time once per installation. Afterwards the kernel is
    loaded from a disk cache in a fraction of a second.

    Parameters
    ----------
    background : bool
        Compile in a background thread and return at once.
    double : bool
        Compile for complex128 as well as for complex64.

    Returns
    -------
    threading.Thread or None
        The background thread; None if the kernel is compiled already on return.

    Examples
    --------
    >>> from qdiffgui import engine
    >>> engine.warm_up(background=False)
    >>> thread = engine.warm_up()
    >>> thread.join()
    """
    if not background:
        _compile(double)
        return None
    thread = threading.Thread(target=_compile, args=(double,), name="qdiffgui-kernel", daemon=True)
    thread.start()
    return thread


def _compile(double: bool) -> None:
    from qdiffgui.engine.calibration import costs  # loads Numba, which takes a second
    from qdiffgui.engine.numba_backend import ensure_compiled

    for real in (np.float32, np.float64) if double else (np.float32,):
        ensure_compiled(real)
    costs()
