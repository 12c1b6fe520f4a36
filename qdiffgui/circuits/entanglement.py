"""Entanglement inside a circuit: after each time step, from the states of its qubits.

Meyer and Wallach, quant-ph/0108104: Q = 2 (1 - mean over qubits of Tr ρ_q²), where ρ_q is the
reduced state of qubit q; with its Bloch vector r_q, Tr ρ_q² = (1 + |r_q|²)/2, so that
Q = 1 - mean |r_q|². It is 0 for product states and 1 if every qubit is maximally mixed, as in a GHZ
state. The half-chain entropy is the von Neumann entropy, in bits, of the first ⌊n/2⌋ qubits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.engine.program import Fixed, GateProgram, Rotation, bit, word_masks

Array = NDArray[Any]


@dataclass(frozen=True)
class EntanglementProfile:
    """The states of a circuit after each time step; gates on different qubits share a step.

    Attributes
    ----------
    meyer_wallach : ndarray, shape (n_steps + 1,)
        Q, averaged over the samples; the first value is that of the input states.
    half_chain : ndarray, shape (n_steps + 1,)
        Half-chain entropy, bits, averaged over the samples; 0 for one qubit.
    bloch : ndarray, shape (n_steps + 1, n_qubits, 3)
        Bloch vectors of the qubits of the first sample.
    gates : tuple of tuple of str
        The gates of each step, such as "CZ 0-1".
    """

    meyer_wallach: Array
    half_chain: Array
    bloch: Array
    gates: tuple[tuple[str, ...], ...]


def entanglement_profile(
    program: GateProgram, weights: Array, inputs: Array | None = None, psi: Array | None = None
) -> EntanglementProfile:
    """Follow samples through a circuit.

    Parameters
    ----------
    program : GateProgram
        The circuit.
    weights : ndarray, shape (n_weights,)
        Trained angles, radians.
    inputs : ndarray, shape (B, n_inputs), optional
        Data angles of each sample, radians.
    psi : ndarray, shape (B, 2**n_qubits), optional
        Input states; |0...0> by default.

    Returns
    -------
    EntanglementProfile

    Examples
    --------
    >>> import pennylane as qml
    >>> from qdiffgui import engine
    >>> def ghz(weights, inputs):
    ...     qml.Hadamard(0)
    ...     qml.CNOT([0, 1])
    ...     qml.CNOT([1, 2])
    >>> found = entanglement_profile(engine.trace(ghz, n_qubits=3), np.zeros(0))
    >>> found.meyer_wallach.round(3).tolist(), found.gates
    ([0.0, 0.0, 0.667, 1.0], (('Hadamard 0',), ('CNOT 0-1',), ('CNOT 1-2',)))
    """
    n = program.n_qubits
    batch = max(1 if x is None else len(x) for x in (inputs, psi))
    state = np.zeros((batch, 2**n), np.complex128)
    state[:, 0] = 1
    if psi is not None:
        state[:] = psi
    angles = _angles(program, weights, inputs, batch)
    steps = time_steps(program)
    found = [_look(state)]
    for step in steps:
        for gate in step:
            for k in range(*gate.primitives):
                state = _applied(program, program.primitives[k], angles, state)
        found.append(_look(state))
    q, entropy, bloch = zip(*found)
    names = tuple(tuple(gate.name for gate in step) for step in steps)
    return EntanglementProfile(np.array(q), np.array(entropy), np.array(bloch), names)


@dataclass(frozen=True)
class _Gate:
    name: str
    primitives: tuple[int, int]


def time_steps(program: GateProgram) -> list[list[_Gate]]:
    """The gates of each time step, every gate as early as its qubits are free: as many steps as
    the depth of the circuit.
    """
    steps: list[list[_Gate]] = []
    free = [0] * program.n_qubits
    at = 0
    for gate, size in zip(program.gates(), program.sizes, strict=True):
        wires = gate["wires"] or list(range(program.n_qubits))
        step = max(free[wire] for wire in wires)
        for wire in wires:
            free[wire] = step + 1
        if step == len(steps):
            steps.append([])
        name = f"{gate['name']} {'-'.join(map(str, gate['wires']))}"
        steps[step].append(_Gate(name, (at, at + size)))
        at += size
    return steps


def bloch_vectors(psi: Array) -> Array:
    """Bloch vectors (B, n_qubits, 3) of all qubits of states (B, 2**n_qubits)."""
    n = psi.shape[1].bit_length() - 1
    vectors = np.empty((len(psi), n, 3))
    for q in range(n):
        pair = psi.reshape(len(psi), 2**q, 2, -1)
        zero, one = pair[:, :, 0].reshape(len(psi), -1), pair[:, :, 1].reshape(len(psi), -1)
        overlap = (zero.conj() * one).sum(axis=1)
        vectors[:, q, 0], vectors[:, q, 1] = 2 * overlap.real, 2 * overlap.imag
        vectors[:, q, 2] = (np.abs(zero) ** 2).sum(axis=1) - (np.abs(one) ** 2).sum(axis=1)
    return vectors


def meyer_wallach(bloch: Array) -> Array:
    """Q (B,) from the Bloch vectors (B, n_qubits, 3) of all qubits."""
    return np.asarray(1 - (bloch**2).sum(axis=2).mean(axis=1))


def half_chain_entropy(psi: Array) -> Array:
    """Von Neumann entropy (B,), bits, of the first ⌊n/2⌋ qubits of states (B, 2**n_qubits)."""
    n = psi.shape[1].bit_length() - 1
    singular = np.linalg.svd(psi.reshape(len(psi), 2 ** (n // 2), -1), compute_uv=False)
    p = np.clip(singular**2, 1e-300, 1)
    return np.asarray(np.abs((p * np.log2(p)).sum(axis=1)))


def _angles(program: GateProgram, weights: Array, inputs: Array | None, batch: int) -> Array:
    """Angle (B, n_angles) of every rotation, radians."""
    shared = np.broadcast_to(np.asarray(weights, np.float64), (batch, len(weights)))
    if inputs is not None:
        own = np.broadcast_to(inputs, (batch, np.shape(inputs)[1]))
        shared = np.concatenate([shared, own.astype(np.float64)], axis=1)
    if not shared.shape[1]:
        return np.broadcast_to(program.angles.offset, (batch, len(program.angles)))
    return program.angles(shared)


def _look(state: Array) -> tuple[float, float, Array]:
    bloch = bloch_vectors(state)
    return float(meyer_wallach(bloch).mean()), float(half_chain_entropy(state).mean()), bloch[0]


def _applied(
    program: GateProgram, primitive: Rotation | Fixed, angles: Array, state: Array
) -> Array:
    """The states (B, 2**n) after a primitive."""
    n = program.n_qubits
    index = np.arange(2**n)
    on = np.ones(2**n, bool)
    for wire, value in primitive.controls:
        on &= ((index & bit(wire, n)) > 0) == bool(value)
    if isinstance(primitive, Rotation):
        x, z, phase = word_masks(primitive.pauli, primitive.wires, n)
        sign = 1 - 2.0 * (np.bitwise_count(index & z) & 1)
        turned = phase * sign * state[:, index ^ x]
        half = angles[:, primitive.row, None] / 2
        after = np.cos(half) * state - 1j * np.sin(half) * turned
    else:
        matrix, k = program.constants[primitive.constant], len(primitive.wires)
        grid = state.reshape(-1, *(2,) * n)
        axes = [1 + wire for wire in primitive.wires]
        front = np.moveaxis(grid, axes, range(1, k + 1))
        shape = front.shape
        moved = np.einsum("ij,bjr->bir", matrix, front.reshape(len(state), 2**k, -1))
        after = np.moveaxis(moved.reshape(shape), range(1, k + 1), axes).reshape(len(state), -1)
    return np.where(on, after, state)
