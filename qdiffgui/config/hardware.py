"""What a quantum computer could give of a model, told from the settings alone: what needs copies, post-selection or tomography is said."""

from __future__ import annotations

from qdiffgui.config.experiment import Experiment
from qdiffgui.errors import UserError

SIMULATORS = ("default.qubit", "lightning.qubit", "lightning.kokkos", "lightning.gpu", "reference.qubit")
"""PennyLane devices that hold a pure state vector, and so can say what no measurement says."""

_COPIES = (
    "it is read from many copies of one state, post-selected on the same measured ancillas at every step: a quantum computer gives one "
    "bit string of each such state, and never the same state again"
)
_REASONS = {
    "state": "its samples are state vectors, and a measurement gives counts, not amplitudes: that takes tomography of many equal copies",
    "density": "its samples are density matrices, and a measurement gives counts: that takes tomography of many equal copies",
    "classical": "it is classical: there is no circuit in it",
    "quddpm": f"a map is the whole of |psi|²; {_COPIES}",
    "qdt": f"a map is the whole of |psi|²; {_COPIES}",
    "qgan": f"a map is the whole of |psi|²; {_COPIES}",
    "uss": "all its steps are taken at once, as the power of one matrix: nothing is measured or goes wrong between them in this simulation",
}
_IMAGE = (
    "At every step the image is read as a histogram (or as expectation values, of patches), mixed with noise by the computer that controls "
    "the device, and loaded again as amplitudes (state preparation)."
)
_STATES = (
    "Each sample is a state on the device, conditional on the measured ancillas; states are compared by their overlaps (SWAP tests), with "
    "the superfidelity where noise has made them mixed. Errors of reading and the number of shots do not change the states."
)
_FITS = {
    "quantum-denoiser": "Every expectation value of every sample and step is the mean over runs of one circuit.",
    "qu-net": "Every patch of every image and step is loaded as amplitudes (state preparation) and read as expectation values.",
    "q-dense": "After every step the image is read as a histogram and loaded again as amplitudes (state preparation).",
    "qd3pm": "Every sample is one measured bit string a step.",
    "qg-unet": "The circuit's expectation values are read at every step, and a classical U-Net goes on with them.",
    "latent": "The circuit's expectation values are read at every step.",
}


def why_not(experiment: Experiment) -> str:
    """Why a model cannot be sampled on a quantum computer, or with noise; empty where it can."""
    model, encoded = experiment.model, experiment.representation.encodes
    if not model.quantum or getattr(model, "variant", "") == "classical":
        return _REASONS["classical"]
    if encoded in ("state", "density"):
        return _REASONS[encoded]
    if model.kind == "latent" and model.recipe != "re-uploading":
        return f"its circuit's output state is used as it is; {_COPIES}"
    return _REASONS.get(model.kind, "")


def noise_refused(experiment: Experiment) -> str:
    """Why a model cannot be judged with noise; empty where it can: also QuDDPM's states, whose overlaps a device can measure."""
    return "" if of_states(experiment) else why_not(experiment)


def of_states(experiment: Experiment) -> bool:
    """Whether noise is put on states that stay on the device, as they are, and not on numbers read off it."""
    return experiment.model.kind in ("quddpm", "qdt") and experiment.representation.encodes == "state"


def how(experiment: Experiment) -> str:
    """What is measured; empty where the family does not say."""
    if of_states(experiment):
        return _STATES
    if getattr(experiment.model, "variant", "") == "quantum":
        return _IMAGE
    return _FITS.get(experiment.model.kind, "")


def check(experiment: Experiment, device: str = "") -> None:
    """Raise ``UserError`` with the reason where the model cannot be sampled on a device, or (no device) with noise."""
    reason = "" if device in SIMULATORS else why_not(experiment) if device else noise_refused(experiment)
    if reason:
        where = f"on {device}" if device else "with noise"
        raise UserError(
            f"This model cannot be sampled {where}: {reason}. Choose a family that is read as expectation values or bit strings "
            "(quantum-denoiser, q-dense, qd3pm)"
            + (", or a device that holds the state vector (lightning.qubit)." if device else ".")
        )
