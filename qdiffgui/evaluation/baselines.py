"""Trivial generators: what a model must beat before it has learned anything (MODELS.md, section 9).

All have one signature: ``f(train, n, seed) -> x``, the training samples of one class (``Encoded``) in, ``x`` (n, *shape) out, encoded
as the training data are. Vectors: standardised numbers. Maps: non-negative fractions summing to 1. States: normalised amplitudes.
Density matrices: Hermitian, positive, of trace 1. Clouds of particles have their own (``evaluation.cloud_baselines``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from qdiffgui.data.types import Encoded
from qdiffgui.evaluation import cloud_baselines, quantum

Array = NDArray[Any]
Baseline = Callable[[Encoded, int, int], Array]
_FAINT = 0.05


def zero(train: Encoded, n: int, seed: int = 0) -> Array:
    """Nothing: the all-zero vector (in standardised observables: the mean over all classes), the blank map, the state |0...0>,
    the maximally mixed density matrix."""
    x = np.zeros((n, *train.spec.shape), dtype=train.x.dtype)
    if train.spec.kind == "state":
        x[:, 0] = 1
    if train.spec.kind == "density":
        x += np.eye(train.spec.shape[0], dtype=x.dtype) / train.spec.shape[0]
    return x


def mean(train: Encoded, n: int, seed: int = 0) -> Array:
    """The same sample every time: the mean; for states the eigenvector of the mean density matrix with the largest eigenvalue."""
    middle = mean_state(train.x) if train.spec.kind == "state" else train.x.mean(axis=0, dtype=_wide(train.x))
    return np.repeat(middle[None], n, axis=0).astype(train.x.dtype)


def marginals(train: Encoded, n: int, seed: int = 0) -> Array:
    """Every component drawn independently from its own values in the training set: all marginals right, no correlation."""
    rng = np.random.default_rng(seed)
    flat = _to_real(train)
    picks = rng.integers(len(flat), size=(n, flat.shape[1]))
    return _from_real(flat[picks, np.arange(flat.shape[1])], train)


def pca_gaussian(train: Encoded, n: int, seed: int = 0) -> Array:
    """A Gaussian with the mean and full covariance of the training set.

    Maps: of the square roots (the amplitudes), negative values clipped, renormalised. States: of real and imaginary parts with the
    phase fixed so that the overlap with the mean state is real and positive, renormalised. Density matrices: of real and imaginary parts,
    negative eigenvalues clipped, renormalised.
    """
    rng = np.random.default_rng(seed)
    flat = _to_real(train, root=True)
    centre = flat.mean(axis=0)
    if (
        train.spec.kind == "density"
    ):  # d² numbers each: sums of centred samples have their covariance, and it is never written out
        mixed = rng.standard_normal((n, len(flat))) @ (flat - centre) / np.sqrt(max(len(flat) - 1, 1))
        return _from_real(centre + mixed, train)
    values, vectors = np.linalg.eigh(np.cov(flat, rowvar=False).reshape(flat.shape[1], -1))
    drawn = rng.standard_normal((n, flat.shape[1])) * np.sqrt(np.maximum(values, 0))
    return _from_real(centre + drawn @ vectors.T, train, root=True)


def log_normal(train: Encoded, n: int, seed: int = 0) -> Array:
    """Maps only: a Gaussian with the mean and full covariance of the logarithms of the fractions, renormalised.

    An empty cell has no logarithm. It counts as fainter than 95 % of what its cell holds when lit (which comes nearer to real jets than the
    faintest fraction ever seen, an outlier that widens the Gaussian). Of what is drawn the lowest are empty again, below the quantile of
    the Gaussian that equals the share of empty cells: so that share is right in each cell, and which cells are empty together follows
    from the covariance. A cell that is never lit stays empty.
    """
    flat = train.x.reshape(len(train), -1).astype(np.float64)
    lit = flat > 0
    faint = np.array([np.quantile(cell[on], _FAINT) if on.any() else 1.0 for cell, on in zip(flat.T, lit.T)])
    logs = np.log(np.where(lit, flat, faint))
    values, vectors = np.linalg.eigh(np.cov(logs, rowvar=False).reshape(flat.shape[1], -1))
    normal = np.random.default_rng(seed).standard_normal((n, flat.shape[1]))
    drawn = (normal * np.sqrt(np.maximum(values, 0))) @ vectors.T
    share = 1 - lit.mean(axis=0)
    # ndtri of 0 and 1 is ∓∞, as it should be; a cell that is never lit has no spread to multiply that with
    empty = (drawn < ndtri(share) * np.maximum(logs.std(axis=0), 1e-12)) | (share == 1)
    return _from_real(np.where(empty, 0, np.exp(drawn + logs.mean(axis=0))), train)


def bootstrap(train: Encoded, n: int, seed: int = 0) -> Array:
    """Training samples drawn with replacement: perfect memory and nothing new."""
    return train.x[np.random.default_rng(seed).integers(len(train), size=n)]


def haar(train: Encoded, n: int, seed: int = 0) -> Array:
    """States only: Haar-random, where every quantum denoiser here starts from."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, train.spec.size)) + 1j * rng.standard_normal((n, train.spec.size))
    return _normalise(z).astype(train.x.dtype)


