"""What an encoding is: numbers into a quantum state and exactly back, the same interface for all members of the registry."""

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
    """One way to write d features of a sample into qubits.

    key, label, paper : its name in the registry, for people, and its source.
    reads : what ``decode`` takes: probabilities (batch, 2**n), expectations <Z_q> (batch, n), or the state itself (batch, 2**n), which no
    single experiment shows.
    low, high : a feature lies between them, both included; there ``decode`` undoes ``state`` exactly.
    circuit(x, wires) : PennyLane quantum function of one sample x (d,), from |0...0>; queues gates or a state preparation.
    state(x) : its states (batch, 2**n) of samples (batch, d) in closed form, complex64 of float32 and complex128 of float64, wire 0 the
    most significant bit; not checked.        decode(read, d) : (batch, d) from what it ``reads``.
    qubits(d) : how many wires it needs.
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
        """``state`` of samples x (batch, d), checked; raises ``ConfigError`` for another shape or a value out of range."""
        if x.ndim != 2 or not x.shape[1]:
            raise ConfigError(f"{self.label} takes samples (batch, features), found the shape {tuple(x.shape)}: reshape them.")
        if not bool(((x >= self.low) & (x <= self.high)).all()):
            lowest, highest = x.min().item(), x.max().item()
            raise ConfigError(
                f"{self.label} takes numbers from {self.low:g} to {self.high:g}, found {lowest:g} to {highest:g}: scale or clip them."
            )
        return self.state(x)

    def read(self, psi: Tensor) -> Tensor:
        """What ``decode`` takes, of states psi (batch, 2**n)."""
        if self.reads == "state":
            return psi
        probabilities = psi.abs().square()
        if self.reads == "probabilities":
            return probabilities
        return probabilities @ signs(psi.shape[1].bit_length() - 1, probabilities)


def signs(n_qubits: int, like: Tensor) -> Tensor:
    """(2**n_qubits, n_qubits) of ±1: the eigenvalue of Z on each wire for each basis state, in the type of ``like``."""
    index = torch.arange(2**n_qubits, device=like.device)
    shifts = torch.arange(n_qubits - 1, -1, -1, device=like.device)
    return (1 - 2 * ((index[:, None] >> shifts) & 1)).to(like.dtype)


def product_of_rx(angles: Tensor) -> Tensor:
    """Π_q RX(angles_q)|0...0> for angles (batch, n), radians: (batch, 2**n)."""
    half = angles / 2
    wires = torch.stack([torch.complex(half.cos(), 0 * half), torch.complex(0 * half, -half.sin())], dim=2)
    psi = wires[:, 0]
    for q in range(1, angles.shape[1]):
        psi = (psi[:, :, None] * wires[:, q, None, :]).flatten(1)
    return psi


def angle_of(expectation: Tensor) -> Tensor:
    """θ in [0, π] of <Z> = cos θ; values outside [-1, 1] (shot noise, rounding) count as the nearest end."""
    return expectation.clamp(-1, 1).arccos()


def qubits_of_amplitudes(n_features: int) -> int:
    """Wires whose amplitudes hold ``n_features`` numbers, at least one."""
    return max(math.ceil(math.log2(n_features)), 1)
