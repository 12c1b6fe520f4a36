"""Follow a run's events as they are written, by whatever process, also across a resume that rewrites the end of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from qdiffgui.events import Event, Samples, from_json
from qdiffgui.runs.directory import RunDirectory

_WITNESS = 512


@dataclass(frozen=True)
class News:
    """What came since the last look. ``reset``: forget what was seen before, ``events`` begin again from the first."""

    events: Sequence[Event]
    reset: bool = False

    def __bool__(self) -> bool:
        return self.reset or bool(self.events)


class Follower:
    """Reads what is new in a run's ``events.jsonl`` at each ``poll``.

    A resumed run cuts the file back to its last checkpoint and goes on: the last bytes seen are compared at every poll, and
    where they changed the next news begin anew. A half-written last line waits until it is whole; a damaged line is left out.
    ``all_samples=False`` keeps only the newest ``Samples`` of a poll, which makes catching up with a long run quick.
    """

    def __init__(self, run: RunDirectory, *, all_samples: bool = False) -> None:
        self.run = run
        self.all_samples = all_samples
        self._offset = 0
        self._witness = b""

    def poll(self) -> News:
        """The events since the last poll; none where nothing is new or nothing is there yet."""
        begin = self._offset - len(self._witness)
        try:
            with self.run.events_file.open("rb") as stream:
                stream.seek(begin)
                read = stream.read()
                reset = not read.startswith(self._witness)
                if reset:
                    stream.seek(0)
                    read = stream.read()
                    self._offset, self._witness = 0, b""
        except FileNotFoundError:
            return News(())
        fresh = read[len(self._witness) :]
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._offset += len(whole)
        self._witness = (self._witness + whole)[-_WITNESS:]
        return News(self._parse(whole.splitlines()), reset)

    def _parse(self, lines: list[bytes]) -> list[Event]:
        last = max((i for i, line in enumerate(lines) if _is_samples(line)), default=-1)
        found: list[Event] = []
        for i, line in enumerate(lines):
            if not self.all_samples and i != last and _is_samples(line):
                continue
            try:
                found.append(from_json(line))
            except ValidationError:
                continue
        return found


def _is_samples(line: bytes) -> bool:
    return f'"type":"{Samples.model_fields["type"].default}"'.encode() in line[:120]


def read_events(run: RunDirectory) -> list[Event]:
    """All events of a run so far."""
    return list(Follower(run, all_samples=True).poll().events)
