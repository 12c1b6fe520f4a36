"""Points in a plane as numbers, and as states of one qubit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qdiffgui.config import representation as settings
from qdiffgui.data.points import shape_points
from qdiffgui.data.representations.bloch import Bloch
from qdiffgui.data.representations.plane import Plane
from qdiffgui.data.types import Points, States
from qdiffgui.errors import DataError
from qdiffgui.evaluation import haar

POINTS = Points.of(100 * shape_points("spiral", 400) + 30)


def fitted(kind: type[Any], config: Any) -> Any:
    made = kind(config)
    made.fit(POINTS, {})
    return made


@pytest.mark.parametrize(
    ("kind", "config"), [(Plane, settings.Plane()), (Bloch, settings.Bloch(radius=0.8))]
)
def test_decoding_inverts_encoding(kind: type[Any], config: Any) -> None:
    made = fitted(kind, config)
    encoded = made.encode(POINTS)
    decoded = made.decode(encoded.x, encoded.label)
    assert isinstance(decoded, Points)
    assert decoded.xy == pytest.approx(POINTS.xy, abs=1e-3)  # of a spiral 180 wide
    with pytest.raises(DataError, match="choose the data 'points'"):
        made.encode(States(encoded.x, encoded.label))


def test_a_global_phase_and_a_norm_do_not_matter() -> None:
    made = fitted(Bloch, settings.Bloch())
    encoded = made.encode(POINTS)
    phase = 0.3 * np.exp(1j * np.linspace(0, 6, len(POINTS)))[:, None]
    assert made.decode(phase * encoded.x, encoded.label).xy == pytest.approx(POINTS.xy, abs=1e-3)


def test_states_are_normalized_and_the_outermost_point_has_the_radius() -> None:
    psi = fitted(Bloch, settings.Bloch(radius=0.6)).encode(POINTS).x
    assert np.linalg.norm(psi, axis=1) == pytest.approx(np.ones(len(POINTS)), abs=1e-6)
    assert np.abs(psi[:, 1]).max() == pytest.approx(0.6, abs=1e-6)


def test_points_beyond_the_sphere_go_to_its_far_pole() -> None:
    made = fitted(Bloch, settings.Bloch())
    psi = made.encode(Points.of(np.array([[1e5, 30.0]]))).x
    assert abs(psi[0, 1]) == pytest.approx(0.999, abs=1e-4)


def test_the_map_has_equal_areas() -> None:
    """Haar-random states fill the disk evenly: the share within a radius r is r²."""
    made = fitted(Bloch, settings.Bloch())
    x = haar(made.encode(POINTS), 20_000, seed=1)
    xy = made.decode(x, np.zeros(len(x), np.int8)).xy
    r = np.linalg.norm(xy - made._center, axis=1) / made._scale
    assert r.max() <= 1
    for radius in (0.3, 0.6, 0.9):
        assert (r < radius).mean() == pytest.approx(radius**2, abs=0.012)
