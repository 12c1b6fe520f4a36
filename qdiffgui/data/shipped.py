"""The simulated quark and gluon jets that ship with qdiffgui."""

from __future__ import annotations

from qdiffgui import paths
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.data.compact import CLASS_NAMES, read_jets
from qdiffgui.data.digest import digest
from qdiffgui.data.types import Dataset

FILE = "qg_jets_50k.h5"
_NOTE = (
    "Simulated jets: PYTHIA 8.3, generator level (no detector), anti-kT with R = 0.4, "
    "500 < pT < 550 GeV, |y| < 1.7."
)


def load_jets(config: QuarkGluonJets, seed: int = 0) -> Dataset:
    """The first ``n_jets`` simulated jets of the chosen classes (gluon 0, quark 1).

    Only the part of the file that holds these jets is read.

    Parameters
    ----------
    config : QuarkGluonJets
        Classes and number of jets.
    seed : int
        Has no effect: the file is already shuffled.

    Returns
    -------
    Dataset
        ``Jets`` (GeV, rad).

    Raises
    ------
    DataError
        If the file holds fewer jets of the chosen classes.
    """
    jets = read_jets(paths.assets() / FILE, classes=config.classes, n_jets=config.n_jets)
    classes = {
        label: name for label, name in CLASS_NAMES.items() if config.classes in ("both", name)
    }
    return Dataset(jets, "Quark and gluon jets", digest(jets), classes, (_NOTE,))
