"""Every encoding of the registry: decode undoes encode, and its states are those of PennyLane's own
templates.
"""

from __future__ import annotations

import math

import numpy as np
import pennylane as qml
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui import catalog
from qdiffgui.circuits.encoding import Encoding
from qdiffgui.errors import ConfigError

KEYS = list(catalog.encodings)
AMPLITUDES = {"amplitude", "amplitude-sqrt"}


def samples(
    encoding: Encoding, d: int, seed: int, batch: int = 4, dtype: torch.dtype = torch.float64
) -> torch.Tensor:
    """Random features within the limits; of the amplitude encodings, normalized as their inverse
    gives them; a few exact zeros.
    """
    rng = np.random.default_rng(seed)
    if encoding.key == "basis":
        x = rng.integers(0, 2, (batch, d)).astype(float)
    else:
        x = rng.uniform(encoding.low, min(encoding.high, 1e3), (batch, d))
        x[rng.random((batch, d)) < 0.2] = max(encoding.low, 0.0)
    if encoding.key in AMPLITUDES:
        x[:, 0] += 1
        x /= (
            x.sum(1, keepdims=True)
            if encoding.key == "amplitude-sqrt"
            else np.linalg.norm(x, axis=1, keepdims=True)
        )
    return torch.tensor(x, dtype=dtype)


def pennylane_state(function, n: int, x: torch.Tensor) -> torch.Tensor:
    @qml.qnode(qml.device("default.qubit", wires=n))
    def node(one):
        function(one, range(n))
        return qml.state()

    return torch.stack([torch.as_tensor(node(one)) for one in x])


TEMPLATES = {
    "amplitude-sqrt": lambda x, wires: qml.AmplitudeEmbedding(
        x.sqrt(), wires=wires, pad_with=0.0, normalize=True
    ),
    "amplitude": lambda x, wires: qml.AmplitudeEmbedding(
        x, wires=wires, pad_with=0.0, normalize=True
    ),
    "angle": lambda x, wires: qml.AngleEmbedding(math.pi * x, wires=wires, rotation="X"),
    "angle-observables": lambda x, wires: qml.AngleEmbedding(
        math.pi * (x + 3.5) / 7, wires=wires, rotation="X"
    ),
    "iqp": lambda x, wires: qml.IQPEmbedding(x, wires=wires),
    "basis": lambda x, wires: qml.BasisEmbedding(x.long().tolist(), wires=wires),
    "re-uploading": lambda x, wires: _first_layer(x, wires),
}


def _first_layer(x, wires):
    """The re-uploading ansatz with all its trained rotations at zero."""
    ansatz = catalog.ansatze["re-uploading"].load()
    ansatz.bind(len(wires), 1)(torch.zeros(ansatz.n_weights(len(wires), 1)), math.pi * x)


@pytest.mark.parametrize("key", KEYS)
@given(d=st.integers(1, 6), seed=st.integers(0, 2**32 - 1), single=st.booleans())
@settings(max_examples=40, deadline=None)
def test_decode_undoes_encode(key: str, d: int, seed: int, single: bool) -> None:
    encoding = catalog.encodings[key].load()
    x = samples(encoding, d, seed, dtype=torch.float32 if single else torch.float64)
    psi = encoding.encode(x)
    assert psi.shape == (len(x), 2 ** encoding.qubits(d))
    assert psi.dtype == (torch.complex64 if single else torch.complex128)
    back = encoding.decode(encoding.read(psi), d)
    assert back.dtype == x.dtype
    # arccos is steep at the ends: an error e of <Z> = ±1 is one of √(2e) of the angle, in units of
    # (high - low) / π
    flat = encoding.reads == "expectations" and key != "basis"
    tolerance = (
        (3e-3 if single else 1e-7) * (encoding.high - encoding.low)
        if flat
        else (1e-5 if single else 1e-12)
    )
    assert torch.allclose(back, x, rtol=0, atol=tolerance)
    assert torch.allclose(
        psi.abs().square().sum(1), torch.ones(len(x), dtype=x.dtype), atol=1e-5 if single else 1e-12
    )


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_equals_pennylanes_template(key: str, d: int) -> None:
    encoding = catalog.encodings[key].load()
    x = samples(encoding, d, seed=d)
    n = encoding.qubits(d)
    ours = encoding.encode(x)
    assert torch.allclose(ours, pennylane_state(TEMPLATES[key], n, x).to(ours.dtype), atol=1e-12)
    assert torch.allclose(ours, pennylane_state(encoding.circuit, n, x).to(ours.dtype), atol=1e-12)


@pytest.mark.parametrize("key", KEYS)
def test_catalogue_and_code_agree(key: str) -> None:
    entry = catalog.encodings[key]
    encoding = entry.load()
    assert (encoding.key, encoding.label, encoding.paper, encoding.reads) == (
        key,
        entry.label,
        entry.facts["paper"],
        entry.facts["reads"],
    )
    assert set(TEMPLATES) == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_what_it_cannot_hold_is_said_in_words(key: str) -> None:
    encoding = catalog.encodings[key].load()
    with pytest.raises(ConfigError, match=r"found the shape \(3,\)"):
        encoding.encode(torch.zeros(3))
    for bad in (encoding.low - 0.1, float("nan")):
        with pytest.raises(ConfigError, match="scale or clip"):
            encoding.encode(torch.full((1, 2), bad))


def test_one_minus_z_is_not_the_inverse_of_an_angle() -> None:
    """The pitfall of the public code of arXiv:2412.21082."""
    encoding = catalog.encodings["angle"].load()
    x = torch.linspace(0, 1, 11, dtype=torch.float64)[:, None]
    z = encoding.read(encoding.encode(x))
    assert torch.allclose(encoding.decode(z, 1), x, atol=1e-7)
    assert (1 - z - x).abs().max() > 0.9


def test_shot_noise_beyond_the_ends_counts_as_the_end() -> None:
    encoding = catalog.encodings["angle-observables"].load()
    assert encoding.decode(torch.tensor([[1.2, -1.2]]), 2).tolist() == [[-3.5, 3.5]]


def test_probabilities_say_nothing_of_iqp() -> None:
    encoding = catalog.encodings["iqp"].load()
    psi = encoding.encode(samples(encoding, 3, seed=2))
    assert torch.allclose(
        psi.abs().square(), torch.full((4, 8), 1 / 8, dtype=torch.float64), atol=1e-12
    )


def test_later_layers_of_re_uploading_are_not_undone() -> None:
    """The decoder of the first upload is wrong after two: what the docstring says in words."""
    ansatz = catalog.ansatze["re-uploading"].load()
    encoding = catalog.encodings["re-uploading"].load()
    x = samples(encoding, 2, seed=1)
    weights = torch.full((ansatz.n_weights(2, 2),), 0.7, dtype=torch.float64)
    deep = pennylane_state(
        lambda one, wires: ansatz.bind(2, 2)(weights, torch.cat([one, one]) * math.pi), 2, x
    )
    assert (encoding.decode(encoding.read(deep), 2) - x).abs().max() > 0.05
