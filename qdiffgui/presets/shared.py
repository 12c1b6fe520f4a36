"""Data and evaluation settings shared by several presets."""

from __future__ import annotations

from qdiffgui.config import Evaluation
from qdiffgui.config.data import QuarkGluonJets

ALL_JETS = QuarkGluonJets(classes="both", n_jets=50000)
SOME_JETS = QuarkGluonJets(classes="both", n_jets=32000)
STATES = Evaluation(n_generated=1000, test_fraction=0.5)
