"""Pictures of samples: scatter of vectors, populations of states."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui import plots


def vectors(shift=0.0):
    return {
        "kind": "vector",
        "names": ["mass", "ptd"],
        "units": ["GeV", ""],
        "points": [[shift, 1.0 + shift], [5.0, 6.0]],
    }


def test_generated_lies_over_held_out_within_the_range_of_the_truth():
    figure = plots.scatter(vectors(100), vectors())
    assert [trace.name for trace in figure.data] == ["Held out", "Generated"]
    assert list(figure.data[1].x) == [100, 101]
    assert list(figure.data[1].y) == [5, 6]
    assert list(figure.layout.xaxis.range) == pytest.approx([-0.15, 1.15])
    assert figure.layout.xaxis.title.text == "mass / GeV"
    assert figure.layout.yaxis.title.text == "ptd"


def test_components_can_be_chosen_and_are_checked():
    assert list(plots.scatter(vectors(), x=1, y=0).data[0].x) == [5, 6]
    with pytest.raises(ValueError, match="components"):
        plots.scatter(vectors(), x=2)


def test_one_component_stands_on_spread_heights():
    figure = plots.scatter({"names": ["mass"], "units": ["GeV"], "points": [[1.0, 2.0, 3.0]]})
    assert len(set(figure.data[0].y)) == 3
    assert figure.layout.yaxis.showticklabels is False


def test_populations_by_basis_state():
    figure = plots.populations(
        {"n_qubits": 2, "mean_populations": [0.7, 0.1, 0.1, 0.1]},
        {"n_qubits": 2, "mean_populations": [0.97, 0.01, 0.01, 0.01]},
    )
    assert [bar.name for bar in figure.data] == ["Held out", "Generated"]
    assert list(figure.data[1].x) == ["|00⟩", "|01⟩", "|10⟩", "|11⟩"]
    np.testing.assert_allclose(figure.data[1].y, [0.7, 0.1, 0.1, 0.1])


@pytest.mark.parametrize("upward", [True, False])
def test_rapidity_grows_upward_in_rows_of_maps_and_digits_stand_upright(upward):
    """A digit used to stand on its head."""
    figure = plots.maps({"Held out": np.eye(3)[None]}, upward=upward)
    assert (figure.layout.yaxis.autorange == "reversed") != upward