def hilbert_schmidt(train: Encoded, n: int, seed: int = 0) -> Array:
    """Density matrices only: random ones of the Hilbert-Schmidt measure, G G† / Tr G G† with complex normal G (quant-ph/0012101)."""
    rng = np.random.default_rng(seed)
    g = rng.standard_normal((n, *train.spec.shape)) + 1j * rng.standard_normal((n, *train.spec.shape))
    rho = g @ g.conj().swapaxes(1, 2)
    return np.asarray(rho / np.trace(rho, axis1=1, axis2=2).real[:, None, None], dtype=train.x.dtype)


TRIVIAL: dict[str, Baseline] = {
    "zero": zero, "mean": mean, "marginals": marginals, "pca-gaussian": pca_gaussian, "log-normal": log_normal,
}  # fmt: skip
"""Those that a model must beat, the last of them on maps only."""

LABELS: dict[str, str] = {
    "zero": "All zero",
    "mean": "Mean sample",
    "marginals": "Independent components",
    "pca-gaussian": "PCA-Gaussian",
    "log-normal": "Log-normal",
    "bootstrap": "Training set resampled",
    "haar": "Haar-random states",
    "hilbert-schmidt": "Random mixed states",
}
OWN_LABELS: dict[str, dict[str, str]] = {
    "state": {"zero": "|0…0⟩ always", "mean": "Mean state"},
    "density": {"zero": "Maximally mixed always", "mean": "Mean density matrix"},
    "cloud": {"zero": "No particles", "mean": "Mean cloud", "marginals": "Independent particles"},
}
RANDOM: dict[str, dict[str, Baseline]] = {"state": {"haar": haar}, "density": {"hilbert-schmidt": hilbert_schmidt}}
"""Random states of each kind, which know nothing of the data."""
OWN: dict[str, dict[str, Baseline]] = {
    "cloud": {"marginals": cloud_baselines.independent_particles, "pca-gaussian": cloud_baselines.pca_gaussian}
}
"""What stands in for a generator of the same name on other kinds of data."""


def for_kind(kind: str) -> dict[str, Baseline]:
    """The baselines shown for encoded data of ``kind``, in the order of a table."""
    trivial = {key: generate for key, generate in TRIVIAL.items() if kind in ("map", "channels") or key != "log-normal"}
    trivial |= OWN.get(kind, {})
    return {**trivial, "bootstrap": bootstrap, **RANDOM.get(kind, {})}


def label_of(key: str, kind: str) -> str:
    """How a table names the baseline ``key`` on encoded data of ``kind``; raises ``KeyError`` for one that is not in ``LABELS``."""
    return OWN_LABELS.get(kind, LABELS).get(key, LABELS[key])


def mean_state(psi: Array) -> Array:
    """Eigenvector (d,) of the mean density matrix of psi (n, d) with the largest eigenvalue, first sizeable amplitude positive."""
    rho = psi.T @ psi.conj() / len(psi)
    vector = np.linalg.eigh(rho)[1][:, -1]
    lead = vector[np.argmax(np.abs(vector))]
    return np.asarray(vector * (abs(lead) / lead))


def _to_real(train: Encoded, root: bool = False) -> Array:
    """Training samples as independent real numbers (n, d), in which a marginal or a covariance makes sense."""
    flat = train.x.reshape(len(train), -1)
    if train.spec.of_fractions:
        return np.sqrt(np.maximum(flat, 0)).astype(np.float64) if root else flat.astype(np.float64)
    if train.spec.kind == "state":
        overlap = flat @ mean_state(flat).conj()
        phase = np.where(np.abs(overlap) > 1e-12, overlap.conj() / np.maximum(np.abs(overlap), 1e-12), 1)
        fixed = flat * phase[:, None]
        return np.concatenate([fixed.real, fixed.imag], axis=1).astype(np.float64)
    if train.spec.kind == "density":
        return np.concatenate([flat.real, flat.imag], axis=1).astype(np.float64)
    return flat.astype(np.float64)


def _from_real(flat: Array, train: Encoded, root: bool = False) -> Array:
    """Back to the shape and the constraint of the encoded data."""
    if train.spec.of_fractions:
        flat = np.maximum(flat, 0)
        flat = flat**2 if root else flat
        total = flat.sum(axis=1, keepdims=True)
        flat = np.where(total > 0, flat / np.where(total > 0, total, 1), 1 / flat.shape[1])
    if train.spec.kind == "state":
        half = flat.shape[1] // 2
        flat = _normalise(flat[:, :half] + 1j * flat[:, half:])
    if train.spec.kind == "density":
        flat = _hermitian(flat, train.spec.shape[0])
    return flat.reshape(len(flat), *train.spec.shape).astype(train.x.dtype)


def _hermitian(flat: Array, d: int) -> Array:
    """Density matrices from real and imaginary parts (n, 2 d²), of which the upper triangle counts."""
    half = d * d
    upper = np.triu((flat[:, :half] + 1j * flat[:, half:]).reshape(-1, d, d), 1)
    diagonal = flat[:, :half].reshape(-1, d, d) * np.eye(d)
    return quantum.project(diagonal + upper + upper.conj().swapaxes(1, 2))


def _wide(x: Array) -> Any:
    return np.complex128 if np.iscomplexobj(x) else np.float64


def _normalise(psi: Array) -> Array:
    norm = np.linalg.norm(psi, axis=1, keepdims=True)
    return np.asarray(psi / np.where(norm > 0, norm, 1))
