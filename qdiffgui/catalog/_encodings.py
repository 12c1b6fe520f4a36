"""Encodings: numbers into quantum states, and back."""

from __future__ import annotations

from qdiffgui.registry import Registry

encodings = Registry("encodings", "encoding")

# load() gives a qdiffgui.circuits.encoding.Encoding; ``reads`` says what its inverse needs
encodings.add(
    "amplitude-sqrt",
    "Amplitude, √ of fractions",
    "2**n pT fractions on n qubits: probabilities are the fractions, one shot is one energy quantum.",
    "qdiffgui.circuits.encodings.amplitude:SQRT",
    paper="arXiv:2401.07049",
    reads="probabilities",
)
encodings.add(
    "amplitude",
    "Amplitude",
    "2**n numbers on n qubits as amplitudes, as in the image papers: probabilities are their squares.",
    "qdiffgui.circuits.encodings.amplitude:PLAIN",
    paper="arXiv:2401.07049",
    reads="probabilities",
)
encodings.add(
    "angle",
    "Angle, θ = πx",
    "A pixel in [0, 1] a qubit; its inverse is arccos<Z>/π.",
    "qdiffgui.circuits.encodings.angle:PIXELS",
    paper="arXiv:2412.21082",
    reads="expectations",
)
encodings.add(
    "angle-observables",
    "Angle, θ = π(x + 3.5)/7",
    "A standardised observable, clipped at 3.5σ, a qubit.",
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
    "A bit a qubit; one shot reads it back.",
    "qdiffgui.circuits.encodings.basis:ENCODING",
    paper="arXiv:2505.05151",
    reads="expectations",
)
encodings.add(
    "re-uploading",
    "Re-uploading, first layer",
    "Angles that enter every layer anew; the first upload alone can be undone.",
    "qdiffgui.circuits.encodings.re_uploading:ENCODING",
    paper="arXiv:1907.02085",
    reads="expectations",
)
