"""The figures by which tasks compare generators of images: one function, the same for every model, baseline and floor."""

from __future__ import annotations

import numpy as np

from qdiffgui.data.representation import Representation
from qdiffgui.data.types import Array, Encoded
from qdiffgui.evaluation import baselines, classifier
from qdiffgui.evaluation.view import look
from qdiffgui.evaluation.wasserstein import w1
from qdiffgui.experiment import Session

RATIO = "A ratio is a difference only where its mean is further from 1 than its spread over the seeds."


def figures(x: Array, label: Array, truth: Encoded, representation: Representation, seed: int) -> dict[str, float]:
    """Generated maps x (n, *shape) with labels (n,) against held-out ones.

    pixels : W1 of each pixel, mean over pixels, in units of the mean pixel.   observables : W1 of each observable over its standard
    deviation in the held-out images, mean over observables (of jets mass, pTD, width and LHA, of other images their moments).
    auc : of a gradient-boosted classifier, cross-validated.   Each observable's W1/σ too, by its name.
    """
    a, b = x.reshape(len(x), -1), truth.x.reshape(len(truth), -1)
    generated = look(Encoded(x, label, truth.spec), representation, seed=seed)
    real = look(truth, representation, seed=seed + 1)
    each = {name: w1(generated.observables[name], values) / float(np.std(values)) for name, values in real.observables.items()}
    return {
        "pixels": float(np.mean([w1(a[:, i], b[:, i]) for i in range(a.shape[1])])) * a.shape[1],
        "observables": float(np.mean(list(each.values()))),
        "auc": classifier.measure(a, b, seed=seed).value,
        **each,
    }


def of_model(session: Session, n: int, seed: int) -> dict[str, float]:
    """The figures of ``n`` samples of a trained model against ``n`` held-out images."""
    drawn = session.model.sample(n, seed=seed + 1000)
    return figures(drawn.x, drawn.label, _truth(session, n), session.prepared.representation, seed)


def floor(session: Session, n: int, seed: int) -> dict[str, float]:
    """The figures of ``n`` training images."""
    train = session.prepared.train.take(np.arange(min(n, len(session.prepared.train))))
    return figures(train.x, train.label, _truth(session, n), session.prepared.representation, seed)


def start(session: Session, n: int, seed: int) -> dict[str, float]:
    """The figures of the noise that sampling starts from."""
    drawn = session.model.sample(n, seed=seed + 1000, trajectory=True)
    assert drawn.trajectory is not None
    return figures(drawn.trajectory[0], drawn.label, _truth(session, n), session.prepared.representation, seed)


def beside(session: Session, n: int, seed: int) -> dict[str, dict[str, float]]:
    """The figures of the trivial generators, each class from its own images."""
    train, truth = session.prepared.train, _truth(session, n)
    found = {}
    for key, generate in baselines.TRIVIAL.items():
        parts = [train.take(np.flatnonzero(train.label == label)) for label in np.unique(train.label)]
        sizes = np.diff(np.round(np.cumsum([0, *(len(part) for part in parts)]) * n / len(train)).astype(int))
        x = np.concatenate([generate(part, int(size), seed) for part, size in zip(parts, sizes)])
        label = np.repeat(np.unique(train.label), sizes)
        found[baselines.label_of(key, "map")] = figures(x, label, truth, session.prepared.representation, seed)
    return found


def _truth(session: Session, n: int) -> Encoded:
    test = session.prepared.test
    return test.take(np.arange(min(n, len(test))))
