"""How far a forward process has come at each diffusion step: towards Haar-random states, towards its limit, and how much signal is left.

The state sums are over pairs i ≠ j of the ensemble, so that they are unbiased for any number of states n:

- Frame potential F2 = E |<ψ_i|ψ_j>|⁴ (arXiv:quant-ph/0310075; 2/(d(d+1)) for Haar). The kernel |<ψ|φ>|⁴ has the mean 2/(d(d+1)) between
  any state and Haar ones, hence MMD²(ensemble, Haar) = F2 - 2/(d(d+1)) exactly: no Haar sample is needed.
- Purity of the mean density matrix, Tr ρ̄² = E |<ψ_i|ψ_j>|² (1/d for Haar). MMD sees this alone: it falls to 1/d for a circle too.
- Trace distance ½‖ρ̄ - I/d‖₁, which does depend on n: its value for n Haar states stands beside it.

Mixed states are held against the limit of their channel: I/d where they are depolarized, |0...0> where amplitudes are damped, the
diagonal of each where phases are lost.

Signal to noise is ᾱ/(1-ᾱ) for the Gaussian process (arXiv:2107.00630, eq. 2, for data of unit variance), (1-w)²/w² for the blend and for
straight lines, all exact from the schedule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from qdiffgui.data.types import Array, Spec

MAX_STATES = 256  # pairs grow with the square, eigenvalues with the cube
MAX_CUBES = 1 << 24  # d³ of all density matrices of a frame
_SCRAMBLES = frozenset({"scrambling", "haar"})


@dataclass(frozen=True)
class Curve:
    """One figure against the diffusion step.

    label : for people.     values : (frames,) one a frame, None where it is infinite.     reference : what fully noised samples would have,
    None where there is no such value; ``reference_label`` names them.       log : to be drawn on a logarithmic axis.
    """

    label: str
    values: tuple[float | None, ...]
    reference: float | None = None
    reference_label: str = ""
    log: bool = False


def diagnose(frames: Array, times: Sequence[int], spec: Spec, schedule: Mapping[str, Any]) -> dict[str, Curve]:
    """The diagnostics of a forward process that fit its data, by name.

    frames : (f, n, *spec.shape) as ``Family.forward_process`` gives them.   times : (f,) diffusion step of each frame.
    schedule : ``{"process", "values"}``, values by diffusion step as in ``diffusion.schedules``.
    Only the first ``MAX_STATES`` samples are used. Other classical processes (bits drawn anew) have none.
    """
    process = str(schedule["process"])
    few = np.asarray(frames)[:, :MAX_STATES]
    if spec.kind == "state":
        return _of_states(few)
    if spec.kind == "density":
        return _of_densities(few, process)
    if process in _SCRAMBLES:
        return _of_populations(few.reshape(*few.shape[:2], -1))
    if process in ("gaussian", "blend", "flow"):
        return _signal(process, np.asarray(schedule["values"], np.float64), times)
    return {}


# ---- pure states


def _of_states(frames: Array) -> dict[str, Curve]:
    """frames : (f, n, d) complex, normalised."""
    n, d = frames.shape[1:]
    haar, distance, purity = [], [], []
    for psi in frames:
        gram = psi.astype(np.complex128) @ psi.conj().T
        overlap = np.square(np.abs(gram))
        haar.append(_over_pairs(np.square(overlap)) - haar_frame_potential(d))
        purity.append(_over_pairs(overlap))
        distance.append(_distance_to_mixed(psi, gram))
    return {
        "haar_distance": Curve("distance to Haar, MMD² of two copies", tuple(haar), 0.0, "Haar"),
        "mixed_distance": Curve("mean state to I/d, trace distance", tuple(distance), haar_floor(n, d), f"{n} Haar states"),
        "purity": Curve("purity of the mean state", tuple(purity), 1 / d, "I/d"),
    }


def haar_frame_potential(d: int) -> float:
    """E |<ψ|φ>|⁴ of Haar-random states in d dimensions: 2 / (d (d + 1))."""
    return 2 / (d * (d + 1))


def _over_pairs(kernel: Array) -> float:
    """Mean of a kernel (n, n) over pairs i ≠ j; of one sample, its value with itself."""
    n = len(kernel)
    return float(kernel.mean()) if n < 2 else float((kernel.sum() - np.trace(kernel)) / (n * (n - 1)))


def _distance_to_mixed(psi: Array, gram: Array) -> float:
    """½‖ρ̄ - I/d‖₁ of states (n, d); ρ̄ and the Gram matrix / n share their eigenvalues but for zeros, so the smaller one is solved."""
    n, d = psi.shape
    rho = gram / n if n < d else psi.T.astype(np.complex128) @ psi.conj() / n
    missing = max(d - n, 0)
    return float(0.5 * (np.abs(np.linalg.eigvalsh(rho) - 1 / d).sum() + missing / d))


@lru_cache(maxsize=32)
def haar_floor(n: int, d: int, n_draws: int = 4) -> float:
    """Mean ½‖ρ̄ - I/d‖₁ of ``n`` Haar-random states in d dimensions, from a few draws: it falls with n, not to 0 for any n."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(n_draws):
        psi = rng.normal(size=(n, d)) + 1j * rng.normal(size=(n, d))
        psi /= np.linalg.norm(psi, axis=1, keepdims=True)
        found.append(_distance_to_mixed(psi, psi @ psi.conj().T))
    return float(np.mean(found))


