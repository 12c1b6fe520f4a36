"""Explore and Samples without a browser: what is kept, samples drawn anew, what a family cannot do,
nearest training samples.
"""

from __future__ import annotations

import pytest

from qdiffgui import plots
from qdiffgui.background.generate_client import GenerationUpdate
from qdiffgui.config import parse
from qdiffgui.runs.commands import cancel
from qdiffgui.ui.panels.generate import in_words
from qdiffgui.ui.panels.samples import NEW, OWN
from tests.runs.tiny import DIGITS, STATES, tiny
from tests.ui.test_page import connect, page, store  # noqa: F401

JETS = {
    "data": {"kind": "qg-jets", "n_jets": 400},
    "representation": {"kind": "observables"},
    "model": {
        "kind": "quantum-denoiser",
        "n_qubits": 4,
        "n_layers": 1,
        "schedule": {"kind": "cosine", "n_steps": 6},
    },
    "training": {"iterations": 5, "batch_size": 16},
    "evaluation": {"n_generated": 20},
}


class Scripted:
    """A generator that says what it is told to."""

    def __init__(self):
        self.asked, self.cancelled = None, 0

    def request(self, run, asked, target, heard):
        self.asked, self.target, self.heard = dict(asked), target, heard

    def cancel(self):
        self.cancelled += 1

    def close(self):
        pass


@pytest.fixture
def trained(page, wait):
    """``trained(settings)`` opens a finished run and gives the area Samples."""

    def run(settings):
        connect(page)
        page.form.load(parse(settings) if settings is JETS else tiny(settings))
        wait(lambda: not page.start.button.disabled and page.inspection.result)
        page.start.button.click()
        wait(
            lambda: (
                page.run is not None
                and page.run.state.status == "done"
                and page.run.report is not None
            )
        )
        samples = page.areas["Samples"]
        wait(
            lambda: samples.animation.trajectory.get("nearest") and not samples.generate.go.disabled
        )
        return samples

    return run


def test_what_the_representation_keeps_is_shown_for_jets_and_not_for_states(page, wait):
    connect(page)
    explore = page.areas["Explore"]
    page.form.load(parse(JETS))
    wait(lambda: explore.roundtrip.examples.items)
    assert "not encoded" in explore.roundtrip.summary.value
    assert explore.roundtrip.plot.figure.data
    assert "is-hidden" not in explore.roundtrip.root._dom_classes
    assert len(explore.forward.trajectory["captions"]) == len(explore.forward.trajectory["frames"])
    page.form.load(tiny(STATES))
    wait(lambda: "is-hidden" in explore.roundtrip.root._dom_classes)


def test_a_choice_becomes_a_request_and_its_answer_is_shown(trained, page, wait):
    samples = trained(JETS)
    card = samples.generate
    card.generator = scripted = Scripted()
    assert list(card.label.options) == [
        ("training mix", ""),
        ("gluon", "gluon"),
        ("quark", "quark"),
    ]
    card.n.value, card.label.value, card.sampler.value, card.steps.value, card.shots.value = (
        50,
        "quark",
        "ddim",
        3,
        100,
    )
    assert "±1" in card.about.value
    assert "--label quark" in card.same_thing.value
    assert "steps=3" in card.same_thing.value
    card.go.click()
    assert scripted.asked == {
        "n": 50,
        "label": "quark",
        "seed": 0,
        "steps": 3,
        "sampler": "ddim",
        "shots": 100,
    }
    assert card.go.disabled
    scripted.heard(GenerationUpdate(0.5, "Sampling 50"))
    wait(lambda: "Sampling 50" in card.state.value)
    film = page.run.trajectory | {"captions": ["anew"] * len(page.run.trajectory["frames"])}
    numbers = [{"label": "W1 of mass", "unit": "GeV", "value": 3.0, "floor": 1.5}]
    scripted.target.write_bytes(b"h5")
    scripted.heard(
        GenerationUpdate(
            result={
                "trajectory": film,
                "numbers": numbers,
                "histograms": page.run.report["histograms"],
                "n_compared": 50,
            }
        )
    )
    wait(lambda: samples.source.value == NEW)
    assert samples.animation.trajectory["captions"][0] == "anew"
    assert "W1 of mass / GeV" in samples.numbers.value
    assert "50 quark samples, DDIM, 3 steps, 100 shots, seed 0" in samples.caption.value
    assert not card.go.disabled
    card.go.click()
    scripted.target.write_bytes(b"h5 again")
    scripted.heard(
        GenerationUpdate(
            result={
                "trajectory": film,
                "numbers": numbers,
                "histograms": page.run.report["histograms"],
                "n_compared": 50,
            }
        )
    )
    wait(lambda: not card.go.disabled)
    assert (
        scripted.target.read_bytes() == b"h5 again"
    )  # the second file stands where the first stood
    samples.source.value = OWN
    assert samples.animation.trajectory["captions"][0] != "anew"
    assert samples.numbers.value == ""
    page.close()
    assert not scripted.target.exists()


