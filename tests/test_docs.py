"""Everything that README.md and docs/ refer to exists: commands and options, keys, modules,
packages, links, pictures, Python names. README is short, and its commands run.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main

import qdiffgui
from qdiffgui import api, catalog
from qdiffgui.cli.program import program, run

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
        if words[0] == "reproduce":
            assert all(name in catalog.reproductions for name in given["names"] or ()), words
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


def test_the_table_of_packages_names_every_package() -> None:
    named = set(re.findall(r"`(\w+)/`", (ROOT / "docs" / "DEVELOPMENT.md").read_text()))
    folders = {path.parent.name for path in (ROOT / "qdiffgui").glob("*/__init__.py")}
    assert folders <= named, folders - named


def test_the_table_of_extras_names_every_extra() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "INSTALL.md").read_text(), re.M))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert named == set(project["optional-dependencies"]) - {"test"}


README = ROOT / "README.md"
MOST_WORDS = 800
NOT_RUN = {
    "make": "each target sets up what it needs; this test runs inside of one of them",
    "pip": "needs the network; tests/test_environment.py checks what it would install",
    "conda": "needs conda; tests/test_environment.py checks environment.yml",
    "docker": "needs docker",
    "qdiffgui app": "starts a server until Ctrl-C; tests/cli/test_app.py starts it",
}
"""What README shows and this file does not run, by its first words, and why."""
SMALL = ("data.n_jets=1500", "training.iterations=10", "evaluation.n_generated=200")
"""What makes the trainings of README quick; all else is as README says."""


def shown(language: str) -> list[str]:
    """The code blocks of README in a language."""
    return [block for found, block in BLOCK.findall(README.read_text()) if found == language]


def test_the_readme_is_short() -> None:
    assert len(README.read_text().split()) <= MOST_WORDS


def test_the_commands_of_the_readme_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QDIFFGUI_RUNS", raising=False)
    lines = [line for block in shown("") for line in block.splitlines()]
    steps = [shlex.split(step, comments=True) for line in lines for step in line.split(" && ")]
    left_out = {name for name in NOT_RUN for step in steps if " ".join(step).startswith(name)}
    assert left_out == set(NOT_RUN), "a reason that README no longer needs"
    done = []
    for step in steps:
        if any(" ".join(step).startswith(name) for name in NOT_RUN):
            continue
        assert step[0] == "qdiffgui", step
        small = [word for change in SMALL for word in ("--set", change)]
        assert run([*step[1:], *(small if step[1] == "train" else [])]) == 0, step
        done.append(step[1])
    assert done == ["train", "evaluate", "export"]
    assert "Gaussian copula" in capsys.readouterr().out
    assert (tmp_path / "model.h5").is_file()
    assert "OPENQASM" in (tmp_path / "circuit.qasm").read_text()


def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QDIFFGUI_RUNS", raising=False)
    monkeypatch.setattr(api, "_settings", lambda key: qdiffgui.preset(key, *SMALL), raising=True)
    (block,) = shown("python")
    names: dict[str, Any] = {}
    exec(compile(block, "README.md", "exec"), names)
    assert len(names["jets"].values["mass"]) == 1000
    assert "learned" in capsys.readouterr().out or names["run"].model_file.is_file()
