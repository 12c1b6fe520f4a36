"""Registries: named tables of what a user can choose, filled without importing the code behind an entry.

An entry names its code as ``module:attribute`` and imports it on first use, so that listing what exists needs neither
torch nor PennyLane. Outside packages join through entry points of the group ``qdiffgui.<registry>``: each resolves to an
``Entry`` or to a function that returns one. A plug-in that breaks becomes a line in ``Registry.broken``, never a crash.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Any

from qdiffgui.errors import ConfigError

_FEW = 20


@dataclass(frozen=True)
class Entry:
    """One choice: its key, what a person reads, and where its code is.

    ``target`` is ``"module:attribute"``; ``facts`` holds what lists and pages show beside it (paper, units, and so on).
    """

    key: str
    label: str
    summary: str
    target: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def load(self) -> Any:
        """Import and return the code behind the entry.

        Raises
        ------
        ImportError, AttributeError
            if the target does not exist.
        """
        module, _, attribute = self.target.partition(":")
        found = importlib.import_module(module)
        return getattr(found, attribute) if attribute else found

    def row(self) -> dict[str, Any]:
        """The entry as plain data, for ``qdiffgui list --json``."""
        return {"key": self.key, "label": self.label, "summary": self.summary, **self.facts}


class Registry(Mapping[str, Entry]):
    """An ordered table of entries; adding a key twice raises ``ValueError``."""

    def __init__(self, name: str, noun: str) -> None:
        self.name = name
        self.noun = noun
        self.broken: list[str] = []
        self._entries: dict[str, Entry] = {}
        self._plugins_read = False

    def add(self, key: str, label: str, summary: str, target: str = "", **facts: Any) -> Entry:
        """Add one entry; raises ``ValueError`` if the key is taken."""
        return self.insert(Entry(key, label, summary, target, facts))

    def insert(self, entry: Entry) -> Entry:
        if entry.key in self._entries:
            raise ValueError(f"{self.name}: the key '{entry.key}' is already taken")
        self._entries[entry.key] = entry
        return entry

    def __getitem__(self, key: str) -> Entry:
        self._read_plugins()
        try:
            return self._entries[key]
        except KeyError:
            near = get_close_matches(key, self._entries, n=1)
            few = f"choose one of {', '.join(self._entries)}."
            hint = few if len(self._entries) <= _FEW else f"'qdiffgui list {self.name}' names all {len(self._entries)}."
            hint = f"did you mean '{near[0]}'?" if near else hint
            raise ConfigError(f"There is no {self.noun} called '{key}': {hint}") from None

    def __contains__(self, key: object) -> bool:
        self._read_plugins()
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        self._read_plugins()
        return iter(self._entries)

    def __len__(self) -> int:
        self._read_plugins()
        return len(self._entries)

    def __repr__(self) -> str:
        """Keys and labels, a line each: what a notebook shows of it."""
        width = max(map(len, self), default=0)
        return "\n".join((f"{self.name}:", *(f"  {key:{width}}  {entry.label}" for key, entry in self.items())))

    def rows(self) -> list[dict[str, Any]]:
        """All entries as plain data, in the order they were added."""
        return [entry.row() for entry in self.values()]

    def _read_plugins(self) -> None:
        if self._plugins_read:
            return
        self._plugins_read = True
        for point in entry_points(group=f"qdiffgui.{self.name}"):
            try:
                loaded = point.load()
                entry = loaded if isinstance(loaded, Entry) else loaded()
                if not isinstance(entry, Entry):
                    raise TypeError(f"expected a qdiffgui.registry.Entry, found {type(entry).__name__}")
                self.insert(entry)
            except Exception as error:  # a broken plug-in must not take the application with it
                self.broken.append(f"The plug-in '{point.value}' could not be used: {error}")
