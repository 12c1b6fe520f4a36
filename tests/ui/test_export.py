"""The area Export without a browser: what it offers, why not, and what it hands to the browser."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from qdiffgui.exports.offers import OFFERS
from qdiffgui.plots import export as pictures
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from qdiffgui.ui.alerts import Alerts
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.logbook import Logbook
from qdiffgui.ui.panels.export import Export
from tests.runs.tiny import STATES, tiny


class Saved:
    """What the browser was asked to save, and what is posted to the page's writer."""

    def __init__(self) -> None:
        self.files: list[tuple[str, bytes, str]] = []
        self.posted: list = []

    def download(self, name: str, content: bytes, mime: str = "") -> None:
        self.files.append((name, content, mime))

    def post(self, key: str, action) -> None:
        self.posted.append(action)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    made = RunStore(tmp_path_factory.mktemp("runs")).create(
        tiny(STATES, name="<b>run</b>"), claimed=True
    )
    assert train_run(made) == Status.DONE
    followed = LiveRun(made)
    followed.poll()
    return followed


@pytest.fixture
def saved():
    return Saved()


@pytest.fixture
def area(saved):
    made = Export(SimpleNamespace(browser=saved, writer=saved, alerts=Alerts(Logbook(str))))
    made.root.add_class("is-hidden")
    return made


def test_every_offer_is_a_row_that_saves_or_says_why_not(area, run, saved):
    area.open(run)
    rows = {row["key"]: row for row in area.offers.rows}
    assert list(rows) == list(OFFERS)
    assert {key for key, row in rows.items() if row["missing"]} == {
        "energyflow",
        "jetnet",
        "root",
        "calo-challenge",
        "paper-plots",  # states have no histograms
    }
    assert "&lt;b&gt;run" in area.about.value
    area._save("settings")
    name, content, mime = saved.files[0]
    assert (name, mime) == (f"{run.id}.config.json", "application/json")
    assert json.loads(content)["name"] == "<b>run</b>"
    area.offers._handle_custom_msg({"op": "save", "key": "energyflow"}, [])
    assert len(saved.files) == 1
    assert "quantum states" in area.host.alerts.root.children[0].children[0].value


def test_figures_are_drawn_when_they_are_looked_at(area, run, saved):
    area.open(run)
    assert area.plot.figure is None
    area.root.remove_class("is-hidden")
    assert area.plot.figure is not None
    assert {"loss", "schedule", "comparison"} <= {name for _, name in area.choice.options}
    area.choice.value = "loss"
    area.kinds["html"].click()
    assert saved.files[0][0] == f"{run.id}.loss.html"
    assert b"<b>run" not in saved.files[0][1][:2000]


def test_without_kaleido_there_is_no_pdf_and_it_says_why(area, run, monkeypatch):
    monkeypatch.setattr(pictures, "why_no_images", lambda: "needs kaleido (pip install it)")
    area.root.remove_class("is-hidden")
    area.open(run)
    assert area.kinds["pdf"].disabled
    assert "needs kaleido" in area.why_no_pdf.value


def test_closing_the_run_leaves_nothing_to_save(area, run, saved):
    area.open(run)
    area.open(None)
    assert "is-hidden" in area.body._dom_classes
    area.offers._handle_custom_msg({"op": "save", "key": "model"}, [])
    assert saved.files == []
