"""QU-Net on digits: whether it learns, whether its circuits matter, and how a U-Net with as many
parameters does (arXiv:2401.07049).
"""

from __future__ import annotations

import torch

from qdiffgui.experiment import Session
from qdiffgui.models.qu_net import QUNet
from qdiffgui.presets.digits import DIGITS_QU_NET, DIGITS_UNET
from qdiffgui.studies.reproduction.image_metrics import (
    RATIO_NOTE,
    baseline_metrics,
    floor_metrics,
    model_metrics,
    noise_metrics,
)
from qdiffgui.studies.reproduction.task import Bar, SeedOutcome, Task, train_task

_N = 898


def _run(seed: int) -> SeedOutcome:
    session = train_task(DIGITS_QU_NET, seed)
    model = session.model
    assert isinstance(model, QUNet)
    found = model_metrics(session, _N, seed)
    others = {
        "Frozen circuits": train_task(DIGITS_QU_NET, seed, "model.circuit=frozen"),
        "Without entangling gates": train_task(DIGITS_QU_NET, seed, "model.circuit=separable"),
        "Matched U-Net": train_task(DIGITS_UNET, seed, f"model.n_parameters={model.n_parameters}"),
    }
    metrics = {name: model_metrics(other, _N, seed) for name, other in others.items()}
    ratios = {
        "frozen": metrics["Frozen circuits"]["pixels"] / found["pixels"],
        "separable": metrics["Without entangling gates"]["pixels"] / found["pixels"],
    }
    sizes = ", ".join(
        f"{name[0].lower()}{name[1:]} {other.model.n_parameters}" for name, other in others.items()
    )
    return SeedOutcome(
        values=found | ratios | {"gradient": smallest_gradient(session)},
        floor=floor_metrics(session, _N, seed),
        start=noise_metrics(session, _N, seed),
        baselines=metrics | baseline_metrics(session, _N, seed),
        notes=(
            f"Parameters: QU-Net {model.n_parameters}, {sizes}; the same recipe for all.",
            RATIO_NOTE,
        ),
    )


def smallest_gradient(session: Session) -> float:
    """The smallest gradient norm among the circuits, after one more step at the end of training."""
    model = session.model
    assert isinstance(model, QUNet)
    model.step(model.n_steps - 1)
    gradients = [convolution.layer.angles.grad for convolution in model.convolutions.values()]
    return min(float(torch.linalg.vector_norm(g)) if g is not None else 0.0 for g in gradients)


_TRIED = (
    "No other recipe was tried. The ratio falls on both sides of 1 from seed to seed: the circuit "
    "does not matter beyond seed noise."
)
QUNET_DIGITS = Task(
    bars=(
        Bar("gradient", "smallest gradient of a circuit", better="higher", mean=1e-6),
        Bar(
            "frozen",
            "W1 of pixels, frozen / trained",
            better="higher",
            mean=1.0,
            beyond_noise=True,
            tried=_TRIED,
        ),
        Bar(
            "separable",
            "W1 of pixels, not entangled / trained",
            better="higher",
            mean=1.0,
            beyond_noise=True,
            tried=_TRIED,
        ),
        Bar("pixels", "W1 of pixels"),
        Bar("observables", "W1/σ of observables"),
        Bar("auc", "classifier AUC"),
    ),
    run=_run,
)
