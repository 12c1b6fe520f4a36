"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qdiffgui.errors import UserError


def whole(target: Path | str, write: Callable[[Path], object]) -> Path:
    """``target``, once ``write`` has written its content to the path it is given; raises ``UserError`` where that is impossible."""
    target = Path(target)
    if not target.parent.is_dir():
        raise UserError(f"The folder '{target.parent}' does not exist: make it first.")
    with writing(target):
        handle, name = tempfile.mkstemp(prefix=".export-", suffix=target.suffix, dir=target.parent)
        os.close(handle)
        part = Path(name)
        try:
            write(part)
            part.chmod(0o644)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target


def text(target: Path | str, content: str) -> Path:
    """``target`` with ``content`` in UTF-8, as ``whole``."""
    return whole(target, lambda part: part.write_text(content, encoding="utf-8"))


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """What the system refuses inside, as a ``UserError``."""
    try:
        yield
    except OSError as error:
        raise UserError(f"Cannot write '{target}': {error.strerror or error}.") from error


def folder(target: Path | str) -> Path:
    """``target`` as a folder, made where it is not there; raises ``UserError``."""
    target = Path(target)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make the folder '{target}': {error.strerror or error}.") from None
    return target
