"""docs/EXTENDING.md names every registry and check, and shows the code of the toy package."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qdiffgui import catalog, testing

ROOT = Path(__file__).resolve().parents[2]
TOY = Path(__file__).parent / "toy"
DOC = (ROOT / "docs" / "EXTENDING.md").read_text()
SHOWN = re.findall(r"^```python\n# (qdiffgui_toy/\w+\.py)\n(.*?)^```$", DOC, re.M | re.S)
PUBLISHED = (TOY / "pyproject.toml").read_text()


@pytest.mark.parametrize("name", catalog.ALL)
def test_every_registry_is_named(name: str) -> None:
    assert f"`{name}`" in DOC


@pytest.mark.parametrize("name", [n for n in testing.__all__ if n.startswith("check_")])
def test_every_check_is_named(name: str) -> None:
    assert f"`{name}`" in DOC


def test_every_kind_has_a_section_with_its_entry_point() -> None:
    for name in re.findall(r'^\[project.entry-points."qdiffgui\.(\w+)"\]$', PUBLISHED, re.M):
        title = catalog.ALL[name].noun.capitalize()
        assert f"\n## {title}\n" in DOC
        assert f'[project.entry-points."qdiffgui.{name}"]' in DOC


def test_the_code_is_that_of_the_toy_package() -> None:
    for name, code in SHOWN:
        assert code in (TOY / name).read_text(), f"{name} in docs/EXTENDING.md is out of date"
    shown = {name for name, _ in SHOWN}
    written = {f"qdiffgui_toy/{path.name}" for path in (TOY / "qdiffgui_toy").glob("*.py")}
    assert shown == written - {"qdiffgui_toy/__init__.py", "qdiffgui_toy/broken.py"}
    assert (TOY / "qdiffgui_toy" / "lesson.md").read_text() in DOC
