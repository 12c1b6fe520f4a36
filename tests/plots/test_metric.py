"""Figures of merit while training."""

from __future__ import annotations

import pytest

from qdiffgui import plots
from qdiffgui.plots import theme


def test_curve_and_floor():
    figure = plots.metric({"w1": ([10, 20], [0.5, 0.2])}, {"w1": 0.1, "other": 9}, {"w1": "W1 / σ"})
    curve, floor = figure.data
    assert (curve.name, list(curve.y)) == ("W1 / σ", [0.5, 0.2])
    assert list(floor.x) == [10, 20]
    assert list(floor.y) == [0.1, 0.1]
    assert figure.layout.yaxis.title.text == "W1 / σ"


def test_a_metric_without_floor_or_name():
    figure = plots.metric({"mmd": ([1], [0.5])}, {}, {})
    assert [trace.name for trace in figure.data] == ["mmd"]


def test_runs_with_floors_of_their_own_show_each_in_the_colour_of_its_curve():
    series = {"waits": ([], []), "jets": ([10, 20], [0.5, 0.2]), "maps": ([10, 40], [0.9, 0.8])}
    figure = plots.metric(
        series, {"jets": 0.1, "maps": 0.3}, {}, spread={"maps": 0.02}, n={"jets": 512, "maps": 200}
    )
    traces = {trace.name: trace for trace in figure.data if trace.name}
    floors = {
        run: traces[f"Floor of {run} ({n} samples)"] for run, n in (("jets", 512), ("maps", 200))
    }
    assert {run: floor.y[0] for run, floor in floors.items()} == {"jets": 0.1, "maps": 0.3}
    assert list(floors["maps"].x) == [10, 40]
    assert all(floor.line.color == traces[run].line.color for run, floor in floors.items())
    assert traces["jets"].line.color == theme.color(1), (
        "a run that has no curve yet keeps its color"
    )
    assert [name for name, trace in traces.items() if trace.showlegend is not False][-1].endswith(
        "of each curve"
    )


def test_a_floor_that_all_runs_share_is_drawn_once_under_all_of_them():
    series = {"one": ([10, 20], [0.5, 0.2]), "two": ([5, 40], [0.9, 0.8])}
    figure = plots.metric(series, {"one": 0.1, "two": 0.1}, {}, n={"one": 512, "two": 512})
    (floor,) = [trace for trace in figure.data if "Floor" in trace.name]
    assert (list(floor.x), floor.line.color) == ([5, 40], theme.FLOOR)


def test_several_metrics_share_the_axes_without_a_title():
    figure = plots.metric({"a": ([1], [1]), "b": ([1], [2]), "c": ([], [])}, {}, {})
    assert [trace.name for trace in figure.data] == ["a", "b"]
    assert figure.layout.yaxis.title.text == ""


def test_floor_and_trivial_generators_at_the_same_number_of_samples():
    trivial = {
        "far": {"w1": 9.0},
        "second": {"w1": 0.3},
        "best": {"w1": 0.15},
        "third": {"w1": 0.4},
    }
    figure = plots.metric(
        {"w1": ([10, 20], [0.5, 0.2])}, {"w1": 0.1}, {}, spread={"w1": 0.02}, trivial=trivial, n=512
    )
    names = [trace.name for trace in figure.data if trace.name]
    assert names == [
        "w1",
        "Floor (512 samples)",
        "Trivial: best",
        "Trivial: second",
    ]
    band = next(trace for trace in figure.data if trace.fill == "toself")
    assert list(band.y) == pytest.approx([0.12, 0.12, 0.08, 0.08])


def test_positive_values_have_a_logarithmic_axis_and_many_points_an_average():
    steps, values = list(range(1, 9)), [2.0, 1.0, 0.5, 0.6, 0.3, 0.4, 0.2, 0.3]
    figure = plots.metric({"w1": (steps, values)}, {"w1": 0.1}, {}, spread={"w1": 0.2})
    assert figure.layout.yaxis.type == "log"
    points, average = figure.data[:2]
    assert (list(points.y), points.mode, points.showlegend) == (values, "markers", False)
    assert points.opacity < 0.5
    assert average.name == "w1 (smoothed)"
    assert average.y[0] == pytest.approx(2.0)
    assert abs(average.y[-1] - 0.28) < 0.05
    band = next(trace for trace in figure.data if trace.fill == "toself")
    assert min(band.y) > 0, "a band that reaches zero would be lost on this axis"


def test_a_metric_of_zero_has_a_linear_axis():
    figure = plots.metric({"w1": (list(range(8)), [0.0] * 8)}, {}, {})
    assert (figure.layout.yaxis.type, figure.layout.yaxis.rangemode) == (None, "tozero")


def test_an_auc_has_a_linear_axis_around_its_values():
    series = {"cheap-auc": (list(range(6)), [0.9, 0.8, 0.7, 0.6, 0.55, 0.52])}
    figure = plots.metric(series, {"cheap-auc": 0.5}, {}, linear=True)
    assert (figure.layout.yaxis.type, figure.layout.yaxis.rangemode) == (None, None)
    assert figure.data[0].mode == "lines+markers", "six checks are all there are: nothing is hidden"
