"""Ground states of the transverse-field Ising chain (QuDDPM's many-body task, arXiv:2310.05866)."""

from __future__ import annotations

import numpy as np

from qdiffgui.config.data import IsingGroundStates
from qdiffgui.data.digest import digest
from qdiffgui.data.types import UNLABELLED, Array, Dataset, States

_CHUNK = 4096  # matrices diagonalised at once


def load_ising(config: IsingGroundStates, seed: int = 0) -> Dataset:
    """Ground states for random fields g ~ U(g_min, g_max): (2 * n_states, 2**n_qubits) complex64,
    first the training states, then as many held-out ones.
    """
    g = np.random.default_rng([seed, 6]).uniform(config.g_min, config.g_max, 2 * config.n_states)
    psi = np.concatenate(
        [ground_states(g[k : k + _CHUNK], config.n_qubits) for k in range(0, len(g), _CHUNK)]
    )
    states = States(psi.astype(np.complex64), np.full(len(psi), UNLABELLED, dtype=np.int8))
    return Dataset(states, f"Ising ground states, {config.n_qubits} spins", digest(states))


def ground_states(g: Array, n_qubits: int) -> Array:
    """Real ground states (n, 2**n_qubits) of H = -Σ Z_i Z_{i+1} - g Σ X_i on an open chain, for
    positive fields ``g`` (n,).

    No off-diagonal entry of H is positive and H connects all basis states, so the ground state is
    unique and its amplitudes have one sign (Perron-Frobenius), chosen positive. It is the even one
    of the nearly degenerate pair: its <Z> is 0, and its order shows in <|Σ Z|>.
    """
    index = np.arange(2**n_qubits)
    z = 1 - 2 * ((index[:, None] >> np.arange(n_qubits - 1, -1, -1)) & 1)
    flips = (index[:, None] ^ index[None, :])[..., None] == 2 ** np.arange(n_qubits)
    hamiltonian = np.diag(-(z[:, 1:] * z[:, :-1]).sum(1)) - np.asarray(g)[
        :, None, None
    ] * flips.any(-1)
    return np.asarray(np.abs(np.linalg.eigh(hamiltonian)[1][:, :, 0]))
