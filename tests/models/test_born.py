"""Born machines and their classical twins: states are PennyLane's, likelihoods sum to 1, samples
follow them, and the sampled MMD is the exact one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui import engine
from qdiffgui.config import Training
from qdiffgui.config.models import BornMachine as QuantumSettings
from qdiffgui.config.models import ClassicalBorn as ClassicalSettings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.bit_flip import BitFlip
from qdiffgui.models.born import BornModel
from qdiffgui.models.born_machine import BornMachine
from qdiffgui.models.classical_born import ClassicalBorn
from qdiffgui.models.iqp import IQP, iqp_function, iqp_state
from qdiffgui.models.iqp_chain import chain_draw, chain_log_p
from qdiffgui.models.mps import MPS
from qdiffgui.models.string_codec import OccupancyStrings
from qdiffgui.models.string_model import Moments, StringModel, bits_of, codes_of, terms
from qdiffgui.models.word_mmd import draw_words, kernel_base, word_mmd

N = 6
ALL = bits_of(torch.arange(2**N), N)


def randomized(model: Any, seed: int = 0, spread: float = 0.5) -> Any:
    generator = torch.Generator().manual_seed(seed)
    model.initialize(generator)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += spread * torch.randn(parameter.shape, generator=generator)
    return model


MODELS = {
    "iqp": lambda: IQP(N, 0, 2, 3, 0),
    "iqp-hidden": lambda: IQP(N, 2, 2, 2, 0),
    "iqp-chain": lambda: IQP(N, 0, 2, 2, 2),
    "bit-flip": lambda: BitFlip(N, 2, 2, 0),
    "mps": lambda: MPS(N, 2, 3),
}


@pytest.mark.parametrize("body", [1, 2, 3])
def test_two_walsh_hadamard_transforms_give_the_state_of_pennylane_and_of_the_engine(
    body: int,
) -> None:
    groups = terms(4, body, 0)
    angles = torch.from_numpy(np.random.default_rng(body).normal(size=len(groups)))
    codes = codes_of(torch.tensor([[int(q in group) for q in range(4)] for group in groups]))
    ours = iqp_state(angles, codes, 4).numpy()
    function = iqp_function(groups, 4)

    @qml.qnode(qml.device("default.qubit", wires=4))
    def theirs() -> Any:
        function(angles, None)
        return qml.state()

    np.testing.assert_allclose(ours, theirs(), atol=1e-10)
    circuit = engine.compile(
        function, n_qubits=4, n_weights=len(groups), dtype=torch.complex128, backend="torch"
    )
    np.testing.assert_allclose(ours, circuit.state(angles)[0].numpy(), atol=1e-10)


@pytest.mark.parametrize("name", MODELS)
def test_likelihoods_sum_to_one_and_agree(name: str) -> None:
    model = randomized(MODELS[name]())
    with torch.no_grad():
        p = model.probabilities().double()
        assert p.shape == (2, 2**N)
        np.testing.assert_allclose(p.sum(1), 1, atol=1e-6)
        for k in range(2):
            log_p = model.log_p(ALL, torch.full((2**N,), k))
            np.testing.assert_allclose(log_p.exp(), p[k], atol=2e-6)


def test_the_probabilities_of_a_qcbm_sum_to_one() -> None:
    model = quantum(data(), circuit="qcbm", n_bits=4, n_hidden=1, n_layers=2)
    np.testing.assert_allclose(model.strings.probabilities().detach().sum(1), 1, atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_samples_follow_the_likelihood(name: str) -> None:
    model = randomized(MODELS[name]())
    n, generator = 20_000, torch.Generator().manual_seed(1)
    place = (torch.arange(2 * n) >= n).long()
    drawn = (
        chain_draw(model.phases(), place, generator)
        if name == "iqp-chain"
        else model.draw(place, generator)
    )
    p = model.probabilities().detach().numpy()
    for k in range(2):
        share = np.bincount(codes_of(drawn[place == k]).numpy(), minlength=2**N) / n
        expected = np.sqrt(2 * p[k] / (np.pi * n)).sum() / 2  # mean total variation of n draws
        assert np.abs(share - p[k]).sum() / 2 < 1.6 * expected


def test_64_qubits_within_a_reach_have_the_right_pair_means() -> None:
    model = randomized(IQP(64, 0, 1, 2, 2), spread=0.2)
    words = torch.zeros(3, 64)
    words[0, 5] = words[1, 30] = words[1, 31] = words[2, 60] = words[2, 62] = 1
    exact, _ = model.word_means(words, 4000, torch.Generator().manual_seed(0))
    bits = model.draw(torch.zeros(4000).long(), torch.Generator().manual_seed(1))
    found = (1 - 2 * (bits.float() @ words.T).remainder(2)).mean(0)
    np.testing.assert_allclose(found, exact[0].detach(), atol=5 / np.sqrt(4000))


def signs_of(words: torch.Tensor) -> torch.Tensor:
    return 1 - 2 * (words.double() @ ALL.double().T).remainder(2)


def test_means_of_words_are_those_of_the_probabilities() -> None:
    words = draw_words(40, N, (1.0, 3.0), torch.Generator().manual_seed(0))
    for model, tolerance in (
        (randomized(BitFlip(N, 2, 3, 0)), 1e-5),
        (randomized(IQP(N, 0, 2, 3, 0)), 5 / np.sqrt(20_000)),
        (randomized(IQP(N, 2, 2, 2, 0)), 5 / np.sqrt(20_000)),
    ):
        with torch.no_grad():
            exact = model.probabilities() @ signs_of(words).T
            mean, square = model.word_means(words, 20_000, torch.Generator().manual_seed(1))
        np.testing.assert_allclose(mean, exact, atol=tolerance)
        np.testing.assert_allclose(square, exact**2, atol=2 * tolerance)


@pytest.mark.parametrize("name", ["iqp", "bit-flip"])
def test_the_mmd_of_sampled_words_is_the_exact_one(name: str) -> None:
    model, other = randomized(MODELS[name]()), randomized(MODELS[name](), seed=5)
    generator, weight = torch.Generator().manual_seed(2), 2.0
    with torch.no_grad():
        p, q = model.probabilities()[0].double(), other.probabilities()[0].double()
        apart = (ALL[:, None] != ALL[None]).sum(2)
        kernel = kernel_base(weight, N) ** apart.double()
        exact = float((p - q) @ kernel @ (p - q))
        estimates = []
        for _ in range(300):
            rows = [other.draw(torch.zeros(64).long(), generator)] * 2
            words = draw_words(64, N, (weight,), generator)
            estimates.append(float(word_mmd(model, rows, words, 32, generator)[0]))
    error = np.std(estimates, ddof=1) / np.sqrt(len(estimates))
    assert abs(np.mean(estimates) - exact) < 3.5 * error < 0.5 * exact


def correlated(n: int = 20_000) -> torch.Tensor:
    """Five bits with unequal means; neighbors are positively correlated."""
    rng = np.random.default_rng(0)
    cov = 0.3 ** np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    z = rng.multivariate_normal(np.zeros(5), cov, n)
    return torch.from_numpy((z > np.array([1.0, 0.8, 1.2, -1.0, 0.9])).astype(np.int64))


@pytest.mark.parametrize("family", [IQP, BitFlip])
def test_first_angles_give_the_means_of_the_data_and_covariances_of_the_same_sign(
    family: Any,
) -> None:
    bits = correlated()
    moments = Moments.of(bits, torch.zeros(len(bits)).long(), 1)
    model = IQP(5, 0, 1, 2, 0) if family is IQP else BitFlip(5, 1, 2, 0)
    model.start(moments)
    z = 1 - 2 * bits_of(torch.arange(32), 5).double()
    with torch.no_grad():
        p = model.probabilities()[0]
    np.testing.assert_allclose(p @ z, moments.first[0], atol=1e-5)
    pairs = z.T @ (p[:, None] * z) - torch.outer(p @ z, p @ z)
    assert all(pairs[i, i + 1] > 0 for i in range(2))
    before = float(moments.second[0, 0, 1] - moments.first[0, 0] * moments.first[0, 1])
    assert pairs[0, 1] < 2 * before


# ---- the models


def data(n: int = 3000) -> Encoded:
    """Two strongly correlated numbers."""
    x = np.random.default_rng(0).multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], n)
    return Encoded(x.astype(np.float32), np.full(n, -1, np.int8), Spec("vector", (2,), {}))


def maps(cells: tuple[int, int], n: int = 200) -> Encoded:
    x = np.random.default_rng(0).dirichlet(np.ones(cells[0] * cells[1]), n)
    x = x * (x > 0.5 / x.shape[1])
    x = (x / x.sum(1, keepdims=True)).reshape(n, *cells).astype(np.float32)
    return Encoded(x, np.full(n, -1, np.int8), Spec("map", cells, {}))


def quantum(train: Encoded, iterations: int = 200, **settings: Any) -> BornMachine:
    training = Training(iterations=iterations, batch_size=64, learning_rate=0.05)
    model = BornMachine(QuantumSettings(**settings), train.spec, training, 0)
    model.fit(train)
    return model


def classical(train: Encoded, iterations: int = 200, **settings: Any) -> ClassicalBorn:
    training = Training(iterations=iterations, batch_size=64, learning_rate=0.05)
    model = ClassicalBorn(ClassicalSettings(**settings), train.spec, training, 0)
    model.fit(train)
    return model


def divergence(model: BornModel, train: Encoded) -> float:
    q, p = model.histogram(train)[0].numpy(), model.distribution()
    lit = q > 0
    return float((q[lit] * np.log(q[lit] / np.maximum(p[lit], 1e-12))).sum())


@pytest.mark.parametrize(
    ("build", "settings"),
    [
        (quantum, {"body": 3}),
        (quantum, {"circuit": "qcbm", "n_layers": 3, "ansatz": "strongly-entangling"}),
        (classical, {"twin": "mps", "bond": 4}),
        (quantum, {"loss": "mmd", "body": 3}),
    ],
)
def test_training_beats_independent_bits(build: Any, settings: dict[str, Any]) -> None:
    train = data()
    model = build(train, n_bits=4, **settings)
    independent = classical(train, n_bits=4, body=1)
    for i in range(200):
        model.step(i)
    assert divergence(independent, train) > 0.5  # its first angles are exact
    assert divergence(model, train) < 0.6 * divergence(independent, train)


def test_noise_and_devices_act_on_the_circuit() -> None:
    model = quantum(data(), n_bits=4)
    exact = model.strings.probabilities()[0].detach().numpy()
    place = torch.zeros(20_000).long()

    def share() -> np.ndarray:
        codes = codes_of(model.draw(place, torch.Generator().manual_seed(0)))
        return np.bincount(codes.numpy(), minlength=16) / len(place)

    np.testing.assert_allclose(share(), exact, atol=0.02)
    with engine.on_device(noise={"readout": 0.5}):
        np.testing.assert_allclose(share(), 1 / 16, atol=0.02)
    wide = quantum(maps((4, 4)), reach=1)
    with engine.on_device(noise={"readout": 0.1}), pytest.raises(UserError, match="12 qubits"):
        wide.sample(3)


def test_only_the_occupancy_of_a_map_is_kept() -> None:
    train = maps((3, 2))
    codec = OccupancyStrings((3, 2), 0.0, 1)
    place = np.zeros(len(train), np.int64)
    codec.fit(train.x, place)
    bits = codec.strings(train.x)
    again = codec.samples(bits, np.zeros((len(bits), 0)), place)
    np.testing.assert_array_equal(codec.strings(again), bits)
    np.testing.assert_allclose(again.sum((1, 2)), 1, atol=1e-6)
    lit = train.x[:, 0, 0] > 0
    assert codec.share[0, 1, 0] == pytest.approx(train.x[lit, 0, 0].mean(), rel=1e-5)
    empty = codec.samples(np.zeros((1, 6), np.int64), np.zeros((1, 0)), place[:1])
    np.testing.assert_allclose(empty, 1 / 6, rtol=1e-6)


@pytest.mark.parametrize(
    ("build", "cells", "settings", "says"),
    [
        (quantum, (8, 8), {}, "set model.reach"),
        (quantum, (8, 8), {"circuit": "qcbm"}, "at most 16"),
        (classical, (8, 8), {"loss": "likelihood"}, "set model.loss to mmd"),
        (classical, (8, 8), {"twin": "mps", "loss": "mmd"}, "set model.loss to likelihood"),
        (quantum, (2, 2), {"circuit": "qcbm", "ansatz": "re-uploading"}, "choose another ansatz"),
    ],
)
def test_what_cannot_be_trained_or_sampled_is_refused(
    build: Any, cells: tuple[int, int], settings: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        build(maps(cells, 20), **settings)


def test_64_bits_train_and_sample_exactly() -> None:
    train = maps((8, 8), 100)
    for model in (quantum(train, reach=2), classical(train), classical(train, twin="mps", bond=2)):
        assert model.step(0).grad_norm > 0
        assert model.sample(3, seed=1).x.shape == (3, 8, 8)


def test_the_base_class_has_no_distribution() -> None:
    with pytest.raises(NotImplementedError):
        StringModel(3, 1).draw(torch.zeros(2).long(), torch.Generator())


def test_the_chain_gives_the_likelihood_of_the_whole_circuit() -> None:
    model = randomized(IQP(N, 0, 1, 3, 3), spread=1.0)
    with torch.no_grad():
        chain = chain_log_p(model.phases(), ALL, torch.zeros(2**N).long()).exp()
        np.testing.assert_allclose(chain, model.probabilities()[0], atol=2e-6)


def test_the_held_out_loss_is_that_of_the_distribution() -> None:
    train = data(500)
    model = quantum(train, 5, n_bits=4)
    found = model.held_out_loss(train)
    codes = codes_of(torch.from_numpy(model.codec.strings(train.x))).numpy()
    expected = np.concatenate(
        [
            -np.log(model.distribution(label)[codes[train.label == label]])
            for label in sorted(set(train.label.tolist()))
        ]
    )
    assert np.sort(found.values) == pytest.approx(np.sort(expected), abs=1e-5)
    twin = classical(train, 5, n_bits=4)
    assert twin.held_out_loss(train).group == found.group
