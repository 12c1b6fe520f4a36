"""QuDDPM's own tasks (arXiv:2310.05866, Figs. 3 and 4).

W of finite samples falls with their number, so it is compared at the number whose floor is the
published one: 100 states on each side for the clusters (the stricter choice for one qubit), 1000
for the circle. W is the mean over disjoint blocks of that size, which lowers its statistical error.
All other metrics use all states at once.
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
from qdiffgui.studies.reproduction.task import Bar, SeedOutcome, Task, Values, train_task

MAX_BLOCKS = 10
Extra = Callable[[Array], dict[str, float]]


def state_metrics(psi: Array, truth: Array, block: int, extra: Extra) -> dict[str, float]:
    """W, MMD², spread, F0 and ``extra`` of states psi (n, d) against held-out states truth (n,
    d).
    """
    zero = np.eye(truth.shape[1])[0]
    return {
        "wasserstein": in_blocks(psi, truth, block),
        "mmd": quantum.mmd(psi, truth),
        "spread": quantum.spread(psi),
        "f0": quantum.fidelity_with(psi, zero)[0],
        **extra(psi),
    }


def in_blocks(psi: Array, truth: Array, block: int) -> float:
    """Mean W of the first disjoint blocks of ``block`` states, ``MAX_BLOCKS`` at most."""
    starts = range(0, min(len(psi) - block + 1, MAX_BLOCKS * block), block)
    return float(
        np.mean([quantum.wasserstein(psi[k : k + block], truth[k : k + block]) for k in starts])
    )


def outcome(session: Session, n: int, block: int, extra: Extra, seed: int) -> SeedOutcome:
    """Compare ``n`` generated with ``n`` held-out states. The floor uses training states, the start
    Haar-random states.
    """
    train, truth = session.prepared.train, session.prepared.test.x[:n]

    def judge(psi: Array) -> Values:
        return state_metrics(psi, truth, block, extra)

    return SeedOutcome(
        values=judge(session.model.sample(n, seed=seed + 1000).x),
        floor=judge(train.x[:n]),
        start=judge(haar(train, n, seed)),
        baselines={"PCA-Gaussian": judge(pca_gaussian(train, n, seed))},
    )


def no_extra(psi: Array) -> dict[str, float]:
    """No further metric."""
    return {}


def off_the_circle(psi: Array) -> dict[str, float]:
    """Mean <Y>², which is 0 on the circle of real states."""
    return {"y_squared": quantum.circle_y(psi)}


def magnetization(psi: Array) -> dict[str, float]:
    """Mean and spread of |Σ Z| / n, the magnetization."""
    values = quantum.magnetisation(psi)
    return {"magnetisation": float(values.mean()), "magnetisation_std": float(values.std())}


MAX_ANGLE = np.pi / 3
MEAN_SIN2 = 0.5 - np.sin(2 * MAX_ANGLE) / (4 * MAX_ANGLE)
"""<sin² δ> of δ uniform within ±``MAX_ANGLE``."""


def inferred_p(psi: Array) -> dict[str, float]:
    """Probability that the error was XX, in three ways.

    ``p_population`` is that of the paper: only XX leads to |10>, with the probability 0.55 sin² δ,
    so p is the mean population of |10> over 0.55 <sin² δ>. It sees one basis state only. ``p`` (by
    maximum likelihood) and ``p_projected`` (by the nearest of the two error ensembles) use whole
    states; see ``evaluation.mixture``.
    """
    angles = np.linspace(-MAX_ANGLE, MAX_ANGLE, 121)
    share = share_of_first(psi, after_error(angles, "XX"), after_error(angles, "ZZ"))
    population = float((np.abs(psi[:, 2]) ** 2).mean())
    return {
        "p_population": population / (0.55 * MEAN_SIN2),
        "p": share.by_likelihood,
        "p_projected": share.by_projection,
    }


_RELEASED = (
    "computed by this project from the arrays that the authors released; the paper does not print "
    "it."
)
_ROUNDING = (
    "4000 optimizer steps amplify rounding, which differs between machines: p of one seed moves by "
    "about 0.03, so this bar can pass on one machine and miss on another."
)

REPORTED = (Bar("mmd", "MMD²"), Bar("spread", "spread"))
"""Reported with W in every task: MMD alone misses differences, and a spread below the floor is
collapse.
"""


def _run(preset: str, n: int, block: int, extra: Extra, seed: int) -> SeedOutcome:
    return outcome(train_task(catalog.presets[preset].load(), seed), n, block, extra, seed)


CLUSTER_1Q = Task(
    bars=(
        Bar("wasserstein", "W", best=0.0036, mean=0.010, paper=0.0036, paper_note=_RELEASED),
        Bar("f0", "F0", better="higher", mean=0.98, paper=0.993),
        *REPORTED,
    ),
    run=partial(_run, "quddpm-cluster-1q", 1000, 100, no_extra),
)
CLUSTER_2Q = Task(
    bars=(
        Bar("wasserstein", "W", best=0.031, mean=0.035, paper=0.031, paper_note=_RELEASED),
        Bar("f0", "F0", better="higher", paper=0.944),
        *REPORTED,
    ),
    run=partial(_run, "quddpm-cluster-2q", 1000, 100, no_extra),
)
CIRCLE = Task(
    bars=(
        Bar(
            "wasserstein",
            "W",
            best=0.0028,
            mean=0.006,
            paper=0.0028,
            paper_note="500 against 5000 states; here it is 1000 against 1000. W of finite samples "
            "depends on their numbers, so the two compare roughly.",
        ),
        Bar("y_squared", "<Y>²", mean=0.010, paper=0.005),
        *REPORTED,
    ),
    run=partial(_run, "quddpm-circle", 5000, 1000, off_the_circle),
    chosen="the learning rate of the late steps was explored on seed 0.",
)
NOISE = Task(
    bars=(
        Bar("mmd", "MMD", best=0.0028, mean=0.003, paper=0.0028),
        Bar(
            "p_population",
            "p, mean F₁₀ / (0.55 ⟨sin² δ⟩)",
            better="near",
            mean=0.80,
            tolerance=0.02,
            paper=0.791,
            paper_note="the estimator of the paper, on training states; on ours it gives 0.787.",
            tried=_ROUNDING,
        ),
        Bar(
            "p", "p, maximum likelihood", better="near", mean=0.80, tolerance=0.02, tried=_ROUNDING
        ),
        Bar("p_projected", "p, nearest ensemble", better="higher"),
        Bar("wasserstein", "W"),
        Bar("spread", "spread"),
    ),
    run=partial(_run, "quddpm-noise", 5000, 1000, inferred_p),
    chosen="the learning rate of the late steps was explored on seed 0.",
)
TFIM = Task(
    bars=(
        Bar("magnetisation", "Magnetization", better="higher", mean=0.88, paper=0.884),
        Bar("wasserstein", "W"),
        *REPORTED,
    ),
    run=partial(_run, "quddpm-tfim", 1000, 100, magnetization),
)
