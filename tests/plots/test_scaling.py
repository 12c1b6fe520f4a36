from __future__ import annotations

import numpy as np

from qdiffgui.plots import Series, scaling


def test_points_law_and_extrapolation_are_apart() -> None:
    made = scaling(
        {"time": Series([2, 3, 4], [4, 9, 16], [0.1] * 3, np.square, (2, 4), 8)}, "Qubits", "s"
    )
    points, fit, beyond = made.data
    assert list(points.y) == [4, 9, 16]
    assert (fit.x[0], fit.x[-1], fit.line.dash) == (2, 4, "solid")
    assert (beyond.x[0], beyond.x[-1], beyond.line.dash) == (4, 8, "dot")
    assert "extrapolated" in beyond.name
    assert made.layout.yaxis.type == "log"


def test_a_floor_spans_all_series() -> None:
    made = scaling(
        {"a": Series([1, 2], [1, 1]), "b": Series([3, 9], [1, 1])}, "x", "y", y_log=False, floor=0.5
    )
    assert list(made.data[-1].x) == [1, 9]


def test_nothing_is_said() -> None:
    assert "Nothing to show" in scaling({"a": Series([], [])}, "x", "y").layout.annotations[0].text


def test_a_few_sizes_on_a_logarithmic_axis_are_ticks() -> None:
    few = scaling({"a": Series([2, 4, 32], [1, 2, 3])}, "Layers", "y", x_log=True)
    assert few.layout.xaxis.ticktext == ("2", "4", "32")
    assert (
        scaling(
            {"a": Series(range(1, 20), range(1, 20))}, "Layers", "y", x_log=True
        ).layout.xaxis.tickvals
        is None
    )
