"""Each public check says in one sentence what is wrong with a plug-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from qdiffgui import catalog, testing
from qdiffgui.circuits.basic_entangler import ANSATZ
from qdiffgui.config import setting
from qdiffgui.config.schedules import GaussianSchedule
from qdiffgui.evaluation import MetricValue
from qdiffgui.models.ddpm import ClassicalDDPM
from qdiffgui.registry import Entry
from tests.data import files


class Odd(GaussianSchedule):
    """A schedule of a plug-in."""

    kind: Literal["odd"] = "odd"
    n_steps: int = setting(4, "Steps", "Steps.", ge=2, le=9)


class WithoutWords(Odd):
    """Its field has no label."""

    n_steps: int = 4


class OtherKind(Odd):
    """Its kind is not the key of the entry."""

    kind: Literal["other"] = "other"


def rising(config: Odd) -> Any:
    return np.linspace(0.5, 1, config.n_steps + 1)


def too_short(config: Odd) -> Any:
    return np.linspace(1, 0.1, config.n_steps)


def failing(*_: Any, **__: Any) -> Any:
    raise KeyError("no such column")


def prefers_bad_models(generated: Any, real: Any, *, seed: int) -> MetricValue:
    return MetricValue(-abs(float(np.mean(generated) - np.mean(real))), 0.1)


def without_error(generated: Any, real: Any, *, seed: int) -> MetricValue:
    return MetricValue(1.0, float("nan"))


def few_samples(config: Any, seed: int = 0) -> Any:
    data = catalog.datasets["cluster"].load()(config, seed)
    return replace(data, content=data.content.take(np.arange(10)))


def unnamed_classes(config: Any, seed: int = 0) -> Any:
    data = catalog.datasets["qg-jets"].load()(config, seed)
    return replace(data, classes={0: "gluon"})


def bare_number(generated: Any, real: Any, *, seed: int) -> float:
    return 0.5


RENAMED = replace(ANSATZ, label="Another name")
IDLE = replace(
    ANSATZ,
    shape=lambda n_qubits, n_layers: (n_layers + 1, n_qubits),
    circuit=lambda weights, wires: ANSATZ.circuit(weights[:-1], wires),
)


def falling(config: Odd) -> Any:
    return np.linspace(1, 0.5, config.n_steps + 1)


def entry(target: str, settings: str = "Odd", key: str = "odd", **facts: Any) -> Entry:
    named = f"{__name__}:{settings}" if settings else ""
    return Entry(key, "Odd", "Odd.", f"{__name__}:{target}", facts, settings=named)


def schedule(target: str, settings: str = "Odd", process: str = "gaussian") -> Entry:
    return entry(target, settings, process=process)


def metric(target: str, **facts: Any) -> Entry:
    known = {"of": "observable", "better": "lower", "least": 30}
    return entry(target, "", **{**known, **facts})


def taken_from(registry: str, key: str, **changes: Any) -> Entry:
    return replace(catalog.ALL[registry][key], **changes)


WRONG: list[tuple[Callable[..., None], Any, str]] = [
    (testing.check_model, "nothing", "There is no model called 'nothing': add an entry point"),
    (testing.check_model, int, "No entry of the registry 'models' names"),
    (testing.check_schedule, schedule("rising"), "'odd' must start at 1, the clean data"),
    (testing.check_schedule, schedule("too_short"), "must give 5 values for 4 steps"),
    (testing.check_schedule, schedule("falling"), "No model can use 'odd'"),
    (testing.check_schedule, schedule("rising", "OtherKind"), "need the field kind"),
    (testing.check_schedule, schedule("rising", "WithoutWords"), "needs a label and a help text"),
    (testing.check_schedule, schedule("rising", ""), "needs settings='module:Class'"),
    (testing.check_schedule, schedule("rising", process="odd"), "The process of 'odd' must be"),
    (testing.check_schedule, schedule("failing"), "failed with KeyError: 'no such column'"),
    (testing.check_metric, metric("prefers_bad_models"), "says that lower is better"),
    (testing.check_metric, metric("without_error"), "a finite value and error for 30 samples"),
    (testing.check_metric, metric("bare_number"), "must return a qdiffgui.evaluation.MetricValue"),
    (testing.check_metric, metric("failing", of="jets"), "'of' of 'odd' must be one of observable"),
    (testing.check_metric, entry("failing", ""), "needs the facts of, better, least"),
    (testing.check_ansatz, entry("failing", ""), "must be a qdiffgui.circuits.ansatz.Ansatz"),
    (
        testing.check_ansatz,
        taken_from("ansatze", "basic-entangler", target=f"{__name__}:RENAMED"),
        "make the two equal",
    ),
    (
        testing.check_ansatz,
        taken_from("ansatze", "basic-entangler", target=f"{__name__}:IDLE"),
        "weights of 'basic-entangler' must be used by exactly one gate",
    ),
    (
        testing.check_dataset,
        taken_from("datasets", "cluster", target=f"{__name__}:few_samples"),
        "must give at least 20 samples, found 10",
    ),
    (
        testing.check_dataset,
        taken_from("datasets", "qg-jets", target=f"{__name__}:unnamed_classes"),
        r"must name the classes of the labels \[1\]",
    ),
    (testing.check_preset, entry("failing", ""), "must be a qdiffgui.config.Experiment"),
    (
        testing.check_preset,
        taken_from("presets", "jets-observables-mlp", facts={"twin": "quddpm-circle"}),
        "must be a preset whose twin is",
    ),
    (
        testing.check_lesson,
        taken_from("lessons", "diffusion", label="Another name"),
        "make the two equal",
    ),
    (testing.check_lesson, taken_from("lessons", "diffusion", page=""), "has no page"),
]


@pytest.mark.parametrize(("check", "what", "sentence"), WRONG)
def test_what_is_wrong_is_said(check: Callable[..., None], what: Any, sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence) as caught:
        check(what)
    assert "\n" not in str(caught.value)


def test_a_file_of_another_format_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="is opened as 'qdiffgui', not as 'jetnet'"):
        testing.check_format("jetnet", files.own(tmp_path / "own.h5"))


class Forgetful(ClassicalDDPM):
    """A model whose checkpoint lacks the state of the generator."""

    def load_state(self, state: Any) -> None:
        before = self.generator.get_state()
        super().load_state(state)
        self.generator.set_state(before)


def test_a_model_that_does_not_resume_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = taken_from("models", "ddpm", target=f"{__name__}:Forgetful")
    monkeypatch.setitem(catalog.models._entries, "ddpm", changed)
    resumes_exactly = testing.MODEL_CHECKS[0]
    with pytest.raises(AssertionError, match=r"other losses after it resumes.*'generator'"):
        resumes_exactly(testing.ModelCase("ddpm", "vector", {"n_parameters": 150}))