# ---- mixed states


def _of_densities(frames: Array, process: str) -> dict[str, Curve]:
    """frames : (f, n, d, d) complex, Hermitian, of trace 1, the first one the data. A process of unknown limit has purities alone."""
    frames = frames[:, : max(1, MAX_CUBES // frames.shape[-1] ** 3)].astype(np.complex128)
    limit, name = _limit(frames[0], process)
    reference = (None, None) if limit is None else (_purity(limit), _purity(limit.mean(axis=0, keepdims=True)))
    curves = {
        "purity": Curve("purity of each state", tuple(_purity(rho) for rho in frames), reference[0], name),
        "mean_purity": Curve(
            "purity of the mean state", tuple(_purity(rho.mean(axis=0, keepdims=True)) for rho in frames), reference[1], name
        ),
    }
    if limit is None:
        return curves
    away = tuple(float(0.5 * np.abs(np.linalg.eigvalsh(rho - limit)).sum(1).mean()) for rho in frames)
    return {"limit_distance": Curve(f"each state to {name}, trace distance", away, 0.0, name)} | curves


def _limit(data: Array, process: str) -> tuple[Array | None, str]:
    """Where a channel takes the states data (n, d, d): (n, d, d), or (1, d, d) for one limit of all; and its name."""
    d = data.shape[-1]
    if process == "depolarizing":
        return np.eye(d)[None] / d, "I/d"
    if process == "amplitude-damping":
        ground = np.zeros((1, d, d))
        ground[0, 0, 0] = 1
        return ground, "|0…0>"
    if process == "dephasing":
        return data * np.eye(d), "its diagonal"
    return None, ""


def _purity(rho: Array) -> float:
    """Mean Tr ρ² of Hermitian rho (n, d, d)."""
    return float(np.square(np.abs(rho)).sum(axis=(1, 2)).mean())


# ---- maps that stand for states, of which the probabilities alone are known


def _of_populations(frames: Array) -> dict[str, Curve]:
    """frames : (f, n, d) probabilities. A circuit's phases do not show in maps: these are what they tell of the distances above."""
    n, d = frames.shape[1:]
    p = frames.astype(np.float64)
    uniform = 0.5 * np.abs(p.mean(axis=1) - 1 / d).sum(axis=1)
    return {
        "uniform_distance": Curve(
            "mean map to the uniform one, total variation", tuple(uniform.tolist()), _uniform_floor(n, d), f"{n} Haar states"
        ),
        "participation": Curve("Σ p² of each map", tuple(np.square(p).sum(axis=2).mean(axis=1).tolist()), 2 / (d + 1), "Haar"),
    }


@lru_cache(maxsize=32)
def _uniform_floor(n: int, d: int, n_draws: int = 4) -> float:
    """The total variation of ``n`` Haar states, whose probabilities are uniform on the simplex."""
    rng = np.random.default_rng(0)
    draws = rng.exponential(size=(n_draws, n, d))
    mean = (draws / draws.sum(axis=2, keepdims=True)).mean(axis=1)
    return float(0.5 * np.abs(mean - 1 / d).sum(axis=1).mean())


# ---- classical noise


def _signal(process: str, values: Array, times: Sequence[int]) -> dict[str, Curve]:
    """values : (T + 1,) by diffusion step: alpha_bar, or the weight of the data."""
    kept = values[np.asarray(times, int)]
    powers = (kept, 1 - kept) if process == "gaussian" else (np.square(kept), np.square(1 - kept))
    ratio = tuple(None if noise <= 0 else float(signal / noise) for signal, noise in zip(*powers))
    return {"signal_to_noise": Curve("signal to noise", ratio, log=True)}
