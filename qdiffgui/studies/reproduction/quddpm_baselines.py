"""QuDDPM's baselines on the two-qubit cluster: direct transport and a GAN with fixed parameters
(arXiv:2310.05866, Fig. 3).

Both have QuDDPM's ancilla and its number of parameters. One ancilla, used once on Haar-random
states of n qubits, leaves a mean state whose largest eigenvalue is at most 2^(1-n) = 1/2, whatever
the circuit. With data at F0 ≈ 0.979 this means MMD² ≥ 0.31 (``least_mmd``). QuDDPM has a fresh
ancilla in every step and no such bound. The comparison shows the value of repeated measurements.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui import catalog
from qdiffgui.data.types import Array
from qdiffgui.evaluation import quantum
from qdiffgui.experiment import Session
from qdiffgui.studies.reproduction.quddpm import no_extra, outcome
from qdiffgui.studies.reproduction.task import Bar, SeedOutcome, Task, train_task

PRESETS = {"qdt": "qdt-cluster-2q", "qgan": "qgan-cluster-2q"}


def least_mmd(truth: Array, n_ancillas: int) -> float:
    """The smallest MMD² to states truth (n, d) that one circuit with ``n_ancillas`` ancillas can
    reach from Haar-random states.

    Its mean density matrix has no eigenvalue above 2^n_ancillas / d. The closest such matrix has
    the eigenvectors of the mean density matrix of truth.
    """
    bound = 2**n_ancillas / truth.shape[1]
    wanted = np.linalg.eigvalsh(quantum.mean_density(truth))
    low, high = -1.0, 1.0
    for _ in range(60):  # the shift for which the clipped eigenvalues sum to 1
        shift = (low + high) / 2
        low, high = (shift, high) if np.clip(wanted + shift, 0, bound).sum() < 1 else (low, shift)
    return float(((np.clip(wanted + shift, 0, bound) - wanted) ** 2).sum())


def compared(sessions: Mapping[str, Session], n: int, block: int, seed: int) -> SeedOutcome:
    """The metrics of each baseline, prefixed with its name ("qdt_mmd"), and a note on the bound."""
    found = {name: outcome(session, n, block, no_extra, seed) for name, session in sessions.items()}

    def named(part: str) -> dict[str, float]:
        return {
            f"{name}_{key}": value
            for name, one in found.items()
            for key, value in getattr(one, part).items()
        }

    session = sessions["qdt"]
    least = least_mmd(session.prepared.test.x[:n], session.model.facts()["n_ancillas"])
    note = (
        f"One ancilla, used once on Haar-random states, cannot reach an MMD below {least:.3f} "
        f"here, up to the scatter of {n} states (about 0.01)."
    )
    return SeedOutcome(
        values=named("values"), floor=named("floor"), start=named("start"), notes=(note,)
    )


def _run(seed: int) -> SeedOutcome:
    return compared(
        {name: train_task(catalog.presets[key].load(), seed) for name, key in PRESETS.items()},
        1000,
        100,
        seed,
    )


BASELINES = Task(
    bars=(
        Bar(
            "qdt_mmd",
            "MMD of QDT",
            mean=0.534,
            paper=0.534,
            paper_note="not in the released data, which give 0.403 (test) and 0.253 (training).",
        ),
        Bar("qgan_mmd", "MMD of QGAN", mean=0.587, paper=0.587),
    ),
    run=_run,
)
