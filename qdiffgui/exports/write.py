"""Write exported files, each completely or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qdiffgui.errors import UserError


def write_whole(target: Path | str, write: Callable[[Path], object]) -> Path:
    """Write a file completely or not at all.

    Parameters
    ----------
    target : Path or str
        The file. Its folder must exist.
    write : callable
        Writes the content to the temporary path that it is given.

    Returns
    -------
    Path
        ``target``.

    Raises
    ------
    UserError
        If the folder does not exist or the file cannot be written.
    """
    target = Path(target)
    if not target.parent.is_dir():
        raise UserError(f"The folder '{target.parent}' does not exist: create it first.")
    with os_errors_as_user_errors(target):
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


def write_text(target: Path | str, content: str) -> Path:
    """Write ``content`` in UTF-8; see ``write_whole``."""
    return write_whole(target, lambda part: part.write_text(content, encoding="utf-8"))


@contextmanager
def os_errors_as_user_errors(target: Path) -> Iterator[None]:
    """Turn an ``OSError`` of the body into a ``UserError`` that names the file."""
    try:
        yield
    except OSError as error:
        raise UserError(f"Cannot write '{target}': {error.strerror or error}.") from error


def make_folder(target: Path | str) -> Path:
    """Create a folder if it does not exist. Raises ``UserError`` if that is impossible."""
    target = Path(target)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"Cannot create the folder '{target}': {error.strerror or error}."
        ) from None
    return target
