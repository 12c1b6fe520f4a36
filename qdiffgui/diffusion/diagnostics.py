"""Progress of a forward process with the diffusion step: the distance to Haar-random states or to
its limit, and the signal that is left.

Sums over states are over pairs i ≠ j of the ensemble, so they are unbiased for any number n:

- Frame potential F2 = E |<ψ_i|ψ_j>|⁴ (arXiv:quant-ph/0310075; 2/(d(d+1)) for Haar). Between any
  state and Haar states the kernel |<ψ|φ>|⁴ has the mean 2/(d(d+1)). Hence MMD²(ensemble, Haar) =
  F2 - 2/(d(d+1)) exactly, without a Haar sample.
- Purity of the mean density matrix, Tr ρ̄² = E |<ψ_i|ψ_j>|² (1/d for Haar). MMD with the kernel
  |<ψ|φ>|² depends on this alone; states on a circle also reach 1/d.
- Trace distance ½‖ρ̄ - I/d‖₁. It depends on n, so its value for n Haar states is given as well.

Mixed states are compared with the limit of their channel: I/d for depolarizing, |0...0> for
amplitude damping, the diagonal of each state for dephasing.

Signal to noise is ᾱ/(1-ᾱ) for the Gaussian process (arXiv:2107.00630, eq. 2, for data of unit
variance), (1-w)²/w² for the blend and for straight lines, all exact from the schedule.
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
    """One quantity as a function of the diffusion step.

    Attributes
    ----------
    label : str
        Its name.
    values : tuple of float or None, length n_frames
        One value per frame; None if it is infinite.
    reference : float or None
        Value of fully noised samples, if there is one.
    reference_label : str
        Name of the fully noised samples.
    log : bool
        Whether to draw it on a logarithmic axis.
    """

    label: str
    values: tuple[float | None, ...]
    reference: float | None = None
    reference_label: str = ""
    log: bool = False


def diagnose(
    frames: Array, times: Sequence[int], spec: Spec, schedule: Mapping[str, Any]
) -> dict[str, Curve]:
    """Compute the diagnostics of a forward process.

    Only the first ``MAX_STATES`` samples are used. Discrete processes have no diagnostics.

    Parameters
    ----------
    frames : array, shape (n_frames, n, *spec.shape)
        Samples along the process, from ``DiffusionModel.forward_process``.
    times : sequence of int, length n_frames
        Diffusion step of each frame.
    spec : Spec
        Type of the data.
    schedule : mapping
        "process" (str) and "values" by diffusion step, as in ``diffusion.schedules``.

    Returns
    -------
    dict of str to Curve
        The diagnostics by name.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.types import Spec
    >>> schedule = {"process": "gaussian", "values": [1.0, 0.5, 0.2]}
    >>> curves = diagnose(np.zeros((3, 1, 2)), [0, 1, 2], Spec("continuous", (2,)), schedule)
    >>> curves["signal_to_noise"].values
    (None, 1.0, 0.25)
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
    """Diagnostics of normalized states (f, n, d)."""
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
        "mixed_distance": Curve(
            "mean state to I/d, trace distance",
            tuple(distance),
            haar_floor(n, d),
            f"{n} Haar states",
        ),
        "purity": Curve("purity of the mean state", tuple(purity), 1 / d, "I/d"),
    }


def haar_frame_potential(d: int) -> float:
    """Frame potential E |<ψ|φ>|⁴ of Haar-random states in d dimensions, 2 / (d (d + 1)).

    Examples
    --------
    >>> haar_frame_potential(3)
    0.16666666666666666
    """
    return 2 / (d * (d + 1))


def _over_pairs(kernel: Array) -> float:
    """Mean of a kernel (n, n) over pairs i ≠ j; for a single sample, its value with itself."""
    n = len(kernel)
    return (
        float(kernel.mean()) if n < 2 else float((kernel.sum() - np.trace(kernel)) / (n * (n - 1)))
    )


