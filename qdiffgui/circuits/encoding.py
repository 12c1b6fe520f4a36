"""The interface of an encoding: numbers to a quantum state, and exactly back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from qdiffgui.errors import ConfigError

Reads = Literal["probabilities", "expectations", "state"]


@dataclass(frozen=True)
class Encoding:
    """A way to encode d features of a sample in qubits.

    Parameters
    ----------
    key : str
        Its key in the registry.
    label : str
        Its name on the page.
    paper : str
        Its source.
    reads : {"probabilities", "expectations", "state"}
        What ``decode`` needs: probabilities (batch, 2**n), expectation values <Z_q> (batch, n), or
        the state (batch, 2**n), which no single experiment determines.
    low, high : float
        Range of a feature, both ends included; there ``decode`` inverts ``state`` exactly.
    circuit : callable
        PennyLane quantum function ``circuit(x, wires)`` of one sample x (d,), from |0...0>.
    state : callable
        ``state(x)`` returns the states (batch, 2**n) of samples (batch, d) without checks:
        complex64 for float32, complex128 for float64; wire 0 is the most significant bit.
    decode : callable
        ``decode(read, d)`` returns features (batch, d).
    qubits : callable
        ``qubits(d)`` returns the number of wires for d features.

    Examples
    --------
    >>> import torch
    >>> from qdiffgui.circuits.encodings.amplitude import SQRT
    >>> psi = SQRT.encode(torch.tensor([[0.36, 0.64]]))
    >>> psi.real
    tensor([[0.6000, 0.8000]])
    >>> SQRT.decode(SQRT.read(psi), 2)
    tensor([[0.3600, 0.6400]])
    """

    key: str
    label: str
    paper: str
    reads: Reads
    low: float
    high: float
    circuit: Callable[[Any, Sequence[int]], None]
    state: Callable[[Tensor], Tensor]
    decode: Callable[[Tensor, int], Tensor]
    qubits: Callable[[int], int] = lambda n_features: n_features

    def encode(self, x: Tensor) -> Tensor:
        """The states (batch, 2**n) of samples x (batch, d).

        Raises ``ConfigError`` if the shape is wrong or a value is out of range.
        """
        if x.ndim != 2 or not x.shape[1]:
            raise ConfigError(
                f"{self.label} needs samples of shape (batch, features); found the shape "
                f"{tuple(x.shape)}."
            )
        if not bool(((x >= self.low) & (x <= self.high)).all()):
            lowest, highest = x.min().item(), x.max().item()
            raise ConfigError(
                f"{self.label} needs numbers from {self.low:g} to {self.high:g}; found "
                f"{lowest:g} to {highest:g}: scale or clip them."
            )
        return self.state(x)

    def read(self, psi: Tensor) -> Tensor:
        """What ``decode`` needs, from states psi (batch, 2**n)."""
        if self.reads == "state":
            return psi
        probabilities = psi.abs().square()
        if self.reads == "probabilities":
            return probabilities
        return probabilities @ signs(psi.shape[1].bit_length() - 1, probabilities)


def signs(n_qubits: int, like: Tensor) -> Tensor:
    """Eigenvalue ±1 of Z on each wire for each basis state, shape (2**n_qubits, n_qubits), in the
    type of ``like``.
    """
    index = torch.arange(2**n_qubits, device=like.device)
    shifts = torch.arange(n_qubits - 1, -1, -1, device=like.device)
    return (1 - 2 * ((index[:, None] >> shifts) & 1)).to(like.dtype)


def product_of_rx(angles: Tensor) -> Tensor:
    """States Π_q RX(angles_q)|0...0>, shape (batch, 2**n), for angles (batch, n) in radians."""
    half = angles / 2
    wires = torch.stack(
        [torch.complex(half.cos(), 0 * half), torch.complex(0 * half, -half.sin())], dim=2
    )
    psi = wires[:, 0]
    for q in range(1, angles.shape[1]):
        psi = (psi[:, :, None] * wires[:, q, None, :]).flatten(1)
    return psi


def angle_of(expectation: Tensor) -> Tensor:
    """θ in [0, π] from <Z> = cos θ; values outside [-1, 1] (shot noise, rounding) are clamped."""
    return expectation.clamp(-1, 1).arccos()


def qubits_of_amplitudes(n_features: int) -> int:
    """Number of wires, at least one, that have ``n_features`` amplitudes."""
    return max(math.ceil(math.log2(n_features)), 1)
