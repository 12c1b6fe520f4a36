"""``status.json``: what a list of runs shows of one run. Small and quick to read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qdiffgui import file_layout
from qdiffgui.bounds import Count, Duration, Estimate, Instant, Name, Text
from qdiffgui.config import Experiment
from qdiffgui.runs.files import read_json
from qdiffgui.runs.process import Process
from qdiffgui.runs.state import ACTIVE, Status, actions

_MOST_TAGS, _LONGEST_TAG = 20, 40
Tags = Annotated[tuple[Name, ...], Field(max_length=_MOST_TAGS)]
Values = Annotated[dict[Name, float], Field(max_length=1000)]


class Record(BaseModel):
    """The state of a run as it was last written.

    Attributes
    ----------
    layout : int
        Layout version of the run folder; see ``file_layout``. Files without one have layout 1.
    created, queued, started, ended, updated : float
        Times in seconds since the epoch.
    step, total : int
        Optimizer steps done and planned.
    seconds, eta : float
        Training time so far, and expected time to the end, in seconds.
    metrics, floor : dict
        Headline metrics of the final report and their floors; empty before there is a report.
    live, live_floor : dict
        Latest metrics during training and their floors: other metrics, of fewer samples.
    attempt : int
        Number of starts.
    threads, pool : int
        CPU threads that the run holds now (0: none), and that all runs of the folder share.
    owner : Process
        The process that trains the run or, for a queued run, will start it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="constants")

    layout: int = 1
    status: Status = Status.QUEUED
    created: Instant = 0.0
    queued: Instant = 0.0
    started: Instant | None = None
    ended: Instant | None = None
    updated: Instant = 0.0
    step: Count = 0
    total: Count = 0
    seconds: Duration = 0.0
    eta: Estimate = None
    phase: Name = ""
    loss: float | None = None
    n_parameters: Count = 0
    metrics: Values = {}
    floor: Values = {}
    live: Values = {}
    live_floor: Values = {}
    message: Text = ""
    attempt: Count = 0
    threads: Count = 0
    pool: Count = 0
    owner: Process | None = None
    data: Name = ""
    representation: Name = ""
    model: Name = ""
    digest: Name = ""
    seed: Count = 0

    @property
    def is_from_newer_version(self) -> bool:
        """Whether a newer version of qdiffgui wrote the run, so that it cannot be opened here."""
        return self.layout > file_layout.RUN


class RunState(Record):
    """A run as it is now: its ``Record``, corrected if its worker died, with name, folder and what
    its user wrote about it.
    """

    id: str
    name: Name
    directory: str
    pinned: bool = False
    tags: Tags = ()
    note: Text = ""

    @property
    def actions(self) -> frozenset[str]:
        """The actions that the run permits now; see ``state.actions``."""
        if self.is_from_newer_version:
            return frozenset() if self.status in ACTIVE else frozenset({"delete"})
        return actions(self.status)

    @property
    def fraction(self) -> float:
        """Fraction of the training that is done, 0 to 1."""
        if self.status == Status.DONE:
            return 1.0
        return min(self.step / self.total, 1.0) if self.total else 0.0


def clean_tags(words: Any) -> tuple[str, ...]:
    """Tags as they are stored: without "#", spaces around, repetitions and what is no text.

    >>> clean_tags(["#paper", " paper ", "", 3, "6 qubits"])
    ('paper', '6 qubits')
    """
    texts = [word for word in words if isinstance(word, str)] if isinstance(words, list) else []
    found = [" ".join(text.split()).lstrip("# ")[:_LONGEST_TAG] for text in texts]
    return tuple(dict.fromkeys(tag for tag in found if tag))[:_MOST_TAGS]


def new_record(config: Experiment) -> Record:
    """The record of a newly created run."""
    now = time.time()
    return Record(
        layout=file_layout.RUN,
        created=now,
        queued=now,
        updated=now,
        data=config.data.kind,
        representation=config.representation.kind,
        model=config.model.kind,
        digest=config.digest(),
        seed=config.seed,
    )


def read_record(path: Path) -> Record:
    """The record at ``path``.

    A missing or damaged record (power cut) reads as interrupted. A record of a newer layout reads
    with a message that says so.
    """
    found: Mapping[str, Any] | None = read_json(path)
    try:
        if found is not None:
            record = Record.model_validate(found)
            return _with_refusal(record) if record.is_from_newer_version else record
    except ValidationError:
        layout = found.get("layout") if isinstance(found, dict) else None
        if isinstance(layout, int) and layout > file_layout.RUN:
            return _with_refusal(Record(status=Status.INTERRUPTED, layout=layout))
    return Record(
        status=Status.INTERRUPTED,
        message="The status of this run was lost. Resume continues from its last checkpoint.",
    )


def _with_refusal(record: Record) -> Record:
    message = file_layout.newer_version_message("This run", record.layout, file_layout.RUN)
    return record.model_copy(update={"message": message})
