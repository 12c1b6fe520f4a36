"""``qdiffgui sample``: generate samples with a trained model."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs


def sample(
    model: Annotated[
        str, typer.Argument(metavar="RUN|MODEL", help="A run, or a model file (model.h5).")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Output file: HDF5; EnergyFlow layout for .npz, a TTree for .root, CaloChallenge "
            "layout for .calo.h5.",
        ),
    ],
    n: Annotated[int, typer.Option("-n", min=1, help="Number of samples.")] = 1000,
    label: Annotated[
        str | None, typer.Option(help="Class, e.g. gluon. Default: the training mix.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed. Equal seeds give equal samples.")] = 0,
    steps: Annotated[
        int,
        typer.Option(
            min=0, help="Number of denoising steps, if the model allows it. 0: as trained."
        ),
    ] = 0,
    sampler: Annotated[
        str,
        typer.Option(help="Sampler, e.g. ddim, if the model has several. Default: as trained."),
    ] = "",
    shots: Annotated[
        int,
        typer.Option(min=0, help="Shots per circuit. 0: exact expectation values."),
    ] = 0,
    condition: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Continuous condition, e.g. energy=50 (GeV); repeatable. Default: as in the "
            "training data.",
        ),
    ] = None,
    device: Annotated[
        str,
        typer.Option(help="Run the circuits on a PennyLane device, e.g. lightning.qubit."),
    ] = "",
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Generate samples in physical units (jets: GeV and radians) with a trained model."""
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.cli.models import find_model
    from qdiffgui.errors import UserError

    if not out.parent.is_dir():
        raise UserError(f"The output folder '{out.parent}' does not exist: create it first.")
    path = find_model(model, runs)
    quiet_threads()
    from qdiffgui.config import hardware
    from qdiffgui.config.sampling import parse_condition
    from qdiffgui.data.save import save_physical
    from qdiffgui.engine import on_device
    from qdiffgui.model_file import load

    begun = time.monotonic()
    trained = load(path)
    if device:
        hardware.check(trained.config, device)
    given = parse_condition(",".join(condition or []))
    with on_device(device):
        content = trained.sample(
            n, label, seed=seed, steps=steps, sampler=sampler, shots=shots, condition=given
        )
    save_physical(out, content)
    facts = {
        "file": str(out.resolve()),
        "n": n,
        "label": label,
        "seed": seed,
        "steps": steps,
        "sampler": sampler,
        "shots": shots,
        "condition": given,
        "device": device,
        "kind": type(content).__name__.lower(),
        "seconds": round(time.monotonic() - begun, 3),
    }
    if as_json:
        return output.document(facts)
    print(f"{n} samples ({facts['kind']}) written to '{out}' in {facts['seconds']:.1f} s.")
