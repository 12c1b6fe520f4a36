"""Export the trained model and its circuits, as programs and as drawings."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from qdiffgui.data.hdf5 import open_untrusted
from qdiffgui.errors import DataError, UserError
from qdiffgui.exports.write import write_text, write_whole
from qdiffgui.model_card import copy_with_card
from qdiffgui.model_card.header import header_of
from qdiffgui.runs.card import card_of_run
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.reports import restored_session


def model(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write the trained model as one HDF5 file with its model card.

    For an unfinished run it is the model at the last checkpoint. The card of a finished run has the
    evaluation that the run has now.

    Parameters
    ----------
    run : RunDirectory
        The run.
    target : Path or str
        The file.

    Returns
    -------
    list of Path
        The file written.

    Raises
    ------
    UserError
        If the run has no checkpoint yet or the file cannot be written.

    Examples
    --------
    >>> import qdiffgui
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> exports.model(run, "model.h5")
    [PosixPath('model.h5')]
    >>> len(qdiffgui.load("model.h5").sample(10))
    10
    """
    run.require_readable()
    if run.model_file.exists():
        return [write_whole(target, lambda part: _copy_model(run, part))]
    session = restored_session(run)
    return [write_whole(target, session.save_model)]


def _copy_model(run: RunDirectory, target: Path) -> None:
    """Copy the model file with the present card; as it is if files of the run are damaged."""
    try:
        present = card_of_run(run)
        if header_of(run.model_file).card != present:
            return copy_with_card(run.model_file, target, present)
    except UserError:
        pass
    shutil.copyfile(run.model_file, target)


def circuits(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write the trained circuits as OpenQASM 3.

    Comments give the initial states of the wires, the inputs and the readout.

    Parameters
    ----------
    run : RunDirectory
        The run.
    target : Path or str
        The file. Several circuits become ``NAME-1.qasm``, ``NAME-2.qasm``, ...

    Returns
    -------
    list of Path
        The files written, one per circuit.

    Raises
    ------
    UserError
        If the model is classical or a file cannot be written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> exports.circuits(run, "circuit.qasm")[0].read_text()[:12]
    'OPENQASM 3.0'
    """
    return _write_all(Path(target), _texts(run, "circuits"))


def drawings(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write drawings of the trained circuits as SVG.

    Parameters
    ----------
    run : RunDirectory
        The run.
    target : Path or str
        The file; several circuits are numbered as by ``circuits``.

    Returns
    -------
    list of Path
        The files written, one per circuit.

    Raises
    ------
    UserError
        If the model is classical or a file cannot be written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> exports.drawings(run, "circuit.svg")[0].read_text()[:4]
    '<svg'
    """
    from qdiffgui.plots.circuit_svg import circuit_svg

    return _write_all(
        Path(target), [circuit_svg(json.loads(text)) for text in _texts(run, "drawings")]
    )


def count_circuits(path: Path) -> dict[str, int]:
    """Numbers of ``circuits`` (programs) and ``drawings`` in a model file. Raises
    ``DataError``."""
    with open_untrusted(path) as file:
        return {name: len(file.get(name, {})) for name in ("circuits", "drawings")}


def _texts(run: RunDirectory, group: str) -> list[str]:
    run.require_readable()
    with tempfile.TemporaryDirectory() as folder:
        path = (
            run.model_file if run.model_file.exists() else model(run, Path(folder) / "model.h5")[0]
        )
        texts = _read(path, group)
        if not texts and group == "drawings" and _read(path, "circuits"):
            texts = [json.dumps(drawn) for drawn in _draw_again(path)]
    if not texts:
        raise UserError(
            f"The model of the run '{run.id}' is classical and has no circuit to export."
        )
    return texts


def _read(path: Path, group: str) -> list[str]:
    with open_untrusted(path) as file:
        try:
            found = file.get(group, {})
            return [found[name].asstr()[()] for name in sorted(found, key=int)]
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise DataError(
                f"The circuits in '{path.name}' are damaged ({error}): export the model again."
            ) from error


def _draw_again(path: Path) -> list[dict[str, Any]]:
    """Drawings for a model file without them, from an early version: builds the model, which takes
    seconds."""
    from qdiffgui.circuits.drawing import plain
    from qdiffgui.model_file import load

    return [plain(info) for info in load(path).diffusion_model.circuits()]


def _write_all(target: Path, texts: list[str]) -> list[Path]:
    width = len(str(len(texts)))
    names = (
        [target]
        if len(texts) == 1
        else [
            target.with_name(f"{target.stem}-{i:0{width}d}{target.suffix}")
            for i in range(1, len(texts) + 1)
        ]
    )
    return [write_text(name, content) for name, content in zip(names, texts)]
