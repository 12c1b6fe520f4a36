"""Settings chosen by kind: a class that another package registers is as good as one of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment, override, parse
from qdiffgui.config.base import setting
from qdiffgui.config.kinds import classes, defaults, schedules_of
from qdiffgui.config.models import QuantumDenoiser, QuDDPM
from qdiffgui.config.models.base import ModelConfig
from qdiffgui.config.schedules import Cosine, GaussianSchedule
from qdiffgui.errors import ConfigError
from qdiffgui.registry import Entry


class Toy(ModelConfig):
    """A classical model of another package."""

    accepts: ClassVar[frozenset[str]] = frozenset({"vector"})
    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = False
    reverse_caption: ClassVar[str] = "The toy {predicts}; {walk}"
    kind: Literal["toy"] = "toy"
    width: int = setting(3, "Width", "How wide.", ge=1, le=9)
    schedule: GaussianSchedule = setting(Cosine(), "Noise", "How alpha_bar falls.")


class Quadratic(GaussianSchedule):
    """A schedule of another package."""

    kind: Literal["quadratic"] = "quadratic"
    n_steps: int = setting(7, "Steps", "How many.", ge=2, le=99)


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """``Toy`` and ``Quadratic`` in the registries, for one test."""
    for registry, entry in (
        (catalog.models, Entry("toy", "Toy", "A toy.", settings=f"{__name__}:Toy")),
        (catalog.schedules, Entry("quadratic", "Q", "Falls.", settings=f"{__name__}:Quadratic")),
    ):
        list(registry)
        monkeypatch.setattr(registry, "_entries", {**registry._entries, entry.key: entry})


@pytest.mark.usefixtures("plugin")
def test_a_plugin_is_parsed_overridden_dumped_and_described() -> None:
    experiment = parse({"model": {"kind": "toy", "schedule": {"kind": "quadratic"}}})
    assert experiment.model == Toy(schedule=Quadratic())
    assert parse(experiment.model_dump_json()) == experiment
    changed = override(
        Experiment(), ["model.kind=toy", "model.width=5", "model.schedule.n_steps=9"]
    )
    assert changed.model == Toy(width=5, schedule=Cosine(n_steps=9))
    assert defaults("model", "toy")["width"] == 3
    assert classes("model")["toy"] is Toy
    *own, last = schedules_of(Toy)
    assert {"cosine", "linear", "sigmoid"} <= set(own)
    assert last == "quadratic"
    assert override(Experiment(), ["model.schedule.kind=quadratic"]).model == QuantumDenoiser(
        schedule=Quadratic(n_steps=40)
    )
    schema = json.dumps(Experiment.model_json_schema())
    assert '"toy": "#/$defs/Toy"' in schema
    assert '"quadratic": "#/$defs/Quadratic"' in schema


@pytest.mark.usefixtures("plugin")
def test_the_form_offers_a_plugin(tmp_path: Path) -> None:
    from qdiffgui.ui.form.form import Form

    form = Form(lambda: None, lambda: tmp_path)
    form.load(Experiment(model=Toy(width=4)))
    assert form.experiment is not None
    assert form.experiment.model == Toy(width=4)
    group = form.model._groups["toy"].fields["width"]
    group.control.value = 6
    assert form.experiment.model == Toy(width=6)


def test_without_the_plugin_its_kind_is_unknown() -> None:
    with pytest.raises(ConfigError, match="model: There is no model called 'toy'"):
        parse({"model": {"kind": "toy"}})
    with pytest.raises(ConfigError, match="There is no model called 'toy'"):
        parse({"model": Toy()})


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ({}, "model: Expected settings with a 'kind': choose one of quddpm"),
        (3, "model: Expected settings with a 'kind'"),
        (
            {"kind": "quddpm", "schedule": {"kind": "cosine"}},
            "model.schedule: The schedule 'cosine' does not fit here: choose one of linear-angles",
        ),
        ({"kind": "quddpm", "schedule": {"n_steps": 1}}, "model.schedule: Expected settings with"),
        (
            {"kind": "quddpm", "schedule": {"kind": "haar", "n_steps": 1}},
            "model.schedule.n_steps: .* 2",
        ),
    ],
)
def test_a_wrong_choice_names_the_place_and_the_remedy(model: object, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        parse({"model": model})


def test_a_base_stands_for_all_registered_classes_below_it() -> None:
    assert ModelConfig.model_validate({"kind": "quddpm", "n_layers": 2}) == QuDDPM(n_layers=2)
    assert set(classes("model")) == set(catalog.models)
    with pytest.raises(ConfigError, match="The schedule 'blend' does not fit"):
        override(Experiment(), ["model.schedule.kind=blend"])


def test_a_plugin_whose_settings_cannot_be_loaded_is_listed_as_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = Entry("gone", "Gone", "Is not there.", settings="json:NoSuchClass", plugin="toys")
    list(catalog.models)
    monkeypatch.setattr(catalog.models, "_entries", {**catalog.models._entries, "gone": entry})
    monkeypatch.setattr(catalog.models, "_broken", [])
    assert "gone" not in classes("model")
    assert "NoSuchClass" in catalog.models.broken[0]
