"""Follow the events of a run while another process writes them, also across a resume."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pydantic import ValidationError

from qdiffgui.events import MOST_LINE, Event, Samples, from_json, is_header
from qdiffgui.runs.directory import RunDirectory

_TAIL = 512
_SLICE = 4 << 20
# A curve has a few thousand points. Of the losses in an unread file longer than this, every k-th is
# read, so that a run of a million steps opens as fast as a short one.
_ALL_BYTES = 4 << 20
_LOSS = b'"type":"loss"'


@dataclass(frozen=True)
class NewEvents:
    """Events since the previous poll.

    If ``reset``, the file was rewritten: discard all earlier events; ``events`` starts from the
    first one.
    """

    events: Sequence[Event]
    reset: bool = False

    def __bool__(self) -> bool:
        return self.reset or bool(self.events)


class Follower:
    """Reads the new events in ``events.jsonl`` at each ``poll``.

    A resumed run truncates the file to its last checkpoint and continues. The follower notices
    because the last bytes that it read have changed, and starts again from the first event. It
    leaves a half-written last line for the next poll and skips damaged lines.

    Parameters
    ----------
    run : RunDirectory
    everything : bool
        Return all events. By default each poll returns only the latest of the ``Samples`` events
        and, of more than about 20,000 ``Loss`` events, every k-th, which makes it fast to catch up
        with a long run.
    """

    def __init__(self, run: RunDirectory, *, everything: bool = False) -> None:
        self.run = run
        self.everything = everything
        self._offset = 0
        self._tail = b""

    def poll(self) -> NewEvents:
        """The events since the previous poll; none if the file does not exist yet.

        Raises
        ------
        DataError
            If a newer version of qdiffgui wrote the file.
        """
        try:
            with self.run.events_file.open("rb") as stream:
                stream.seek(self._offset - len(self._tail))
                reset = stream.read(len(self._tail)) != self._tail
                if reset:
                    stream.seek(0)
                    self._offset, self._tail = 0, b""
                return NewEvents(self._read(stream), reset)
        except FileNotFoundError:
            return NewEvents(())

    def _read(self, stream: BinaryIO) -> list[Event]:
        """The events from here to the last complete line."""
        unread = os.fstat(stream.fileno()).st_size - self._offset
        step = 1 if self.everything else max(1, math.ceil(unread / _ALL_BYTES))
        found: list[Event] = []
        latest, place, n_losses = b"", 0, 0
        for line in self._lines(stream):
            if step > 1 and _LOSS in line[:120]:
                n_losses += 1
                if n_losses % step:
                    continue
            if is_header(line):
                continue
            if not self.everything and _is_samples(line):
                latest, place = line, len(found)
                continue
            found += _parsed(line)
        found[place:place] = _parsed(latest) if latest else []
        return found

    def _lines(self, stream: BinaryIO) -> Iterator[bytes]:
        """Complete lines, read in slices. What is longer than any line of an event file is skipped,
        and so is the rest of that line, as damaged.
        """
        rest = b""
        while part := stream.read(_SLICE):
            rest += part
            end = len(rest) if len(rest) > MOST_LINE else rest.rfind(b"\n") + 1
            whole, rest = rest[:end], rest[end:]
            self._offset += len(whole)
            self._tail = (self._tail + whole[-_TAIL:])[-_TAIL:]
            yield from whole.splitlines()


def _parsed(line: bytes) -> list[Event]:
    try:
        return [from_json(line)]
    except ValidationError:
        return []


def _is_samples(line: bytes) -> bool:
    return f'"type":"{Samples.model_fields["type"].default}"'.encode() in line[:120]


def read_events(run: RunDirectory) -> list[Event]:
    """All events of a run so far.

    Parameters
    ----------
    run : RunDirectory

    Returns
    -------
    list of events.Event
        In the order in which they were written; empty if training has not begun.

    Raises
    ------
    DataError
        If a newer version of qdiffgui wrote the file.
    """
    return list(Follower(run, everything=True).poll().events)
