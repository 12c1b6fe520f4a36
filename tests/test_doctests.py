"""The examples in the docstrings of the package run and print what they say.

They find a finished run, ``runs/finished``, in the current folder.
"""

from __future__ import annotations

import doctest
import importlib
import io
import shutil
from pathlib import Path

import pytest

import qdiffgui

PACKAGE = Path(qdiffgui.__file__).parent
FINISHED = Path(__file__).parent / "stored" / "layout1" / "runs" / "finished"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def modules_with_examples() -> list[str]:
    """Dotted names of the modules whose source holds an example, found without importing them."""
    return [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(PACKAGE.rglob("*.py"))
        if ">>> " in path.read_text()
    ]


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QDIFFGUI_RUNS", str(tmp_path / "runs"))
    shutil.copytree(FINISHED, tmp_path / "runs" / "finished")
    module = importlib.import_module(name)
    tests = [test for test in doctest.DocTestFinder().find(module) if test.examples]
    assert tests, f"{name} has '>>>' outside a docstring that doctest finds"
    out = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    failed = sum(runner.run(test, out=out.write).failed for test in tests)
    assert not failed, out.getvalue()
