"""Whether a built page loads anything from another host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

_LOADED = {
    "script": ("src",),
    "link": ("href",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "use": ("href", "xlink:href"),
}
_NAMED_ONLY = {"canonical", "prev", "next", "author", "license", "search", "index"}
_STYLE = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)")
_ELSEWHERE = re.compile(r"(?:https?:)?//")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "link" and set((values.get("rel") or "").split()) & _NAMED_ONLY:
            return
        for name in _LOADED.get(tag, ()):
            if _ELSEWHERE.match(values.get(name) or ""):
                self.found.append(f"<{tag} {name}={values[name]}>")
        self.found += _STYLE.findall(values.get("style") or "")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.found += _STYLE.findall(data)


def loads_from_elsewhere(folder: Path) -> list[str]:
    """``file: what`` for every script, style sheet, picture, frame or font that a page or a style
    sheet in ``folder`` would load from another host.
    """
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".html":
            page = _Page()
            page.feed(path.read_text(encoding="utf-8"))
            found += [f"{path.relative_to(folder)}: {what}" for what in page.found]
        elif path.suffix == ".css":
            text = path.read_text(encoding="utf-8")
            found += [f"{path.relative_to(folder)}: {what}" for what in _STYLE.findall(text)]
    return found
