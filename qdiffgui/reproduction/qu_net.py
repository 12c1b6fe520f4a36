"""QU-Net on digits: does it learn, do its circuits matter, and what does a U-Net of as many parameters do (arXiv:2401.07049)."""

from __future__ import annotations

import torch

from qdiffgui.experiment import Session
from qdiffgui.models.qu_net import QUNet
from qdiffgui.presets.digits import DIGITS_QU_NET, DIGITS_UNET
from qdiffgui.reproduction.images import RATIO, beside, floor, of_model, start
from qdiffgui.reproduction.task import Bar, Outcome, Task
from qdiffgui.reproduction.training import trained

_N = 898


def _run(seed: int) -> Outcome:
    session = trained(DIGITS_QU_NET, seed)
    model = session.model
    assert isinstance(model, QUNet)
    found = of_model(session, _N, seed)
    others = {
        "Frozen circuits": trained(DIGITS_QU_NET, seed, "model.circuit=frozen"),
        "Without entangling gates": trained(DIGITS_QU_NET, seed, "model.circuit=separable"),
        "Matched U-Net": trained(DIGITS_UNET, seed, f"model.n_parameters={model.n_parameters}"),
    }
    figures = {name: of_model(other, _N, seed) for name, other in others.items()}
    ratios = {
        "frozen": figures["Frozen circuits"]["pixels"] / found["pixels"],
        "separable": figures["Without entangling gates"]["pixels"] / found["pixels"],
    }
    sizes = ", ".join(f"{name.lower()} {other.model.n_parameters}" for name, other in others.items())
    return Outcome(
        values=found | ratios | {"gradient": smallest_gradient(session)}, floor=floor(session, _N, seed), start=start(session, _N, seed),
        beside=figures | beside(session, _N, seed),
        notes=(f"Parameters: QU-Net {model.n_parameters}, {sizes}; the same recipe for all.", RATIO),
    )  # fmt: skip


def smallest_gradient(session: Session) -> float:
    """The least norm of a gradient among the circuits, after one more step at the end of training."""
    model = session.model
    assert isinstance(model, QUNet)
    model.step(model.n_steps - 1)
    gradients = [convolution.layer.angles.grad for convolution in model.convolutions.values()]
    return min(float(torch.linalg.vector_norm(g)) if g is not None else 0.0 for g in gradients)


_TRIED = "No other recipe was tried. From seed to seed the ratio falls on both sides of 1: the circuit does not matter beyond seed noise."
QUNET_DIGITS = Task(
    bars=(
        Bar("gradient", "least gradient of a circuit", better="higher", mean=1e-6),
        Bar("frozen", "W1 of pixels, frozen over trained", better="higher", mean=1.0, beyond_noise=True, tried=_TRIED),
        Bar("separable", "W1 of pixels, not entangled over trained", better="higher", mean=1.0, beyond_noise=True, tried=_TRIED),
        Bar("pixels", "W1 of pixels"),
        Bar("observables", "W1/σ of observables"),
        Bar("auc", "classifier AUC"),
    ),
    run=_run,
)
