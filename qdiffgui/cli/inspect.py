"""``qdiffgui inspect``: describe an experiment before training, or a trained model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, build_experiment

_SHOWN_STEPS = 6
_MODEL_FILE = (".h5", ".hdf5")


def inspect(
    preset: Annotated[
        str | None,
        typer.Argument(
            metavar="PRESET",
            help="Preset; see 'qdiffgui list presets'. Or MODEL.h5: the card of a trained model.",
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Read the settings from a file.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Change a setting, e.g. model.n_layers=6; repeatable.",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Random seed.")] = None,
    settings: Annotated[
        bool,
        typer.Option("--settings", help="Only the settings, as JSON for --config: at once."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the data, model, expected time and noise of an experiment without training it, or the
    model card of a trained model. --json adds all settings and curves.
    """
    if preset is not None and preset.endswith(_MODEL_FILE):
        alone = config is None and not changes and seed is None and not settings
        return _show_card(Path(preset), as_json, alone=alone)
    experiment = build_experiment(preset, config, changes or [], seed, None)
    if settings:
        return output.document(experiment.model_dump(mode="json"))
    from qdiffgui.cli import foreground

    foreground.quiet_threads()
    from qdiffgui import experiment as experiments

    found = experiments.inspect(experiment)
    if as_json:
        return output.document({"settings": experiment.model_dump(mode="json"), **found})
    data, facts = found["dataset"], found["facts"]
    rows = [
        ("data", data["name"]),
        ("training samples", str(data["n_train"])),
        ("held out", str(data["n_test"])),
    ]
    rows += [
        (key.removeprefix("n_").replace("_", " "), str(value))
        for key, value in facts.items()
        if not isinstance(value, (dict, list))
    ]
    output.table(
        ("before training", ""),
        [*rows, ("expected time", f"{found['estimate']['seconds']:.0f} s")],
        title=experiment.name,
    )
    _diagnostics(found["diagnostics"])


def _show_card(path: Path, as_json: bool, *, alone: bool) -> None:
    """Print the card of a model file. Raises ``UserError`` unless it was ``alone``: a trained model
    has no settings to change.
    """
    from qdiffgui.errors import UserError
    from qdiffgui.model_card.header import header_of

    if not alone:
        raise UserError(
            "A model file is inspected as it is: leave out --config, --set, --seed and --settings."
        )
    card = header_of(path).present_card()
    if as_json:
        return output.document(card.model_dump(mode="json", by_alias=True))
    print(output.printable(str(card)))


def _diagnostics(found: dict[str, Any]) -> None:
    """Print a few steps of each curve, with its value at full noise."""
    times, curves = found["times"], found["curves"]
    if not curves:
        return
    last = len(times) - 1
    shown = sorted({round(k * last / (_SHOWN_STEPS - 1)) for k in range(_SHOWN_STEPS)})
    rows = [
        (
            curve["label"],
            *(_number(curve["values"][k]) for k in shown),
            _number(curve["reference"]),
            curve["reference_label"],
        )
        for curve in curves.values()
    ]
    heads = (
        "forward process at step",
        *(str(times[k]) for k in shown),
        "reference",
        "reference is",
    )
    output.table(heads, rows, right=range(1, len(shown) + 2))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"
