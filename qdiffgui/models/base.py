"""The contract of every family: built from settings, trained one optimiser step at a time, sampled, saved as plain arrays.

The loop around ``step`` (events, checkpoints, cancelling) is ``qdiffgui.experiment``'s; a family neither prints, nor touches
the disk, nor knows the time. All randomness of training comes from ``self.generator``, whose state is part of ``state()``:
that is what makes a resumed run equal, bit for bit, to one that was never stopped.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from qdiffgui.config import Training
from qdiffgui.config.base import Config
from qdiffgui.data.types import Encoded, Spec

Array = NDArray[Any]


@dataclass(frozen=True)
class Step:
    """What one optimiser step reports. ``phase`` names the part of training, "" where there is one only."""

    loss: float
    grad_norm: float
    learning_rate: float
    phase: str = ""


@dataclass(frozen=True)
class Generated:
    """What sampling gives.

    x : (n, *spec.shape), encoded as the training data are.    label : (n,) int8, the class asked for, -1 for none.
    trajectory : (frames, n, *spec.shape), from noise (first) to sample (last), or None.   times : (frames,) diffusion step of each frame.
    """

    x: Array
    label: Array
    trajectory: Array | None = None
    times: tuple[int, ...] = ()


@dataclass(frozen=True)
class CircuitInfo:
    """A circuit to draw, count and export.

    gates : the plain rows of ``engine.GateProgram.gates()``.     angles : (len(gates),) present value of each gate's angle, nan
    where it depends on the sample or the gate has none.    function(weights, inputs) : the PennyLane quantum function.
    n_ancillas : last wires, measured at the end.   repeated, series : a circuit applied many times in a row, and the weights
    (repeated, n_weights) of each time, in that order, where they differ; ``weights`` are those of one of them.
    about : sentences for whoever runs it elsewhere: what the wires start in, what the inputs x_k are, what is read out.
    """

    name: str
    n_qubits: int
    gates: Sequence[Mapping[str, Any]]
    angles: Array
    function: Any
    weights: Array
    n_inputs: int = 0
    n_ancillas: int = 0
    repeated: int = 1
    facts: Mapping[str, Any] = field(default_factory=dict)
    series: Array | None = None
    about: tuple[str, ...] = ()


class Family(ABC):
    """One family of diffusion models.

    Parameters
    ----------
    config : the family's settings.        spec : shape of the encoded data.       training : iterations, batch, learning rate.
    seed : int, of weights and of training.
    """

    kind: ClassVar[str]

    def __init__(self, config: Config, spec: Spec, training: Training, seed: int) -> None:
        self.config = config
        self.spec = spec
        self.training = training
        self.seed = seed
        self.generator = torch.Generator().manual_seed(seed)

    # ---- training

    @abstractmethod
    def fit(self, train: Encoded) -> None:
        """Take the training samples (fit scalers, keep tensors). Called once before the first ``step``, also when resuming.
        Must not draw from ``self.generator``."""

    @property
    def n_steps(self) -> int:
        """Optimiser steps in all."""
        return self.training.iterations

    def phases(self) -> tuple[range, ...]:
        """Stretches of steps that cost about the same each, in order: what an estimate of the time has to look at one by one."""
        return (range(self.n_steps),)

    @property
    def cycle(self) -> int:
        """After so many steps of a phase the costs repeat: an estimate looks at whole cycles."""
        return 1

    @abstractmethod
    def step(self, i: int) -> Step:
        """Optimiser step ``i`` (from 0). One step takes well under 0.2 s, so that cancelling answers."""

    @abstractmethod
    def state(self) -> dict[str, Array]:
        """All that ``step`` depends on after any number of steps: weights, optimiser, generator. Names may hold '/'."""

    @abstractmethod
    def load_state(self, state: Mapping[str, Array]) -> None:
        """Go back to a ``state()``, on an instance built from the same settings and fitted on the same samples."""

    # ---- use

    @property
    @abstractmethod
    def n_parameters(self) -> int:
        """Trainable numbers."""

    @abstractmethod
    def weights(self) -> dict[str, Array]:
        """What sampling needs and no more: the content of an exported model."""

    @abstractmethod
    def load_weights(self, weights: Mapping[str, Array]) -> None:
        """Take ``weights()`` of a trained model; ``fit`` need not have been called."""

    @abstractmethod
    def sample(self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False) -> Generated:
        """Generate ``n`` samples, of class ``label`` (None: the training mix, or unlabelled), reproducible from ``seed``; must not draw
        from ``self.generator``. Large ``n`` goes through in slices. ``trajectory`` keeps every denoising step."""

    @abstractmethod
    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        """Noise the encoded samples x (n, *shape): ((frames, n, *shape) from data to noise, diffusion step of each frame).
        Works before ``fit``."""

    def circuits(self) -> list[CircuitInfo]:
        """The family's circuits with their present weights; none for classical families."""
        return []

    def facts(self) -> dict[str, Any]:
        """What a table shows of the built model: parameters, qubits, gates, depth, ..."""
        return {"n_parameters": self.n_parameters}


def gate_angles(gates: Sequence[Mapping[str, Any]], weights: Array) -> Array:
    """``CircuitInfo.angles`` (len(gates),) of the rows of ``engine.GateProgram.gates()``, radians: of each gate the entry of weights
    (n_weights,) that turns it; nan where several do, where the sample has a part in it, and for a gate without weights."""
    return np.array([weights[g["weights"][0]] if len(g["weights"]) == 1 and not g["inputs"] else np.nan for g in gates])


def below(arrays: Mapping[str, Array], group: str) -> dict[str, Array]:
    """The arrays named ``group/...``, by the rest of their names."""
    prefix = f"{group}/"
    return {name.removeprefix(prefix): values for name, values in arrays.items() if name.startswith(prefix)}


def rng_state(generator: torch.Generator) -> Array:
    """A generator's state as bytes (uint8), for ``Family.state``."""
    return generator.get_state().numpy().copy()


def set_rng_state(generator: torch.Generator, state: Array) -> None:
    """Put a generator back, in place, to where it was when ``rng_state`` gave these bytes (uint8), for ``Family.load_state``."""
    generator.set_state(torch.from_numpy(np.asarray(state, dtype=np.uint8).copy()))
