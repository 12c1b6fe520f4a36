"""On what circuits run: within ``on_device`` every ``Circuit`` asks a PennyLane device, or the noisy simulator, not its own back-end.

Zero-noise extrapolation (Temme et al., arXiv:1612.02058; folding: Giurgica-Tiron et al., arXiv:2005.10921) asks for everything at
several scales of the noise, the circuit folded U(U†U)^k, and extrapolates to none with PennyLane's Richardson polynomial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from torch import Tensor

from qdiffgui.engine.backend import Backend
from qdiffgui.engine.program import GateProgram
from qdiffgui.errors import UserError


class _Device:
    def __init__(self, name: str, noise: Mapping[str, float], scales: tuple[int, ...]) -> None:
        self.name, self.noise, self.scales = name, dict(noise), scales
        self._made: dict[tuple[int, int], tuple[GateProgram, Backend]] = {}

    def backend(self, own: Backend, program: GateProgram, dtype: torch.dtype, scale: int) -> Backend:
        key = (id(program), scale)
        if key not in self._made:
            self._made[key] = (program, self._make(own, program, dtype, scale))
        return self._made[key][1]

    def _make(self, own: Backend, program: GateProgram, dtype: torch.dtype, scale: int) -> Backend:
        if self.name:
            from qdiffgui.engine.pennylane_backend import PennyLaneBackend

            return PennyLaneBackend(program, dtype, self.name, noise=self.noise)
        if set(self.noise) == {"readout"}:  # whatever the scale: folding repeats gates, and these are exact
            from qdiffgui.engine.misread import MisreadBackend

            return MisreadBackend(own, self.noise["readout"])
        from qdiffgui.engine.noisy import NoisyBackend

        return NoisyBackend(program, dtype, self.noise, scale)


_NOW: ContextVar[_Device | None] = ContextVar("qdiffgui-device", default=None)


@contextmanager
def on_device(name: str = "", noise: Mapping[str, float] | None = None, scales: tuple[int, ...] = ()) -> Iterator[None]:
    """Run all circuits inside the block on a PennyLane device, or, where ``name`` is empty, on the noisy simulator.

    noise : kind to strength, as in ``noisy.channel``, and "readout".    scales : odd scales of the noise, ascending from 1, that are
    extrapolated to zero; () takes what is measured. Nothing changes where all are empty. What comes out carries no gradient worth having.

    Raises ``UserError`` for noise on a device other than default.mixed, for scales on a device, and for scales that are not such.
    """
    strengths = dict(noise or {})
    if strengths and name not in ("", "default.mixed"):
        raise UserError(f"The device {name} knows no noise channels: leave the device out, or choose default.mixed.")
    if scales and (
        name or len(scales) < 2 or scales[0] != 1 or any(s % 2 == 0 for s in scales) or sorted(set(scales)) != list(scales)
    ):
        raise UserError(
            f"Expected odd noise scales such as (1, 3, 5), and no device, for zero-noise extrapolation; found {scales}."
        )
    for kind, strength in strengths.items():
        if not 0 <= strength <= 1:
            raise UserError(f"The strength of {kind} noise is a probability, 0 to 1; found {strength}.")
    token = _NOW.set(_Device(name, strengths, scales) if name or strengths or scales else None)
    try:
        yield
    finally:
        _NOW.reset(token)


def ask(own: Backend, program: GateProgram, dtype: torch.dtype, question: Callable[[Backend], Tensor]) -> Tensor:
    """The answer to ``question`` of the back-end that is to be asked now: ``own`` outside ``on_device``."""
    now = _NOW.get()
    if now is None:
        return question(own)
    if not now.scales:
        return question(now.backend(own, program, dtype, 1))
    answers = [question(now.backend(own, program, dtype, scale)) for scale in now.scales]
    return extrapolated(now.scales, answers)


def extrapolated(scales: tuple[int, ...], answers: list[Tensor]) -> Tensor:
    """The answers (...) at noise scales, extrapolated to zero by the polynomial through them (Richardson)."""
    import pennylane as qml

    flat = torch.stack([answer.detach().reshape(-1) for answer in answers]).to(torch.float64)
    unit = torch.eye(len(scales), dtype=torch.float64)  # the extrapolation is linear in the answers: its weights are enough
    weights = torch.stack([torch.as_tensor(float(qml.noise.richardson_extrapolate(list(scales), row.tolist()))) for row in unit])
    return (weights.to(torch.float64) @ flat).reshape(answers[0].shape).to(answers[0].dtype)
