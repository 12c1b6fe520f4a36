"""A package outside qdiffgui adds one plug-in of each kind, and one that is broken.

It is installed into an environment of its own, where its own tests run: the public contract
(``qdiffgui.testing``), the command line, Python and the page.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path

import pytest

from qdiffgui import catalog

ROOT = Path(__file__).resolve().parents[2]
TOY = Path(__file__).parent / "toy"


def run(python: Path, *arguments: object) -> str:
    """The output of ``python -m ARGUMENTS`` in the repository; fails with it on an error."""
    ended = subprocess.run(
        [python, "-m", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        pytest.fail(ended.stdout + ended.stderr)
    return ended.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the toy package and all that is installed here."""
    folder = tmp_path_factory.mktemp("toy")
    venv.create(folder / "env", symlinks=True)
    made = folder / "env" / "bin" / "python"
    here = sysconfig.get_path("purelib")
    there = sysconfig.get_path("purelib", vars={"base": str(folder / "env")})
    (Path(there) / "here.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    source = shutil.copytree(TOY, folder / "source")
    offline = ("--no-deps", "--no-build-isolation", "--no-index")
    run(made, "pip", "install", "--quiet", *offline, source)
    return made


def test_nothing_of_it_is_here() -> None:
    assert not [key for table in catalog.ALL.values() for key in table if key.startswith("toy-")]


def test_the_command_line_lists_it_and_warns_of_the_broken_one(python: Path) -> None:
    rows = json.loads(run(python, "qdiffgui", "list", "models", "--json"))
    found = {row["key"]: row for row in rows}
    assert found["toy-linear"]["label"] == "Toy linear denoiser"
    assert [row["summary"] for row in rows if row.get("broken")] == [
        "The plug-in 'toy-broken' of the package 'qdiffgui-toy' cannot be used: RuntimeError: "
        "this plug-in is broken on purpose."
    ]


def test_its_own_tests_pass_where_it_is_installed(python: Path) -> None:
    tests = TOY / "tests"
    said = run(python, "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ROOT, tests)
    assert "passed" in said
    assert "skipped" not in said
