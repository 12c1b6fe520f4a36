"""Quality under noise: real models, few samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from qdiffgui.errors import UserError
from qdiffgui.hardware.page import figures, page
from qdiffgui.hardware.study import Point, Study, points, study, verdict
from qdiffgui.runs.directory import RunDirectory

ASKED = [Point(), Point("depolarizing", 0.2), Point("depolarizing", 0.2, 0, True), Point("readout", 0.3), Point(shots=20)]


@pytest.fixture(scope="module")
def found(jets: RunDirectory) -> Study:
    return study({"jets": jets.model_file}, ASKED, seeds=2, n_samples=200)


def test_every_point_is_judged_beside_floor_and_trivial_generators(found: Study):
    assert [row["label"] for row in found.rows] == [
        "no noise", "depolarizing 0.2", "depolarizing 0.2, extrapolated", "readout 0.3", "20 shots",
    ]  # fmt: skip
    goal = found.goal
    assert all(row["values"][goal]["n"] == 2 for row in found.rows)
    assert {"floor"} < set(found.beside)
    assert all(goal in cells for cells in found.beside.values())


def test_strong_noise_changes_what_is_generated(found: Study):
    exact, noisy, _, readout, shots = (row["values"]["w1:mean"]["value"] for row in found.rows)
    assert len({exact, noisy, readout, shots}) == 4


def test_the_page_has_the_figures_and_says_how_it_was_done(found: Study):
    titles = [title for title, _ in figures(found)]
    assert [title.partition(" against ")[2] for title in titles] == ["the strength of noise", "shots"]
    names = [trace.name for trace in figures(found)[0][1].data]
    assert names[:3] == ["depolarizing", "depolarizing, extrapolated", "readout"]
    assert {"Without noise", "Real against real (floor)"} < set(names)
    text = page(found)
    assert "trained without noise" in text
    assert "arXiv:2005.10921" in text
    assert found.plain()["verdict"] == verdict(found)


def made(values: dict[float, tuple[float, float]], trivial: float = 0.9) -> Study:
    """A study with given AUCs by strength."""
    cells = {s: {"auc": {"value": v, "error": e, "n": 3}} for s, (v, e) in values.items()}
    rows = [{**Point("depolarizing" if s else "", s)._asdict(), "label": "", "values": c} for s, c in cells.items()]
    beside = {key: {"auc": {"value": v, "error": 0.01, "n": 3}} for key, v in (("marginals", trivial), ("bootstrap", 0.5))}
    columns = [{"key": "auc", "label": "AUC", "unit": "", "better": "half"}]
    return Study(["m"], columns, rows, beside, {"marginals": "marginals", "bootstrap": "resampled"})


def test_the_verdict_follows_from_the_numbers():
    good = made({0: (0.6, 0.01), 0.001: (0.61, 0.01), 0.01: (0.7, 0.01), 0.1: (0.95, 0.01)})
    assert verdict(good) == [
        "By AUC: depolarizing: level with no noise up to 0.001.",
        "By AUC: depolarizing: better than the trivial generator 'marginals' as far as 0.01.",
    ]
    bad = made({0: (0.6, 0.01), 0.001: (0.95, 0.01)})
    assert verdict(bad) == [
        "By AUC: depolarizing: worse than without noise already at 0.001.",
        "By AUC: depolarizing: at 0.001 no better than the trivial generator 'marginals'.",
    ]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"kinds": ["cosmic"]}, "There is no noise 'cosmic'"),
        ({"strengths": [0.0]}, "a probability above 0"),
        ({"shots": [0]}, "1 shot or more"),
    ],
)
def test_bad_points(how, says):
    with pytest.raises(UserError, match=says):
        points(**how)


def test_different_settings_are_not_mixed(jets: RunDirectory, tmp_path: Path):
    from tests.hardware.conftest import JETS, trained

    other = trained(tmp_path, JETS | {"training": JETS["training"] | {"iterations": 5}}, "other")
    with pytest.raises(UserError, match="differ in the seed alone"):
        study({"a": jets.model_file, "b": other.model_file}, ASKED)
