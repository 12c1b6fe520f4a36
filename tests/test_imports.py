"""No module of the package imports itself, not even through others or inside a function."""

from __future__ import annotations

from pathlib import Path

import pytest

import qdiffgui
from tests import imports


def test_the_package_has_no_import_circle() -> None:
    graph = imports.graph(Path(qdiffgui.__file__).parent)
    assert "qdiffgui.engine.circuit" in graph["qdiffgui.engine"]
    found = [line for circle in imports.circles(graph) for line in imports.lines(circle, graph)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "back",
    [
        "from toy.a import f",
        "import toy.a",
        "from .a import f",
        "from toy import a",
        "def g():\n    from toy import a",
        "def g():\n    if True:\n        from . import a",
    ],
)
def test_a_circle_is_found(back: str, tmp_path: Path) -> None:
    package = tmp_path / "toy"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text("import json\nfrom toy import b\n\ndef f(): ...")
    (package / "b.py").write_text("from toy.c import x\n")
    (package / "c.py").write_text(f"x = 1\n{back}\n")
    graph = imports.graph(package)
    assert imports.circles(graph) == [["toy.a", "toy.b", "toy.c"]]
    assert "toy.a:2 imports toy.b" in imports.lines(["toy.a", "toy.b", "toy.c"], graph)


def test_imports_for_type_checkers_and_of_a_parent_do_not_close_a_circle(tmp_path: Path) -> None:
    package = tmp_path / "toy"
    package.mkdir()
    (package / "__init__.py").write_text("from toy.a import f\n")
    (package / "a.py").write_text("from toy.b import g\n")
    (package / "b.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from toy.a import f\n"
    )
    assert imports.circles(imports.graph(package)) == []
