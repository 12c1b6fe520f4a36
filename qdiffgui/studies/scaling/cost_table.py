"""The table of static costs: rows in groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CostRow:
    """One quantity. If ``value`` is None, it does not apply and ``note`` says why."""

    key: str
    label: str
    value: float | None
    unit: str = ""
    formula: str = ""
    note: str = ""

    def plain(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class CostGroup:
    """The rows under one heading."""

    key: str
    title: str
    rows: tuple[CostRow, ...]


@dataclass(frozen=True)
class StaticCost:
    """The static cost of a model.

    ``symbols`` are the values of the letters in the formulas, ``notes`` sentences on assumptions
    and on what does not apply.
    """

    kind: str
    quantum: bool
    n_parameters: int
    symbols: Mapping[str, float]
    groups: tuple[CostGroup, ...]
    notes: tuple[str, ...]

    def row(self, key: str) -> CostRow:
        """The row with this key; raises ``KeyError``."""
        for group in self.groups:
            for row in group.rows:
                if row.key == key:
                    return row
        raise KeyError(key)

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        groups = [
            {"key": g.key, "title": g.title, "rows": [row.plain() for row in g.rows]}
            for g in self.groups
        ]
        return {
            "kind": self.kind,
            "quantum": self.quantum,
            "n_parameters": self.n_parameters,
            "symbols": dict(self.symbols),
            "groups": groups,
            "notes": list(self.notes),
        }
