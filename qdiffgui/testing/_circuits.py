"""The contract of an ansatz."""

from __future__ import annotations

from typing import Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.testing._common import check_words, find, one_sentence, require

_SIZES = ((1, 1), (2, 2), (3, 2), (4, 3))


@one_sentence
def check_ansatz(ansatz: Any) -> None:
    """Check an ansatz: its circuit, its weights and their gradients against PennyLane.

    Parameters
    ----------
    ansatz : str, Entry or Ansatz
        The key in ``qdiffgui.catalog.ansatze``, the entry, or the ansatz itself.

    Raises
    ------
    AssertionError
        With one sentence that says what is missing or wrong.

    Examples
    --------
    >>> from qdiffgui import testing
    >>> testing.check_ansatz("basic-entangler")
    >>> testing.check_ansatz("no-such-ansatz")
    Traceback (most recent call last):
    AssertionError: There is no ansatz called 'no-such-ansatz': add an entry point of the group \
'qdiffgui.ansatze' and install the package.
    """
    from qdiffgui.circuits.ansatz import Ansatz

    entry = find(catalog.ansatze, ansatz)
    check_words(catalog.ansatze, entry)
    found = entry.load()
    require(
        isinstance(found, Ansatz),
        f"'{entry.target}' must be a qdiffgui.circuits.ansatz.Ansatz, found "
        f"{type(found).__name__}.",
    )
    require(
        (found.key, found.label) == (entry.key, entry.label),
        f"The ansatz says it is '{found.key}' ({found.label}), its entry '{entry.key}' "
        f"({entry.label}): make the two equal.",
    )
    _check_shape(found)
    for n_qubits, n_layers in _SIZES:
        _check_state(found, n_qubits, n_layers)
    for n_qubits in (1, 3, 4):
        _check_gradient(found, n_qubits, 2)


def _check_shape(ansatz: Any) -> None:
    counts = [ansatz.n_weights(4, layers) for layers in (1, 2, 3)]
    require(
        np.prod(ansatz.shape(4, 3)) == counts[2] == ansatz.trace(4, 3).n_weights,
        f"The shape of '{ansatz.key}' must multiply to the number of its weights.",
    )
    require(
        counts[2] - counts[1] == counts[1] - counts[0] > 0,
        f"Each layer of '{ansatz.key}' must add the same number of weights, found {counts} for 1, "
        "2 and 3 layers on 4 qubits.",
    )
    gates = ansatz.trace(4, 3).gates()
    for what, n in (("weights", counts[2]), ("inputs", ansatz.n_inputs(4, 3))):
        used = sorted(k for gate in gates for k in gate[what])
        require(
            used == list(range(n)),
            f"Each of the {n} {what} of '{ansatz.key}' must be used by exactly one gate.",
        )


def _draw(ansatz: Any, n_qubits: int, n_layers: int) -> tuple[Any, Any]:
    """Random weights and inputs."""
    import torch

    rng = np.random.default_rng(7)
    weights = torch.tensor(rng.uniform(0.3, 2.8, size=ansatz.n_weights(n_qubits, n_layers)))
    return weights, torch.tensor(rng.normal(size=ansatz.n_inputs(n_qubits, n_layers)))


def _check_state(ansatz: Any, n_qubits: int, n_layers: int) -> None:
    import pennylane as qml
    import torch

    from qdiffgui import engine

    weights, inputs = _draw(ansatz, n_qubits, n_layers)

    def circuit_of_pennylane(w: Any, x: Any) -> Any:
        ansatz.bind(n_qubits, n_layers)(w, x)
        return qml.state()

    reference = qml.QNode(circuit_of_pennylane, qml.device("default.qubit", wires=n_qubits))
    program = ansatz.trace(n_qubits, n_layers)
    circuit = engine.compile(program, dtype=torch.complex128, backend="torch")
    ours = circuit.state(weights, inputs if len(inputs) else None)[0]
    require(
        torch.allclose(ours, reference(weights, inputs), atol=1e-10),
        f"On {n_qubits} qubits, '{ansatz.key}' gives another state in PennyLane than in qdiffgui's "
        "simulator.",
    )


def _check_gradient(ansatz: Any, n_qubits: int, n_layers: int) -> None:
    """From a random state and for a random observable, so that a first RZ is not idle."""
    import pennylane as qml
    import torch

    from qdiffgui import engine

    rng = np.random.default_rng(7)
    dim = 2**n_qubits
    psi, left = (
        v / np.linalg.norm(v) for v in rng.normal(size=(2, dim)) + 1j * rng.normal(size=(2, dim))
    )
    weights, inputs = _draw(ansatz, n_qubits, n_layers)
    weights.requires_grad_()

    def circuit_of_pennylane(w: Any, x: Any) -> Any:
        qml.StatePrep(psi, wires=range(n_qubits))
        ansatz.bind(n_qubits, n_layers)(w, x)
        return qml.expval(qml.Projector(left, wires=range(n_qubits)))

    reference = qml.QNode(circuit_of_pennylane, qml.device("default.qubit", wires=n_qubits))
    circuit = engine.compile(ansatz.trace(n_qubits, n_layers), dtype=torch.complex128)
    final = circuit.state(weights, inputs if len(inputs) else None, psi=torch.tensor(psi)[None])[0]
    fidelity = (torch.tensor(left).conj() @ final).abs().square()
    (ours,) = torch.autograd.grad(fidelity, weights)
    (theirs,) = torch.autograd.grad(reference(weights, inputs), weights)
    require(
        torch.allclose(ours, theirs, atol=1e-9),
        f"On {n_qubits} qubits, the gradient of '{ansatz.key}' differs from PennyLane's.",
    )
    idle = int((ours.abs() <= 1e-5).sum())
    require(
        not idle,
        f"On {n_qubits} qubits, {idle} of {len(ours)} weights of '{ansatz.key}' change nothing.",
    )
