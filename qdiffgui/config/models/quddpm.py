"""Settings of QuDDPM and of its baselines: measured circuits on pure states."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import (
    BACKEND,
    COPIES,
    KERNEL_POWER,
    MEASURED_STEP,
    SEPARABLE,
    ModelConfig,
    Support,
    supported,
    unsupported,
)
from qdiffgui.config.schedules import LinearAngles, StateSchedule

EnsembleLoss = Literal["mmd", "wasserstein", "sinkhorn", "powered-mmd", "energy", "map-energy"]
LOSS = (
    "Distance of generated and true states that training minimizes. MMD compares only mean states; "
    "map-energy is for maps."
)


class MeasuredCircuits(ModelConfig):
    """Circuits on data qubits and ancillas, the ancillas measured."""

    accepts: ClassVar[frozenset[str]] = frozenset({"state", "map"})
    quantum: ClassVar[bool] = True
    shots: ClassVar[Support] = supported(
        "The map of the final state is the histogram of this many measured bit strings, from as "
        "many copies of the same post-selected state; the ancillas are measured once per sample."
    )
    device: ClassVar[Support] = unsupported(f"a map is the whole of |psi|²; {COPIES}")
    n_ancillas: int = setting(
        1, "Ancillas", "Qubits added, measured and dropped by every circuit.", ge=1, le=4
    )
    ansatz: str = setting("hardware-efficient", "Ansatz", "Generating circuit.")
    measurement: Literal["auto", "enumerate", "sample"] = setting(
        "auto",
        "Ancilla measurement",
        "All weighted outcomes (exact) or one sampled outcome; auto enumerates up to 3 ancillas.",
        advanced=True,
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)


class Denoisers(MeasuredCircuits):
    """Measured circuits trained with a distance of ensembles, with or without classes."""

    loss: EnsembleLoss = setting("wasserstein", "Loss", LOSS)
    kernel_power: int = setting(4, "Kernel power", KERNEL_POWER, ge=1, le=8, advanced=True)
    conditioning: Literal["none", "label-qubit", "class-angle"] = setting(
        "none",
        "Conditioning",
        "How every circuit depends on the class: an additional qubit RX(2π·class/classes)|0>, or "
        "angles shifted by class, which need no qubit but twice the parameters for two classes. "
        "The data need classes.",
    )

    circuit: Literal["trained", "separable"] = setting(
        "trained", "Circuit", SEPARABLE, advanced=True, later=True
    )
    noise_on_states: ClassVar[bool] = True

    @property
    def conditional(self) -> bool:
        """Whether the circuits depend on the class."""
        return self.conditioning != "none"


class QuDDPM(Denoisers):
    """Quantum denoising diffusion of ensembles of pure states (arXiv:2310.05866)."""

    reverse_caption: ClassVar[str] = MEASURED_STEP
    kind: Literal["quddpm"] = "quddpm"
    n_layers: int = setting(
        4, "Layers", "Layers of the circuit of each denoising step.", ge=1, le=50
    )
    warm_start: bool = setting(
        False,
        "Warm start",
        (
            "Start each circuit from the angles of the circuit trained before it, not from random "
            "angles."
        ),
    )
    last_rate: float = setting(
        1.0,
        "Last learning rate",
        (
            "Learning rate of the step trained last, as a share of the first step's; it falls "
            "geometrically."
        ),
        gt=0,
        le=1,
        advanced=True,
    )
    schedule: StateSchedule = setting(
        LinearAngles(), "Noise", "Noise process of the states, and its strength at each step."
    )
    n_noise_steps: int = setting(
        0,
        "Noise steps used",
        "How many of the schedule's steps are used, so that the noise ends before full mixing; 0: "
        "all. Each has a denoising circuit.",
        ge=0,
        le=100,
        advanced=True,
        later=True,
    )
    start_states: Literal["haar", "mean-state", "gaussian"] = setting(
        "haar",
        "Start",
        "What sampling starts from: the noise of the schedule's end (Haar-random states); the mean "
        "state of the training data after the noise steps; or a Gaussian fitted to the training "
        "states after the noise steps.",
        later=True,
    )
    angles: Literal["each-step", "shared"] = setting(
        "each-step",
        "Angles",
        "Each denoising step has its own angles, or all share one set θ + τ φ that changes "
        "linearly with the time τ and is trained on all steps in turn.",
        later=True,
    )
    joint_share: float = setting(
        0.0,
        "Joint fine-tuning",
        "Share of the iterations, at the end, that train all circuits together on whole "
        "trajectories.",
        ge=0,
        le=0.9,
        later=True,
    )
    joint_rate: float = setting(
        0.1,
        "Joint learning rate",
        "Initial learning rate of joint fine-tuning, as a share of the first step's.",
        gt=0,
        le=1,
        advanced=True,
        later=True,
    )
    occupancy: Literal["none", "table", "born-machine"] = setting(
        "none",
        "Occupancy",
        "Maps only: draw first which cells are lit, from a table of the training maps' patterns or "
        "from a Born machine (one qubit per cell) trained on them; each state is projected onto "
        "its lit cells.",
        later=True,
    )
    born_iterations: int = setting(
        80,
        "Born machine iterations",
        "How many of the first iterations train the Born machine of the occupancy; no others do.",
        ge=1,
        le=10_000,
        advanced=True,
        later=True,
    )

    @property
    def fewest_steps(self) -> int:
        """One for each circuit: they are trained one after the other."""
        return self.schedule.n_steps


class QDT(Denoisers):
    """Quantum direct transport, a baseline of QuDDPM: one deep circuit from noise to data
    (arXiv:2310.05866).
    """

    reverse_caption: ClassVar[str] = (
        "One deep circuit takes noise to data in a single step; its ancillas are measured."
    )
    kind: Literal["qdt"] = "qdt"
    n_layers: int = setting(
        120,
        "Layers",
        "Layers of the circuit; QuDDPM's steps times its layers give equal parameter counts.",
        ge=1,
        le=400,
    )


class QGAN(MeasuredCircuits):
    """Quantum generative adversarial network of two circuits, a baseline of QuDDPM
    (arXiv:2310.05866).
    """

    conditional: ClassVar[bool] = False
    reverse_caption: ClassVar[str] = (
        "The generator's circuit takes noise to a state in a single step; its ancillas are "
        "measured."
    )
    kind: Literal["qgan"] = "qgan"
    n_layers: int = setting(60, "Layers", "Layers of the generator.", ge=1, le=400)
    n_discriminator_layers: int = setting(
        60,
        "Discriminator layers",
        "Layers of the circuit that classifies true and generated states.",
        ge=1,
        le=400,
    )
    n_discriminator: int = setting(
        5,
        "Discriminator steps",
        "Optimizer steps of the discriminator in each cycle.",
        ge=1,
        le=1000,
    )
    n_generator: int = setting(
        5, "Generator steps", "Optimizer steps of the generator in each cycle.", ge=1, le=1000
    )
