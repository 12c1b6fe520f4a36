"""The verdict says what the numbers say."""

from __future__ import annotations

import pytest

from qdiffgui.evaluation.verdict import compare, verdict_sentences

COLUMNS = [
    {"key": "auc", "label": "AUC", "unit": "", "better": "half"},
    {"key": "w1:mean", "label": "W1", "unit": "W1(quark, gluon)", "better": "lower"},
]
LABELS = {
    "model": "Model",
    "floor": "Real",
    "zero": "All zero",
    "mean": "Mean sample",
    "marginals": "Independent components",
    "pca-gaussian": "PCA-Gaussian",
}
AUC = {
    "model": 0.577,
    "floor": 0.5,
    "zero": 1.0,
    "mean": 1.0,
    "marginals": 0.928,
    "pca-gaussian": 0.66,
}
W1 = {
    "model": 0.05,
    "floor": 0.03,
    "zero": 0.95,
    "mean": 0.83,
    "marginals": 0.02,
    "pca-gaussian": 0.09,
}


def rows(auc=None, w1=None, error=0.006, class_name="gluon"):
    auc, w1 = {**AUC, **(auc or {})}, {**W1, **(w1 or {})}
    cell = lambda value: None if value is None else {"value": value, "error": error}  # noqa: E731
    return [
        {
            "key": key,
            "label": LABELS[key],
            "class": class_name,
            "values": {"auc": cell(auc[key]), "w1:mean": cell(w1[key])},
        }
        for key in AUC
    ]


def says(*args, kind="vector", **kwargs) -> str:
    return " ".join(verdict_sentences(rows(*args, **kwargs), COLUMNS, ["gluon"], kind=kind))


def test_a_model_that_beats_all_four():
    text = says()
    assert "The model beats all trivial generators by classifier AUC." in text
    assert (
        "0.577 ± 0.006 for the model and 0.500 ± 0.006 for the floor (training against held-out "
        "samples): 0.077 above the floor"
    ) in text
    assert "1.7 times the floor" in text
    assert "learned nothing" not in text


def test_a_model_that_does_not_beat_one_and_what_it_beats_nevertheless():
    text = says(auc={"model": 0.731, "pca-gaussian": 0.65, "marginals": 0.922})
    assert (
        "By classifier AUC, the model does not beat PCA-Gaussian, but beats Independent "
        "components (0.922 ± 0.006)."
    ) in text
    assert "learned nothing" not in text
    assert "level with PCA-Gaussian" in says(auc={"model": 0.655})


def test_a_model_that_beats_only_constants_has_learned_nothing():
    for value in (0.925, 0.96):  # level with independent components, and worse
        assert (
            "does not beat Independent components and PCA-Gaussian. A model that does not beat "
            "the trivial generators has learned nothing useful."
        ) in says(auc={"model": value})
    assert "has learned nothing" in says(auc={"model": 0.999})


def test_independent_components_are_right_by_construction_for_vectors_only():
    text = says()
    assert "worse than Independent components (0.020 ± 0.006, right by construction)" in text
    assert "but is worse than Independent components by W1" not in text
    assert "but is worse than Independent components by W1" in says(kind="map")


def test_a_model_worse_by_w1():
    assert (
        "The model beats all trivial generators by classifier AUC, but is worse than "
        "PCA-Gaussian by W1."
    ) in says(w1={"model": 0.2})


def test_a_model_level_with_a_generator_by_w1():
    assert (
        "The model beats all trivial generators by classifier AUC, but is level with "
        "PCA-Gaussian by W1."
    ) in says(w1={"model": 0.085})
    both = says(w1={"model": 0.085}, kind="map")
    assert "but is worse than Independent components and level with PCA-Gaussian by W1." in both
    perfect = says(w1={"model": 0.031, "pca-gaussian": 0.03})  # nothing can beat the floor
    assert "beats all trivial generators by classifier AUC." in perfect


def test_what_is_level_with_real_data_cannot_be_beaten():
    text = says(auc={"model": 0.5, "pca-gaussian": 0.503})
    assert "PCA-Gaussian is itself level with the floor" in text
    assert "learned nothing" not in text
    assert "no difference at 2 standard errors" in text
    worse = says(auc={"pca-gaussian": 0.503})
    assert (
        "does not beat PCA-Gaussian, but beats Independent components (0.928 ± 0.006). "
        "PCA-Gaussian is itself level with the floor by classifier AUC, so there is little more to "
        "learn."
    ) in worse


def test_w1_is_the_headline_metric_without_a_classifier():
    text = says(auc=dict.fromkeys(AUC))
    assert "beats all trivial generators by W1" not in text, (
        "Independent components are level with the floor there"
    )
    assert (
        "Independent components is itself level with the floor by W1" in text
        or "are themselves" in text
    )


def test_nothing_to_say():
    text = says(auc=dict.fromkeys(AUC), w1=dict.fromkeys(W1))
    assert "too few samples" in text


def test_each_class_is_named_and_all_is_not():
    both = rows() + rows(class_name="quark", auc={"model": 0.96})
    text = verdict_sentences(both, COLUMNS, ["gluon", "quark"], kind="vector")
    assert {line.split(":")[0] for line in text} == {"Gluon", "Quark"}
    assert "learned nothing" in " ".join(line for line in text if line.startswith("Quark"))
    alone = verdict_sentences(rows(class_name="all"), COLUMNS, ["all"], kind="vector")
    assert all(line.startswith(("By ", "The ", "W1 ", "Classifier ")) for line in alone)


@pytest.mark.parametrize("text", [says(), says(auc={"model": 0.655}), says(auc={"model": 0.5})])
def test_no_word_that_the_numbers_do_not_carry(text):
    for word in (
        "advantage",
        "excellent",
        "good",
        "impressive",
        "significant",
        "state of the art",
        "quantum",
    ):
        assert word not in text.lower()


@pytest.mark.parametrize(
    ("model", "other", "better", "expected"),
    [
        (0.60, 0.66, "half", 1),
        (0.60, 0.61, "half", 0),
        (0.40, 0.55, "half", -1),
        (0.2, 0.1, "lower", -1),
        (0.1, 0.2, "lower", 1),
    ],
)
def test_two_standard_errors_decide(model, other, better, expected):
    assert (
        compare({"value": model, "error": 0.01}, {"value": other, "error": 0.01}, better)
        == expected
    )
    assert compare(None, {"value": other, "error": 0.01}, better) == 0


def test_of_a_metric_that_is_better_when_higher_the_larger_value_wins():
    high, low = {"value": 0.9, "error": 0.01}, {"value": 0.5, "error": 0.01}
    assert compare(high, low, "higher") == 1
    assert compare(low, high, "higher") == -1
