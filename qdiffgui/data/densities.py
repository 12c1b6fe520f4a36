"""Identical copies of one random density matrix, the target of state-generation models (Chen et
al., arXiv:2401.07039).
"""

from __future__ import annotations

import numpy as np

from qdiffgui.config.data import RandomDensity
from qdiffgui.data.digest import digest
from qdiffgui.data.types import UNLABELLED, Array, Dataset, Densities


def load_random_density(config: RandomDensity, seed: int = 0) -> Dataset:
    """``2 * n_states`` copies (n, d, d) complex64 of one random state: first the training states,
    then as many held-out ones.
    """
    rho = random_density(
        2**config.n_qubits,
        config.rank,
        np.random.default_rng([seed, 3, config.n_qubits, config.rank]),
    )
    n = 2 * config.n_states
    one = Densities(rho.astype(np.complex64)[None], np.full(n, UNLABELLED, dtype=np.int8))
    copies = Densities(np.broadcast_to(one.rho, (n, *rho.shape)), one.label)
    kind = "pure state" if config.rank == 1 else f"state of rank {config.rank}"
    name = f"Random {kind}, {config.n_qubits} qubit{'s' if config.n_qubits > 1 else ''}"
    return Dataset(copies, name, digest(one), notes=(f"{n} identical copies of one state.",))


def random_density(d: int, rank: int, rng: np.random.Generator) -> Array:
    """Random density matrix (d, d) complex128: G G† / Tr G G† with complex normal G (d, rank).

    It is Haar-random if ``rank`` is 1, and follows the Hilbert-Schmidt measure if ``rank`` is d
    (Życzkowski and Sommers, quant-ph/0012101).
    """
    g = rng.standard_normal((d, rank)) + 1j * rng.standard_normal((d, rank))
    rho = g @ g.conj().T
    return np.asarray(rho / np.trace(rho).real)
