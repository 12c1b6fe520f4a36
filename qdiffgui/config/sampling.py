"""How samples may be drawn from a trained model: sampler, number of steps, shots. What a family cannot do is said with the reason.

All follows from the settings alone, so that a form knows it without the model, and a plug-in family that has fields ``sampler`` and
``sampling_steps`` is asked for them too. None of the three needs training anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from qdiffgui.config.base import Config
from qdiffgui.config.experiment import Experiment
from qdiffgui.errors import UserError

MAX_SHOTS = 1_000_000
_MAX_FLOW_STEPS = 1000

_SHOTS = {
    "quantum-denoiser": "Every expectation value, of every sample at every denoising step, is the mean of this many ±1 outcomes.",
    "qu-net": "Every expectation value, of every patch at every denoising step, is the mean of this many ±1 outcomes.",
    "q-dense": "After every denoising step the image is the histogram of this many measured bit strings.",
    "uss": "The image is read once, at the end, as the histogram of this many measured bit strings.",
    "quddpm": "The map of the final state is the histogram of this many measured bit strings, of as many copies of the same post-selected "
    "state; the ancillas are measured once a sample in any case.",
    "qg-unet": "What the circuit says at every denoising step is estimated from this many runs of it.",
    "latent": "What is read from the circuit is estimated from this many runs of it.",
}  # fmt: skip
_SHOTS |= {"qdt": _SHOTS["quddpm"], "qgan": _SHOTS["quddpm"]}
_NO_SHOTS = {
    "qd3pm": "Every sample is one measured bit string a step, so this family takes one shot already.",
    "state": "The samples are state vectors. Shots would not give these but counts: that takes tomography.",
    "density": "The samples are density matrices. Shots would not give these but counts: that takes tomography.",
    "classical": "This family is classical: there is no circuit to measure.",
    "unknown": "This family does not say what it would measure.",
}


@dataclass(frozen=True)
class Choices:
    """What can be chosen when sampling.

    samplers : names, () where there is nothing to choose; ``sampler`` is that of the settings.    max_steps : at most so many denoising
    steps, 0 where their number is fixed; ``steps`` is that of the settings.    shots : what a shot means, "" where there are none.
    why_not : the reason, for each of "sampler", "steps" and "shots" that cannot be chosen.
    """

    samplers: tuple[str, ...] = ()
    sampler: str = ""
    max_steps: int = 0
    steps: int = 0
    shots: str = ""
    why_not: Mapping[str, str] = field(default_factory=dict)


def choices(experiment: Experiment) -> Choices:
    """What can be chosen when sampling the model of an experiment."""
    model = experiment.model
    why_not: dict[str, str] = {}
    samplers, max_steps, steps = _samplers(model), 0, 0
    if not samplers:
        why_not["sampler"] = "This family has one way to sample."
    if "sampling_steps" in type(model).model_fields:
        max_steps = model.schedule.n_steps  # type: ignore[union-attr]
        steps = getattr(model, "sampling_steps") or max_steps  # noqa: B009  not a field of every family
    elif getattr(getattr(model, "schedule", None), "kind", "") == "straight":
        max_steps, steps = _MAX_FLOW_STEPS, model.schedule.n_steps  # type: ignore[union-attr]
    else:
        steps = getattr(getattr(model, "schedule", None), "n_steps", 1)
        why_not["steps"] = "Each denoising step was learned from the one before it: none can be left out."
    shots, reason = _shots(model, experiment.representation.encodes)
    if reason:
        why_not["shots"] = reason
    return Choices(samplers, str(getattr(model, "sampler", "")), max_steps, steps, shots, why_not)


def chosen(experiment: Experiment, *, steps: int = 0, sampler: str = "", shots: int = 0) -> Experiment:
    """The experiment as it is sampled with these choices; 0 and "" leave a setting as it is.

    Raises ``UserError`` for what the family cannot do, with the reason.
    """
    can = choices(experiment)
    for name, value in (("steps", steps), ("sampler", sampler), ("shots", shots)):
        if value and name in can.why_not:
            raise UserError(f"Sampling with {name} {value} was asked for. {can.why_not[name]} Leave {name} out.")
    if sampler and sampler not in can.samplers:
        raise UserError(f"This family samples by {' or '.join(can.samplers)}; found '{sampler}'.")
    if not 0 <= steps <= can.max_steps and steps:
        raise UserError(f"Expected 1 to {can.max_steps} denoising steps; found {steps}.")
    if not 0 <= shots <= MAX_SHOTS:
        raise UserError(f"Expected 1 to {MAX_SHOTS} shots, or 0 for exact probabilities; found {shots}.")
    changed: dict[str, Any] = {"sampler": sampler} if sampler else {}
    if steps and "sampling_steps" in type(experiment.model).model_fields:
        changed["sampling_steps"] = steps
    elif steps:
        changed["schedule"] = experiment.model.schedule.model_copy(update={"n_steps": steps})  # type: ignore[union-attr]
    return experiment.model_copy(update={"model": experiment.model.model_copy(update=changed)}) if changed else experiment


def _samplers(model: Config) -> tuple[str, ...]:
    info = type(model).model_fields.get("sampler")
    return tuple(get_args(info.annotation)) if info is not None else ()


def _shots(model: Any, encoded: str) -> tuple[str, str]:
    """What a shot means, or why there are none."""
    if encoded in ("state", "density"):
        return "", _NO_SHOTS[encoded if model.quantum else "classical"]
    if not model.quantum or getattr(model, "variant", "") == "classical":
        return "", _NO_SHOTS["classical"]
    if model.kind in _NO_SHOTS:
        return "", _NO_SHOTS[model.kind]
    found = _SHOTS.get(model.kind, "")
    return found, "" if found else _NO_SHOTS["unknown"]
