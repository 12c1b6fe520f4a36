"""What can be chosen when sampling, by family; what cannot is refused with the reason."""

from __future__ import annotations

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.config.sampling import apply_sampling, sampling_options
from qdiffgui.errors import UserError

PRESETS = sorted(catalog.presets)


def experiment(**model):
    shown = {"kind": "log-polar"} if model.pop("maps", False) else {"kind": "observables"}
    return Experiment.model_validate({"representation": shown, "model": model})


@pytest.mark.parametrize("key", PRESETS)
def test_every_choice_is_offered_or_refused_with_a_sentence(key):
    can = sampling_options(catalog.presets[key].load())
    assert bool(can.samplers) != ("sampler" in can.unsupported)
    assert bool(can.max_steps) != ("steps" in can.unsupported)
    assert bool(can.shots) != ("shots" in can.unsupported)
    assert all(reason.endswith(".") for reason in can.unsupported.values())
    assert can.sampler in (can.samplers or ("",))
    assert can.steps >= 1
    assert can.steps <= can.max_steps or not can.max_steps


def test_what_is_chosen_changes_how_one_samples_and_nothing_else():
    ours = experiment(kind="quantum-denoiser")
    assert apply_sampling(ours) is ours
    other = apply_sampling(ours, steps=7, sampler="ddim", shots=100)
    assert (other.model.sampling_steps, other.model.sampler) == (7, "ddim")
    assert other.model_copy(update={"model": ours.model}) == ours
    flow = apply_sampling(experiment(kind="rectified-flow"), steps=5, sampler="euler")
    assert (flow.model.schedule.n_steps, flow.model.sampler) == (5, "euler")


@pytest.mark.parametrize(
    ("model", "asked", "says"),
    [
        ({"kind": "ddpm"}, {"shots": 100}, "classical"),
        ({"kind": "qd3pm"}, {"shots": 100}, "one shot already"),
        ({"kind": "qd3pm"}, {"sampler": "ddim"}, "one way"),
        ({"kind": "born-machine"}, {"steps": 2}, "single step"),
        ({"kind": "born-machine"}, {"shots": 100}, "one shot already"),
        ({"kind": "quddpm", "maps": True}, {"steps": 2}, "left out"),
        ({"kind": "quantum-denoiser"}, {"steps": 2000}, "1 to 40"),
        ({"kind": "quantum-denoiser"}, {"steps": -1}, "1 to 40"),
        ({"kind": "quantum-denoiser"}, {"sampler": "euler"}, "ddpm, ddim"),
        ({"kind": "quantum-denoiser"}, {"shots": 10**9}, "shots"),
        ({"kind": "qg-unet", "variant": "classical", "maps": True}, {"shots": 5}, "classical"),
    ],
)
def test_what_a_family_cannot_do_is_refused_with_the_reason(model, asked, says):
    with pytest.raises(UserError, match=says):
        apply_sampling(experiment(**model), **asked)


def test_states_are_not_read_out_by_shots():
    assert (
        "tomography"
        in sampling_options(catalog.presets["quddpm-cluster-1q"].load()).unsupported["shots"]
    )
