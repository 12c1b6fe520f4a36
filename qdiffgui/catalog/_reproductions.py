"""Published tasks that ``qdiffgui reproduce`` reruns."""

from __future__ import annotations

from qdiffgui.registry import Registry

reproductions = Registry("reproductions", "published task")

# load() gives a qdiffgui.reproduction.Task
reproductions.add(
    "quddpm-cluster-1q",
    "QuDDPM, one-qubit cluster",
    "States scattered about |0>, learned by 20 circuits on one qubit and one ancilla.",
    "qdiffgui.reproduction.quddpm:CLUSTER_1Q",
    paper="arXiv:2310.05866",
)
reproductions.add(
    "quddpm-cluster-2q",
    "QuDDPM, two-qubit cluster",
    "States scattered about |00>, learned by 20 circuits on two qubits and one ancilla.",
    "qdiffgui.reproduction.quddpm:CLUSTER_2Q",
    paper="arXiv:2310.05866",
)
reproductions.add(
    "quddpm-circle",
    "QuDDPM, circle",
    "Real one-qubit states on a great circle, which MMD cannot tell from Haar-random ones.",
    "qdiffgui.reproduction.quddpm:CIRCLE",
    paper="arXiv:2310.05866",
)
