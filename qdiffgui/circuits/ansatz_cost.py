"""What an ansatz costs as a function of its qubits n and layers L; tests compare the formulas with
counted gates.
"""

from __future__ import annotations

from dataclasses import dataclass

from qdiffgui.circuits.formula import Formula

RING = "(n if n >= 3 else n - 1)"
"""The pairs of neighbors on a ring of n qubits."""


@dataclass(frozen=True)
class AnsatzCost:
    """Formulas in n and L.

    Parameters
    ----------
    parameters, one_qubit, two_qubit, depth : Formula
        As in ``circuits.cost.Cost``.
    shifts : Formula
        Circuit evaluations that the parameter-shift rule needs for the derivatives of one
        expectation value by all trained angles: four for a controlled rotation, which has three
        different eigenvalues, and two for every other gate (arXiv:2107.12390).
    inputs : Formula
        Number of data angles.
    """

    parameters: Formula
    one_qubit: Formula
    two_qubit: Formula
    depth: Formula
    shifts: Formula
    inputs: Formula


def ansatz_cost(
    parameters: str,
    one_qubit: str,
    two_qubit: str,
    depth: str,
    *,
    shifts: str = "",
    inputs: str = "0",
    exact_depth: bool = True,
) -> AnsatzCost:
    """The cost of an ansatz from expressions in n and L.

    Parameters
    ----------
    parameters, one_qubit, two_qubit, depth, inputs : str
        Expressions, see ``Formula``.
    shifts : str
        An expression; by default two evaluations per parameter.
    exact_depth : bool
        Whether ``depth`` is exact; otherwise it is an upper bound.

    Examples
    --------
    >>> cost = ansatz_cost("2*n*L", "2*n*L", "(n - 1)*L", "4*L")
    >>> cost.parameters.value(n=3, L=2), cost.shifts.text
    (12, '4nL')
    """
    return AnsatzCost(
        Formula(parameters),
        Formula(one_qubit),
        Formula(two_qubit),
        Formula(depth, exact=exact_depth),
        Formula(shifts or f"2*({parameters})"),
        Formula(inputs),
    )
