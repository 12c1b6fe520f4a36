"""A Sphinx extension: how autodoc shows our docstrings."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

_CODE = re.compile(r"(``.*?``)")
_SPECIAL = re.compile(r"(?<=[(, ])\*(?=[\w.]+[,)])|\|")


def shorten_signature(
    app: Sphinx, what: str, name: str, target: Any, options: Any, signature: str, returns: str
) -> tuple[str, str] | None:
    """``(**settings)`` for classes of settings, whose signatures repeat every default, objects
    included: the page of settings has them in a table. Others keep their signature.
    """
    from pydantic import BaseModel

    if what == "class" and isinstance(target, type) and issubclass(target, BaseModel):
        return "(**settings)", ""
    return None


def escape(app: Sphinx, what: str, name: str, target: Any, options: Any, lines: list[str]) -> None:
    """The star of a shape ``(n, *shape)`` and the bars of ``|x|`` mean nothing in
    reStructuredText. Examples and code stay as they are.
    """
    for i, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            parts = _CODE.split(line)
            parts[::2] = [_SPECIAL.sub(lambda m: "\\" + m[0], part) for part in parts[::2]]
            lines[i] = "".join(parts)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to autodoc, before numpydoc does."""
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("autodoc-process-docstring", escape, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
