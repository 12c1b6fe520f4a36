"""Previews and animations of encoded samples as plain JSON, ready to draw.

A preview is one picture. An animation is a list of previews with the diffusion step of each and a
preview of held-out data to compare with: ``{"kind", "times", "captions", "frames": [preview, ...],
"truth": preview}``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from qdiffgui.data.clouds import cloud_images
from qdiffgui.data.observables import UNITS, short
from qdiffgui.data.representation import Representation
from qdiffgui.data.types import Array, Points, Spec, Table

N_IMAGES, N_POINTS, N_BLOCH, N_STATES, N_FRAMES = 12, 256, 200, 24, 21
CLOUD_PIXELS, CLOUD_HALF_WIDTH = 24, 0.42
MAX_CITY = 16


def preview(x: Array, label: Array, representation: Representation, spec: Spec) -> dict[str, Any]:
    """Encoded samples as one picture.

    Parameters
    ----------
    x : array, shape (n, *spec.shape)
        Encoded samples.
    label : array, shape (n,)
        Their classes.
    representation : Representation
        The fitted representation that encoded them.
    spec : Spec
        Kind and shape of the encoded data.

    Returns
    -------
    dict
        ``kind`` is ``"map"``, ``"vector"``, ``"state"`` or ``"density"``; the other fields depend
        on it. Particle clouds become images of the plane around the jet axis. Channels are summed;
        ``channels`` has the mean of each. Where the rows of an image are rapidity and its columns
        azimuth, ``half_width`` is what it covers, rad. ``edges`` are those of rings in ΔR, rad.
        ``plane`` has x and y of points in a plane, which states of one qubit may stand for, and
        ``window`` the center and half the side of a square for them.
    """
    if spec.kind == "cloud":
        return _of_map(
            cloud_images(x, CLOUD_PIXELS, CLOUD_HALF_WIDTH),
            "image",
            Spec("map", (CLOUD_PIXELS, CLOUD_PIXELS)),
        ) | {"half_width": CLOUD_HALF_WIDTH}
    if spec.kind == "channels":
        return (
            _of_map(x.sum(axis=1), "image", Spec("map", spec.shape[1:]))
            | _scale(representation)
            | {
                "channels": [
                    [name, _rounded(x[:, k].mean(axis=0).ravel())]
                    for k, name in enumerate(spec.names)
                ]
            }
        )
    if spec.kind == "map":
        layout = representation.config.kind  # type: ignore[attr-defined]
        return _of_map(x, layout, spec) | _scale(representation)
    if spec.kind == "vector":
        return _of_vector(x, label, representation, spec)
    if spec.kind == "density":
        return _of_density(x)
    return _of_state(x) | _points_of(x, label, representation)


def animation(
    frames: Array,
    times: Sequence[int],
    label: Array,
    truth: dict[str, Any],
    representation: Representation,
    spec: Spec,
    caption: Callable[[Sequence[int]], list[str]] | None = None,
) -> dict[str, Any]:
    """Samples at successive diffusion steps as an animation.

    Parameters
    ----------
    frames : array, shape (f, n, *spec.shape)
        Encoded samples at each step. At most ``N_FRAMES`` frames are kept, including the first and
        the last.
    times : sequence of int, length f
        The diffusion step of each frame.
    label : array, shape (n,)
        Classes of the samples.
    truth : dict
        Preview of held-out samples.
    representation, spec
        As in ``preview``.
    caption : callable, optional
        Returns one caption for each of the steps that it is given.
    """
    keep = np.unique(
        np.linspace(0, len(frames) - 1, min(len(frames), N_FRAMES)).round().astype(int)
    )
    kept = [int(times[i]) for i in keep]
    return {
        "kind": spec.kind,
        "times": kept,
        "captions": caption(kept) if caption is not None else [],
        "frames": [preview(frames[i], label, representation, spec) for i in keep],
        "truth": truth,
    }


def _of_map(x: Array, layout: str, spec: Spec) -> dict[str, Any]:
    height, width = spec.shape
    flat = x.reshape(len(x), -1)
    return {
        "kind": "map",
        "shape": [height, width],
        "layout": layout,
        "images": _rounded(flat[:N_IMAGES]),
        "mean": _rounded(flat.mean(axis=0)),
    }


def _scale(representation: Representation) -> dict[str, Any]:
    """The angles of a map: half of the side of an image, or the edges of rings; {} without."""
    half_width = float(getattr(representation, "half_width", 0.0))
    if half_width > 0:
        return {"half_width": half_width}
    edges = getattr(representation, "edges", None)
    return {} if edges is None else {"edges": _rounded(np.asarray(edges))}


def _of_vector(
    x: Array, label: Array, representation: Representation, spec: Spec
) -> dict[str, Any]:
    decoded = representation.decode(x[:N_POINTS], label[:N_POINTS])
    if not isinstance(decoded, Table):
        raise TypeError(f"expected vectors to decode to a Table; found {type(decoded).__name__}")
    plane = _plane(decoded, representation) if isinstance(decoded, Points) else {}
    return plane | {
        "kind": "vector",
        "names": [short(name) for name in spec.names],
        "units": [UNITS.get(name, "") for name in spec.names],
        "points": [_rounded(decoded.values[name]) for name in spec.names],
    }


def _of_state(psi: Array) -> dict[str, Any]:
    populations = np.abs(psi) ** 2
    picture: dict[str, Any] = {
        "kind": "state",
        "n_qubits": int(np.log2(psi.shape[1])),
        "populations": _rounded(populations[:N_STATES]),
        "mean_populations": _rounded(populations.mean(axis=0)),
    }
    if psi.shape[1] == 2:
        picture["bloch"] = _rounded(bloch(psi[:N_BLOCH]))
    elif psi.shape[1] <= MAX_CITY:
        picture["city"] = _city(psi.T @ psi.conj() / len(psi))
    return picture


def _points_of(psi: Array, label: Array, representation: Representation) -> dict[str, Any]:
    """The points in a plane that the states on the Bloch sphere stand for; {} for other states."""
    shown = representation.decode(psi[:N_BLOCH], label[:N_BLOCH])
    return _plane(shown, representation) if isinstance(shown, Points) else {}


def _plane(points: Points, representation: Representation) -> dict[str, Any]:
    window = representation.window()  # type: ignore[attr-defined]  # those of points have it
    return {"plane": _rounded(points.xy.T), "window": _rounded(np.array(window))}


def _of_density(rho: Array) -> dict[str, Any]:
    populations = np.diagonal(rho, axis1=1, axis2=2).real
    picture: dict[str, Any] = {
        "kind": "density",
        "n_qubits": int(np.log2(rho.shape[1])),
        "populations": _rounded(populations[:N_STATES]),
        "mean_populations": _rounded(populations.mean(axis=0)),
        "purity": float(np.square(np.abs(rho[:N_STATES])).sum(axis=(1, 2)).mean().round(4)),
    }
    if rho.shape[1] == 2:
        few = rho[:N_BLOCH]
        picture["bloch"] = _rounded(
            np.stack(
                [2 * few[:, 0, 1].real, -2 * few[:, 0, 1].imag, (few[:, 0, 0] - few[:, 1, 1]).real],
                axis=1,
            )
        )
    elif rho.shape[1] <= MAX_CITY:
        picture["city"] = _city(rho.mean(axis=0))
    return picture


def _city(rho: Array) -> dict[str, Any]:
    """A density matrix (d, d) as absolute values |ρ_ij| and phases in radians, row-major."""
    size = np.abs(rho)
    return {
        "size": _rounded(size.ravel()),
        "phase": _rounded(np.where(size > 1e-6, np.angle(rho), 0).ravel()),
    }


def bloch(psi: Array) -> Array:
    """Bloch vectors (n, 3) of one-qubit states (n, 2)."""
    overlap = np.conj(psi[:, 0]) * psi[:, 1]
    return np.stack(
        [2 * overlap.real, 2 * overlap.imag, np.abs(psi[:, 0]) ** 2 - np.abs(psi[:, 1]) ** 2],
        axis=1,
    )


def _rounded(values: Array) -> Any:
    """Round to four significant digits, which is enough to draw and needs a third of the bytes."""
    array = np.asarray(values, dtype=np.float64)
    array = np.nan_to_num(array, nan=0.0, posinf=1e30, neginf=-1e30)
    scale = 10.0 ** (3 - np.floor(np.log10(np.maximum(np.abs(array), 1e-12))))
    return (np.round(array * scale) / scale).tolist()
