"""Common parts of the models with measured circuits on pure states: encoded samples as states,
ancillas, pools, and circuits for display.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import WireEnd
from qdiffgui.circuits.separable import chosen_ansatz
from qdiffgui.config.models.quddpm import MeasuredCircuits
from qdiffgui.data.types import Spec
from qdiffgui.engine import GateProgram, measured_probabilities
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import Array, CircuitInfo, gate_angles

SLICE = 8192  # number of states sampled at once
MAX_QUBITS = 12
EXACT_ANCILLAS = 3


def n_qubits_of(spec: Spec) -> int:
    """Number of data qubits of encoded samples; raises ``ConfigError`` if their size is not a power
    of two.
    """
    n = spec.size.bit_length() - 1
    if spec.size != 2**n or n < 1:
        shape = "x".join(str(k) for k in spec.shape)
        raise ConfigError(
            f"The cells of a map must be a power of two; found {shape} = {spec.size}: "
            "choose a map of 4x4, 8x8 or another power of two."
        )
    return n


def amplitudes(x: Array, spec: Spec) -> Tensor:
    """Normalized states (n, 2**n_qubits) complex64 of encoded samples; for maps, √(pT fraction)."""
    x = np.asarray(x).reshape(len(x), -1)
    psi = np.sqrt(np.clip(x, 0, None)) if spec.kind == "map" else x
    psi = psi / np.maximum(np.linalg.norm(psi, axis=1, keepdims=True), 1e-30)
    return torch.from_numpy(psi.astype(np.complex64))


def encode(psi: Tensor, spec: Spec) -> Array:
    """Encoded samples (..., *spec.shape) of states (..., 2**n_qubits); for a map, |psi|², exact or
    estimated from shots.
    """
    shape = (*psi.shape[:-1], *spec.shape)
    if spec.kind == "state":
        return np.asarray(psi.numpy()).reshape(shape)
    p = psi.real.square() + psi.imag.square()
    return np.asarray(measured_probabilities(p / p.sum(-1, keepdim=True)).numpy()).reshape(shape)


def draw(pool: Tensor, n: int, generator: torch.Generator) -> Tensor:
    """Draw n rows with replacement."""
    return pool[torch.randint(len(pool), (n,), generator=generator)]


def widened(psi: Tensor, n_ancillas: int) -> Tensor:
    """psi ⊗ |0...0>, the ancillas last: (B, d) to (B, d * 2**n_ancillas)."""
    wide = torch.zeros(*psi.shape, 2**n_ancillas, dtype=psi.dtype)
    wide[..., 0] = psi
    return wide.flatten(1)


def load_ansatz(config: MeasuredCircuits, label: str) -> Ansatz:
    """The ansatz of the settings; raises ``ConfigError`` for one that takes data as angles."""
    ansatz = chosen_ansatz(config.ansatz, getattr(config, "circuit", "trained"))
    if ansatz.takes_inputs:
        raise ConfigError(
            f"The ansatz '{config.ansatz}' takes data as angles, but {label} needs an "
            "ansatz without inputs: choose another ansatz."
        )
    return ansatz


def check_width(n_qubits: int, n_measured: int) -> int:
    """Qubits with ancillas; raises ``ConfigError`` for more than ``MAX_QUBITS``."""
    width = n_qubits + n_measured
    if width > MAX_QUBITS:
        raise ConfigError(
            f"The circuits would need {width} qubits with ancillas: choose data of at most "
            f"{MAX_QUBITS - n_measured}."
        )
    return width


def measurement_of(config: MeasuredCircuits, n_measured: int) -> str:
    """Either "enumerate", for all branches, or "sample"."""
    exact = (
        n_measured <= EXACT_ANCILLAS
        if config.measurement == "auto"
        else config.measurement == "enumerate"
    )
    return "enumerate" if exact else "sample"


def circuit_info(
    name: str,
    ansatz: Ansatz,
    program: GateProgram,
    weights: Array,
    n_layers: int,
    n_ancillas: int,
    about: tuple[str, ...] = (),
    ends: tuple[WireEnd, ...] = (),
) -> CircuitInfo:
    """A circuit of ``ansatz`` with its present weights, its last ``n_ancillas`` wires measured."""
    gates = program.gates()
    angles = gate_angles(gates, weights)
    return CircuitInfo(
        name,
        program.n_qubits,
        gates,
        angles,
        ansatz.bind(program.n_qubits, n_layers),
        weights,
        n_ancillas=n_ancillas,
        facts=cost(program).facts(),
        about=about,
        ends=ends,
    )
