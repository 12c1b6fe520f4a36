"""All commands together, and what becomes of an error: one sentence, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from qdiffgui import __version__
from qdiffgui.cli import app as app_command
from qdiffgui.cli import (
    ask,
    bench,
    benchmark,
    check_data,
    circuit,
    evaluate,
    explain,
    export,
    inspect,
    list_registry,
    make_jets,
    noise,
    output,
    reproduce,
    resume,
    runs,
    sample,
    scale,
    sweep,
    train,
)
from qdiffgui.errors import UserError, of_system

BAD_INPUT, BROKEN, STOPPED = 2, 1, 130
# typer brings its own copy of click, older versions of typer use the package: the right classes are the ancestors of its own
_CLICK: dict[str, Any] = {cls.__name__: cls for cls in typer.BadParameter.__mro__}

program = typer.Typer(
    name="qdiffgui", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="See, train and judge quantum diffusion models for high-energy physics.",
    epilog="First steps: 'qdiffgui app', or 'qdiffgui train jets-observables-quantum' and then 'qdiffgui evaluate last'. "
    "'qdiffgui COMMAND --help' says more; where a RUN is asked for, 'last' is the newest.",
)  # fmt: skip
for name, function, short in (
    ("app", app_command.app, "Open the page in a browser."),
    ("list", list_registry.list_registry, "What there is to choose: presets, models, data and so on."),
    ("explain", explain.explain, "A model, an ansatz or an encoding in plain words."),
    ("inspect", inspect.inspect, "What an experiment is and how long it takes, untrained."),
    ("train", train.train, "Train a model and compare it with held-out data."),
    ("resume", resume.resume, "Go on with a run that was stopped."),
    ("pause", ask.pause, "Pause a training."),
    ("cancel", ask.cancel, "End a training; what was learned is kept."),
    ("sample", sample.sample, "Generate with a trained model."),
    ("evaluate", evaluate.evaluate, "Models beside the floor and the trivial generators."),
    ("export", export.export, "Take out model, circuits, samples, report or figures."),
    ("noise", noise.noise, "A trained model under noise and with finite shots."),
    ("circuit", circuit.circuit, "The trained circuits, as OpenQASM 3."),
    ("benchmark", benchmark.benchmark, "Quantum against classical on the same data."),
    ("sweep", sweep.sweep, "Train over any settings, here or on a cluster."),
    ("scale", scale.scale, "What an experiment costs, and how that grows."),
    ("reproduce", reproduce.reproduce, "Rerun the published tasks, ours beside theirs."),
    ("check-data", check_data.check_data, "What a data file is, or why it is refused."),
    ("make-jets", make_jets.make_jets, "Generate more jets with PYTHIA."),
):
    program.command(name, short_help=short)(function)
program.add_typer(bench.bench, name="bench", short_help="Measure the simulator on this machine.")
program.add_typer(runs.runs, name="runs", short_help="List, move and delete runs.")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"qdiffgui {__version__}")
        raise typer.Exit


@program.callback()
def _options(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="The version.")) -> None:
    """See, train and judge quantum diffusion models for high-energy physics."""


def run(arguments: Sequence[str]) -> int:
    """The exit status of ``qdiffgui ARGUMENTS``."""
    as_json = "--json" in arguments
    try:
        status = program(args=list(arguments), prog_name="qdiffgui", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except UserError as error:
        return _refuse(str(error), BAD_INPUT, as_json)
    except _CLICK["ClickException"] as error:
        return _refuse_usage(error, as_json)
    except (KeyboardInterrupt, typer.Abort):
        return _refuse("Stopped.", STOPPED, as_json)
    except BrokenPipeError:  # the reader (head, less) had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN
    except OSError as error:
        sentence = of_system(error)
        return _refuse(sentence, BROKEN, as_json) if sentence else _broken(error, as_json)
    except Exception as error:
        return _broken(error, as_json)


def _refuse_usage(error: Any, as_json: bool) -> int:
    """A command line that does not parse; without any argument the error is the help text."""
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message())
        return BAD_INPUT
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "qdiffgui"
    return _refuse(f"{error.format_message()} '{where} --help' says what there is.", BAD_INPUT, as_json)


def _refuse(sentence: str, status: int, as_json: bool, **more: Any) -> int:
    if as_json:
        output.document({"error": sentence, **more})
    print(f"qdiffgui: {sentence}", file=sys.stderr)
    return status


def _broken(error: Exception, as_json: bool) -> int:
    if os.environ.get("QDIFFGUI_DEBUG"):
        raise error
    sentence = f"Something broke: {type(error).__name__}: {error}. With QDIFFGUI_DEBUG=1 the whole report is shown."
    return _refuse(sentence, BROKEN, as_json)
