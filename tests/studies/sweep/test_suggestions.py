"""What a form offers to sweep over."""

from __future__ import annotations

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.studies.sweep.axis import parse_axis
from qdiffgui.studies.sweep.suggestions import suggest_axes


@pytest.mark.parametrize("key", list(catalog.presets))
def test_every_suggestion_of_every_preset_is_allowed(key):
    base = catalog.presets[key].load()
    found = suggest_axes(base)
    assert len({offer.field for offer in found}) == len(found) > 2
    for offer in found:
        assert parse_axis(f"{offer.field}={offer.values}", base).listed()


def test_numbers_choices_and_no_housekeeping():
    found = {offer.field: offer for offer in suggest_axes(Experiment())}
    assert found["model.n_layers"].values == "4,8,16"
    assert found["training.decay"].values == "cosine,constant"
    assert "model.schedule.n_steps" in found
    assert not {"seed", "name", "training.threads", "training.max_seconds", "model.kind"} & set(
        found
    )
