"""What happens at each step of a film, in words: made from the schedule and the settings, so that they say what this model does."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from qdiffgui.config.base import Config

_FORWARD = {
    "gaussian": "x = √ᾱ x₀ + √(1-ᾱ) ε with ᾱ = {kept}: {percent} of the variance is still data, the rest Gaussian noise.",
    "haar": "Every state is mixed with a Haar-random one of its own: {percent} of it is still data.",
    "bits": "Every bit was kept with probability {kept}, and else drawn anew.",
    "blend": "Every image is {kept} of the data and {rest} of one noise image of its own.",
    "flow": "A straight line from data to noise: {kept} of the data and {rest} of Gaussian noise.",
    "depolarizing": "ρ = {kept} ρ₀ + {rest} I/d: depolarizing noise, the same for every state.",
    "amplitude-damping": "Every qubit has kept an excitation with probability {kept}; what decays ends in |0⟩.",
    "dephasing": "The coherence of every qubit has fallen to {kept}; populations stay as they are.",
}
_NOISE = {
    "gaussian": "Pure Gaussian noise, other numbers for every sample. Nothing of the data is in it.",
    "haar": "Haar-random states, another one for every sample. Nothing of the data is in them.",
    "scrambling": "Random states, another one for every sample. Nothing of the data is in them.",
    "bits": "Random bit strings: every bit is 0 or 1 with equal chance.",
    "blend": "Noise images, another one for every sample.",
    "flow": "Gaussian noise, another point for every sample. From here on nothing is left to chance.",
    "depolarizing": "The maximally mixed state I/d, the same for every sample.",
    "amplitude-damping": "|0…0⟩, the same for every sample.",
    "dephasing": "The mean populations of the data, without any coherence.",
}
_STATES = (
    "The circuit of this step acts on state and ancillas; the ancillas are measured, and the outcome decides what state is left."
)
_REVERSE = {
    "ddpm": "The network {predicts}; {walk}",
    "quantum-denoiser": "The circuit runs once for every sample and {predicts}; {walk}",
    "rectified-flow": "The network gives the velocity at every point ({calls}), and the samples follow it.",
    "quddpm": _STATES,
    "qdt": "One deep circuit takes noise to data in a single go; its ancillas are measured.",
    "qgan": "The generator's circuit takes noise to a state in a single go; its ancillas are measured.",
    "msquddpm": _STATES,
    "qgdm": "The circuit is told the step by its time qubits, which are then traced out: nothing is left to chance.",
    "q-dense": "The circuit takes the amplitudes of x_t; its measured probabilities are the image one step cleaner.",
    "qu-net": "A U-Net whose convolutions are circuits makes the image one step cleaner.",
    "classical-blend": "The network makes the image one step cleaner.",
    "uss": "The same unitary once more: the state is one step cleaner, and nothing is measured before the end.",
    "qg-unet": "The denoiser says what the clean image is, and the state goes one step towards it, with fresh noise.",
    "qd3pm": "The circuit is measured once for every sample: a guess of the clean string, which the noisier bits follow.",
    "d3pm": "The network draws a guess of the clean string, which the noisier bits follow.",
    "latent": "The circuit cleans the latent numbers by one step; the decoder shows what samples they stand for.",
}  # fmt: skip
_WALK = {
    "ddpm": "part of the noise is taken away and a little fresh noise added (DDPM).",
    "ddim": "the noise is taken away without adding any (DDIM).",
}
_LAST_WALK = "what is left is the sample."
_PREDICTS = {"epsilon": "estimates the noise in it", "x0": "estimates the clean sample"}
_CALLS = {"euler": "once a step, Euler", "heun": "twice a step, Heun"}


def forward(curve: Mapping[str, Any], times: Sequence[int]) -> list[str]:
    """One sentence or two a frame of a forward film at diffusion steps ``times``; ``curve`` is ``inspect.schedule``'s."""
    return [_forward(curve, t, times[-1]) for t in times]


def reverse(curve: Mapping[str, Any], model: Config, times: Sequence[int], shots: int = 0) -> list[str]:
    """One sentence or two a frame of a denoising film; ``times`` fall. ``model`` is the model's settings as they are sampled."""
    process = str(curve["process"])
    said = [_NOISE.get(process, "Random states: the noise that sampling starts from.")]
    what = _REVERSE.get(str(getattr(model, "kind", "")), "One more denoising step.")
    for before, t in itertools.pairwise(times):
        done = what.format(
            predicts=_PREDICTS.get(getattr(model, "prediction", ""), "answers"),
            walk=_LAST_WALK if t == 0 else _WALK.get(getattr(model, "sampler", ""), "the sample goes one step back."),
            calls=_CALLS.get(getattr(model, "sampler", ""), "once a step"),
        )
        steps = f"Step {before} to {t}" if before - t == 1 else f"Steps {before} to {t}"
        measured = f" From {shots} shots." if shots else ""
        said.append(f"{steps}: {_lowered(done)}{_left(curve, t)}{measured}")
    if len(times) > 1:
        reached = f" Training has not reached the steps below {times[-1]} yet." if times[-1] > 0 else " These are the samples."
        said[-1] += reached
    return said


def _forward(curve: Mapping[str, Any], t: int, last: int) -> str:
    values, process = curve["values"], str(curve["process"])
    if t == 0:
        return "The data as the model sees them, without noise."
    if process == "scrambling" and t <= len(values):
        circuits = "one random circuit" if t == 1 else f"{t} random circuits, one after the other,"
        acted = "has" if t == 1 else "have"
        return f"Step {t} of {last}: {circuits} {acted} acted on every state, the last of strength h = {values[t - 1]:.3g}."
    if process in _FORWARD and t < len(values):
        kept = float(values[t])
        said = _FORWARD[process].format(kept=_short(kept), rest=_short(1 - kept), percent=_percent(kept))
        return f"Step {t} of {last}: {_lowered(said)}"
    return f"Step {t} of {last}: " + ("the noise that sampling starts from." if t == last else "noisier.")


def _left(curve: Mapping[str, Any], t: int) -> str:
    """How much of the training data's counterpart is data at this step, where that is one number."""
    values = curve["values"]
    if curve["process"] not in ("gaussian", "haar", "depolarizing") or not 0 < t < len(values):
        return ""
    return f" Of training data at this step {_percent(float(values[t]))} is data."


def _lowered(sentence: str) -> str:
    return sentence if sentence[1:2] in (" ", "_") else sentence[0].lower() + sentence[1:]


def _short(share: float) -> str:
    return f"{share:.3g}" if share >= 1e-3 else "0" if share == 0 else "under 0.001"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %" if share >= 1e-3 else "none" if share == 0 else "less than 0.1 %"
