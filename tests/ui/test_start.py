"""The Start card: what training will take, and that a lost look at the choice is no reason against
it.
"""

from __future__ import annotations

from qdiffgui.background.inspect_client import LOST
from qdiffgui.ui.panels.start import Start
from tests.runs.tiny import STATES, tiny
from tests.ui.test_page import Here, connect, page, store  # noqa: F401


class Lost:
    """An inspector whose process dies, and is there again when asked once more."""

    def __init__(self):
        self.asked = 0

    def request(self, config, callback):
        self.asked += 1
        if self.asked == 1:
            callback(None, LOST)
        else:
            Here().request(config, callback)

    def close(self):
        pass


def test_a_lost_look_at_the_choice_is_no_reason_against_it_and_can_be_taken_again(page, wait):
    page._inspector = Lost()
    connect(page)
    page.form.load(tiny(STATES))
    wait(lambda: "is-hidden" not in page.start.again._dom_classes)
    assert "ended unexpectedly" in page.start.warning.value
    assert not page.start.button.disabled
    page.start.retry.click()
    wait(
        lambda: (
            "Parameters" in page.start.estimate.value
            and "is-stale" not in page.start.estimate.value
        )
    )
    assert "is-hidden" in page.start.again._dom_classes


def test_estimates_stay_marked_until_they_are_of_the_present_choice_and_say_what_was(page, wait):
    connect(page)
    page.form.load(tiny(STATES))
    wait(
        lambda: (
            "Qubits" in page.start.estimate.value and "is-stale" not in page.start.estimate.value
        )
    )
    page.form.fields()["n_layers"].control.value = 3
    assert 'aria-busy="true"' in page.start.estimate.value
    wait(lambda: "is-stale" not in page.start.estimate.value)
    assert "<small>was " in page.start.estimate.value
    for name in ("Parameters", "Gates", "Memory", "Time"):
        assert name in page.start.estimate.value


def test_the_predicted_time_has_its_spread_and_the_load_is_told():
    start = Start(lambda twin: None, lambda: None)
    facts = {"n_parameters": 8}
    needs = {"seconds": 14.2, "error": 3.1, "busy": 2.4, "memory": 1e8}
    start.cost({"facts": facts, "circuits": [], "estimate": needs})
    assert "<b>14 s</b><small>± 3 s</small><small>machine busy</small>" in start.estimate.value
    start.cost({"facts": facts, "circuits": [], "estimate": needs | {"error": 0.1, "busy": 1.1}})
    assert "<b>14 s</b></div>" in start.estimate.value


def test_estimates_have_their_places_before_anything_is_known(page, wait):
    class Slow:
        request = close = lambda *_: None

    page._inspector = Slow()
    connect(page)
    page.form.load(tiny(STATES))
    for name in ("Qubits", "Parameters", "Gates", "Memory", "Time"):
        assert f"<span>{name}</span><b>…</b>" in page.start.estimate.value
        assert f"<dt>{name}</dt>" in page.start.help.value
    assert 'aria-busy="true"' in page.start.estimate.value
    page._inspector = Here()
    page.form.fields()["n_layers"].control.value = 3
    wait(lambda: "is-stale" not in page.start.estimate.value)
    assert "<b>1 + 1</b>" in page.start.estimate.value, "a qubit and its ancilla"


def test_a_twin_with_another_budget_says_so():
    start = Start(lambda twin: None, lambda: None)
    own, twin = tiny(STATES, iterations=4000), tiny(STATES, iterations=6000, batch_size=16)
    start.offer(own, ("MLP", twin))
    assert "twin trains for 6\u202f000 steps of 16 samples, this model for 4\u202f000 steps" in (
        start.twin_note.value
    )
    start.offer(own, ("MLP", own))
    assert start.twin_note.value == ""
    start.offer(own, None)
    assert start.twin_note.value == ""
