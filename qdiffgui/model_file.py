"""A trained model as one HDF5 file: settings, weights, the fitted representation, provenance, circuits as OpenQASM 3.

Nothing is pickled or unpickled. ``load(path).sample(n, label="gluon")`` needs no run directory and no data set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import h5py

from qdiffgui import __version__, catalog
from qdiffgui.config import Experiment, parse
from qdiffgui.data.hdf5 import open_untrusted, read_tree, write_atomically, write_tree
from qdiffgui.data.representation import Representation
from qdiffgui.data.types import Array, Dataset, Physical
from qdiffgui.errors import DataError, UserError
from qdiffgui.models.base import Family, Generated

FORMAT = "qdiffgui-model"
VERSION = 1


@dataclass(frozen=True)
class TrainedModel:
    """A model read back from a file, ready to generate."""

    config: Experiment
    family: Family
    representation: Representation
    facts: Mapping[str, Any]

    @property
    def classes(self) -> Mapping[int, str]:
        return self.representation.spec.classes

    def label_of(self, label: str | int | None) -> int | None:
        """A class by name or number; raises ``UserError`` where the model cannot be told, or does not know it."""
        if label is None:
            return None
        names = {name: number for number, name in self.classes.items()}
        if not self.config.model.conditional or len(names) < 2:
            only = next(iter(names), "")
            if len(names) == 1 and label in (only, names[only]):
                return None
            raise UserError(f"This model cannot be told which class to generate (asked for '{label}'): leave the label out.")
        if label in names:
            return names[str(label)]
        if str(label).lstrip("-").isdigit() and int(label) in self.classes:
            return int(label)
        raise UserError(f"This model knows the classes {', '.join(names)}; found '{label}'.")

    def generate(self, n: int, label: str | int | None = None, *, seed: int = 0, trajectory: bool = False) -> Generated:
        """``n`` encoded samples, see ``models.base.Generated``; raises ``UserError`` for n < 1 or an unknown class."""
        if n < 1:
            raise UserError(f"Expected at least one sample to generate; found {n}.")
        return self.family.sample(n, self.label_of(label), seed=seed, trajectory=trajectory)

    def sample(self, n: int, label: str | int | None = None, *, seed: int = 0) -> Physical:
        """``n`` physical samples (jets in GeV and radians), equal for equal ``seed``."""
        drawn = self.generate(n, label, seed=seed)
        return self.representation.decode(drawn.x, drawn.label, seed=seed)


def save_model(path: Path, config: Experiment, family: Family, representation: Representation, dataset: Dataset) -> None:
    """Write a trained model, atomically; raises ``OSError`` where the disk does not take it."""
    with write_atomically(path) as file:
        file.attrs.update(
            format=FORMAT, format_version=VERSION, config=config.model_dump_json(), facts=json.dumps(family.facts(), default=str),
            dataset=dataset.name, dataset_digest=dataset.digest, created=datetime.now(UTC).isoformat(timespec="seconds"),
            versions=json.dumps(versions()),
        )  # fmt: skip
        write_tree(file.create_group("weights"), family.weights())
        write_tree(file.create_group("representation"), representation.state())
        circuits = file.create_group("circuits")
        for i, text in enumerate(_circuits(family)):
            circuits.create_dataset(f"{i}", data=text, dtype=h5py.string_dtype())


def load(path: str | Path) -> TrainedModel:
    """Read a model file.

    Raises
    ------
    DataError
        if the file is not one that ``save_model`` wrote, or is damaged.
    """
    with open_untrusted(Path(path)) as file:
        if file.attrs.get("format") != FORMAT:
            raise DataError(
                f"'{Path(path).name}' is not a qdiffgui model: expected an HDF5 file that 'qdiffgui export --model' wrote."
            )
        if int(file.attrs["format_version"]) > VERSION:
            raise DataError(f"'{Path(path).name}' was written by a newer qdiffgui: update qdiffgui to read it.")
        try:
            config = parse(str(file.attrs["config"]))
            facts = json.loads(file.attrs["facts"]) | {"dataset": file.attrs["dataset"], "created": file.attrs["created"]}
            return _rebuild(config, read_tree(file["weights"]), read_tree(file["representation"]), facts)
        except (KeyError, json.JSONDecodeError, RuntimeError) as error:
            raise DataError(f"'{Path(path).name}' is damaged ({error}): export the model again.") from error


def _rebuild(
    config: Experiment, weights: Mapping[str, Array], fitted: Mapping[str, Array], facts: Mapping[str, Any]
) -> TrainedModel:
    representation: Representation = catalog.representations[config.representation.kind].load()(config.representation)
    representation.load_state(fitted)
    family: Family = catalog.models[config.model.kind].load()(config.model, representation.spec, config.training, config.seed)
    family.load_weights(weights)
    return TrainedModel(config, family, representation, facts)


def versions() -> dict[str, str]:
    """Versions of what a result depends on, by package; what is not installed is left out."""
    found = {"qdiffgui": __version__}
    for package in ("torch", "pennylane", "numpy", "scipy", "scikit-learn", "numba", "pot"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _circuits(family: Family) -> list[str]:
    from qdiffgui.circuits.openqasm import to_qasm3

    return [to_qasm3(info) for info in family.circuits()]


__all__ = ["FORMAT", "TrainedModel", "load", "save_model", "versions"]
