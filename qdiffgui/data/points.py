"""Points in a plane: simple shapes, and files of two columns."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from pathlib import Path

import numpy as np

from qdiffgui.config.data_file import content_digest
from qdiffgui.config.points import DRAWN, PlanePoints
from qdiffgui.data.atomic import write_bytes
from qdiffgui.data.digest import digest
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.types import Array, Dataset, Points
from qdiffgui.errors import DataError

LEAST = 20
FEW = 400
"""Metrics of fewer points have large errors."""
LARGEST = 1e6
"""Coordinates beyond this are refused as a mistake."""
MAX_BYTES = 4 << 20
_NPY = b"\x93NUMPY"
_SEPARATOR = re.compile(r"[,;\s]+")


def load_points(config: PlanePoints, seed: int = 0) -> Dataset:
    """The points of a shape, or of the file if the shape is "drawn".

    Parameters
    ----------
    config : PlanePoints
        Shape and number of points, or path of the file.
    seed : int
        Seed of the points of a shape.

    Returns
    -------
    Dataset
        ``Points`` without classes, and notes about them.

    Raises
    ------
    DataError
        If the file cannot be used (see ``read_points``), or its content is not that of the
        settings.
    """
    if config.shape != DRAWN:
        points = Points.of(shape_points(config.shape, config.n_points, seed))
        name = f"Points, {config.shape.replace('-', ' ')}"
        return Dataset(points, name, digest(points), notes=_notes(len(points), 0))
    if not config.path:
        raise DataError(config.incomplete)
    xy = read_points(config.path)
    if config.content and content_digest(config.path) != config.content:
        raise DataError(
            f"The points of '{one_line(Path(config.path).name, 120)}' have changed since these "
            "settings were used: restore the original file, or start a new run with the present "
            "one (data.content empty)."
        )
    rows = np.random.default_rng([seed, 6]).permutation(len(xy))[: config.n_points]
    points = Points.of(xy[np.sort(rows)])
    return Dataset(
        points, "Drawn points", digest(points), notes=_notes(len(points), len(xy) - len(points))
    )


def shape_points(shape: str, n: int, seed: int = 0) -> Array:
    """``n`` points of a shape: (n, 2) float64, within -1 and 1.

    ``shape`` is "two-moons", "ring", "spiral" or "three-spots"; equal seeds give equal points.
    """
    rng = np.random.default_rng([seed, 6])
    t, noise = rng.random(n), rng.standard_normal((n, 2))
    if shape == "ring":
        xy = 0.7 * _circle(2 * np.pi * t) + 0.05 * noise
    elif shape == "spiral":
        turn = 0.5 + 1.5 * np.sqrt(t)
        xy = 0.45 * turn[:, None] * _circle(2 * np.pi * turn) + 0.03 * noise
    elif shape == "three-spots":
        xy = 0.62 * _circle(np.pi / 2 + 2 * np.pi / 3 * np.floor(3 * t)) + 0.11 * noise
    else:
        side = np.where(rng.random(n) < 0.5, 1, -1)[:, None]  # the second moon is the first, turned
        xy = 0.56 * side * (_circle(np.pi * t) - (0.5, 0.25)) + 0.05 * noise
    return np.asarray(np.clip(xy, -1, 1))


def read_points(path: str | Path) -> Array:
    """The points of a file of two columns, x and y.

    Parameters
    ----------
    path : str or Path
        A NumPy file (.npy) of shape (n, 2), or text: one point per line, two numbers separated by
        comma, semicolon or spaces. A first line without numbers is a heading.

    Returns
    -------
    ndarray, shape (n, 2), float64

    Raises
    ------
    DataError
        With one sentence, if the file cannot be read, or the points be learned.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    ...     _ = file.write("x,y\\n" + "".join(f"{k},{k * k}\\n" for k in range(30)))
    ...     file.flush()
    ...     read_points(file.name)[2]
    array([2., 4.])
    """
    file = Path(path).expanduser()
    name = one_line(file.name, 120)
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        raise DataError(
            f"Expected a file of points at '{one_line(path, 120)}'; there is none that can be "
            "read: check the path."
        ) from None
    if len(data) > MAX_BYTES:
        raise DataError(
            f"Expected a file of points of at most {MAX_BYTES >> 20} MB; '{name}' is larger: keep "
            "fewer points."
        )
    return checked(_of_numpy(data, name) if data.startswith(_NPY) else parse_points(data, name))


def parse_points(data: bytes, name: str = "the text") -> Array:
    """Points (n, 2) float64 of a text, not yet ``checked``; raises ``DataError`` naming the line
    that is no point.
    """
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise DataError(
            f"Expected text or a NumPy array of points; '{name}' is neither: save two columns, x "
            "and y, as CSV."
        ) from None
    points: list[tuple[float, float]] = []
    for number, line in enumerate(lines, 1):
        words = [word for word in _SEPARATOR.split(line.strip()) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            x, y = (float(word) for word in words)
        except ValueError:
            if not points and not any(_is_number(word) for word in words):
                continue  # a heading
            raise DataError(
                f"Expected two numbers, x and y, in each line of '{name}'; found "
                f"'{one_line(line, 40)}' in line {number}: write them with a decimal point and a "
                "comma between them."
            ) from None
        points.append((x, y))
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def checked(xy: Array) -> Array:
    """The points (n, 2), if a model can learn them.

    Raises ``DataError`` for fewer than 20 points, points that are all equal, and coordinates that
    are not finite or beyond a million.
    """
    if len(xy) < LEAST:
        raise DataError(
            f"Expected at least {LEAST} points; found {len(xy)}: draw or add more, best some "
            "hundred."
        )
    bad = ~(np.isfinite(xy) & (np.abs(xy) <= LARGEST)).all(axis=1)
    if bad.any():
        x, y = xy[bad][0]
        raise DataError(
            f"Expected coordinates between -{LARGEST:,.0f} and {LARGEST:,.0f}; found ({x:g}, {y:g})"
            f" as point {int(np.argmax(bad)) + 1}: scale the points or leave it out."
        )
    if np.ptp(xy, axis=0).max() <= 1e-9 * max(1.0, float(np.abs(xy).max())):
        raise DataError("All points are equal: there is nothing to learn. Draw points apart.")
    return xy


def store_points(folder: Path, xy: Array) -> Path:
    """Write points (n, 2) as CSV into ``folder``, under a name that follows from its content.

    Equal points are one file. Raises ``DataError`` as ``checked`` does.
    """
    data = points_as_csv(checked(xy))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"drawn-{hashlib.blake2b(data, digest_size=6).hexdigest()}.csv"
    if not path.exists():
        write_bytes(path, data)
    return path


def points_as_csv(xy: Array) -> bytes:
    """Points (n, 2) as CSV with a heading, which ``read_points`` reads."""
    stream = BytesIO()
    np.savetxt(stream, xy, "%.6g", ",", header="x,y", comments="")
    return stream.getvalue()


def _of_numpy(data: bytes, name: str) -> Array:
    try:
        array = np.load(BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError, MemoryError):
        raise DataError(
            f"Expected a NumPy array of numbers; '{name}' is damaged or holds objects: save it "
            "again with numpy.save."
        ) from None
    if array.dtype.kind not in "fiu" or array.ndim != 2 or array.shape[1] != 2:
        raise DataError(
            f"Expected an array of numbers of shape (n, 2); '{name}' has {array.dtype} of shape "
            f"{array.shape}: save x and y as two columns."
        )
    return np.asarray(array, np.float64)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _circle(angle: Array) -> Array:
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _notes(n: int, n_left: int) -> tuple[str, ...]:
    notes = [f"{n_left} more points of the file are not used (data.n_points)."] if n_left else []
    if n < FEW:
        notes.append(
            f"There are only {n} points: the metrics have large errors, and the classifier AUC "
            "needs 200 held-out points."
        )
    return tuple(notes)
