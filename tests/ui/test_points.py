"""Points drawn on the page, without a browser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qdiffgui.config.points import PlanePoints
from qdiffgui.data.points import points_as_csv, read_points
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.form import Form
from qdiffgui.ui.page import Page

XY = np.random.default_rng(5).uniform(-1, 1, (50, 2))


@pytest.fixture
def form(tmp_path):
    made = Form(lambda: None, lambda: tmp_path / "uploads")
    made.draw.click()
    return made


@pytest.fixture
def group(form):
    return form.data._groups["points"]


def stroke(group, xy):
    """What the browser sends after a stroke."""
    number = group.pad.answered + 1
    data = memoryview(xy.astype("<f4").tobytes())
    group.pad._take(None, {"op": "drawn", "number": number}, [data])
    assert group.pad.answered == number


def shown(group):
    return np.frombuffer(group.pad.points, "<f4").reshape(-1, 2)


def test_the_pad_begins_with_a_shape_and_draws_the_chosen_one(form, group):
    assert form.preset.value == "points-circuit"
    assert len(shown(group)) == 1000
    assert not group.pad.is_drawn
    before = shown(group)
    group.fields["shape"].control.value = "ring"
    assert form.experiment.data == PlanePoints(shape="ring")
    assert not np.array_equal(shown(group), before)
    group.fields["n_points"].control.value = 200
    assert len(shown(group)) == 200


def test_a_stroke_becomes_a_file_of_the_user(form, group, tmp_path):
    stroke(group, XY)
    data = form.experiment.data
    assert (data.shape, group.pad.is_drawn) == ("drawn", True)
    assert Path(data.path).is_relative_to(tmp_path / "uploads")
    assert read_points(data.path) == pytest.approx(XY, abs=1e-5)
    assert form.experiment.name == "Points: quantum circuit, shape drawn"
    first = data.path
    stroke(group, np.concatenate([XY, XY / 2]))
    assert form.experiment.data.path != first
    form.undo.click()
    assert form.experiment.data.path == first
    assert len(shown(group)) == 50


def test_a_shape_after_a_drawing_leaves_the_file_out(form, group):
    stroke(group, XY)
    group.fields["shape"].control.value = "spiral"
    assert form.experiment.data.path == ""
    assert len(shown(group)) == 1000


def test_a_few_points_are_no_drawing_yet(form, group):
    stroke(group, XY[:7])
    assert "draw at least 20" in form.experiment.data.incomplete
    assert "at least 20 points; found 7" in group.said.value
    assert (len(shown(group)), group.pad.is_drawn) == (7, True)
    stroke(group, XY[:0])
    assert group.said.value == ""
    stroke(group, XY)
    assert form.experiment.data.incomplete == ""


def test_equal_points_get_a_sentence(form, group):
    stroke(group, np.tile([[0.5, 0.5]], (40, 1)))
    assert "All points are equal" in group.said.value
    assert form.experiment.data.incomplete


def test_a_message_that_is_no_drawing_is_ignored(form, group):
    for data in (b"123", np.full((40, 2), np.nan, "<f4").tobytes(), bytes(8 * 6000)):
        group.pad._take(None, {"op": "drawn"}, [memoryview(data)])
    assert form.experiment.data == PlanePoints()


def test_points_are_pasted(form, group):
    group.text.value = points_as_csv(10 * XY).decode()
    group.take.click()
    assert read_points(form.experiment.data.path) == pytest.approx(10 * XY, abs=1e-4)
    assert np.abs(shown(group)).max() == pytest.approx(0.95, abs=0.05)  # scaled to the pad
    path = form.experiment.data.path
    group.text.value = "one, two\nthree"
    group.take.click()
    assert "at least 20 points; found 0" in group.said.value
    assert form.experiment.data.path == path


def test_the_path_of_a_file_makes_it_the_drawing(form, group, tmp_path):
    np.save(tmp_path / "points.npy", XY)
    group.fields["path"].path.value = str(tmp_path / "points.npy")
    assert form.experiment.data.shape == "drawn"
    assert len(shown(group)) == 50
    group.fields["path"].path.value = str(tmp_path / "none.npy")
    assert "there is none" in group.said.value


def test_drawing_again_keeps_the_points(form, group):
    stroke(group, XY)
    data = form.experiment.data
    form.choose("jets-observables-quantum")
    form.data.choice.value = "points"
    form.draw.click()
    assert form.experiment.data == data


class Nobody:
    """Looks at no choice."""

    def request(self, config, callback):
        pass

    def close(self):
        pass


def test_one_press_trains_all_three_on_the_points(tmp_path, kernel):
    store = RunStore(tmp_path / "runs")
    runner = Runner(store, mode="thread", warm=False)
    page = kernel.cell(lambda: Page(store, runner=runner, inspector=Nobody()))
    submitted = []
    page.submit = lambda config: submitted.append(config) or store.create(config)
    page.form.draw.click()
    group = page.form.data._groups["points"]
    stroke(group, XY)
    group.all.click()
    assert [config.model.kind for config in submitted] == ["quantum-denoiser", "ddpm", "quddpm"]
    assert len({config.data.path for config in submitted}) == 1
    assert page.tabs.value == "Train"
    assert page.run.state.name == "Points: quantum circuit"
    stroke(group, XY[:3])
    group.models[0].click()
    assert len(submitted) == 3
    assert "draw at least 20" in page.alerts.root.children[0].children[0].value
    page.close()
