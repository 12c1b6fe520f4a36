"""What each ansatz costs as a function of qubits n and layers L; equal to the gates counted on it (tested on a grid)."""

from __future__ import annotations

from dataclasses import dataclass

from qdiffgui.scaling.formula import Formula

_RING = "(n if n >= 3 else n - 1)"


@dataclass(frozen=True)
class AnsatzCost:
    """Formulas in n and L.

    parameters, one_qubit, two_qubit, depth : as in ``circuits.cost.Cost``.      shifts : circuit evaluations that the parameter-shift rule
    needs for the derivatives of one expectation value by all trained angles.     inputs : data angles.
    """

    parameters: Formula
    one_qubit: Formula
    two_qubit: Formula
    depth: Formula
    shifts: Formula
    inputs: Formula


def _cost(
    parameters: str, one_qubit: str, two_qubit: str, depth: str, *, shifts: str = "", inputs: str = "0", exact_depth: bool = True
) -> AnsatzCost:
    return AnsatzCost(
        Formula(parameters), Formula(one_qubit), Formula(two_qubit), Formula(depth, exact=exact_depth),
        Formula(shifts or f"2*({parameters})"), Formula(inputs),
    )  # fmt: skip


ANSAETZE: dict[str, AnsatzCost] = {
    "hardware-efficient": _cost("2*n*L", "2*n*L", "(n - 1)*L", "(2 + min(n - 1, 2))*L"),
    "strongly-entangling": _cost(
        "3*n*L", "n*L", "(n*L if n > 1 else 0)", "((n + 1)*L if n > 1 else L)", exact_depth=False
    ),  # the CNOTs of a layer have another range in each, and how far layers overlap follows no short rule
    "basic-entangler": _cost("n*L", "n*L", f"{_RING}*L", f"(1 + {_RING})*L"),
    "rx-ry-rx-zz": _cost(
        "(3*n + n*(n - 1)/2)*L", "3*n*L", "L*n*(n - 1)/2", "(2*n + (n + 3)*(L - 1) if n >= 3 else (n + 2)*L)"
    ),
    "rx-ry-rx-zz-chain": _cost("(4*n - 1)*L", "3*n*L", "(n - 1)*L", "n + 2 + (min(n, 3) + 2)*(L - 1)"),
    "rx-ry-rx-zz-star": _cost("(4*n - 1)*L", "3*n*L", "(n - 1)*L", "(n + 2)*L"),
    "re-uploading": _cost("3*n*L", "4*n*L", f"{_RING}*L", f"(4 + {_RING})*L", inputs="n*L"),
    "brickwork": _cost(
        "(15*(n - 1)*L if n > 1 else 3*L)", "(4*(n - 1)*L if n > 1 else L)", "3*(n - 1)*L",
        "(5*min(n - 1, 2)*L if n > 1 else L)",
    ),
    "bell-pair": _cost(
        "(3*n + max(n - 2, 0))*L", "(3*n + n//2)*L", "(n//2 + max(n - 2, 0))*L",
        "(4 + ceil(n/2) + (4 + min(n//2, 3))*(L - 1) if n > 1 else 3*L)",
    ),
    "simplified-two-design": _cost(
        "n + 2*(n - 1)*L", "n + 2*(n - 1)*L", "(n - 1)*L", "1 + 2*min(n - 1, 2)*L"
    ),
    "quantum-convolution": _cost(
        f"(2*n + {_RING})*L", "2*n*L", f"{_RING}*L", f"(2 + {_RING})*L", shifts=f"(4*n + 4*{_RING})*L"
    ),
}  # fmt: skip
"""A controlled rotation has three different eigenvalues and takes four shifted evaluations, every other gate two (arXiv:2107.12390)."""
