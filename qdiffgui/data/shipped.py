"""The quark and gluon jets that ship with the project."""

from __future__ import annotations

from qdiffgui import paths
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.data.compact import CLASS_NAMES, read_jets
from qdiffgui.data.digest import digest
from qdiffgui.data.types import Dataset

FILE = "qg_jets_50k.h5"
_NOTE = "PYTHIA 8.3, generator level (no detector), anti-kT R=0.4, 500 < pT < 550 GeV, |y| < 1.7."


def load_jets(config: QuarkGluonJets, seed: int = 0) -> Dataset:
    """The first ``n_jets`` of the chosen classes: ``Jets`` in GeV and radians, gluon 0, quark 1.

    The file is shuffled already, so ``seed`` does not matter here: it splits and shuffles later. No more of the file is read
    than the jets asked for span.

    Raises
    ------
    DataError
        if fewer jets of the chosen class exist than were asked for.
    """
    jets = read_jets(paths.assets() / FILE, classes=config.classes, n_jets=config.n_jets)
    classes = {label: name for label, name in CLASS_NAMES.items() if config.classes in ("both", name)}
    return Dataset(jets, "Quark and gluon jets", digest(jets), classes, (_NOTE,))
