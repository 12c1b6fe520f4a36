"""The metrics by which tasks compare image generators: one function for every model, baseline and
floor.
"""

from __future__ import annotations

import numpy as np

from qdiffgui.data.representation import Representation
from qdiffgui.data.types import Array, Encoded
from qdiffgui.evaluation import baselines, classifier
from qdiffgui.evaluation.features import extract_features
from qdiffgui.evaluation.wasserstein import w1
from qdiffgui.experiment import Session

RATIO_NOTE = (
    "A ratio differs from 1 only if its mean is further from 1 than its spread over the seeds."
)


def compare_images(
    x: Array, label: Array, truth: Encoded, representation: Representation, seed: int
) -> dict[str, float]:
    """Compare generated maps x (n, *shape) with labels (n,) with held-out maps.

    Returns
    -------
    dict
        ``pixels``: W1 of each pixel, averaged, in units of the mean pixel. ``observables``: W1 of
        each observable over its standard deviation in the held-out images, averaged (mass, pTD,
        width and LHA of jets, moments of other images). ``auc``: of a cross-validated
        gradient-boosted classifier. And each observable's W1/σ by its name.
    """
    a, b = x.reshape(len(x), -1), truth.x.reshape(len(truth), -1)
    generated = extract_features(Encoded(x, label, truth.spec), representation, seed=seed)
    real = extract_features(truth, representation, seed=seed + 1)
    each = {
        name: w1(generated.observables[name], values) / float(np.std(values))
        for name, values in real.observables.items()
    }
    return {
        "pixels": float(np.mean([w1(a[:, i], b[:, i]) for i in range(a.shape[1])])) * a.shape[1],
        "observables": float(np.mean(list(each.values()))),
        "auc": classifier.classifier_auc(a, b, seed=seed).value,
        **each,
    }


def model_metrics(session: Session, n: int, seed: int) -> dict[str, float]:
    """Metrics of ``n`` samples of a trained model against ``n`` held-out images."""
    drawn = session.model.sample(n, seed=seed + 1000)
    return compare_images(
        drawn.x, drawn.label, _truth(session, n), session.prepared.representation, seed
    )


def floor_metrics(session: Session, n: int, seed: int) -> dict[str, float]:
    """Metrics of ``n`` training images."""
    train = session.prepared.train.take(np.arange(min(n, len(session.prepared.train))))
    return compare_images(
        train.x, train.label, _truth(session, n), session.prepared.representation, seed
    )


def noise_metrics(session: Session, n: int, seed: int) -> dict[str, float]:
    """Metrics of the noise that sampling starts from."""
    drawn = session.model.sample(n, seed=seed + 1000, trajectory=True)
    assert drawn.trajectory is not None
    return compare_images(
        drawn.trajectory[0], drawn.label, _truth(session, n), session.prepared.representation, seed
    )


def baseline_metrics(session: Session, n: int, seed: int) -> dict[str, dict[str, float]]:
    """Metrics of the trivial generators, fitted to each class separately."""
    train, truth = session.prepared.train, _truth(session, n)
    found = {}
    for key, generate in baselines.trivial_for(train.spec.kind).items():
        parts = [
            train.take(np.flatnonzero(train.label == label)) for label in np.unique(train.label)
        ]
        sizes = np.diff(
            np.round(np.cumsum([0, *(len(part) for part in parts)]) * n / len(train)).astype(int)
        )
        x = np.concatenate([generate(part, int(size), seed) for part, size in zip(parts, sizes)])
        label = np.repeat(np.unique(train.label), sizes)
        found[baselines.baseline_label(key, "map")] = compare_images(
            x, label, truth, session.prepared.representation, seed
        )
    return found


def _truth(session: Session, n: int) -> Encoded:
    test = session.prepared.test
    return test.take(np.arange(min(n, len(test))))
