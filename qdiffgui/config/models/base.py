"""The base of the settings of all models: what each of them has to say about its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from qdiffgui.catalog import models
from qdiffgui.config.processes import Process
from qdiffgui.config.registered import RegisteredConfig
from qdiffgui.registry import Registry


@dataclass(frozen=True)
class Support:
    """Whether a model supports something.

    Parameters
    ----------
    note : str
        What it means for this model; empty if the model does not support it.
    reason : str
        Why the model does not support it; empty if it does.
    """

    note: str = ""
    reason: str = ""


def supported(note: str) -> Support:
    """The model supports it; ``note`` is a sentence about what it means."""
    return Support(note=note)


def unsupported(reason: str) -> Support:
    """The model does not support it, for this reason."""
    return Support(reason=reason)


_TOMOGRAPHY = (
    "its samples are {what}; a measurement gives counts, and recovering the state takes tomography "
    "of many copies"
)
_SAMPLES = {"state": "state vectors", "density": "density matrices"}
_UNKNOWN_SHOTS = unsupported("The settings of this model do not say what shots would mean.")
_UNKNOWN_DEVICE = unsupported("its settings do not say what a device would measure")


class ModelConfig(RegisteredConfig):
    """The base of the settings of all models.

    A class with a ``kind`` must set the class attributes below; defining it without them raises
    ``TypeError``.

    Attributes
    ----------
    accepts : frozenset of str
        Encoded data that the model learns (see ``RepresentationConfig.encodes``).
    quantum : bool
        Whether the model contains a circuit.
    conditional : bool
        Whether the model generates a requested class. May be a property.
    reverse_caption : str
        One sentence about a denoising step, shown below the trajectory. ``{predicts}``, ``{walk}``
        and ``{calls}`` stand for what the settings ``prediction`` and ``sampler`` mean.
    shots : Support
        What a number of shots means when sampling, or why there are none. Only for quantum models,
        and not for those of states and density matrices alone.
    device : Support
        What is measured on a quantum computer, or why the model cannot be sampled there; the reason
        continues "This model cannot be sampled on a device: ...". Required like ``shots``.
    takes_conditions : bool
        Whether the model learns p(x | c) of continuous conditions c, see ``data.conditions``.
    noise_on_states : bool
        Whether device noise can be studied on generated states that are not read out.
    fixed_data : bool
        Whether the model can get more qubits for the same data. For the others the data grow with
        the qubits.
    """

    registry: ClassVar[Registry] = models
    required: ClassVar[Mapping[str, str]] = {
        "accepts": "which encoded data the model learns",
        "quantum": "whether the model contains a circuit",
        "conditional": "whether the model generates a requested class",
        "reverse_caption": "what one denoising step does",
    }
    required_of_circuits: ClassVar[Mapping[str, str]] = {
        "shots": "what a number of shots means, or why there are none",
        "device": "what a quantum computer would measure, or why it cannot",
    }
    accepts: ClassVar[frozenset[str]]
    quantum: ClassVar[bool]
    reverse_caption: ClassVar[str]
    shots: ClassVar[Support]
    device: ClassVar[Support]
    takes_conditions: ClassVar[bool] = False
    noise_on_states: ClassVar[bool] = False
    fixed_data: ClassVar[bool] = False
    if TYPE_CHECKING:

        @property
        def conditional(self) -> bool:
            """Whether the model generates a requested class."""
    else:
        conditional: ClassVar[bool]

    @classmethod
    def missing(cls) -> dict[str, str]:
        """The required attributes that the class does not set, and what each of them says."""
        required = dict(cls.required)
        if getattr(cls, "quantum", False) and not getattr(cls, "accepts", set()) <= set(_SAMPLES):
            required |= cls.required_of_circuits
        return {name: what for name, what in required.items() if not hasattr(cls, name)}

    @property
    def has_circuit(self) -> bool:
        """Whether these settings give a model with a circuit."""
        return self.quantum

    @property
    def fewest_steps(self) -> int:
        """The fewest optimizer steps in which every part is trained: an autoencoder and what
        follows it, or every circuit of a model that trains them one after the other.
        """
        return 2

    def classical_twin(self, n_parameters: int) -> tuple[ModelConfig, float] | None:
        """A network of about ``n_parameters`` in the same process in place of the circuit, and its
        learning rate as a share of the circuit's; None if no classical model runs this process.
        """
        return None

    @property
    def process(self) -> Process | None:
        """The forward process; by default that of the schedule, ``None`` without a schedule."""
        return getattr(getattr(self, "schedule", None), "process", None)

    def shots_support(self, encodes: str) -> Support:
        """Whether samples can be drawn with a number of shots.

        Parameters
        ----------
        encodes : str
            What the representation encodes, such as "map" or "state".
        """
        if not self.has_circuit:
            return unsupported("This model is classical: there is no circuit to measure.")
        if encodes in _SAMPLES:
            return unsupported(
                f"The samples are {_SAMPLES[encodes]}. Shots give counts, not amplitudes; "
                "recovering the state needs tomography."
            )
        return getattr(self, "shots", _UNKNOWN_SHOTS)

    def device_support(self, encodes: str) -> Support:
        """Whether samples can be drawn on a quantum computer, or with its noise.

        Parameters
        ----------
        encodes : str
            What the representation encodes, such as "map" or "state".
        """
        if not self.has_circuit:
            return unsupported("it is classical and has no circuit")
        if encodes in _SAMPLES:
            return unsupported(_TOMOGRAPHY.format(what=_SAMPLES[encodes]))
        return getattr(self, "device", _UNKNOWN_DEVICE)


def shared_settings(model: ModelConfig, other: type[ModelConfig]) -> dict[str, Any]:
    """The settings of ``model`` that ``other`` has, too, but those that say what kind of model it
    is and how large its network.
    """
    return {
        name: getattr(model, name)
        for name in other.model_fields
        if name in type(model).model_fields and name not in _OWN
    }


_OWN = ("kind", "n_parameters", "network", "n_levels")

# help texts that several models share

BACKEND = "Simulator of the circuit: auto, numba, torch, or pennylane:<device>."
TARGET = "Predict the less noisy image, or the noise that is removed."
ENCODING = (
    "sqrt: pixel fractions are probabilities, which preserves energy; amplitude: they are "
    "amplitudes, as in the paper."
)
ABLATION = (
    "trained; frozen: random angles that are not trained; separable: no entangling gates. The last "
    "two are ablations."
)
SEPARABLE = "trained; separable: no entangling gates, an ablation."
NETWORK = "Multilayer perceptron, U-Net (maps), or set transformer (particle clouds)."
N_PARAMETERS = "Number of trainable parameters; the network comes as close as its shape allows."
READOUT = (
    "Each output from one Pauli word, or from a trained sum of all words on one qubit and on "
    "neighboring qubits."
)
KERNEL_POWER = (
    "k in the kernel F^k = |<psi|phi>|^(2k) of the loss powered-mmd, which is sensitive to the "
    "first k moments; 1 is plain MMD."
)
MIRROR = (
    "Train on every map and its mirror image, left to right: twice the data. Only for data with "
    "this symmetry, such as log-polar maps of jets."
)
CELLS = (
    "Which numbers of a map are diffused. ranks: each cell, transformed to a normal distribution; "
    "normal-scores: two uncorrelated numbers per cell (whether it is lit, and how bright), so that "
    "noise decodes to a Gaussian copula, up to 128 cells and without a U-Net; roots: standardized "
    "square roots; auto: ranks up to 128 cells, roots above."
)
MEASURED_STEP = (
    "The circuit of this step acts on state and ancillas; the ancillas are measured, and the "
    "outcome decides which state is left."
)
COPIES = (
    "it is read from many copies of one state, post-selected on the same measured ancillas at every"
    " step, but a quantum computer gives one bit string per state and never the same state again"
)
