"""The classical twin of a quantum model: an MLP with as many parameters on the same data, in the
same diffusion process where a classical model here has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.config.models import ClassicalDDPM
from qdiffgui.config.models.base import shared_settings
from qdiffgui.config.schedules import Cosine
from qdiffgui.data.types import Spec
from qdiffgui.models.networks import matched_mlp

LEARNING_RATE = 3e-3
LARGE = 20_000
_STEPS = 40


@dataclass(frozen=True)
class TwinCost:
    """Cost of an MLP denoiser on the same samples.

    ``multiply_adds`` counts one call for one sample, ``calls`` the network calls per sample.
    """

    n_data: int
    n_parameters: int
    multiply_adds: int
    calls: int


def twin_cost(spec: Spec, n_parameters: int, calls: int) -> TwinCost:
    """Cost of the MLP closest to ``n_parameters``. States and density matrices count as real
    numbers.
    """
    numbers = spec.size * (2 if spec.kind in ("state", "density") else 1)
    n_context = 2 + (
        len(spec.classes) - 1
        if len(spec.classes) == 2
        else len(spec.classes)
        if len(spec.classes) > 2
        else 0
    )
    network = matched_mlp(numbers, n_context, n_parameters)
    weights = list(network.parameters())
    return TwinCost(
        numbers,
        sum(p.numel() for p in weights),
        sum(p.numel() for p in weights if p.ndim == 2),
        calls,
    )


def twin(
    config: Experiment, n_parameters: int, *, iterations: int | None = None
) -> Experiment | None:
    """A classical DDPM with an MLP of about ``n_parameters`` on the same data.

    Of a quantum model with Gaussian diffusion it copies all settings of the diffusion (start,
    prediction, envelope, targets, noise schedule, sampler), and the learning rate if it is no
    larger than the quantum model: only the denoiser differs. Other twins predict the noise of a
    cosine schedule.

    Returns None if the model is classical itself or learns quantum states, for which there is no
    classical model here.
    """
    if not config.model.quantum or config.representation.encodes not in ClassicalDDPM.accepts:
        return None
    made = config.model.classical_twin(n_parameters)
    same = made is not None and isinstance(made[0], ClassicalDDPM)
    shared = shared_settings(config.model, ClassicalDDPM) if same else {}
    model = ClassicalDDPM(
        network="mlp",
        n_parameters=min(max(n_parameters, 30), 5_000_000),
        **(shared or {"schedule": Cosine(n_steps=_STEPS)}),
    )
    changes: dict[str, Any] = (
        {} if shared and n_parameters < LARGE else {"learning_rate": LEARNING_RATE}
    )
    if iterations is not None:
        changes["iterations"] = iterations
    return config.model_copy(
        update={"model": model, "training": config.training.model_copy(update=changes)}
    )


def process_twin(config: Experiment, n_parameters: int) -> Experiment | None:
    """A network of about ``n_parameters`` in place of the circuit: the same data, noise, targets,
    sampler and number of optimizer steps, so that it gets every trick that the circuit gets.

    Where no classical model here runs the same process, the twin is that of ``twin``. Returns None
    if that has none either.

    Examples
    --------
    >>> from qdiffgui.config import Experiment
    >>> found = process_twin(Experiment(model={"kind": "qd3pm", "n_bits": 6}), 500)
    >>> found.model.kind, found.model.n_bits, found.model.n_parameters
    ('d3pm', 6, 500)
    """
    made = config.model.classical_twin(n_parameters)
    if made is None:
        return twin(config, n_parameters)
    model, share = made
    rate = config.training.learning_rate * share
    return config.model_copy(
        update={
            "model": model,
            "training": config.training.model_copy(update={"learning_rate": rate}),
        }
    )
