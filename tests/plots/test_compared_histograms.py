from __future__ import annotations

import numpy as np

from qdiffgui.plots import compared_histograms
from qdiffgui.plots.compared_histograms import observables_of


def picture(name: str, scale: float = 1.0, shift: float = 0.0) -> dict:
    edges = np.linspace(shift, 1 + shift, 6)
    real = np.array([0.0, 1.0, 2.0, 1.0, 1.0])
    return {
        "observable": "mass",
        "label": "Jet mass",
        "unit": "GeV",
        "class": name,
        "edges": edges.tolist(),
        "real": real.tolist(),
        "model": (scale * real).tolist(),
        "floor_error": [0.1] * 5,
    }


def report(scale: float, shift: float = 0.0) -> dict:
    return {"histograms": [picture(name, scale, shift) for name in ("gluon", "quark")]}


def test_each_run_is_held_against_its_own_held_out_samples() -> None:
    figure = compared_histograms({"a": report(1.1), "b": report(0.5, shift=0.3)}, "mass")
    ratios = {
        trace.name: np.array(trace.y, dtype=float)
        for trace in figure.data
        if trace.mode == "markers" and trace.xaxis == "x3"
    }
    np.testing.assert_allclose(ratios["a"][1:], 1.1)
    np.testing.assert_allclose(ratios["b"][1:], 0.5)
    assert np.isnan(ratios["a"][0]), "nothing held out, no ratio"
    named = [trace.name for trace in figure.data if trace.showlegend]
    assert named == ["Held out", "Floor, ±1σ", "a", "b"]
    assert (
        len(
            {
                (t.line.color, t.line.dash)
                for t in figure.data
                if t.name in ("a", "b") and t.mode == "lines"
            }
        )
        == 2
    )


def test_what_is_missing_is_said() -> None:
    assert observables_of({"a": report(1), "b": None}) == {"mass": "Jet mass"}
    assert not compared_histograms({"a": None}, "mass").data
    without = {"histograms": [picture("all") | {"model": None}]}
    assert {
        trace.name for trace in compared_histograms({"a": without}, "mass").data if trace.name
    } <= {
        "Held out",
        "Floor, ±1σ",
    }
