"""Where the reverse process of pure states starts if the noise ends short of Haar states: an
ensemble fitted to the training states, and drawn without them (truncated diffusion,
arXiv:2202.09671).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qdiffgui.diffusion.states import StateProcess
from qdiffgui.errors import ConfigError

MAX_QUBITS = 8
"""Most qubits of a Gaussian: it stores a matrix of (2 · 2**n)² numbers."""
_STATES = 8192
_TINY = 1e-12
_ABOUT = {
    "mean-state": "the mean state of the training data after all noise steps",
    "gaussian": "a Gaussian fitted to the training states after all noise steps",
}


class FittedStart:
    """An ensemble of start states per class.

    "mean-state" stores the eigenvector of the mean density matrix with the largest eigenvalue, and
    sends it through the noise process. "gaussian" stores mean and covariance, of real and imaginary
    parts, of the training states after the noise process, each with its global phase chosen so
    that its overlap with their mean state is positive; draws are normalized.

    Parameters
    ----------
    kind : {"mean-state", "gaussian"}
        What is stored.
    process : StateProcess
        The noise process; all its steps are applied.

    Examples
    --------
    >>> import torch
    >>> from qdiffgui.diffusion.scrambling import Scrambling
    >>> start = FittedStart("gaussian", Scrambling([0.1]))
    >>> psi = torch.eye(4, dtype=torch.complex64)[:1].repeat(50, 1)
    >>> start.fit([psi], seed=0)
    >>> drawn = start.draw(200, 0, torch.Generator().manual_seed(1))
    >>> bool(drawn[:, 0].abs().square().mean() > 0.9)
    True
    """

    def __init__(self, kind: str, process: StateProcess) -> None:
        self.kind, self.process = kind, process
        self.about = _ABOUT[kind]
        self._mean: list[Tensor] = []
        self._factor: list[Tensor] = []

    def fit(self, groups: Sequence[Tensor], *, seed: int) -> None:
        """Fit to states (n, 2**n_qubits) of each class; raises ``ConfigError`` for a Gaussian of
        more than ``MAX_QUBITS`` qubits.
        """
        generator = torch.Generator().manual_seed(seed)
        self._mean, self._factor = [], []
        for psi in groups:
            if self.kind == "mean-state":
                self._mean.append(_mean_state(psi))
                continue
            if psi.shape[1] > 2**MAX_QUBITS:
                raise ConfigError(
                    f"A Gaussian start stores the covariance of at most {MAX_QUBITS} qubits: set "
                    "model.start_states to 'mean-state'."
                )
            rows = torch.randint(len(psi), (_STATES,), generator=generator)
            noised = self.process.at(psi[rows], self.process.n_steps, generator)
            noised = noised * _phase(noised @ _mean_state(noised).conj()).conj()[:, None]
            numbers = torch.view_as_real(noised).flatten(1).double()
            self._mean.append(numbers.mean(0).float())
            values, vectors = torch.linalg.eigh(torch.cov(numbers.T))
            factor = (vectors * values.clamp_min(0).sqrt()).float()
            self._factor.append(factor.contiguous())  # as when loaded: draws are equal to the bit

    def draw(self, n: int, group: int, generator: torch.Generator) -> Tensor:
        """n states of a class, shape (n, 2**n_qubits), complex64."""
        mean = self._mean[group]
        if self.kind == "mean-state":
            noised: Tensor = self.process.at(mean.repeat(n, 1), self.process.n_steps, generator)
            return noised
        normal = torch.randn(n, len(mean), generator=generator)
        numbers = mean + normal @ self._factor[group].T
        psi = torch.view_as_complex(numbers.reshape(n, -1, 2).contiguous())
        normalized: Tensor = psi / torch.linalg.vector_norm(psi, dim=1, keepdim=True)
        return normalized

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What ``draw`` needs, as arrays; the first axis is the class."""
        stored = {"mean": self._mean, "factor": self._factor}
        return {name: torch.stack(parts).numpy() for name, parts in stored.items() if parts}

    def load(self, arrays: Mapping[str, NDArray[np.generic]], d: int) -> None:
        """Restore what ``arrays`` returned, for states of ``d`` amplitudes. Raises ``ValueError``
        for another shape.
        """
        shapes: dict[str, tuple[int, ...]] = (
            {"mean": (d,)}
            if self.kind == "mean-state"
            else {"mean": (2 * d,), "factor": (2 * d, 2 * d)}
        )
        for name, shape in shapes.items():
            if np.shape(arrays[name])[1:] != shape or len(arrays[name]) != len(arrays["mean"]):
                raise ValueError(f"'{name}' is {np.shape(arrays[name])}, expected (n, *{shape})")
        self._mean, self._factor = (
            list(torch.from_numpy(np.array(arrays[name]))) if name in shapes else []
            for name in ("mean", "factor")
        )


def _mean_state(psi: Tensor) -> Tensor:
    """The eigenvector (d,) of the mean density matrix with the largest eigenvalue; its largest
    amplitude is positive.
    """
    rho = (psi.T @ psi.conj()).to(torch.complex128) / len(psi)
    top = torch.linalg.eigh(rho)[1][:, -1]
    state: Tensor = top * _phase(top[top.abs().argmax()]).conj()
    return state.to(psi.dtype)


def _phase(z: Tensor) -> Tensor:
    return z / z.abs().clamp_min(_TINY)
