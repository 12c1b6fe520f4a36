"""The verdict says what the numbers say."""

from __future__ import annotations

import pytest

from qdiffgui.evaluation.number import NARROW, number, quantity
from qdiffgui.evaluation.verdict import compare, verdict

COLUMNS = [
    {"key": "auc", "label": "AUC", "unit": "", "better": "half"},
    {"key": "w1:mean", "label": "W1", "unit": "W1(quark, gluon)", "better": "lower"},
]
LABELS = {
    "model": "Model", "floor": "Real", "zero": "All zero", "mean": "Mean sample", "marginals": "Independent components",
    "pca-gaussian": "PCA-Gaussian",
}  # fmt: skip
AUC = {"model": 0.577, "floor": 0.5, "zero": 1.0, "mean": 1.0, "marginals": 0.928, "pca-gaussian": 0.66}
W1 = {"model": 0.05, "floor": 0.03, "zero": 0.95, "mean": 0.83, "marginals": 0.02, "pca-gaussian": 0.09}


def rows(auc=None, w1=None, error=0.006, class_name="gluon"):
    auc, w1 = {**AUC, **(auc or {})}, {**W1, **(w1 or {})}
    cell = lambda value: None if value is None else {"value": value, "error": error}  # noqa: E731
    return [
        {"key": key, "label": LABELS[key], "class": class_name, "values": {"auc": cell(auc[key]), "w1:mean": cell(w1[key])}}
        for key in AUC
    ]


def says(*args, kind="vector", **kwargs) -> str:
    return " ".join(verdict(rows(*args, **kwargs), COLUMNS, ["gluon"], kind=kind))


def test_a_model_that_beats_all_four():
    text = says()
    assert "The model beats the trivial generators on the classifier." in text
    assert "0.577 ± 0.006 for the model and 0.500 ± 0.006 for real against real: 0.077 above the floor" in text
    assert "1.7 times the floor" in text
    assert "learned nothing" not in text


def test_a_model_that_does_not_beat_one_has_learned_nothing():
    text = says(auc={"model": 0.655})
    assert "level with PCA-Gaussian" in text
    assert "does not beat PCA-Gaussian on the classifier: by this rule it has learned nothing" in text
    assert "has learned nothing" in says(auc={"model": 0.999})


def test_independent_components_are_right_by_construction_for_vectors_only():
    text = says()
    assert "worse than Independent components (0.020 ± 0.006, right by construction)" in text
    assert "but on W1 it is worse than Independent components" not in text
    assert "but on W1 it is worse than Independent components" in says(kind="map")


def test_a_model_worse_on_w1_is_told_so():
    assert "The model beats the trivial generators on the classifier, but on W1 it is worse than PCA-Gaussian." in says(
        w1={"model": 0.2}
    )


def test_what_is_level_with_real_data_cannot_be_beaten():
    text = says(auc={"model": 0.5, "pca-gaussian": 0.503})
    assert "PCA-Gaussian is itself level with real against real" in text
    assert "learned nothing" not in text
    assert "no difference at 2 standard errors" in text
    worse = says(auc={"pca-gaussian": 0.503})
    assert (
        "does not beat PCA-Gaussian on the classifier: by this rule it has learned nothing. PCA-Gaussian is itself level" in worse
    )


def test_w1_decides_where_the_classifier_is_missing():
    text = says(auc=dict.fromkeys(AUC))
    assert "beats the trivial generators on W1" not in text, "Independent components are level with the floor there"
    assert "Independent components is itself level with real against real on W1" in text or "are themselves" in text


def test_nothing_to_say():
    text = says(auc=dict.fromkeys(AUC), w1=dict.fromkeys(W1))
    assert "too few samples" in text


def test_each_class_is_named_and_all_is_not():
    both = rows() + rows(class_name="quark", auc={"model": 0.7})
    text = verdict(both, COLUMNS, ["gluon", "quark"], kind="vector")
    assert {line.split(":")[0] for line in text} == {"Gluon", "Quark"}
    assert "learned nothing" in " ".join(line for line in text if line.startswith("Quark"))
    alone = verdict(rows(class_name="all"), COLUMNS, ["all"], kind="vector")
    assert all(line.startswith(("On ", "The ", "W1 ")) for line in alone)


@pytest.mark.parametrize("text", [says(), says(auc={"model": 0.655}), says(auc={"model": 0.5})])
def test_no_word_that_the_numbers_do_not_carry(text):
    for word in ("advantage", "excellent", "good", "impressive", "significant", "state of the art", "quantum"):
        assert word not in text.lower()


@pytest.mark.parametrize(
    ("model", "other", "better", "expected"),
    [(0.60, 0.66, "half", 1), (0.60, 0.61, "half", 0), (0.40, 0.55, "half", -1), (0.2, 0.1, "lower", -1), (0.1, 0.2, "lower", 1)],
)
def test_two_standard_errors_decide(model, other, better, expected):
    assert compare({"value": model, "error": 0.01}, {"value": other, "error": 0.01}, better) == expected
    assert compare(None, {"value": other, "error": 0.01}, better) == 0


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.577, 0.0061, "0.577 ± 0.006"),
        (1.0, 0.0, "1.000"),
        (0.00042, 0.00003, "0.00042 ± 0.00003"),
        (0.0016, 0.0013, "0.0016 ± 0.0013"),
        (12.5, 0.31, "12.50 ± 0.31"),
        (15234.0, 120.0, "15234 ± 120"),
        (9.28e-5, 2e-6, "(9.3 ± 0.2) × 10⁻⁵"),
        (9.28e-4, 0.0, "0.000928"),
    ],
)
def test_figures_have_the_digits_of_their_error(value, error, text):
    assert number({"value": value, "error": error}).replace(NARROW, " ") == text
    assert number(None) == "unknown"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.000928, "0.000928"), (9.28e-5, "9.28 × 10⁻⁵"), (2.99e9, "2.99 × 10⁹"), (1e9, "10⁹"), (-2.5e-7, "-2.5 × 10⁻⁷"), (3072, "3 072"),
        (123456, "123 456"), (0.35714, "0.357"), (1234.5, "1 234"), (9.996, "10"), (999.96, "1 000"), (0, "0"), (None, "–"),
        (float("nan"), "–"), (float("inf"), "∞"),
    ],
)  # fmt: skip
def test_figures_are_written_as_by_hand(value, text):
    assert quantity(value).replace(NARROW, " ") == text
    assert " " not in quantity(value), "a line must not break inside a number"


def test_an_error_too_small_to_print_is_not_printed_as_none():
    assert number({"value": 0.1234567, "error": 3e-7}).replace(NARROW, " ") == "0.12346 ± 3 × 10⁻⁷"
    assert number({"value": 0.5774, "error": 0.006}) == "0.577 ± 0.006"
