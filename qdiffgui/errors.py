"""Errors whose text is written for the person at the page or the terminal."""

from __future__ import annotations

import errno

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class UserError(ValueError):
    """What was expected, what was found, what to do, in one clear sentence.

    The command line prints its text and exits with 2; the page shows it in a panel. Neither shows a traceback.
    """


class DataError(UserError):
    """A file or an array that cannot be used as data: nothing of it has been loaded."""


class ConfigError(UserError):
    """A setting that is unknown, out of its bounds, or does not fit the others."""


def is_full(error: OSError) -> bool:
    """Whether the disk (or the quota) is full; libhdf5 says it in words."""
    return error.errno in _FULL or "No space left" in str(error) or "File too large" in str(error)


def of_system(error: OSError) -> str:
    """The sentence for a disk that is full, and for what the user may not write or read; empty for anything else."""
    if is_full(error):
        return "The disk is full: nothing more could be written. Free some space and try again; what was written before is whole."
    if error.errno in _FORBIDDEN:
        where = f"'{error.filename}'" if error.filename else "a file"
        return f"The system does not give access to {where} ({error.strerror}): it is read-only, or another user's. Choose another folder."
    return ""
