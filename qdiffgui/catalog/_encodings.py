"""Encodings: numbers into quantum states, and back."""

from __future__ import annotations

from qdiffgui.registry import Registry

encodings = Registry("encodings", "encoding")

# load() gives a qdiffgui.circuits.encoding.Encoding; ``reads`` says what its inverse needs
encodings.add(
    "amplitude-sqrt",
    "Amplitude, √ of fractions",
    (
        "2**n pT fractions on n qubits: the fractions are the probabilities, and each shot is "
        "one quantum of energy."
    ),
    "qdiffgui.circuits.encodings.amplitude:SQRT",
    paper="arXiv:2401.07049",
    reads="probabilities",
)
encodings.add(
    "amplitude",
    "Amplitude",
    (
        "2**n numbers on n qubits as amplitudes, as in the image papers: the probabilities are "
        "their squares."
    ),
    "qdiffgui.circuits.encodings.amplitude:PLAIN",
    paper="arXiv:2401.07049",
    reads="probabilities",
)
encodings.add(
    "angle",
    "Angle, θ = πx",
    "One pixel in [0, 1] per qubit; the inverse is arccos<Z>/π.",
    "qdiffgui.circuits.encodings.angle:PIXELS",
    paper="arXiv:2412.21082",
    reads="expectations",
)
encodings.add(
    "angle-observables",
    "Angle, θ = π(x + 3.5)/7",
    "One standardized observable per qubit, clipped at 3.5σ.",
    "qdiffgui.circuits.encodings.angle:OBSERVABLES",
    paper="arXiv:2412.21082",
    reads="expectations",
)
encodings.add(
    "iqp",
    "IQP",
    "Numbers and their products as phases; the inverse compares phases of the state.",
    "qdiffgui.circuits.encodings.iqp:ENCODING",
    paper="arXiv:1804.11326",
    reads="state",
)
encodings.add(
    "basis",
    "Basis",
    "One bit per qubit; one shot reads it.",
    "qdiffgui.circuits.encodings.basis:ENCODING",
    paper="arXiv:2505.05151",
    reads="expectations",
)
encodings.add(
    "re-uploading",
    "Re-uploading, first layer",
    "Data angles enter in each layer; only the first layer can be inverted.",
    "qdiffgui.circuits.encodings.re_uploading:ENCODING",
    paper="arXiv:1907.02085",
    reads="expectations",
)
