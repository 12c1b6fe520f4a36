"""Every ansatz of the registry: shapes, the drawn circuit against PennyLane, the structure its docstring promises."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui import catalog, engine
from qdiffgui.errors import ConfigError

KEYS = list(catalog.ansatze)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("n", "layers"), [(1, 1), (2, 2), (3, 2), (4, 3)])
def test_equals_pennylane(key: str, n: int, layers: int) -> None:
    ansatz = catalog.ansatze[key].load()
    assert ansatz.key == key
    rng = np.random.default_rng(1)
    weights = torch.tensor(rng.normal(size=ansatz.n_weights(n, layers)))
    inputs = torch.tensor(rng.normal(size=ansatz.n_inputs(n, layers)))

    @qml.qnode(qml.device("default.qubit", wires=n))
    def reference(w, x):
        ansatz.bind(n, layers)(w, x)
        return qml.state()

    circuit = engine.compile(ansatz.trace(n, layers), dtype=torch.complex128, backend="torch")
    ours = circuit.state(weights, inputs if len(inputs) else None)[0]
    assert torch.allclose(ours, reference(weights, inputs), atol=1e-10)


@pytest.mark.parametrize("key", KEYS)
def test_every_weight_is_used_and_named(key: str) -> None:
    ansatz = catalog.ansatze[key].load()
    program = ansatz.trace(4, 3)
    used = sorted(k for gate in program.gates() for k in gate["weights"])
    assert used == list(range(ansatz.n_weights(4, 3)))
    read = sorted(k for gate in program.gates() for k in gate["inputs"])
    assert read == list(range(ansatz.n_inputs(4, 3)))


def test_hardware_efficient_has_both_parities_in_every_layer() -> None:
    program = catalog.ansatze["hardware-efficient"].load().trace(5, 2)
    pairs = [tuple(g["wires"]) for g in program.gates() if g["name"] == "CZ"]
    assert sorted(pairs) == sorted(2 * [(0, 1), (1, 2), (2, 3), (3, 4)])


def test_re_uploading_has_no_dead_parameter() -> None:
    """Every weight and input moves some <Z>, the last layer's included."""
    ansatz = catalog.ansatze["re-uploading"].load()
    circuit = engine.compile(ansatz.trace(3, 2), dtype=torch.complex128)
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(18, generator=generator, dtype=torch.float64)
    inputs = torch.randn(6, generator=generator, dtype=torch.float64)

    def z(w, x):
        return circuit.expval(["ZII", "IZI", "IIZ"], w, x)[0]

    by_weight, by_input = torch.autograd.functional.jacobian(z, (weights, inputs))
    assert (by_weight.abs().amax(0) > 1e-4).all()
    assert (by_input.abs().amax(0) > 1e-4).all()


def test_too_small() -> None:
    with pytest.raises(ConfigError, match="at least 1 qubit"):
        catalog.ansatze["basic-entangler"].load().trace(0, 1)
