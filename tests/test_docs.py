"""Everything that README.md and docs/ refer to exists: commands and options, keys, modules,
packages, links, pictures, Python names.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

import qdiffgui
from qdiffgui import catalog
from qdiffgui.cli.program import program

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[list[str]]:
    """Every ``qdiffgui ...`` command of a page, split into words: in code blocks, and in sentences
    if it has arguments.
    """
    lines = [line for _, block in BLOCK.findall(text) for line in block.splitlines()]
    lines += re.findall(r"`(qdiffgui [^\s`]+ [^`]+)`", " ".join(BLOCK.sub("", text).split()))
    split = [shlex.split(line, comments=True) for line in lines if line.startswith("qdiffgui ")]
    return [words[1:] for words in split if "COMMAND" not in words]


def parse(words: list[str]) -> dict[str, Any]:
    """The parameters of a command line. Raises the error of the command line if it is not valid."""
    command: Any = typer.main.get_command(program)
    context = command.make_context("qdiffgui", list(words))
    while hasattr(command, "resolve_command"):
        left = [*context._protected_args, *context.args]
        if not left:
            return dict(context.params)
        name, command, left = command.resolve_command(context, left)
        context = command.make_context(name, left, parent=context)
    return dict(context.params)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_key_is_there(page: Path) -> None:
    text = page.read_text()
    for words in commands(text):
        given = parse(words)
        key = given.get("named") or given.get("preset")
        assert key in (None, "PRESET") or key in catalog.presets, words
        assert given.get("lineup") in (None, "LINEUP") or given["lineup"] in catalog.benchmarks, (
            words
        )
        assert all(name in catalog.reproductions for name in given.get("names") or ()), words
        if words[0] == "list":
            assert given["what"] in (*catalog.ALL, "runs"), words
    for kind, key in re.findall(r"[?&](lesson|preset)=([\w-]+)", text):
        assert key in catalog.ALL[f"{kind}s"], key


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    text = page.read_text()
    headings = {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-")
        for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif "://" not in target:
            assert (page.parent / target).is_file(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_name_of_ours_in_python_is_there(page: Path) -> None:
    for _, block in (found for found in BLOCK.findall(page.read_text()) if found[0] == "python"):
        compile(block, page.name, "exec")
        for name in re.findall(
            r"\bqdiffgui\.(\w+)", re.sub(r"^(from|import) .*$", "", block, flags=re.MULTILINE)
        ):
            assert hasattr(qdiffgui, name), name
        for line in re.findall(r"^(?:from|import) qdiffgui\b(?!_).*$", block, re.MULTILINE):
            exec(line, {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_module_to_run_is_there(page: Path) -> None:
    for name in re.findall(r"\bpython -m ((?:qdiffgui|tests|tools)[\w.]*)", page.read_text()):
        assert importlib.util.find_spec(name) is not None, name
    for path in re.findall(r"\bpython ((?:benchmarks|tools)/\w+\.py)", page.read_text()):
        assert (ROOT / path).is_file(), path


def test_the_readme_names_every_package() -> None:
    named = set(re.findall(r"`(\w+)/`", (ROOT / "README.md").read_text()))
    folders = {path.parent.name for path in (ROOT / "qdiffgui").glob("*/__init__.py")}
    assert folders <= named, folders - named
