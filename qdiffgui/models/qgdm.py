"""QGDM: generate one density matrix from the maximally mixed state (Chen et al., arXiv:2401.07039).

Forward, ρ_t = (1-ᾱ_t) I/d + ᾱ_t ρ_0. Backward, all steps share one circuit U_θ on the n data qubits
and n_τ time qubits, which start every step in |τ_t> = RY(2πt/(T+1))|0> each and are traced out:
Tr_τ[U(ρ_t ⊗ |τ_t><τ_t|)U†] ≈ ρ_{t-1}. Reset time qubits increase the purity: without them the step
would be unital and the state would stay I/d. With n_τ < n of them, one step raises the largest
eigenvalue 2^-n to at most 2^(n_τ-n).

Two choices go beyond the paper, because without them the fidelity stays low. The rotation by t is
repeated before every layer (``time="every-layer"``): with |τ_t> only at the start, the qubits that
increase the purity are in a state that rotates by a full circle as t varies. And a step is trained
on the output of the steps before it, starting from I/d (``inputs="own"``), without their gradient:
on the exact ρ_t, doing nothing is a local minimum, as ρ_{t-1} is near ρ_t.

One time qubit cannot follow ρ_t. Per step, it raises the largest eigenvalue of states near I/d by
(1-ᾱ)/d, and that of low-rank states by a factor of 2. With ``inputs="chain"`` the intermediate
states are free: all steps of a batch run in sequence with gradients through them, and the loss is
that of the last state.

The full form has n_τ = n. The resource-efficient form has n_τ = 1; the paper does not give its
ansatz, so it is reconstructed here.

Of an ensemble it learns only the mean density matrix: every sample is the same state.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pennylane as qml
import torch
from torch import Tensor

from qdiffgui import catalog, engine
from qdiffgui.circuits import readout
from qdiffgui.circuits.composed_cost import cost_with_rotations
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import discarded, kept
from qdiffgui.circuits.formula import Formula
from qdiffgui.circuits.separable import chosen_ansatz
from qdiffgui.config import Training
from qdiffgui.config.base import Config
from qdiffgui.config.models import QGDM as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.diffusion.channels import depolarize
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import (
    Array,
    CircuitInfo,
    DiffusionModel,
    Generated,
    Step,
    below,
    gate_angles,
    rng_state,
    set_rng_state,
)
from qdiffgui.models.circuit_use import CircuitUse, symbols, without_formulas
from qdiffgui.models.optimiser import Optimiser

MEAN_ONLY = (
    "QGDM learns only the mean density matrix of its data: every sample is the same "
    "state. It does not learn an ensemble."
)
RECONSTRUCTED = "after Chen et al., ansatz reconstructed"
MAX_QUBITS, MAX_WIDTH = 8, 12
# smallest eigenvalue: below it a float32 product is only rounding error, and the derivative of the
# root would diverge
_ROUNDING = 1e-7


class QGDM(DiffusionModel):
    """Quantum generative diffusion of one density matrix, with one circuit for all steps.

    ``batch_size`` is the number of diffusion steps per optimizer step: training goes from t = T to
    1 in such groups, and starts again from I/d.

    Parameters
    ----------
    config : config.models.QGDM
        Settings of the model.
    spec : Spec
        Encoded data: "density" (2**n, 2**n).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    Raises
    ------
    ConfigError
        If there are more than 8 data qubits or 12 qubits in all, or the ansatz takes inputs.

    References
    ----------
    arXiv:2401.07039

    Examples
    --------
    >>> from qdiffgui.config.models import QGDM as Settings
    >>> QGDM.kind == Settings().kind
    True
    """

    kind = "qgdm"

    def __init__(self, config: Config, spec: Spec, training: Training, seed: int) -> None:
        super().__init__(config, spec, training, seed)
        assert isinstance(config, Settings)
        self.settings = config
        self.dimension = spec.shape[0]
        self.n_qubits = self.dimension.bit_length() - 1
        self.n_time_qubits = self.n_qubits if config.form == "full" else 1
        width = self.n_qubits + self.n_time_qubits
        if self.n_qubits > MAX_QUBITS or width > MAX_WIDTH:
            raise ConfigError(
                f"QGDM supports at most {MAX_QUBITS} data qubits, {MAX_WIDTH} with time qubits; "
                f"found {self.n_qubits} and {width}: choose "
                "smaller data or the resource-efficient form."
            )
        self.kept = [
            float(value)
            for value in catalog.schedules[config.schedule.kind].load()(config.schedule)
        ]
        self.n_diffusion_steps = len(self.kept) - 1
        self.ansatz = chosen_ansatz(config.ansatz, config.circuit)
        if self.ansatz.takes_inputs:
            raise ConfigError(
                f"The ansatz '{config.ansatz}' takes data as angles, but QGDM needs an "
                "ansatz without inputs: choose another ansatz."
            )
        n_weights = config.n_layers * self.ansatz.n_weights(width, 1)
        self.program = engine.trace(self._circuit, n_qubits=width, n_weights=n_weights, n_inputs=1)
        self.circuit = engine.compile(
            self.program, backend=config.backend, threads=training.threads
        )
        std = math.sqrt(1 / (4 * (3 * (config.n_layers - 1) + 2)))
        self.theta = (
            std * torch.randn(self.program.n_weights, generator=self.generator)
        ).requires_grad_()
        self._optimiser = Optimiser(
            {"theta": self.theta}, training.learning_rate, training.iterations, training.decay
        )
        self.label = -1
        self._values = self._vectors = torch.empty(0)
        self._eye = torch.eye(self.dimension, dtype=torch.complex64)
        self._walk, self._at = self._eye / self.dimension, self.n_diffusion_steps

    def _circuit(self, weights: Any, inputs: Any) -> None:
        """The rotation by time on the last wires, then the ansatz on all wires, layer by layer.
        ``inputs`` (1,) is the angle 2πt/(T+1).
        """
        width = self.n_qubits + self.n_time_qubits
        layer, size = self.ansatz.bind(width, 1), self.ansatz.n_weights(width, 1)
        for k in range(self.settings.n_layers):
            if k == 0 or self.settings.time == "every-layer":
                for wire in range(self.n_qubits, width):
                    qml.RY(inputs[0], wires=wire)
            layer(weights[k * size : (k + 1) * size], None)

    # ---- training

    def fit(self, train: Encoded) -> None:
        """Store the mean density matrix; its eigenvectors are those of every ρ_t."""
        mean = train.x.mean(axis=0, dtype=np.complex128)
        values, vectors = np.linalg.eigh((mean + mean.conj().T) / 2)
        values = np.clip(values, 0, None) / np.clip(values, 0, None).sum()
        self._values = torch.from_numpy(values.astype(np.float32))
        self._vectors = torch.from_numpy(vectors.astype(np.complex64))
        labels = set(np.asarray(train.label).tolist())
        self.label = labels.pop() if len(labels) == 1 else -1

    @property
    def cycle(self) -> int:
        return -(-self.n_diffusion_steps // self.training.batch_size)

    def step(self, i: int) -> Step:
        steps = torch.arange(self._at, max(self._at - self.training.batch_size, 0), -1)
        kraus = self._kraus(steps)
        if self.settings.inputs == "chain":
            made, steps = _apply_all(kraus, self._walk)[-1:], steps[-1:]
        else:
            made = (kraus @ self._given(steps, kraus.detach())[:, None] @ kraus.mH).sum(1)
        # in the common eigenbasis of all ρ_t the target is diagonal
        distance = hilbert_schmidt if self.settings.loss == "hilbert-schmidt" else infidelity
        loss = distance(self._vectors.mH @ made @ self._vectors, self._spectrum(steps - 1))
        value, norm, rate = self._optimiser.step(i, loss)
        self._walk, self._at = _state(made[-1].detach()), int(steps[-1]) - 1
        if self._at == 0:
            self._walk, self._at = self._eye / self.dimension, self.n_diffusion_steps
        return Step(value, norm, rate)

    def _given(self, steps: Tensor, kraus: Tensor) -> Tensor:
        """Input states (k, d, d) for training the consecutive steps (k,) with these Kraus
        operators.
        """
        if self.settings.inputs == "exact":
            return (self._vectors * self._spectrum(steps)[:, None, :]) @ self._vectors.mH
        return torch.cat([self._walk[None], _apply_all(kraus[:-1], self._walk)])

    def _spectrum(self, steps: Tensor) -> Tensor:
        """(k, d) eigenvalues of ρ_t of diffusion steps (k,)."""
        kept = torch.tensor(self.kept, dtype=torch.float32)[steps][:, None]
        return kept * self._values + (1 - kept) / self.dimension

    def _kraus(self, steps: Tensor) -> Tensor:
        """(k, 2**n_τ, d, d) Kraus operators at diffusion steps (k,), one for each basis state of
        the traced-out time qubits.
        """
        k, d, outcomes = len(steps), self.dimension, 2**self.n_time_qubits
        basis = torch.zeros(k, d, d, outcomes, dtype=torch.complex64)
        basis[..., 0] = self._eye
        angle = steps.to(torch.float32) * (2 * math.pi / (self.n_diffusion_steps + 1))
        inputs = angle[:, None].expand(k, d).reshape(-1, 1)
        out = self.circuit.state(self.theta, inputs=inputs, psi=basis.reshape(k * d, -1))
        return out.reshape(k, d, d, outcomes).permute(0, 3, 2, 1)

    def state(self) -> dict[str, Array]:
        saved = {f"optimiser/{name}": array for name, array in self._optimiser.state().items()}
        return saved | {
            "walk": self._walk.numpy().copy(),
            "at": np.array(self._at),
            "generator": rng_state(self.generator),
        }

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._optimiser.load_state(below(state, "optimiser"))
        self._walk, self._at = torch.from_numpy(np.array(state["walk"])), int(state["at"])
        set_rng_state(self.generator, state["generator"])

    # ---- use

    @property
    def n_parameters(self) -> int:
        return self.theta.numel()

    def weights(self) -> dict[str, Array]:
        return {"theta": self.theta.detach().numpy().copy(), "label": np.array(self.label)}

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        with torch.no_grad():
            self.theta.copy_(torch.from_numpy(np.array(weights["theta"], dtype=np.float32)))
        self.label = int(weights["label"])

    @torch.no_grad()
    def denoise(self) -> Tensor:
        """(n_steps + 1, d, d): I/d and the state after each step, up to the generated state."""
        frames = [self._eye[None] / self.dimension]
        for t in range(self.n_diffusion_steps, 0, -1):
            frames.append(_apply_all(self._kraus(torch.tensor([t])), frames[-1][0]))
        return torch.cat(frames)

    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        """See ``DiffusionModel.sample``. ``seed`` has no effect: nothing is random, and all samples
        are the same state.

        Raises ``ConfigError`` for a class unless it is the only one of the training data.
        """
        if label is not None and label != self.label:
            raise ConfigError(
                "QGDM cannot generate a single class: train it on that class alone (data.classes)."
            )
        frames = self.denoise().numpy()
        copies = np.broadcast_to(frames[:, None], (len(frames), n, *self.spec.shape))
        times = tuple(range(self.n_diffusion_steps, -1, -1))
        labels = np.full(n, self.label, np.int8)
        return Generated(
            copies[-1], labels, copies if trajectory else None, times if trajectory else ()
        )

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        rho = torch.from_numpy(np.ascontiguousarray(x))
        frames = torch.stack([depolarize(rho, kept) for kept in self.kept])
        return np.asarray(frames.numpy()), tuple(range(self.n_diffusion_steps + 1))

    def circuits(self) -> list[CircuitInfo]:
        """The circuit of all steps; its input x_0 is the angle of time."""
        weights = self.theta.detach().numpy().copy()
        gates = self.program.gates()
        angles = gate_angles(gates, weights)
        info = CircuitInfo(
            "denoising circuit",
            self.program.n_qubits,
            gates,
            angles,
            self._circuit,
            weights,
            n_inputs=1,
            n_ancillas=self.n_time_qubits,
            repeated=self.n_diffusion_steps,
            facts=cost(self.program).facts(),
            about=(
                f"Wires 0 to {self.program.n_qubits - self.n_time_qubits - 1} start in the "
                "maximally mixed state, and in a later step in "
                "the output of the previous step.",
                (
                    "The last wires are the time qubits: reset to |0> before each step, turned by "
                    "the input, and traced out after it."
                ),
                "Input x_0, radians, is the angle of time, 2 pi t / "
                f"{self.n_diffusion_steps + 1} at step t; "
                f"sampling goes from t = {self.n_diffusion_steps} to 1.",
                "Read out: the density matrix of the other wires.",
            ),
            ends=(
                *kept(
                    self.program.n_qubits - self.n_time_qubits,
                    "next step",
                    "The state goes on to the next step; after the last it is the sample.",
                ),
                *discarded(
                    range(self.program.n_qubits - self.n_time_qubits, self.program.n_qubits),
                    reset=True,
                    traced=True,
                    about="Traced out.",
                ),
            ),
        )
        return [info]

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit for all diffusion steps, read out as overlaps or by tomography."""
        every = self.settings.time == "every-layer"
        turns, levels = ("a*L", "L") if every else ("a", "1")
        tomography = self.settings.loss == "infidelity"
        use = CircuitUse(
            states_per_step=Formula("T*2**n/ceil(T/B)"),
            settings_per_step=Formula("T*3**n/ceil(T/B)" if tomography else "2*T/ceil(T/B)"),
            runs_per_sample=Formula("T"),
            readout_per_step=readout.EXPECTATION if tomography else readout.OVERLAP,
            readout_per_sample=readout.OUTCOME,
            preparation=readout.BASIS,
            symbols=symbols(self, a=self.n_time_qubits),
            cost=cost_with_rotations(self.settings.ansatz, "n + a", turns, levels, "1"),
            notes=("The fidelity of mixed states needs tomography: 3ⁿ Pauli bases.",)
            if tomography
            else (),
        )
        return without_formulas(self.settings, [use])

    def facts(self) -> dict[str, Any]:
        form = self.settings.form
        return {
            "n_parameters": self.n_parameters,
            "n_qubits": self.n_qubits,
            "n_ancillas": self.n_time_qubits,
            "n_steps": self.n_diffusion_steps,
            "n_layers": self.settings.n_layers,
            "ansatz": self.ansatz.label,
            "form": form if form == "full" else f"{form}, {RECONSTRUCTED}",
            "time": self.settings.time,
            "inputs": self.settings.inputs,
            "loss": self.settings.loss,
            "start": "the maximally mixed state I/d",
            "deterministic": True,
            "reading": MEAN_ONLY,
            **cost(self.program).facts(),
        }


