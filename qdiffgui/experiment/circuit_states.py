"""The states inside a model's circuits, as plain JSON: entanglement after each time step, and the
Bloch vectors of the qubits of one sample.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from qdiffgui import engine
from qdiffgui.circuits.entanglement import EntanglementProfile, entanglement_profile
from qdiffgui.engine.first_inputs import Given
from qdiffgui.models.base import CircuitInfo, DiffusionModel

N_SAMPLES = 16
MOST_QUBITS = 10
MOST_WORK = 40_000_000
"""Gates × amplitudes × samples: a second of work."""
MOST_FRAMES = 41


def circuit_states(model: DiffusionModel, seed: int = 0) -> list[dict[str, Any]]:
    """What happens inside each circuit at its first use for new samples.

    A circuit that is not used yet, as those of steps that are not trained, starts from Haar-random
    states, with its ancillas in |0>.

    Parameters
    ----------
    model : DiffusionModel
        The model with its present angles.
    seed : int
        Seed of the samples.

    Returns
    -------
    list of dict
        One for each of ``model.circuits()``, empty if it is too large or needs inputs that are not
        known. ``meyer_wallach`` and ``half_chain``: values after each time step, averaged over
        ``n`` samples. ``bloch``: an animation (see ``preview.animation``) of the qubits of one
        sample, one point per qubit.
    """
    infos = model.circuits()
    given = _first_uses(model, infos, seed)
    found = []
    for info in infos:
        n = min(N_SAMPLES, MOST_WORK // (max(len(info.gates), 1) * 2**info.n_qubits))
        use = None if n < 1 else _use_of(info, given) or _from_haar(info, n, seed)
        found.append({} if use is None else _shown(*_followed(use, n)))
    return found


def _first_uses(model: DiffusionModel, infos: list[CircuitInfo], seed: int) -> list[Given]:
    """What the circuits are given when samples are drawn; none if they are too large."""
    if not infos or max(info.n_qubits for info in infos) > MOST_QUBITS:
        return []
    with engine.FirstInputs(expected=len(infos)) as first, torch.no_grad():
        model.sample(N_SAMPLES, seed=seed)
    return first.given


def _use_of(info: CircuitInfo, given: list[Given]) -> Given | None:
    gates = [dict(gate) for gate in info.gates]
    return next((use for use in given if use.program.gates() == gates), None)


def _from_haar(info: CircuitInfo, n: int, seed: int) -> Given | None:
    """A use of a circuit that has no inputs but a state."""
    if info.n_inputs or info.n_qubits > MOST_QUBITS:
        return None
    program = engine.trace(info.function, n_qubits=info.n_qubits, n_weights=len(info.weights))
    rng = np.random.default_rng([seed, 8])
    shape = (n, 2 ** (info.n_qubits - info.n_ancillas))
    data = rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
    psi = np.zeros((*shape, 2**info.n_ancillas), complex)
    psi[:, :, 0] = data / np.linalg.norm(data, axis=1, keepdims=True)
    return Given(program, info.weights, None, psi.reshape(n, -1))


def _followed(use: Given, n: int) -> tuple[EntanglementProfile, int]:
    """The profile of at most ``n`` samples, and how many there are."""
    inputs, psi = (None if x is None else x[:n] for x in (use.inputs, use.psi))
    profile = entanglement_profile(use.program, use.weights, inputs, psi)
    return profile, max(1 if x is None else len(x) for x in (inputs, psi))


def _shown(profile: EntanglementProfile, n: int) -> dict[str, Any]:
    steps = len(profile.gates)
    kept = np.unique(np.linspace(0, steps, min(steps + 1, MOST_FRAMES)).round().astype(int))
    return {
        "n": n,
        "meyer_wallach": _plain(profile.meyer_wallach),
        "half_chain": _plain(profile.half_chain),
        "bloch": {
            "kind": "density",
            "times": kept.tolist(),
            "captions": [_caption(profile, int(k)) for k in kept],
            "frames": [_frame(profile.bloch[k]) for k in kept],
            "truth": None,
        },
    }


def _frame(bloch: Any) -> dict[str, Any]:
    """The qubits of a sample as reduced density matrices, in the form of ``preview.preview``."""
    zeros = (1 + bloch[:, 2]) / 2
    populations = np.stack([zeros, 1 - zeros], axis=1)
    return {
        "kind": "density",
        "noun": "qubits of one sample",
        "n_qubits": 1,
        "populations": [_plain(row) for row in populations],
        "mean_populations": _plain(populations.mean(axis=0)),
        "purity": float(((1 + (bloch**2).sum(axis=1)) / 2).mean().round(4)),
        "bloch": [_plain(row) for row in bloch],
    }


def _caption(profile: EntanglementProfile, step: int) -> str:
    if step == 0:
        return "The input state of the circuit."
    names = profile.gates[step - 1]
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return f"After {shown}: Q = {profile.meyer_wallach[step]:.3f}, averaged over samples."


def _plain(values: Any) -> list[float]:
    return [round(float(value), 4) + 0.0 for value in values]
