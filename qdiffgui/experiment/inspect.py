"""Preview of an experiment before it is trained, as plain JSON."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from qdiffgui.circuits.drawing import plain
from qdiffgui.config import Experiment
from qdiffgui.diffusion.curve import schedule
from qdiffgui.diffusion.diagnostics import diagnose
from qdiffgui.experiment import captions, memory
from qdiffgui.experiment import preview as pictures
from qdiffgui.experiment.circuit_states import circuit_states
from qdiffgui.experiment.estimate import estimate as predict
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.experiment.roundtrip import roundtrip
from qdiffgui.models.base import DiffusionModel


def inspect(config: Experiment) -> dict[str, Any]:
    """What the page shows of an experiment before training.

    Parameters
    ----------
    config : Experiment
        The settings.

    Returns
    -------
    dict
        ``dataset`` (name, counts, notes), ``data`` (preview of training samples), ``schedule``
        (noise schedule), ``forward`` (animation from data to noise), ``diagnostics`` (distance from
        data and noise at each step), ``roundtrip`` (what the representation keeps of the data),
        ``circuits`` (gate lists, with the ``states`` inside), ``facts`` (numbers of parameters,
        qubits, gates), ``estimate`` (CPU seconds with their spread, how busy the machine is, and
        bytes, from a few optimizer steps).

    Raises
    ------
    DataError, ConfigError
        If the experiment cannot be run.

    Examples
    --------
    >>> import qdiffgui
    >>> from qdiffgui.experiment import inspect
    >>> found = inspect(qdiffgui.preset("quddpm-cluster-1q"))
    >>> found["dataset"]["n_train"], found["facts"]["n_parameters"]
    (1000, 320)
    """
    prepared = prepare(config)
    model = build(config, prepared)
    return {
        "dataset": _dataset(prepared),
        "data": pictures.preview(
            _few(prepared.train.x),
            _few(prepared.train.label),
            prepared.representation,
            prepared.train.spec,
        ),
        "schedule": schedule(config),
        **_forward(prepared, model, config),
        "roundtrip": roundtrip(prepared, config),
        "circuits": [
            plain(info) | {"states": states}
            for info, states in zip(model.circuits(), circuit_states(model, config.seed))
        ],
        "facts": model.facts(),
        "estimate": _estimate(config, prepared, model),
    }


def _few(values: Any) -> Any:
    return values[: pictures.N_POINTS]


def estimate(config: Experiment, prepared: Prepared | None = None) -> dict[str, float]:
    """The ``estimate`` of ``inspect``. ``prepared`` saves preparing the same data again. Raises
    ``DataError`` or ``ConfigError`` if the experiment cannot be run."""
    prepared = prepared or prepare(config)
    return _estimate(config, prepared, build(config, prepared))


def _dataset(prepared: Prepared) -> dict[str, Any]:
    labels = prepared.train.label
    return {
        "name": prepared.dataset.name,
        "n_train": len(prepared.train),
        "n_test": len(prepared.test),
        "classes": {
            name: int((labels == label).sum()) for label, name in prepared.dataset.classes.items()
        },
        "notes": list(prepared.dataset.notes),
        "digest": prepared.dataset.digest,
    }


def _forward(prepared: Prepared, model: DiffusionModel, config: Experiment) -> dict[str, Any]:
    """``forward`` and ``diagnostics``, computed from the same noisy samples."""
    x, label, spec = _few(prepared.train.x), _few(prepared.train.label), prepared.train.spec
    frames, times = model.forward_process(x, seed=config.seed)
    truth = pictures.preview(x, label, prepared.representation, spec)
    curve = schedule(config)
    curves = diagnose(frames, times, spec, curve)
    shown = pictures.animation(
        frames,
        times,
        label,
        truth,
        prepared.representation,
        spec,
        lambda kept: captions.forward(config.model, curve["values"], kept),
    )
    return {
        "forward": shown,
        "diagnostics": {
            "times": list(times),
            "curves": {name: asdict(curve) for name, curve in curves.items()},
        },
    }


def _estimate(config: Experiment, prepared: Prepared, model: DiffusionModel) -> dict[str, float]:
    """Training time from a few optimizer steps (see ``experiment.estimate``), and memory in bytes
    of the training process."""
    found = predict(model, prepared.train, wall=time.perf_counter)
    limit = config.training.max_seconds or found.seconds
    held = float(memory.expected(model, prepared))
    return {
        "seconds": min(found.seconds, limit),
        "seconds_a_step": found.seconds_a_step,
        "error": found.error if found.seconds <= limit else 0.0,
        "busy": found.busy,
        "memory": held,
    }
