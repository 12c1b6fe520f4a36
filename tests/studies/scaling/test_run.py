"""A whole study, as small as it goes: from trainings to page, then again from what is there; a
classical one beside.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment, override
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.scaling import ScalingStudy, Stage, capacity, run_study, trainability
from qdiffgui.studies.scaling import quality as trained
from qdiffgui.studies.scaling import run as running
from qdiffgui.studies.scaling.fits import decide
from qdiffgui.studies.scaling.report import scaling_page
from qdiffgui.studies.scaling.time_budget import TimeBudget
from qdiffgui.studies.scaling.timing import Timing, TimingCurve
from qdiffgui.studies.scaling.verdict import sentences


@pytest.fixture(scope="module", autouse=True)
def small() -> object:
    """Fewer widths and axes: what is tested is that all parts come together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trained, "AXES", ("L", "P"))
        patch.setattr(capacity, "SIZES", (40, 100))
        patch.setattr(running, "_CIRCUIT_WIDTHS", (6, 7, 8))
        patch.setattr(trainability, "WIDTHS", (2, 3, 4, 5))
        patch.setattr(trainability, "ENSEMBLE_WIDTHS", (1, 3, 4, 5, 6, 7))
        patch.setattr(trainability, "_EXPRESSIBILITY", (2, (1, 2)))
        patch.setattr(trainability, "_SINGLE_LAYERS", 8)
        yield


def whole(store: RunStore, name: str, config: Experiment) -> tuple[ScalingStudy, list[Stage]]:
    *stages, found = run_study(name, config, store, effort=0.02, n_seeds=1)
    assert isinstance(found, ScalingStudy)
    return found, stages


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return RunStore(tmp_path_factory.mktemp("scale"))


@pytest.fixture(scope="module")
def quantum(store: RunStore) -> ScalingStudy:
    changes = [
        "data.n_jets=1000",
        "data.classes=gluon",
        "evaluation.n_generated=60",
        "model.n_qubits=3",
        "model.n_layers=4",
        "training.batch_size=32",
    ]
    config = override(
        catalog.presets["jets-observables-quantum-plain"].load(),
        [*changes, "name=A <script> model"],
    )
    found, stages = whole(store, "jets-observables-quantum-plain", config)
    shares = [stage.share for stage in stages]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    return found


@pytest.fixture(scope="module")
def classical(store: RunStore) -> ScalingStudy:
    config = override(
        catalog.presets["digits-dense"].load(),
        ["data.digits=[0,1]", "model.n_parameters=300", "evaluation.n_generated=60"],
    )
    return whole(store, "digits-dense", config)[0]


def test_every_part_has_figures(quantum: ScalingStudy) -> None:
    assert {a.axis for a in quantum.timings} >= {"n", "L", "T", "B", "data"}
    assert {d.loss for d in quantum.decays} == {"global", "local", "mmd", "wasserstein"}
    assert {r.ansatz for r in quantum.reaches} == set(catalog.ansatze)
    assert {g.axis for g in quantum.gradients} == {"n", "L"}
    curve = {capacity.CIRCUIT, capacity.NETWORK}
    assert {s.axis for s in quantum.scores} == {"base", "L", "twin"} | curve
    assert quantum.slices is not None
    json.dumps(quantum.plain())


def test_the_twin_has_as_many_parameters_or_as_many_seconds(quantum: ScalingStudy) -> None:
    base, equal = (next(s for s in quantum.scores if s.axis == axis) for axis in ("base", "twin"))
    assert equal.n_parameters == pytest.approx(base.n_parameters, rel=0.1)
    assert [s.n_parameters > 10_000 for s in quantum.scores if s.axis == "twin"] == [False, True]


def test_words_say_what_was_extrapolated_and_how_little_one_seed_means(
    quantum: ScalingStudy,
) -> None:
    text = " ".join(sentences(quantum))
    assert "Extrapolated, not measured: at 20 qubits" in text
    assert "With fewer than 3 seeds" in text
    assert "The twin (classical, equal parameters" in text
    assert "No quantum advantage is claimed" in text
    assert "in the middle of the diffusion" in text


