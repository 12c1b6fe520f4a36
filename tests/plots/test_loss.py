"""Losses."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui import plots


def test_trace_i_is_run_i():
    figure = plots.loss({"a": ([1, 2], [3.0, 1.0]), "b": ([1], [2.0])})
    assert [trace.name for trace in figure.data] == ["a", "b"]
    assert list(figure.data[0].x) == [1, 2]
    assert list(figure.data[0].y) == [3, 1]
    assert figure.data[0].line.color != figure.data[1].line.color
    assert figure.data[0].line.dash != figure.data[1].line.dash
    assert figure.layout.yaxis.type == "log"


def test_smoothed_curves_come_after_those_that_grow():
    figure = plots.loss({"a": ([1, 2], [3.0, 1.0]), "b": ([1], [2.0])}, smoothing=0.5)
    assert [trace.name for trace in figure.data] == ["a", "b", "a (smoothed)", "b (smoothed)"]
    assert figure.data[2].y[1] == pytest.approx((0.25 * 3 + 0.5) / 0.75, rel=1e-5)
    assert figure.data[0].opacity < 1


def test_a_loss_that_is_not_positive_has_a_linear_axis():
    assert plots.loss({"": ([1, 2], [0.5, -0.1])}).layout.yaxis.type == "linear"


def test_an_axis_for_a_live_run_that_has_no_point_yet():
    figure = plots.loss({"": ([], [])})
    assert len(figure.data) == 1
    assert figure.layout.yaxis.type == "log"


def test_a_long_run_is_thinned():
    figure = plots.loss({"": (np.arange(50_000), np.random.default_rng(0).random(50_000) + 1)})
    assert len(figure.data[0].x) <= 2000
    assert len(figure.to_json()) < 60_000


@pytest.mark.parametrize("smoothing", [-0.1, 1.0])
def test_smoothing_is_checked(smoothing):
    with pytest.raises(ValueError, match="smoothing"):
        plots.loss({}, smoothing=smoothing)


def test_loss_and_gradient_norm_stand_over_the_same_steps():
    figure = plots.training(([1, 2, 3], [0.5, -0.1, -0.2]), ([1, 2, 3], [1.0, 0.1, 0.01]))
    assert [list(trace.y) for trace in figure.data] == [[0.5, -0.1, -0.2], [1.0, 0.1, 0.01]]
    assert figure.layout.xaxis.matches == "x2"
    assert figure.layout.xaxis2.title.text == "Optimizer step"
    assert (figure.layout.yaxis.type, figure.layout.yaxis2.type) == ("linear", "log")
