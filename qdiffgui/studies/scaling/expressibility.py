"""Expressibility and entangling capability of an ansatz (Sim, Johnson and Aspuru-Guzik,
arXiv:1905.10876).

Expressibility is the Kullback-Leibler divergence of the fidelities between pairs of states at
random angles from those of Haar-random states, P(F) = (d - 1)(1 - F)^(d - 2), in bins. 0 is as
expressive as Haar-random states. With a finite number of pairs even these have a divergence above
0, which is given as the floor. Entangling capability is the mean of Meyer and Wallach's Q
(quant-ph/0108104), 0 for product states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from qdiffgui import catalog, engine
from qdiffgui.evaluation import quantum
from qdiffgui.studies.scaling.gradients import every_angle, uniform_angles

BINS = 75


@dataclass(frozen=True)
class Expressibility:
    """Expressibility and entangling capability.

    Attributes
    ----------
    divergence, floor : float
        Divergence in nats, and that of as many Haar-random states.
    entangling, entangling_error : float
        Mean of Q and its error.
    entangling_haar : float
        Exact mean of Q over Haar-random states.
    """

    divergence: float
    floor: float
    entangling: float
    entangling_error: float
    entangling_haar: float


def expressibility(
    ansatz: str, n_qubits: int, n_layers: int, *, pairs: int = 2000, seed: int = 0
) -> Expressibility:
    """Of the circuit on |0...0>, with all angles, data angles too, uniform on the circle."""
    generator = torch.Generator().manual_seed(seed)
    circuit = every_angle(catalog.ansatze[ansatz].load(), n_qubits, n_layers)
    with torch.no_grad():
        psi = circuit.state(torch.zeros(0), uniform_angles(2 * pairs, circuit, generator))
    q = quantum.meyer_wallach(psi.numpy())
    return Expressibility(
        divergence_from_haar(psi),
        divergence_from_haar(engine.haar_states(2 * pairs, n_qubits, generator)),
        float(q.mean()),
        float(q.std() / len(q) ** 0.5),
        haar_entanglement(n_qubits),
    )


def divergence_from_haar(psi: Tensor) -> float:
    """KL divergence of the binned fidelities of states 0 and 1, 2 and 3, ... of psi (2 m, d) from
    those of Haar-random states.
    """
    fidelity = (psi[0::2].conj() * psi[1::2]).sum(dim=1).abs().square().clamp(0, 1).double().numpy()
    d, edges = psi.shape[1], np.linspace(0, 1, BINS + 1)
    share = np.histogram(fidelity, bins=edges)[0] / len(fidelity)
    haar = (1 - edges[:-1]) ** (d - 1) - (1 - edges[1:]) ** (d - 1)
    filled = share > 0
    return float((share[filled] * np.log(share[filled] / np.maximum(haar[filled], 1e-300))).sum())


def haar_entanglement(n_qubits: int) -> float:
    """The mean of Q over Haar-random states: (2^n - 2)/(2^n + 1)."""
    d = float(2**n_qubits)
    return (d - 2) / (d + 1)
