"""A trained model as one HDF5 file: settings, weights, fitted representation, provenance, and
circuits as OpenQASM 3.

Nothing is pickled. ``load(path).sample(n, label="gluon")`` needs neither the run nor the data set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from numbers import Integral
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import h5py
import torch

from qdiffgui import catalog, html_table
from qdiffgui._version import __version__
from qdiffgui.circuits.drawing import plain
from qdiffgui.config import Experiment
from qdiffgui.config.sampling import apply_sampling
from qdiffgui.data.hdf5 import open_untrusted, read_tree, write_atomically, write_tree
from qdiffgui.data.representation import Representation
from qdiffgui.data.stored_arrays import load_exactly, require_finite
from qdiffgui.data.types import Array, Dataset, Physical
from qdiffgui.engine import finite_shots
from qdiffgui.errors import ConfigError, DataError, UserError
from qdiffgui.model_card import Card, build_card, write_card
from qdiffgui.model_card.header import BROKEN, FORMAT, VERSION, Header, damaged, read_header
from qdiffgui.models.base import DiffusionModel, Generated
from qdiffgui.models.stored_weights import load_weights
from qdiffgui.progress import shown_progress

if TYPE_CHECKING:
    from qdiffgui.models.denoising import DenoisingModel

# Shots have random numbers of their own: samples with and without shots start from the same noise.
_SHOT_SEED = 1 << 40


@dataclass(frozen=True)
class TrainedModel:
    """A trained model that was read from a file, ready to generate samples; see ``load``.

    Attributes
    ----------
    config : Experiment
        The settings with which it was trained.
    diffusion_model : DiffusionModel
        The model itself, which generates encoded samples.
    representation : Representation
        The fitted representation, which decodes them to physical samples.
    facts : mapping
        Parameters, qubits, gates, data set, training time and date.
    card : Card, optional
        The model card: data, training, evaluation, limits and citations. Files of versions without
        cards have none.

    Examples
    --------
    >>> import qdiffgui
    >>> model = qdiffgui.load("runs/finished/model.h5")
    >>> model
    <TrainedModel quddpm: cluster (state), 1 qubit, 12 parameters, trained 2026-11-30>
    >>> model.sample(3, seed=1).psi.shape
    (3, 2)
    """

    config: Experiment
    diffusion_model: DiffusionModel
    representation: Representation
    facts: Mapping[str, Any]
    card: Card | None = None

    def __repr__(self) -> str:
        summary = self._summary()
        about = ", ".join(summary[name] for name in summary if name not in ("model", "classes"))
        return f"<TrainedModel {self.config.model.kind}: {about}>"

    def _repr_html_(self) -> str:
        return html_table.facts(self._summary())

    def _summary(self) -> dict[str, str]:
        config, facts = self.config, self.facts
        n_qubits, steps = facts.get("n_qubits"), facts.get("steps")
        found = {
            "model": config.model.kind,
            "data": f"{config.data.kind} ({config.representation.kind})",
            "classes": ", ".join(self.classes.values()),
            "qubits": f"{n_qubits} qubit{'s' if n_qubits > 1 else ''}" if n_qubits else "",
            "parameters": f"{self.diffusion_model.n_parameters} parameters",
            "trained": f"trained {f'{steps} steps, ' if steps else ''}"
            f"{str(facts.get('created', ''))[:10]}",
        }
        return {name: value for name, value in found.items() if value}

    @property
    def classes(self) -> Mapping[int, str]:
        """Names of the classes, by number; empty for unlabeled data."""
        return self.representation.spec.classes

    def label_of(self, label: str | int | None) -> int | None:
        """The number of a class, given by name or number; None for None.

        Raises
        ------
        UserError
            If the class is unknown, or the model is not conditional.
        """
        if label is None:
            return None
        names = {name: number for number, name in self.classes.items()}
        if not self.config.model.conditional or len(names) < 2:
            only = next(iter(names), "")
            if len(names) == 1 and label in (only, names[only]):
                return None
            raise UserError(
                f"This model is not conditioned on a class, so it cannot generate '{label}': "
                "leave the label out."
            )
        if label in names:
            return names[str(label)]
        if str(label).lstrip("-").isdigit() and int(label) in self.classes:
            return int(label)
        raise UserError(f"Expected one of the classes {', '.join(names)}; found '{label}'.")

    def generate(
        self,
        n: int,
        label: str | int | None = None,
        *,
        seed: int = 0,
        steps: int = 0,
        sampler: str = "",
        shots: int = 0,
        trajectory: bool = False,
        condition: Mapping[str, float] = MappingProxyType({}),
    ) -> Generated:
        """Generate encoded samples.

        Parameters
        ----------
        n, label, seed, steps, sampler, shots, condition
            As in ``sample``.
        trajectory : bool
            Keep the samples of every denoising step.

        Returns
        -------
        Generated
            Samples ``x`` of shape (n, *spec.shape) and their labels.

        Raises
        ------
        UserError
            As in ``sample``.

        Examples
        --------
        >>> import qdiffgui
        >>> model = qdiffgui.load("runs/finished/model.h5")
        >>> drawn = model.generate(3, seed=1, trajectory=True)
        >>> drawn.x.shape, drawn.times
        ((3, 2), (3, 2, 1, 0))
        """
        if isinstance(n, bool) or not isinstance(n, Integral) or n < 1:
            raise UserError(f"Expected a whole number of samples, at least 1; found {n}.")
        model = self._with_sampling(steps, sampler, shots)
        number = self.label_of(label)
        with finite_shots(shots, torch.Generator().manual_seed(seed + _SHOT_SEED)):
            if not condition:
                return model.sample(n, number, seed=seed, trajectory=trajectory)
            given = self.representation.condition(condition)
            return cast("DenoisingModel", model).sample(
                n, number, seed=seed, trajectory=trajectory, condition=given
            )

    def sample(
        self,
        n: int,
        label: str | int | None = None,
        *,
        seed: int = 0,
        steps: int = 0,
        sampler: str = "",
        shots: int = 0,
        condition: Mapping[str, float] = MappingProxyType({}),
        progress: bool | None = None,
    ) -> Physical:
        """Generate physical samples.

        Parameters
        ----------
        n : int
            Number of samples.
        label : str or int, optional
            Class to generate, by name or number. Default: all classes in the proportions of the
            training data.
        seed : int
            Random seed. Equal seeds give equal samples on the same machine.
        steps : int
            Number of denoising steps, if the model permits a choice; 0 for that of the settings.
        sampler : str
            Sampler, if the model permits a choice; "" for that of the settings. See
            ``config.sampling.sampling_options``.
        shots : int
            Number of shots with which to estimate each expectation value; 0 for exact simulation.
        condition : mapping of str to float
            Continuous conditions of all samples, in physical units: ``{"energy": 50.0}`` (GeV), or
            observables such as ``{"pt": 520.0, "mass": 60.0}``. Default: those of training samples.
        progress : bool, optional
            Whether to show a progress bar. Default: in a terminal or a notebook, if it takes long.

        Returns
        -------
        Physical
            Jets (GeV, radians), images, quantum states or tables, depending on the data.

        Raises
        ------
        UserError
            If ``n`` is below 1, the class is unknown, or the model does not support a choice.

        Examples
        --------
        >>> import qdiffgui
        >>> states = qdiffgui.load("runs/finished/model.h5").sample(5, seed=1)
        >>> states.psi.shape
        (5, 2)
        """
        with shown_progress(progress, "sampling", "samples"):
            drawn = self.generate(
                n, label, seed=seed, steps=steps, sampler=sampler, shots=shots, condition=condition
            )
        return self.representation.decode(drawn.x, drawn.label, seed=seed)

    def _with_sampling(self, steps: int, sampler: str, shots: int) -> DiffusionModel:
        """The model with other sampling settings and the same weights."""
        config = apply_sampling(self.config, steps=steps, sampler=sampler, shots=shots)
        if config is self.config:
            return self.diffusion_model
        model = _build(config, self.representation)
        model.load_weights(self.diffusion_model.weights())
        return model


def save_model(
    path: Path,
    config: Experiment,
    model: DiffusionModel,
    representation: Representation,
    dataset: Dataset,
    facts: Mapping[str, Any] = MappingProxyType({}),
    report: Mapping[str, Any] | None = None,
) -> None:
    """Write a trained model as one HDF5 file with its model card, atomically.

    The circuits are stored twice: ``circuits/I`` as OpenQASM 3 and ``drawings/I`` as the JSON of
    ``circuits.drawing.plain``.

    Parameters
    ----------
    path : Path
        The file.
    config : Experiment
        The settings.
    model : DiffusionModel
        The trained model.
    representation : Representation
        The fitted representation.
    dataset : Dataset
        The data; their name and digest are stored.
    facts : mapping
        Facts to store in addition to those of the model.
    report : mapping, optional
        The evaluation report, for the model card.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    from qdiffgui.circuits.openqasm import to_qasm3

    stored = json.dumps({**model.facts(), **facts}, default=str)
    about = {
        "dataset": dataset.name,
        "dataset_digest": dataset.digest,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with write_atomically(path) as file:
        file.attrs.update(
            format=FORMAT,
            format_version=VERSION,
            config=config.model_dump_json(),
            facts=stored,
            versions=json.dumps(versions()),
            **about,
        )
        known = json.loads(stored) | about | {"versions": versions()}
        write_card(file, build_card(config, known, report))
        write_tree(file.create_group("weights"), model.weights())
        write_tree(file.create_group("representation"), representation.state())
        infos = model.circuits()
        for name, texts in (
            ("circuits", map(to_qasm3, infos)),
            ("drawings", (json.dumps(plain(info)) for info in infos)),
        ):
            group = file.create_group(name)
            for i, text in enumerate(texts):
                group.create_dataset(f"{i}", data=text, dtype=h5py.string_dtype())


def load(path: str | Path) -> TrainedModel:
    """Load a trained model.

    Parameters
    ----------
    path : str or Path
        The model file: ``model.h5`` of a run, or one written by ``exports.model``.

    Returns
    -------
    TrainedModel
        The model, ready to generate samples.

    Raises
    ------
    DataError
        If the file is missing, not a model, damaged, or written by a newer version of qdiffgui.

    Examples
    --------
    >>> import qdiffgui
    >>> model = qdiffgui.load("runs/finished/model.h5")
    >>> len(model.sample(100))
    100
    """
    name = Path(path).name
    with open_untrusted(Path(path)) as file:
        header = read_header(file, name)
        try:
            return _rebuild(header, _arrays(file, "weights"), _arrays(file, "representation"))
        except BROKEN as error:
            if isinstance(error, ConfigError):
                raise
            raise damaged(name, error) from error


def _arrays(file: h5py.File, name: str) -> dict[str, Array]:
    group = file.get(name)
    if not isinstance(group, h5py.Group):
        raise DataError(f"it has no {name}")
    return read_tree(group)


def _rebuild(
    header: Header, weights: Mapping[str, Array], fitted: Mapping[str, Array]
) -> TrainedModel:
    config = header.config
    representation: Representation = catalog.representations[config.representation.kind].load()(
        config.representation
    )
    require_finite(fitted)
    load_exactly(fitted, representation.load_state, representation.state)
    model = _build(config, representation)
    load_weights(model, weights)
    return TrainedModel(config, model, representation, header.facts, header.card)


def _build(config: Experiment, representation: Representation) -> DiffusionModel:
    model_class = catalog.models[config.model.kind].load()
    return cast(
        DiffusionModel, model_class(config.model, representation.spec, config.training, config.seed)
    )


def versions() -> dict[str, str]:
    """Versions of the packages that a result depends on. Packages not installed are left out."""
    found = {"qdiffgui": __version__}
    for package in ("torch", "pennylane", "numpy", "scipy", "scikit-learn", "numba", "pot"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


__all__ = ["FORMAT", "TrainedModel", "load", "save_model", "versions"]
