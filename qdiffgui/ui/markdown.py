"""Markdown of explanations and lessons as HTML. Raw HTML is escaped, formulas are left to
MathJax.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import mistune

from qdiffgui.ui.markup import esc

_ARXIV = re.compile(r"arXiv:(\d{4}\.\d{4,5})")
_BELOW = 2  # the page's h1 is its name, its h2 are the titles of cards


class _Renderer(mistune.HTMLRenderer):
    def text(self, text: str) -> str:
        """Papers named by their arXiv number become links."""
        return _ARXIV.sub(
            lambda m: _anchor(f"https://arxiv.org/abs/{m[1]}", m[0]), super().text(text)
        )

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        level = min(level + _BELOW, 6)
        return f"<h{level}>{text}</h{level}>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        """A drawing or code; it scrolls horizontally, also by keyboard."""
        scrolls = 'tabindex="0" role="region" aria-label="Drawing, scrolls horizontally"'
        return f"<pre {scrolls}>{esc(code.rstrip())}</pre>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """No page loads anything from elsewhere."""
        return esc(text)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return _anchor(self.safe_url(url), re.sub(r"</?a\b[^>]*>", "", text))


def _anchor(url: str, markup: str) -> str:
    """Opens a new tab, so that the page stays open."""
    return f'<a href="{esc(url)}" target="_blank" rel="noreferrer">{markup}</a>'


@lru_cache(maxsize=64)
def prose(markdown: str) -> str:
    """HTML of a page in Markdown, with tables and with formulas between ``\\(`` and ``\\)`` or
    ``$$``.
    """
    made = mistune.create_markdown(renderer=_Renderer(escape=True), plugins=["math", "table"])(
        markdown
    )
    return f'<div class="qd-prose">{made}</div>'
