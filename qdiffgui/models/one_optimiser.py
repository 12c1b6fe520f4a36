"""Models that train all their parameters with one optimizer from the first step to the last."""

from __future__ import annotations

from collections.abc import Mapping

from qdiffgui.models.base import Array, DiffusionModel, below, rng_state, set_rng_state
from qdiffgui.models.optimiser import Optimiser


class OneOptimiser(DiffusionModel):
    """A subclass creates ``optimiser``. Everything that ``step`` depends on is in it and in the
    generator.
    """

    optimiser: Optimiser

    def state(self) -> dict[str, Array]:
        return {"generator": rng_state(self.generator)} | {
            f"optimiser/{k}": v for k, v in self.optimiser.state().items()
        }

    def load_state(self, state: Mapping[str, Array]) -> None:
        set_rng_state(self.generator, state["generator"])
        self.optimiser.load_state(below(state, "optimiser"))
