"""The page: ``app.ipynb`` calls ``show()``. Its kernel imports neither torch nor PennyLane; the
work runs in other processes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qdiffgui.ui.page import Page

__all__ = ["show"]

_shown: Page | None = None
_PATIENCE = """\
/* anywidget gives a widget two seconds to start and breaks it after that; a busy machine needs
   longer. */
if (!window.qdPatience) {
  const timeout = AbortSignal.timeout;
  AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms === 2000 ? 120000 : ms);
  window.qdPatience = true;
}"""


def show(**query: str) -> None:
    """Display the page: in Voila, in JupyterLab or in Notebook 7.

    A kernel has one page: a page shown before, as by an earlier run of the same cell, is closed.
    Its runs continue.

    Parameters
    ----------
    **query
        What to open, as in the page's address: ``preset``, ``config``, ``run``, or ``lesson`` with
        ``task``. An address that requests something itself comes first.

    Raises
    ------
    RuntimeError
        If no event loop is running: call it in a cell.

    Examples
    --------
    >>> show(preset="digits-q-dense")  # doctest: +SKIP
    """
    from IPython.display import Javascript, display

    from qdiffgui.ui.page import Page

    global _shown
    if _shown is not None:
        _shown.close()
        _shown.root.close()
    if "VOILA_BASE_URL" not in os.environ:  # there the template does it
        display(Javascript(_PATIENCE))  # type: ignore[no-untyped-call]
    _shown = Page(query=query)
    display(_shown.root)  # type: ignore[no-untyped-call]
