"""The quark/gluon quantum diffusion model on jet images, with the ablations that its paper lacks (arXiv:2412.21082)."""

from __future__ import annotations

import torch

from qdiffgui.config import Training
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.experiment import Session
from qdiffgui.models.qg_unet import QGUNet
from qdiffgui.presets.qg_unet import JETS_QG_HYBRID, JETS_QG_QUANTUM
from qdiffgui.reproduction.images import RATIO, beside, floor, of_model, start
from qdiffgui.reproduction.task import Bar, Outcome, Task
from qdiffgui.reproduction.training import trained

_N = 2000
_DATA = QuarkGluonJets(n_jets=8000)
_TRAINING = Training(iterations=600, batch_size=64, learning_rate=1e-2)
_HYBRID = JETS_QG_HYBRID.model_copy(update={"data": _DATA, "training": _TRAINING})
_QUANTUM = JETS_QG_QUANTUM.model_copy(update={"data": _DATA})


def _run(seed: int) -> Outcome:
    session = trained(_HYBRID, seed)
    quantum = trained(_QUANTUM, seed)
    others = {
        "Frozen circuit": trained(_HYBRID, seed, "model.circuit=frozen"),
        "Without entangling gates": trained(_HYBRID, seed, "model.circuit=separable"),
        "Classical bottleneck": trained(_HYBRID, seed, "model.variant=classical"),
        "Circuit alone": quantum,
        "Circuit alone, frozen": trained(_QUANTUM, seed, "model.circuit=frozen"),
        "Circuit alone, not entangled": trained(_QUANTUM, seed, "model.circuit=separable"),
    }
    found = of_model(session, _N, seed)
    figures = {name: of_model(other, _N, seed) for name, other in others.items()}
    alone = figures["Circuit alone"]["observables"]
    ratios = {
        "frozen": figures["Frozen circuit"]["observables"] / found["observables"],
        "separable": figures["Without entangling gates"]["observables"] / found["observables"],
        "classical": figures["Classical bottleneck"]["observables"] / found["observables"],
        "quantum_frozen": figures["Circuit alone, frozen"]["observables"] / alone,
        "quantum_separable": figures["Circuit alone, not entangled"]["observables"] / alone,
    }
    gradients = {"gradient": gradient(session), "quantum_gradient": gradient(quantum)}
    sizes = ", ".join(f"{name.lower()} {other.model.n_parameters}" for name, other in others.items())
    return Outcome(
        values=found | ratios | gradients, floor=floor(session, _N, seed), start=start(session, _N, seed),
        beside=figures | beside(session, _N, seed), notes=(f"Parameters: hybrid {session.model.n_parameters}, {sizes}.", RATIO),
    )  # fmt: skip


def gradient(session: Session) -> float:
    """Norm of the gradient of the circuit's angles, after one more step at the end of training."""
    model = session.model
    assert isinstance(model, QGUNet)
    model.step(model.n_steps - 1)
    layer = model.denoiser.layer
    return float(torch.linalg.vector_norm(layer.angles.grad)) if layer is not None and layer.angles.grad is not None else 0.0


_TRIED = (
    "Seeds 0 to 2: frozen .97 ± .03, not entangled .96 ± .05, classical bottleneck 1.00 ± .09 of the trained hybrid. The circuit gets its "
    "gradients, but what it says the U-Net can do without: two skip connections carry the image past the bottleneck."
)
JETS_HYBRID = Task(
    bars=(
        Bar("gradient", "gradient of the hybrid's circuit", better="higher", mean=1e-6),
        Bar("quantum_gradient", "gradient of the circuit alone", better="higher", mean=1e-6),
        Bar("frozen", "hybrid: W1/σ, frozen over trained", better="higher", mean=1.0, beyond_noise=True, tried=_TRIED),
        Bar("separable", "hybrid: W1/σ, not entangled over trained", better="higher", mean=1.0, beyond_noise=True, tried=_TRIED),
        Bar("classical", "hybrid: W1/σ, classical bottleneck over trained", better="higher"),
        Bar("quantum_frozen", "circuit alone: W1/σ, frozen over trained", better="higher", mean=1.0, beyond_noise=True),
        Bar("quantum_separable", "circuit alone: W1/σ, not entangled over trained", better="higher", mean=1.0, beyond_noise=True),
        Bar("observables", "hybrid: W1/σ of observables"),
        Bar("pixels", "hybrid: W1 of pixels"),
        Bar("width", "hybrid: W1/σ of the width"),
        Bar("mass", "hybrid: W1/σ of the mass"),
        Bar("auc", "hybrid: classifier AUC"),
    ),
    run=_run,
    chosen="the ancillas of the circuit alone were explored on seed 0.",
)
