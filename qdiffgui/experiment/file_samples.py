"""Samples of a file, encoded like those of the models of an experiment, so that they are compared
as one more model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qdiffgui.config.data import JetFile
from qdiffgui.config.points import PlanePoints
from qdiffgui.data.digest import digest
from qdiffgui.data.files import load_file
from qdiffgui.data.points import load_points
from qdiffgui.data.types import UNLABELLED, Array, Encoded, Physical, Points
from qdiffgui.errors import ConfigError, DataError
from qdiffgui.evaluation.samples.common import to_common
from qdiffgui.experiment.prepare import Prepared


@dataclass(frozen=True)
class FileSamples:
    """Samples of a file.

    Attributes
    ----------
    name, path : str
        Name in tables, and where the file is.
    encoded : Encoded
        The samples in the representation of the experiment, with its labels.
    digest : str
        Content hash.
    notes : tuple of str
        Sentences: how the file differs in form from the data of the experiment, for example.
    """

    name: str
    path: str
    encoded: Encoded
    digest: str
    notes: tuple[str, ...]

    def rows(self, label: int | None) -> Array:
        """The encoded samples of a class, or all; of all classes if none is known."""
        x: Array = self.encoded.x
        known = self.encoded.label != UNLABELLED
        if label is None or not known.any():
            return x
        return np.asarray(x[self.encoded.label == label])

    def draw(self, n: int, label: int | None, seed: int) -> Array:
        """At most ``n`` of ``rows(label)``, at random."""
        rows = self.rows(label)
        return np.asarray(rows[np.random.default_rng([seed, 29]).permutation(len(rows))[:n]])


def encode_file(prepared: Prepared, path: str | Path, name: str = "") -> FileSamples:
    """The samples of a file in the representation of prepared data.

    Parameters
    ----------
    prepared : Prepared
        Data of an experiment, with the fitted representation.
    path : str or Path
        The file, in any format of ``catalog.formats``.
    name : str
        Name in tables; the file's by default.

    Returns
    -------
    FileSamples

    Raises
    ------
    DataError
        If the file cannot be used, or its samples cannot be compared with these data; the message
        says why.
    """
    path = Path(path).expanduser().resolve()
    separate = getattr(prepared.representation.config, "kind", "") == "channels"
    found = (
        load_points(PlanePoints(shape="drawn", path=str(path), n_points=20_000))
        if isinstance(prepared.test_content, Points)
        else load_file(JetFile(path=str(path), channels="separate" if separate else "sum"))
    )
    title = name or path.name
    try:
        encoded = prepared.representation.encode(found.content)
        _, differences = to_common(
            [found.content, prepared.test_content], [title, prepared.dataset.name]
        )
    except (DataError, ConfigError) as error:
        raise DataError(f"'{path.name}' cannot be compared with these data. {error}") from error
    label = _labels(found.content, found.classes, prepared.train.spec.classes)
    notes = [f"{title}: {note}" for note in found.notes]
    if differences:
        notes.append(
            f"{title} differs in form from the data, and this counts as a difference of the "
            f"samples: {' '.join(differences)} 'qdiffgui evaluate FILE --against FILE' compares "
            "files in a common form."
        )
    return FileSamples(
        title,
        str(path),
        Encoded(encoded.x, label, prepared.train.spec),
        digest(found.content),
        tuple(notes),
    )


def shortages(samples: FileSamples, classes: Mapping[int, str], n: int) -> list[str]:
    """Sentences on classes that the file does not name, or of which it has fewer than ``n``."""
    if classes and (samples.encoded.label == UNLABELLED).all():
        return [f"{samples.name} names no class: all its samples are compared with each class."]
    sizes: dict[str, int] = {name: len(samples.rows(label)) for label, name in classes.items()}
    sizes = sizes or {"all": len(samples.encoded)}
    return [
        f"{samples.name} has {size} samples{'' if name == 'all' else f' of class {name}'}; its "
        "metrics compare these with more held-out samples."
        for name, size in sizes.items()
        if size < n
    ]


def _labels(content: Physical, own: Mapping[int, str], wanted: Mapping[int, str]) -> Array:
    """The labels of the experiment, by the names of the classes; -1 for other classes."""
    number = {name: label for label, name in wanted.items()}
    label = np.full(len(content), UNLABELLED, np.int8)
    for key, name in own.items():
        if name in number:
            label[content.label == key] = number[name]
    return label
