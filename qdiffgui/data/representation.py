"""The interface of all representations: from physical data to the input of a model, and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from qdiffgui.config.base import Config
from qdiffgui.data.types import Array, Encoded, Physical, Spec
from qdiffgui.errors import UserError


class Representation(ABC):
    """Encodes physical data for a model and decodes generated samples.

    It is created from its settings and fitted on the training samples only. An exported model
    stores its ``state()``.
    """

    def __init__(self, config: Config) -> None:
        self.config = config

    @abstractmethod
    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        """Learn from the training samples the scales, and what encoding loses (the distribution of
        total pT of each class).

        Raises ``DataError`` if this representation cannot encode samples of this kind.
        """

    @property
    @abstractmethod
    def spec(self) -> Spec:
        """Kind and shape of encoded samples; available after ``fit`` or ``load_state``."""

    @abstractmethod
    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        """Encode samples; ``seed`` is that of the dequantization of counts."""

    @abstractmethod
    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Physical:
        """Decode samples x (n, *spec.shape) to physical ones: ``Jets`` with one pseudo-constituent
        per lit cell, ``Table``, ``Images`` or ``States``. What encoding lost (total pT) is drawn
        with ``seed`` from the training distribution of the class.
        """

    def condition(self, values: Mapping[str, float]) -> Array:
        """Conditions (k,) float32, in the order of ``spec.conditions``, as models take them.

        ``values`` are physical: energy in GeV, observables in their units. Raises ``UserError`` for
        names that are no conditions of this representation, missing ones, and values outside the
        training data.
        """
        wanted = ", ".join(self.spec.conditions)
        if not wanted or set(values) != set(self.spec.conditions):
            found = ", ".join(values) or "none"
            raise UserError(
                f"Expected the conditions {wanted}; found {found}: give each of them once."
                if wanted
                else f"This model takes no conditions; found {found}: leave them out."
            )
        return self._condition(values)

    def _condition(self, values: Mapping[str, float]) -> Array:
        """``condition`` of checked names; only for representations with conditions."""
        raise NotImplementedError

    @abstractmethod
    def state(self) -> dict[str, Array]:
        """What ``fit`` learned, as arrays."""

    @abstractmethod
    def load_state(self, state: Mapping[str, Array]) -> None:
        """Restore the ``state()`` of a fitted representation."""
