"""``compile`` turns a quantum function or gate program into a ``Circuit`` for torch models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from qdiffgui.engine.angles import Angles, wide
from qdiffgui.engine.backend import Backend
from qdiffgui.engine.device import run_on_active
from qdiffgui.engine.first_inputs import keep_first
from qdiffgui.engine.program import GateProgram, check_word
from qdiffgui.engine.select import make_backend
from qdiffgui.engine.shots import measured_probabilities, measured_values
from qdiffgui.engine.trace import trace
from qdiffgui.engine.tracker import record
from qdiffgui.errors import UserError

_REAL = (torch.float32, torch.float64)
_PRECISIONS = (torch.complex64, torch.complex128)


def compile(
    program_or_qfunc: GateProgram | Callable[..., Any],
    *,
    n_qubits: int | None = None,
    n_weights: int = 0,
    n_inputs: int = 0,
    backend: str = "auto",
    dtype: torch.dtype = torch.complex64,
    threads: int = 1,
    **options: Any,
) -> Circuit:
    """Compile a circuit for one simulation back-end.

    Parameters
    ----------
    program_or_qfunc : GateProgram or callable
        A gate program, or a PennyLane quantum function ``f(weights, inputs)``, which ``trace``
        turns into one.
    n_qubits : int, optional
        Number of wires; required with a quantum function.
    n_weights, n_inputs : int
        Trainable angles, and data angles per sample, of a quantum function.
    backend : str
        One of ``backends()``.
    dtype : torch.dtype
        Precision of the states: ``torch.complex64`` or ``torch.complex128``.
    threads : int
        Largest number of CPU threads that share the batch.
    **options
        Options of a ``pennylane:<device>`` back-end: ``noise``, ``shots``, ``diff_method``.

    Returns
    -------
    Circuit
        The compiled circuit, differentiable by torch.

    Raises
    ------
    UserError
        If the back-end, the dtype or an option is unknown, or ``trace`` rejects the circuit.

    Examples
    --------
    >>> import pennylane as qml
    >>> import torch
    >>> from qdiffgui import engine
    >>> def bell(weights, inputs):
    ...     qml.RY(weights[0], wires=0)
    ...     qml.CNOT(wires=[0, 1])
    >>> circuit = engine.compile(bell, n_qubits=2, n_weights=1)
    >>> circuit.probabilities(torch.tensor([torch.pi / 2]))
    tensor([[0.5000, 0.0000, 0.0000, 0.5000]])
    """
    if isinstance(program_or_qfunc, GateProgram):
        program = program_or_qfunc
    elif n_qubits is None:
        raise UserError(
            "The number of qubits of a quantum function is unknown: pass n_qubits to compile."
        )
    else:
        program = trace(program_or_qfunc, n_qubits=n_qubits, n_weights=n_weights, n_inputs=n_inputs)
    if dtype not in _PRECISIONS:
        raise UserError(f"A circuit runs in torch.complex64 or torch.complex128; found {dtype}.")
    if threads < 1:
        raise UserError(f"The number of threads must be at least 1; found {threads}.")
    return Circuit(program, make_backend(backend, program, dtype, threads, options), dtype, backend)


class Circuit:
    """A compiled circuit, evaluated for a batch of B samples.

    Made by ``compile``. Results are differentiable with respect to the weights, the inputs and the
    input states. Wire 0 is the most significant bit of a basis index. Input states are cast to the
    circuit's precision; angles are computed in float64. Without ``inputs`` and ``psi`` the batch
    has one sample. Inside ``on_device`` a circuit runs on another device or with noise, inside
    ``finite_shots`` with a finite number of shots.

    Parameters
    ----------
    program : GateProgram
        The circuit.
    backend : Backend
        What evaluates it.
    dtype : torch.dtype
        Precision of the states.
    name : str
        Name of the back-end.

    Examples
    --------
    >>> import pennylane as qml
    >>> import torch
    >>> from qdiffgui import engine
    >>> def encode(weights, inputs):
    ...     qml.RX(inputs[0], wires=0)
    ...     qml.RY(weights[0], wires=0)
    >>> circuit = engine.compile(encode, n_qubits=1, n_weights=1, n_inputs=1)
    >>> circuit
    Circuit(1 qubits, 1 weights, 1 inputs, auto, torch.complex64)
    >>> weights = torch.zeros(1, requires_grad=True)
    >>> inputs = torch.tensor([[0.0], [torch.pi]])
    >>> z = circuit.expval(["Z"], weights, inputs)
    >>> z.detach()
    tensor([[ 1.],
            [-1.]])
    >>> z.square().sum().backward()
    >>> weights.grad.shape
    torch.Size([1])
    """

    def __init__(
        self, program: GateProgram, backend: Backend, dtype: torch.dtype, name: str
    ) -> None:
        self.program, self.dtype, self.backend_name = program, dtype, name
        self._backend = backend
        self._angles = Angles(program)
        self._checked_words: set[tuple[str, ...]] = set()

    @property
    def n_qubits(self) -> int:
        """Number of wires."""
        return self.program.n_qubits

    def __repr__(self) -> str:
        p = self.program
        return (
            f"Circuit({p.n_qubits} qubits, {p.n_weights} weights, {p.n_inputs} inputs, "
            f"{self.backend_name}, {self.dtype})"
        )

    def state(
        self, weights: Tensor, inputs: Tensor | None = None, psi: Tensor | None = None
    ) -> Tensor:
        """Compute the final states.

        Parameters
        ----------
        weights : Tensor, shape (n_weights,)
            Trainable angles in radians, shared by the batch.
        inputs : Tensor, shape (B, n_inputs) or (n_inputs,), optional
            Data angles of each sample in radians.
        psi : Tensor, shape (B, 2**n_qubits) or (2**n_qubits,), optional
            Input states; |0…0> by default.

        Returns
        -------
        Tensor, shape (B, 2**n_qubits), complex
            The states.
        """
        return self._run(lambda backend, *args: backend.state(*args), weights, inputs, psi)

    def probabilities(
        self,
        weights: Tensor,
        inputs: Tensor | None = None,
        psi: Tensor | None = None,
        wires: Sequence[int] | None = None,
    ) -> Tensor:
        """Compute the probabilities of the basis states of k wires.

        Parameters
        ----------
        weights, inputs, psi : Tensor
            As in ``state``.
        wires : sequence of int, optional
            The wires, the first one the most significant bit; all by default.

        Returns
        -------
        Tensor, shape (B, 2**k)
            The probabilities; inside ``finite_shots`` the measured frequencies.
        """
        checked = self._wires(wires)
        return self._run(
            lambda backend, *args: measured_probabilities(backend.probabilities(checked, *args)),
            weights,
            inputs,
            psi,
        )

    def expval(
        self,
        words: Sequence[str],
        weights: Tensor,
        inputs: Tensor | None = None,
        psi: Tensor | None = None,
    ) -> Tensor:
        """Compute expectation values of Pauli words.

        Parameters
        ----------
        words : sequence of str
            Pauli words with one letter per wire, such as "ZII" or "XXI".
        weights, inputs, psi : Tensor
            As in ``state``.

        Returns
        -------
        Tensor, shape (B, len(words))
            The values, in [-1, 1]; inside ``finite_shots`` estimates of them.
        """
        words = (words,) if isinstance(words, str) else tuple(words)
        if words not in self._checked_words:
            for word in words:
                check_word(word, self.n_qubits)
            self._checked_words.add(words)
        return self._run(
            lambda backend, *args: measured_values(backend.expval(words, *args)),
            weights,
            inputs,
            psi,
        )

    def density_matrix(
        self,
        wires: Sequence[int],
        weights: Tensor,
        inputs: Tensor | None = None,
        psi: Tensor | None = None,
    ) -> Tensor:
        """Compute the reduced density matrices of k wires.

        Parameters
        ----------
        wires : sequence of int
            The wires that are kept, the first one the most significant bit.
        weights, inputs, psi : Tensor
            As in ``state``.

        Returns
        -------
        Tensor, shape (B, 2**k, 2**k), complex
            The density matrices, the other wires traced out.
        """
        checked = self._wires(wires)
        return self._run(
            lambda backend, *args: backend.density_matrix(checked, *args), weights, inputs, psi
        )

    def sample(
        self,
        shots: int,
        weights: Tensor,
        inputs: Tensor | None = None,
        psi: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Measure all wires.

        Parameters
        ----------
        shots : int
            Measurements of each sample.
        weights, inputs, psi : Tensor
            As in ``state``.
        generator : torch.Generator, optional
            Source of randomness; the same generator state gives the same outcomes.

        Returns
        -------
        Tensor, shape (B, shots), int64
            The measured basis states.
        """
        if shots < 1:
            raise UserError(f"The number of shots must be at least 1; found {shots}.")
        with torch.no_grad():
            every = self._wires(None)
            p = self._run(
                lambda backend, *args: backend.probabilities(every, *args), weights, inputs, psi
            ).clamp_min(0)
            return torch.multinomial(p, shots, replacement=True, generator=generator)

    def unitary(self, weights: Tensor) -> Tensor:
        """Compute the matrix of a circuit without inputs.

        Parameters
        ----------
        weights : Tensor, shape (n_weights,)
            Trainable angles in radians.

        Returns
        -------
        Tensor, shape (2**n_qubits, 2**n_qubits), complex
            The unitary; column k is the image of basis state k.
        """
        if self.program.n_inputs:
            raise UserError(
                f"The circuit has {self.program.n_inputs} inputs, so every sample has a unitary of "
                "its own: call state on a batch instead."
            )
        eye = torch.eye(2**self.n_qubits, dtype=self.dtype, device=weights.device)
        return self.state(weights, psi=eye).transpose(0, 1)

    def _run(
        self,
        compute: Callable[..., Tensor],
        weights: Tensor,
        inputs: Tensor | None,
        psi: Tensor | None,
    ) -> Tensor:
        """``compute(backend, shared, sample, psi, batch)`` on the active device."""
        args = self._arguments(weights, inputs, psi)
        return run_on_active(
            self._backend, self.program, self.dtype, lambda backend: compute(backend, *args)
        )

    def _wires(self, wires: Sequence[int] | None) -> tuple[int, ...]:
        chosen = tuple(range(self.n_qubits)) if wires is None else tuple(int(w) for w in wires)
        if len(set(chosen)) != len(chosen) or not set(chosen) <= set(range(self.n_qubits)):
            raise UserError(
                f"wires must be distinct integers from 0 to {self.n_qubits - 1}; found "
                f"{list(chosen)}."
            )
        return chosen

    def _arguments(
        self, weights: Tensor, inputs: Tensor | None, psi: Tensor | None
    ) -> tuple[Tensor, Tensor | None, Tensor | None, int]:
        p = self.program
        if weights.shape != (p.n_weights,):
            raise UserError(
                f"weights must have shape ({p.n_weights},); found {tuple(weights.shape)}."
            )
        weights = weights if weights.dtype in _REAL else weights.to(wide(weights.device))
        if inputs is not None:
            inputs = inputs.reshape(1, -1) if inputs.ndim == 1 else inputs
            inputs = inputs if inputs.dtype in _REAL else inputs.to(wide(inputs.device))
        if (inputs is None and p.n_inputs) or (
            inputs is not None and (inputs.ndim != 2 or inputs.shape[1] != p.n_inputs)
        ):
            found = "none" if inputs is None else f"shape {tuple(inputs.shape)}"
            raise UserError(
                f"inputs must have shape (batch, {p.n_inputs}), one row per sample; found {found}."
            )
        if psi is not None:
            psi = psi.reshape(1, -1) if psi.ndim == 1 else psi
            if psi.ndim != 2 or psi.shape[1] != 2**p.n_qubits:
                raise UserError(
                    f"psi must have shape (batch, {2**p.n_qubits}) for {p.n_qubits} qubits, one "
                    f"state per row; found {tuple(psi.shape)}."
                )
            psi = psi.to(self.dtype)
        sizes = {len(t) for t in (inputs, psi) if t is not None}
        batch = max(sizes, default=1)
        if sizes - {1, batch}:
            raise UserError(f"inputs and psi must have the same batch size; found {sorted(sizes)}.")
        if inputs is not None and len(inputs) != batch:
            inputs = inputs.expand(batch, -1)
        if psi is not None and len(psi) != batch:
            psi = psi.expand(batch, -1)
        shared, sample = self._angles(weights, inputs)
        record(p, batch)
        keep_first(p, weights, inputs, psi)
        return shared, sample, psi, batch
