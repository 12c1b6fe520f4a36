"""Progress of long calls: what computes tells how far it is, and what waits shows a bar.

``tqdm`` draws the bars, as a widget in a notebook and as text in a terminal. It comes with the
extra ``sweeps``; without it, bars that are asked for are printed as lines.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Show = Callable[[float, float, str], None]
"""``show(done, total, text)``; nothing is drawn before ``total`` is known, that is, above 0."""
Listener = Callable[[float, str], None]
_DELAY = 0.5  # seconds: what ends sooner needs no bar
_listener: ContextVar[tuple[str, Listener] | None] = ContextVar("progress", default=None)


@contextmanager
def progress_bar(
    wanted: bool | None, label: str, *, watched: bool = False, counted: bool = True
) -> Iterator[Show]:
    """A progress bar that closes with the context.

    Parameters
    ----------
    wanted : bool or None
        Whether to show it. None: if the output is a terminal or a notebook, and nothing else
        reports the progress.
    label : str
        What is going on, shown until there is another text.
    watched : bool
        Whether something else reports the progress.
    counted : bool
        Whether ``total`` is a number of things. If not, it is 1 and the bar shows a percentage.

    Yields
    ------
    callable
        ``show(done, total, text)``.

    Examples
    --------
    >>> with progress_bar(False, "training") as show:
    ...     show(3, 10, "training, loss 0.2")
    """
    if not (is_visible() and not watched if wanted is None else wanted):
        yield lambda done, total, text: None
        return
    make = _tqdm()
    bar = _Lines(label) if make is None else _Bar(make, label, counted)
    try:
        yield bar.show
    finally:
        bar.close()


def is_visible() -> bool:
    """Whether a bar would be seen: whether stderr is a terminal, or this is a notebook."""
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")


@contextmanager
def listening(of: str, listener: Listener) -> Iterator[None]:
    """Call ``listener(done, text)`` with the fraction done, 0 to 1, whenever something in this
    context tells it.

    Parameters
    ----------
    of : str
        What to listen to: "report" or "samples". The samples that a report needs are a part of it,
        and not what the listener wants to know of.
    listener : callable
        The function to call.

    Examples
    --------
    >>> with listening("report", print):
    ...     tell("report", 0.5, "comparing")
    ...     tell("samples", 0.1)
    0.5 comparing
    """
    token = _listener.set((of, listener))
    try:
        yield
    finally:
        _listener.reset(token)


def tell(of: str, done: float, text: str = "") -> None:
    """Say that this fraction is done, 0 to 1; ignored if nothing is listening.

    Parameters
    ----------
    of : str
        What is computed: "report" or "samples".
    done : float
        The fraction.
    text : str
        What comes next.
    """
    found = _listener.get()
    if found is not None and found[0] == of:
        found[1](done, text)


@contextmanager
def shown_progress(wanted: bool | None, label: str, of: str) -> Iterator[None]:
    """Show a bar of the progress that is reported in this context.

    Parameters
    ----------
    wanted, label
        As of ``progress_bar``.
    of : str
        As of ``listening``.
    """
    with progress_bar(wanted, label, counted=False) as show:

        def listener(done: float, text: str) -> None:
            show(done, 1.0, f"{label}: {text}" if text else label)

        with listening(of, listener):
            yield
        listener(1.0, "")


def _tqdm() -> Any:
    """The bar that fits: a widget or text; None if tqdm is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of notebooks without widgets: text is fine there
            from tqdm.auto import tqdm
    except ImportError:
        return None
    # its monitor is a thread that would stay in the process of the user
    return type("ProgressBar", (tqdm,), {"monitor_interval": 0})


class _Bar:
    """A bar of tqdm, made when the total is known."""

    def __init__(self, make: Any, label: str, counted: bool) -> None:
        self._make, self._label, self._counted = make, label, counted
        self._bar: Any = None

    def show(self, done: float, total: float, text: str) -> None:
        if total <= 0:
            return
        if self._bar is None:
            plain = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}"
            self._bar = self._make(
                total=total,
                initial=done,
                desc=text or self._label,
                delay=_DELAY,
                miniters=0,
                **({} if self._counted else {"bar_format": plain}),
            )
        elif self._bar.total != total:
            self._bar.reset(total=total)
        self._bar.set_description_str(text or self._label, refresh=False)
        self._bar.update(max(done - self._bar.n, 0))

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class _Lines:
    """The same as lines on stderr, one for each tenth."""

    def __init__(self, label: str) -> None:
        self._label, self._last = label, -1

    def show(self, done: float, total: float, text: str) -> None:
        tenth = int(10 * done / total) if total > 0 else -1
        if tenth > self._last:
            self._last = tenth
            print(f"[{10 * tenth:3}%] {text or self._label}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Nothing: every line is complete."""
