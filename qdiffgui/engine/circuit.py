"""``compile`` a quantum function or gate program for a back-end, and the ``Circuit`` that torch models call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from qdiffgui.engine.angles import Angles, wide
from qdiffgui.engine.backend import Backend
from qdiffgui.engine.device import ask
from qdiffgui.engine.program import GateProgram, check_word
from qdiffgui.engine.select import make_backend
from qdiffgui.engine.shots import measured_probabilities, measured_values
from qdiffgui.engine.tally import note
from qdiffgui.engine.trace import trace
from qdiffgui.errors import UserError

_EXACT = (torch.float32, torch.float64)
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
    """Make a program (or a PennyLane quantum function, traced first: see ``trace``) ready to run.

    backend : a name of ``backends()``. dtype : complex64 or complex128. threads : the batch is split over so many.
    options : of the back-end only (``pennylane:<device>`` takes ``noise`` and ``shots``).

    Raises UserError for an unknown back-end, dtype or option, and whatever ``trace`` refuses.
    """
    if isinstance(program_or_qfunc, GateProgram):
        program = program_or_qfunc
    elif n_qubits is None:
        raise UserError("compile needs n_qubits with a quantum function: pass n_qubits=<number of wires>.")
    else:
        program = trace(program_or_qfunc, n_qubits=n_qubits, n_weights=n_weights, n_inputs=n_inputs)
    if dtype not in _PRECISIONS:
        raise UserError(f"A circuit runs in torch.complex64 or torch.complex128, found {dtype}: choose one of these.")
    if threads < 1:
        raise UserError(f"A circuit needs at least one thread, found {threads}: choose 1 or more.")
    return Circuit(program, make_backend(backend, program, dtype, threads, options), dtype, backend)


class Circuit:
    """A compiled circuit: batched, differentiable with respect to weights, inputs and input states.

    In every call weights is (n_weights,), shared by the batch; inputs (B, n_inputs) or (n_inputs,) for one sample;
    psi (B, 2**n) or (2**n,) the input states, |0…0> where None. Wire 0 is the most significant bit. Input states are
    cast to the circuit's precision; angles are worked out in float64. A call with neither inputs nor psi is a batch of one.
    """

    def __init__(self, program: GateProgram, backend: Backend, dtype: torch.dtype, name: str) -> None:
        self.program, self.dtype, self.backend_name = program, dtype, name
        self._backend = backend
        self._angles = Angles(program)
        self._checked_words: set[tuple[str, ...]] = set()

    @property
    def n_qubits(self) -> int:
        return self.program.n_qubits

    def __repr__(self) -> str:
        p = self.program
        return f"Circuit({p.n_qubits} qubits, {p.n_weights} weights, {p.n_inputs} inputs, {self.backend_name}, {self.dtype})"

    def state(self, weights: Tensor, inputs: Tensor | None = None, psi: Tensor | None = None) -> Tensor:
        """(B, 2**n) final states."""
        return self._ask(lambda backend, *given: backend.state(*given), weights, inputs, psi)

    def probabilities(
        self, weights: Tensor, inputs: Tensor | None = None, psi: Tensor | None = None, wires: Sequence[int] | None = None
    ) -> Tensor:
        """(B, 2**k) probabilities of the basis states of ``wires`` (all where None), first wire most significant; within
        ``finite_shots`` the shares of counts."""
        of = self._wires(wires)
        return self._ask(lambda backend, *given: measured_probabilities(backend.probabilities(of, *given)), weights, inputs, psi)

    def expval(self, words: Sequence[str], weights: Tensor, inputs: Tensor | None = None, psi: Tensor | None = None) -> Tensor:
        """(B, len(words)) expectation values of Pauli words, one letter a wire: "ZII", "XXI"; within ``finite_shots`` estimates."""
        words = (words,) if isinstance(words, str) else tuple(words)
        if words not in self._checked_words:
            for word in words:
                check_word(word, self.n_qubits)
            self._checked_words.add(words)
        return self._ask(lambda backend, *given: measured_values(backend.expval(words, *given)), weights, inputs, psi)

    def density_matrix(
        self, wires: Sequence[int], weights: Tensor, inputs: Tensor | None = None, psi: Tensor | None = None
    ) -> Tensor:
        """(B, 2**k, 2**k) reduced density matrices of ``wires``, the others traced out."""
        of = self._wires(wires)
        return self._ask(lambda backend, *given: backend.density_matrix(of, *given), weights, inputs, psi)

    def sample(
        self,
        shots: int,
        weights: Tensor,
        inputs: Tensor | None = None,
        psi: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """(B, shots) int64 measured basis states of all wires; the same generator state gives the same shots."""
        if shots < 1:
            raise UserError(f"A sample needs at least one shot, found {shots}: choose 1 or more.")
        with torch.no_grad():
            every = self._wires(None)
            p = self._ask(lambda backend, *given: backend.probabilities(every, *given), weights, inputs, psi).clamp_min(0)
            return torch.multinomial(p, shots, replacement=True, generator=generator)

    def unitary(self, weights: Tensor) -> Tensor:
        """(2**n, 2**n) matrix of the circuit, for circuits without inputs; column k is the image of basis state k."""
        if self.program.n_inputs:
            raise UserError(
                f"The circuit takes {self.program.n_inputs} inputs a sample, so it has no single unitary: "
                "ask for the state of a batch instead."
            )
        eye = torch.eye(2**self.n_qubits, dtype=self.dtype, device=weights.device)
        return self.state(weights, psi=eye).transpose(0, 1)

    def _ask(self, question: Callable[..., Tensor], weights: Tensor, inputs: Tensor | None, psi: Tensor | None) -> Tensor:
        """What ``question(backend, shared, sample, psi, batch)`` says, of the device that circuits run on now."""
        given = self._arguments(weights, inputs, psi)
        return ask(self._backend, self.program, self.dtype, lambda backend: question(backend, *given))

    def _wires(self, wires: Sequence[int] | None) -> tuple[int, ...]:
        chosen = tuple(range(self.n_qubits)) if wires is None else tuple(int(w) for w in wires)
        if len(set(chosen)) != len(chosen) or not set(chosen) <= set(range(self.n_qubits)):
            raise UserError(f"wires must be different numbers of 0..{self.n_qubits - 1}, found {list(chosen)}: correct them.")
        return chosen

    def _arguments(
        self, weights: Tensor, inputs: Tensor | None, psi: Tensor | None
    ) -> tuple[Tensor, Tensor | None, Tensor | None, int]:
        p = self.program
        if weights.shape != (p.n_weights,):
            raise UserError(f"The circuit takes weights of shape ({p.n_weights},), found {tuple(weights.shape)}: flatten them.")
        weights = weights if weights.dtype in _EXACT else weights.to(wide(weights.device))
        if inputs is not None:
            inputs = inputs.reshape(1, -1) if inputs.ndim == 1 else inputs
            inputs = inputs if inputs.dtype in _EXACT else inputs.to(wide(inputs.device))
        if (inputs is None and p.n_inputs) or (inputs is not None and (inputs.ndim != 2 or inputs.shape[1] != p.n_inputs)):
            found = "none" if inputs is None else f"shape {tuple(inputs.shape)}"
            raise UserError(f"The circuit takes inputs of shape (batch, {p.n_inputs}), found {found}: pass one row a sample.")
        if psi is not None:
            psi = psi.reshape(1, -1) if psi.ndim == 1 else psi
            if psi.ndim != 2 or psi.shape[1] != 2**p.n_qubits:
                raise UserError(
                    f"psi must have shape (batch, {2**p.n_qubits}) for {p.n_qubits} qubits, found {tuple(psi.shape)}: "
                    "pass one state a row."
                )
            psi = psi.to(self.dtype)
        sizes = {len(t) for t in (inputs, psi) if t is not None}
        batch = max(sizes, default=1)
        if sizes - {1, batch}:
            raise UserError(f"inputs and psi must have the same batch, found {sorted(sizes)}: match them.")
        if inputs is not None and len(inputs) != batch:
            inputs = inputs.expand(batch, -1)
        if psi is not None and len(psi) != batch:
            psi = psi.expand(batch, -1)
        shared, sample = self._angles(weights, inputs)
        note(p, batch)
        return shared, sample, psi, batch
