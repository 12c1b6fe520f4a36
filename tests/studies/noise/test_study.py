"""Quality under noise: real models, few samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import qdiffgui
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.models.base import CircuitInfo
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.studies.noise.defaults import n_noise_samples, noise_strengths
from qdiffgui.studies.noise.report import methods, noise_page, noise_plots
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
def lines() -> list[str]:
    """What the study tells while it runs."""
    return []


@pytest.fixture(scope="module")
def found(jets: RunDirectory, lines: list[str]) -> NoiseStudy:
    return run_noise_study(
        {"jets": jets.model_file}, ASKED, seeds=2, n_samples=200, say=lines.append
    )


def test_progress_is_told_from_the_start_and_after_each_report(found: NoiseStudy, lines: list[str]):
    assert [line[:6] for line in lines[:3]] == ["[  0%]", "[  0%]", "[ 10%]"]
    assert "Loading" in lines[0]
    assert lines[1].endswith("setting 1 of 5: no noise")
    assert len(lines) == 2 + 2 * len(ASKED)
    assert lines[-1].startswith("[100%] setting 5 of 5: 20 shots")


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


def test_methods_tell_only_what_was_done(found: NoiseStudy):
    whole = " ".join(methods(found))
    for text in ("Richardson", "density matrices", "Readout", "AUC"):  # the last one is a note
        assert text in whole, text
    only_readout = NoiseStudy(
        ["m"],
        rows=[{**NoiseSetting(kind, 0.1 if kind else 0)._asdict()} for kind in ("", "readout")],
        seeds=1,
        n_samples=300,
    )
    text = " ".join(methods(only_readout))
    assert "Readout: readout error, of each measured bit." in text
    for other in ("extrapolat", "density matrices", "State preparation", "standard deviation"):
        assert other not in text, other


def test_another_number_of_samples_than_in_the_report_is_told():
    study = made({0: (0.6, 0.01), 0.001: (0.61, 0.01)})
    study.n_samples, study.n_report, study.n_held_out = 300, 1000, 500
    assert verdict(study)[-1] == (
        "All values here, also without noise, are of 300 samples; the report of the run compares "
        "500. Distances depend on the number of samples: compare them with the floor of this "
        "study, not with the report."
    )
    study.n_samples = 1000  # both are bounded by the held-out samples
    assert not any("report" in sentence for sentence in verdict(study))


def test_states_are_compared_in_the_number_of_the_report():
    states = qdiffgui.preset("quddpm-cluster-1q")
    assert states.evaluation.n_generated == 1000
    assert n_noise_samples(states, 3) == 1000
    assert n_noise_samples(states, 9) == 300  # ρ of 9 qubits has 2**18 entries
    assert n_noise_samples(Experiment(), 4) == 300


def test_strengths_start_where_a_circuit_has_hardly_an_error():
    def circuit(n_gates: int, repeated: int) -> CircuitInfo:
        angles = np.zeros(n_gates)
        return CircuitInfo("c", 2, [{}] * n_gates, angles, None, angles, repeated=repeated)

    states = qdiffgui.preset("quddpm-cluster-1q")
    for config, n_gates, repeated, in_a_row in (
        (states, 24, 20, 480),  # states stay on the device for all steps
        (Experiment(), 240, 40, 240),  # measured after each step
        (Experiment(), 100_000, 1, 100_000),
    ):
        strengths = noise_strengths(config, [circuit(n_gates, repeated), circuit(1, 1)])
        assert list(strengths) == sorted(set(strengths))
        assert 0.01 < strengths[0] * in_a_row < 0.04
        assert 1 < strengths[-1] * in_a_row < 4
    assert noise_strengths(Experiment(), [circuit(1, 1)])[-1] <= 0.3


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
