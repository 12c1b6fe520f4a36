"""What can be chosen when samples are drawn from a trained model: sampler, steps, and shots.

Everything follows from the settings alone, so that a form knows it without the model. Any model
with the settings ``sampler`` and ``sampling_steps`` offers them. None of the three needs a new
training.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from qdiffgui.config.base import Config
from qdiffgui.config.experiment import Experiment
from qdiffgui.config.schedules import FlowSchedule, ScheduleConfig
from qdiffgui.errors import UserError

MAX_SHOTS = 1_000_000
_MAX_FLOW_STEPS = 1000


@dataclass(frozen=True)
class SamplingOptions:
    """What can be chosen when sampling a model.

    Parameters
    ----------
    samplers : tuple of str
        Names of the samplers; empty if there is no choice.
    sampler : str
        The sampler of the settings; empty if there is no choice.
    max_steps : int
        Largest number of denoising steps; 0 if the number is fixed.
    steps : int
        The number of denoising steps of the settings.
    shots : str
        What a number of shots means; empty if samples cannot be drawn with shots.
    unsupported : mapping
        For each of "sampler", "steps" and "shots" that cannot be chosen, the reason.
    """

    samplers: tuple[str, ...] = ()
    sampler: str = ""
    max_steps: int = 0
    steps: int = 0
    shots: str = ""
    unsupported: Mapping[str, str] = field(default_factory=dict)


def sampling_options(experiment: Experiment) -> SamplingOptions:
    """What can be chosen when sampling the model of an experiment.

    Examples
    --------
    >>> options = sampling_options(Experiment())
    >>> options.samplers, options.max_steps
    (('ddpm', 'ddim', 'heun'), 40)
    >>> options.shots
    'Every expectation value, of every sample at every denoising step, is the mean of this many ...
    """
    model = experiment.model
    unsupported: dict[str, str] = {}
    samplers, max_steps, steps = _samplers(model), 0, _n_steps(model)
    if not samplers:
        unsupported["sampler"] = "This model has one way to sample."
    if "sampling_steps" in type(model).model_fields:
        max_steps = steps
        steps = getattr(model, "sampling_steps") or max_steps  # noqa: B009
    elif isinstance(getattr(model, "schedule", None), FlowSchedule):
        max_steps = _MAX_FLOW_STEPS
    elif _n_steps(model) == 1:
        unsupported["steps"] = "This model samples in a single step, so none can be left out."
    else:
        unsupported["steps"] = (
            "Each denoising step was trained on the output of the step before it, so none can be "
            "left out."
        )
    shots = model.shots_support(experiment.representation.encodes)
    if shots.reason:
        unsupported["shots"] = shots.reason
    sampler = str(getattr(model, "sampler", ""))
    return SamplingOptions(samplers, sampler, max_steps, steps, shots.note, unsupported)


def apply_sampling(
    experiment: Experiment, *, steps: int = 0, sampler: str = "", shots: int = 0
) -> Experiment:
    """The experiment with another sampler or number of steps.

    Parameters
    ----------
    experiment : Experiment
        Settings of the trained model.
    steps : int
        Denoising steps; 0 keeps the settings.
    sampler : str
        Name of the sampler; empty keeps the settings.
    shots : int
        Number of shots, which is checked only; 0 for exact probabilities.

    Raises
    ------
    UserError
        If the model does not support one of them, with the reason.

    Examples
    --------
    >>> apply_sampling(Experiment(), steps=10, sampler="ddim").model.sampling_steps
    10
    >>> apply_sampling(Experiment(), sampler="euler")
    Traceback (most recent call last):
    qdiffgui.errors.UserError: This model samples by one of ddpm, ddim, heun; found 'euler'.
    """
    options = sampling_options(experiment)
    for name, value in (("steps", steps), ("sampler", sampler), ("shots", shots)):
        if value and name in options.unsupported:
            raise UserError(
                f"Sampling with {name} {value} is not possible. {options.unsupported[name]} "
                f"Leave {name} out."
            )
    if sampler and sampler not in options.samplers:
        raise UserError(
            f"This model samples by one of {', '.join(options.samplers)}; found '{sampler}'."
        )
    if not 0 <= steps <= options.max_steps and steps:
        raise UserError(f"Expected 1 to {options.max_steps} denoising steps; found {steps}.")
    if not 0 <= shots <= MAX_SHOTS:
        raise UserError(
            f"Expected 1 to {MAX_SHOTS} shots, or 0 for exact probabilities; found {shots}."
        )
    changed: dict[str, Any] = {"sampler": sampler} if sampler else {}
    if steps and "sampling_steps" in type(experiment.model).model_fields:
        changed["sampling_steps"] = steps
    elif steps:
        schedule: ScheduleConfig = getattr(experiment.model, "schedule")  # noqa: B009
        changed["schedule"] = schedule.model_copy(update={"n_steps": steps})
    if not changed:
        return experiment
    return experiment.model_copy(update={"model": experiment.model.model_copy(update=changed)})


def _n_steps(model: Config) -> int:
    """The steps of the model's schedule; 1 without a schedule."""
    return int(getattr(getattr(model, "schedule", None), "n_steps", 1))


def _samplers(model: Config) -> tuple[str, ...]:
    info = type(model).model_fields.get("sampler")
    return tuple(get_args(info.annotation)) if info is not None else ()


def parse_condition(text: str) -> dict[str, float]:
    """Continuous conditions from text.

    Parameters
    ----------
    text : str
        Pairs of name and value, separated by commas; "" for none.

    Returns
    -------
    dict of str to float
        Name to value.

    Raises
    ------
    UserError
        If a pair is not a name and a number.

    Examples
    --------
    >>> parse_condition("pt=520, mass=60")
    {'pt': 520.0, 'mass': 60.0}
    """
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (part.strip() for part in pair.partition("="))
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = math.nan
        if not name or not math.isfinite(found[name]):
            raise UserError(f"Expected conditions such as 'energy=50'; found '{pair[:40]}'.")
    return found
