"""QuDDPM's baselines on the two-qubit cluster: direct transport and a GAN that keeps its parameters (arXiv:2310.05866, figure 3).

Both have QuDDPM's ancilla and its number of parameters. One ancilla, used once on Haar-random states of n qubits, leaves a mean state
whose largest eigenvalue is at most 2^(1-n) = 1/2, whatever the circuit: with the data at F0 ≈ .979 that is MMD² ≥ .31 (``least_mmd``).
QuDDPM, which has a fresh ancilla every step, is not so bound. The comparison says what measuring again and again is worth.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui import catalog
from qdiffgui.data.types import Array
from qdiffgui.evaluation import quantum
from qdiffgui.experiment import Session
from qdiffgui.reproduction.quddpm import nothing, outcome
from qdiffgui.reproduction.task import Bar, Outcome, Task
from qdiffgui.reproduction.training import trained

PRESETS = {"qdt": "qdt-cluster-2q", "qgan": "qgan-cluster-2q"}


def least_mmd(truth: Array, n_ancillas: int) -> float:
    """The least MMD² to states truth (n, d) of anything that n_ancillas ancillas make of Haar-random states in one go.

    Its mean density matrix has no eigenvalue above 2^n_ancillas / d; the nearest such matrix has the eigenvectors of the truth's.
    """
    bound = 2**n_ancillas / truth.shape[1]
    wanted = np.linalg.eigvalsh(quantum.mean_density(truth))
    low, high = -1.0, 1.0
    for _ in range(60):  # the shift for which the clipped eigenvalues sum to 1
        shift = (low + high) / 2
        low, high = (shift, high) if np.clip(wanted + shift, 0, bound).sum() < 1 else (low, shift)
    return float(((np.clip(wanted + shift, 0, bound) - wanted) ** 2).sum())


def compared(sessions: Mapping[str, Session], n: int, block: int, seed: int) -> Outcome:
    """The figures of each baseline under its own name ("qdt_mmd"), and the bound on MMD in words."""
    found = {name: outcome(session, n, block, nothing, seed) for name, session in sessions.items()}

    def named(part: str) -> dict[str, float]:
        return {f"{name}_{key}": value for name, one in found.items() for key, value in getattr(one, part).items()}

    session = sessions["qdt"]
    least = least_mmd(session.prepared.test.x[:n], session.model.facts()["n_ancillas"])
    note = (
        f"What one ancilla makes of Haar-random states in one go cannot have an MMD below {least:.3f} here, up to the scatter of {n} "
        "states (about .01)."
    )
    return Outcome(values=named("values"), floor=named("floor"), start=named("start"), notes=(note,))


def _run(seed: int) -> Outcome:
    return compared({name: trained(catalog.presets[key].load(), seed) for name, key in PRESETS.items()}, 1000, 100, seed)


BASELINES = Task(
    bars=(Bar("qdt_mmd", "MMD of QDT", mean=0.534, paper=0.534), Bar("qgan_mmd", "MMD of QGAN", mean=0.587, paper=0.587)),
    run=_run,
)
