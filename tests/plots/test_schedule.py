"""Noise schedules."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui import catalog, plots
from qdiffgui.config.kinds import classes


@pytest.mark.parametrize("key", list(catalog.schedules))
def test_every_schedule_of_the_registry(key):
    entry = catalog.schedules[key]
    values = np.asarray(entry.load()(classes("model.schedule")[key]()))
    figure = plots.schedule(
        {"kind": key, "process": entry.facts["process"], "values": values.tolist()}
    )
    np.testing.assert_allclose(figure.data[0].y, values, rtol=1e-5, atol=1e-9)
    if entry.facts["process"] == "scrambling":
        assert len(figure.data) == 1
        assert figure.data[0].x[0] == 1
    else:
        np.testing.assert_allclose(np.add(figure.data[0].y, figure.data[1].y), 1, atol=1e-5)
        assert figure.data[0].x[0] == 0


def test_arrays_are_as_good_as_lists():
    assert list(plots.schedule({"process": "blend", "values": np.array([1, 0.25])}).data[1].y) == [
        0,
        0.75,
    ]
