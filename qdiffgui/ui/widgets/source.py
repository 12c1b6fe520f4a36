"""Reads the JavaScript of our widgets."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "static"


def javascript(*names: str) -> str:
    """The files, one after the other, as one module."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)
