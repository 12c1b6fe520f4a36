"""Captions: one a frame, of this schedule and this model."""

from __future__ import annotations

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.diffusion.curve import schedule
from qdiffgui.experiment import captions

PRESETS = sorted(catalog.presets)


@pytest.mark.parametrize("key", PRESETS)
def test_every_frame_has_a_sentence_of_its_own(key):
    config = catalog.presets[key].load()
    curve = schedule(config)
    last = max(len(curve["values"]) - (curve["process"] != "scrambling"), 1)
    times = sorted({0, 1, last})
    there = captions.forward(config.model, curve["values"], times)
    back = captions.reverse(config.model, curve["values"], times[::-1])
    for said in (there, back):
        assert len(set(said)) == len(times)
        assert all(
            sentence.endswith(".") and "{" not in sentence and "nan" not in sentence
            for sentence in said
        )
    assert "without noise" in there[0]
    assert "model sees" not in there[0], "axes are in physical units"
    assert back[-1].endswith("These are the samples.")


def test_the_numbers_are_those_of_the_schedule_and_the_choices():
    model = {"kind": "ddpm", "sampler": "ddim", "schedule": {"kind": "cosine", "n_steps": 10}}
    config = Experiment.model_validate({"model": model})
    curve = schedule(config)
    kept = curve["values"][5]
    assert f"ᾱ = {kept:.3g}" in captions.forward(config.model, curve["values"], [0, 5, 10])[1]
    said = captions.reverse(config.model, curve["values"], [10, 5, 0], shots=100)
    assert (
        "Steps 10 to 5: the network estimates the noise in it; part of the noise is removed and "
        "none is added (DDIM)."
    ) in said[1]
    assert f"{100 * kept:.3g}%" in said[1]
    assert "100 shots" in said[1]
    assert captions.reverse(config.model, curve["values"], [10, 9])[-1].endswith("below 9 yet.")
