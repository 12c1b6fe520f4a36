"""The page: ``app.ipynb`` calls ``show()``. Its kernel imports neither torch nor PennyLane; the
work runs in other processes.
"""

from __future__ import annotations

__all__ = ["show"]


def show() -> None:
    """Display the page in the notebook, that is, in Voila."""
    from IPython.display import display

    from qdiffgui.ui.page import Page

    display(Page().root)  # type: ignore[no-untyped-call]
