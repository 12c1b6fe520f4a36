"""The classical twin of a quantum model: as many parameters, the same data, an MLP in its place."""

from __future__ import annotations

from dataclasses import dataclass

from qdiffgui.config import Experiment
from qdiffgui.config.models import ClassicalDDPM
from qdiffgui.config.schedule import Cosine
from qdiffgui.data.types import Spec
from qdiffgui.models.networks import matched_mlp

LEARNING_RATE = 3e-3
LARGE = 20_000
_STEPS = 40


@dataclass(frozen=True)
class TwinCost:
    """Of an MLP denoiser on the same samples. multiply_adds : of one call for one sample.     calls : network calls a sample."""

    n_data: int
    n_parameters: int
    multiply_adds: int
    calls: int


def twin_cost(spec: Spec, n_parameters: int, calls: int) -> TwinCost:
    """The MLP nearest to ``n_parameters``; states and density matrices are counted as the real numbers in them."""
    numbers = spec.size * (2 if spec.kind in ("state", "density") else 1)
    n_told = 2 + (len(spec.classes) - 1 if len(spec.classes) == 2 else len(spec.classes) if len(spec.classes) > 2 else 0)
    network = matched_mlp(numbers, n_told, n_parameters)
    weights = list(network.parameters())
    return TwinCost(numbers, sum(p.numel() for p in weights), sum(p.numel() for p in weights if p.ndim == 2), calls)


def twin(config: Experiment, n_parameters: int, *, iterations: int | None = None) -> Experiment | None:
    """The experiment of a classical DDPM with an MLP of about ``n_parameters`` on the same data; None where there is none: the model is
    classical itself, or learns quantum states, for which this project has no classical family."""
    if not config.model.quantum or config.representation.encodes not in ClassicalDDPM.accepts:
        return None
    model = ClassicalDDPM(network="mlp", n_parameters=min(max(n_parameters, 30), 5_000_000), schedule=Cosine(n_steps=_STEPS))
    changes = {"learning_rate": LEARNING_RATE} | ({} if iterations is None else {"iterations": iterations})
    return config.model_copy(update={"model": model, "training": config.training.model_copy(update=changes)})
