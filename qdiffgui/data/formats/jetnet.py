"""JetNet: 30 or 150 particles per jet, relative to the jet (Kansal et al., arXiv:2106.11535; Zenodo
6975118).
"""

from __future__ import annotations

import re
from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.formats import checks, guard
from qdiffgui.data.formats.labels import Labels, read_labels
from qdiffgui.data.formats.layout import Layout, number_bytes, used_classes
from qdiffgui.data.types import UNLABELLED, Array, Jets
from qdiffgui.errors import DataError

CLASSES = {0: "gluon", 1: "quark", 2: "top", 3: "W", 4: "Z"}
_LETTERS = {"g": 0, "q": 1, "t": 2, "w": 3, "z": 4}


def matches(file: h5py.File) -> bool:
    """Whether the file has ``particle_features`` and ``jet_features``; reads only names."""
    return guard.has(file, "particle_features", "jet_features")


def open_layout(file: h5py.File, path: Path, channels: str = "sum") -> Layout:
    """``particle_features`` (N, P, 4): etarel, phirel, ptrel, mask; ``jet_features`` (N, 4): pt,
    eta, mass, num_particles.

    The class is the first of five columns of ``jet_features``, ``type``. If there are four, it
    follows from the name of the file (g, q, t, w, z).
    """
    particles = guard.dataset(file, "particle_features", ndim=(3,))
    features = guard.dataset(file, "jet_features", ndim=(2,))
    n = len(particles)
    if particles.shape[2] != 4 or features.shape[1] not in (4, 5) or len(features) != n:
        raise DataError(
            "Expected 'particle_features' (N, P, 4) and 'jet_features' (N, 4) as in JetNet; found "
            f"{particles.shape} and {features.shape}: write arrays of these shapes."
        )
    sample_bytes = number_bytes(particles.shape[1:])
    checks.size(n, sample_bytes, "jet")
    typed = features.shape[1] == 5
    labels, notes = (
        read_labels(features[:][:, 0], n, name="jet_features", known=CLASSES)
        if typed
        else _from_name(path, n)
    )

    def read(start: int, stop: int) -> Jets:
        return _jets(
            particles[start:stop], features[start:stop][:, int(typed) :], labels[start:stop], start
        )

    shapes = {
        "particle_features": guard.shape_text(particles),
        "jet_features": guard.shape_text(features),
    }
    return Layout(
        "jetnet",
        "JetNet jets",
        n,
        "jet",
        labels,
        used_classes(labels, CLASSES),
        shapes,
        sample_bytes,
        read,
        notes,
    )


def _from_name(path: Path, n: int) -> Labels:
    found = re.fullmatch(r"(?:generated_)?([gqtwz])(30|150)?", path.stem.lower())
    labels = np.full(n, _LETTERS[found[1]] if found else UNLABELLED, dtype=np.int8)
    return Labels(labels, (_where_from(path, labels),))


def _where_from(path: Path, labels: Array) -> str:
    if labels[0] == UNLABELLED:
        return "The file does not state its class: name it g, q, t, w or z (.hdf5), as JetNet does."
    return f"The class follows from the name of the file: {CLASSES[int(labels[0])]}."


def _jets(particles: Array, features: Array, label: Array, start: int) -> Jets:
    checks.finite(particles, "particle_features", "jet", start)
    checks.finite(features, "jet_features", "jet", start)
    present = particles[:, :, 3] > 0
    relative = np.where(present, particles[:, :, 2], 0.0)
    checks.not_negative(relative, "particle_features", "pT", "jet", start)
    checks.not_negative(features[:, 0], "jet_features", "pT", "jet", start)
    checks.bounded(
        np.where(present[..., None], particles[:, :, :2], 0.0),
        4.0,
        "particle_features",
        "angles",
        "jet",
        start,
    )
    kept = present & (relative > 0)
    jet_pt = features[:, 0].astype(np.float32)
    pt = (relative * jet_pt[:, None])[kept]
    counts = kept.sum(axis=1)
    return Jets(
        pt=pt.astype(np.float32),
        eta=particles[:, :, 0][kept].astype(np.float32),
        phi=particles[:, :, 1][kept].astype(np.float32),
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        label=label,
        jet_pt=jet_pt,
        facts={"eta": features[:, 1].astype(np.float32), "mass": features[:, 2].astype(np.float32)},
    )
