"""Pages in plain language: one Markdown file a model family, and the docstrings of ansaetze and encodings as Markdown.

Formulas are LaTeX between ``$`` (on one line) or ``$$``, drawings stand in fences, raw HTML is not markup. Nothing here imports torch or
PennyLane: a docstring is read from its file.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from importlib.resources import files
from pathlib import Path

from qdiffgui import catalog
from qdiffgui.errors import ConfigError
from qdiffgui.registry import Entry

_INDENT = "    "  # of a drawing in a docstring

__all__ = ["explained", "load", "of_code"]


def explained() -> list[str]:
    """The models that have a page."""
    return sorted(path.name.removesuffix(".md") for path in files(__name__).iterdir() if path.name.endswith(".md"))


def load(key: str) -> str:
    """The page of the model family ``key`` of ``catalog.models``, Markdown.

    Raises ``ConfigError`` where there is no such model, or it has no page (one from a plug-in).
    """
    entry = catalog.models[key]
    if key not in explained():
        raise ConfigError(f"The model '{key}' has no page: it is described as '{entry.summary}'")
    return (files(__name__) / f"{key}.md").read_text(encoding="utf-8")


def of_code(entry: Entry) -> str:
    """The docstring of the module behind an entry as Markdown, under the entry's label as title; its drawings become fences.

    Raises ``ConfigError`` where the module has no source to read.
    """
    module = entry.target.partition(":")[0]
    spec = importlib.util.find_spec(module) if module else None
    path = Path(spec.origin) if spec is not None and spec.origin else None
    if path is None or path.suffix != ".py":
        raise ConfigError(f"'{entry.key}' has no source to read: it is described as '{entry.summary}'")
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or entry.summary
    return f"# {entry.label}\n\n{_markdown(words)}\n"


def _markdown(words: str) -> str:
    """A docstring's own marks in Markdown: a block after ``::`` becomes a fence; see ``_inline``."""
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
        made.append(line.removeprefix(_INDENT) if fenced else _inline(line.removesuffix(":") if line.endswith("::") else line))
    if fenced:
        _close(made)
    return "\n".join(made)


def _inline(line: str) -> str:
    """Single back-ticks; powers as 2^n, for two stars would begin bold type."""
    return re.sub(r"(?<=\w)\*\*(?=[\w(-])", "^", line.replace("``", "`"))


def _close(made: list[str]) -> None:
    """End a fence before the blank lines that follow it."""
    blank = 0
    while made[-1] == "":
        made.pop()
        blank += 1
    made += ["```", *[""] * max(blank, 1)]
