"""Guided lessons, in the order in which they are best taken. The words of each stand in ``qdiffgui/lessons/<key>.md``."""

from __future__ import annotations

from qdiffgui.registry import Registry

lessons = Registry("lessons", "lesson")

# load() gives the function that reads a lesson by its key
_READ = "qdiffgui.lessons:load"

lessons.add(
    "diffusion",
    "What diffusion is",
    "Turn jets into noise step by step, and teach a small network the way back.",
    _READ,
)
lessons.add(
    "jet-states",
    "What a qubit state of a jet is",
    "Write the pT of a jet into amplitudes of four or six qubits, and see what that keeps and what it loses.",
    _READ,
)
lessons.add(
    "scrambling",
    "Scrambling and measurement",
    "Noise for quantum states is a random circuit; the way back needs a measurement. Watch both on the Bloch sphere.",
    _READ,
)
lessons.add(
    "mmd-blind",
    "Why MMD can be blind",
    "A loss that is perfect although the model is wrong, and another that is not fooled.",
    _READ,
)
lessons.add(
    "barren-plateaus",
    "Barren plateaus by experiment",
    "Measure how fast gradients fade as qubits are added, and what short steps do about it.",
    _READ,
)
lessons.add(
    "fair-comparison",
    "Quantum against classical, fairly",
    "The same jets, as many parameters, the same judge: who is closer to the data, and whether that is more than luck.",
    _READ,
)
