"""Quality under noise: real models, few samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from qdiffgui.errors import UserError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.studies.noise.report import noise_page, noise_plots
from qdiffgui.studies.noise.result import NoiseSetting, NoiseStudy
from qdiffgui.studies.noise.study import noise_settings, run_noise_study
from qdiffgui.studies.noise.verdict import verdict

ASKED = [
    NoiseSetting(),
    NoiseSetting("depolarizing", 0.2),
    NoiseSetting("depolarizing", 0.2, 0, True),
    NoiseSetting("readout", 0.3),
    NoiseSetting(shots=20),
]


@pytest.fixture(scope="module")
def found(jets: RunDirectory) -> NoiseStudy:
    return run_noise_study({"jets": jets.model_file}, ASKED, seeds=2, n_samples=200)


def test_every_point_is_judged_beside_floor_and_trivial_generators(found: NoiseStudy):
    assert [row["label"] for row in found.rows] == [
        "no noise",
        "depolarizing 0.2",
        "depolarizing 0.2, extrapolated",
        "readout 0.3",
        "20 shots",
    ]
    goal = found.goal
    assert all(row["values"][goal]["n"] == 2 for row in found.rows)
    assert {"floor"} < set(found.baselines)
    assert all(goal in cells for cells in found.baselines.values())


def test_strong_noise_changes_what_is_generated(found: NoiseStudy):
    exact, noisy, _, readout, shots = (row["values"]["w1:mean"]["value"] for row in found.rows)
    assert len({exact, noisy, readout, shots}) == 4


def test_the_page_has_the_figures_and_says_how_it_was_done(found: NoiseStudy):
    titles = [title for title, _ in noise_plots(found)]
    assert [title.partition(" versus ")[2] for title in titles] == [
        "noise strength",
        "shots",
    ]
    names = [trace.name for trace in noise_plots(found)[0][1].data]
    assert names[:3] == ["depolarizing", "depolarizing, extrapolated", "readout"]
    assert {"Without noise", "Floor"} < set(names)
    text = noise_page(found)
    assert "trained without noise" in text
    assert "arXiv:2005.10921" in text
    assert found.plain()["verdict"] == verdict(found)


def made(values: dict[float, tuple[float, float]], trivial: float = 0.9) -> NoiseStudy:
    """A study with given AUCs by strength."""
    cells = {s: {"auc": {"value": v, "error": e, "n": 3}} for s, (v, e) in values.items()}
    rows = [
        {**NoiseSetting("depolarizing" if s else "", s)._asdict(), "label": "", "values": c}
        for s, c in cells.items()
    ]
    baselines = {
        key: {"auc": {"value": v, "error": 0.01, "n": 3}}
        for key, v in (("marginals", trivial), ("bootstrap", 0.5))
    }
    columns = [{"key": "auc", "label": "AUC", "unit": "", "better": "half"}]
    return NoiseStudy(
        ["m"], columns, rows, baselines, {"marginals": "marginals", "bootstrap": "resampled"}
    )


def test_the_verdict_follows_from_the_numbers():
    good = made({0: (0.6, 0.01), 0.001: (0.61, 0.01), 0.01: (0.7, 0.01), 0.1: (0.95, 0.01)})
    assert verdict(good) == [
        "AUC, depolarizing: as good as without noise up to 0.001.",
        "AUC, depolarizing: better than marginals (trivial) only up to 0.01.",
    ]
    bad = made({0: (0.6, 0.01), 0.001: (0.95, 0.01)})
    assert verdict(bad) == [
        "AUC, depolarizing: worse than without noise even at 0.001.",
        "AUC, depolarizing: no better than marginals (trivial) even at 0.001.",
    ]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"kinds": ["cosmic"]}, "There is no noise 'cosmic'"),
        ({"strengths": [0.0]}, "a probability above 0"),
        ({"shots": [0]}, "at least 1 shot"),
    ],
)
def test_bad_points(how, says):
    with pytest.raises(UserError, match=says):
        noise_settings(**how)


def test_different_settings_are_not_mixed(jets: RunDirectory, tmp_path: Path):
    from tests.studies.noise.conftest import JETS, trained

    other = trained(tmp_path, JETS | {"training": JETS["training"] | {"iterations": 5}}, "other")
    with pytest.raises(UserError, match="differ only in the seed"):
        run_noise_study({"a": jets.model_file, "b": other.model_file}, ASKED)
