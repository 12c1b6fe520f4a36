"""Angle patches: the decoding is the inverse of the encoding, which that of the paper's public code
is not.
"""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.models import angle_patches as patches


@given(values=st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_decode_after_encode_is_the_identity(values: list[float]) -> None:
    x = torch.tensor([values], dtype=torch.float32)
    found = patches.decode(patches.z_values(patches.encode(x)))
    np.testing.assert_allclose(
        found.numpy(), x.numpy(), atol=5e-4
    )  # arccos near ±1 keeps half the digits of a float


def test_the_public_decoding_is_not() -> None:
    x = torch.tensor([[0.1, 0.3, 0.6, 0.9]])
    assert (1 - patches.z_values(patches.encode(x)) - x).abs().max() > 0.5


def test_states_are_those_of_pennylane() -> None:
    values = [0.1, 0.7, 0.4]

    @qml.qnode(qml.device("default.qubit", wires=3))
    def circuit() -> object:
        for q, value in enumerate(values):
            qml.RX(np.pi * value, wires=q)
        return qml.state()

    np.testing.assert_allclose(
        patches.encode(torch.tensor([values]))[0].numpy(), circuit(), atol=1e-6
    )


@pytest.mark.parametrize("shape", [(4, 4), (8, 8), (3, 5), (1, 7)])
def test_join_is_the_inverse_of_split(shape: tuple[int, int]) -> None:
    x = torch.rand(6, shape[0] * shape[1], generator=torch.Generator().manual_seed(0))
    parts = patches.split(x, shape)
    assert parts.shape[1:] == (len(patches.places(shape)), 4)
    torch.testing.assert_close(patches.join(parts, shape), x)


def test_a_patch_is_made_of_neighbours() -> None:
    x = torch.arange(16.0)[None]
    assert patches.split(x, (4, 4))[0].tolist() == [
        [0, 1, 4, 5],
        [2, 3, 6, 7],
        [8, 9, 12, 13],
        [10, 11, 14, 15],
    ]
    assert patches.places((4, 4)).tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
