"""Errors and notices at the top of the page: what happened, what to do, and a report to copy."""

from __future__ import annotations

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qdiffgui.errors import UserError
from qdiffgui.ui.markup import box, button, esc, view

KEPT = 3


class _Listener(logging.Handler):
    """Hears of the exceptions that the message loop of the kernel catches and logs."""

    def __init__(self, hear: Callable[[BaseException], None]) -> None:
        super().__init__(logging.ERROR)
        self._hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            self._hear(error)


class Alerts:
    """``tell`` for a sentence (with an action to offer), ``report`` for an exception: a ``UserError`` is shown as its sentence, anything
    else with a report to copy. ``catch`` wraps what a click calls."""

    def __init__(self) -> None:
        self.root = box([], "qd-alerts")
        self.log: deque[str] = deque(maxlen=200)

    def tell(self, sentence: str, *, offer: str = "", act: Callable[[], None] | None = None) -> None:
        """A notice that stays until dismissed; ``offer`` is a button that calls ``act`` (undo)."""
        self._add(f"<p>{esc(sentence)}</p>", "is-note", offer, act)

    def report(self, error: BaseException) -> None:
        """Show an exception."""
        if isinstance(error, UserError):
            self._add(f"<p>{esc(error)}</p>", "", "", None)
            return
        text = "".join(traceback.format_exception(error))
        self.log.append(text)
        head = (
            f"<p>Something went wrong in the page itself: {esc(type(error).__name__)}: {esc(error)}. Your runs are not affected. "
        )
        head += "Reload the page if it does not react.</p>"
        self._add(f"<div>{head}<details><summary>Report</summary><pre>{esc(text)}</pre></details></div>", "", "", None)

    def catch(self, act: Callable[[], Any]) -> None:
        """Call ``act`` and show what it raises."""
        try:
            act()
        except Exception as error:
            self.report(error)

    def watch(self, post: Callable[[str, Callable[[], None]], None]) -> None:
        """Show what background threads and widget callbacks raise; nobody else would. ``post`` is that of the page's writer."""
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
            self.catch(act)

        buttons = [button(offer, accept, "qd-quiet")] if act else []
        line.children = [words, *buttons, button("Dismiss", dismiss, "qd-quiet")]
        if not any(child.children[0].value == markup for child in self.root.children):
            self.root.children = (*self.root.children, line)[-KEPT:]
