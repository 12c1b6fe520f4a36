"""QuDDPM states from noisy circuits: density matrices, each conditional on the measured ancillas of
its own trajectory.

A noisy circuit turns pure states into mixed ones. Ensembles are compared by superfidelity, which
equals the fidelity if one of the two states is pure (the data are). On hardware, SWAP tests
estimate it, as in QuDDPM's own loss (arXiv:2310.05866). The ancilla outcomes are not used otherwise
and no number is read out, so readout error and shots have no effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
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
    """The data of a pure-state model, as density matrices."""
    return prepare(model.config.model_copy(update={"representation": Density()}))


def report(
    model: TrainedModel,
    densities: Prepared,
    noise: Mapping[str, float],
    n_samples: int,
    seed: int,
    with_baselines: bool = True,
) -> dict[str, Any]:
    """The comparison (``evaluation.report``) of noisy samples with the data ``as_densities``."""
    from qdiffgui.evaluation.report import evaluate

    family = model.diffusion_model
    assert isinstance(family, QuDDPM)
    return evaluate(
        train=densities.train,
        test=densities.test,
        train_content=densities.train_content,
        test_content=densities.test_content,
        representation=densities.representation,
        classes={},
        n_generated=n_samples,
        seed=seed,
        sampler=lambda n, label, start: noisy_states(family, n, noise, seed=start + seed),
        with_baselines=with_baselines,
    )


@torch.no_grad()
def noisy_states(model: QuDDPM, n: int, noise: Mapping[str, float], *, seed: int = 0) -> Array:
    """Density matrices (n, d, d) of trace 1 after all trained steps.

    Without noise, the trajectories equal those of ``model.sample``. Raises ``UserError`` for more
    than 9 qubits, ancillas included.
    """
    generator = torch.Generator().manual_seed(seed)
    backend = NoisyBackend(model.program, torch.complex64, noise)
    angles = Angles(model.program)
    psi, _ = model.start_states(np.full(n, model.label), generator)
    rho = psi[:, :, None] * psi[:, None, :].conj()
    for t in range(model.n_diffusion_steps - 1, model.reached - 1, -1):
        shared, _ = angles(model.theta[t], None)
        rho = _step(backend, shared, rho, model.n_ancillas, generator)
    return rho.numpy()


def _step(
    backend: NoisyBackend, shared: Tensor, rho: Tensor, n_ancillas: int, generator: torch.Generator
) -> Tensor:
    """Apply the circuit to ρ ⊗ |0…0><0…0|, measure the ancillas (the last qubits) and keep the
    drawn branch. Both ρ and the result have the shape (B, d, d).
    """
    n, d, _ = rho.shape
    a = 2**n_ancillas
    wide = torch.zeros(n, d, a, d, a, dtype=rho.dtype)
    wide[:, :, 0, :, 0] = rho
    wires = range(backend.program.n_qubits)
    out = backend.density_matrix(wires, shared, None, wide.reshape(n, d * a, d * a), n).reshape(
        n, d, a, d, a
    )
    branches = torch.diagonal(out, dim1=2, dim2=4).permute(0, 3, 1, 2)
    weight = torch.diagonal(branches, dim1=2, dim2=3).real.sum(2).clamp_min(0)
    drawn = torch.multinomial(weight, 1, generator=generator)[:, 0]
    rows = torch.arange(n)
    kept: Tensor = branches[rows, drawn] / weight[rows, drawn][:, None, None]
    return kept
