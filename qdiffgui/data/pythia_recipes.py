"""What PYTHIA simulates: the recipe of the shipped jets, and one with five classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_HADRONIC = "onIfAny = 1 2 3 4 5"


@dataclass(frozen=True)
class Recipe:
    """A sample of jets at particle level.

    Parameters
    ----------
    key : str
        Name on the command line and in files.
    about : str
        One sentence.
    classes : mapping of int to str
        Label to name.
    settings : tuple of str
        Settings of PYTHIA, for all classes.
    processes : mapping of str to tuple of str
        Settings of each class.
    radius : float
        R of anti-kT.
    pt_min, pt_max : float
        Window of the jet pT, GeV.
    max_rapidity : float
        Largest \\|y\\| of a jet.
    n_leading : int
        How many leading jets of an event count.
    early_veto : bool
        Whether events are dropped early, see ``pythia_worker.early_veto``.
    """

    key: str
    about: str
    classes: Mapping[int, str]
    settings: tuple[str, ...]
    processes: Mapping[str, tuple[str, ...]]
    radius: float
    pt_min: float
    pt_max: float
    max_rapidity: float
    n_leading: int = 1
    early_veto: bool = False


QG_JETS = Recipe(
    "qg-jets",
    "Quark and gluon jets as shipped: Z + jet at 14 TeV, R = 0.4, 500 to 550 GeV "
    "(arXiv:1810.05165).",
    {0: "gluon", 1: "quark"},
    (
        "Print:quiet = on",
        "Beams:idA = 2212",
        "Beams:idB = 2212",
        "Beams:eCM = 14000.",
        "PhaseSpace:pTHatMin = 400.0",
        "WeakZ0:gmZmode = 2",
        "23:onMode = off",
        "23:onIfAny = 12 14 16",
        "Random:setSeed = on",
    ),
    {
        "gluon": ("WeakBosonAndParton:qqbar2gmZg = on",),
        "quark": ("WeakBosonAndParton:qg2gmZq = on",),
    },
    radius=0.4,
    pt_min=500.0,
    pt_max=550.0,
    max_rapidity=1.7,
    early_veto=True,
)

JETNET_LIKE = Recipe(
    "jetnet-like",
    "Gluon, light-quark, top, W and Z jets: pairs at 13 TeV, R = 0.8, 0.8 to 1.6 TeV; hadronic "
    "decays. Particle level, without a detector: not the JetNet data set.",
    {0: "gluon", 1: "quark", 2: "top", 3: "W", 4: "Z"},
    (
        "Print:quiet = on",
        "Beams:idA = 2212",
        "Beams:idB = 2212",
        "Beams:eCM = 13000.",
        "PhaseSpace:pTHatMin = 950.0",
        "PhaseSpace:pTHatMax = 1100.0",
        "WeakZ0:gmZmode = 2",
        "23:onMode = off",
        f"23:{_HADRONIC}",
        "24:onMode = off",
        f"24:{_HADRONIC}",
        "Random:setSeed = on",
    ),
    {
        "gluon": ("HardQCD:gg2gg = on", "HardQCD:qqbar2gg = on"),
        "quark": ("HardQCD:qq2qq = on", "HardQCD:gg2qqbar = on", "HardQCD:qqbar2qqbarNew = on"),
        "top": ("Top:gg2ttbar = on", "Top:qqbar2ttbar = on"),
        "W": ("WeakDoubleBoson:ffbar2WW = on",),
        "Z": ("WeakDoubleBoson:ffbar2gmZgmZ = on",),
    },
    radius=0.8,
    pt_min=800.0,
    pt_max=1600.0,
    max_rapidity=1.7,
    n_leading=2,
)

RECIPES = {recipe.key: recipe for recipe in (QG_JETS, JETNET_LIKE)}
"""Recipes of ``qdiffgui make-jets`` by key."""
