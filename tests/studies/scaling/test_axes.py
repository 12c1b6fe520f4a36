from __future__ import annotations

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment, override, parse
from qdiffgui.studies.scaling.axes import AXES, axis_points, describe_axes


def preset(key: str, *changes: str) -> Experiment:
    return override(catalog.presets[key].load(), list(changes))


@pytest.mark.parametrize("key", catalog.presets)
def test_points_are_in_order_and_hold_the_configuration_itself_once(key: str) -> None:
    config = catalog.presets[key].load()
    for axis in AXES:
        found = axis_points(config, axis)
        assert [p.x for p in found] == sorted({p.x for p in found})
        assert len(found) != 1
        assert sum(p.is_base for p in found) == bool(found)
        assert all(p.experiment == config for p in found if p.is_base)


@pytest.mark.parametrize(
    ("key", "axis", "expected"),
    [
        ("quddpm-cluster-2q", "n", [1, 2, 3, 4]),
        ("digits-q-dense", "n", [4, 6, 8]),
        ("jets-logpolar-4q", "n", [3, 4, 5]),
        ("jets-observables-mlp", "n", []),
        ("jets-observables-mlp", "L", []),
        ("quddpm-circle", "n", []),
        ("jets-qg-hybrid", "a", []),
        ("jets-qg-quantum", "a", [4, 5, 6, 7, 8]),
        ("jets-latent-4q", "n", [2, 3, 4, 5, 6]),
        ("jets-latent-4q", "a", []),
        ("jets-observables-quantum", "L", [2, 4, 8, 16, 32]),
        ("jets-bits-iqp", "n", [6, 7, 8, 9, 10]),
        ("jets-bits-iqp", "L", []),
        ("jets-bits-qcbm", "L", [2, 3, 6, 12, 24]),
        ("jets-occupancy-iqp", "n", []),
    ],
)
def test_what_an_axis_means_for_a_family(key: str, axis: str, expected: list[int]) -> None:
    assert [p.x for p in axis_points(preset(key), axis)] == pytest.approx(expected)


def test_more_steps_than_iterations_take_more_iterations() -> None:
    config = preset("quddpm-cluster-1q", "training.iterations=30")
    most = axis_points(config, "T")[-1].experiment
    assert most.training.iterations >= most.model.schedule.n_steps == 80


def test_axes_are_described_as_json() -> None:
    found = {axis["key"]: axis for axis in describe_axes(preset("quddpm-cluster-1q"))}
    assert {"n", "a", "L", "T", "B", "data"} <= set(found)
    assert found["L"]["label"] == "Layers"
    assert [point["x"] for point in found["L"]["points"] if point["is_base"]] == [
        preset("quddpm-cluster-1q").model.n_layers
    ]
    assert all(
        parse(point["config"]).model.n_layers == point["x"] for point in found["L"]["points"]
    )
