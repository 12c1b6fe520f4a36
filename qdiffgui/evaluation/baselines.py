"""Trivial generators: a model that does not beat them has learned nothing useful.

All have the signature ``f(train, n, seed) -> x``: from the training samples of one class
(``Encoded``) to ``x`` (n, *shape), encoded like the training samples. Vectors are standardized
numbers, maps non-negative fractions that sum to 1, states normalized amplitudes, density matrices
Hermitian and positive with trace 1. Clouds of particles have their own generators
(``evaluation.cloud_baselines``), and those of maps alone are in ``evaluation.map_baselines``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.types import Encoded
from qdiffgui.diffusion.gaussian_copula import GaussianCopula
from qdiffgui.evaluation import cloud_baselines, map_baselines
from qdiffgui.evaluation.real_vectors import (
    from_real_vectors,
    mean_state,
    normalize,
    to_real_vectors,
)

Array = NDArray[Any]
Baseline = Callable[[Encoded, int, int], Array]


def zero(train: Encoded, n: int, seed: int = 0) -> Array:
    """The all-zero vector (for standardized observables, the mean over all classes), the blank map,
    the state |0...0>, or the maximally mixed density matrix.
    """
    x = np.zeros((n, *train.spec.shape), dtype=train.x.dtype)
    if train.spec.kind == "state":
        x[:, 0] = 1
    if train.spec.kind == "density":
        x += np.eye(train.spec.shape[0], dtype=x.dtype) / train.spec.shape[0]
    return x


def mean(train: Encoded, n: int, seed: int = 0) -> Array:
    """The mean training sample every time. For states, the eigenvector of the mean density matrix
    with the largest eigenvalue.
    """
    middle = (
        mean_state(train.x)
        if train.spec.kind == "state"
        else train.x.mean(axis=0, dtype=np.complex128 if np.iscomplexobj(train.x) else np.float64)
    )
    return np.repeat(middle[None], n, axis=0).astype(train.x.dtype)


def marginals(train: Encoded, n: int, seed: int = 0) -> Array:
    """Independent components: each is drawn from its own values in the training set, so all
    marginal distributions are right and all correlations are lost.

    Parameters
    ----------
    train : Encoded
        Training samples of one class.
    n : int
        Number of samples to generate.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ndarray, shape ``(n, *train.spec.shape)``
        Samples encoded like ``train``.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.types import Encoded, Spec
    >>> from qdiffgui.evaluation import marginals
    >>> x = np.random.default_rng(0).normal(size=(500, 2)).astype(np.float32)
    >>> train = Encoded(x, np.zeros(500, np.int8), Spec("vector", (2,)))
    >>> marginals(train, 3, seed=1).shape
    (3, 2)
    """
    rng = np.random.default_rng(seed)
    flat = to_real_vectors(train)
    picks = rng.integers(len(flat), size=(n, flat.shape[1]))
    return from_real_vectors(flat[picks, np.arange(flat.shape[1])], train)


def pca_gaussian(train: Encoded, n: int, seed: int = 0) -> Array:
    """A Gaussian with the mean and the full covariance of the training set.

    For maps, it describes the square roots (amplitudes); negative values are set to 0. For states,
    it describes real and imaginary parts, with the phase fixed so that the overlap with the mean
    state is real and positive. For density matrices, it describes real and imaginary parts;
    negative eigenvalues are set to 0. The results are normalized.

    Parameters
    ----------
    train : Encoded
        Training samples of one class.
    n : int
        Number of samples to generate.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ndarray, shape ``(n, *train.spec.shape)``
        Samples encoded like ``train``.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.types import Encoded, Spec
    >>> from qdiffgui.evaluation import pca_gaussian
    >>> x = np.random.default_rng(0).normal(size=(500, 2)).astype(np.float32)
    >>> train = Encoded(x, np.zeros(500, np.int8), Spec("vector", (2,)))
    >>> pca_gaussian(train, 3, seed=1).shape
    (3, 2)
    """
    rng = np.random.default_rng(seed)
    flat = to_real_vectors(train, root=True)
    center = flat.mean(axis=0)
    if (
        train.spec.kind == "density"
        # d² numbers each: sums of centered samples have the right covariance without computing it
    ):
        mixed = (
            rng.standard_normal((n, len(flat))) @ (flat - center) / np.sqrt(max(len(flat) - 1, 1))
        )
        return from_real_vectors(center + mixed, train)
    values, vectors = np.linalg.eigh(np.cov(flat, rowvar=False).reshape(flat.shape[1], -1))
    drawn = rng.standard_normal((n, flat.shape[1])) * np.sqrt(np.maximum(values, 0))
    return from_real_vectors(center + drawn @ vectors.T, train, root=True)


def gaussian_copula(train: Encoded, n: int, seed: int = 0) -> Array:
    """Vectors only: the Gaussian copula of the training samples with their own marginals.

    Marginals and all rank correlations of pairs are right by construction, so a model that beats it
    has learned something that pairs do not hold.
    """
    copula = GaussianCopula(scores=True)
    copula.fit(train.x.reshape(len(train), -1))
    normal = np.random.default_rng(seed).standard_normal((n, train.spec.size))
    return copula.decode(normal).reshape(n, *train.spec.shape).astype(train.x.dtype)


def bootstrap(train: Encoded, n: int, seed: int = 0) -> Array:
    """Training samples drawn with replacement: a generator that only memorizes.

    Parameters
    ----------
    train : Encoded
        Training samples of one class.
    n : int
        Number of samples to generate.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ndarray, shape ``(n, *train.spec.shape)``
        Training samples.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.types import Encoded, Spec
    >>> from qdiffgui.evaluation import bootstrap
    >>> x = np.random.default_rng(0).normal(size=(500, 2)).astype(np.float32)
    >>> train = Encoded(x, np.zeros(500, np.int8), Spec("vector", (2,)))
    >>> set(bootstrap(train, 3, seed=1)[:, 0]) <= set(x[:, 0])
    True
    """
    return train.x[np.random.default_rng(seed).integers(len(train), size=n)]


def haar(train: Encoded, n: int, seed: int = 0) -> Array:
    """Haar-random states, from which every quantum denoiser here starts; states only.

    Parameters
    ----------
    train : Encoded
        Training samples of one class.
    n : int
        Number of samples to generate.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ndarray, shape ``(n, *train.spec.shape)``
        Normalized states.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.types import Encoded, Spec
    >>> from qdiffgui.evaluation import haar
    >>> psi = np.eye(4, dtype=np.complex64)
    >>> train = Encoded(psi, np.zeros(4, np.int8), Spec("state", (4,)))
    >>> np.linalg.norm(haar(train, 3, seed=1), axis=1).round(3).tolist()
    [1.0, 1.0, 1.0]
    """
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, train.spec.size)) + 1j * rng.standard_normal((n, train.spec.size))
    return normalize(z).astype(train.x.dtype)


def hilbert_schmidt(train: Encoded, n: int, seed: int = 0) -> Array:
    """Random density matrices of the Hilbert-Schmidt measure; density matrices only.

    They are G G† / Tr G G† with complex normal G (Życzkowski and Sommers, quant-ph/0012101).

    Parameters
    ----------
    train : Encoded
        Training samples of one class.
    n : int
        Number of samples to generate.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    ndarray, shape ``(n, *train.spec.shape)``
        Density matrices.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.types import Encoded, Spec
    >>> from qdiffgui.evaluation import hilbert_schmidt
    >>> rho = np.eye(2, dtype=np.complex64)[None] / 2
    >>> train = Encoded(rho, np.zeros(1, np.int8), Spec("density", (2, 2)))
    >>> np.trace(hilbert_schmidt(train, 3, seed=1), axis1=1, axis2=2).real.round(3).tolist()
    [1.0, 1.0, 1.0]
    """
    rng = np.random.default_rng(seed)
    g = rng.standard_normal((n, *train.spec.shape)) + 1j * rng.standard_normal(
        (n, *train.spec.shape)
    )
    rho = g @ g.conj().swapaxes(1, 2)
    return np.asarray(
        rho / np.trace(rho, axis1=1, axis2=2).real[:, None, None], dtype=train.x.dtype
    )


TRIVIAL: dict[str, Baseline] = {
    "zero": zero,
    "mean": mean,
    "marginals": marginals,
    "pca-gaussian": pca_gaussian,
    "log-normal": map_baselines.log_normal,
    "share-independent": map_baselines.independent_shares,
    "share-markov": map_baselines.markov_shares,
    "share-copula": map_baselines.copula_shares,
    "gaussian-copula": gaussian_copula,
}
"""The generators that a model must beat; ``_ONLY_FOR`` names those of some kinds of data only."""

_ONLY_FOR = {
    "log-normal": ("map", "channels"),
    "share-independent": ("map",),
    "share-markov": ("map",),
    "share-copula": ("map",),
    "gaussian-copula": ("vector",),
}

LABELS: dict[str, str] = {
    "zero": "All zero",
    "mean": "Mean sample",
    "marginals": "Independent components",
    "pca-gaussian": "PCA-Gaussian",
    "log-normal": "Log-normal",
    "share-independent": "Independent shares in levels",
    "share-markov": "Markov chain of shares",
    "share-copula": "Gaussian copula of shares",
    "gaussian-copula": "Gaussian copula",
    "bootstrap": "Training set resampled",
    "haar": "Haar-random states",
    "hilbert-schmidt": "Random mixed states",
}
OWN_LABELS: dict[str, dict[str, str]] = {
    "state": {"zero": "State |0…0⟩", "mean": "Mean state"},
    "density": {"zero": "Maximally mixed state", "mean": "Mean density matrix"},
    "cloud": {"zero": "No particles", "mean": "Mean cloud", "marginals": "Independent particles"},
}
RANDOM: dict[str, dict[str, Baseline]] = {
    "state": {"haar": haar},
    "density": {"hilbert-schmidt": hilbert_schmidt},
}
"""Random states of each kind, independent of the data."""
OWN: dict[str, dict[str, Baseline]] = {
    "cloud": {
        "marginals": cloud_baselines.independent_particles,
        "pca-gaussian": cloud_baselines.pca_gaussian,
    }
}
"""Generators that replace those of the same name for a kind of data."""


def baselines_for(kind: str) -> dict[str, Baseline]:
    """The trivial generators of a kind of data, in the order of a table.

    Parameters
    ----------
    kind : str
        Kind of the encoded data: ``"vector"``, ``"map"``, ``"channels"``, ``"cloud"``, ``"state"``
        or ``"density"``.

    Returns
    -------
    dict of str to callable
        Key to ``f(train, n, seed) -> x``.

    Examples
    --------
    >>> from qdiffgui.evaluation import baselines_for
    >>> list(baselines_for("vector"))
    ['zero', 'mean', 'marginals', 'pca-gaussian', 'gaussian-copula', 'bootstrap']
    """
    return {**trivial_for(kind), "bootstrap": bootstrap, **RANDOM.get(kind, {})}


def trivial_for(kind: str) -> dict[str, Baseline]:
    """The generators that a model of this kind of data must beat: ``TRIVIAL`` without those of
    other kinds.
    """
    trivial = {
        key: generate for key, generate in TRIVIAL.items() if kind in _ONLY_FOR.get(key, (kind,))
    }
    return trivial | OWN.get(kind, {})


def baseline_label(key: str, kind: str) -> str:
    """Name of a trivial generator in a table.

    Parameters
    ----------
    key : str
        Key of the generator, as in ``baselines_for``.
    kind : str
        Kind of the encoded data.

    Returns
    -------
    str
        The name.

    Raises
    ------
    KeyError
        If there is no generator ``key``.

    Examples
    --------
    >>> from qdiffgui.evaluation import baseline_label
    >>> baseline_label("zero", "density")
    'Maximally mixed state'
    """
    return OWN_LABELS.get(kind, LABELS).get(key, LABELS[key])
