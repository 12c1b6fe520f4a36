"""``status.json``: what a list of runs shows of one run, small and quick to read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from qdiffgui.config import Experiment
from qdiffgui.runs.files import read_json
from qdiffgui.runs.process import Process
from qdiffgui.runs.state import Status, actions


class Record(BaseModel):
    """The state of a run as it was last written. Times are seconds since the epoch; ``seconds`` is training time.

    ``owner`` is the process that works on the run, or that will start it (queued). ``threads`` is how many CPU threads the run
    holds now (0: none), ``pool`` how many all runs of the folder share. ``attempt`` counts starts.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="constants")

    status: Status = Status.QUEUED
    created: float = 0.0
    queued: float = 0.0
    started: float | None = None
    ended: float | None = None
    updated: float = 0.0
    step: int = 0
    total: int = 0
    seconds: float = 0.0
    eta: float | None = None
    phase: str = ""
    loss: float | None = None
    n_parameters: int = 0
    metrics: dict[str, float] = {}
    floor: dict[str, float] = {}
    message: str = ""
    attempt: int = 0
    threads: int = 0
    pool: int = 0
    owner: Process | None = None
    data: str = ""
    representation: str = ""
    model: str = ""
    digest: str = ""
    seed: int = 0


class RunState(Record):
    """A run as it is now: a ``Record`` made true (a dead worker reads as interrupted), with name and place."""

    id: str
    name: str
    directory: str
    pinned: bool = False

    @property
    def actions(self) -> frozenset[str]:
        """What a person can do with the run now; see ``state.actions``."""
        return actions(self.status)

    @property
    def fraction(self) -> float:
        """How much of the training is done, 0 to 1."""
        return 1.0 if self.status == Status.DONE else min(self.step / self.total, 1.0) if self.total else 0.0


def fresh(config: Experiment) -> Record:
    """The record of a run that was just made."""
    now = time.time()
    return Record(
        created=now, queued=now, updated=now, data=config.data.kind, representation=config.representation.kind,
        model=config.model.kind, digest=config.digest(), seed=config.seed,
    )  # fmt: skip


def read(path: Path) -> Record:
    """The record at ``path``; a lost or damaged one (power cut) reads as interrupted."""
    found: Mapping[str, Any] | None = read_json(path)
    try:
        if found is not None:
            return Record.model_validate(found)
    except ValidationError:
        pass
    return Record(
        status=Status.INTERRUPTED, message="The state of this run was lost; it can be resumed from its last checkpoint."
    )
