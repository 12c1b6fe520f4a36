"""Costs on hardware of state preparation (gates) and of readout (shots for a given precision)."""

from __future__ import annotations

from dataclasses import dataclass

from qdiffgui.circuits.formula import Formula


@dataclass(frozen=True)
class Preparation:
    """Upper bounds on the gates that prepare the input state of n qubits from |0...0> (Möttönen et
    al., quant-ph/0407010).
    """

    label: str
    one_qubit: Formula
    two_qubit: Formula


ZERO = Preparation(
    "none: the circuit starts from |0…0>, data enter as its angles", Formula("0"), Formula("0")
)
BASIS = Preparation(
    "a basis state: X on the qubits that are 1", Formula("n", exact=False), Formula("0")
)
REAL = Preparation(
    "real amplitudes, by uniformly controlled RY", Formula("2**n - 1"), Formula("2**n - 2")
)
COMPLEX = Preparation(
    "any state (a Haar-random one, complex amplitudes), by uniformly controlled RY and RZ",
    Formula("2*(2**n - 1)"),
    Formula("2*(2**n - 2)"),
)


@dataclass(frozen=True)
class Readout:
    """A way to read out numbers. ``shots`` is the number of shots that gives each number a standard
    error of at most eps, for any state.
    """

    label: str
    shots: Formula


EXPECTATION = Readout(
    "expectation values of Pauli words: variance at most 1", Formula("ceil(1/eps**2)")
)
OVERLAP = Readout(
    "overlaps of two states by SWAP test: variance at most 1", Formula("ceil(1/eps**2)")
)
PROBABILITIES = Readout(
    "probabilities of all outcomes at once: variance at most 1/4 each",
    Formula("ceil(1/(4*eps**2))"),
)
OUTCOME = Readout("one measured outcome: the shot is the sample", Formula("1"))
