"""Errors whose message is shown to the user, on the page or in the terminal."""

from __future__ import annotations

import errno

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class UserError(ValueError):
    """An error that the user can correct.

    The message says what is wrong, what was expected and found, and what to do. The command line
    prints it and exits with status 2; the page shows it in a panel. Neither shows a traceback.
    """


class DataError(UserError):
    """A file or an array cannot be used as data. Nothing of it has been loaded."""


class ConfigError(UserError):
    """A setting is unknown, out of bounds, or incompatible with the others."""


class PluginError(UserError):
    """An entry of another package whose code or page cannot be loaded."""


def is_full(error: OSError) -> bool:
    """Whether the disk or the quota is full. libhdf5 reports it only in the message."""
    return error.errno in _FULL or "No space left" in str(error) or "File too large" in str(error)


def system_error_message(error: OSError) -> str:
    """The message for a full disk or a missing permission; empty for any other error."""
    if is_full(error):
        return "The disk is full. Free some space and try again; files written before are complete."
    if error.errno in _FORBIDDEN:
        where = f"'{error.filename}'" if error.filename else "a file"
        return (
            f"No permission to access {where} ({error.strerror}): it is read-only or belongs to "
            "another user. Choose another folder."
        )
    return ""
