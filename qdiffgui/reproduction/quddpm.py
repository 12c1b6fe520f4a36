"""QuDDPM's own tasks (arXiv:2310.05866, figures 3 and 4).

W of finite samples falls with their number, so it is compared at the number whose floor is the published one: 100 states a side for the
clusters (of one qubit that is the stricter choice), 1000 for the circle. To lower the statistical error it is the mean over disjoint
blocks of that size. All other figures are of all states at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from qdiffgui import catalog
from qdiffgui.data.ensembles import after_error
from qdiffgui.data.types import Array
from qdiffgui.evaluation import quantum
from qdiffgui.evaluation.baselines import haar, pca_gaussian
from qdiffgui.evaluation.mixture import share_of_first
from qdiffgui.experiment import Session
from qdiffgui.reproduction.task import Bar, Outcome, Task, Values
from qdiffgui.reproduction.training import trained

MAX_BLOCKS = 10
Extra = Callable[[Array], dict[str, float]]


def figures(psi: Array, truth: Array, block: int, extra: Extra) -> dict[str, float]:
    """W, MMD², spread, F0 and ``extra`` of states psi (n, d) against held-out states truth (n, d)."""
    zero = np.eye(truth.shape[1])[0]
    return {
        "wasserstein": in_blocks(psi, truth, block), "mmd": quantum.mmd(psi, truth), "spread": quantum.spread(psi),
        "f0": quantum.fidelity_with(psi, zero)[0], **extra(psi),
    }  # fmt: skip


def in_blocks(psi: Array, truth: Array, block: int) -> float:
    """Mean W of the first disjoint blocks of ``block`` states, ``MAX_BLOCKS`` at most."""
    starts = range(0, min(len(psi) - block + 1, MAX_BLOCKS * block), block)
    return float(np.mean([quantum.wasserstein(psi[k : k + block], truth[k : k + block]) for k in starts]))


def outcome(session: Session, n: int, block: int, extra: Extra, seed: int) -> Outcome:
    """``n`` generated states against ``n`` held-out ones; floor: as many of the training pool; start: Haar states."""
    train, truth = session.prepared.train, session.prepared.test.x[:n]

    def judge(psi: Array) -> Values:
        return figures(psi, truth, block, extra)

    return Outcome(
        values=judge(session.model.sample(n, seed=seed + 1000).x), floor=judge(train.x[:n]), start=judge(haar(train, n, seed)),
        beside={"PCA-Gaussian": judge(pca_gaussian(train, n, seed))},
    )  # fmt: skip


def nothing(psi: Array) -> dict[str, float]:
    """No further figure."""
    return {}


def off_the_circle(psi: Array) -> dict[str, float]:
    """Mean <Y>², which is 0 on the circle of real states."""
    return {"y_squared": quantum.circle_y(psi)}


def order(psi: Array) -> dict[str, float]:
    """Mean and spread of |Σ Z| / n, the magnetisation."""
    values = quantum.magnetisation(psi)
    return {"magnetisation": float(values.mean()), "magnetisation_std": float(values.std())}


def inferred_p(psi: Array) -> dict[str, float]:
    """How often the error was XX: by maximum likelihood, and by the nearest of the two families; see ``evaluation.mixture``."""
    angles = np.linspace(-np.pi / 3, np.pi / 3, 121)
    share = share_of_first(psi, after_error(angles, "XX"), after_error(angles, "ZZ"))
    return {"p": share.by_likelihood, "p_projected": share.by_projection}


REPORTED = (Bar("mmd", "MMD²"), Bar("spread", "spread"))
"""Beside W in every task: MMD alone is blind, and a spread below the floor's is collapse."""


def _run(preset: str, n: int, block: int, extra: Extra, seed: int) -> Outcome:
    return outcome(trained(catalog.presets[preset].load(), seed), n, block, extra, seed)


CLUSTER_1Q = Task(
    bars=(
        Bar("wasserstein", "W", best=0.0036, mean=0.010, paper=0.0036),
        Bar("f0", "F0", better="higher", mean=0.98, paper=0.993),
        *REPORTED,
    ),
    run=partial(_run, "quddpm-cluster-1q", 1000, 100, nothing),
)
CLUSTER_2Q = Task(
    bars=(Bar("wasserstein", "W", best=0.031, mean=0.035, paper=0.031), Bar("f0", "F0", better="higher", paper=0.944), *REPORTED),
    run=partial(_run, "quddpm-cluster-2q", 1000, 100, nothing),
)
CIRCLE = Task(
    bars=(
        Bar("wasserstein", "W", best=0.0028, mean=0.006, paper=0.0028),
        Bar("y_squared", "<Y>²", mean=0.010, paper=0.005),
        *REPORTED,
    ),
    run=partial(_run, "quddpm-circle", 5000, 1000, off_the_circle),
    chosen="the learning rate of the late steps was explored on seed 0.",
)
NOISE = Task(
    bars=(
        Bar("mmd", "MMD", best=0.0028, mean=0.003, paper=0.0028),
        Bar("p", "p inferred", better="near", mean=0.80, tolerance=0.02, paper=0.791),
        Bar("p_projected", "p, nearest family", better="higher"),
        Bar("wasserstein", "W"),
        Bar("spread", "spread"),
    ),
    run=partial(_run, "quddpm-noise", 5000, 1000, inferred_p),
    chosen="the learning rate of the late steps was explored on seed 0.",
)
TFIM = Task(
    bars=(Bar("magnetisation", "Magnetisation", better="higher", mean=0.88, paper=0.884), Bar("wasserstein", "W"), *REPORTED),
    run=partial(_run, "quddpm-tfim", 1000, 100, order),
)
