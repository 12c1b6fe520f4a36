"""Forward processes in words: what a schedule's numbers mean, for plots and captions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Process:
    """A way to turn data into noise.

    Parameters
    ----------
    key : str
        Name in files and lists.
    signal : str
        What a value of the schedule is, for the legend of the schedule's plot.
    noise : str
        What is left of 1, for the same legend; empty if the values are no shares.
    start : str
        A sentence about the samples that the reverse process starts from.
    step : str
        A sentence about the samples at one diffusion step. ``{kept}`` stands for the value of the
        schedule, ``{rest}`` for 1 minus that value, ``{percent}`` for the value in percent. Empty
        if the values belong to the steps and not to the samples. A process without a schedule has
        ``{masked}`` and ``{last}`` for the step and the number of steps.
    keeps_share : bool
        Whether the value is the share of data in a sample, so that captions of the reverse process
        can state it.
    """

    key: str
    signal: str
    noise: str
    start: str
    step: str = ""
    keeps_share: bool = False


GAUSSIAN = Process(
    "gaussian",
    "ᾱ, the data's share of the variance",
    "1 - ᾱ, the noise's share",
    "Pure Gaussian noise, different for every sample. It contains nothing of the data.",
    "x = √ᾱ x₀ + √(1-ᾱ) ε with ᾱ = {kept}: {percent} of the variance is still data, the rest is "
    "Gaussian noise.",
    keeps_share=True,
)
HAAR = Process(
    "haar",
    "ᾱ, the data's share",
    "1 - ᾱ, the random state's share",
    "Haar-random states, a different one for every sample. They contain nothing of the data.",
    "Every state is mixed with its own Haar-random state: {percent} of it is still data.",
    keeps_share=True,
)
SCRAMBLING = Process(
    "scrambling",
    "h, strength of each random circuit",
    "",
    "Random states, a different one for every sample. They contain nothing of the data.",
)
BITS = Process(
    "bits",
    "share of bits kept",
    "share of bits redrawn",
    "Random bit strings: every bit is 0 or 1 with equal probability.",
    "Every bit was kept with probability {kept} and redrawn otherwise.",
)
LEVELS = Process(
    "levels",
    "share of levels kept",
    "share of levels masked or redrawn",
    "No level is known: all are masked, shown as even parts of what is left, or random.",
    "Every level was kept with probability {kept}, and masked or redrawn otherwise.",
)
LAST_FIRST = Process(
    "last-first",
    "share of levels known",
    "share of levels masked",
    "No share is drawn yet: what is left is shown as spread evenly over the cells to come.",
    "The last shares are masked, one more per step; what they hold is spread evenly.",
)
RANDOM_BITS = Process(
    "random-bits",
    "",
    "",
    "Uniformly random bits, for comparison only: this model has no diffusion steps, and no noise "
    "is removed.",
)
MASKING = Process(
    "masking",
    "share of the map known",
    "share masked",
    "All shares are masked: the energy is spread evenly. Nothing of the data is known.",
    "{masked} of {last} shares are masked; what they divide is spread evenly.",
)
BLEND = Process(
    "blend",
    "weight of the data",
    "weight of the noise",
    "Noise images, a different one for every sample.",
    "Every image is {kept} of the data and {rest} of its own noise image.",
)
FLOW = Process(
    "flow",
    "weight of the data",
    "weight of the noise",
    "Gaussian noise, a different point for every sample. All further steps are deterministic.",
    "A straight line from data to noise: {kept} of the data and {rest} of Gaussian noise.",
)
DEPOLARIZING = Process(
    "depolarizing",
    "weight of the data",
    "weight of I/d",
    "The maximally mixed state I/d, the same for every sample.",
    "ρ = {kept} ρ₀ + {rest} I/d: depolarizing noise, the same for every state.",
    keeps_share=True,
)
AMPLITUDE_DAMPING = Process(
    "amplitude-damping",
    "share of excitations left",
    "share decayed",
    "|0…0⟩, the same for every sample.",
    "Every qubit has kept an excitation with probability {kept}; all decays end in |0⟩.",
)
DEPHASING = Process(
    "dephasing",
    "share of coherence left",
    "share lost",
    "The mean populations of the data, without any coherence.",
    "The coherence of every qubit has fallen to {kept}; populations stay as they are.",
)
