"""Where circuits run. Inside ``on_device`` every ``Circuit`` runs on a PennyLane device or on the
noisy simulator in place of its own back-end.

Zero-noise extrapolation (Temme et al., arXiv:1612.02058) evaluates every circuit at several scales
of the noise, by folding it to U(U†U)^k (Giurgica-Tiron et al., arXiv:2005.10921), and extrapolates
to zero noise with PennyLane's Richardson polynomial.
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
    """The settings of an ``on_device`` block and the back-ends made for it."""

    def __init__(self, name: str, noise: Mapping[str, float], scales: tuple[int, ...]) -> None:
        self.name, self.noise, self.scales = name, dict(noise), scales
        self._backends: dict[tuple[int, int], tuple[GateProgram, Backend]] = {}

    def backend(
        self, own: Backend, program: GateProgram, dtype: torch.dtype, scale: int
    ) -> Backend:
        """What runs a program here, in place of its ``own`` back-end."""
        key = (id(program), scale)  # the program is kept, so that no other one gets its id
        if key not in self._backends:
            self._backends[key] = (program, self._make(own, program, dtype, scale))
        return self._backends[key][1]

    def _make(self, own: Backend, program: GateProgram, dtype: torch.dtype, scale: int) -> Backend:
        if self.name:
            from qdiffgui.engine.pennylane_backend import PennyLaneBackend

            return PennyLaneBackend(program, dtype, self.name, noise=self.noise)
        if set(self.noise) == {"readout"}:  # folding repeats gates, which are exact here
            from qdiffgui.engine.readout_error import ReadoutErrorBackend

            return ReadoutErrorBackend(own, self.noise["readout"])
        from qdiffgui.engine.noisy import NoisyBackend

        return NoisyBackend(program, dtype, self.noise, scale)


_ACTIVE: ContextVar[_Device | None] = ContextVar("qdiffgui-device", default=None)


@contextmanager
def on_device(
    name: str = "", noise: Mapping[str, float] | None = None, scales: tuple[int, ...] = ()
) -> Iterator[None]:
    """Run all circuits of a ``with`` block on another device or with noise.

    If all arguments are empty, nothing changes. Results inside the block have no useful gradient.

    Parameters
    ----------
    name : str
        A PennyLane device, such as "lightning.qubit"; empty for the noisy simulator.
    noise : mapping of str to float, optional
        Strength in [0, 1] of each kind of noise: "depolarizing", "amplitude_damping",
        "phase_damping", "bit_flip", "phase_flip" after every gate on each of its wires, and
        "readout" (probability that a measured bit is read wrong).
    scales : tuple of int
        Odd noise scales, ascending from 1, such as (1, 3, 5), for zero-noise extrapolation; empty
        for none.

    Raises
    ------
    UserError
        If a device other than default.mixed is to simulate noise, a strength is not a probability,
        or the scales are not odd and ascending from 1 or are used with a device.

    References
    ----------
    Temme, Bravyi, Gambetta, arXiv:1612.02058; Giurgica-Tiron et al., arXiv:2005.10921.

    Examples
    --------
    >>> import pennylane as qml
    >>> import torch
    >>> from qdiffgui import engine
    >>> circuit = engine.compile(lambda weights, inputs: qml.PauliX(0), n_qubits=1)
    >>> weights = torch.zeros(0)
    >>> circuit.expval(["Z"], weights)
    tensor([[-1.]])
    >>> with engine.on_device(noise={"readout": 0.1}):
    ...     circuit.expval(["Z"], weights)
    tensor([[-0.8000]])
    """
    strengths = dict(noise or {})
    if strengths and name not in ("", "default.mixed"):
        raise UserError(
            f"The device {name} cannot simulate noise channels: use default.mixed, or leave the "
            "device empty for the noisy simulator."
        )
    if scales and (
        name
        or len(scales) < 2
        or scales[0] != 1
        or any(s % 2 == 0 for s in scales)
        or sorted(set(scales)) != list(scales)
    ):
        raise UserError(
            "Zero-noise extrapolation needs odd noise scales that ascend from 1, such as "
            f"(1, 3, 5), and no device; found {scales}."
        )
    for kind, strength in strengths.items():
        if not 0 <= strength <= 1:
            raise UserError(
                f"The strength of {kind} noise must be a probability from 0 to 1; found {strength}."
            )
    token = _ACTIVE.set(_Device(name, strengths, scales) if name or strengths or scales else None)
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def is_on_device() -> bool:
    """Whether circuits run on another device or with noise here, see ``on_device``.

    Examples
    --------
    >>> with on_device(noise={"readout": 0.1}):
    ...     is_on_device()
    True
    """
    return _ACTIVE.get() is not None


def run_on_active(
    own: Backend, program: GateProgram, dtype: torch.dtype, compute: Callable[[Backend], Tensor]
) -> Tensor:
    """``compute`` a result on the back-end of the enclosing ``on_device`` block, or on ``own``
    outside any block.
    """
    device = _ACTIVE.get()
    if device is None:
        return compute(own)
    if not device.scales:
        return compute(device.backend(own, program, dtype, 1))
    results = [compute(device.backend(own, program, dtype, scale)) for scale in device.scales]
    return extrapolate(device.scales, results)


def extrapolate(scales: tuple[int, ...], results: list[Tensor]) -> Tensor:
    """Results (...) at several noise scales, extrapolated to zero noise by the polynomial through
    them (Richardson).
    """
    import pennylane as qml

    flat = torch.stack([result.detach().reshape(-1) for result in results]).to(torch.float64)
    # extrapolation is linear in the results, so unit vectors give its weights
    unit = torch.eye(len(scales), dtype=torch.float64)
    weights = torch.stack(
        [
            torch.as_tensor(float(qml.noise.richardson_extrapolate(list(scales), row.tolist())))
            for row in unit
        ]
    )
    return (weights.to(torch.float64) @ flat).reshape(results[0].shape).to(results[0].dtype)
