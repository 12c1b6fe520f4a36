"""Real trainings, small enough for tests."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from qdiffgui.config import Experiment, parse
from qdiffgui.events import Loss
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import read_events

DIGITS: dict[str, Any] = {
    "data": {"kind": "digits"},
    "representation": {"kind": "image"},
    "model": {"kind": "ddpm", "n_parameters": 300, "schedule": {"kind": "cosine", "n_steps": 4}},
    "training": {
        "iterations": 120,
        "batch_size": 16,
        "preview_seconds": 0.1,
        "checkpoint_seconds": 0.03,
    },
    "evaluation": {"n_generated": 20},
}
STATES: dict[str, Any] = {
    "data": {"kind": "cluster", "n_states": 40},
    "representation": {"kind": "state"},
    "model": {
        "kind": "quddpm",
        "n_layers": 1,
        "loss": "mmd",
        "schedule": {"kind": "linear-angles", "n_steps": 3},
    },
    "training": {
        "iterations": 60,
        "batch_size": 8,
        "preview_seconds": 0.2,
        "checkpoint_seconds": 0.03,
    },
    "evaluation": {"n_generated": 20},
}


def tiny(
    settings: dict[str, Any] = DIGITS, *, name: str = "", seed: int = 0, **training: Any
) -> Experiment:
    return parse(
        settings | {"name": name, "seed": seed, "training": settings["training"] | training}
    )


def losses(run: RunDirectory) -> list[str]:
    """All of the loss history but the clock, digit by digit."""
    return [
        json.dumps(event.model_dump(exclude={"seconds"}))
        for event in read_events(run)
        if isinstance(event, Loss)
    ]


def samples(run: RunDirectory) -> np.ndarray:
    with h5py.File(run.samples_file) as file:
        return file["encoded/x"][()]


def in_child(work: Callable[[], Any]) -> int:
    """Run ``work`` in a forked process (torch is imported already: starting it costs nothing); its
    pid.
    """
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
