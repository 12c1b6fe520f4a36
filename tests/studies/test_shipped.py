"""The study that ships with the package, for the lesson on barren plateaus."""

from __future__ import annotations

import json

import pytest

from qdiffgui import catalog, lessons
from qdiffgui.config import override
from qdiffgui.runs.files import read_json
from qdiffgui.studies.scaling.gradients import circuit_gradients, variance_of
from qdiffgui.studies.scaling.trainability import N_DRAWS
from qdiffgui.studies.shipped import FIGURES, RESULT, shipped_study
from tools.make_study import PRESET


def test_it_belongs_to_the_settings_of_the_lesson() -> None:
    """Make it again (``make study``) if the preset has changed."""
    task = lessons.load("barren-plateaus").tasks[-1]
    assert (task.setup.preset, task.setup.area) == (PRESET, "Scale")
    folder = shipped_study(task.setup.experiment())
    assert folder is not None
    assert shipped_study(override(task.setup.experiment(), ["seed=3"])) == folder
    assert shipped_study(override(task.setup.experiment(), ["model.n_layers=5"])) is None
    assert shipped_study(catalog.presets["points-circuit"].load()) is None


def test_its_values_are_those_that_are_measured_now() -> None:
    folder = shipped_study(catalog.presets[PRESET].load())
    assert folder is not None
    found = read_json(folder / RESULT)
    decay = next(d for d in found["decays"] if d["key"] == "deep-global")
    config = catalog.presets[PRESET].load()
    n = decay["widths"][0]
    now = variance_of(
        circuit_gradients(config.model.ansatz, n, 4 * n, "global", draws=N_DRAWS, seed=n)
    )
    assert now.value == pytest.approx(decay["variance"][0], rel=1e-3)
    assert all("per qubit" in s or "falls" in s for s in found["verdict"])


def test_its_plots_are_small_and_complete() -> None:
    folder = shipped_study(catalog.presets[PRESET].load())
    assert folder is not None
    figures = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    assert [len(row["figure"]["data"]) > 2 for row in figures] == [True] * 3
    assert sum(file.stat().st_size for file in folder.iterdir()) < 100_000
