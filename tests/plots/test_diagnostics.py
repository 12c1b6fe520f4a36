"""How far the noise has come, drawn."""

from __future__ import annotations

from qdiffgui import plots

CURVE = {
    "label": "purity",
    "values": [1.0, 0.5],
    "reference": 0.25,
    "reference_label": "I/d",
    "log": False,
}


def test_a_curve_and_its_reference():
    figure = plots.diagnostics({"times": [0, 5], "curves": {"purity": CURVE, "other": CURVE}})
    curve, _, reference, second = figure.data
    assert (list(curve.x), list(curve.y), curve.name) == ([0, 5], [1.0, 0.5], "purity")
    assert (list(reference.x), list(reference.y), reference.name) == (
        [0, 5],
        [0.25, 0.25],
        "pure noise",
    )
    assert (reference.showlegend, second.showlegend) == (True, False)
    assert "purity of I/d" in reference.hovertemplate
    assert figure.layout.yaxis.type != "log"


def test_a_ratio_is_logarithmic_and_leaves_out_what_cannot_be_drawn():
    curve = CURVE | {"values": [None, 3.0, 0.0], "log": True, "reference": None}
    (drawn,) = plots.diagnostics({"times": [0, 1, 2], "curves": {"snr": curve}}).data
    assert (list(drawn.x), list(drawn.y)) == ([1], [3.0])
    assert (
        plots.diagnostics({"times": [0, 1, 2], "curves": {"snr": curve}}).layout.yaxis.type == "log"
    )


def test_nothing_to_draw():
    assert plots.diagnostics({"times": [0, 1], "curves": {}}).layout.annotations
    found = {"times": [0], "curves": {"snr": CURVE | {"values": [None], "log": True}}}
    assert not plots.diagnostics(found).data[0].x
