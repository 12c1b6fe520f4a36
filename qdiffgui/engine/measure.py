"""Mid-circuit measurement of ancillas, and Haar-random states and unitaries.

Ancillas are the last wires, so each state of a batch (B, 2**(n_data + n_ancillas)) is a matrix of
data basis states × outcomes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from qdiffgui.errors import UserError

_MODES = ("sample", "enumerate", "trace")


def ancillas(
    psi: Tensor,
    n_data: int,
    n_ancillas: int,
    mode: str = "sample",
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor] | Tensor:
    """Measure the last wires of a batch of states.

    The result is differentiable. A sampled outcome counts as a constant, so averaging over sampled
    branches gives a biased gradient of the sum over branches (QuDDPM trains with it,
    arXiv:2310.05866); mode "enumerate" is exact. A branch of probability zero is a zero vector with
    zero gradient.

    Parameters
    ----------
    psi : Tensor, shape (B, 2**(n_data + n_ancillas)), complex
        The states.
    n_data, n_ancillas : int
        Number of data wires and of ancillas, which come last.
    mode : {"sample", "enumerate", "trace"}
        Draw one outcome, return all branches, or trace the ancillas out.
    generator : torch.Generator, optional
        Source of randomness of mode "sample".

    Returns
    -------
    psi : Tensor, shape (B, 2**n_data) or (B, 2**n_ancillas, 2**n_data)
        The normalized states after the measurement, in modes "sample" and "enumerate".
    outcome : Tensor, shape (B,) int64, or (B, 2**n_ancillas)
        The outcomes in mode "sample"; the probabilities of the branches in mode "enumerate".
    rho : Tensor, shape (B, 2**n_data, 2**n_data)
        In mode "trace" the only result: the reduced density matrices.

    Raises
    ------
    UserError
        If the mode is unknown or the shape does not match.

    Examples
    --------
    >>> import torch
    >>> from qdiffgui import engine
    >>> basis = torch.eye(4, dtype=torch.complex64)
    >>> psi, outcome = engine.ancillas(basis, n_data=1, n_ancillas=1)
    >>> outcome
    tensor([0, 1, 0, 1])
    >>> psi.real
    tensor([[1., 0.],
            [1., 0.],
            [0., 1.],
            [0., 1.]])
    """
    if mode not in _MODES:
        raise UserError(
            f"There is no mode {mode!r} to measure ancillas: choose one of {', '.join(_MODES)}."
        )
    d, a = 2**n_data, 2**n_ancillas
    if psi.ndim != 2 or psi.shape[1] != d * a:
        raise UserError(
            f"psi must have shape (batch, {d * a}) for {n_data} data and {n_ancillas} ancilla "
            f"qubits; found {tuple(psi.shape)}."
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
    """Divide by the norm, unless it is zero. The inner ``where`` keeps the gradient of an empty
    branch finite.
    """
    tiny = torch.finfo(weight.dtype).tiny * 1e4
    empty = weight <= tiny
    norm = torch.where(empty, torch.ones_like(weight), weight).sqrt()
    scale = torch.where(empty, torch.zeros_like(weight), 1 / norm)
    normalized: Tensor = branches * scale.unsqueeze(-1)
    return normalized


def haar_states(
    n: int,
    n_qubits: int,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.complex64,
) -> Tensor:
    """Draw Haar-random pure states, as normalized complex Gaussian vectors.

    Parameters
    ----------
    n : int
        Number of states.
    n_qubits : int
        Number of qubits.
    generator : torch.Generator, optional
        Source of randomness; its device is the device of the states.
    dtype : torch.dtype
        Complex type of the states.

    Returns
    -------
    Tensor, shape (n, 2**n_qubits), complex
        The states.

    Examples
    --------
    >>> import torch
    >>> from qdiffgui import engine
    >>> psi = engine.haar_states(3, 2, torch.Generator().manual_seed(0))
    >>> psi.shape
    torch.Size([3, 4])
    >>> torch.linalg.vector_norm(psi, dim=1)
    tensor([1.0000, 1.0000, 1.0000])
    """
    psi = _gaussian((n, 2**n_qubits), generator, dtype)
    normalized: Tensor = psi / torch.linalg.vector_norm(psi, dim=1, keepdim=True)
    return normalized


def haar_unitary(
    n_qubits: int,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.complex64,
    n: int | None = None,
) -> Tensor:
    """Draw Haar-random unitaries.

    Computes a QR decomposition of a Gaussian matrix and divides out the phases of R's diagonal.

    Parameters
    ----------
    n_qubits : int
        Number of qubits.
    generator : torch.Generator, optional
        Source of randomness; its device is the device of the matrices.
    dtype : torch.dtype
        Complex type of the matrices.
    n : int, optional
        Number of unitaries; one without a batch axis by default.

    Returns
    -------
    Tensor, shape (2**n_qubits, 2**n_qubits) or (n, 2**n_qubits, 2**n_qubits), complex
        The unitaries.

    References
    ----------
    Mezzadri, math-ph/0609050, section 5.

    Examples
    --------
    >>> import torch
    >>> from qdiffgui import engine
    >>> u = engine.haar_unitary(2, torch.Generator().manual_seed(0))
    >>> torch.allclose(u @ u.mH, torch.eye(4, dtype=u.dtype), atol=1e-6)
    True
    """
    shape = (2**n_qubits, 2**n_qubits) if n is None else (n, 2**n_qubits, 2**n_qubits)
    q, r = torch.linalg.qr(_gaussian(shape, generator, torch.complex128))
    diagonal = torch.diagonal(r, dim1=-2, dim2=-1)
    unitary: Tensor = q * (diagonal / diagonal.abs()).unsqueeze(-2)
    return unitary.to(dtype)


def _gaussian(
    shape: tuple[int, ...], generator: torch.Generator | None, dtype: torch.dtype
) -> Tensor:
    device = None if generator is None else generator.device
    return torch.randn(shape, dtype=dtype, generator=generator, device=device)
