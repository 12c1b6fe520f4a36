"""The compiled back-end for CPUs: the kernel inside a ``torch.autograd.Function``, with the batch
split over threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qdiffgui.engine import compiled, trigonometry
from qdiffgui.engine.backend import PureStateBackend
from qdiffgui.engine.plan import Plan, make_plan
from qdiffgui.engine.program import AngleMap, GateProgram, Rotation
from qdiffgui.engine.threads import HelperPolicy, ParallelCall
from qdiffgui.errors import UserError

ALIGNMENT = 64
"""Bytes of a kernel vector. Loads that straddle cache lines cost a third of the speed."""
DENSE_ROWS = 64
"""Rows of the work space for constant matrices."""
THREAD_WORK = 8_000_000
"""Multiply-adds of a forward pass (1 ms with the backward pass) that make another thread useful."""
PARTS = 2
"""Parts per thread, if there is enough work, so that a delayed thread leaves some to the others."""


class NumbaBackend(PureStateBackend):
    """Runs a program in the compiled kernel.

    Results are reproducible bit for bit for a given number of threads.
    """

    def __init__(
        self, program: GateProgram, dtype: torch.dtype, threads: int, compiled: bool = False
    ) -> None:
        super().__init__(program, dtype)
        self.np_real: type[np.floating[Any]] = (
            np.float64 if dtype == torch.complex128 else np.float32
        )
        if not compiled:
            ensure_compiled(self.np_real)
        self.plan = make_plan(program, self.np_real)
        self.lanes = ALIGNMENT // np.dtype(self.np_real).itemsize
        self.threads = threads
        self.no_sample = np.empty((1, 0))
        self.no_states = np.empty(0, self.np_real)
        self.no_words = np.empty((0, 4), np.int64)
        self._pauli_words: dict[tuple[str, ...], NDArray[np.int64]] = {}
        self._edges: dict[int, NDArray[np.int64]] = {}
        self._policies: dict[tuple[str, int], HelperPolicy] = {}

    def state(
        self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> Tensor:
        return self._apply(None, shared, sample, psi, batch)

    def expval(
        self,
        words: Sequence[str],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        key = tuple(words)
        if key not in self._pauli_words:
            self._pauli_words[key] = self.plan.pauli_words(key)
        return self._apply(self._pauli_words[key], shared, sample, psi, batch)

    def _apply(
        self,
        words: NDArray[np.int64] | None,
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        if shared.device.type != "cpu":
            raise UserError(
                f"The back-end 'numba' needs tensors on the CPU; found {shared.device}: use "
                "backend='torch'."
            )
        if not torch.is_grad_enabled():  # keep nothing for a backward pass
            shared = shared.detach()
            sample, psi = (None if t is None else t.detach() for t in (sample, psi))
        out: Tensor = _Run.apply(self, words, batch, shared, sample, psi)  # type: ignore[no-untyped-call]
        return out

    def edges(self, n_blocks: int) -> NDArray[np.int64]:
        """``split``, computed once per batch size."""
        if n_blocks not in self._edges:
            self._edges[n_blocks] = self.split(n_blocks)
        return self._edges[n_blocks]

    def split(self, n_blocks: int) -> NDArray[np.int64]:
        """First block of each part, and the end, shape (n_parts + 1,).

        Any thread may do any part, because sums are added part by part.
        """
        work = self.plan.flops * n_blocks * self.lanes
        threads = max(1, min(self.threads, n_blocks, work // THREAD_WORK))
        parts = (
            1
            if threads == 1
            else min(n_blocks, threads * max(1, min(PARTS, work // (threads * THREAD_WORK))))
        )
        return np.array([n_blocks * p // parts for p in range(parts + 1)])

    def parallel_call(self, direction: str, n_parts: int, n_blocks: int) -> ParallelCall:
        """Threads for a call of this size; ``direction`` is "forward" or "backward"."""
        key = (direction, n_blocks)
        if key not in self._policies:
            self._policies[key] = HelperPolicy()
        return ParallelCall(n_parts, self.threads, self._policies[key])


def aligned(size: int, real: type[np.floating[Any]]) -> NDArray[Any]:
    """A flat uninitialized array that starts on a vector boundary."""
    item = np.dtype(real).itemsize
    raw = np.empty(size + ALIGNMENT // item, real)
    start = (-raw.__array_interface__["data"][0] // item) % (ALIGNMENT // item)
    return raw[start : start + size]


def _row_length(n: int) -> int:
    """Length of a row of n float64 sums. Different threads write different rows, so no two rows
    share a cache line.
    """
    line = ALIGNMENT // 8
    return (n // line + 2) * line


def _pairs(states: Tensor) -> NDArray[Any]:
    """Flat real view of complex states (B, D), with alternating real and imaginary parts."""
    view: NDArray[Any] = torch.view_as_real(states.detach().resolve_conj().contiguous()).numpy()
    return view.reshape(-1)


class _Call:
    """One call: its parts, and the cosines, sines and phase tables that all parts read."""

    def __init__(self, b: NumbaBackend, shared: Tensor, sample: Tensor | None, batch: int) -> None:
        self.n_blocks = -(-batch // b.lanes)
        self.padded = self.n_blocks * b.lanes
        self.edges = b.edges(self.n_blocks)
        self.n_parts = len(self.edges) - 1
        self.parallel = b.parallel_call("forward", self.n_parts, self.n_blocks)
        plan = b.plan
        self.angles, self.tables = compiled.kernel("prepare")(
            _float64(shared),
            b.no_sample if sample is None else _float64(sample),
            self.padded,
            plan.constant_angles,
            plan.words,
            plan.scales,
            trigonometry.SERIES,
            plan.one,
        )


def _float64(angles: Tensor) -> NDArray[np.float64]:
    return np.ascontiguousarray(angles.detach().numpy(), np.float64)


class _Run(torch.autograd.Function):
    """States (without words) or expectation values, with gradients of shared and per-sample angles
    and of input states.
    """

    @staticmethod
    def forward(ctx: Any, *args: Any) -> Tensor:
        b, words, batch, shared, sample, psi = args
        plan: Plan = b.plan
        call = _Call(b, shared, sample, batch)
        keep = any(ctx.needs_input_grad)
        row = 2**plan.n_qubits * 2 * b.lanes
        blocks = aligned((call.n_blocks if keep else call.n_parts) * row, b.np_real)
        source = b.no_states if psi is None else _pairs(psi)
        if words is None:
            out = torch.empty(batch, 2**plan.n_qubits, dtype=b.dtype)
            words, target, expectation = b.no_words, _pairs(out), b.no_states
        else:
            target, expectation = b.no_states, np.empty(len(words) * call.padded, b.np_real)
        run = compiled.kernel("forward")

        def work(first: int, last: int) -> None:
            scratch = np.empty(DENSE_ROWS * 2 * b.lanes, b.np_real)
            run(
                call.edges[first],
                call.edges[last],
                batch,
                plan.n_qubits,
                plan.program,
                call.angles,
                call.tables,
                source,
                -1 if keep else first,
                blocks,
                words,
                expectation,
                target,
                plan.index,
                plan.phase,
                scratch,
            )

        call.parallel.run(work)
        if keep:
            ctx.call = (b, words, batch, call, blocks)
        if len(target):
            return out
        return torch.from_numpy(expectation.reshape(len(words), call.padded)[:, :batch].T.copy())

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *grads: Any) -> Any:
        (gradient,) = grads
        b, words, batch, call, blocks = ctx.call
        parallel = b.parallel_call("backward", call.n_parts, call.n_blocks)
        plan: Plan = b.plan
        row = 2**plan.n_qubits * 2 * b.lanes
        shared_g = np.zeros((call.n_parts, _row_length(plan.n_shared)))
        table_g = np.zeros((call.n_parts, _row_length(plan.constant_angles.size)))
        sample_g = np.zeros(plan.n_sample * call.padded, b.np_real)
        psi_g, psi_out = None, b.no_states
        if ctx.needs_input_grad[5]:
            psi_g = torch.empty(batch, 2**plan.n_qubits, dtype=b.dtype)
            psi_out = _pairs(psi_g)
        out_g, expectation_g = b.no_states, b.no_states
        if len(words):
            padded = np.zeros((len(words), call.padded), b.np_real)
            padded[:, :batch] = gradient.numpy().T
            expectation_g = padded.reshape(-1)
        else:
            out_g = _pairs(gradient)
        run = compiled.kernel("backward")

        def work(first: int, last: int) -> None:
            ws, scratch = aligned(2 * row, b.np_real), np.empty(DENSE_ROWS * 2 * b.lanes, b.np_real)
            run(
                call.edges,
                first,
                last,
                batch,
                plan.n_qubits,
                plan.program,
                call.angles,
                call.tables,
                blocks,
                ws,
                (shared_g, sample_g, table_g),
                words,
                expectation_g,
                out_g,
                plan.index,
                plan.phase,
                psi_out,
                plan.straight,
                plan.one,
                scratch,
            )

        parallel.run(work)
        compiled.kernel("word_gradients")(
            shared_g, table_g, plan.constant_angles.shape, plan.words, plan.scales
        )
        sample_gradient = None
        if ctx.needs_input_grad[4]:
            sample_gradient = torch.from_numpy(
                sample_g.reshape(plan.n_sample, call.padded)[:, :batch].T
            )
        return (
            None,
            None,
            None,
            torch.from_numpy(shared_g[0, : plan.n_shared]),
            sample_gradient,
            psi_g,
        )


_COMPILED: set[type[np.floating[Any]]] = set()


def ensure_compiled(real: type[np.floating[Any]]) -> None:
    """Compile the kernel for float32 or float64, or load it from the disk cache; wait if another
    thread is doing so.
    """
    if real in _COMPILED:  # without waiting for another precision
        return
    with compiled.lock:
        if real not in _COMPILED:
            _compile_for(real)
            _COMPILED.add(real)


def _compile_for(real: type[np.floating[Any]]) -> None:
    """Run a one-qubit program through every entry point."""
    none, one = np.zeros(0, np.int64), np.zeros(1, np.int64)
    angle_map = AngleMap(np.zeros(1), one, one, np.ones(1), none, none, none, np.zeros(0))
    rotation = Rotation("X", (0,), (), 0)  # not traced, which would import PennyLane
    program = GateProgram(1, 1, 0, (rotation,), angle_map, (), ())
    dtype = torch.complex64 if real == np.float32 else torch.complex128
    angle = torch.zeros(1, requires_grad=True)
    backend = NumbaBackend(program, dtype, 1, compiled=True)
    with torch.enable_grad():
        torch.autograd.grad(backend.expval(["Z"], angle, None, None, 1).sum(), angle)
