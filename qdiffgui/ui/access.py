"""What the browser of this page may do: all, or look only.

``qdiffgui app`` says in the environment what its pages may do. With ``--readonly`` all are
read-only. With ``--share --readonly`` a page is read-only until the server has noted, in a file
that only it writes, that the kernel of the page was connected to by its owner; see ``server``.
"""

from __future__ import annotations

import os
from pathlib import Path

import ipywidgets as w

from qdiffgui import paths
from qdiffgui.runs import read_only
from qdiffgui.ui.markup import box, card, copier, esc, note, qr_code, title, view, visible
from qdiffgui.ui.widgets import Browser

NOTE = (
    "Read-only: look, play and compare. Training, new samples, uploads and changes to runs are off."
)
_UNLOCKED = (
    "Everyone with this link can do everything on this page: train, upload, change and delete. "
    "For a lecture start the app with --share --readonly."
)
_LOCKED = "Who opens this link can look, play and compare, but change nothing."
_PLAIN = (
    "The connection is not encrypted: share it in a network that you trust, and stop the app "
    "afterwards, which makes the link worthless."
)


class Access:
    """The note of a read-only page, and the link to share as a QR code.

    From its creation on, nothing in this process may change the runs below ``root``, unless the
    page is one that may do all. For a page that its owner may have opened, ``connected`` finds out.
    """

    def __init__(self, root: Path) -> None:
        self.shared = os.environ.get(paths.SHARED, "")
        if is_limited():
            read_only.forbid_changes(root)
        self.note = view(f'<div class="qd-read-only" role="note">{note(NOTE)}</div>')
        self.link = box([], "qd-share")
        self.root = box([self.note, self.link], "qd-access")
        self._show()

    @property
    def read_only(self) -> bool:
        """Whether this page may change nothing."""
        return read_only.is_read_only()

    def connected(self, page: w.DOMWidget, browser: Browser) -> None:
        """A browser has connected: from now on its owner may do all."""
        if self.read_only and not os.environ.get(paths.READ_ONLY) and _owner_has_connected():
            read_only.allow_changes()
        self._show()
        (page.add_class if self.read_only else page.remove_class)("is-read-only")
        browser.shared = bool(self.shared) and not self.read_only
        browser.base = self.shared.partition("?")[0]

    def toggle_link(self) -> None:
        """Show or hide the link and its QR code, which students are to see on a screen."""
        if self.link.children:
            self.link.children = []
        elif self.shared and not self.read_only:
            about = _LOCKED if is_limited() else _UNLOCKED
            self.link.children = [
                card(
                    title("Link for others", "scan it, or type it"),
                    view(
                        qr_code(self.shared)
                        + f"<p><code>{esc(self.shared)}</code></p>"
                        + copier("link for others", self.shared)
                    ),
                    view(note(about) + note(_PLAIN)),
                )
            ]

    def _show(self) -> None:
        visible(self.note, self.read_only)


def is_limited() -> bool:
    """Whether pages of this server begin read-only."""
    return bool(os.environ.get(paths.READ_ONLY) or os.environ.get(paths.OWNERS))


def _owner_has_connected() -> bool:
    """Whether the server has noted so. It does before it passes on any message of the browser."""
    folder = os.environ.get(paths.OWNERS)
    if not folder:
        return False
    try:
        from ipykernel.connect import get_connection_file

        kernel = Path(get_connection_file()).stem.removeprefix("kernel-")
    except (ImportError, RuntimeError, ValueError):
        return False
    return (Path(folder) / kernel).is_file()
