"""A line-up: one kind of data, and the models that are trained and judged on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from qdiffgui.config import Experiment, parse
from qdiffgui.errors import ConfigError, UserError

Role = Literal["quantum", "matched", "best"]
ROLES: dict[str, str] = {
    "quantum": "quantum",
    "matched": "classical, equal parameters",
    "best": "classical, best size",
}


@dataclass(frozen=True)
class Contestant:
    """One model of a line-up. All experiments share data, representation and evaluation."""

    key: str
    label: str
    role: Role
    experiment: Experiment

    def with_seed(self, seed: int) -> Experiment:
        """The experiment with one seed, named after the model."""
        return self.experiment.model_copy(
            update={"seed": seed, "name": f"{self.label}, seed {seed}"}
        )


@dataclass(frozen=True)
class Lineup:
    """Models that are compared on equal data.

    ``left_out`` has one sentence for each model that cannot use these data. Raises ``ConfigError``
    if data, representation or evaluation differ.
    """

    contestants: tuple[Contestant, ...]
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        first = self.contestants[0].experiment
        for other in self.contestants[1:]:
            for part in ("data", "representation", "evaluation"):
                if getattr(other.experiment, part) != getattr(first, part):
                    raise ConfigError(
                        f"'{other.key}' and '{self.contestants[0].key}' cannot be compared: their "
                        f"{part} settings differ."
                    )

    @property
    def base(self) -> Experiment:
        """The first experiment; its data, representation and evaluation are those of all."""
        return self.contestants[0].experiment

    def changed(self, parts: Mapping[str, Any]) -> Lineup:
        """The same models with ``parts`` (JSON) of their experiments replaced; raises
        ``ConfigError`` if these do not fit.
        """
        return Lineup(
            tuple(
                Contestant(
                    c.key,
                    c.label,
                    c.role,
                    parse(c.experiment.model_dump(mode="json") | dict(parts)),
                )
                for c in self.contestants
            ),
            self.left_out,
        )

    def chosen(self, keys: Sequence[str]) -> Lineup:
        """The same line-up with the models of these keys only, in its own order; all of them if
        there are no keys. Raises ``UserError`` for a key that it does not have.
        """
        known = [c.key for c in self.contestants]
        unknown = [key for key in keys if key not in known]
        if unknown:
            raise UserError(
                f"This line-up has no model '{unknown[0]}'. Expected any of {', '.join(known)}."
            )
        kept = tuple(c for c in self.contestants if not keys or c.key in keys)
        return Lineup(kept, self.left_out)

    def scaled(self, effort: float) -> Lineup:
        """The same line-up with ``effort`` times the training iterations."""

        def changed(config: Experiment) -> Experiment:
            iterations = max(1, round(config.training.iterations * effort))
            return config.model_copy(
                update={"training": config.training.model_copy(update={"iterations": iterations})}
            )

        return Lineup(
            tuple(
                Contestant(c.key, c.label, c.role, changed(c.experiment)) for c in self.contestants
            ),
            self.left_out,
        )
