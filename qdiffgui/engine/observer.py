"""Observers of the circuit evaluations inside a ``with`` block."""

from __future__ import annotations

from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, ClassVar, Self


class Observer:
    """Active in its ``with`` block, in the thread that entered it. Blocks of one class may be
    nested: the inner one is active alone. Classes do not disturb each other.
    """

    _innermost: ClassVar[ContextVar[Any]]
    _token: Token[Any]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._innermost = ContextVar(f"qdiffgui-{cls.__name__}", default=None)

    @classmethod
    def active(cls) -> Self | None:
        """The object whose block runs now; None outside all blocks."""
        found: Self | None = cls._innermost.get()
        return found

    def __enter__(self) -> Self:
        self._token = self._innermost.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        self._innermost.reset(self._token)
        return None
