"""A data set: a function of its settings and a seed."""

import numpy as np

from qdiffgui.data.digest import digest
from qdiffgui.data.types import Dataset, Table
from qdiffgui_toy.settings import ToyJets

CLASSES = {0: "gluon", 1: "quark"}


def load(config: ToyJets, seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    label = (np.arange(config.n_jets) % 2).astype(np.int8)
    mass = rng.lognormal(np.where(label == 0, 4.2, 3.6), 0.4)  # GeV
    width = rng.lognormal(np.where(label == 0, -1.6, -2.2), 0.5)
    content = Table({"mass": mass, "width": width}, label)
    return Dataset(content, "Toy jets", digest(content), CLASSES)
