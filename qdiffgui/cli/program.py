"""All commands of the command line. Errors are one sentence, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from qdiffgui._version import __version__
from qdiffgui.cli import (
    ablate,
    bench,
    benchmark,
    check_data,
    circuit,
    control,
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
from qdiffgui.cli import app as app_command
from qdiffgui.errors import UserError, system_error_message

BAD_INPUT, FAILED, STOPPED = 2, 1, 130
# Some versions of typer bundle their own copy of click. The bases of typer's classes are always the
# right click classes.
_CLICK: dict[str, Any] = {cls.__name__: cls for cls in typer.BadParameter.__mro__}

program = typer.Typer(
    name="qdiffgui",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="See, train and judge quantum diffusion models for high-energy physics.",
    epilog="First steps: 'qdiffgui app', or 'qdiffgui train jets-observables-quantum' followed by "
    "'qdiffgui evaluate last'. See 'qdiffgui COMMAND --help' for details. RUN can be 'last', the "
    "newest run.",
)
for name, function, short in (
    ("app", app_command.app, "Open the app in a browser."),
    (
        "list",
        list_registry.list_registry,
        "List presets, models, data sets, runs and more.",
    ),
    ("explain", explain.explain, "Explain a model, an ansatz or an encoding."),
    ("inspect", inspect.inspect, "Describe an experiment before training."),
    ("train", train.train, "Train a model and compare it with held-out data."),
    ("resume", resume.resume, "Continue a stopped run."),
    ("pause", control.pause, "Pause a run."),
    ("cancel", control.cancel, "Cancel a run and keep its last checkpoint."),
    ("sample", sample.sample, "Generate samples with a trained model."),
    ("evaluate", evaluate.evaluate, "Compare models with held-out data."),
    ("export", export.export, "Export the model, circuits, samples, report or plots."),
    ("ablate", ablate.ablate, "Train a run's model without entangling gates, and other variants."),
    ("noise", noise.noise, "Evaluate a model under noise and with finite shots."),
    ("circuit", circuit.circuit, "Show the trained circuits (OpenQASM 3)."),
    ("benchmark", benchmark.benchmark, "Compare quantum and classical models."),
    ("sweep", sweep.sweep, "Train over many settings, here or on a cluster."),
    ("scale", scale.scale, "Study cost, trainability and quality with size."),
    ("reproduce", reproduce.reproduce, "Rerun published tasks and compare the results."),
    ("check-data", check_data.check_data, "Check whether a data file can be used."),
    ("make-jets", make_jets.make_jets, "Simulate more jets with PYTHIA."),
):
    program.command(name, short_help=short)(function)
program.add_typer(bench.bench, name="bench", short_help="Benchmark the simulator on this machine.")
program.add_typer(runs.runs, name="runs", short_help="List, move and delete runs.")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"qdiffgui {__version__}")
        raise typer.Exit


@program.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """See, train and judge quantum diffusion models for high-energy physics."""


def run(arguments: Sequence[str]) -> int:
    """Run ``qdiffgui ARGUMENTS`` and return the exit status."""
    as_json = "--json" in arguments
    output.replace_what_cannot_be_shown()
    try:
        status = program(args=list(arguments), prog_name="qdiffgui", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except UserError as error:
        return _fail(str(error), BAD_INPUT, as_json)
    except _CLICK["ClickException"] as error:
        return _fail_usage(error, as_json)
    except (KeyboardInterrupt, typer.Abort):
        return _fail("Stopped.", STOPPED, as_json)
    except BrokenPipeError:  # the reader (head, less) closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        sentence = system_error_message(error)
        return _fail(sentence, FAILED, as_json) if sentence else _fail_unexpectedly(error, as_json)
    except Exception as error:
        return _fail_unexpectedly(error, as_json)


def _fail_usage(error: Any, as_json: bool) -> int:
    """Report a command line that does not parse. Without arguments, print the help."""
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message())
        return BAD_INPUT
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "qdiffgui"
    return _fail(f"{error.format_message()} See '{where} --help'.", BAD_INPUT, as_json)


def _fail(sentence: str, status: int, as_json: bool, **more: Any) -> int:
    if as_json:
        output.document({"error": sentence, **more})
    output.note(f"qdiffgui: {sentence}")
    return status


def _fail_unexpectedly(error: Exception, as_json: bool) -> int:
    if os.environ.get("QDIFFGUI_DEBUG"):
        raise error
    sentence = (
        f"Unexpected error: {type(error).__name__}: {error}. Set QDIFFGUI_DEBUG=1 to see the "
        "traceback."
    )
    return _fail(sentence, FAILED, as_json)
