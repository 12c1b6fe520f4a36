"""Guided lessons in the recommended order. The text of each is ``qdiffgui/lessons/<key>.md``."""

from __future__ import annotations

from qdiffgui.registry import Registry

# read_page() gives the text of a lesson, which ``qdiffgui.lessons.load`` parses
lessons = Registry("lessons", "lesson", pages="qdiffgui.lessons")

lessons.add(
    "draw-points",
    "Draw your own data",
    "Draw points, and let a circuit, a network and QuDDPM learn them in seconds.",
)
lessons.add(
    "diffusion",
    "What diffusion is",
    "Turn jets into noise step by step, and train a small network to reverse it.",
)
lessons.add(
    "jet-states",
    "What a qubit state of a jet is",
    (
        "Write the pT of a jet into the amplitudes of four or six qubits, and see what that "
        "keeps and what it loses."
    ),
)
lessons.add(
    "scrambling",
    "Scrambling and measurement",
    (
        "A random circuit adds noise to quantum states; removing it needs a measurement. Watch "
        "both on the Bloch sphere."
    ),
)
lessons.add(
    "mmd-blind",
    "Why MMD can be blind",
    "One loss is perfect although the model is wrong; another one notices.",
)
lessons.add(
    "barren-plateaus",
    "Barren plateaus by experiment",
    "Measure how fast gradients vanish as qubits are added, and how short steps help.",
)
lessons.add(
    "fair-comparison",
    "Quantum against classical, fairly",
    (
        "The same jets, as many parameters, the same metrics: which model is closer to the "
        "data, and whether the difference is significant."
    ),
)
