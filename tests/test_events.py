"""Events survive the trip through a line of JSON, also where numbers are not finite."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qdiffgui import events as ev


@given(step=st.integers(0, 10**9), loss=st.floats(allow_nan=False), seconds=st.floats(0, 1e9))
def test_losses_are_kept_to_the_bit(step: int, loss: float, seconds: float) -> None:
    event = ev.Loss(step=step, seconds=seconds, loss=loss, phase="step 3 of 20")
    assert ev.from_json(ev.to_json(event)) == event


def test_a_loss_that_is_not_a_number_is_still_an_event() -> None:
    event = ev.from_json(ev.to_json(ev.Loss(step=1, seconds=0, loss=math.nan)))
    assert isinstance(event, ev.Loss)
    assert math.isnan(event.loss)


def test_events_are_frozen_and_told_apart_by_type() -> None:
    event = ev.from_json('{"type": "done", "step": 5, "seconds": 1.5, "status": "cancelled"}')
    assert isinstance(event, ev.Done)
    with pytest.raises(ValidationError):
        event.step = 6
    with pytest.raises(ValidationError):
        ev.from_json('{"type": "dance", "step": 5, "seconds": 1.5}')
