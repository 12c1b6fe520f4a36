"""Points in a plane: shapes, files, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qdiffgui.config.data_file import content_digest
from qdiffgui.config.points import PlanePoints
from qdiffgui.data.points import (
    load_points,
    parse_points,
    points_as_csv,
    read_points,
    shape_points,
    store_points,
)
from qdiffgui.errors import DataError

SHAPES = ("two-moons", "ring", "spiral", "three-spots")
XY = np.random.default_rng(3).uniform(-1, 1, (40, 2))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_lies_on_the_pad_and_follows_from_its_seed(shape: str) -> None:
    xy = shape_points(shape, 500, 1)
    assert xy.shape == (500, 2)
    assert np.abs(xy).max() <= 1
    assert np.ptp(xy, axis=0).min() > 0.8
    assert np.array_equal(xy, shape_points(shape, 500, 1))
    assert not np.array_equal(xy, shape_points(shape, 500, 2))


def test_a_ring_has_its_radius() -> None:
    assert np.linalg.norm(shape_points("ring", 2000), axis=1).mean() == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n{}",
        "{}",
        "\ufeffx;y\n{}",
        "# from a talk\n{}",
    ],
)
@pytest.mark.parametrize("between", [",", "; ", " ", "\t"])
def test_text_is_read_with_any_separator(tmp_path: Path, text: str, between: str) -> None:
    lines = "\n".join(f"{x:.9g}{between}{y:.9g}" for x, y in XY)
    file = tmp_path / "points.txt"
    file.write_text(text.format(lines), encoding="utf-8")
    assert read_points(file) == pytest.approx(XY, rel=1e-8)


def test_numpy_arrays_are_read(tmp_path: Path) -> None:
    np.save(tmp_path / "points.npy", XY)
    assert np.array_equal(read_points(tmp_path / "points.npy"), XY)


BAD = {
    "few": ("0,1\n" * 19, "at least 20 points; found 19"),
    "equal": ("0.5,1\n" * 30, "All points are equal"),
    "three": ("1,2,3\n" * 30, "found '1,2,3' in line 1"),
    "word": ("1,2\n" * 30 + "1,two\n", "found '1,two' in line 31"),
    "nan": ("1,2\n" * 30 + "1,nan\n", r"found \(1, nan\) as point 31"),
    "far": ("1,2\n" * 30 + "1,1e9\n", r"found \(1, 1e\+09\) as point 31"),
    "empty": ("", "at least 20 points; found 0"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_points_get_a_sentence(tmp_path: Path, name: str) -> None:
    text, sentence = BAD[name]
    file = tmp_path / "points.csv"
    file.write_text(text)
    with pytest.raises(DataError, match=sentence):
        read_points(file)


def test_other_files_get_a_sentence(tmp_path: Path) -> None:
    np.save(tmp_path / "three.npy", np.zeros((30, 3)))
    with pytest.raises(DataError, match=r"shape \(n, 2\); 'three.npy' has float64 of shape"):
        read_points(tmp_path / "three.npy")
    np.save(tmp_path / "objects.npy", np.array([None] * 30, object), allow_pickle=True)
    with pytest.raises(DataError, match="damaged or holds objects"):
        read_points(tmp_path / "objects.npy")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="neither"):
        read_points(tmp_path / "binary.csv")
    (tmp_path / "large.csv").write_bytes(b"1,2\n" * (1 << 21))
    with pytest.raises(DataError, match="at most 4 MB"):
        read_points(tmp_path / "large.csv")
    with pytest.raises(DataError, match="there is none"):
        read_points(tmp_path / "none.csv")
    with pytest.raises(DataError, match="there is none"):
        read_points(tmp_path)


def test_a_heading_may_have_no_points_after_it() -> None:
    assert parse_points(b"x,y\n").shape == (0, 2)


def test_equal_points_are_one_file(tmp_path: Path) -> None:
    first = store_points(tmp_path / "drawn", XY)
    assert store_points(tmp_path / "drawn", XY) == first
    assert store_points(tmp_path / "drawn", XY + 0.001) != first
    assert read_points(first) == pytest.approx(XY, abs=1e-5)
    assert first.read_bytes() == points_as_csv(XY)
    with pytest.raises(DataError, match="at least 20"):
        store_points(tmp_path / "drawn", XY[:5])
    assert len(list((tmp_path / "drawn").iterdir())) == 2


def test_drawn_points_are_tied_to_their_content(tmp_path: Path) -> None:
    file = store_points(tmp_path, XY)
    config = PlanePoints(shape="drawn", path=str(file)).pinned()
    assert config.content == content_digest(file)
    assert len(load_points(config)) == 40
    file.write_bytes(points_as_csv(XY[:30]))
    with pytest.raises(DataError, match="have changed"):
        load_points(config)


def test_the_file_does_not_count_for_a_shape(tmp_path: Path) -> None:
    config = PlanePoints(shape="ring", path=str(tmp_path / "none.csv"), n_points=50)
    assert (config.file, config.pinned().content, config.incomplete) == ("", "", "")
    assert len(load_points(config)) == 50


def test_drawn_points_without_a_file_say_what_is_missing() -> None:
    config = PlanePoints(shape="drawn")
    assert "draw at least 20" in config.incomplete
    with pytest.raises(DataError, match="draw at least 20"):
        load_points(config)


def test_few_points_are_noted_and_too_many_left_out(tmp_path: Path) -> None:
    file = store_points(tmp_path, XY)
    data = load_points(PlanePoints(shape="drawn", path=str(file), n_points=30))
    assert len(data) == 30
    assert "10 more points" in data.notes[0]
    assert "only 30 points" in data.notes[1]
    assert not load_points(PlanePoints()).notes
