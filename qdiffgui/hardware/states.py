"""QuDDPM's states from noisy circuits: density matrices, each conditional on the measured ancillas of its own trajectory.

A noisy circuit makes a mixed state of a pure one. What becomes of an ensemble is compared by superfidelity, which is the fidelity where
one of two states is pure (as the data are); on a device it is estimated by SWAP tests, as QuDDPM's own loss is (arXiv:2310.05866).
Outcomes of the ancillas are not used for anything, and no number is read off: errors of reading and the number of shots change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from qdiffgui.config.representation import Density
from qdiffgui.engine.angles import Angles
from qdiffgui.engine.noisy import NoisyBackend
from qdiffgui.experiment.prepare import Prepared, prepare
from qdiffgui.model_file import TrainedModel
from qdiffgui.models.base import Array
from qdiffgui.models.quddpm import QuDDPM


def as_densities(model: TrainedModel) -> Prepared:
    """The data of a model of pure states, as density matrices."""
    return prepare(model.config.model_copy(update={"representation": Density()}))


def report(model: TrainedModel, densities: Prepared, noise: Mapping[str, float], n_samples: int, seed: int) -> dict[str, Any]:
    """The comparison (``evaluation.report``) of what the noisy circuits make with the data ``as_densities``."""
    from qdiffgui.evaluation.report import evaluate

    family = model.family
    assert isinstance(family, QuDDPM)
    return evaluate(
        train=densities.train, test=densities.test, train_content=densities.train_content, test_content=densities.test_content,
        representation=densities.representation, classes={}, n_generated=n_samples, seed=seed,
        sampler=lambda n, label, start: noisy_states(family, n, noise, seed=start + seed),
    )  # fmt: skip


@torch.no_grad()
def noisy_states(model: QuDDPM, n: int, noise: Mapping[str, float], *, seed: int = 0) -> Array:
    """(n, d, d) density matrices after all trained steps, of trace 1; the same trajectories as ``model.sample`` where there is no noise.
    Raises ``UserError`` for more than 9 qubits with ancillas."""
    generator = torch.Generator().manual_seed(seed)
    backend = NoisyBackend(model.program, torch.complex64, noise)
    angles = Angles(model.program)
    psi = model.process.noise(n, model.n_qubits, generator)
    rho = psi[:, :, None] * psi[:, None, :].conj()
    for t in range(model.n_diffusion_steps - 1, model.reached - 1, -1):
        shared, _ = angles(model.theta[t], None)
        rho = _step(backend, shared, rho, model.n_ancillas, generator)
    return rho.numpy()


def _step(backend: NoisyBackend, shared: Tensor, rho: Tensor, n_ancillas: int, generator: torch.Generator) -> Tensor:
    """(B, d, d) of ρ (B, d, d): the circuit on ρ ⊗ |0…0><0…0|, the ancillas (last) measured, the branch kept."""
    n, d, _ = rho.shape
    a = 2**n_ancillas
    wide = torch.zeros(n, d, a, d, a, dtype=rho.dtype)
    wide[:, :, 0, :, 0] = rho
    wires = range(backend.program.n_qubits)
    out = backend.density_matrix(wires, shared, None, wide.reshape(n, d * a, d * a), n).reshape(n, d, a, d, a)
    branches = torch.diagonal(out, dim1=2, dim2=4).permute(0, 3, 1, 2)
    weight = torch.diagonal(branches, dim1=2, dim2=3).real.sum(2).clamp_min(0)
    drawn = torch.multinomial(weight, 1, generator=generator)[:, 0]
    rows = torch.arange(n)
    kept: Tensor = branches[rows, drawn] / weight[rows, drawn][:, None, None]
    return kept
