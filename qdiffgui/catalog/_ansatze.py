"""Ansaetze: the circuits with trainable angles."""

from __future__ import annotations

from qdiffgui.registry import Registry

ansatze = Registry("ansatze", "ansatz")

# load() gives a qdiffgui.circuits.ansatz.Ansatz
ansatze.add(
    "hardware-efficient",
    "Hardware-efficient",
    "RX and RY on each qubit, CZ on neighboring pairs of both parities.",
    "qdiffgui.circuits.hardware_efficient:ANSATZ",
    paper="arXiv:2310.05866",
)
ansatze.add(
    "strongly-entangling",
    "Strongly entangling",
    "Rot on each qubit, a ring of CNOTs whose range grows from layer to layer.",
    "qdiffgui.circuits.strongly_entangling:ANSATZ",
    paper="arXiv:1804.00633",
)
ansatze.add(
    "basic-entangler",
    "Basic entangler",
    "One rotation per qubit, a ring of CNOTs.",
    "qdiffgui.circuits.basic_entangler:ANSATZ",
    paper="PennyLane",
)
ansatze.add(
    "rx-ry-rx-zz",
    "RX-RY-RX and ZZ, all to all",
    "Three rotations per qubit, a trainable ZZ on every pair.",
    "qdiffgui.circuits.rx_ry_rx_zz:ANSATZ",
    paper="arXiv:2505.05151",
)
ansatze.add(
    "rx-ry-rx-zz-chain",
    "RX-RY-RX and ZZ, chain",
    "Three rotations per qubit, a trainable ZZ on neighbors.",
    "qdiffgui.circuits.rx_ry_rx_zz:CHAIN",
    paper="arXiv:2505.05151",
)
ansatze.add(
    "rx-ry-rx-zz-star",
    "RX-RY-RX and ZZ, star",
    "Three rotations per qubit, a trainable ZZ between the first qubit and each other one.",
    "qdiffgui.circuits.rx_ry_rx_zz:STAR",
    paper="arXiv:2505.05151",
)
ansatze.add(
    "re-uploading",
    "Data re-uploading",
    "Scaled data angles and trainable rotations in each layer, a ring of CZ.",
    "qdiffgui.circuits.re_uploading:ANSATZ",
    paper="arXiv:1907.02085",
)
ansatze.add(
    "brickwork",
    "Brickwork SU(4)",
    "A general two-qubit gate (15 angles) on alternating neighboring pairs.",
    "qdiffgui.circuits.brickwork:ANSATZ",
    paper="arXiv:1208.0692",
)
ansatze.add(
    "bell-pair",
    "Bell-pair blocks",
    "Bell pairs between two registers, then local rotations and XX gates within each.",
    "qdiffgui.circuits.bell_pair:ANSATZ",
    paper="arXiv:2109.06315",
)
ansatze.add(
    "simplified-two-design",
    "Simplified two-design",
    "CZ and RY on alternating neighboring pairs; all amplitudes stay real.",
    "qdiffgui.circuits.simplified_two_design:ANSATZ",
    paper="arXiv:2001.00550",
)
ansatze.add(
    "quantum-convolution",
    "Quantum convolution",
    (
        "RZ and RY on each qubit, controlled RX around a ring; it slides over the patches of an "
        "image."
    ),
    "qdiffgui.circuits.quantum_convolution:ANSATZ",
    paper="arXiv:2401.07049",
)
