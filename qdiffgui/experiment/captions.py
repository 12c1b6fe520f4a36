"""Captions of the frames of an animation, from the words of the model's settings and process."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from qdiffgui.config.models import ModelConfig
from qdiffgui.config.processes import Process

_WALK = {
    "ddpm": "part of the noise is removed and a little fresh noise is added (DDPM).",
    "ddim": "part of the noise is removed and none is added (DDIM).",
    "heun": "the sample follows the velocity for one step, with two calls (Heun).",
}
_LAST_WALK = "the remaining noise is removed, which gives the sample."
_PREDICTS = {
    "epsilon": "estimates the noise in it",
    "x0": "estimates the clean sample",
    "velocity": "estimates the velocity of its path",
}
_CALLS = {"euler": "once per step, Euler", "heun": "twice per step, Heun"}


def forward(model: ModelConfig, values: Sequence[float], times: Sequence[int]) -> list[str]:
    """A sentence or two for each frame of the forward process.

    Parameters
    ----------
    model : ModelConfig
        Settings of the model.
    values : sequence of float
        Its schedule by diffusion step, see ``diffusion.curve.schedule``.
    times : sequence of int
        Diffusion step of each frame, ascending.
    """
    return [_forward(model.process, values, t, times[-1]) for t in times]


def reverse(
    model: ModelConfig, values: Sequence[float], times: Sequence[int], shots: int = 0
) -> list[str]:
    """A sentence or two for each frame of the reverse process.

    Parameters
    ----------
    model : ModelConfig
        Settings of the model, as it is sampled.
    values : sequence of float
        Its schedule by diffusion step, see ``diffusion.curve.schedule``.
    times : sequence of int
        Diffusion step of each frame, descending.
    shots : int
        Number of shots; 0 for exact probabilities.
    """
    process = model.process
    captions = [process.start if process else "Random states: the noise that sampling starts from."]
    for before, t in itertools.pairwise(times):
        step = model.reverse_caption.format(
            predicts=_PREDICTS.get(getattr(model, "prediction", ""), "is evaluated"),
            walk=_LAST_WALK
            if t == 0
            else _WALK.get(getattr(model, "sampler", ""), "the sample moves one step back."),
            calls=_CALLS.get(getattr(model, "sampler", ""), "once per step"),
        )
        steps = f"Step {before} to {t}" if before - t == 1 else f"Steps {before} to {t}"
        measured = f" From {shots} shots." if shots else ""
        share = _share_of_data(process, values, t)
        captions.append(f"{steps}: {_lowered(step)}{share}{measured}")
    if len(times) > 1:
        captions[-1] += (
            f" Training has not reached the steps below {times[-1]} yet."
            if times[-1] > 0
            else " These are the samples."
        )
    return captions


def _forward(process: Process | None, values: Sequence[float], t: int, last: int) -> str:
    if t == 0:
        return "The data, without noise."
    if process is not None and not len(values):
        return process.start
    step = f"Step {t} of {last}: "
    if process is not None and process.step and not values:
        return step + _lowered(process.step.format(masked=t, last=last))
    if process is None or t > len(values) or (process.step and t == len(values)):
        return step + ("the noise that sampling starts from." if t == last else "noisier.")
    if process.step:
        kept = float(values[t])
        sentence = process.step.format(
            kept=_short(kept), rest=_short(1 - kept), percent=_percent(kept)
        )
        return step + _lowered(sentence)
    circuits = "one random circuit has" if t == 1 else f"{t} random circuits in a row have"
    return f"{step}{circuits} acted on every state, the last of strength h = {values[t - 1]:.3g}."


def _share_of_data(process: Process | None, values: Sequence[float], t: int) -> str:
    """The share of data in training samples at this step, for processes that have one."""
    if process is None or not process.keeps_share or not 0 < t < len(values):
        return ""
    return f" Training samples at this step are {_percent(float(values[t]))} data."


def _lowered(sentence: str) -> str:
    return sentence if sentence[1:2] in (" ", "_") else sentence[0].lower() + sentence[1:]


def _short(share: float) -> str:
    return f"{share:.3g}" if share >= 1e-3 else "0" if share == 0 else "under 0.001"


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%" if share >= 1e-3 else "none" if share == 0 else "less than 0.1%"
