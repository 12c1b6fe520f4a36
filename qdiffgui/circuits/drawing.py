"""A circuit as plain data, for drawings on the page and in exported files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from qdiffgui.circuits.ends import WireEnd


class Listed(Protocol):
    """The fields of ``CircuitInfo`` that a drawing needs."""

    @property
    def name(self) -> str: ...
    @property
    def n_qubits(self) -> int: ...
    @property
    def n_ancillas(self) -> int: ...
    @property
    def repeated(self) -> int: ...
    @property
    def gates(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def angles(self) -> Any: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def ends(self) -> Sequence[WireEnd]: ...


def plain(info: Listed) -> dict[str, Any]:
    """Convert a circuit to plain data.

    Parameters
    ----------
    info : CircuitInfo
        A circuit of a model.

    Returns
    -------
    dict
        "name", "n_qubits", "n_ancillas", "repeated", "gates" in order, their current "angles" in
        radians (None if a gate has no angle or it depends on the sample), "facts", and "ends": what
        happens to the wires after the last gate, as ``WireEnd.plain()``.
    """
    return {
        "name": info.name,
        "n_qubits": info.n_qubits,
        "n_ancillas": info.n_ancillas,
        "repeated": info.repeated,
        "gates": [dict(gate) for gate in info.gates],
        "angles": [
            None if not np.isfinite(angle) else round(float(angle), 4) for angle in info.angles
        ],
        "facts": dict(info.facts),
        "ends": [end.plain() for end in info.ends],
    }
