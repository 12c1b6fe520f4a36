from __future__ import annotations

import errno
import io
import json
import re
import subprocess
import sys

import pytest

from qdiffgui import __version__, catalog
from qdiffgui.cli import list_registry
from qdiffgui.cli.program import program, run
from tests.cli.conftest import Command

COMMANDS = (
    "list",
    "explain",
    "inspect",
    "train",
    "resume",
    "runs",
    "pause",
    "cancel",
    "sample",
    "evaluate",
    "export",
    "check-data",
    "make-jets",
    "app",
)


@pytest.mark.parametrize("what", list(catalog.ALL))
def test_list_gives_every_member(command: Command, what: str) -> None:
    rows = command("list", what, "--json").json
    assert [row["key"] for row in rows] == list(catalog.ALL[what])
    assert all(row["label"] and row["summary"] for row in rows)
    shown = command("list", what)
    assert shown.status == 0
    assert all(row["key"] in shown.out for row in rows)


def test_every_command_is_registered_once() -> None:
    names = [command.name for command in program.registered_commands]
    assert len(names) == len(set(names))


def test_help_names_every_registry() -> None:
    assert set(list_registry.KINDS) == {*catalog.ALL, "runs"}


def test_a_broken_plug_in_is_a_warning_row(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        catalog.models, "_broken", ["The plug-in 'x:y' could not be used: no such module"]
    )
    assert command("list", "models", "--json").json[-1]["broken"] is True
    shown = command("list", "models")
    assert (shown.status, "x:y" in shown.err, "x:y" in shown.out) == (0, True, False)


def test_it_starts_quickly_and_without_torch() -> None:
    code = (
        "import sys\nfrom qdiffgui.cli.program import run\nassert run(['list', 'presets', "
        "'--json']) == 0\n"
        "assert not {'torch', 'pennylane', 'plotly', 'ipywidgets', 'h5py', 'scipy'} & "
        "set(sys.modules)\n"
        "print(len(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)
    # A count and no time: CPU seconds too grow where two processes share a core. It is 311 today.
    assert int(done.stderr) < 450


def test_module_and_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qdiffgui", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"qdiffgui {__version__}"


@pytest.mark.parametrize("command_name", ["export", "noise", "scale"])
def test_the_old_name_of_plots_works_and_is_hidden(command: Command, command_name: str) -> None:
    shown = command(command_name, "--help").out
    assert "--plots" in shown
    assert "--figures" not in shown
    target = "jets-observables-mlp" if command_name == "scale" else "nowhere"
    refused = command(command_name, target, "--figures", "no/such/folder/x.json")
    assert refused.status == 2
    assert "No such option" not in refused.err


def test_help_names_every_command(command: Command) -> None:
    shown = command("--help")
    assert shown.status == 0
    assert all(re.search(rf"^  {name} ", shown.out, re.MULTILINE) for name in COMMANDS)
    assert "..." not in shown.out.partition("Commands:")[2]  # no command's line is cut off
    for name in COMMANDS:
        assert command(name, "--help").status == 0
    assert "Commands:" in command().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["list", "nonsense"], "choose one of presets"),
        (["explain", "nonsense"], "There is no model, ansatz or encoding called 'nonsense'"),
        (["inspect", "jets-observables-quantom"], "did you mean 'jets-observables-quantum'?"),
        (["trian"], "train"),
        (
            ["train", "--preset", "jets-observables-quantom"],
            "did you mean 'jets-observables-quantum'?",
        ),
        (["train", "jets-observables-quantom"], "did you mean 'jets-observables-quantum'?"),
        (["train", "jets-observables-mlp", "--preset", "quddpm-circle"], "Expected one preset"),
        (["train", "--set", "model.n_layer=6"], "did you mean 'n_layers'?"),
        (["train", "--set", "model.n_layers"], "Expected name=value"),
        (["train", "--set", "model.n_layers=0"], "n_layers"),
        (["train", "--seed", "-1"], "seed"),
        (["train", "--seed", "x"], "--seed"),
        (["train", "--config", "nowhere.json"], "Cannot read the settings"),
        (["train", "--preset", "jets-observables-mlp", "--config", "x.json"], "found both"),
        (["resume", "nothing"], "There is no run"),
        (["cancel", "nothing"], "There is no run"),
        (["evaluate", "nothing"], "There is no run"),
        (["evaluate", "nothing", "-n", "100"], "Expected --against"),
        (["evaluate", "nothing", "--emd-radius", "0.4"], "Expected --against"),
        (["evaluate", "x.h5", "--like", "nothing", "--thorough"], "no thorough checks"),
        (["evaluate", "x.h5", "--like", "nothing", "--against", "y.h5"], "found both"),
        (["export", "nothing", "--model", "x.h5"], "There is no run"),
        (["sample", "nowhere.h5", "-o", "x.h5"], "There is no file"),
        (["sample", "nowhere.h5", "-o", "no/such/folder/x.h5"], "does not exist"),
        (["sample", "nowhere.h5"], "output"),
        (["check-data", "nowhere.npz"], "nowhere.npz"),
        (["app", "--port", "80"], "port"),
    ],
)
def test_bad_input_is_one_sentence(command: Command, arguments: list[str], says: str) -> None:
    ended = command(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert says in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    if arguments[0] not in ("trian", "app"):
        with_json = command(*arguments, "--json")
        assert with_json.status == 2
        assert says in with_json.json["error"]


def test_a_bug_is_a_sentence_too(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(what: str) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(list_registry, "_rows", broken)
    ended = command("list", "models")
    assert (ended.status, "ZeroDivisionError: by zero" in ended.err) == (1, True)
    monkeypatch.setenv("QDIFFGUI_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        command("list", "models")


def test_a_reader_that_has_enough_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m qdiffgui list presets | head -c 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), "The disk is full"),
        (
            PermissionError(errno.EACCES, "Permission denied", "/data/x"),
            "No permission to access '/data/x'",
        ),
        (OSError(errno.EROFS, "Read-only file system", "/data/x"), "read-only"),
    ],
)
def test_what_the_system_refuses_is_a_sentence(
    command: Command, monkeypatch: pytest.MonkeyPatch, error: OSError, says: str
) -> None:
    def refused(*_: object) -> None:
        raise error

    monkeypatch.setattr(list_registry, "_rows", refused)
    ended = command("list", "presets")
    assert ended.status == 1
    assert says in ended.err
    assert "Unexpected error" not in ended.err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_that_cannot_show_a_character_shows_a_question_mark(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    for arguments in (["list", "models"], ["list", "metrics", "--json"]):
        written = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
        assert run(arguments) == 0
        sys.stdout.flush()
        if "--json" in arguments:
            assert json.loads(written.getvalue())
        else:
            assert b"ddpm" in written.getvalue()
