"""Back-ends by name."""

from __future__ import annotations

from typing import Any

import torch

from qdiffgui.engine.backend import Backend
from qdiffgui.engine.program import GateProgram
from qdiffgui.errors import UserError

# Back-ends that hold a pure state vector and are fully differentiable.
STATE_BACKENDS = ("torch", "numba", "auto")


def backends() -> dict[str, str]:
    """Names for ``compile(backend=…)`` that work on this machine, each with one line about it."""
    import pennylane as qml

    found = {
        "auto": "the fastest for the circuit and batch at hand",
        "numba": "compiled kernel for CPUs, adjoint gradients, several threads",
        "torch": "batched torch operations, on the device of the tensors (CPU or GPU)",
    }
    for name in ("default.qubit", "default.mixed", "lightning.qubit", "lightning.gpu", "lightning.kokkos"):
        if name in qml.plugin_devices:
            found[f"pennylane:{name}"] = f"PennyLane's device {name}, one state at a time where it must"
    return found


def make_backend(name: str, program: GateProgram, dtype: torch.dtype, threads: int, options: dict[str, Any]) -> Backend:
    """The back-end called ``name`` for one program. UserError for an unknown name or option."""
    if name.startswith("pennylane:"):
        from qdiffgui.engine.pennylane_backend import PennyLaneBackend

        return PennyLaneBackend(program, dtype, name.removeprefix("pennylane:"), **options)
    if options:
        raise UserError(f"Back-end {name!r} takes no option {', '.join(options)}: leave it out or use pennylane:<device>.")
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
