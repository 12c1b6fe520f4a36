"""Names of classes at the beginning of sentences."""

from __future__ import annotations


def heading(name: str, mark: str) -> str:
    """The class ``name`` with a capital and ``mark`` after it, units as they are ("10-32 GeV"); "" for all samples together."""
    return "" if name == "all" else f"{name[:1].upper()}{name[1:]}{mark}"
