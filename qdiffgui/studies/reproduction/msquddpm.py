"""MSQuDDPM's tasks on one qubit (arXiv:2411.17608): the cluster and the circle, from the maximally
mixed state.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from qdiffgui.data.types import Array
from qdiffgui.evaluation import baselines, quantum
from qdiffgui.presets import mixed as presets
from qdiffgui.studies.reproduction.task import Bar, SeedOutcome, Task, train_task


def state_metrics(rho: Array, truth: Array) -> dict[str, float]:
    """Metrics of one-qubit density matrices (n, 2, 2): W of superfidelities, mean <0|ρ|0>, mean
    purity, spread and mean <Y>².
    """
    n = len(rho)
    own = quantum.superfidelity(rho, rho)
    return {
        "wasserstein": quantum.transport(1 - quantum.superfidelity(rho, truth)),
        "f0": float(rho[:, 0, 0].real.mean()),
        "purity": float(quantum.purity(rho).mean()),
        "spread": float(1 - (own.sum() - np.trace(own)) / (n * (n - 1))),
        "y_squared": float(np.square(2 * rho[:, 0, 1].imag).mean()),
    }


def _run(preset: str, n: int, seed: int) -> SeedOutcome:
    """Train on, hold out and generate ``n`` states each, as in the paper. The floor is the training
    states.
    """
    session = train_task(getattr(presets, preset), seed, f"data.n_states={n}")
    train, truth = session.prepared.train, session.prepared.test.x
    made = {
        "Mean density matrix": baselines.mean,
        "PCA-Gaussian": baselines.pca_gaussian,
        "Random mixed": baselines.hilbert_schmidt,
    }
    return SeedOutcome(
        values=state_metrics(session.model.sample(n, seed=seed + 1000).x, truth),
        floor=state_metrics(train.x, truth),
        start=state_metrics(baselines.zero(train, n), truth),
        baselines={name: state_metrics(make(train, n, seed), truth) for name, make in made.items()},
    )


CLUSTER = Task(
    bars=(Bar("f0", "F_gen", better="higher", mean=0.963, paper=0.987), Bar("wasserstein", "W")),
    run=partial(_run, "MSQUDDPM_CLUSTER", 100),
)
CIRCLE = Task(
    bars=(
        Bar("wasserstein", "W", mean=0.020, paper=0.0151),
        Bar("y_squared", "<Y>²"),
        Bar("purity", "purity", better="higher"),
    ),
    run=partial(_run, "MSQUDDPM_CIRCLE", 200),
)
