"""Trainability: gradients of reference circuits, expressibility of ansaetze, slices of the loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.experiment.prepare import Prepared, build
from qdiffgui.studies.scaling.expressibility import Expressibility, expressibility
from qdiffgui.studies.scaling.fits import Decision, decide
from qdiffgui.studies.scaling.gradients import Ensembles, Variance, circuit_gradients, variance_of
from qdiffgui.studies.scaling.landscape import slices

WIDTHS = tuple(range(2, 10))
ENSEMBLE_WIDTHS = tuple(range(1, 10))
TURN = 5
"""Number of qubits that separates the two fits of the decay of ensemble losses."""
_SHALLOW, _DEEP = 4, 4  # layers, and layers per qubit
_STEP_LAYERS, _N_STEPS, _SINGLE_LAYERS = 6, 20, 60
_EXPRESSIBILITY = (4, (1, 2, 4))
_DIRECTIONS, _POINTS, _SLICE_STEPS = 3, 25, 150


@dataclass(frozen=True)
class VarianceDecay:
    """Gradient variances against qubits.

    ``whole`` fits all points; for ensembles, ``early`` and ``late`` fit those up to and from
    ``TURN`` qubits.
    """

    key: str
    label: str
    loss: str
    widths: tuple[int, ...]
    variances: tuple[Variance, ...]
    whole: Decision
    early: Decision | None = None
    late: Decision | None = None

    def plain(self) -> dict[str, Any]:
        fits = {
            name: fit.plain()
            for name in ("whole", "early", "late")
            if (fit := getattr(self, name)) is not None
        }
        return {
            "key": self.key,
            "label": self.label,
            "loss": self.loss,
            "widths": list(self.widths),
            "variance": [v.value for v in self.variances],
            "error": [v.error for v in self.variances],
            **fits,
        }


N_DRAWS, N_ENSEMBLE_DRAWS = 200, 48
"""Random draws of angles for each variance: of single circuits, and of ensembles."""


def circuit_decays(ansatz: str, draws: int, seed: int) -> Iterator[VarianceDecay]:
    """Variances for the global and local cost of one circuit, shallow (fixed number of layers) and
    deep (layers proportional to qubits).
    """
    for key, text in (("shallow", f"{_SHALLOW} layers"), ("deep", f"{_DEEP}n layers")):
        for loss in ("global", "local"):
            found = []
            for n in WIDTHS:
                layers = _SHALLOW if key == "shallow" else _DEEP * n
                found.append(
                    variance_of(
                        circuit_gradients(ansatz, n, layers, loss, draws=draws, seed=seed + n)
                    )
                )
            yield _decay(
                f"{key}-{loss}", f"single circuit, {loss} cost, {text}", loss, WIDTHS, found
            )


def ensemble_decays(draws: int, seed: int) -> Iterator[VarianceDecay]:
    """Variances for MMD and Wasserstein losses: QuDDPM's last and middle denoising steps, and one
    deep circuit instead of all steps.
    """
    kinds = (
        ("last-step", "stepwise, last step (x₁ to data)", 0, _STEP_LAYERS),
        ("middle-step", "stepwise, middle step", _N_STEPS // 2, _STEP_LAYERS),
        (
            "single",
            f"single circuit, {_SINGLE_LAYERS} layers (noise to data)",
            None,
            _SINGLE_LAYERS,
        ),
    )
    for loss in ("mmd", "wasserstein"):
        for key, text, t, layers in kinds:
            found = [
                variance_of(
                    Ensembles(n, layers, loss, t, n_steps=_N_STEPS).gradients(
                        draws=draws, seed=seed + n
                    )
                )
                for n in ENSEMBLE_WIDTHS
            ]
            yield _decay(f"{key}-{loss}", text, loss, ENSEMBLE_WIDTHS, found, split=True)


def _decay(
    key: str,
    label: str,
    loss: str,
    widths: tuple[int, ...],
    found: list[Variance],
    *,
    split: bool = False,
) -> VarianceDecay:
    def fitted(chosen: list[int]) -> Decision:
        return decide(
            [widths[k] for k in chosen],
            [found[k].value for k in chosen],
            [found[k].relative for k in chosen],
        )

    every = list(range(len(widths)))
    early = fitted([k for k in every if widths[k] <= TURN]) if split else None
    late = fitted([k for k in every if widths[k] >= TURN]) if split else None
    return VarianceDecay(key, label, loss, widths, tuple(found), fitted(every), early, late)


@dataclass(frozen=True)
class AnsatzExpressibility:
    """Expressibility of one ansatz with ``n_layers`` layers."""

    ansatz: str
    label: str
    n_layers: int
    found: Expressibility

    def plain(self) -> dict[str, Any]:
        return {"ansatz": self.ansatz, "n_layers": self.n_layers, **self.found.__dict__}


def ansatz_expressibilities(pairs: int, seed: int) -> list[AnsatzExpressibility]:
    """Expressibility of every ansatz on four qubits."""
    n, depths = _EXPRESSIBILITY
    return [
        AnsatzExpressibility(
            entry.key,
            entry.label,
            layers,
            expressibility(entry.key, n, layers, pairs=pairs, seed=seed),
        )
        for entry, _ in catalog.ansatze.loaded()
        for layers in depths
    ]


@dataclass(frozen=True)
class LossSlices:
    """Losses along random directions, at the start and after ``n_steps`` steps."""

    shifts: tuple[float, ...]
    start: tuple[tuple[float, ...], ...]
    trained: tuple[tuple[float, ...], ...]
    n_steps: int

    def plain(self) -> dict[str, Any]:
        return {k: list(v) if isinstance(v, tuple) else v for k, v in self.__dict__.items()}


def loss_slices(
    config: Experiment, prepared: Prepared, *, seconds: float, step_seconds: float
) -> LossSlices:
    """Slices of the loss of the phase that is trained first, on one batch each.

    Fewer directions, points and steps are used if ``seconds`` is too short at ``step_seconds`` per
    step.
    """
    share = min(1.0, seconds / (step_seconds * (2 * _DIRECTIONS * _POINTS + _SLICE_STEPS)))
    directions, n_points = (
        max(1, round(_DIRECTIONS * share**0.5)),
        max(9, round(_POINTS * share**0.5) // 2 * 2 + 1),
    )
    model = build(config, prepared)
    model.fit(prepared.train)
    phase = model.phases()[0]
    model.step(phase[0])
    at = min(1, len(phase) - 1)
    shifts, start = slices(
        model, phase[at], directions=directions, n_points=n_points, seed=config.seed
    )
    last = min(len(phase) - 1, max(round(_SLICE_STEPS * share), at))
    for i in phase[at:last]:
        model.step(i)
    _, trained = slices(
        model, phase[last], directions=directions, n_points=n_points, seed=config.seed
    )
    return LossSlices(
        tuple(shifts.tolist()),
        tuple(map(tuple, start.tolist())),
        tuple(map(tuple, trained.tolist())),
        last,
    )
