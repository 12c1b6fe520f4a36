"""Costs of circuits that contain an ansatz: alone, with data uploaded before every layer, with
additional rotations (for a label or time), or in blocks.
"""

from __future__ import annotations

from qdiffgui import catalog
from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.ansatz_cost import AnsatzCost
from qdiffgui.circuits.formula import Formula


def ansatz_cost(ansatz: str, width: str = "n", layers: str = "L") -> AnsatzCost | None:
    """Cost of the ansatz on ``width`` qubits (an expression); None if the ansatz has no formula."""
    definition: Ansatz = catalog.ansatze[ansatz].load()
    known = definition.cost
    if known is None:
        return None
    fields = ("parameters", "one_qubit", "two_qubit", "depth", "shifts", "inputs")
    return AnsatzCost(*(getattr(known, name).at(n=width, L=layers) for name in fields))


def reuploading_cost(ansatz: str, width: str = "n") -> AnsatzCost | None:
    """Cost of the ansatz with data uploaded to every qubit before every layer. An ansatz that takes
    inputs uploads them itself.
    """
    definition: Ansatz = catalog.ansatze[ansatz].load()
    return (
        ansatz_cost(ansatz, width)
        if definition.takes_inputs
        else cost_with_rotations(ansatz, width, f"({width})*L", "L", f"({width})*L")
    )


def cost_with_rotations(
    ansatz: str, width: str, rotations: str, levels: str, inputs: str
) -> AnsatzCost | None:
    """Cost of L single layers of the ansatz with ``rotations`` additional one-qubit gates, which
    add at most ``levels`` to the depth.
    """
    layer = ansatz_cost(ansatz, width, "1")
    if layer is None:
        return None
    return AnsatzCost(
        Formula(f"({layer.parameters.source})*L"),
        Formula(f"({layer.one_qubit.source})*L + {rotations}"),
        Formula(f"({layer.two_qubit.source})*L"),
        Formula(f"({layer.depth.source})*L + {levels}", exact=False),
        Formula(f"({layer.shifts.source})*L"),
        Formula(inputs),
    )


def blocks_cost(ansatz: str, widths: tuple[str, ...]) -> AnsatzCost | None:
    """Cost of successive blocks of L layers on ``widths`` qubits each."""
    parts = [part for part in (ansatz_cost(ansatz, width) for width in widths) if part is not None]
    if len(parts) < len(widths):
        return None

    def total(name: str, exact: bool = True) -> Formula:
        return Formula(" + ".join(f"({getattr(part, name).source})" for part in parts), exact=exact)

    return AnsatzCost(
        total("parameters"),
        total("one_qubit"),
        total("two_qubit"),
        total("depth", False),
        total("shifts"),
        Formula("0"),
    )
