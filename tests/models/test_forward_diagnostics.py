"""Every noise schedule of the registry, in a family that uses it: its forward process has
diagnostics at every frame.
"""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from qdiffgui import catalog
from qdiffgui.config import Training, kinds
from qdiffgui.config.base import Config
from qdiffgui.diffusion.diagnostics import diagnose
from tests.models.test_contract import TINY, samples


def users(schedule: str) -> list[tuple[str, Config]]:
    """Models that accept this schedule, without those that read its numbers as bit flips."""
    found = []
    for key, config in kinds.classes("model").items():
        try:
            made = config(**{**TINY[key], "schedule": {"kind": schedule}})
        except ValidationError:
            continue
        if made.process is None or made.process.key != "bits":
            found.append((key, made))
    return found


@pytest.mark.parametrize("schedule", list(catalog.schedules))
def test_every_schedule_is_diagnosed(schedule: str) -> None:
    key, config = users(schedule)[0]
    entry = catalog.schedules[schedule]
    curve = {"process": entry.facts["process"], "values": entry.load()(config.schedule).tolist()}
    for kind in sorted(config.accepts):
        data = samples(kind)
        model = catalog.models[key].load()(
            config, data.spec, Training(iterations=200, batch_size=16), 0
        )
        frames, times = model.forward_process(data.x[:60])
        found = diagnose(frames, times, data.spec, curve)
        assert found, (key, kind)
        for one in found.values():
            assert len(one.values) == len(frames) == len(times)
            assert all(value is None or math.isfinite(value) for value in one.values)
            assert one.values[0] != one.values[-1]
