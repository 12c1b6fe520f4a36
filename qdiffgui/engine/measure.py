"""Measure the ancillas in mid-circuit, and draw Haar-random states and unitaries.

Ancillas are the last wires, so a state (B, 2**(n_data + n_ancillas)) is a matrix data × outcome for each sample.
"""

from __future__ import annotations

import torch
from torch import Tensor

from qdiffgui.errors import UserError

_MODES = ("sample", "enumerate", "trace")


def ancillas(
    psi: Tensor, n_data: int, n_ancillas: int, mode: str = "sample", generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor] | Tensor:
    """Measure the last ``n_ancillas`` wires of psi (B, 2**(n_data + n_ancillas)).

    mode "sample": one outcome is drawn with its probability: (psi (B, 2**n_data) normalised, outcome (B,) int64).
    mode "enumerate": all branches: (psi (B, 2**n_ancillas, 2**n_data) normalised, weight (B, 2**n_ancillas)).
    mode "trace": the reduced density matrix (B, 2**n_data, 2**n_data).

    Differentiable (the drawn outcome is a constant: averaging over sampled branches gives a biased gradient of the
    branch sum, Zhang et al. 2310.05866 use it nevertheless; "enumerate" is exact). A branch of probability zero is a
    zero vector of weight zero and has a zero gradient.

    Raises UserError for an unknown mode or a shape that does not fit.
    """
    if mode not in _MODES:
        raise UserError(f"Ancillas are measured by one of {', '.join(_MODES)}, found {mode!r}: choose one of these.")
    d, a = 2**n_data, 2**n_ancillas
    if psi.ndim != 2 or psi.shape[1] != d * a:
        raise UserError(
            f"psi must have shape (batch, {d * a}) for {n_data} data and {n_ancillas} ancilla qubits, found {tuple(psi.shape)}."
        )
    branches = psi.reshape(-1, d, a).transpose(1, 2)
    if mode == "trace":
        return branches.transpose(1, 2) @ branches.conj()
    weight = (branches.real.square() + branches.imag.square()).sum(2)
    if mode == "enumerate":
        return _normalised(branches, weight), weight
    outcome = torch.multinomial(weight.detach(), 1, generator=generator)[:, 0]
    rows = torch.arange(len(psi), device=psi.device)
    return _normalised(branches[rows, outcome], weight[rows, outcome]), outcome


def _normalised(branches: Tensor, weight: Tensor) -> Tensor:
    """Divide by the norm where it is not zero; the inner ``where`` keeps the gradient of an empty branch finite."""
    tiny = torch.finfo(weight.dtype).tiny * 1e4
    empty = weight <= tiny
    norm = torch.where(empty, torch.ones_like(weight), weight).sqrt()
    scale = torch.where(empty, torch.zeros_like(weight), 1 / norm)
    normalised: Tensor = branches * scale.unsqueeze(-1)
    return normalised


def haar_states(n: int, n_qubits: int, generator: torch.Generator | None = None, dtype: torch.dtype = torch.complex64) -> Tensor:
    """(n, 2**n_qubits) Haar-random pure states (normalised complex Gaussian vectors)."""
    psi = _gaussian((n, 2**n_qubits), generator, dtype)
    normalised: Tensor = psi / torch.linalg.vector_norm(psi, dim=1, keepdim=True)
    return normalised


def haar_unitary(
    n_qubits: int, generator: torch.Generator | None = None, dtype: torch.dtype = torch.complex64, n: int | None = None
) -> Tensor:
    """(2**n_qubits, 2**n_qubits) Haar-random unitary, or (n, …) of them: QR with the phases of R's diagonal divided
    out (Mezzadri, math-ph/0609050)."""
    shape = (2**n_qubits, 2**n_qubits) if n is None else (n, 2**n_qubits, 2**n_qubits)
    q, r = torch.linalg.qr(_gaussian(shape, generator, torch.complex128))
    diagonal = torch.diagonal(r, dim1=-2, dim2=-1)
    unitary: Tensor = q * (diagonal / diagonal.abs()).unsqueeze(-2)
    return unitary.to(dtype)


def _gaussian(shape: tuple[int, ...], generator: torch.Generator | None, dtype: torch.dtype) -> Tensor:
    device = None if generator is None else generator.device
    return torch.randn(shape, dtype=dtype, generator=generator, device=device)
