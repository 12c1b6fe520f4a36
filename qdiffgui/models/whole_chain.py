"""Training that reaches all circuits of a chain of diffusion steps: angles shared by all steps, and
joint fine-tuning after the greedy pass. The base of QuDDPM.

Shared angles. The circuits of all T steps have one set of angles θ and one of rates φ: step t runs
at θ + τ_t φ with τ_t = 2t/(T-1) - 1, as if the time were uploaded to every rotation. Every
optimizer step trains one diffusion step, from noise to data in turn. Its inputs are what the
circuits have just generated from the noise.

Joint fine-tuning. The last iterations train the angles of all steps together: a batch of noise runs
through all circuits, the ancillas of each are measured, and the distance of the final states from
data is differentiated through the whole chain. The outcomes z_t are random, so their probabilities
depend on the angles. Each trajectory therefore has the weight Π p(z_t) / [Π p(z_t)], where [·]
counts as a constant: its value is 1, its derivative the score function (arXiv:1802.05098). The
outcomes of the last circuit are summed exactly, as in greedy training.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from qdiffgui.models.base import Array, Step, below
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.stepwise import Stepwise

_FIRST_RATES = 0.3
"""Standard deviation of φ at the start, next to 1 for θ."""


class WholeChain(Stepwise):
    """Greedy training, or training of shared angles, and then joint fine-tuning.

    A subclass sets ``shared``, ``n_joint`` and ``joint_rate`` before ``_untrained``, and defines
    the abstract methods. Its batches are states (B, d) and a mask (B, d) of the basis states that
    each may occupy, or None.
    """

    shared = False
    n_before = 0  # iterations before the circuits are trained
    n_joint = 0
    joint_rate = 1.0

    @property
    def n_greedy(self) -> int:
        return self.training.iterations - self.n_before - self.n_joint

    def phases(self) -> tuple[range, ...]:
        circuits = (range(self.n_greedy),) if self.shared else super().phases()
        begin, n = self.n_before, self.training.iterations
        parts = (
            range(begin),
            *(range(part.start + begin, part.stop + begin) for part in circuits),
            range(n - self.n_joint, n),
        )
        return tuple(part for part in parts if part)

    @abstractmethod
    def _start_batch(self) -> tuple[Tensor, Tensor | None]:
        """Noise for a batch, class by class, with its masks."""

    @abstractmethod
    def _outcomes(self, psi: Tensor, mask: Tensor | None, weights: Tensor) -> Tensor:
        """Unnormalized branches (B, K, d), one per outcome, of a batch, class by class, through the
        circuit with these weights (n_weights,).
        """

    @abstractmethod
    def _measured(self, branches: Tensor) -> Tensor:
        """The branches that enter the loss: all, or a drawn one for each sample."""

    @abstractmethod
    def _distance(self, branches: Tensor, t: int) -> Tensor:
        """The loss of branches (B, K, d), class by class, against newly drawn targets x_t."""

    def _untrained(self, theta: Tensor) -> None:
        super()._untrained(theta)
        self._phase = ""
        self._masks: Tensor | None = None
        if self.shared:
            self._leaf = torch.stack([theta[0], _FIRST_RATES * theta[1]])
            self.theta = self._rows(self._leaf)

    def _rows(self, leaf: Tensor) -> Tensor:
        """The angles (T, n_weights) of all steps, of the numbers that are trained."""
        if not self.shared:
            return leaf
        tau = torch.linspace(-1, 1, self.n_diffusion_steps)[:, None]
        return leaf[0] + tau * leaf[1]

    @property
    def trained_angles(self) -> Tensor:
        """The numbers that are trained: all rows of ``theta``, or θ and φ of shared angles."""
        return self._leaf.detach() if self.shared else self.theta

    @property
    def n_parameters(self) -> int:
        return self.trained_angles.numel()

    def _whole_step(self, i: int) -> Step:
        """Optimizer step i, counted without ``n_before``, of those that train all angles."""
        phase = "joint" if i >= self.n_greedy else "shared"
        if phase != self._phase:
            self._start_phase(phase)
        rows, t = self._rows(self._leaf), self.n_diffusion_steps - 1 - i % self.n_diffusion_steps
        loss = self._loss_of_chain(rows) if phase == "joint" else self._loss_of_step(rows, t)
        assert self._optimiser is not None
        first = self.n_greedy if phase == "joint" else 0
        value, norm, rate = self._optimiser.step(i - first, loss)
        self.theta = self._rows(self._leaf.detach()).clone()
        return Step(value, norm, rate, "all steps" if phase == "joint" else "shared angles")

    def _start_phase(self, phase: str) -> None:
        self._leaf = self.trained_angles.clone().requires_grad_()
        joint = phase == "joint"
        self._optimiser = Optimiser(
            {"theta": self._leaf},
            self.training.learning_rate * (self.joint_rate if joint else 1),
            self.n_joint if joint else self.n_greedy,
            self.training.decay,
        )
        self._phase, self.reached = phase, 0
        self._inputs = self._targets = torch.empty(0, dtype=torch.complex64)
        self._masks = None

    def _loss_of_step(self, rows: Tensor, t: int) -> Tensor:
        """The loss of step t; the inputs of the next one are drawn from its outcomes."""
        if t == self.n_diffusion_steps - 1 or not len(self._inputs):
            self._inputs, self._masks = self._start_batch()
        branches = self._outcomes(self._inputs, self._masks, rows[t])
        self._inputs = drawn(branches.detach(), self.generator)[0]
        return self._distance(self._measured(branches), t)

    def _loss_of_chain(self, rows: Tensor) -> Tensor:
        """The loss of whole trajectories from noise to data."""
        psi, mask = self._start_batch()
        weight = torch.ones(len(psi))
        for t in range(self.n_diffusion_steps - 1, 0, -1):
            psi, probability = drawn(self._outcomes(psi, mask, rows[t]), self.generator)
            weight = weight * probability / probability.detach()
        branches = self._outcomes(psi, mask, rows[0]) * weight.sqrt()[:, None, None]
        return self._distance(self._measured(branches), 0)

    def state(self) -> dict[str, Array]:
        state = super().state()
        if self.shared:
            state["leaf"] = self._leaf.detach().numpy().copy()
        if self._phase:
            state["whole_chain"] = np.array(["shared", "joint"].index(self._phase))
        if self._masks is not None:
            state["masks"] = self._masks.numpy().copy()
        return state

    def load_state(self, state: Mapping[str, Array]) -> None:
        phase = ["shared", "joint"][int(state["whole_chain"])] if "whole_chain" in state else ""
        untrained = {"reached": np.array(self.n_diffusion_steps)} if phase else {}
        super().load_state({**state, **untrained})
        self._masks = torch.from_numpy(np.array(state["masks"])) if "masks" in state else None
        if self.shared:
            self._leaf = torch.from_numpy(np.array(state["leaf"]))
        if phase:
            inputs, masks = self._inputs, self._masks
            self._start_phase(phase)
            self._inputs, self._masks = inputs, masks
            assert self._optimiser is not None
            self._optimiser.load_state(below(state, "optimiser"))


def drawn(branches: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """One outcome of branches (B, K, d) for each sample: normalized states (B, d), and the
    probability (B,) of the outcome. Both are differentiable; the outcome counts as a constant.
    """
    weight = (branches.real.square() + branches.imag.square()).sum(2)
    outcome = torch.multinomial(weight.detach(), 1, generator=generator)[:, 0]
    rows = torch.arange(len(branches))
    probability = weight[rows, outcome]
    return branches[rows, outcome] / probability.sqrt()[:, None], probability