def test_cancelled_and_broken_requests_leave_what_is_shown(trained, wait):
    samples = trained(JETS)
    card = samples.generate
    card.generator = scripted = Scripted()
    card.go.click()
    card.stop.click()
    assert scripted.cancelled == 1
    scripted.heard(GenerationUpdate(result={}))
    wait(lambda: "Cancelled" in card.state.value)
    card.go.click()
    scripted.heard(GenerationUpdate(error="No <b>such</b> class."))
    wait(lambda: "No &lt;b&gt;such" in card.state.value)
    assert samples.source.value == OWN
    assert not card.go.disabled


def test_what_a_family_cannot_do_is_disabled_with_the_reason(trained):
    card = trained(STATES).generate
    assert all(field.disabled for field in (card.label, card.sampler, card.steps, card.shots))
    assert card.steps.value == 3
    for reason in (
        "Class: this model is not conditioned",
        "Sampler: this model",
        "Steps: each denoising",
        "tomography",
    ):
        assert reason in card.about.value


def test_classes_are_not_denied_before_the_report_lists_them(page, wait):
    connect(page)
    long = JETS["training"] | {"iterations": 20_000}
    page.form.load(parse(JETS | {"training": long}))
    wait(lambda: not page.start.button.disabled and page.inspection.result)
    page.start.button.click()
    wait(lambda: page.run is not None and page.run.state.step > 0)
    words = page.areas["Samples"].generate.about.value
    assert "once training has finished" in words
    assert "not conditioned" not in words
    cancel(page.run.run)
    wait(lambda: page.run.state.ended)


def test_maps_are_shown_beside_the_nearest_training_ones_and_states_in_a_table(trained, page):
    samples = trained(DIGITS)
    assert len(samples.near.items) == 8
    assert all(item["note"].startswith("distance") for item in samples.near.items)
    assert "held-out" in samples.near_about.value
    assert samples.near_table.value == ""


def test_one_qubit_is_compared_by_its_bloch_vector(trained):
    samples = trained(STATES)
    assert samples.near.items == []
    assert "⟨Z⟩" in samples.near_table.value


def test_distributions_take_the_columns_that_fit(trained):
    plot = trained(JETS).histograms
    columns = {}
    for width in (320, 1000):
        plot._answer(plot, {"op": "width", "width": width}, [])
        columns[width] = max(axis.domain[1] - axis.domain[0] for axis in plot.figure.select_xaxes())
        assert plot.height == plot.figure.layout.height
    assert columns[320] == 1
    assert columns[1000] < 0.3


def test_the_choice_in_words():
    assert in_words({"n": 5, "label": "", "seed": 3}) == "5 samples, seed 3"


def test_a_figure_of_what_is_kept_without_anything_says_so():
    assert plots.roundtrip({}).layout.annotations[0].text == "Nothing to compare"
