"""Tagger transfer: does a quark/gluon tagger trained on generated jets work on real ones?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from qdiffgui.evaluation.classifier import N_LEAVES, N_TREES, auc_error
from qdiffgui.evaluation.measured import Measured

Array = NDArray[Any]


def tagger_auc(x: Array, label: Array, real: Array, real_label: Array, *, seed: int = 0) -> Measured:
    """AUC on real jets (m, d) of a gradient-boosted quark/gluon tagger trained on x (n, d); labels are quark 1, gluon 0. One thread.

    Trained on generated and on real jets of the same number, the difference is what the generator lost of the separation.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    with threadpool_limits(1):
        tagger = HistGradientBoostingClassifier(
            max_iter=N_TREES, max_leaf_nodes=N_LEAVES, early_stopping=False, random_state=seed
        )
        tagger.fit(x.reshape(len(x), -1), label)
        auc = float(roc_auc_score(real_label, tagger.decision_function(real.reshape(len(real), -1))))
    quarks = int(np.sum(real_label == 1))
    return Measured(auc, auc_error(auc, quarks, len(real_label) - quarks))
