"""Latent quantum diffusion: a classical encoder, a circuit that denoises the latent vector, and a
decoder (after arXiv:2311.15444). The encoder is in ``models.latent_diffusion``, the twin with a
network in ``models.latent_network``.

One of three quantum models learns in the latent space:

* "re-uploading": Gaussian noise, and the circuit of ``models.quantum_denoiser``;
* "bottleneck": complex Gaussian noise on amplitudes, and the circuit of ``models.bottleneck``
    (Cacioppo et al.);
* "mixed": the same amplitudes as density matrices, depolarized, and MSQuDDPM with prediction of
    rho_0.

The circuit denoises; encoder and decoder are classical. Compare every metric of this model with
``decode`` of normal random numbers, the result without the circuit.
"""

from __future__ import annotations

from typing import Any, ClassVar

from qdiffgui.config import Training
from qdiffgui.config.models import Latent as Settings
from qdiffgui.config.models import MSQuDDPM as MixedSettings
from qdiffgui.config.models import QuantumDenoiser as CircuitSettings
from qdiffgui.data.types import Spec
from qdiffgui.models.base import DiffusionModel
from qdiffgui.models.bottleneck import ReverseBottleneck, qubits_for
from qdiffgui.models.latent_diffusion import LatentDiffusion
from qdiffgui.models.msquddpm import MSQuDDPM
from qdiffgui.models.quantum_denoiser import QuantumDenoiser


class Latent(LatentDiffusion):
    """A classical encoder and quantum diffusion in its latent space.

    ``inner`` is the diffusion model of the latent space.

    Parameters
    ----------
    config : config.models.Latent
        Settings of the model.
    spec : Spec
        Encoded data: "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    Raises
    ------
    ConfigError
        If there are more latent numbers than the data have or than the circuit holds.

    References
    ----------
    after arXiv:2311.15444

    Examples
    --------
    >>> from qdiffgui.config.models import Latent as Settings
    >>> Latent.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "latent"
    config: Settings

    @property
    def recipe(self) -> str:
        return self.config.recipe

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"recipe": self.recipe}

    def _build(self, training: Training) -> DiffusionModel:
        config, k, classes = self.config, self.config.n_latent, self.spec.classes
        if config.recipe == "bottleneck":
            return ReverseBottleneck(config, Spec("map", (k, 1), classes), training, self.seed)
        if config.recipe == "mixed":
            mixed = MixedSettings(
                n_ancillas=config.n_ancillas,
                n_layers=config.n_layers,
                prediction="rho0",
                ancillas="haar",
                circuit=config.circuit,
                schedule=config.schedule,
                backend=config.backend,
            )
            return MSQuDDPM(
                mixed, Spec("density", (2 ** qubits_for(k), k), classes), training, self.seed
            )
        settings = CircuitSettings(
            n_qubits=config.n_qubits,
            n_layers=config.n_layers,
            readout=config.readout,
            circuit=config.circuit,
            uploads=config.uploads,
            start=config.start,
            prediction=config.prediction,
            envelope=config.envelope,
            targets=config.targets,
            n_targets=config.n_targets,
            sampler=config.sampler,
            schedule=config.schedule,
            backend=config.backend,
        )
        return QuantumDenoiser(settings, Spec("vector", (k,), classes), training, self.seed)
