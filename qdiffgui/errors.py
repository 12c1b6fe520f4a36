"""Errors whose text is written for the person at the page or the terminal."""

from __future__ import annotations


class UserError(ValueError):
    """What was expected, what was found, what to do, in one clear sentence.

    The command line prints its text and exits with 2; the page shows it in a panel. Neither shows a traceback.
    """


class DataError(UserError):
    """A file or an array that cannot be used as data: nothing of it has been loaded."""


class ConfigError(UserError):
    """A setting that is unknown, out of its bounds, or does not fit the others."""
