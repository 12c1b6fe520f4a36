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
from types import MappingProxyType
from typing import Any, cast

import h5py
import torch

from qdiffgui import __version__, catalog
from qdiffgui.circuits.drawing import plain
from qdiffgui.config import Experiment, parse
from qdiffgui.config.sampling import chosen
from qdiffgui.data.hdf5 import open_untrusted, read_tree, write_atomically, write_tree
from qdiffgui.data.representation import Representation
from qdiffgui.data.types import Array, Dataset, Physical
from qdiffgui.engine import finite_shots
from qdiffgui.errors import DataError, UserError
from qdiffgui.models.base import Family, Generated

FORMAT = "qdiffgui-model"
VERSION = 1
_SHOT_SEED = 1 << 40  # shots have random numbers of their own: samples with and without them start from equal noise


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

    def generate(
        self, n: int, label: str | int | None = None, *, seed: int = 0, steps: int = 0, sampler: str = "", shots: int = 0,
        trajectory: bool = False,
    ) -> Generated:  # fmt: skip
        """``n`` encoded samples, see ``models.base.Generated``; choices as in ``sample``. ``trajectory`` keeps every denoising step."""
        if n < 1:
            raise UserError(f"Expected at least one sample to generate; found {n}.")
        family = self._sampled_with(steps, sampler, shots)
        asked = self.label_of(label)
        with finite_shots(shots, torch.Generator().manual_seed(seed + _SHOT_SEED)):
            return family.sample(n, asked, seed=seed, trajectory=trajectory)

    def sample(
        self, n: int, label: str | int | None = None, *, seed: int = 0, steps: int = 0, sampler: str = "", shots: int = 0
    ) -> Physical:
        """``n`` physical samples (jets in GeV and radians), equal for equal ``seed`` and choices.

        steps, sampler : denoising steps and how they go, where the family leaves a choice; 0 and "" as in the settings.    shots :
        estimate what the circuits say from so many runs of each; 0 is exact. See ``config.sampling.choices``.

        Raises ``UserError`` for n < 1, an unknown class, and for what the family cannot do.
        """
        drawn = self.generate(n, label, seed=seed, steps=steps, sampler=sampler, shots=shots)
        return self.representation.decode(drawn.x, drawn.label, seed=seed)

    def _sampled_with(self, steps: int, sampler: str, shots: int) -> Family:
        """The same weights in a family of other settings; the family itself where nothing is chosen."""
        config = chosen(self.config, steps=steps, sampler=sampler, shots=shots)
        if config is self.config:
            return self.family
        made = _built(config, self.representation)
        made.load_weights(self.family.weights())
        return made


def save_model(
    path: Path, config: Experiment, family: Family, representation: Representation, dataset: Dataset,
    facts: Mapping[str, Any] = MappingProxyType({}),
) -> None:  # fmt: skip
    """Write a trained model, atomically; raises ``OSError`` where the disk does not take it. ``facts`` are kept beside the family's own.

    Its circuits stand in it twice: ``circuits/I`` as OpenQASM 3, ``drawings/I`` as the JSON of ``circuits.drawing.plain``.
    """
    from qdiffgui.circuits.openqasm import to_qasm3

    with write_atomically(path) as file:
        told = json.dumps({**family.facts(), **facts}, default=str)
        file.attrs.update(
            format=FORMAT, format_version=VERSION, config=config.model_dump_json(), facts=told,
            dataset=dataset.name, dataset_digest=dataset.digest, created=datetime.now(UTC).isoformat(timespec="seconds"),
            versions=json.dumps(versions()),
        )  # fmt: skip
        write_tree(file.create_group("weights"), family.weights())
        write_tree(file.create_group("representation"), representation.state())
        infos = family.circuits()
        for name, texts in (("circuits", map(to_qasm3, infos)), ("drawings", (json.dumps(plain(info)) for info in infos))):
            group = file.create_group(name)
            for i, text in enumerate(texts):
                group.create_dataset(f"{i}", data=text, dtype=h5py.string_dtype())


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
    family = _built(config, representation)
    family.load_weights(weights)
    return TrainedModel(config, family, representation, facts)


def _built(config: Experiment, representation: Representation) -> Family:
    family = catalog.models[config.model.kind].load()
    return cast(Family, family(config.model, representation.spec, config.training, config.seed))


def versions() -> dict[str, str]:
    """Versions of what a result depends on, by package; what is not installed is left out."""
    found = {"qdiffgui": __version__}
    for package in ("torch", "pennylane", "numpy", "scipy", "scikit-learn", "numba", "pot"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


__all__ = ["FORMAT", "TrainedModel", "load", "save_model", "versions"]