def test_a_law_that_changes_nothing_is_not_said_as_one(quantum: ScalingStudy) -> None:
    x = (100.0, 1000.0, 10000.0, 20000.0)
    timings = tuple(Timing(n, 1e-3 * (1 - 4e-6 * n), 1e-6, 0.1, None) for n in x)
    fitted = decide(x, [t.seconds for t in timings], [1e-3] * 4)
    text = " ".join(sentences(replace(quantum, timings=(TimingCurve("data", timings, fitted),))))
    assert "hardly depends on training samples: it is 0.92 times as long at 20000 as at 100" in text
    assert "factor of 1 each" not in text


def test_of_a_classical_model_it_says_what_does_not_apply(classical: ScalingStudy) -> None:
    text = " ".join(sentences(classical))
    assert "barren plateaus do not apply" in text
    assert "the model is classical itself" in text
    assert classical.decays == classical.reaches == ()
    assert {s.axis for s in classical.scores} == {"base", "P"}
    assert "quantum advantage" not in text


@pytest.mark.parametrize("kind", ["quantum", "classical"])
def test_the_page_is_whole_escaped_and_needs_no_network(
    kind: str, request: pytest.FixtureRequest
) -> None:
    found = request.getfixturevalue(kind)
    text = scaling_page(found)
    assert not re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=", text)
    assert text.count("</script>") == 2
    ids = re.findall(r'<div class="plot" id="([^"]+)"', text)
    assert len(ids) == len(set(ids)) > 5
    figures = json.loads(text.rsplit("const plots = ", 1)[1].split(";\nfor (const", 1)[0])
    assert set(figures) == set(ids)
    assert found.about["data_digest"] in text
    if kind == "quantum":
        assert "A &lt;script&gt; model" in text
        assert "A <script> model" not in text
        assert "arXiv:1803.11173" in text
        assert "extrapolated to 16 qubits, not measured" in text


def test_a_second_study_finds_its_runs_again(store: RunStore, classical: ScalingStudy) -> None:
    before = {state.id for state in store.list()}
    wanted = [
        trained.Trial("base", 0.0, "again", store.get(classical.scores[0].runs[0]).config(), 1.0)
    ]
    *_, found = trained.train(store, wanted, 1, TimeBudget(60.0))
    assert isinstance(found, trained.TrialScores)
    assert {state.id for state in store.list()} == before
    assert found.scores[0].value == classical.scores[0].value


def test_what_the_time_is_not_enough_for_is_left_out_and_said(
    store: RunStore, classical: ScalingStudy
) -> None:
    base = store.get(classical.scores[0].runs[0]).config()
    longer = base.model_copy(
        update={
            "training": base.training.model_copy(
                update={"iterations": 3 * base.training.iterations}
            )
        }
    )
    known, new = (
        trained.Trial("P", x, f"P = {x:g}", config, 1.0)
        for x, config in ((1.0, base), (2.0, longer))
    )
    *counted, found = trained.train(
        store, [trained.Trial("base", 0.0, "again", base, 1.0), new, known], 1, TimeBudget(0.0)
    )
    assert isinstance(found, trained.TrialScores)
    assert [score.label for score in found.scores] == [
        "again",
        "P = 1",
    ]  # that is trained already, and costs nothing
    assert found.notes == ("Time limit reached; not trained: P = 2.",)
    assert counted[-1] == (2, 2)


def test_short_trainings_have_iterations_that_are_a_power_of_two() -> None:
    config = catalog.presets["digits-dense"].load()
    iterations = trained.shortened(config, 0.2).training.iterations
    assert iterations & (iterations - 1) == 0
    assert trained.shortened(config, 1e6).training.iterations == config.training.iterations


def test_the_judge_is_what_every_run_has() -> None:
    assert trained.headline_metric([{"auc": 0.7, "w1:mean": 1.0}, {"w1:mean": 2.0}]) == "w1:mean"
    assert trained.headline_metric([{"auc": float("nan"), "wasserstein": 1.0}]) == "wasserstein"
    assert trained.headline_metric([]) is None
    assert (
        trained.headline_metric([{"auc": 1.0, "w1:mean": 1.0}, {"auc": 0.995, "w1:mean": 2.0}])
        == "w1:mean"
    )  # always right
    assert trained.headline_metric([{"auc": 1.0}]) == "auc"


def test_a_twin_that_there_was_no_time_for_is_not_said_to_be_impossible(
    quantum: ScalingStudy,
) -> None:
    text = " ".join(sentences(replace(quantum, scores=quantum.scores[:1])))
    assert "No classical twin was trained: the time limit of the study was reached." in text
