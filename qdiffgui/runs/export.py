"""Take what a run made out of its folder: model, circuits, samples, everything."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from qdiffgui.errors import UserError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.reports import session_of

_LEFT_OUT = {"lock", "control.json", "annotations.json"}


def export_model(run: RunDirectory, target: Path) -> Path:
    """The trained model as one HDF5 file; of an unfinished run, as it was at the last checkpoint. Raises ``UserError``."""
    if run.model_file.exists():
        return _whole(target, lambda part: shutil.copyfile(run.model_file, part))
    session = session_of(run)
    return _whole(target, session.save_model)


def export_circuits(run: RunDirectory, target: Path) -> list[Path]:
    """The trained circuits as OpenQASM 3: one file, or, of several circuits, ``NAME-1.qasm``, ``NAME-2.qasm``, ...

    Raises ``UserError`` where the model has no circuit.
    """
    import h5py

    with tempfile.TemporaryDirectory() as folder:
        path = run.model_file if run.model_file.exists() else export_model(run, Path(folder) / "model.h5")
        with h5py.File(path, "r") as file:
            group = file.get("circuits", {})
            texts = [group[name].asstr()[()] for name in sorted(group, key=int)]
    if not texts:
        raise UserError(f"The model of the run '{run.id}' is classical: it has no circuit to export.")
    width = len(str(len(texts)))
    names = [target] if len(texts) == 1 else [
        target.with_name(f"{target.stem}-{i:0{width}d}{target.suffix}") for i in range(1, len(texts) + 1)
    ]  # fmt: skip
    return [_whole(name, lambda part, text=text: part.write_text(text)) for name, text in zip(names, texts)]  # type: ignore[misc]


def export_samples(run: RunDirectory, target: Path) -> Path:
    """The generated samples: HDF5 as ``samples.h5``, or EnergyFlow's layout for a name that ends in .npz. Raises ``UserError``."""
    if target.suffix != ".npz":
        if run.samples_file.exists():
            return _whole(target, lambda part: shutil.copyfile(run.samples_file, part))
        return _whole(target, session_of(run).save_samples)
    from qdiffgui.data.save import save_physical
    from qdiffgui.model_file import load

    with tempfile.TemporaryDirectory() as folder:
        path = run.model_file if run.model_file.exists() else export_model(run, Path(folder) / "model.h5")
        model = load(path)
        content = model.sample(model.config.evaluation.n_generated, seed=model.config.seed)
    return _whole(target, lambda part: save_physical(part, content))


def export_bundle(run: RunDirectory, target: Path) -> Path:
    """All files of the run as one zip, with a manifest of what each is. Raises ``UserError``."""

    def pack(part: Path) -> None:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as bundle:
            for path in sorted(run.path.iterdir()):
                if path.is_file() and path.name not in _LEFT_OUT and not path.name.startswith("."):
                    bundle.write(path, f"{run.id}/{path.name}")
            bundle.writestr(f"{run.id}/README.txt", _README.format(id=run.id))

    return _whole(target, pack)


def _whole(target: Path, write: Callable[[Path], object]) -> Path:
    """``target`` written whole or not at all; raises ``UserError`` where that is impossible."""
    if not target.parent.is_dir():
        raise UserError(f"The folder '{target.parent}' does not exist: make it first.")
    handle, name = tempfile.mkstemp(prefix=".export-", suffix=target.suffix, dir=target.parent)
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        part.chmod(0o644)
        part.replace(target)
    except OSError as error:
        raise UserError(f"Cannot write '{target}': {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return target


_README = """Run {id} of qdiffgui.

config.json       all settings, with the seed: they reproduce the run
status.json       how it ended              events.jsonl    every loss, metric and live picture, one JSON object a line
model.h5          the trained model: qdiffgui.load("model.h5").sample(1000); circuits inside as OpenQASM 3
samples.h5        generated samples, encoded and as physics (GeV, radians)
metrics.json      the comparison with held-out data, the floor and the trivial generators
film.json         denoising, step by step   checkpoint.h5   what resuming needs
environment.json  versions, machine, commit, data digest                    run.log         what was printed
Put this folder under runs/ and it is listed again.
"""
