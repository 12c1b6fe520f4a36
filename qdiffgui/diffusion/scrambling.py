"""QuDDPM's forward process: random circuits that scramble a state toward the Haar measure
(arXiv:2310.05866, eqs. 2 and 3).

Step s rotates every qubit by RZ, RY, RZ with angles h_s·U(-π/8, π/8). With two or more qubits it
then applies RZZ to all pairs with one common angle g_s / (2√n), g_s ~ h_s·U(0.4, 0.6). All angles
are drawn independently for every sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from qdiffgui.engine import haar_states


def scramble(psi: Tensor, strengths: Sequence[float], generator: torch.Generator) -> Tensor:
    """Apply random scrambling steps, with an independent circuit for every sample.

    Parameters
    ----------
    psi : Tensor, shape (n, 2**n_qubits), complex
        Normalized states; wire 0 is the most significant bit.
    strengths : sequence of float
        Strengths h_s of the steps, in order.
    generator : torch.Generator
        Source of randomness.

    Returns
    -------
    Tensor, shape (n, 2**n_qubits), complex
        The scrambled states.

    References
    ----------
    QuDDPM: Zhang et al., arXiv:2310.05866, eqs. 2 and 3.

    Examples
    --------
    >>> import torch
    >>> psi = torch.eye(4, dtype=torch.complex64)
    >>> scrambled = scramble(psi, [0.5, 1.0], torch.Generator().manual_seed(0))
    >>> torch.linalg.vector_norm(scrambled, dim=1)
    tensor([1.0000, 1.0000, 1.0000, 1.0000])
    """
    signs = pair_signs(psi.shape[1].bit_length() - 1, psi.device)
    for strength in strengths:
        psi = _step(psi, float(strength), signs, generator)
    return psi


def scramble_path(psi: Tensor, strengths: Sequence[float], generator: torch.Generator) -> Tensor:
    """One trajectory per sample, shape (len(strengths) + 1, n, 2**n_qubits).

    Frame t has the first t steps.
    """
    frames = [psi]
    for strength in strengths:
        frames.append(scramble(frames[-1], [strength], generator))
    return torch.stack(frames)


class Scrambling:
    """The scrambling process; see ``diffusion.states`` for its methods.

    Parameters
    ----------
    strengths : sequence of float
        Strengths h_s of all steps.
    """

    start = "Haar-random states"

    def __init__(self, strengths: Sequence[float]) -> None:
        self.strengths = tuple(float(h) for h in strengths)
        self.n_steps = len(self.strengths)

    def noise(self, n: int, n_qubits: int, generator: torch.Generator) -> Tensor:
        return haar_states(n, n_qubits, generator)

    def at(self, psi: Tensor, t: int, generator: torch.Generator) -> Tensor:
        return scramble(psi, self.strengths[:t], generator)

    def path(self, psi: Tensor, generator: torch.Generator) -> Tensor:
        return scramble_path(psi, self.strengths, generator)


def pair_signs(n_qubits: int, device: torch.device | None = None) -> Tensor:
    """Eigenvalues of the sum of Z_i Z_j over all pairs of wires, shape (2**n_qubits,), float32."""
    index = torch.arange(2**n_qubits, device=device)
    z = torch.stack([1 - 2 * ((index >> q) & 1) for q in range(n_qubits)]).float()
    return (z.sum(0) ** 2 - n_qubits) / 2


def _step(psi: Tensor, strength: float, signs: Tensor, generator: torch.Generator) -> Tensor:
    n = psi.shape[1].bit_length() - 1
    angles = (torch.rand(len(psi), n, 3, generator=generator) * 2 - 1) * (math.pi / 8 * strength)
    gates = _rz_ry_rz(angles.to(psi.device)).to(psi.dtype)
    for q in range(n):
        blocks = psi.reshape(len(psi), 2**q, 2, -1)
        psi = torch.einsum("bij,bajc->baic", gates[:, q], blocks).reshape(psi.shape)
    if n < 2:
        return psi
    coupling = (
        strength * (0.4 + 0.2 * torch.rand(len(psi), 1, generator=generator)) / (2 * math.sqrt(n))
    )
    phase = -0.5 * coupling.to(psi.device) * signs
    return psi * torch.complex(torch.cos(phase), torch.sin(phase)).to(psi.dtype)


def _rz_ry_rz(angles: Tensor) -> Tensor:
    """Matrices RZ(c) RY(b) RZ(a), shape (..., 2, 2), from angles (..., 3) = a, b, c in radians."""
    a, b, c = angles.unbind(-1)
    cos, sin = torch.cos(b / 2), torch.sin(b / 2)
    plus, minus = (a + c) / 2, (a - c) / 2
    top = torch.stack([torch.polar(cos, -plus), -torch.polar(sin, minus)], -1)
    bottom = torch.stack([torch.polar(sin, -minus), torch.polar(cos, plus)], -1)
    return torch.stack([top, bottom], -2)
