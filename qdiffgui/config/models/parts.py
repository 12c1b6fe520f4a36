"""Words that the settings of several families share."""

BACKEND = "What simulates the circuit: auto, numba, torch, or pennylane:<device>."
