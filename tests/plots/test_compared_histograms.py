from __future__ import annotations

import io

import numpy as np
import pypdf
import pytest

from qdiffgui.plots import compared_histograms
from qdiffgui.plots.compared_histograms import observables_of
from qdiffgui.plots.static_comparison import compared, encode, style


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


def test_ratios_beyond_the_axis_are_marked_at_its_end() -> None:
    far = picture("all")
    far["model"] = [0.5, 1.0, 7.0, 0.0, 1.0]
    figure = compared_histograms({"a": {"histograms": [far]}}, "mass")
    (marks,) = (trace for trace in figure.data if trace.marker.symbol == "triangle-up")
    np.testing.assert_allclose(marks.x, [0.1, 0.5])
    assert list(marks.text) == ["nothing held out", "3.5"]
    assert all(1.8 < y < 2 for y in marks.y)
    (near,) = (t for t in figure.data if t.mode == "markers" and t is not marks)
    assert [y is None for y in near.y] == [True, False, True, False, False]
    assert figure.layout.yaxis.type is None
    logarithmic = compared_histograms({"a": report(1.0)}, "mass", log=True).layout
    assert (logarithmic.yaxis.type, logarithmic.yaxis2.type) == ("log", "log")
    assert logarithmic.yaxis3.type is None, "ratios stay linear"


@pytest.mark.parametrize(("width", "log"), [(86.0, True), (178.0, False)])
def test_the_plot_for_print_has_its_width_and_its_legend_outside(width: float, log: bool) -> None:
    reports = {"a $x$": report(1.1), "_b": report(5.0), "none": None}
    with style():
        made = compared(reports, "mass", width=width, log=log)
        page = pypdf.PdfReader(io.BytesIO(encode(made, "pdf"))).pages[0]
        made.draw_without_rendering()
        legend = made.legends[0].get_window_extent()
        assert all(not legend.overlaps(axes.get_tightbbox()) for axes in made.axes)
        inside = made.bbox.get_points()
        for axes in made.axes:
            low, high = axes.get_tightbbox().get_points()
            assert (low >= inside[0]).all(), "no label is cut"
            assert (high <= inside[1]).all()
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(width, abs=0.1)
    words = page.extract_text()
    assert "a $x$" in words
    assert "Floor" in words
    tops, ratios = made.axes[:2], made.axes[2:]
    assert {axes.get_yscale() for axes in tops} == {"log" if log else "linear"}
    assert len(ratios[0].lines[-1].get_xdata()) == 4, "5 times the data, beyond the axis"
    with style():
        assert encode(made, "svg") == encode(made, "svg")


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
