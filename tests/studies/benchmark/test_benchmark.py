"""A benchmark from training to page, on few jets: two models, one seed; then again, from what is
there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from markupsafe import escape

from qdiffgui import catalog
from qdiffgui.config import override
from qdiffgui.data.types import Encoded
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.experiment.prepare import prepare
from qdiffgui.presets import observables, showers
from qdiffgui.runs.record import RunState
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark import Contestant, Lineup, benchmark, user_file
from qdiffgui.studies.benchmark.measure import MEMORY, TAGGER, Measurement, measure
from qdiffgui.studies.benchmark.report import OWN_METRICS, benchmark_page
from qdiffgui.studies.benchmark.result import BenchmarkResult

FEW = ["data.n_jets=3000", "evaluation.n_generated=600", "training.batch_size=128"]
N_MODELS = 2


def lineup() -> Lineup:
    quantum = override(
        observables.JETS_OBSERVABLES_QUANTUM_PLAIN,
        [*FEW, "training.iterations=30", "model.n_qubits=3"],
    )
    classical = override(observables.JETS_OBSERVABLES_MLP_PLAIN, [*FEW, "training.iterations=400"])
    return Lineup(
        (
            Contestant("quantum", "Quantum <script>", "quantum", quantum),
            Contestant("mlp", "Matched MLP", "matched", classical),
        )
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return RunStore(tmp_path_factory.mktemp("benchmark"))


def run(store: RunStore) -> tuple[BenchmarkResult, list[Measurement], list[Sequence[RunState]]]:
    seen: list[Sequence[RunState]] = []
    result, measurements = benchmark(
        "few", "A few jets", lineup(), store, 1, watch=seen.append, say=lambda text: None
    )
    return result, measurements, seen


@pytest.fixture(scope="module")
def first(store: RunStore) -> tuple[BenchmarkResult, list[Measurement], list[Sequence[RunState]]]:
    return run(store)


def test_every_model_is_judged_beside_floor_and_trivial_generators(first) -> None:
    result, _, _ = first
    assert set(result.table) == {"gluon", "quark"}
    keys = {column.key for column in result.columns}
    assert {"auc", "w1:mean", "separation:mass", "precision", "coverage", MEMORY, TAGGER} <= keys
    for rows in result.table.values():
        assert list(rows)[:3] == ["quantum", "mlp", "floor"]
        assert {"zero", "mean", "marginals", "pca-gaussian"} <= set(rows)
        assert rows["mlp"]["auc"]["value"] < rows["quantum"]["auc"]["value"] <= 1
        assert rows["floor"]["auc"]["value"] == pytest.approx(0.5, abs=0.08)
        assert rows["floor"].get(MEMORY) is None
        assert rows["bootstrap"][MEMORY]["value"] == 1
        assert rows["floor"][TAGGER]["value"] > 0.75
        assert rows["zero"][TAGGER]["value"] == 0.5


def test_the_words_follow_from_the_numbers(first) -> None:
    result, _, _ = first
    text = " ".join(result.verdict)
    assert "With 1 seed, differences are not conclusive; use at least 3." in text
    assert "Quantum <script> is worse than Matched MLP on the classifier test" in text
    assert re.search(
        r"Quantum <script> does not beat [\w, -]*PCA-Gaussian[\w, -]* on the classifier test", text
    )
    assert "No quantum advantage is claimed" in text


def test_costs_are_those_of_the_models(first) -> None:
    result, _, _ = first
    quantum, classical = result.models
    assert quantum.facts["n_qubits"] == 3
    assert quantum.facts["gates"] > quantum.facts["two_qubit_gates"] > 0
    assert "gates" not in classical.facts
    assert all(
        m.training_seconds > 0 and m.sampling_seconds > 0 and not m.failures for m in result.models
    )
    assert all(m.training_seconds == m.facts["training_cpu_seconds"] for m in result.models)


def test_costs_that_need_no_machine_are_counted(first) -> None:
    result, measurements, _ = first
    quantum, classical = (m.costs for m in result.models)
    assert quantum["qubits"] == 3
    assert quantum["one_qubit"] + quantum["two_qubit"] == result.models[0].facts["gates"]
    assert quantum["shots"] == 10_000, "1 / .01²"
    calls = result.models[0].facts["denoiser_calls_a_sample"]
    assert quantum["states_a_sample"] == calls
    assert quantum["runs_a_sample"] >= calls * quantum["shots"]
    assert quantum["runs_of_training"] > 30 * quantum["shots"]
    assert [
        classical[key]
        for key in ("qubits", "two_qubit", "depth", "shots", "runs_a_sample", "states_a_sample")
    ] == [None] * 6
    weights = classical["parameters"]
    assert classical["flop_a_sample"] == pytest.approx(
        2 * weights * result.models[1].facts["denoiser_calls_a_sample"], rel=0.2
    )
    assert classical["flop_of_training"] == pytest.approx(400 * 128 * 3 * 2 * weights, rel=0.4)
    text = benchmark_page(result, measurements)
    for told in (
        "one-qubit gates",
        "shots for ±0.01",
        "FLOP per training",
        "FLOP are floating-point operations",
        "CPU time of all optimizer steps",
    ):
        assert told in text


def test_a_second_time_nothing_is_trained(store: RunStore, first) -> None:
    before = {state.id for state in store.list()}
    result, _, seen = run(store)
    assert {state.id for state in store.list()} == before
    assert len(before) == N_MODELS
    assert len(seen) == 1
    assert result.table == first[0].table


def test_the_page_is_whole_and_escaped(first, tmp_path: Path) -> None:
    result, measurements, _ = first
    text = benchmark_page(result, measurements)
    assert "Quantum &lt;script&gt;" in text
    assert "Quantum <script>" not in text
    assert not re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=", text)
    assert text.count("</script>") == 2
    ids = re.findall(r'<div class="plot" id="([^"]+)"', text)
    assert len(ids) == len(set(ids)) > 10
    figures = json.loads(text.rsplit("const plots = ", 1)[1].split(";\nfor (const", 1)[0])
    assert set(figures) == set(ids)
    assert result.about["data_digest"] in text
    assert (
        "Classical DDPM / DDIM: arXiv:2006.11239" in text
        or "Quantum denoiser DDPM: arXiv:2006.11239" in text
    )
    assert "generator level" in text
    given = {
        key.split(":")[0]
        for rows in result.table.values()
        for key, cell in rows["mlp"].items()
        if cell is not None
    }
    told = {key: f"{entry.label}: {entry.summary}" for key, entry in catalog.metrics.items()}
    told |= {"w1": OWN_METRICS[MEAN], "w1-relative": OWN_METRICS[MEAN], **OWN_METRICS}
    assert all(escape(told[key]) in text for key in given), (
        "every metric that is given has a definition"
    )
    assert "PYTHIA 8.3: arXiv:2203.11601" in text
    assert {model.kind for model in result.models} == {"quantum-denoiser", "ddpm"}
    json.dumps(result.plain())


def test_small_classes_are_judged_together_in_the_mix_of_the_held_out() -> None:
    """150 a class are too few for the classifier; conditional samples come class by class and must
    not be cut to the first.
    """
    config = override(
        observables.JETS_OBSERVABLES_MLP_PLAIN, ["data.n_jets=600", "evaluation.test_fraction=0.5"]
    )
    prepared = prepare(config)
    label = np.repeat([0, 1], 500).astype(np.int8)
    drawn = Encoded(
        np.repeat(label[:, None], 4, axis=1).astype(np.float32), label, prepared.train.spec
    )
    found = measure(prepared, {"steps": drawn}, {"steps": "Steps"}, 500, 0)
    assert set(found.rows) == {"all"}
    assert found.rows["all"]["floor"]["auc"] is not None
    quarks = float((prepared.test.label == 1).mean())
    assert found.encoded["all"]["steps"].x.mean() == pytest.approx(quarks, abs=1e-6)
    alone = measure(prepared, {"steps": drawn.take(np.arange(500))}, {"steps": "Steps"}, 500, 0)
    assert set(alone.rows) == {"all"}
    assert any(
        "Precision, Recall, Density, Coverage need at least 500 samples on each side" in note
        for note in found.notes
    )


def test_cells_that_are_always_lit_are_not_called_sparse() -> None:
    few = ["data.n_showers=1500", "evaluation.n_generated=200"]
    prepared = prepare(override(showers.SHOWERS_DDPM, few))
    assert (prepared.test.x > 0).all()
    found = measure(prepared, {"real": prepared.test}, {"real": "Real"}, 200, 0)
    assert not any("No cell is lit" in note for note in found.notes)


def test_a_classifier_that_cannot_see_is_told(shared: Path) -> None:
    """The CMS images have 2 lit pixels of 256: no pixel is lit in 20 of them, which is the least
    that a tree splits off.
    """
    path = shared / "data/cms_qg_16x16_1k.h5"
    prepared = prepare(
        user_file.lineup_for_file(catalog.benchmarks["images-16x16"], str(path)).base
    )
    twin = prepared.train.take(np.arange(len(prepared.test)))
    found = measure(prepared, {"real": twin}, {"real": "Real"}, 500, 0)
    assert abs(found.rows["all"]["real"]["quick-auc"]["value"] - 0.5) < 0.01
    assert any(
        re.match(r"No cell is lit in more than 1\d of 375 held-out samples", note)
        for note in found.notes
    )
    assert {key for key, cell in found.rows["all"]["floor"].items() if cell} >= {
        "auc",
        "w1:spread",
        MEAN,
    }
    assert {column.unit for column in found.columns if column.key == MEAN} == {"σ"}, (
        "no observable tells the classes apart"
    )
