"""The contract of every representation: from physical data to what a model learns, and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from qdiffgui.config.base import Config
from qdiffgui.data.types import Array, Encoded, Physical, Spec


class Representation(ABC):
    """Built from its settings, fitted on the training samples alone, carried inside an exported model as ``state()``."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @abstractmethod
    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        """Learn scalers and what encoding loses (the distribution of total pT, by class) from the training samples.

        Raises ``DataError`` if the samples are of a sort that this representation cannot show.
        """

    @property
    @abstractmethod
    def spec(self) -> Spec:
        """The shape of what comes out; available after ``fit`` or ``load_state``."""

    @abstractmethod
    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        """Encode samples; ``seed`` for the dequantisation of counts."""

    @abstractmethod
    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Physical:
        """Physical samples from encoded ones x (n, *spec.shape): ``Jets`` with one pseudo-constituent a lit cell, ``Table``, ``Images``
        or ``States``. What encoding lost (total pT) is drawn from the training distribution of the class, from ``seed``."""

    @abstractmethod
    def state(self) -> dict[str, Array]:
        """All that ``fit`` learned, as arrays."""

    @abstractmethod
    def load_state(self, state: Mapping[str, Array]) -> None:
        """Take ``state()`` of a fitted representation."""
