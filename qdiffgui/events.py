"""Events of a training: a stream of small frozen objects, stored one JSON object per line.

The page, the command line, Dask workers and tests read the same stream. The file ``events.jsonl``
begins with a header line that gives its layout version; see ``header``. All fields but ``seconds``
and ``eta`` are reproducible.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from qdiffgui import file_layout
from qdiffgui._version import __version__
from qdiffgui.bounds import Count, Duration, Estimate


class _Event(BaseModel):
    """``step`` counts optimizer steps from 1; ``seconds`` is training time without pauses."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    step: Count
    seconds: Duration


class Started(_Event):
    """Training starts or resumes: the model has ``n_parameters``, the training ``total`` steps."""

    type: Literal["started"] = "started"
    total: Count
    n_parameters: Count
    note: str = ""


class Progress(_Event):
    """Progress of the training.

    ``phase`` names its part (for QuDDPM the diffusion step being trained); ``eta`` is the expected
    time to the end, in seconds.
    """

    type: Literal["progress"] = "progress"
    total: Count
    phase: str = ""
    eta: Estimate = None


class Loss(_Event):
    """Loss and norm of its gradient, each the mean over the steps since the previous such event."""

    type: Literal["loss"] = "loss"
    loss: float
    grad_norm: float | None = None
    learning_rate: float | None = None
    phase: str = ""


class Samples(_Event):
    """A preview of the samples that the model generates now.

    ``kind`` is the kind of the encoded data (``vector``, ``map``, ``state`` ...); ``data`` is the
    result of ``experiment.preview.preview``: nested lists, ready to draw.
    """

    type: Literal["samples"] = "samples"
    kind: str
    data: dict[str, Any]


class Metrics(_Event):
    """Metrics on held-out data by name, with the floor of each.

    During training all are computed from ``n`` samples; ``spread`` is the standard deviation of the
    floor over draws, and ``trivial`` holds the metrics of the trivial generators, by label.
    """

    type: Literal["metrics"] = "metrics"
    values: dict[str, float]
    floor: dict[str, float] = {}
    spread: dict[str, float] = {}
    trivial: dict[str, dict[str, float]] = {}
    n: int = 0
    final: bool = False


class Checkpoint(_Event):
    """A checkpoint was written: the run can be resumed from ``step``."""

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
    """Training failed: what happened, what to do, and a report to copy."""

    type: Literal["failed"] = "failed"
    message: str
    report: str = ""


Event = Annotated[
    Started | Progress | Loss | Samples | Metrics | Checkpoint | Note | Done | Failed,
    Field(discriminator="type"),
]
_ADAPTER: TypeAdapter[Event] = TypeAdapter(Event)
MOST_LINE = 8 << 20
"""No line of an event file is longer, in bytes."""
_HEADER = '{"type":"header"'


def to_json(event: Event) -> str:
    """An event as one line of JSON, without the newline.

    Examples
    --------
    >>> to_json(Checkpoint(step=40, seconds=1.5))
    '{"step":40,"seconds":1.5,"type":"checkpoint"}'
    """
    return event.model_dump_json()


def from_json(line: str | bytes) -> Event:
    """Read a line that ``to_json`` wrote. Raises ``pydantic.ValidationError`` for any other line.

    Examples
    --------
    >>> from_json('{"step": 40, "seconds": 1.5, "type": "note", "text": "Halfway."}').text
    'Halfway.'
    """
    return _ADAPTER.validate_json(line)


def header(layout: int = file_layout.RUN) -> str:
    """The first line of an event file, without the newline.

    Parameters
    ----------
    layout : int
        Layout version of the file; see ``file_layout.RUN``.

    Examples
    --------
    >>> header(2)  # doctest: +ELLIPSIS
    '{"type":"header","layout":2,"qdiffgui":"..."}'
    """
    return f'{_HEADER},"layout":{layout},"qdiffgui":"{__version__}"}}'


def is_header(line: bytes) -> bool:
    """Whether a line of an event file is its header.

    Raises
    ------
    DataError
        If a newer version of qdiffgui wrote the file.
    """
    if not line.startswith(_HEADER.encode()):
        return False
    try:
        layout = json.loads(line).get("layout")
    except ValueError:
        layout = "unreadable"
    file_layout.require_readable("'events.jsonl'", layout)
    return True
