"""The quark/gluon quantum diffusion model on jet images, with the ablations that its paper lacks
(arXiv:2412.21082).
"""

from __future__ import annotations

import torch

from qdiffgui.config import Training
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.experiment import Session
from qdiffgui.models.qg_unet import QGUNet
from qdiffgui.presets.qg_unet import JETS_QG_HYBRID, JETS_QG_QUANTUM
from qdiffgui.studies.reproduction.image_metrics import (
    RATIO_NOTE,
    baseline_metrics,
    floor_metrics,
    model_metrics,
    noise_metrics,
)
from qdiffgui.studies.reproduction.task import Bar, SeedOutcome, Task, train_task

_N = 2000
_DATA = QuarkGluonJets(n_jets=8000)
_TRAINING = Training(iterations=600, batch_size=64, learning_rate=1e-2)
_HYBRID = JETS_QG_HYBRID.model_copy(update={"data": _DATA, "training": _TRAINING})
_QUANTUM = JETS_QG_QUANTUM.model_copy(update={"data": _DATA})


def _run(seed: int) -> SeedOutcome:
    session = train_task(_HYBRID, seed)
    quantum = train_task(_QUANTUM, seed)
    others = {
        "Frozen circuit": train_task(_HYBRID, seed, "model.circuit=frozen"),
        "Without entangling gates": train_task(_HYBRID, seed, "model.circuit=separable"),
        "Classical bottleneck": train_task(_HYBRID, seed, "model.variant=classical"),
        "Circuit alone": quantum,
        "Circuit alone, frozen": train_task(_QUANTUM, seed, "model.circuit=frozen"),
        "Circuit alone, not entangled": train_task(_QUANTUM, seed, "model.circuit=separable"),
    }
    found = model_metrics(session, _N, seed)
    metrics = {name: model_metrics(other, _N, seed) for name, other in others.items()}
    alone = metrics["Circuit alone"]["observables"]
    ratios = {
        "frozen": metrics["Frozen circuit"]["observables"] / found["observables"],
        "separable": metrics["Without entangling gates"]["observables"] / found["observables"],
        "classical": metrics["Classical bottleneck"]["observables"] / found["observables"],
        "quantum_frozen": metrics["Circuit alone, frozen"]["observables"] / alone,
        "quantum_separable": metrics["Circuit alone, not entangled"]["observables"] / alone,
    }
    gradients = {"gradient": gradient(session), "quantum_gradient": gradient(quantum)}
    sizes = ", ".join(
        f"{name[0].lower()}{name[1:]} {other.model.n_parameters}" for name, other in others.items()
    )
    return SeedOutcome(
        values=found | ratios | gradients,
        floor=floor_metrics(session, _N, seed),
        start=noise_metrics(session, _N, seed),
        baselines=metrics | baseline_metrics(session, _N, seed),
        notes=(f"Parameters: hybrid {session.model.n_parameters}, {sizes}.", RATIO_NOTE),
    )


def gradient(session: Session) -> float:
    """Gradient norm of the circuit's angles after one more step at the end of training."""
    model = session.model
    assert isinstance(model, QGUNet)
    model.step(model.n_steps - 1)
    layer = model.denoiser.layer
    return (
        float(torch.linalg.vector_norm(layer.angles.grad))
        if layer is not None and layer.angles.grad is not None
        else 0.0
    )


_TRIED = (
    "Seeds 0 to 2, relative to the trained hybrid: frozen 0.97 ± 0.03, not entangled 0.96 ± 0.05, "
    "classical bottleneck 1.00 ± 0.09. The circuit gets gradients, but the U-Net does not need its "
    "output: two skip connections carry the image past the bottleneck."
)
JETS_HYBRID = Task(
    bars=(
        Bar("gradient", "gradient of the hybrid's circuit", better="higher", mean=1e-6),
        Bar("quantum_gradient", "gradient of the circuit alone", better="higher", mean=1e-6),
        Bar(
            "frozen",
            "hybrid: W1/σ, frozen / trained",
            better="higher",
            mean=1.0,
            beyond_noise=True,
            tried=_TRIED,
        ),
        Bar(
            "separable",
            "hybrid: W1/σ, not entangled / trained",
            better="higher",
            mean=1.0,
            beyond_noise=True,
            tried=_TRIED,
        ),
        Bar("classical", "hybrid: W1/σ, classical bottleneck / trained", better="higher"),
        Bar(
            "quantum_frozen",
            "circuit alone: W1/σ, frozen / trained",
            better="higher",
            mean=1.0,
            beyond_noise=True,
        ),
        Bar(
            "quantum_separable",
            "circuit alone: W1/σ, not entangled / trained",
            better="higher",
            mean=1.0,
            beyond_noise=True,
        ),
        Bar("observables", "hybrid: W1/σ of observables"),
        Bar("pixels", "hybrid: W1 of pixels"),
        Bar("width", "hybrid: W1/σ of the width"),
        Bar("mass", "hybrid: W1/σ of the mass"),
        Bar("auc", "hybrid: classifier AUC"),
    ),
    run=_run,
    chosen="the ancillas of the circuit alone were explored on seed 0.",
)
