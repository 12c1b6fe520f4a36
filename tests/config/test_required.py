"""A settings class that leaves something out is refused where it is defined, in one sentence."""

from __future__ import annotations

from typing import Literal

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment, hardware
from qdiffgui.config.data import DataConfig
from qdiffgui.config.kinds import classes
from qdiffgui.config.models.base import ModelConfig, supported, unsupported
from qdiffgui.config.registered import RegisteredConfig
from qdiffgui.config.representation import RepresentationConfig
from qdiffgui.config.sampling import sampling_options
from qdiffgui.config.schedules import GaussianSchedule, ScheduleConfig

WHOLE = {
    "accepts": frozenset({"vector"}),
    "quantum": True,
    "conditional": False,
    "reverse_caption": "One step.",
    "shots": supported("Means."),
    "device": unsupported("it is a toy"),
}


def toy(base: type[RegisteredConfig], **attributes: object) -> type[RegisteredConfig]:
    """A settings class of one kind with these class attributes."""
    body = {"__annotations__": {"kind": Literal["toy"]}, "kind": "toy", "__module__": __name__}
    return type("Toy", (base,), {**body, **attributes})


@pytest.mark.parametrize("name", list(WHOLE))
def test_each_attribute_of_a_model_is_required(name: str) -> None:
    with pytest.raises(TypeError) as caught:
        toy(ModelConfig, **{key: value for key, value in WHOLE.items() if key != name})
    sentence = str(caught.value)
    assert sentence.startswith("The settings class 'Toy' does not say ")
    assert sentence.endswith(f"('{name}'): set this class attribute.")


def test_all_that_is_missing_is_named_at_once() -> None:
    known = {key: value for key, value in WHOLE.items() if key not in ("shots", "device")}
    with pytest.raises(TypeError) as caught:
        toy(ModelConfig, **known)
    assert str(caught.value) == (
        "The settings class 'Toy' does not say what a number of shots means, or why there are none "
        "('shots') and what a quantum computer would measure, or why it cannot ('device'): set "
        "these class attributes."
    )


def test_classical_models_and_models_of_states_need_neither_shots_nor_device() -> None:
    known = {key: value for key, value in WHOLE.items() if key not in ("shots", "device")}
    assert toy(ModelConfig, **(known | {"quantum": False}))
    assert toy(ModelConfig, **(known | {"accepts": frozenset({"density"})}))


@pytest.mark.parametrize(
    ("base", "says"),
    [
        (DataConfig, "what the data are ('gives')"),
        (RepresentationConfig, "what the encoded data are ('encodes') and which data it can"),
        (ScheduleConfig, "which forward process it belongs to ('process') and how many steps"),
        (GaussianSchedule, "how many steps there are ('n_steps')"),
    ],
)
def test_the_other_settings_have_required_attributes_too(
    base: type[RegisteredConfig], says: str
) -> None:
    with pytest.raises(TypeError) as caught:
        toy(base)
    assert says in str(caught.value)


def test_the_hardware_check_fails_closed() -> None:
    """Whatever a class does not say counts as unsupported."""
    silent = toy(ModelConfig, **WHOLE)
    for name in ("shots", "device"):
        delattr(silent, name)
    unknown = Experiment().model_copy(update={"model": silent()})
    assert "do not say what a device would measure" in hardware.unsupported_reason(unknown)
    assert hardware.measurement_note(unknown) == ""
    with pytest.raises(ValueError, match="cannot be sampled with noise"):
        hardware.check(unknown)
    assert "do not say" in sampling_options(unknown).unsupported["shots"]


@pytest.mark.parametrize("kind", list(catalog.models))
def test_notes_and_reasons_are_sentences_and_clauses(kind: str) -> None:
    member = classes("model")[kind]
    assert issubclass(member, ModelConfig)
    assert member.quantum == catalog.models[kind].facts["quantum"]
    config = member()
    for encodes in member.accepts:
        shots, device = config.shots_support(encodes), config.device_support(encodes)
        assert bool(shots.note) != bool(shots.reason)
        assert bool(device.note) != bool(device.reason)
        for sentence in filter(None, (shots.note, shots.reason, device.note)):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
        assert not device.reason.endswith(".")


@pytest.mark.parametrize("kind", list(catalog.schedules))
def test_a_schedule_and_its_entry_agree_on_the_process(kind: str) -> None:
    member = classes("model.schedule")[kind]
    assert issubclass(member, ScheduleConfig)
    assert member.process.key == catalog.schedules[kind].facts["process"]
