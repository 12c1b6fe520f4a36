"""A model with small settings on one kind of data: what each check of a model is given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui import catalog
from qdiffgui.data.types import Encoded
from qdiffgui.testing._common import require

if TYPE_CHECKING:
    from qdiffgui.models.base import DiffusionModel

Array = NDArray[Any]
N_STEPS = 30
NOT_TRAINED = frozenset({"transform", "mix", "label", "reached", "start"})
"""Parts of names in ``weights()`` of what no gradient trains: fitted codecs and scalers, the mix of
classes, the class of a model of one class, the diffusion step reached, the start of sampling.
"""


@dataclass(frozen=True)
class ModelCase:
    """A model with small settings, on one kind of data.

    Parameters
    ----------
    key : str
        The model in ``qdiffgui.catalog.models``.
    kind : str
        The kind of encoded data: ``vector``, ``map``, ``channels``, ``cloud``, ``state`` or
        ``density``.
    settings : mapping
        Settings that differ from their defaults.
    not_trained : collection of str
        Parts of the names of the arrays in ``weights()`` that training does not change.

    Examples
    --------
    >>> from qdiffgui.testing import ModelCase
    >>> case = ModelCase("ddpm", "vector", {"n_parameters": 150})
    >>> case.build().n_steps
    30
    >>> case.samples.x.shape
    (160, 4)
    """

    key: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    not_trained: Collection[str] = NOT_TRAINED

    @property
    def samples(self) -> Encoded:
        """160 encoded training samples."""
        return _samples(self.kind)

    def build(self, seed: int = 0) -> DiffusionModel:
        """A new model, to be trained for 30 steps of 32 samples.

        Parameters
        ----------
        seed : int
            Seed of the weights and of training.
        """
        from qdiffgui.config import Training

        entry = catalog.models[self.key]
        config = entry.load_settings()(**self.settings)
        training = Training(iterations=N_STEPS, batch_size=32)
        model: DiffusionModel = entry.load()(config, self.samples.spec, training, seed)
        return model

    def train(self, n_steps: int = N_STEPS) -> DiffusionModel:
        """A model after its first steps.

        Parameters
        ----------
        n_steps : int
            How many optimizer steps to take.
        """
        model = self.build()
        model.fit(self.samples)
        for i in range(n_steps):
            model.step(i)
        return model

    def __str__(self) -> str:
        return f"The model '{self.key}' on {self.kind} data"


@cache
def _samples(kind: str) -> Encoded:
    """160 jets or one-qubit states, encoded."""
    from qdiffgui.config.data import Cluster, QuarkGluonJets
    from qdiffgui.config.representation import (
        Channels,
        Cloud,
        Density,
        LogPolar,
        Observables,
        State,
    )

    jets, states = QuarkGluonJets(n_jets=160), Cluster(n_qubits=1, n_states=160)
    data, representation = {
        "vector": (jets, Observables()),
        "map": (jets, LogPolar()),
        "channels": (jets, Channels(size=4)),
        "cloud": (jets, Cloud()),
        "state": (states, State()),
        "density": (states, Density()),
    }[kind]
    dataset = catalog.datasets[data.kind].load()(data, 0)
    encoder = catalog.representations[representation.kind].load()(representation)
    encoder.fit(dataset.content, dataset.classes)
    encoded: Encoded = encoder.encode(dataset.content)
    return encoded


def check_valid(x: Array, case: ModelCase) -> None:
    """Samples x (n, *shape) are what samples of this kind of data must be."""
    kind = case.kind
    dtype = np.complex64 if kind in ("state", "density") else np.float32
    require(x.dtype == dtype, f"{case} must give {np.dtype(dtype)}, found {x.dtype}.")
    require(np.all(np.isfinite(x)), f"{case} must give finite numbers.")
    if kind == "state":
        norm = np.linalg.norm(x, axis=1)
        require(np.allclose(norm, 1, atol=1e-4), f"{case} must give states of norm 1.")
    if kind == "density":
        trace = np.trace(x, axis1=1, axis2=2)
        adjoint = x.conj().swapaxes(1, 2)
        valid = (
            np.allclose(trace, 1, atol=1e-4)
            and np.allclose(x, adjoint, atol=1e-4)
            and np.linalg.eigvalsh(x).min() > -1e-4
        )
        require(valid, f"{case} must give Hermitian, positive matrices of trace 1.")
    if kind == "cloud":
        pt = x[:, :, 2]
        valid = (
            np.all(pt >= 0)
            and np.all(pt.sum(axis=1) <= 1 + 1e-5)
            and np.all(np.diff(pt, axis=1) <= 0)
            and np.all(x[pt == 0] == 0)
        )
        require(valid, f"{case} must give particles sorted by pT, zeros where there is none.")
    if kind in ("map", "channels"):
        total = x.reshape(len(x), -1).sum(axis=1)
        valid = np.all(x >= 0) and np.allclose(total, 1, atol=1e-4)
        require(valid, f"{case} must give fractions of 0 or more that add up to 1.")
