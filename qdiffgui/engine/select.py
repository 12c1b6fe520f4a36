"""The simulation back-ends by name."""

from __future__ import annotations

from typing import Any

import torch

from qdiffgui.engine.backend import Backend
from qdiffgui.engine.program import GateProgram
from qdiffgui.errors import UserError

STATE_BACKENDS = ("torch", "numba", "auto")
"""Back-ends that simulate a pure state vector and are fully differentiable."""


def backends() -> dict[str, str]:
    """List the back-ends that work on this machine.

    Returns
    -------
    dict of str to str
        Name for ``compile(backend=...)`` and one line that describes it.

    Examples
    --------
    >>> from qdiffgui import engine
    >>> list(engine.backends())
    ['auto', 'numba', 'torch', ...]
    """
    import pennylane as qml

    known = {
        "auto": "the fastest one for the circuit and the batch",
        "numba": "compiled CPU kernel with adjoint gradients and several threads",
        "torch": "batched torch operations on the device of the tensors (CPU or GPU)",
    }
    for name in (
        "default.qubit",
        "default.mixed",
        "lightning.qubit",
        "lightning.gpu",
        "lightning.kokkos",
    ):
        if name in qml.plugin_devices:
            known[f"pennylane:{name}"] = f"the PennyLane device {name}"
    return known


def make_backend(
    name: str, program: GateProgram, dtype: torch.dtype, threads: int, options: dict[str, Any]
) -> Backend:
    """The back-end called ``name`` for one program. UserError for an unknown name or option."""
    if name.startswith("pennylane:"):
        from qdiffgui.engine.pennylane_backend import PennyLaneBackend

        return PennyLaneBackend(program, dtype, name.removeprefix("pennylane:"), **options)
    if options:
        raise UserError(
            f"Back-end {name!r} has no option {', '.join(options)}: omit it, or use a back-end "
            "pennylane:<device>."
        )
    if name == "numba":
        from qdiffgui.engine.numba_backend import NumbaBackend

        return NumbaBackend(program, dtype, threads)
    if name == "auto":
        from qdiffgui.engine.cost import AutoBackend

        return AutoBackend(program, dtype, threads)
    if name == "torch":
        from qdiffgui.engine.torch_backend import TorchBackend

        return TorchBackend(program, dtype)
    raise UserError(f"There is no back-end {name!r}: choose one of {', '.join(backends())}.")
