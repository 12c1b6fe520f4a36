"""How the formulas of costs write symbols; the page reads it, so nothing heavy is imported."""

from __future__ import annotations

LETTERS = {"a": "nₐ", "eps": "ε"}
"""Symbol -> its letter in formulas; other symbols are their own letters."""
