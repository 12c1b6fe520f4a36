"""Ablation studies: the variants of a run, their training, and the verdict."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qdiffgui.cli.program import run as call
from qdiffgui.config import Experiment, override, parse
from qdiffgui.errors import UserError
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.ablation.report import ablation_page, ablation_plots, tables
from qdiffgui.studies.ablation.result import LOSS, AblationStudy
from qdiffgui.studies.ablation.study import run_ablation
from qdiffgui.studies.ablation.variants import NO_RATE, VARIANTS, make_variants
from qdiffgui.studies.ablation.verdict import verdict
from tests.runs.tiny import DIGITS, STATES, tiny

JETS = {
    "data": {"kind": "qg-jets", "n_jets": 1000, "classes": "gluon"},
    "representation": {"kind": "observables"},
    "model": {
        "kind": "quantum-denoiser",
        "n_qubits": 2,
        "n_layers": 2,
        "start": "white",
        "prediction": "velocity",
        "schedule": {"kind": "cosine", "n_steps": 3},
    },
    "training": {"iterations": 30, "batch_size": 64, "learning_rate": 0.05},
    "evaluation": {"n_generated": 150},
}
WIDE = ["model.n_qubits=4"]


def by_key(config: Experiment, **more: Any) -> dict[str, Any]:
    return {variant.key: variant for variant in make_variants(config, **more)}


def test_the_variants_of_a_circuit_with_weights_around_it() -> None:
    config = tiny(JETS, name="jets")
    found = by_key(config)
    assert list(found) == ["trained", *VARIANTS]
    assert found["trained"].experiment == config
    assert found["no-entanglement"].experiment.model.circuit == "separable"
    assert found["frozen"].experiment.model.circuit == "frozen"
    assert found["untrained"].experiment.training.learning_rate == NO_RATE
    network = found["twin"].experiment
    assert network.model.kind == "ddpm"
    for name in ("start", "prediction", "schedule", "sampler"):
        assert getattr(network.model, name) == getattr(config.model, name)
    assert network.training == config.training
    short = by_key(config, effort=0.5, wanted=["frozen"])
    assert list(short) == ["trained", "frozen"]
    assert {v.experiment.training.iterations for v in short.values()} == {15}


def test_what_does_not_apply_is_said() -> None:
    states = by_key(tiny(STATES))
    assert states["frozen"].experiment is None
    assert "angles of its circuits" in states["frozen"].reason
    assert "no classical model here does" in states["twin"].reason
    assert states["no-entanglement"].experiment.model.circuit == "separable"
    assert states["untrained"].experiment.training.iterations == 3  # one for each circuit
    gan = parse(
        {"data": STATES["data"], "representation": {"kind": "state"}} | {"model": {"kind": "qgan"}}
    )
    assert "has no setting" in by_key(gan)["no-entanglement"].reason
    one = override(
        tiny(JETS), ["model.n_qubits=1", "model.readout=one", 'representation.names=["mass"]']
    )
    assert "has none" in by_key(one)["no-entanglement"].reason


def test_an_iqp_circuit_without_entanglement_has_gates_on_one_qubit() -> None:
    settings = JETS | {"model": {"kind": "born-machine", "n_bits": 4}}
    found = by_key(tiny(settings))
    assert found["no-entanglement"].experiment.model.body == 1
    assert found["twin"].experiment.model.twin == "bit-flip"
    assert "keeps its angles" in found["frozen"].reason


def test_what_cannot_be_ablated_is_refused() -> None:
    with pytest.raises(UserError, match="has no circuit"):
        make_variants(tiny(DIGITS))
    with pytest.raises(UserError, match="ablation already"):
        make_variants(override(tiny(JETS), ["model.circuit=frozen"]))
    with pytest.raises(UserError, match="no variant 'nothing'"):
        make_variants(tiny(JETS), ["nothing"])


def study(store: RunStore, **more: Any) -> AblationStudy:
    *_, last = run_ablation("jets", tiny(JETS, name="jets"), store, mode="thread", **more)
    assert isinstance(last, AblationStudy)
    return last


def test_a_study_trains_compares_and_reuses(tmp_path) -> None:
    store = RunStore(tmp_path)
    first = study(store, n_seeds=2, wanted=["no-entanglement"])
    assert [row["key"] for row in first.rows] == ["trained", "no-entanglement"]
    found = study(store, n_seeds=2)
    assert len(store.for_studies().list()) == 2 * 5
    assert found.rows[:2] == first.rows  # trained once
    rows = {row["key"]: row for row in found.rows}
    assert rows["frozen"]["n_parameters"] < rows["trained"]["n_parameters"]
    assert rows["trained"]["changes"] == {}
    for key in VARIANTS:
        assert rows[key]["changes"][LOSS]["n"] == 2
    assert rows["untrained"]["changes"][LOSS]["value"] > 0
    assert found.goal == "w1:mean"  # too few samples for a classifier
    assert {"floor", "pca-gaussian"} <= set(found.baselines)
    assert found.verdict[0].startswith("Without entangling gates the W1, mean of observables ")
    json.dumps(found.plain())
    page = ablation_page(found)
    assert "The classical twin is the model" in page
    assert found.verdict[0].split(":")[0] in page
    assert len(tables(found)[1].rows) == 4
    assert len(ablation_plots(found)) >= 2


def cell(value: float, error: float) -> dict[str, float]:
    return {"value": value, "error": error, "n": 3}


def judged(changes: dict[str, Any], key: str = "no-entanglement") -> str:
    columns = [
        {"key": "auc", "label": "Classifier AUC", "unit": "", "better": "half"},
        {"key": LOSS, "label": "Held-out loss", "unit": "", "better": "lower"},
    ]
    base = {
        "key": "trained",
        "label": "As it is",
        "values": {"auc": cell(0.52, 0.01)},
        "changes": {},
    }
    new = 0.52 + changes["auc"]["value"]
    row = {"key": key, "label": "x", "values": {"auc": cell(new, 0.01)}, "changes": changes}
    found = AblationStudy("x", seeds=[0, 1, 2], columns=columns, rows=[base, row], goal="auc")
    return verdict(found)[0]


def test_the_verdict_in_one_sentence() -> None:
    assert judged({"auc": cell(0.08, 0.01)}) == (
        "Without entangling gates the classifier AUC rises from 0.520 ± 0.010 to 0.600 ± 0.010: "
        "entanglement matters."
    )
    assert judged({"auc": cell(0.01, 0.01)}).endswith(
        "is level (0.530 ± 0.010 instead of 0.520 ± 0.010): entanglement makes no difference "
        "beyond seed noise."
    )
    assert judged({"auc": cell(0.0, 0.01), LOSS: cell(0.02, 0.001)}).endswith(
        ", but the held-out loss is worse (+0.0200 ± 0.0010): entanglement matters."
    )
    assert judged({"auc": cell(0.08, 0.01), LOSS: cell(-0.02, 0.001)}).endswith("the two disagree.")
    assert judged({"auc": cell(-0.01, 0.001)}, "twin").endswith(
        ": the circuit is worse than its twin."
    )


def test_the_command_says_why_it_refuses(tmp_path, capsys) -> None:
    run = RunStore(tmp_path).create(tiny(DIGITS, name="digits"))
    assert call(["ablate", run.id, "--runs", str(tmp_path)]) == 2
    assert "has no circuit here" in capsys.readouterr().err
