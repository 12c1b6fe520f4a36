"""What a training says while it runs: a stream of small frozen events, one JSON object a line in ``events.jsonl``.

The page, the command line, Dask workers and tests read the same stream. ``step`` counts optimiser steps from 1;
``seconds`` is training time so far (pauses not counted). Everything but ``seconds`` and ``eta`` is reproducible.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    step: int = Field(ge=0)
    seconds: float = Field(ge=0)


class Started(_Event):
    """The model is built and training begins (or begins again at ``step``)."""

    type: Literal["started"] = "started"
    total: int
    n_parameters: int
    note: str = ""


class Progress(_Event):
    """Where training is; ``phase`` names the part of it (for QuDDPM the diffusion step being trained)."""

    type: Literal["progress"] = "progress"
    total: int
    phase: str = ""
    eta: float | None = None


class Loss(_Event):
    """The loss at one optimiser step (mean over the steps since the last such event), and its gradient's norm."""

    type: Literal["loss"] = "loss"
    loss: float
    grad_norm: float | None = None
    learning_rate: float | None = None
    phase: str = ""


class Samples(_Event):
    """A small picture of what the model generates now: arrays as nested lists, ready to draw.

    ``kind`` is that of the encoded data (``vector``, ``map`` or ``state``); ``data`` is what
    ``qdiffgui.experiment.preview`` makes of it.
    """

    type: Literal["samples"] = "samples"
    kind: str
    data: dict[str, Any]


class Metrics(_Event):
    """Figures of merit on held-out data, by name, with the floor under the same names.

    While a run trains: all from ``n`` samples, the floor with its ``spread`` over draws, and ``trivial`` generators by label.
    """

    type: Literal["metrics"] = "metrics"
    values: dict[str, float]
    floor: dict[str, float] = {}
    spread: dict[str, float] = {}
    trivial: dict[str, dict[str, float]] = {}
    n: int = 0
    final: bool = False


class Checkpoint(_Event):
    """All that is needed to go on from ``step`` has reached the disk."""

    type: Literal["checkpoint"] = "checkpoint"


class Note(_Event):
    """One sentence for the log."""

    type: Literal["note"] = "note"
    text: str


class Done(_Event):
    """Training ended; ``status`` is ``done`` or ``cancelled``."""

    type: Literal["done"] = "done"
    status: Literal["done", "cancelled"] = "done"


class Failed(_Event):
    """Training broke: what happened, what to do, and the report to copy."""

    type: Literal["failed"] = "failed"
    message: str
    report: str = ""


Event = Annotated[Started | Progress | Loss | Samples | Metrics | Checkpoint | Note | Done | Failed, Field(discriminator="type")]
_ADAPTER: TypeAdapter[Event] = TypeAdapter(Event)


def to_json(event: Event) -> str:
    """One line of JSON, without the newline."""
    return event.model_dump_json()


def from_json(line: str | bytes) -> Event:
    """Read what ``to_json`` wrote; raises ``pydantic.ValidationError`` for anything else."""
    return _ADAPTER.validate_json(line)
