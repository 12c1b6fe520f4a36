"""Quality with the number of parameters: the circuit next to a network in the same process."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from qdiffgui.config import Experiment, override
from qdiffgui.errors import UserError
from qdiffgui.studies.scaling.twin import process_twin

if TYPE_CHECKING:
    from qdiffgui.studies.scaling.quality import Score
    from qdiffgui.studies.scaling.result import ScalingStudy

CIRCUIT, NETWORK = "capacity", "capacity-twin"
SIZES = (300, 600, 1200, 3000)
"""Numbers of parameters to come close to."""
_FAR = 1.4  # a circuit that misses the size by more than this factor is left out
_WIDTH = "model.n_qubits"
_MOST_QUBITS, _SIGMAS = 10, 2.0
_MAY_WIDEN = ("quantum-denoiser", "latent", "qg-unet")
"""Models whose qubits may grow on the same data."""
_LABELS = {CIRCUIT: "circuit", NETWORK: "network"}

CountParameters = Callable[[Experiment], int]


def capacity_points(
    base: Experiment, count: CountParameters
) -> Iterator[tuple[str, int, Experiment]]:
    """(axis, parameters, experiment): circuits of about ``SIZES`` parameters, by their layers and,
    where these have reached their limit, by their qubits; each with a network of equal size.

    Nothing for models without a twin.

    Parameters
    ----------
    base : Experiment
        The settings to change.
    count : callable
        The number of parameters of an experiment.
    """
    if not base.model.has_circuit or process_twin(base, SIZES[0]) is None:
        return
    seen: set[int] = set()
    for size in SIZES:
        found = _circuit_of(base, size, count)
        if found is None:
            continue
        n_parameters, circuit = found
        twin = process_twin(circuit, n_parameters)
        if n_parameters in seen or twin is None:
            continue
        seen.add(n_parameters)
        yield CIRCUIT, n_parameters, circuit
        yield NETWORK, n_parameters, twin


def _circuit_of(
    base: Experiment, size: int, count: CountParameters
) -> tuple[int, Experiment] | None:
    """The circuit closest to ``size`` parameters with as few qubits as possible."""
    width = getattr(base.model, "n_qubits", None) if base.model.kind in _MAY_WIDEN else None
    for n_qubits in [None] if width is None else range(width, _MOST_QUBITS + 1):
        wider = base if n_qubits in (None, width) else _changed(base, f"{_WIDTH}={n_qubits}")
        one, two = (None if wider is None else _layers(wider, k) for k in (1, 2))
        if one is None or two is None:
            return None
        first, more = count(one), count(two) - count(one)
        if more <= 0:
            return None
        n_layers = max(round(1 + (size - first) / more), 1)
        assert wider is not None
        made = _layers(wider, n_layers)
        if made is not None:  # None: more layers than the model allows
            found = count(made)
            return (found, made) if 1 / _FAR < found / size < _FAR else None
    return None


def _layers(config: Experiment, n_layers: int) -> Experiment | None:
    return _changed(config, f"model.n_layers={n_layers}")


def _changed(config: Experiment, change: str) -> Experiment | None:
    try:
        return override(config, [change])
    except UserError:
        return None


def label(axis: str, n_parameters: int) -> str:
    """What a training is called in tables and notes."""
    return f"{_LABELS[axis]}, {n_parameters} parameters"


def pairs(scores: Sequence[Score]) -> list[tuple[Score, Score]]:
    """Circuit and network of each size, the smallest first; sizes that lack one are left out."""
    by_size = {(s.axis, s.x): s for s in scores}
    sizes = sorted({s.x for s in scores if s.axis == CIRCUIT})
    return [(by_size[CIRCUIT, x], by_size[NETWORK, x]) for x in sizes if (NETWORK, x) in by_size]


def sentences(study: ScalingStudy) -> Iterator[str]:
    """Circuit against network at each size, and what size does to each."""
    found = pairs(study.scores)
    if not found:
        return
    words = []
    for circuit, network in found:
        gap = study.off(circuit.value) - study.off(network.value)
        words.append(f"{_word(gap, circuit.error, network.error)} at {circuit.x:g}")
    yield (
        f"Capacity: by {study.judge}, the circuit compared with a network of as many parameters in "
        f"the same process is {', '.join(words)} parameters."
    )
    losses = [(c, n) for c, n in found if c.loss is not None and n.loss is not None]
    if losses:
        words = [
            f"{_word((c.loss or 0) - (n.loss or 0), c.loss_error, n.loss_error)} at {c.x:g}"
            for c, n in losses
        ]
        yield f"Capacity: by held-out loss, the circuit is {', '.join(words)} parameters."
    if len(found) > 1:
        (small, _), (large, _) = found[0], found[-1]
        change = study.off(large.value) - study.off(small.value)
        yield (
            f"Capacity: the circuit of {large.x:g} parameters is "
            f"{_word(change, small.error, large.error)} "
            f"{'with' if _is_level(change, small.error, large.error) else 'than'} that of "
            f"{small.x:g} after the same number of optimizer steps."
        )


def _word(gap: float, *errors: float) -> str:
    if _is_level(gap, *errors):
        return "level"
    return "worse" if gap > 0 else "better"


def _is_level(gap: float, *errors: float) -> bool:
    return abs(gap) <= _SIGMAS * math.hypot(*errors)
