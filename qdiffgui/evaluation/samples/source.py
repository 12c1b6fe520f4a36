"""Samples from a file, a data set, or arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.config.data import JetFile
from qdiffgui.data.digest import digest
from qdiffgui.data.files import load_file
from qdiffgui.data.split import split
from qdiffgui.data.types import (
    UNLABELLED,
    Array,
    Densities,
    Images,
    Jets,
    Physical,
    Showers,
    States,
    Table,
)
from qdiffgui.errors import DataError, UserError

HELD_OUT = 0.5
"""Part of a data set that serves as the reference; the rest are training samples."""
_MOST = {"qg-jets": {"n_jets": 50_000}}
_UNIT_NORM = 1e-3
_CONTENT = (Jets, Images, Table, Showers, States, Densities)


@dataclass(frozen=True)
class Samples:
    """Samples with their name.

    Parameters
    ----------
    name : str
        Name in tables: that of the file or of the data set.
    content : Physical
        The samples (GeV, rad).
    classes : mapping of int to str
        Label to name; empty if unlabeled.
    notes : tuple of str
        Sentences about them.
    train : Physical, optional
        Training samples that come with them, those of a data set.
    """

    name: str
    content: Physical
    classes: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    train: Physical | None = None

    def __len__(self) -> int:
        return len(self.content)

    @property
    def digest(self) -> str:
        """Content hash."""
        return digest(self.content)


def read_samples(
    source: Any, *, name: str = "samples", classes: Mapping[int, str] | None = None
) -> Samples:
    """Samples from whatever holds them.

    Parameters
    ----------
    source : str, Path, array or content
        - A file in one of the formats of ``catalog.formats``.
        - The key of a data set, such as ``"qg-jets"``: half of it is the reference, the other half
          are training samples.
        - Real ``(n, n_particles, 3)``: jets, with eta, phi (rad, relative to the axis) and pT of
          each particle; particles of pT 0 are padding.
        - Real ``(n, height, width)``: images. Real ``(n, d)``: features.
        - Complex ``(n, 2**q)``: pure states; complex ``(n, 2**q, 2**q)``: density matrices.
        - A mapping of names to arrays ``(n,)``: observables.
        - ``Jets``, ``Images``, ``Table``, ``Showers``, ``States`` or ``Densities``.
    name : str
        Name of samples that are no file and no data set.
    classes : mapping of int to str, optional
        Names of the labels of ``Jets``, ``Images``, ...

    Returns
    -------
    Samples

    Raises
    ------
    DataError
        If a file cannot be used, or arrays have another shape or values that are not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation.samples.source import read_samples
    >>> read_samples({"mass": np.array([50.0, 60.0])}).content.values["mass"]
    array([50., 60.])
    >>> type(read_samples(np.ones((5, 30, 3))).content).__name__
    'Jets'
    """
    if isinstance(source, (str, Path)):
        return _from_path(source)
    if isinstance(source, Samples):
        return source
    if isinstance(source, _CONTENT):
        return Samples(name, source, dict(classes or {}))
    return Samples(name, _of_arrays(source))


def _from_path(source: str | Path) -> Samples:
    path = Path(source).expanduser()
    if isinstance(source, str) and source in catalog.datasets and not path.exists():
        return _data_set(source)
    try:
        found = load_file(JetFile(path=str(path)))
    except DataError as error:
        if path.exists():
            raise
        keys = ", ".join(key for key in catalog.datasets if key != "file")
        raise DataError(
            f"Expected a file or a data set ({keys}); found neither at '{source}'."
        ) from error
    return Samples(path.name, found.content, found.classes, found.notes)


def _data_set(key: str) -> Samples:
    if key == "file":
        raise UserError("Give the path of the file instead of 'file'.")
    entry = catalog.datasets[key]
    settings = entry.load_settings().model_validate({"kind": key} | _MOST.get(key, {}))
    found = entry.load()(settings, 0)
    train, test = split(found, HELD_OUT)
    return Samples(found.name, test, found.classes, found.notes, train)


def _of_arrays(source: Any) -> Physical:
    if isinstance(source, Mapping):
        values = {str(key): _finite(np.asarray(column)) for key, column in source.items()}
        shapes = {column.shape for column in values.values()}
        if len(shapes) != 1 or len(next(iter(shapes))) != 1:
            raise DataError(
                "Expected one array (n,) for each observable, all of one length; found "
                f"{', '.join(f'{k} {v.shape}' for k, v in values.items()) or 'none'}."
            )
        return Table({k: v.astype(np.float64) for k, v in values.items()}, _unlabeled(values))
    array = _finite(np.asarray(source))
    if np.iscomplexobj(array):
        return _states(array)
    if array.ndim == 3 and array.shape[2] == 3:
        return _jets(array)
    if array.ndim == 3:
        if array.min(initial=0.0) < 0:
            raise DataError("Expected images of 0 or more; found negative pixels.")
        return Images(array.astype(np.float32), np.full(len(array), UNLABELLED, np.int8))
    if array.ndim == 2:
        names = [f"x{k}" for k in range(array.shape[1])]
        return Table(
            dict(zip(names, array.T.astype(np.float64))), np.full(len(array), UNLABELLED, np.int8)
        )
    raise DataError(
        "Expected an array (n, n_particles, 3), (n, height, width) or (n, d), or complex states; "
        f"found shape {array.shape}."
    )


def _unlabeled(values: Mapping[str, Array]) -> Array:
    return np.full(len(next(iter(values.values()))), UNLABELLED, np.int8)


def _finite(array: Array) -> Array:
    if array.dtype.kind not in "fiuc":
        raise DataError(f"Expected arrays of numbers; found {array.dtype}.")
    if not np.isfinite(array).all():
        row = int(np.argwhere(~np.isfinite(array))[0][0])
        raise DataError(f"Expected finite numbers; found others in sample {row} (from 0).")
    return array


def _jets(clouds: Array) -> Jets:
    """Jets of clouds (n, n_particles, 3): eta, phi (rad) and pT."""
    if clouds[:, :, 2].min(initial=0.0) < 0:
        raise DataError("Expected pT of 0 or more in the last column of jets; found less.")
    there = clouds[:, :, 2] > 0
    eta, phi, pt = (clouds[:, :, k][there].astype(np.float32) for k in range(3))
    return Jets(
        pt=pt,
        eta=eta,
        phi=phi,
        offsets=np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int64),
        label=np.full(len(clouds), UNLABELLED, np.int8),
        jet_pt=np.zeros(len(clouds), np.float32),
    )


def _states(array: Array) -> States | Densities:
    label = np.full(len(array), UNLABELLED, np.int8)
    d = array.shape[-1]
    is_power = d >= 2 and d & (d - 1) == 0
    if array.ndim == 2 and is_power:
        norm = np.linalg.norm(array, axis=1)
        if np.abs(norm - 1).max(initial=0.0) > _UNIT_NORM:
            raise DataError("Expected states of norm 1; found others: normalize them.")
        return States((array / norm[:, None]).astype(np.complex64), label)
    if array.ndim == 3 and is_power and array.shape[1] == d:
        trace = np.trace(array, axis1=1, axis2=2)
        if np.abs(trace - 1).max(initial=0.0) > _UNIT_NORM:
            raise DataError("Expected density matrices of trace 1; found others: normalize them.")
        return Densities(array.astype(np.complex64), label)
    raise DataError(
        "Expected complex states (n, 2**q) or density matrices (n, 2**q, 2**q); found shape "
        f"{array.shape}."
    )
