"""How noise grows with the diffusion step: one class per schedule, chosen by ``kind``.

Each base class stands for all schedules of one forward process. A model's field ``schedule`` is
annotated with such a base, or with several of them (``StateSchedule``), so that the schedules of a
plug-in can be chosen, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import model_validator

from qdiffgui.catalog import schedules
from qdiffgui.config import processes
from qdiffgui.config.base import setting
from qdiffgui.config.processes import Process
from qdiffgui.config.registered import OneOf, RegisteredConfig
from qdiffgui.registry import Registry

_STEPS = "Diffusion steps from data to noise."
_CURVE = "How the share of the data falls to 0: as half a squared cosine, or linearly."
_Curve = Literal["cosine", "linear"]


class ScheduleConfig(RegisteredConfig):
    """The base of all schedules. Every schedule has a field ``n_steps``."""

    registry: ClassVar[Registry] = schedules
    required: ClassVar[Mapping[str, str]] = {"process": "which forward process it belongs to"}
    process: ClassVar[Process]
    if TYPE_CHECKING:
        n_steps: int = 0

    @classmethod
    def missing(cls) -> dict[str, str]:
        """The required attributes that the class does not set, ``n_steps`` included."""
        steps = {} if "n_steps" in cls.model_fields else {"n_steps": "how many steps there are"}
        return super().missing() | steps


class GaussianSchedule(ScheduleConfig):
    """Gaussian diffusion: how alpha_bar falls."""

    process: ClassVar[Process] = processes.GAUSSIAN


class Cosine(GaussianSchedule):
    """Squared-cosine alpha_bar (Nichol and Dhariwal, arXiv:2102.09672), beta clipped at 0.999."""

    kind: Literal["cosine"] = "cosine"
    n_steps: int = setting(40, "Steps", _STEPS, ge=2, le=1000)


class Trigonometric(GaussianSchedule):
    """Equal steps in the angle φ of x = cos φ x₀ + sin φ ε (arXiv:2202.00512), beta clipped at
    0.999.
    """

    kind: Literal["trigonometric"] = "trigonometric"
    n_steps: int = setting(20, "Steps", _STEPS, ge=2, le=1000)


class Linear(GaussianSchedule):
    """Linear beta (Ho et al., arXiv:2006.11239)."""

    kind: Literal["linear"] = "linear"
    n_steps: int = setting(100, "Steps", _STEPS, ge=2, le=1000)
    beta_start: float = setting(1e-4, "First beta", "Variance added at the first step.", gt=0, lt=1)
    beta_end: float = setting(0.02, "Last beta", "Variance added at the last step.", gt=0, lt=1)


class Sigmoid(GaussianSchedule):
    """Sigmoid alpha_bar (Jabri, Fleet and Chen, arXiv:2212.11972), beta clipped at 0.999."""

    kind: Literal["sigmoid"] = "sigmoid"
    n_steps: int = setting(40, "Steps", _STEPS, ge=2, le=1000)
    start: float = setting(
        -3.0, "Start", "Argument of the sigmoid at the first step.", ge=-20, lt=0, advanced=True
    )
    end: float = setting(
        3.0, "End", "Argument of the sigmoid at the last step.", gt=0, le=20, advanced=True
    )
    temperature: float = setting(
        1.0, "Temperature", "Below 1: a steeper fall in the middle.", gt=0.1, le=10, advanced=True
    )


class BlendSchedule(ScheduleConfig):
    """Convex mix with noise images."""

    process: ClassVar[Process] = processes.BLEND


class Blend(BlendSchedule):
    """Convex mix with one noise image, weight (t/n_steps)**power (arXiv:2401.07049)."""

    kind: Literal["blend"] = "blend"
    n_steps: int = setting(10, "Steps", _STEPS, ge=2, le=100)
    power: float = setting(3.0, "Power", "Exponent of the noise weight.", gt=0, le=10)


class FlowSchedule(ScheduleConfig):
    """The path of rectified flow."""

    process: ClassVar[Process] = processes.FLOW


class Straight(FlowSchedule):
    """Straight lines between data and noise (arXiv:2209.03003)."""

    kind: Literal["straight"] = "straight"
    n_steps: int = setting(
        20,
        "Steps",
        "Steps of the sampler from noise to data; training draws times at random.",
        ge=1,
        le=1000,
    )


class ScramblingSchedule(ScheduleConfig):
    """Random-circuit scrambling: how strong each step is."""

    process: ClassVar[Process] = processes.SCRAMBLING


class LinearAngles(ScramblingSchedule):
    """Scrambling angles that grow linearly from ``start`` to ``end`` (QuDDPM, arXiv:2310.05866)."""

    kind: Literal["linear-angles"] = "linear-angles"
    n_steps: int = setting(20, "Steps", _STEPS, ge=2, le=100)
    start: float = setting(
        1.0, "First strength", "Strength h of the first scrambling step.", gt=0, le=10
    )
    end: float = setting(
        4.0, "Last strength", "Strength h of the last scrambling step.", gt=0, le=10
    )


class QuadraticAngles(ScramblingSchedule):
    """Scrambling angles h_t = scale * t**2 (QuDDPM's circle, arXiv:2310.05866)."""

    kind: Literal["quadratic-angles"] = "quadratic-angles"
    n_steps: int = setting(40, "Steps", _STEPS, ge=2, le=100)
    scale: float = setting(1e-3, "Scale", "h_t = scale * t².", gt=0, le=1)


class PiecewiseAngles(ScramblingSchedule):
    """Scrambling angles in two linear pieces, gentle then strong (QuDDPM's correlated noise,
    arXiv:2310.05866).
    """

    kind: Literal["piecewise-angles"] = "piecewise-angles"
    n_steps: int = setting(20, "Steps", _STEPS, ge=2, le=100)
    n_early: int = setting(
        12, "Early steps", "How many of the steps are in the first piece.", ge=1, le=99
    )
    start: float = setting(0.05, "First strength", "Strength h of the first step.", gt=0, le=10)
    middle: float = setting(
        1.0, "Last early strength", "Strength h of the last step of the first piece.", gt=0, le=10
    )
    restart: float = setting(
        1.2, "First late strength", "Strength h of the first step of the second piece.", gt=0, le=10
    )
    end: float = setting(4.0, "Last strength", "Strength h of the last step.", gt=0, le=10)

    @model_validator(mode="after")
    def _has_two_pieces(self) -> Self:
        if self.n_early >= self.n_steps:
            raise ValueError(
                f"{self.n_early} early steps leave none of {self.n_steps} for the second piece: "
                "choose fewer."
            )
        return self


class HaarSchedule(ScheduleConfig):
    """The Haar process: how much of a pure state is left next to a random one."""

    process: ClassVar[Process] = processes.HAAR


class HaarMixing(HaarSchedule):
    """Each state is mixed with a Haar-random state of all qubits (exact, after
    arXiv:2412.21082).
    """

    kind: Literal["haar"] = "haar"
    n_steps: int = setting(20, "Steps", _STEPS, ge=2, le=100)
    curve: _Curve = setting("cosine", "Curve", _CURVE)


class HaarPatches(HaarSchedule):
    """Each state is mixed with a product of Haar-random states, one per patch of neighboring qubits
    (after arXiv:2412.21082).
    """

    kind: Literal["haar-patches"] = "haar-patches"
    n_steps: int = setting(20, "Steps", _STEPS, ge=2, le=100)
    curve: _Curve = setting("cosine", "Curve", _CURVE)
    patch_qubits: int = setting(
        1, "Qubits a patch", "Neighboring qubits that share one random unitary.", ge=1, le=12
    )


class ChannelSchedule(ScheduleConfig):
    """Noise channels on density matrices: how strong each step is."""


class DepolarizingSchedule(ChannelSchedule):
    """Depolarizing channels."""

    process: ClassVar[Process] = processes.DEPOLARIZING


class DepolarizingCosine(DepolarizingSchedule):
    """Depolarizing strengths q_t = (1 - ᾱ_t/ᾱ_{t-1})**exponent of the squared-cosine ᾱ (MSQuDDPM,
    arXiv:2411.17608).
    """

    kind: Literal["depolarizing-cosine"] = "depolarizing-cosine"
    n_steps: int = setting(6, "Steps", _STEPS, ge=2, le=100)
    exponent: float = setting(
        1.0,
        "Exponent",
        "1: cosine; 2: cosine², gentler at first and steeper at the end.",
        gt=0,
        le=5,
    )


class DepolarizingLinear(DepolarizingSchedule):
    """Depolarizing strengths that grow linearly."""

    kind: Literal["depolarizing-linear"] = "depolarizing-linear"
    n_steps: int = setting(6, "Steps", _STEPS, ge=2, le=100)
    start: float = setting(
        0.05, "First strength", "Probability q of the first depolarizing step.", gt=0, le=1
    )
    end: float = setting(
        1.0, "Last strength", "Probability q of the last depolarizing step.", gt=0, le=1
    )


class AmplitudeDamping(ChannelSchedule):
    """Damping probabilities γ of every qubit that grow linearly: all states end in |0...0>."""

    process: ClassVar[Process] = processes.AMPLITUDE_DAMPING
    kind: Literal["amplitude-damping"] = "amplitude-damping"
    n_steps: int = setting(6, "Steps", _STEPS, ge=2, le=100)
    start: float = setting(
        0.05, "First strength", "Damping probability γ of the first step.", gt=0, le=1
    )
    end: float = setting(
        1.0, "Last strength", "Damping probability γ of the last step.", gt=0, le=1
    )


class Dephasing(ChannelSchedule):
    """Losses of coherence of every qubit that grow linearly: populations stay, so they are given to
    the sampler at the start.
    """

    process: ClassVar[Process] = processes.DEPHASING
    kind: Literal["dephasing"] = "dephasing"
    n_steps: int = setting(6, "Steps", _STEPS, ge=2, le=100)
    start: float = setting(
        0.05, "First strength", "Share of the coherence lost at the first step.", gt=0, le=1
    )
    end: float = setting(
        1.0, "Last strength", "Share of the coherence lost at the last step.", gt=0, le=1
    )


StateSchedule = Annotated[ScramblingSchedule | HaarSchedule, OneOf()]
"""Every schedule that adds noise to pure states."""
