"""``qdiffgui sample``: generate with a trained model."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs


def sample(
    model: Annotated[str, typer.Argument(metavar="RUN|MODEL", help="A run, or a model file (model.h5).")],
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="HDF5; EnergyFlow's layout if it ends in .npz.")],
    n: Annotated[int, typer.Option("-n", min=1, help="How many samples.")] = 1000,
    label: Annotated[str | None, typer.Option(help="Which class, e.g. gluon; default: the training mix.")] = None,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal samples.")] = 0,
    steps: Annotated[int, typer.Option(min=0, help="Denoising steps, where the family leaves a choice; 0: as trained.")] = 0,
    sampler: Annotated[str, typer.Option(help="Sampler, e.g. ddim, where the family has several; default: as trained.")] = "",
    shots: Annotated[int, typer.Option(min=0, help="Estimate what circuits say from so many runs of each; 0: exact.")] = 0,
    device: Annotated[str, typer.Option(help="Run circuits on a PennyLane device, e.g. lightning.qubit, default.mixed.")] = "",
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Generate physical samples (jets in GeV and radians) from a trained model."""
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.cli.models import find_model
    from qdiffgui.errors import UserError

    if not out.parent.is_dir():
        raise UserError(f"The folder '{out.parent}' of the output does not exist: make it first.")
    path = find_model(model, runs)
    quiet_threads()
    from qdiffgui.config import hardware
    from qdiffgui.data.save import save_physical
    from qdiffgui.engine import on_device
    from qdiffgui.model_file import load

    begun = time.monotonic()
    trained = load(path)
    if device:
        hardware.check(trained.config, device)
    with on_device(device):
        content = trained.sample(n, label, seed=seed, steps=steps, sampler=sampler, shots=shots)
    save_physical(out, content)
    facts = {"file": str(out.resolve()), "n": n, "label": label, "seed": seed, "steps": steps, "sampler": sampler,
             "shots": shots, "device": device, "kind": type(content).__name__.lower(),
             "seconds": round(time.monotonic() - begun, 3)}  # fmt: skip
    if as_json:
        return output.document(facts)
    print(f"{n} samples ({facts['kind']}) in '{out}', {facts['seconds']:.1f} s.")
