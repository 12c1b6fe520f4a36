"""Explanations: one Markdown page per model, and the docstrings of ansaetze and encodings as
Markdown.

Formulas are LaTeX between ``$`` (on one line) or ``$$``, drawings are fenced, and raw HTML is not
allowed. Nothing here imports torch or PennyLane: docstrings are read from the source files.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

from qdiffgui import catalog
from qdiffgui.errors import ConfigError
from qdiffgui.registry import Entry

_INDENT = "    "  # of a drawing in a docstring

__all__ = ["explained", "load", "of_code"]


def explained() -> list[str]:
    """The keys of the models that have a page, sorted."""
    return sorted(key for key, entry in catalog.models.items() if entry.page)


def load(key: str) -> str:
    """The page that explains the model ``key`` of ``catalog.models``, in Markdown.

    Raises
    ------
    ConfigError
        If there is no such model, or if it comes from a plug-in that explains nothing.
    """
    return catalog.models[key].read_page()


def of_code(entry: Entry) -> str:
    """The docstring of the module behind an entry as Markdown, with the entry's label as title.

    Drawings become fences. Raises ``ConfigError`` if the module has no readable source.
    """
    module = entry.target.partition(":")[0]
    spec = importlib.util.find_spec(module) if module else None
    path = Path(spec.origin) if spec is not None and spec.origin else None
    if path is None or path.suffix != ".py":
        raise ConfigError(f"'{entry.key}' has no source to read. Its summary is: {entry.summary}")
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or entry.summary
    return f"# {entry.label}\n\n{_markdown(words)}\n"


def _markdown(words: str) -> str:
    """A docstring as Markdown: a block after ``::`` becomes a fence."""
    made: list[str] = []
    fenced = awaits = False
    for line in words.splitlines():
        if fenced and line.strip() and not line.startswith(" "):
            _close(made)
            fenced = False
        if awaits and line.strip():
            made.append("```text")
            fenced, awaits = True, False
        awaits = awaits or (not fenced and line.endswith("::"))
        made.append(
            line.removeprefix(_INDENT)
            if fenced
            else _inline(line.removesuffix(":") if line.endswith("::") else line)
        )
    if fenced:
        _close(made)
    return "\n".join(made)


def _inline(line: str) -> str:
    """Single back-ticks, and powers as 2^n, because two stars would start bold text."""
    return re.sub(r"(?<=\w)\*\*(?=[\w(-])", "^", line.replace("``", "`"))


def _close(made: list[str]) -> None:
    """Close a fence before its trailing blank lines."""
    blank = 0
    while made[-1] == "":
        made.pop()
        blank += 1
    made += ["```", *[""] * max(blank, 1)]
