"""QuDDPM's own tasks (arXiv:2310.05866, figures 3 and 4)."""

from __future__ import annotations

from functools import partial

import numpy as np

from qdiffgui.data.types import Array
from qdiffgui.evaluation import quantum
from qdiffgui.evaluation.baselines import haar, pca_gaussian
from qdiffgui.experiment import Session
from qdiffgui.presets import quddpm as presets
from qdiffgui.reproduction.task import Bar, Outcome, Task
from qdiffgui.reproduction.training import trained


def figures(psi: Array, truth: Array) -> dict[str, float]:
    """W, MMD², F0 and, of one qubit, <Y>² of states psi (n, d) against held-out states (m, d)."""
    zero = np.eye(truth.shape[1])[0]
    found = {
        "wasserstein": quantum.wasserstein(psi, truth), "mmd": quantum.mmd(psi, truth), "spread": quantum.spread(psi),
        "f0": quantum.fidelity_with(psi, zero)[0],
    }  # fmt: skip
    return found | ({"y_squared": quantum.circle_y(psi)} if truth.shape[1] == 2 else {})


def outcome(session: Session, n: int, seed: int) -> Outcome:
    """``n`` generated states against ``n`` held-out ones; floor: as many of the training pool; start: Haar states."""
    train, test = session.prepared.train, session.prepared.test
    n = min(n, len(train), len(test))
    truth = test.x[:n]
    generated = session.model.sample(n, seed=seed + 1000).x
    others = {"PCA-Gaussian": pca_gaussian(train, n, seed)}
    return Outcome(
        values=figures(generated, truth), floor=figures(train.x[:n], truth), start=figures(haar(train, n, seed), truth),
        beside={name: figures(x, truth) for name, x in others.items()},
    )  # fmt: skip


def _run(preset: str, n: int, seed: int) -> Outcome:
    return outcome(trained(getattr(presets, preset), seed), n, seed)


CLUSTER_1Q = Task(
    bars=(
        Bar("wasserstein", "W", best=0.0036, mean=0.010, paper=0.0036),
        Bar("f0", "F0", better="higher", mean=0.98, paper=0.993),
    ),
    run=partial(_run, "QUDDPM_CLUSTER_1Q", 1000),
)
CLUSTER_2Q = Task(
    bars=(Bar("wasserstein", "W", best=0.031, mean=0.035, paper=0.031), Bar("f0", "F0", better="higher", paper=0.944)),
    run=partial(_run, "QUDDPM_CLUSTER_2Q", 1000),
)
CIRCLE = Task(
    bars=(Bar("wasserstein", "W", best=0.0028, mean=0.006, paper=0.0028), Bar("y_squared", "<Y>²", mean=0.010, paper=0.005)),
    run=partial(_run, "QUDDPM_CIRCLE", 1000),
)