def _apply_all(kraus: Tensor, rho: Tensor) -> Tensor:
    """Apply the channels ``kraus`` (k, K, d, d) to ``rho`` (d, d) one after the other: all k
    states (k, d, d).
    """
    states = [rho]
    for operators in kraus:
        states.append(_state((operators @ states[-1] @ operators.mH).sum(0)))
    return torch.stack(states)[1:]


def _state(rho: Tensor) -> Tensor:
    """``rho`` (d, d), made exactly Hermitian with trace 1 again after rounding."""
    hermitian: Tensor = (rho + rho.mH) / 2
    return hermitian / torch.diagonal(hermitian).real.sum()


def hilbert_schmidt(rho: Tensor, spectrum: Tensor) -> Tensor:
    """Mean over k of Tr (ρ - σ)², for ρ (k, d, d) and σ diagonal with ``spectrum`` (k, d)."""
    difference = rho - torch.diag_embed(spectrum).to(rho.dtype)
    return (difference.real.square() + difference.imag.square()).sum((1, 2)).mean()


def infidelity(rho: Tensor, spectrum: Tensor) -> Tensor:
    """Mean over k of 1 - F with Uhlmann's F = (Tr √(√σ ρ √σ))², for ρ (k, d, d) and σ diagonal with
    ``spectrum`` (k, d).
    """
    root = spectrum.sqrt()
    scaled = root[:, :, None] * rho * root[:, None, :]
    values = torch.linalg.eigvalsh((scaled + scaled.mH) / 2).clamp_min(0)
    roots = (values + _ROUNDING).sqrt() - math.sqrt(_ROUNDING)
    loss: Tensor = 1 - roots.sum(1).square().mean()
    return loss
