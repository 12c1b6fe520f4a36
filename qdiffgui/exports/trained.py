"""The trained model, and its circuits as programs and as pictures."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from qdiffgui.data.hdf5 import open_untrusted
from qdiffgui.errors import DataError, UserError
from qdiffgui.exports.whole import text as write_text
from qdiffgui.exports.whole import whole
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.reports import session_of


def model(run: RunDirectory, target: Path | str) -> list[Path]:
    """The trained model as one HDF5 file; of an unfinished run, as it was at the last checkpoint."""
    if run.model_file.exists():
        return [whole(target, lambda part: shutil.copyfile(run.model_file, part))]
    session = session_of(run)
    return [whole(target, session.save_model)]


def circuits(run: RunDirectory, target: Path | str) -> list[Path]:
    """The trained circuits as OpenQASM 3, with comments that say what wires start in, what inputs are and what is read out.

    One file, or, of several circuits, ``NAME-1.qasm``, ``NAME-2.qasm``, ...
    """
    return _written(Path(target), _texts(run, "circuits"))


def drawings(run: RunDirectory, target: Path | str) -> list[Path]:
    """The circuits drawn, as SVG that needs nothing else; several as ``circuits``."""
    from qdiffgui.plots.circuit_svg import circuit_svg

    return _written(Path(target), [circuit_svg(json.loads(text)) for text in _texts(run, "drawings")])


def circuits_inside(path: Path) -> dict[str, int]:
    """How many ``circuits`` (programs) and ``drawings`` a model file holds; raises ``DataError``."""
    with open_untrusted(path) as file:
        return {name: len(file.get(name, {})) for name in ("circuits", "drawings")}


def _texts(run: RunDirectory, group: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = run.model_file if run.model_file.exists() else model(run, Path(folder) / "model.h5")[0]
        texts = _read(path, group)
        if not texts and group == "drawings" and _read(path, "circuits"):
            texts = [json.dumps(drawn) for drawn in _drawn_anew(path)]
    if not texts:
        raise UserError(f"The model of the run '{run.id}' is classical: it has no circuit to export.")
    return texts


def _read(path: Path, group: str) -> list[str]:
    with open_untrusted(path) as file:
        try:
            found = file.get(group, {})
            return [found[name].asstr()[()] for name in sorted(found, key=int)]
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise DataError(f"The circuits in '{path.name}' are damaged ({error}): export the model again.") from error


def _drawn_anew(path: Path) -> list[dict[str, Any]]:
    """Of a model file from before drawings were stored: the model is built again, which takes seconds."""
    from qdiffgui.circuits.drawing import plain
    from qdiffgui.model_file import load

    return [plain(info) for info in load(path).family.circuits()]


def _written(target: Path, texts: list[str]) -> list[Path]:
    width = len(str(len(texts)))
    names = [target] if len(texts) == 1 else [
        target.with_name(f"{target.stem}-{i:0{width}d}{target.suffix}") for i in range(1, len(texts) + 1)
    ]  # fmt: skip
    return [write_text(name, content) for name, content in zip(names, texts)]
