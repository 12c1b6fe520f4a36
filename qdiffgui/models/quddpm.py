"""QuDDPM: generate ensembles of pure states with measured circuits alone (arXiv:2310.05866).

Forward, random circuits scramble x_0 into x_t (``diffusion.scrambling``), or x_0 is mixed with Haar
states (``diffusion.haar``). Backward, there is one circuit per diffusion step: U_t(θ_t) on the n
data qubits and n_a ancillas in |0>. The ancillas are measured, and the branch is kept. Sampling
starts from the noise of the process. Training is greedy: it starts with θ_{T-1}, and each later
circuit learns to map inputs from the frozen circuits before it to a batch of x_t.

The noise may end short of Haar states, and sampling start from an ensemble fitted to the training
states (``diffusion.fitted_start``); all steps may share their angles, or be fine-tuned together
(``models.whole_chain``). The circuits may depend on the class (``models.class_circuits``).

Jet maps are learned as states of amplitude √(pT fraction); the generated map is |psi|², without
phases (see ``circuit_use.COPIES``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from qdiffgui import engine
from qdiffgui.config import Training
from qdiffgui.config.models import QuDDPM as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.diffusion.fitted_start import FittedStart
from qdiffgui.diffusion.states import StateProcess, Truncated, state_process
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import Array, CircuitInfo, Generated, Step, below
from qdiffgui.models.circuit_use import CircuitUse
from qdiffgui.models.class_circuits import ClassCircuits
from qdiffgui.models.ensemble_losses import Read, ensemble_loss
from qdiffgui.models.occupancy import BornMachine, Table, project
from qdiffgui.models.pure_states import SLICE, amplitudes, draw, encode

POOL = 4096


class QuDDPM(ClassCircuits):
    """Quantum denoising diffusion of ensembles of pure states, one circuit per diffusion step.

    During training, ``sample`` runs only the trained circuits: it returns x_t of the step reached.

    Parameters
    ----------
    config : config.models.QuDDPM
        Settings of the model.
    spec : Spec
        Encoded data: "state" (2**n,) or "map" (height, width) of 2**n cells, n ≤ 12.
    training : Training
        At least as many iterations as diffusion steps.
    seed : int
        Seed of the weights and of training.

    Examples
    --------
    >>> from qdiffgui.config.models import QuDDPM as Settings
    >>> QuDDPM.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "quddpm"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        super().__init__(config, spec, training, seed)
        if config.loss == "map-energy" and spec.kind != "map":
            raise ConfigError(
                "The loss 'map-energy' compares maps, but the data are states: choose "
                "wasserstein or energy."
            )
        self._build_circuits(config, spec, training)
        self.process = self._process()
        self.n_diffusion_steps = self.process.n_steps
        kind = getattr(config, "start_states", "haar")
        self.fitted = None if kind == "haar" else FittedStart(kind, self.process)
        self.shared = getattr(config, "angles", "each-step") == "shared"
        self.n_joint = round(getattr(config, "joint_share", 0) * training.iterations)
        self.joint_rate = getattr(config, "joint_rate", 1.0)
        self.occupancy = self._build_occupancy(getattr(config, "occupancy", "none"))
        if isinstance(self.occupancy, BornMachine):
            self.n_before = self.occupancy.n_steps
        if self.n_greedy < self.n_diffusion_steps:
            raise ConfigError(
                f"QuDDPM trains {self.n_diffusion_steps} circuits one after the other, but "
                f"{self.n_greedy} iterations are "
                "fewer than one for each: raise training.iterations to "
                f"{100 * self.n_diffusion_steps} or so."
            )
        self.read: Read = "probabilities" if spec.kind == "map" else "states"
        self._untrained(
            torch.randn(
                self.n_diffusion_steps,
                self.n_parts * self.program.n_weights,
                generator=self.generator,
            )
        )
        self._data: list[Tensor] = []

    def _build_occupancy(self, kind: str) -> Table | BornMachine | None:
        """What draws the lit cells of a map, if anything."""
        if kind == "none":
            return None
        if self.spec.kind != "map":
            raise ConfigError(
                "Only the cells of a map are lit or empty, but the data are states: set "
                "model.occupancy to 'none'."
            )
        if kind == "table":
            return Table(self.spec.size)
        steps = self.config.born_iterations
        return BornMachine(self.spec.size, self.n_groups, self.seed, steps)

    @property
    def start(self) -> str:
        return self.process.start if self.fitted is None else self.fitted.about

    def _process(self) -> StateProcess:
        """The forward process, whose steps the circuits invert one by one."""
        process, used = state_process(self.config.schedule), self.config.n_noise_steps
        if used > process.n_steps:
            raise ConfigError(
                f"The schedule has {process.n_steps} steps, so {used} of them cannot be used: "
                "lower model.n_noise_steps."
            )
        return Truncated(process, used) if used else process

    def _rate(self, k: int) -> float:
        """The initial learning rate of the k-th circuit in order of training."""
        share: float = self.config.last_rate ** (k / max(self.n_diffusion_steps - 1, 1))
        return self.training.learning_rate * share

    # ---- training

    def fit(self, train: Encoded) -> None:
        label = np.asarray(train.label)
        self.labels.fit(label)
        present = set(label.tolist())
        self.label = present.pop() if len(present) == 1 else -1
        rows = (
            [label == known for known in self.labels.known] if self.conditional else [slice(None)]
        )
        groups = [train.x[row] for row in rows]
        if not all(len(x) for x in groups):
            raise ConfigError(
                "Conditioning needs training samples of every class: turn the conditioning "
                "off, or train on all classes."
            )
        self._data = [amplitudes(x, self.spec) for x in groups]
        if self.fitted is not None:
            self.fitted.fit(self._data, seed=self.seed)
        if self.occupancy is not None:
            self.occupancy.fit(self._data)

    def step(self, i: int) -> Step:
        if i < self.n_before:
            assert isinstance(self.occupancy, BornMachine)
            return Step(*self.occupancy.step(i), "occupancy")
        i -= self.n_before
        if self.shared or i >= self.n_greedy:
            return self._whole_step(i)
        t, j = self._at(i)
        size = self._size
        rows = [draw(torch.arange(len(x)), size, self.generator) for x in self._inputs]
        psi = torch.cat([pool[row] for pool, row in zip(self._inputs, rows)])
        mask = self._masks
        if mask is not None:
            mask = torch.cat([pool[row] for pool, row in zip(mask, rows)])
        branches = self._measured(self._outcomes(psi, mask, self._weights))
        targets = [draw(pool, size, self.generator) for pool in self._targets]
        return Step(*self._learn(t, j, self._loss(branches, targets)))

    @property
    def _size(self) -> int:
        """Samples of each class in a batch."""
        return max(self.training.batch_size // self.n_groups, 2)

    def _loss(self, branches: Tensor, targets: Sequence[Tensor]) -> Tensor:
        """Mean distance over the classes, of branches (B, K, d), class by class."""
        parts = torch.split(branches, self._size)
        distances = [
            ensemble_loss(
                part,
                target,
                self.config.loss,
                exact=self.measurement == "enumerate",
                read=self.read,
                power=self.config.kernel_power,
            )
            for part, target in zip(parts, targets)
        ]
        return torch.stack(distances).mean()

    def _distance(self, branches: Tensor, t: int) -> Tensor:
        return self._loss(branches, [self._noised(data, self._size, t) for data in self._data])

    def _noised(self, data: Tensor, n: int, t: int) -> Tensor:
        """n states x_t of training states, on their lit cells if the occupancy is drawn."""
        drawn = draw(data, n, self.generator)
        noised = self.process.at(drawn, t, self.generator)
        return noised if self.occupancy is None else project(noised, drawn != 0)

    def _start_batch(self) -> tuple[Tensor, Tensor | None]:
        return self.start_states(self._group_labels(self._size), self.generator)

    def start_states(
        self, label: Array, generator: torch.Generator
    ) -> tuple[Tensor, Tensor | None]:
        """What sampling starts from, for labels (n,): states (n, 2**n_qubits), and the masks of
        their lit cells if they are drawn.
        """
        if self.fitted is None:
            psi = self.process.noise(len(label), self.n_qubits, generator)
        else:
            psi = self._by_class(label, self.fitted.draw, generator)
        if self.occupancy is None:
            return psi, None
        mask = self._by_class(label, self.occupancy.draw, generator)
        return project(psi, mask), mask

    def _by_class(
        self,
        label: Array,
        draw: Callable[[int, int, torch.Generator], Tensor],
        generator: torch.Generator,
    ) -> Tensor:
        """Rows for labels (n,), drawn by ``draw(n, k, generator)`` for the k-th class."""
        group = self.labels.places(label) if self.conditional else np.zeros(len(label), np.int64)
        parts = [draw(int((group == k).sum()), k, generator) for k in range(self.n_groups)]
        place = np.argsort(np.argsort(group, kind="stable"), kind="stable")
        return torch.cat(parts)[torch.from_numpy(place)]

    def _begin(self, t: int) -> None:
        """Start diffusion step t: push the inputs through the circuit just frozen, draw new targets
        x_t, and create a new optimizer.
        """
        n = max(POOL, self.training.batch_size)
        label = self._group_labels(n)
        if t == self.n_diffusion_steps - 1:
            inputs, mask = self.start_states(label, self.generator)
            self._masks = None if mask is None else mask.reshape(self.n_groups, n, -1)
        else:
            mask = None if self._masks is None else self._masks.flatten(0, 1)
            inputs = self._push(self._inputs.flatten(0, 1), t + 1, label, self.generator, mask)
        self._inputs = inputs.reshape(self.n_groups, n, -1)
        self._targets = torch.stack([self._noised(data, n, t) for data in self._data])
        if t < self.n_diffusion_steps - 1 and self.config.warm_start:
            self.theta[t] = self.theta[t + 1]
        self.reached = t
        self._start(t)

    def _outcomes(self, psi: Tensor, mask: Tensor | None, weights: Tensor) -> Tensor:
        out = self._run(weights, psi, self._group_labels(len(psi) // self.n_groups))
        branches = out.reshape(len(psi), psi.shape[1], -1).transpose(1, 2)
        return branches if mask is None else project(branches, mask[:, None])

    def _measured(self, branches: Tensor) -> Tensor:
        if self.measurement == "enumerate":
            return branches
        probability = branches.detach().abs().square().sum(2)
        drawn = torch.multinomial(probability, 1, generator=self.generator)
        return branches[torch.arange(len(branches)), drawn[:, 0]][:, None]

    @torch.no_grad()
    def _push(
        self,
        psi: Tensor,
        t: int,
        label: Array,
        generator: torch.Generator,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Denoise once: run the circuit of diffusion step t, measure the ancillas, and project onto
        the lit cells of the mask, if any.
        """
        out = self._run(self.theta[t], psi, label)
        kept: Tensor = engine.ancillas(out, self.n_qubits, self.n_measured, "sample", generator)[0]
        return kept if mask is None else project(kept, mask)

    # ---- use

    @property
    def parts_of_any_shape(self) -> tuple[str, ...]:
        return (() if self.fitted is None else ("start",)) + (
            () if self.occupancy is None else ("occupancy",)
        )

    def weights(self) -> dict[str, Array]:
        own = {
            "theta": self.trained_angles.numpy().copy(),
            "reached": np.array(self.reached),
            "label": np.array(self.label),
        }
        if self.fitted is not None:
            own |= {f"start/{name}": array for name, array in self.fitted.arrays().items()}
        if self.occupancy is not None:
            own |= {f"occupancy/{name}": array for name, array in self.occupancy.arrays().items()}
        return own | ({"mix": self.labels.mix.copy()} if self.conditional else {})

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        self._leaf = torch.from_numpy(np.array(weights["theta"], dtype=np.float32))
        self.theta = self._rows(self._leaf)
        self.reached, self.label = int(weights["reached"]), int(weights["label"])
        if self.conditional:
            self.labels.mix = np.array(weights["mix"], dtype=np.float64)
        if self.fitted is not None:
            self.fitted.load(below(weights, "start"), 2**self.n_qubits)
        if self.occupancy is not None:
            self.occupancy.load(below(weights, "occupancy"))

    def state(self) -> dict[str, Array]:
        state = super().state()
        if isinstance(self.occupancy, BornMachine):
            state |= {f"occupancy/{name}": x for name, x in self.occupancy.state().items()}
        return state

    def load_state(self, state: Mapping[str, Array]) -> None:
        super().load_state(state)
        if isinstance(self.occupancy, BornMachine):
            self.occupancy.load_state(below(state, "occupancy"))

    @property
    def n_parameters(self) -> int:
        born = (
            self.occupancy.strings.angles.numel() if isinstance(self.occupancy, BornMachine) else 0
        )
        return super().n_parameters + born

    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        """See ``DiffusionModel.sample``. Without conditioning, raises ``ConfigError`` for a class
        unless it is the only one of the training data.
        """
        generator = torch.Generator().manual_seed(seed)
        if self.conditional:
            labels = self.labels.drawn(n, label, generator)
        elif label is None or label == self.label:
            labels = np.full(n, self.label, np.int8)
        else:
            raise ConfigError(
                f"This {self.kind} model cannot generate a single class: condition it on the class "
                "(model.conditioning), or train it on that "
                "class alone (data.classes)."
            )
        parts = [
            self._denoise(labels[k : k + SLICE], generator, trajectory) for k in range(0, n, SLICE)
        ]
        frames = encode(torch.cat(parts, 1), self.spec)
        times = tuple(range(self.n_diffusion_steps, self.reached - 1, -1))
        return Generated(
            frames[-1], labels, frames if trajectory else None, times if trajectory else ()
        )

    def _denoise(self, label: Array, generator: torch.Generator, every: bool) -> Tensor:
        """(frames, n, 2**n_qubits) from noise to samples of labels (n,); only the last frame unless
        ``every``.
        """
        psi, mask = self.start_states(label, generator)
        frames = [psi]
        for t in range(self.n_diffusion_steps - 1, self.reached - 1, -1):
            frames.append(self._push(frames[-1], t, label, generator, mask))
            if not every:
                del frames[0]
        return torch.stack(frames)

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        generator = torch.Generator().manual_seed(seed)
        path = self.process.path(amplitudes(x, self.spec), generator)
        return encode(path, self.spec), tuple(range(self.n_diffusion_steps + 1))

    def circuits(self) -> list[CircuitInfo]:
        if not isinstance(self.occupancy, BornMachine):
            return super().circuits()
        names = list(self.labels.classes.values()) if self.conditional else [""]
        return super().circuits() + self.occupancy.circuits(names)

    def circuit_uses(self) -> list[CircuitUse]:
        known = super().circuit_uses()
        if isinstance(self.occupancy, BornMachine):
            known += self.occupancy.circuit_uses(known[0].symbols)
        return known

    def facts(self) -> dict[str, Any]:
        more = {} if self.occupancy is None else {"occupancy": self.occupancy.about}
        return super().facts() | more
