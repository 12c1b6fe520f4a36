"""Assembles the source folder of the site: the pages of docs/, those that are generated from the
code, Sphinx's settings, and the pictures and files that the pages name.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tools.docs import api, commands, explanations, lists, settings
from tools.docs.markdown import link_papers

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
HERE = Path(__file__).resolve().parent
MARK = re.compile(r"^<!-- generate: (\w+) -->$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s#]+)(#[^)\s]*)?\)")

GENERATED: dict[str, Callable[[], str]] = {
    "api": api.toctree,
    "catalog": lists.everything,
    "commands": commands.page,
    "formats": lists.formats,
    "lessons": lambda: explanations.contents("lessons", explanations.lesson_keys()),
    "metrics": lists.metrics,
    "models": lambda: explanations.contents("models", explanations.model_keys()),
    "settings": settings.page,
}
"""What replaces ``<!-- generate: NAME -->`` in a page of docs/."""


def assemble(folder: Path) -> None:
    """Write everything that Sphinx needs into ``folder``, which must be empty or missing."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
    pages = {name: MARK.sub(lambda m: GENERATED[m[1]](), text) for name, text in pages.items()}
    pages |= {f"models/{key}.md": explanations.model(key) for key in explanations.model_keys()}
    pages |= {f"lessons/{key}.md": explanations.lesson(key) for key in explanations.lesson_keys()}
    pages |= api.pages()
    for name, text in pages.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        linked = text if name.startswith("api/") else link_papers(_carry(text, folder))
        target.write_text(linked, encoding="utf-8")
    shutil.copy(HERE / "conf.py", folder)
    shutil.copytree(HERE / "static", folder / "_static")


def _carry(text: str, folder: Path) -> str:
    """Copy the pictures and files that a page of docs/ links to. What is outside of docs/ gets a
    place inside of ``folder``, from where it can be downloaded.
    """

    def moved(found: re.Match[str]) -> str:
        target, anchor = found[1], found[2] or ""
        path = (DOCS / target).resolve()
        inside = path.is_relative_to(DOCS)
        is_page = inside and target.endswith(".md")
        if "://" in target or is_page or not path.is_file():
            return found[0]
        place = path.relative_to(DOCS) if inside else Path("files") / path.relative_to(ROOT)
        if place.suffix == ".md":
            place = place.with_suffix(".txt")  # to be downloaded: no page of the site
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / place)
        return f"]({place.as_posix()}{anchor})"

    return _LINK.sub(moved, text)
