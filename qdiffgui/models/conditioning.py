"""The condition of a denoiser: the diffusion step and, if there are classes, the class."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from qdiffgui.data.types import UNLABELLED, Array
from qdiffgui.errors import UserError

_KEPT, _NEAR = 4096, 32


def time_features(t: Tensor, n_steps: int, n_features: int) -> Tensor:
    """Fixed features (batch, n_features) of steps t (batch,): cosines and sines of t / n_steps at
    half turns 1, 2, 4, ...
    """
    turns = math.pi * 2.0 ** torch.arange((n_features + 1) // 2)
    angles = (t.to(torch.float32) / n_steps)[:, None] * turns
    return torch.stack([angles.cos(), angles.sin()], dim=2).reshape(len(t), -1)[:, :n_features]


def label_states(angles: Tensor) -> Tensor:
    """RX(angle)|0> (n, 2) complex64 of angles (n,), radians."""
    half = angles / 2
    return torch.stack(
        [half.cos().to(torch.complex64), -1j * half.sin().to(torch.complex64)], dim=1
    )


class Labels:
    """Classes as features, and the class proportions of the training data.

    Parameters
    ----------
    classes : label -> name; with fewer than two the model is unconditional.

    Two classes are one feature, -1 and +1 (in the order of their labels); more are one-hot. An
    unlabeled sample (-1) is all zeros.
    """

    def __init__(self, classes: Mapping[int, str]) -> None:
        self.classes = {label: classes[label] for label in sorted(classes)}
        self.known = np.array(list(self.classes), dtype=np.int8)
        self.conditional = len(self.known) > 1
        self.mix = np.full(len(self.known), 1 / max(len(self.known), 1))

    @property
    def n_features(self) -> int:
        """0 without classes, 1 for two classes, otherwise the number of classes."""
        return 0 if not self.conditional else 1 if len(self.known) == 2 else len(self.known)

    def fit(self, label: Array) -> None:
        """Store the proportions of the training labels (n,)."""
        counts = np.array([(label == known).sum() for known in self.known], dtype=np.float64)
        if counts.sum() > 0:
            self.mix = counts / counts.sum()

    def features(self, label: Array) -> Tensor:
        """(n, n_features) float32 of labels (n,)."""
        hot = torch.from_numpy((label[:, None] == self.known[None, :]).astype(np.float32))
        if not self.conditional:
            return hot[:, :0]
        return hot[:, 1:] - hot[:, :1] if len(self.known) == 2 else hot

    def places(self, label: Array) -> Array:
        """(n,) int64 of labels (n,): the index k of each among the K classes in the order of their
        labels; 0 for unlabeled samples.
        """
        return np.where(np.isin(label, self.known), np.searchsorted(self.known, label), 0)

    def angles(self, label: Array) -> Tensor:
        """(n,) float64 angles 2π k / K of labels (n,), radians, where k is the index of the label
        among K classes; 0 for unlabeled samples.
        """
        return torch.from_numpy(self.places(label) * (2 * math.pi / max(len(self.known), 1)))

    def qubit(self, label: Array) -> Tensor:
        """(n, 2) complex64 label qubits RX(2π k / K)|0> of labels (n,), see ``angles``; |0> for
        unlabeled samples.
        """
        return label_states(self.angles(label))

    def drawn(self, n: int, label: int | None, generator: torch.Generator) -> Array:
        """(n,) int8: ``label`` for all samples; drawn from the training proportions if ``label`` is
        None; -1 if there are no classes.

        Raises
        ------
        UserError
            If the model was not trained on the requested class.
        """
        if label is None:
            if not len(self.known):
                return np.full(n, UNLABELLED, dtype=np.int8)
            if not self.conditional:
                return np.full(n, self.known[0], dtype=np.int8)
            u = torch.rand(n, generator=generator, dtype=torch.float64).numpy()
            return self.known[np.searchsorted(np.cumsum(self.mix)[:-1], u, side="right")]
        if label not in self.classes:
            known = (
                ", ".join(f"{name} ({key})" for key, name in self.classes.items())
                or "none: it was trained without classes"
            )
            raise UserError(f"The model was not trained on class {label}. Its classes are {known}.")
        return np.full(n, label, dtype=np.int8)


class GivenConditions:
    """The conditions of training samples, from which those of generated ones are drawn.

    Parameters
    ----------
    n : int
        Number of conditions; 0 for none.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.values = np.zeros((1, n), np.float32)
        self.label = np.full(1, UNLABELLED, np.int8)

    def fit(self, given: Array, label: Array) -> None:
        """Keep the conditions (m, n) and classes (m,) of up to ``_KEPT`` training samples."""
        if self.n:
            few = np.unique(np.linspace(0, len(given) - 1, min(len(given), _KEPT)).astype(int))
            self.values, self.label = given[few], label[few]

    def drawn(self, label: Array, condition: Array | None, generator: torch.Generator) -> Array:
        """Conditions (len(label), n) float32: ``condition`` (n,) or (len(label), n), or those of
        training samples of the same class. Draws no random numbers without conditions.

        Raises
        ------
        UserError
            If ``condition`` has another shape.
        """
        if condition is not None:
            given = np.asarray(condition, dtype=np.float32)
            if given.shape not in ((self.n,), (len(label), self.n)):
                raise UserError(
                    f"Expected {self.n} conditions for all samples, or for each; found the shape "
                    f"{given.shape}."
                )
            return np.broadcast_to(given, (len(label), self.n)).copy()
        if not self.n:
            return np.zeros((len(label), 0), np.float32)
        place = torch.rand(len(label), generator=generator).numpy()
        out = np.zeros((len(label), self.n), np.float32)
        for known in np.unique(label):
            mine, rows = label == known, np.flatnonzero(self.label == known)
            rows = rows if len(rows) else np.arange(len(self.values))
            out[mine] = self.values[rows[(place[mine] * len(rows)).astype(int)]]
        return out

    def labels_near(self, given: Array, generator: torch.Generator) -> Array:
        """A class (m,) int8 for each of the conditions (m, n): that of one of the ``_NEAR`` nearest
        training samples, so that classes and conditions fit together.
        """
        choice = torch.randint(_NEAR, (len(given),), generator=generator).numpy()
        different, place = np.unique(given, axis=0, return_inverse=True)
        near = np.stack(
            [
                np.argsort(((self.values - row) ** 2).sum(axis=1), kind="stable")[:_NEAR]
                for row in different
            ]
        )
        found: Array = self.label[near[place.reshape(-1), choice % near.shape[1]]]
        return found

    def arrays(self) -> dict[str, Array]:
        """What a model file stores; nothing without conditions."""
        return {"values": self.values, "label": self.label} if self.n else {}

    def load_arrays(self, arrays: Mapping[str, Array]) -> None:
        """Restore ``arrays()``. Raises ``ValueError`` if they are not those of some samples."""
        if self.n:
            shapes = np.shape(arrays["values"]), np.shape(arrays["label"])
            if not shapes[1] or shapes != ((shapes[1][0], self.n), shapes[1][:1]):
                raise ValueError(f"{self.n} conditions of samples: found the shapes {shapes}")
            self.values = np.array(arrays["values"], dtype=np.float32)
            self.label = np.array(arrays["label"], dtype=np.int8)
