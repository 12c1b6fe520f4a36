"""Costs of circuits that are made of an ansatz: as it is, with data turned in before every layer, with a label or time, in blocks."""

from __future__ import annotations

from qdiffgui import catalog
from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.scaling.ansaetze import ANSAETZE, AnsatzCost
from qdiffgui.scaling.formula import Formula


def plain(ansatz: str, width: str = "n", layers: str = "L") -> AnsatzCost | None:
    """The ansatz on ``width`` qubits (an expression); None where no formula is known (an ansatz from a plug-in)."""
    known = ANSAETZE.get(ansatz)
    if known is None:
        return None
    fields = ("parameters", "one_qubit", "two_qubit", "depth", "shifts", "inputs")
    return AnsatzCost(*(getattr(known, name).at(n=width, L=layers) for name in fields))


def uploading(ansatz: str, width: str = "n") -> AnsatzCost | None:
    """Data turned into every qubit before every layer; an ansatz that takes data does so by itself."""
    own: Ansatz = catalog.ansatze[ansatz].load()
    return plain(ansatz, width) if own.takes_inputs else turned(ansatz, width, f"({width})*L", "L", f"({width})*L")


def turned(ansatz: str, width: str, turns: str, levels: str, inputs: str) -> AnsatzCost | None:
    """L single layers of the ansatz with ``turns`` more one-qubit gates among them, on ``levels`` more time steps at most."""
    layer = plain(ansatz, width, "1")
    if layer is None:
        return None
    return AnsatzCost(
        Formula(f"({layer.parameters.source})*L"), Formula(f"({layer.one_qubit.source})*L + {turns}"),
        Formula(f"({layer.two_qubit.source})*L"), Formula(f"({layer.depth.source})*L + {levels}", exact=False),
        Formula(f"({layer.shifts.source})*L"), Formula(inputs),
    )  # fmt: skip


def blocks(ansatz: str, widths: tuple[str, ...]) -> AnsatzCost | None:
    """One block of L layers after the other, on so many of the qubits each."""
    parts = [part for part in (plain(ansatz, width) for width in widths) if part is not None]
    if len(parts) < len(widths):
        return None

    def total(name: str, exact: bool = True) -> Formula:
        return Formula(" + ".join(f"({getattr(part, name).source})" for part in parts), exact=exact)

    return AnsatzCost(
        total("parameters"), total("one_qubit"), total("two_qubit"), total("depth", False), total("shifts"), Formula("0")
    )
