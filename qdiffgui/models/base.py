"""The interface of all models: built from settings, trained one optimizer step at a time, sampled,
and saved as plain arrays.

The loop around ``step`` (events, checkpoints, cancellation) is in ``qdiffgui.experiment``. A model
does not print, use the disk or read the clock. All randomness of training comes from
``self.generator``, whose state is part of ``state()``. So a resumed run equals an uninterrupted one
bit for bit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from qdiffgui.circuits.ends import WireEnd
from qdiffgui.config import Training
from qdiffgui.config.base import Config
from qdiffgui.data.types import Encoded, Shown, Spec
from qdiffgui.diffusion.held_out import HeldOutLoss
from qdiffgui.models.circuit_use import CircuitUse

Array = NDArray[Any]


@dataclass(frozen=True)
class Step:
    """What one optimizer step reports.

    Parameters
    ----------
    loss, grad_norm, learning_rate : float
        Loss, norm of its gradient, and learning rate of the step.
    phase : str
        Part of the training; empty if there is only one.

    Examples
    --------
    >>> Step(loss=0.5, grad_norm=1.0, learning_rate=0.01).phase
    ''
    """

    loss: float
    grad_norm: float
    learning_rate: float
    phase: str = ""


@dataclass(frozen=True, repr=False)
class Generated(Shown):
    """Generated samples.

    Parameters
    ----------
    x : array, shape (n, *spec.shape)
        Samples, encoded like the training data.
    label : array, shape (n,), int8
        Class of each sample, -1 for none.
    trajectory : array, shape (frames, n, *spec.shape), optional
        Samples at each denoising step, from noise to data.
    times : tuple of int
        Diffusion step of each frame.

    Examples
    --------
    >>> Generated(np.zeros((3, 4)), np.full(3, -1, np.int8)).x.shape
    (3, 4)
    """

    x: Array
    label: Array
    trajectory: Array | None = None
    times: tuple[int, ...] = ()

    def _facts(self) -> dict[str, str]:
        frames = "" if self.trajectory is None else str(len(self.trajectory))
        shape = " × ".join(map(str, self.x.shape[1:]))
        return {"samples": str(len(self.x)), "shape": shape, "frames": frames}


@dataclass(frozen=True)
class CircuitInfo:
    """A circuit to draw, count and export.

    Parameters
    ----------
    name : str
        Name of the circuit.
    n_qubits : int
        Number of wires.
    gates : sequence of mapping
        Rows of ``engine.GateProgram.gates()``.
    angles : array, shape (len(gates),)
        Value of each gate's angle, nan if the gate has none or it depends on the sample.
    function : callable
        The PennyLane quantum function ``function(weights, inputs)``.
    weights : array, shape (n_weights,)
        Trained angles, radians; those of one repetition if ``series`` is given.
    n_inputs : int
        Number of data angles.
    n_ancillas : int
        Number of last wires that are measured at the end.
    repeated : int
        How many times in a row the circuit is applied.
    facts : mapping
        Counts for tables.
    series : array, shape (repeated, n_weights), optional
        Weights of each repetition, in order, if they differ.
    about : tuple of str
        Sentences about the initial state, the inputs x_k and the readout.
    ends : tuple of WireEnd
        What happens to each wire after the last gate.

    Examples
    --------
    >>> CircuitInfo("denoiser", 1, [], np.zeros(0), None, np.zeros(0)).repeated
    1
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
    ends: tuple[WireEnd, ...] = ()