def _distance_to_mixed(psi: Array, gram: Array) -> float:
    """½‖ρ̄ - I/d‖₁ of states (n, d). ρ̄ and the Gram matrix / n have the same eigenvalues except for
    zeros, so the smaller one is diagonalized.
    """
    n, d = psi.shape
    rho = gram / n if n < d else psi.T.astype(np.complex128) @ psi.conj() / n
    missing = max(d - n, 0)
    return float(0.5 * (np.abs(np.linalg.eigvalsh(rho) - 1 / d).sum() + missing / d))


@lru_cache(maxsize=32)
def haar_floor(n: int, d: int, n_draws: int = 4) -> float:
    """Mean ½‖ρ̄ - I/d‖₁ of n Haar-random states in d dimensions, from a few draws. It falls with n
    but never reaches 0.
    """
    rng = np.random.default_rng(0)
    found = []
    for _ in range(n_draws):
        psi = rng.normal(size=(n, d)) + 1j * rng.normal(size=(n, d))
        psi /= np.linalg.norm(psi, axis=1, keepdims=True)
        found.append(_distance_to_mixed(psi, psi @ psi.conj().T))
    return float(np.mean(found))


# ---- mixed states


def _of_densities(frames: Array, process: str) -> dict[str, Curve]:
    """Diagnostics of Hermitian frames (f, n, d, d) of trace 1, of which the first one is the data.

    A process with an unknown limit has only purities.
    """
    frames = frames[:, : max(1, MAX_CUBES // frames.shape[-1] ** 3)].astype(np.complex128)
    limit, name = _limit(frames[0], process)
    reference = (
        (None, None)
        if limit is None
        else (_purity(limit), _purity(limit.mean(axis=0, keepdims=True)))
    )
    curves = {
        "purity": Curve(
            "purity of each state", tuple(_purity(rho) for rho in frames), reference[0], name
        ),
        "mean_purity": Curve(
            "purity of the mean state",
            tuple(_purity(rho.mean(axis=0, keepdims=True)) for rho in frames),
            reference[1],
            name,
        ),
    }
    if limit is None:
        return curves
    away = tuple(
        float(0.5 * np.abs(np.linalg.eigvalsh(rho - limit)).sum(1).mean()) for rho in frames
    )
    return {
        "limit_distance": Curve(f"each state to {name}, trace distance", away, 0.0, name)
    } | curves


def _limit(data: Array, process: str) -> tuple[Array | None, str]:
    """The limit of the states data (n, d, d) under a channel, and its name.

    It has shape (n, d, d), or (1, d, d) if it is the same for all states.
    """
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


# ---- maps that represent states, of which only the probabilities are known


def _of_populations(frames: Array) -> dict[str, Curve]:
    """Diagnostics of probabilities (f, n, d).

    A map does not contain the phases of its state; it determines only these parts of the distances.
    """
    n, d = frames.shape[1:]
    p = frames.astype(np.float64)
    uniform = 0.5 * np.abs(p.mean(axis=1) - 1 / d).sum(axis=1)
    return {
        "uniform_distance": Curve(
            "mean map to the uniform one, total variation",
            tuple(uniform.tolist()),
            _uniform_floor(n, d),
            f"{n} Haar states",
        ),
        "participation": Curve(
            "Σ p² of each map",
            tuple(np.square(p).sum(axis=2).mean(axis=1).tolist()),
            2 / (d + 1),
            "Haar",
        ),
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
    """Diagnostics of a schedule (T + 1,): alpha_bar, or the weight of the data."""
    kept = values[np.asarray(times, int)]
    powers = (kept, 1 - kept) if process == "gaussian" else (np.square(kept), np.square(1 - kept))
    ratio = tuple(None if noise <= 0 else float(signal / noise) for signal, noise in zip(*powers))
    return {"signal_to_noise": Curve("signal to noise", ratio, log=True)}
