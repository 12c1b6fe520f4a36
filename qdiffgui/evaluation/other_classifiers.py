"""Other classifiers as checks of the headline one: a neural network, and a slower boosting."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.classifier import FOLD_SCATTER, auc_error
from qdiffgui.evaluation.metric_value import MetricValue
from qdiffgui.evaluation.strong_classifier import (
    MAX_SAMPLES,
    out_of_fold_scores,
    tuned_classifier,
)

Array = NDArray[Any]


def mlp(seed: int) -> Any:
    """An untrained multilayer perceptron with two hidden layers of 64, after a transform of each
    feature to a normal distribution.
    """
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer

    return make_pipeline(
        QuantileTransformer(
            n_quantiles=200, output_distribution="normal", random_state=seed, subsample=None
        ),
        MLPClassifier(
            (64, 64),
            alpha=1e-3,
            batch_size=256,
            learning_rate_init=2e-3,
            early_stopping=True,
            validation_fraction=0.15,
            n_iter_no_change=6,
            max_iter=60,
            random_state=seed,
        ),
    )


def slow_boosting(seed: int) -> Any:
    """The headline classifier with smaller steps, more bins and more patience."""
    return tuned_classifier(seed).set_params(
        learning_rate=0.06, max_bins=255, n_iter_no_change=20, max_iter=600
    )


OTHERS: dict[str, tuple[str, Callable[[int], Any]]] = {
    "slow-boosting": ("Gradient boosting, smaller steps", slow_boosting),
    "mlp": ("Multilayer perceptron", mlp),
}
"""Key to the name and the maker of each classifier."""


def other_auc(generated: Array, real: Array, key: str, *, seed: int = 0) -> MetricValue:
    """AUC of another classifier than the headline one, cross-validated over the same four folds.

    Parameters
    ----------
    generated, real : ndarray, shapes (n, d) and (m, d)
        Features, as for ``strong_classifier_auc``.
    key : str
        A key of ``OTHERS``.
    seed : int
        Seed of the folds and of the classifier.

    Returns
    -------
    MetricValue
        The AUC and its standard error, as for the headline classifier.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.random.default_rng(0).normal(size=(2, 400, 2))
    >>> other_auc(x, y + 3, "mlp").value > 0.95
    True
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.metrics import roc_auc_score

    generated, real = generated[:MAX_SAMPLES], real[:MAX_SAMPLES]
    with warnings.catch_warnings():
        # the number of epochs is limited on purpose
        warnings.simplefilter("ignore", ConvergenceWarning)
        made, held = out_of_fold_scores(generated, real, make=OTHERS[key][1], seed=seed)
    truth = np.repeat([0, 1], [len(made), len(held)])
    auc = float(roc_auc_score(truth, np.concatenate([made, held])))
    return MetricValue(auc, FOLD_SCATTER * auc_error(auc, len(made), len(held)))
