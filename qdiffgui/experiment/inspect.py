"""Everything worth seeing of an experiment before it is trained, as plain JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qdiffgui.circuits.drawing import plain
from qdiffgui.config import Experiment
from qdiffgui.diffusion.curve import schedule
from qdiffgui.diffusion.diagnostics import diagnose
from qdiffgui.experiment import captions, memory
from qdiffgui.experiment import preview as pictures
from qdiffgui.experiment.estimate import estimate as predict
from qdiffgui.experiment.kept import kept
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.models.base import Family


def inspect(config: Experiment) -> dict[str, Any]:
    """What the page shows before training.

    ``data``: a picture of training samples; ``dataset``: its name, counts and notes; ``schedule``: the noise curve; ``forward``: a
    film from data to noise; ``kept``: what the representation keeps of the data and loses; ``diagnostics``: how far the noise has
    come, by step; ``circuits``: gate lists to draw; ``facts``: parameters, qubits, gates; ``estimate``: seconds and bytes, from a
    few real optimiser steps.

    Raises ``DataError`` or ``ConfigError`` where the experiment cannot be run.
    """
    prepared = prepare(config)
    model = build(config, prepared)
    return {
        "dataset": _dataset(prepared),
        "data": pictures.preview(
            _few(prepared.train.x), _few(prepared.train.label), prepared.representation, prepared.train.spec
        ),
        "schedule": schedule(config),
        **_forward(prepared, model, config),
        "kept": kept(prepared, config),
        "circuits": [plain(info) for info in model.circuits()],
        "facts": model.facts(),
        "estimate": _estimate(config, prepared, model),
    }


def _few(values: Any) -> Any:
    return values[: pictures.N_POINTS]


def estimate(config: Experiment) -> dict[str, float]:
    """The ``estimate`` of ``inspect`` alone; raises ``DataError`` or ``ConfigError`` where the experiment cannot be run."""
    prepared = prepare(config)
    return _estimate(config, prepared, build(config, prepared))


def _dataset(prepared: Prepared) -> dict[str, Any]:
    labels = prepared.train.label
    return {
        "name": prepared.dataset.name, "n_train": len(prepared.train), "n_test": len(prepared.test),
        "classes": {name: int((labels == label).sum()) for label, name in prepared.dataset.classes.items()},
        "notes": list(prepared.dataset.notes), "digest": prepared.dataset.digest,
    }  # fmt: skip


def _forward(prepared: Prepared, model: Family, config: Experiment) -> dict[str, Any]:
    """``forward`` and ``diagnostics``, of the same noised samples."""
    x, label, spec = _few(prepared.train.x), _few(prepared.train.label), prepared.train.spec
    frames, times = model.forward_process(x, seed=config.seed)
    truth = pictures.preview(x, label, prepared.representation, spec)
    curve = schedule(config)
    curves = diagnose(frames, times, spec, curve)
    film = pictures.film(frames, times, label, truth, prepared.representation, spec, lambda shown: captions.forward(curve, shown))
    return {
        "forward": film,
        "diagnostics": {"times": list(times), "curves": {name: asdict(curve) for name, curve in curves.items()}},
    }


def _estimate(config: Experiment, prepared: Prepared, model: Family) -> dict[str, float]:
    """Seconds of training, from a few real steps (see ``experiment.estimate``), and the bytes that the process which trains will hold."""
    found = predict(model, prepared.train)
    limit = config.training.max_seconds
    seconds = min(found.seconds, limit) if limit else found.seconds
    held = float(memory.expected(model, prepared))
    return {"seconds": seconds, "seconds_a_step": found.seconds_a_step, "error": found.error, "memory": held}
