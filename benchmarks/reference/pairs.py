"""What both sides compute: name -> value, from the same arrays.

``arrays`` holds clouds (n, 30, 3) of eta, phi and pT fraction: ``g`` and ``g2`` of gluons, ``q`` of
quarks. Every function takes ``(generated, real)``.
"""

from __future__ import annotations

import numpy as np

PAIRS = {"gluon against gluon": ("g2", "g"), "quark against gluon": ("q", "g")}
N_DISTANCES = 50  # jets on each side, of which all energy mover's distances are computed
N_EFP = 500  # jets of a batch of W1-EFP, which JetNet computes anew for every batch
WRONG_PT = 1.05


def compared(arrays):
    """Names of the pair -> (generated, real); the last has a pT that is 5 % too large."""
    found = {name: (arrays[a], arrays[b]) for name, (a, b) in PAIRS.items()}
    wrong = arrays["g2"] * np.array([1.0, 1.0, WRONG_PT])
    return {**found, "gluon with 5 % more pT against gluon": (wrong, arrays["g"])}
