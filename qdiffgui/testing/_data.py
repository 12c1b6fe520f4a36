"""The contracts of data sets, file formats and representations."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.data.sniff import CONTAINERS, open_layout
from qdiffgui.data.split import split
from qdiffgui.data.types import (
    UNLABELLED,
    Dataset,
    Densities,
    Images,
    Jets,
    Physical,
    Points,
    Showers,
    States,
    Table,
)
from qdiffgui.errors import DataError, UserError
from qdiffgui.registry import Entry
from qdiffgui.testing._common import check_words, find, one_sentence, require, settings_class

_CONTENT: dict[str, tuple[type, ...]] = {
    "jets": (Jets,),
    "images": (Images,),
    "showers": (Showers,),
    "states": (States,),
    "densities": (Densities,),
    "points": (Points,),
    "file": (Jets, Images, Table),
}
_SMALL: dict[str, dict[str, Any]] = {"qg-jets": {"n_jets": 200}, "showers": {"n_showers": 200}}
_COMPLEX = ("state", "density")


@one_sentence
def check_dataset(dataset: Any, **settings: Any) -> None:
    """Check a data set: its settings, its content and labels, and that a seed reproduces it.

    Parameters
    ----------
    dataset : str, Entry or callable
        The key in ``qdiffgui.catalog.datasets``, the entry, or the function itself.
    **settings
        Settings that differ from their defaults, best for a small data set.

    Raises
    ------
    AssertionError
        With one sentence that says what is missing or wrong.

    Examples
    --------
    >>> from qdiffgui import testing
    >>> testing.check_dataset("cluster", n_states=50)
    """
    from qdiffgui.config.data import DataConfig

    entry = find(catalog.datasets, dataset)
    check_words(catalog.datasets, entry)
    config = settings_class(entry, DataConfig)(**settings)
    data, again = entry.load()(config, 3), entry.load()(config, 3)
    require(
        isinstance(data, Dataset),
        f"'{entry.key}' must return a qdiffgui.data.types.Dataset, found {type(data).__name__}.",
    )
    require(data.name, f"The data of '{entry.key}' need a name.")
    require(
        data.digest and data.digest == again.digest,
        f"The data of '{entry.key}' must have the same digest for the same seed.",
    )
    allowed = _CONTENT.get(config.gives, (Physical,))
    require(
        isinstance(data.content, allowed),
        f"'{entry.key}' says that it gives {config.gives}, found {type(data.content).__name__}.",
    )
    _check_labels(f"'{entry.key}'", data.content, data.classes)
    train, test = split(data, 0.25, 3)
    require(
        len(train) + len(test) == len(data) and min(len(train), len(test)) > 0,
        f"The data of '{entry.key}' cannot be split into training and held-out samples.",
    )


def _check_labels(where: str, content: Any, classes: Any) -> None:
    label = content.label
    require(len(content) >= 20, f"{where} must give at least 20 samples, found {len(content)}.")
    require(
        label.shape == (len(content),) and label.dtype == np.int8,
        f"{where} must give one int8 label per sample, found {label.dtype} {label.shape}.",
    )
    unnamed = set(np.unique(label).tolist()) - {UNLABELLED, *classes}
    require(not unnamed, f"{where} must name the classes of the labels {sorted(unnamed)}.")


@one_sentence
def check_format(file_format: Any, path: str | Path) -> None:
    """Check a file format with a valid file: it is recognized, read, and refused when cut short.

    Parameters
    ----------
    file_format : str, Entry or Format
        The key in ``qdiffgui.catalog.formats``, the entry, or the format itself.
    path : str or Path
        A file of this format with at least 20 samples.

    Raises
    ------
    AssertionError
        With one sentence that says what is missing or wrong.

    Examples
    --------
    >>> from qdiffgui import paths, testing
    >>> testing.check_format("qdiffgui", paths.assets() / "qg_jets_50k.h5")
    """
    from qdiffgui.config.data import JetFile
    from qdiffgui.data.describe import describe
    from qdiffgui.data.files import load_file

    entry = find(catalog.formats, file_format)
    check_words(catalog.formats, entry)
    require(
        entry.facts["container"] in CONTAINERS,
        f"The container of '{entry.key}' must be one of {', '.join(CONTAINERS)}, found "
        f"'{entry.facts['container']}'.",
    )
    with open_layout(path) as layout:
        require(
            layout.key == entry.key,
            f"'{Path(path).name}' is opened as '{layout.key}', not as '{entry.key}': check "
            f"'matches' and the key of the layout.",
        )
        require(
            layout.labels.shape == (layout.n,) and layout.labels.dtype == np.int8,
            f"The layout of '{entry.key}' needs one int8 label per sample.",
        )
        require(
            layout.label and layout.noun and layout.shapes,
            f"The layout of '{entry.key}' needs a label, a noun and the shapes in the file.",
        )
        layout.counts()
        for start, stop in layout.slices():
            require(
                len(layout.read(start, stop)) == stop - start,
                f"'read' of '{entry.key}' must give as many samples as rows asked for.",
            )
            break
    require(
        describe(path).usable,
        f"'{Path(path).name}' must be a valid file: {describe(path).problems}",
    )
    data = load_file(JetFile(path=str(path), n_jets=1000))
    _check_labels(f"'{entry.key}'", data.content, data.classes)
    _check_truncated(entry, Path(path), lambda cut: load_file(JetFile(path=str(cut))))


def _check_truncated(entry: Entry, path: Path, load: Callable[[Path], Any]) -> None:
    """A file that ends early is loaded, or refused with a ``DataError``."""
    with tempfile.TemporaryDirectory() as folder:
        cut = Path(folder) / path.name
        for share in (0.02, 0.5, 0.97):
            shutil.copyfile(path, cut)
            with cut.open("r+b") as stream:
                stream.truncate(int(share * path.stat().st_size))
            try:
                load(cut)
            except UserError as error:
                require(
                    isinstance(error, DataError),
                    f"'{entry.key}' must raise DataError for a file that is cut short, found "
                    f"{type(error).__name__}.",
                )


@one_sentence
def check_representation(representation: Any, data: Dataset | None = None, **settings: Any) -> None:
    """Check a representation: its settings, encoding and decoding, and that its state is complete.

    Parameters
    ----------
    representation : str, Entry or type
        The key in ``qdiffgui.catalog.representations``, the entry, or the class itself.
    data : Dataset, optional
        What to encode; by default a small sample of each data set that fits.
    **settings
        Settings that differ from their defaults.

    Raises
    ------
    AssertionError
        With one sentence that says what is missing or wrong.

    Examples
    --------
    >>> from qdiffgui import testing
    >>> testing.check_representation("radial", n_bins=8)
    """
    from qdiffgui.config.representation import RepresentationConfig

    entry = find(catalog.representations, representation)
    check_words(catalog.representations, entry)
    config = settings_class(entry, RepresentationConfig)(**settings)
    for given in [data] if data is not None else _fitting(config):
        _check_encoding(entry, config, given)


def _fitting(config: Any) -> list[Dataset]:
    """A small sample of each data set that a representation can show, but for files."""
    fitting = []
    for key, entry in catalog.datasets.items():
        settings = entry.load_settings()
        if settings.gives in config.from_data and settings.gives != "file":
            small = {"n_states": 50} if "n_states" in settings.model_fields else _SMALL.get(key, {})
            fitting.append(entry.load()(settings(**small), 0))
    require(
        fitting or "file" in config.from_data,
        f"No data set gives what '{config.kind}' can show: {', '.join(sorted(config.from_data))}.",
    )
    return fitting


def _check_encoding(entry: Entry, config: Any, data: Dataset) -> None:
    key = f"'{entry.key}'"
    representation = entry.load()(config)
    train, test = split(data, 0.25, 0)
    representation.fit(train, data.classes)
    spec = representation.spec
    require(
        spec.kind == config.encodes,
        f"{key} says that it encodes {config.encodes} data, found '{spec.kind}'.",
    )
    require(dict(spec.classes) == dict(data.classes), f"The spec of {key} must keep the classes.")
    encoded = representation.encode(test, seed=1)
    dtype = np.complex64 if spec.kind in _COMPLEX else np.float32
    require(
        encoded.x.shape == (len(test), *spec.shape) and encoded.x.dtype == dtype,
        f"{key} must encode {len(test)} samples as {np.dtype(dtype)} {(len(test), *spec.shape)}, "
        f"found {encoded.x.dtype} {encoded.x.shape}.",
    )
    require(encoded.spec == spec, f"What {key} encodes must have the spec of {key}.")
    require(np.all(np.isfinite(encoded.x)), f"{key} must encode to finite numbers.")
    if spec.of_fractions:
        total = encoded.x.reshape(len(test), -1).sum(axis=1)
        require(np.allclose(total, 1, rtol=1e-5), f"The fractions of {key} must add up to 1.")
    require(
        np.array_equal(encoded.x, representation.encode(test, seed=1).x),
        f"{key} must encode alike for the same seed.",
    )
    decoded = representation.decode(encoded.x, encoded.label, seed=1)
    require(
        len(decoded) == len(test) and np.array_equal(decoded.label, test.label),
        f"{key} must decode as many samples as it is given, with their labels.",
    )
    other = entry.load()(config)
    other.load_state(representation.state())
    require(
        other.spec == spec and np.array_equal(other.encode(test, seed=1).x, encoded.x),
        f"The state of {key} must hold all that fit() learned.",
    )
