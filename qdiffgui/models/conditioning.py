"""What a denoiser is told beside the noisy sample: the diffusion step and, where there are classes, which one."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from qdiffgui.data.types import UNLABELLED, Array
from qdiffgui.errors import UserError


def time_features(t: Tensor, n_steps: int, n_features: int) -> Tensor:
    """Fixed features (batch, n_features) of steps t (batch,): cosines and sines of t / n_steps at half turns 1, 2, 4, ..."""
    turns = math.pi * 2.0 ** torch.arange((n_features + 1) // 2)
    angles = (t.to(torch.float32) / n_steps)[:, None] * turns
    return torch.stack([angles.cos(), angles.sin()], dim=2).reshape(len(t), -1)[:, :n_features]


def label_states(angles: Tensor) -> Tensor:
    """RX(angle)|0> (n, 2) complex64 of angles (n,), radians."""
    half = angles / 2
    return torch.stack([half.cos().to(torch.complex64), -1j * half.sin().to(torch.complex64)], dim=1)


class Labels:
    """Classes as features, and the mix of classes that was trained on.

    Parameters
    ----------
    classes : label -> name; fewer than two and nothing is conditional.

    Two classes are one feature, -1 and +1 (in the order of their labels); more are one-hot. An unlabelled sample (-1) is all zeros.
    """

    def __init__(self, classes: Mapping[int, str]) -> None:
        self.classes = {label: classes[label] for label in sorted(classes)}
        self.known = np.array(list(self.classes), dtype=np.int8)
        self.conditional = len(self.known) > 1
        self.mix = np.full(len(self.known), 1 / max(len(self.known), 1))

    @property
    def n_features(self) -> int:
        """0 without classes, 1 for two of them, else one a class."""
        return 0 if not self.conditional else 1 if len(self.known) == 2 else len(self.known)

    def fit(self, label: Array) -> None:
        """Take the mix of the training labels (n,)."""
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
        """(n,) int64 of labels (n,): the place k of each among the K classes in the order of their labels; 0 for the unlabelled."""
        return np.where(np.isin(label, self.known), np.searchsorted(self.known, label), 0)

    def angles(self, label: Array) -> Tensor:
        """(n,) float64 angles 2π k / K of labels (n,), radians, k the place of the label among K classes; 0 for the unlabelled."""
        return torch.from_numpy(self.places(label) * (2 * math.pi / max(len(self.known), 1)))

    def qubit(self, label: Array) -> Tensor:
        """(n, 2) complex64 label qubits RX(2π k / K)|0> of labels (n,), see ``angles``; |0> for the unlabelled."""
        return label_states(self.angles(label))

    def drawn(self, n: int, label: int | None, generator: torch.Generator) -> Array:
        """(n,) int8: ``label`` for all, or drawn from the training mix where ``label`` is None; -1 where there are no classes.

        Raises
        ------
        UserError
            if the model does not know the class asked for.
        """
        if label is None:
            if not len(self.known):
                return np.full(n, UNLABELLED, dtype=np.int8)
            if not self.conditional:
                return np.full(n, self.known[0], dtype=np.int8)
            u = torch.rand(n, generator=generator, dtype=torch.float64).numpy()
            return self.known[np.searchsorted(np.cumsum(self.mix)[:-1], u, side="right")]
        if label not in self.classes:
            known = ", ".join(f"{name} ({key})" for key, name in self.classes.items()) or "none: it was trained without classes"
            raise UserError(f"The model was asked for class {label}, and the classes it knows are {known}.")
        return np.full(n, label, dtype=np.int8)
