"""Errors and notices at the top of the page, with advice and a report to copy."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qdiffgui.errors import UserError, system_error_message
from qdiffgui.ui.form.validation_messages import in_words
from qdiffgui.ui.logbook import Logbook
from qdiffgui.ui.markup import box, button, esc, panel, view

KEPT = 3


class _Listener(logging.Handler):
    """Passes on the exceptions that the kernel's message loop catches and logs."""

    def __init__(self, hear: Callable[[BaseException], None]) -> None:
        super().__init__(logging.ERROR)
        self._hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            self._hear(error)


class Alerts:
    """``notify`` shows a message (with an optional action), ``report`` an exception: a
    ``UserError`` or a disk error as its message, anything else with advice and a report to copy.
    ``catch`` runs what a click calls. Everything is recorded in the ``logbook``.
    """

    def __init__(self, logbook: Logbook) -> None:
        self.root = box([], "qd-alerts")
        self.logbook = logbook

    def notify(
        self, sentence: str, *, offer: str = "", act: Callable[[], None] | None = None
    ) -> None:
        """A notice that stays until dismissed; ``offer`` is a button that calls ``act`` (undo)."""
        self.logbook.add(sentence)
        self._add(f'<p role="status">{esc(sentence)}</p>', "is-note", offer, act)

    def report(self, error: BaseException) -> None:
        """Show an exception."""
        known = system_error_message(error) if isinstance(error, OSError) else ""
        if known or isinstance(error, UserError):
            sentence = known or in_words(str(error))
            self.logbook.add(sentence)
            self._add(f'<p role="alert">{esc(sentence)}</p>', "", "", None)
            return
        self.logbook.add("".join(traceback.format_exception(error)))
        what = f"Internal error in the page: {type(error).__name__}: {error}."
        do = (
            "Your runs are not affected. Try again, or reload the page if it does not "
            "respond. Include the report if you file an issue."
        )
        self._add(panel(what, do, self.logbook.report()), "", "", None)

    def catch(self, act: Callable[[], Any]) -> None:
        """Call ``act`` and show what it raises."""
        try:
            act()
        except Exception as error:
            self.report(error)

    def watch(self, post: Callable[[str, Callable[[], None]], None]) -> None:
        """Also show exceptions of background threads and widget callbacks. ``post`` is the
        writer's.
        """
        before = threading.excepthook

        def hear(error: BaseException) -> None:
            post(f"error {id(error)}", lambda: self.report(error))

        def hook(args: Any) -> None:
            if args.exc_value is not None:
                hear(args.exc_value)
            before(args)

        threading.excepthook = hook
        logging.getLogger("Comm").addHandler(_Listener(hear))

    def clear(self) -> None:
        self.root.children = ()

    def _add(self, markup: str, css: str, offer: str, act: Callable[[], None] | None) -> None:
        words = view(markup)
        words.layout.flex = "1 1 auto"
        line = w.HBox([words])
        line.add_class("qd-alert")
        if css:
            line.add_class(css)

        def dismiss() -> None:
            self.root.children = tuple(child for child in self.root.children if child is not line)

        def accept() -> None:
            dismiss()
            if act is not None:
                self.catch(act)

        buttons = [button(offer, accept, "qd-quiet")] if act else []
        line.children = [words, *buttons, button("Dismiss", dismiss, "qd-quiet")]
        if not any(child.children[0].value == markup for child in self.root.children):
            self.root.children = (*self.root.children, line)[-KEPT:]
