"""Mean profiles."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui import plots


def one(shape, layout, class_name="all", edges=None, model=True):
    n = int(np.prod(shape))
    real = np.linspace(0.1, 1, n)
    return {
        "kind": "map",
        "class": class_name,
        "shape": list(shape),
        "layout": layout,
        "edges": edges,
        "real": real.tolist(),
        "error": [0.01] * n,
        "model": (real / 2).tolist() if model else None,
    }


@pytest.mark.parametrize(("half_width", "turned"), [(0.4, False), (0.0, True), (None, True)])
def test_rapidity_grows_upward_in_the_mean_image(half_width, turned):
    picture = one((4, 4), "image")
    if half_width is not None:  # older reports do not say
        picture["half_width"] = half_width
    axis = plots.profile(of(picture)).layout.yaxis
    assert (axis.autorange == "reversed") == turned
    assert ("Rapidity" in axis.title.text) == (half_width != 0)


def of(*classes):
    return {"profile": {"kind": "map", "classes": list(classes)}}


def test_a_radial_profile_is_a_curve_in_angle():
    figure = plots.profile(of(one((4, 1), "radial", edges=[0, 0.004, 0.04, 0.4, 4.0])))
    real, model = figure.data
    assert list(real.x) == pytest.approx(
        [0.004 / 10**0.5, 0.004 * 10**0.5, 0.04 * 10**0.5, 0.4 * 10**0.5]
    )
    assert list(real.y) == pytest.approx([0.1, 0.4, 0.7, 1.0])
    assert list(real.error_y.array) == [0.01] * 4
    assert list(model.y) == pytest.approx([0.05, 0.2, 0.35, 0.5])
    assert figure.layout.xaxis.type == "log"


def test_the_layers_of_a_shower_are_told_from_the_cells_beside_them():
    figure = plots.profile(of(one((6, 1), "layers")))
    assert list(figure.data[0].x) == ["1", "2", "3", "missing", "E low", "E high"]


def test_maps_share_one_colour_scale():
    figure = plots.profile(of(one((2, 3), "log-polar", "gluon"), one((2, 3), "log-polar", "quark")))
    assert len(figure.data) == 4
    assert {trace.zmax for trace in figure.data} == {1.0}
    assert np.asarray(figure.data[0].z).shape == (2, 3)
    assert figure.data[0].z[1][2] == 1.0
    assert figure.data[1].z[1][2] == 0.5
    assert [note.text for note in figure.layout.annotations] == [
        "Held out, gluon",
        "Generated, gluon",
        "Held out, quark",
        "Generated, quark",
    ]
    assert sum(bool(trace.showscale) for trace in figure.data) == 1


@pytest.mark.parametrize("shape", [(4, 1), (2, 2)])
def test_without_a_model_the_data_stand_alone(shape):
    figure = plots.profile(of(one(shape, "image", model=False)))
    assert len(figure.data) == 1
