"""Metrics, trivial generators and verdicts: generated samples compared with held-out ones.

``evaluate`` writes the report of a model, ``verdict_sentences`` puts it into words. The metrics are
functions ``f(generated, real, *, seed) -> MetricValue``; ``qdiffgui.catalog.metrics`` lists them.
Everything is imported on use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qdiffgui.evaluation.amplification import Worth, worth_by_score, worth_in_regions
    from qdiffgui.evaluation.baselines import (
        baseline_label,
        baselines_for,
        bootstrap,
        haar,
        hilbert_schmidt,
        marginals,
        pca_gaussian,
    )
    from qdiffgui.evaluation.calibration import calibration_curve, weight_histogram
    from qdiffgui.evaluation.classifier import classifier_auc, tagger_auc
    from qdiffgui.evaluation.columns import Column, Scale
    from qdiffgui.evaluation.efp import efps
    from qdiffgui.evaluation.energy_mover import coverage_and_matching, emd
    from qdiffgui.evaluation.features import Features, describe_observable, extract_features
    from qdiffgui.evaluation.jetnet_w1 import w1_efp, w1_mass, w1_particle
    from qdiffgui.evaluation.manifold import coverage, density, memorization, precision, recall
    from qdiffgui.evaluation.map_baselines import (
        copula_shares,
        independent_shares,
        log_normal,
        markov_shares,
    )
    from qdiffgui.evaluation.metric_value import MetricValue, distance_from_best
    from qdiffgui.evaluation.mismodeling import map_mismodeling
    from qdiffgui.evaluation.mixture import Share, share_of_first
    from qdiffgui.evaluation.model_metric import ModelValue, held_out_loss
    from qdiffgui.evaluation.null_distribution import (
        TestResult,
        auc_test,
        state_tests,
        two_sample_tests,
    )
    from qdiffgui.evaluation.other_classifiers import other_auc
    from qdiffgui.evaluation.physics_distance import fpd, kpd
    from qdiffgui.evaluation.quantum import (
        fidelity,
        meyer_wallach,
        mixed_fidelity,
        purity,
        superfidelity,
    )
    from qdiffgui.evaluation.report import evaluate
    from qdiffgui.evaluation.reweighting import (
        reweighted_auc,
        reweighted_w1,
        tails,
        weighted_halves,
    )
    from qdiffgui.evaluation.separation import separation_power
    from qdiffgui.evaluation.strong_classifier import out_of_fold_scores, strong_classifier_auc
    from qdiffgui.evaluation.thorough import thorough_checks
    from qdiffgui.evaluation.verdict import compare, verdict_sentences
    from qdiffgui.evaluation.wasserstein import mean_w1, w1, w1_with_error

_MODULES = {
    "amplification": ("Worth", "worth_by_score", "worth_in_regions"),
    "baselines": (
        "baseline_label",
        "baselines_for",
        "bootstrap",
        "haar",
        "hilbert_schmidt",
        "marginals",
        "pca_gaussian",
    ),
    "calibration": ("calibration_curve", "weight_histogram"),
    "classifier": ("classifier_auc", "tagger_auc"),
    "columns": ("Column", "Scale"),
    "efp": ("efps",),
    "energy_mover": ("coverage_and_matching", "emd"),
    "features": ("Features", "describe_observable", "extract_features"),
    "jetnet_w1": ("w1_efp", "w1_mass", "w1_particle"),
    "manifold": ("coverage", "density", "memorization", "precision", "recall"),
    "map_baselines": ("copula_shares", "independent_shares", "log_normal", "markov_shares"),
    "metric_value": ("MetricValue", "distance_from_best"),
    "model_metric": ("ModelValue", "held_out_loss"),
    "mismodeling": ("map_mismodeling",),
    "mixture": ("Share", "share_of_first"),
    "null_distribution": ("TestResult", "auc_test", "state_tests", "two_sample_tests"),
    "other_classifiers": ("other_auc",),
    "physics_distance": ("fpd", "kpd"),
    "quantum": ("fidelity", "meyer_wallach", "mixed_fidelity", "purity", "superfidelity"),
    "report": ("evaluate",),
    "reweighting": ("reweighted_auc", "reweighted_w1", "tails", "weighted_halves"),
    "separation": ("separation_power",),
    "strong_classifier": ("out_of_fold_scores", "strong_classifier_auc"),
    "thorough": ("thorough_checks",),
    "verdict": ("compare", "verdict_sentences"),
    "wasserstein": ("mean_w1", "w1", "w1_with_error"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Column",
    "Features",
    "MetricValue",
    "ModelValue",
    "Scale",
    "Share",
    "TestResult",
    "Worth",
    "auc_test",
    "baseline_label",
    "baselines_for",
    "bootstrap",
    "calibration_curve",
    "classifier_auc",
    "compare",
    "copula_shares",
    "coverage",
    "coverage_and_matching",
    "density",
    "describe_observable",
    "distance_from_best",
    "efps",
    "emd",
    "evaluate",
    "extract_features",
    "fidelity",
    "fpd",
    "haar",
    "held_out_loss",
    "hilbert_schmidt",
    "independent_shares",
    "kpd",
    "log_normal",
    "map_mismodeling",
    "marginals",
    "markov_shares",
    "mean_w1",
    "memorization",
    "meyer_wallach",
    "mixed_fidelity",
    "other_auc",
    "out_of_fold_scores",
    "pca_gaussian",
    "precision",
    "purity",
    "recall",
    "reweighted_auc",
    "reweighted_w1",
    "separation_power",
    "share_of_first",
    "state_tests",
    "strong_classifier_auc",
    "superfidelity",
    "tagger_auc",
    "tails",
    "thorough_checks",
    "two_sample_tests",
    "verdict_sentences",
    "w1",
    "w1_efp",
    "w1_mass",
    "w1_particle",
    "w1_with_error",
    "weight_histogram",
    "weighted_halves",
    "worth_by_score",
    "worth_in_regions",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"qdiffgui.evaluation.{_HOME[name]}"), name)
    raise AttributeError(f"module 'qdiffgui.evaluation' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
