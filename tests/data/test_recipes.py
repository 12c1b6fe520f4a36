"""The recipe of five classes, with PYTHIA itself where it is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from qdiffgui.config.data import JetFile
from qdiffgui.data.files import load_file
from qdiffgui.data.generate import make_jets
from qdiffgui.data.observables import observables
from qdiffgui.data.pythia_recipes import RECIPES
from qdiffgui.data.types import Jets
from qdiffgui.errors import DataError


def test_unknown_recipes_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("pythia8mc")
    with pytest.raises(DataError, match="qg-jets, jetnet-like; found 'jetnet'"):
        next(make_jets(tmp_path / "jets.h5", 10, recipe="jetnet"))
    assert "not the JetNet data set" in RECIPES["jetnet-like"].about


@pytest.mark.skipif(find_spec("pythia8mc") is None, reason="pythia8mc is not installed")
def test_five_classes_have_their_masses(tmp_path: Path) -> None:
    out = tmp_path / "jets.h5"
    progress = list(make_jets(out, 12, recipe="jetnet-like", workers=2))
    assert progress[-1] == (60, 60)
    data = load_file(JetFile(path=str(out)))
    assert isinstance(data.content, Jets)
    assert list(data.classes.values()) == ["gluon", "quark", "top", "W", "Z"]
    assert np.array_equal(np.bincount(data.content.label), np.full(5, 12))
    found = observables(data.content, ("mass", "pt"))
    assert ((found["pt"] > 795) & (found["pt"] < 1605)).all()
    medians = [np.median(found["mass"][data.content.label == label]) for label in range(5)]
    assert 150 < medians[2] < 210  # GeV: top
    # W and Z: above 80 and 91 GeV, because R = 0.8 also catches the underlying event
    assert 75 < medians[3] < 130
    assert 85 < medians[4] < 130
