"""Small pieces of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

ARXIV = re.compile(r"(?<![\[\w/])arXiv:(\d{4}\.\d{4,5})(?!\])")
_CODE = re.compile(r"(^```.*?^```|`[^`\n]+`|\]\([^)\n]*\))", re.MULTILINE | re.DOTALL)


def cell(text: str) -> str:
    """Text as the content of one cell of a table: plain, on one line."""
    escaped = re.sub(r"([\\`*_<>|$\[\]])", r"\\\1", text)
    return " ".join(escaped.split())


def code(text: str) -> str:
    """Text in backticks, as the content of one cell of a table."""
    return f"`` {text} ``".replace("|", "\\|") if "`" in text else f"`{text}`".replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def link_papers(text: str) -> str:
    """Papers named by their arXiv number become links, outside of code and of links."""
    parts = _CODE.split(text)
    parts[::2] = [ARXIV.sub(r"[arXiv:\1](https://arxiv.org/abs/\1)", part) for part in parts[::2]]
    return "".join(parts)


def prose(text: str) -> str:
    """A sentence of the program as the content of one cell: what it quotes, to be typed, becomes
    code.
    """
    return re.sub(
        r"(?<!\w)'([^']+)'(?!\w)", lambda found: code(re.sub(r"\\(.)", r"\1", found[1])), cell(text)
    )