class DiffusionModel(ABC):
    """The base of all diffusion models.

    Parameters
    ----------
    config : ModelConfig
        Settings of the model.
    spec : Spec
        Shape and kind of the encoded data.
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    Raises
    ------
    TypeError
        When a class is defined that has a ``kind`` and lacks an abstract method, or that has
        ``circuits`` and lacks ``circuit_uses``.

    Examples
    --------
    >>> from qdiffgui import catalog
    >>> issubclass(catalog.models["quddpm"].load(), DiffusionModel)
    True
    """

    kind: ClassVar[str]
    weights_of_any_length: ClassVar[tuple[str, ...]] = ()
    """Names of ``weights()`` whose first axis depends on the training samples."""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if (
            cls.circuits is not DiffusionModel.circuits
            and cls.circuit_uses is DiffusionModel.circuit_uses
        ):
            raise TypeError(
                f"The model class '{cls.__name__}' has circuits but does not describe their use: "
                "define circuit_uses()."
            )
        if not hasattr(cls, "kind"):
            return
        names = [
            name
            for name in dir(cls)
            if getattr(getattr(cls, name, None), "__isabstractmethod__", False)
        ]
        if names:
            raise TypeError(
                f"The model class '{cls.__name__}' does not define {', '.join(names)}: "
                "see DiffusionModel for what each of them does."
            )

    def __init__(self, config: Config, spec: Spec, training: Training, seed: int) -> None:
        self.config = config
        self.spec = spec
        self.training = training
        self.seed = seed
        self.generator = torch.Generator().manual_seed(seed)

    # ---- training

    @abstractmethod
    def fit(self, train: Encoded) -> None:
        """Fit scalers and keep the training samples; must not draw from ``self.generator``.

        Called once before the first ``step``, also when a run is resumed.

        Parameters
        ----------
        train : Encoded
            Training samples.
        """

    @property
    def n_steps(self) -> int:
        """Total number of optimizer steps."""
        return self.training.iterations

    def phases(self) -> tuple[range, ...]:
        """Ranges of steps of about equal cost, in order. A time estimate measures each range
        separately.
        """
        return (range(self.n_steps),)

    @property
    def cycle(self) -> int:
        """Number of steps after which the costs of a phase repeat. A time estimate measures whole
        cycles.
        """
        return 1

    def setup_seconds(self, clock: Callable[[], float]) -> float:
        """Time of what the first steps set up, once for the whole training; 0 if there is nothing.

        It is measured on a part of it and the rest is left out, so that the steps after it can be
        timed and counted quickly. Called after ``fit``; do not train the model afterwards.

        Parameters
        ----------
        clock : callable
            Seconds, as ``time.perf_counter``.
        """
        return 0.0

    @abstractmethod
    def step(self, i: int) -> Step:
        """Take an optimizer step. It should take less than 0.2 s, so that a run stops quickly.

        Parameters
        ----------
        i : int
            Number of the step, from 0.
        """

    @abstractmethod
    def state(self) -> dict[str, Array]:
        """Everything that ``step`` depends on: weights, optimizer and generator. Names may contain
        '/'.
        """

    @abstractmethod
    def load_state(self, state: Mapping[str, Array]) -> None:
        """Restore a ``state()`` of the same settings, after ``fit`` on the same samples.

        Parameters
        ----------
        state : mapping of str to array
            What ``state()`` returned.
        """

    # ---- use

    @property
    @abstractmethod
    def n_parameters(self) -> int:
        """Trainable numbers."""

    @abstractmethod
    def weights(self) -> dict[str, Array]:
        """The arrays that sampling needs: the content of an exported model.

        Before training they have the same names, shapes and types; see
        ``weights_of_any_length`` and ``parts_of_any_shape``.
        """

    @property
    def parts_of_any_shape(self) -> tuple[str, ...]:
        """The first parts of names in ``weights()`` ("transform" of "transform/mean") whose arrays
        depend on the training samples. ``load_weights`` refuses those that do not fit.
        """
        return ()

    @abstractmethod
    def load_weights(self, weights: Mapping[str, Array]) -> None:
        """Load the weights of a trained model; ``fit`` is not needed.

        Parameters
        ----------
        weights : mapping of str to array
            What ``weights()`` returned.
        """

    @abstractmethod
    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        """Generate samples; must not draw from ``self.generator``.

        Parameters
        ----------
        n : int
            Number of samples; a large number is processed in slices.
        label : int, optional
            Class to generate; by default the proportions of the training data.
        seed : int
            Random seed.
        trajectory : bool
            Whether to keep every denoising step.

        Returns
        -------
        Generated
            The encoded samples.
        """

    @abstractmethod
    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        """Add noise to samples, step by step; works before ``fit``.

        Parameters
        ----------
        x : array, shape (n, *spec.shape)
            Encoded samples.
        seed : int
            Random seed.

        Returns
        -------
        frames : array, shape (frames, n, *spec.shape)
            Samples from data to noise.
        times : tuple of int
            Diffusion step of each frame.
        """

    def held_out_loss(self, samples: Encoded, *, seed: int = 0) -> HeldOutLoss | None:
        """The loss of each held-out sample, for the metric "Held-out loss"; none by default.

        Models of one group must use the same points and the same noise for equal arguments. Must
        not draw from ``self.generator``.

        Parameters
        ----------
        samples : Encoded
            Held-out samples.
        seed : int
            Random seed of the noise.
        """
        return None

    def circuits(self) -> list[CircuitInfo]:
        """The circuits with their present weights; none for a classical model.

        A class that defines ``circuits`` must also define ``circuit_uses``.
        """
        return []

    def circuit_uses(self) -> list[CircuitUse]:
        """How each of ``circuits()`` is used, in the same order."""
        return []

    def facts(self) -> dict[str, Any]:
        """Properties of the model for tables: parameters, qubits, gates, depth, ..."""
        return {"n_parameters": self.n_parameters}


def gate_angles(gates: Sequence[Mapping[str, Any]], weights: Array) -> Array:
    """``CircuitInfo.angles`` (len(gates),) of the rows of ``engine.GateProgram.gates()``, radians:
    for each gate, the entry of weights (n_weights,) that is its angle. The angle is nan for a gate
    without weights, and if it depends on several weights or on the sample.
    """
    return np.array(
        [
            weights[g["weights"][0]] if len(g["weights"]) == 1 and not g["inputs"] else np.nan
            for g in gates
        ]
    )


def below(arrays: Mapping[str, Array], group: str) -> dict[str, Array]:
    """The arrays named ``group/...``, without that prefix."""
    prefix = f"{group}/"
    return {
        name.removeprefix(prefix): values
        for name, values in arrays.items()
        if name.startswith(prefix)
    }


def rng_state(generator: torch.Generator) -> Array:
    """A generator's state as bytes (uint8), for ``DiffusionModel.state``."""
    return generator.get_state().numpy().copy()


def set_rng_state(generator: torch.Generator, state: Array) -> None:
    """Restore a generator, in place, from the bytes (uint8) of ``rng_state``, for
    ``DiffusionModel.load_state``.
    """
    generator.set_state(torch.from_numpy(np.asarray(state, dtype=np.uint8).copy()))
