"""Errors speak the language of the form."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from qdiffgui.config import Experiment
from qdiffgui.evaluation.number_format import NARROW
from qdiffgui.ui.form.validation_messages import in_words, label_of, validation_messages


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"seed": -1}, "Seed: expected at least 0, found -1."),
        (
            {"training": {"learning_rate": 2}},
            "Training, Learning rate: expected at most 1, found 2.",
        ),
        (
            {
                "data": {"kind": "digits", "digits": []},
                "representation": {"kind": "image"},
                "model": {"kind": "ddpm"},
            },
            "Data, Digits: expected at least 1 entry.",
        ),
        ({"seed": 10**12}, "Seed: expected less than 2 147 483 648, found 10¹²."),
        (
            {"training": {"iterations": 0.5}},
            "Training, Iterations: expected a whole number, found 0.5.",
        ),
        ({"name": "x" * 121}, "Name: expected at most 120 characters."),
        (
            {"training": {"batch_size": "many"}},
            "Training, Batch size: expected a whole number, found many.",
        ),
        (
            {"training": {"learning_rate": "0,01"}},
            "Training, Learning rate: expected a number with a decimal point, such as 0.05; "
            "found 0,01.",
        ),
        ({"data": {"kind": "random-density", "rank": 9}}, "lower “Data, Rank”."),
    ],
)
def test_a_sentence_a_fault(settings, sentence):
    with pytest.raises(ValidationError) as caught:
        Experiment.model_validate(settings)
    said, beside = validation_messages(caught.value)
    assert any(sentence in line.replace(NARROW, " ") for line in said), said
    assert beside


def test_keys_become_labels_and_other_words_stay():
    assert in_words(
        "'digits' and 'data.rank' and 'unknown-thing'"
    ) == "“Digits” and '“Data, Rank”' and 'unknown-thing'".replace("“Digits”", in_words("'digits'"))
    assert "'" not in in_words("'digits'")
    assert in_words("see data.hdf5 in model.h5") == "see data.hdf5 in model.h5"
    assert label_of("training", "nothing") == "nothing"
