"""What a quantum computer could measure of a model, from the settings alone.

The settings class of each model says it (``ModelConfig.device``). A model that does not say what a
device would measure counts as unsupported.
"""

from __future__ import annotations

from qdiffgui.config.experiment import Experiment
from qdiffgui.errors import UserError

SIMULATORS = (
    "default.qubit",
    "lightning.qubit",
    "lightning.kokkos",
    "lightning.gpu",
    "reference.qubit",
)
"""PennyLane devices that hold a pure state vector, which no measurement on hardware gives."""

_STATES = (
    "Each sample is a state on the device, conditional on the measured ancillas. States are "
    "compared by their overlaps (SWAP tests), and by the superfidelity where noise makes them "
    "mixed. Readout errors and the number of shots do not change the states."
)


def unsupported_reason(experiment: Experiment) -> str:
    """Why a model cannot be sampled on a quantum computer.

    Parameters
    ----------
    experiment : Experiment
        Settings of the model and of its representation.

    Returns
    -------
    str
        A clause that continues "This model cannot be sampled on a device: ..."; empty if it can.

    Examples
    --------
    >>> unsupported_reason(Experiment())
    ''
    >>> from qdiffgui.config import override
    >>> unsupported_reason(override(Experiment(), ["model.kind=ddpm"]))
    'it is classical and has no circuit'
    """
    return experiment.model.device_support(experiment.representation.encodes).reason


def noise_unsupported_reason(experiment: Experiment) -> str:
    """Why a model cannot be evaluated with device noise; empty if it can.

    Noise also acts on generated states that stay on the device, where overlaps can be measured.
    """
    return "" if noise_on_states(experiment) else unsupported_reason(experiment)


def noise_on_states(experiment: Experiment) -> bool:
    """Whether noise acts on states that stay on the device, rather than on values read off it."""
    return experiment.model.noise_on_states and experiment.representation.encodes == "state"


def measurement_note(experiment: Experiment) -> str:
    """What is measured on a quantum computer; empty if the model cannot be sampled there.

    Examples
    --------
    >>> measurement_note(Experiment())
    'Every expectation value of every sample and step is the mean over runs of one circuit.'
    """
    if noise_on_states(experiment):
        return _STATES
    return experiment.model.device_support(experiment.representation.encodes).note


def check(experiment: Experiment, device: str = "") -> None:
    """Check that a model can be sampled on a device, or with noise.

    Parameters
    ----------
    experiment : Experiment
        Settings of the model and of its representation.
    device : str
        Name of a PennyLane device; empty for the built-in simulation with noise.

    Raises
    ------
    UserError
        If it cannot, with the reason.

    Examples
    --------
    >>> check(Experiment(), "lightning.qubit")
    """
    if device in SIMULATORS:
        return
    reason = unsupported_reason(experiment) if device else noise_unsupported_reason(experiment)
    if reason:
        where = f"on {device}" if device else "with noise"
        instead = ", or a device that holds the state vector (lightning.qubit)" if device else ""
        raise UserError(
            f"This model cannot be sampled {where}: {reason}. Choose a model that is read out as "
            f"expectation values or bit strings (quantum-denoiser, q-dense, qd3pm){instead}."
        )
