"""Lessons on the page, without a browser."""

from __future__ import annotations

import pytest

from qdiffgui import catalog, lessons
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.page import Page
from qdiffgui.ui.panels.learn import hide_all_but


class Nobody:
    """Looks at no choice: these tests train nothing."""

    def request(self, config, callback):
        pass

    def close(self):
        pass


@pytest.fixture
def page(tmp_path, kernel):
    store = RunStore(tmp_path / "runs")
    runner = Runner(store, mode="thread", warm=False)
    made = kernel.cell(lambda: Page(store, runner=runner, inspector=Nobody()))
    yield made
    made.close()


@pytest.fixture
def sent(page, monkeypatch):
    addresses = []
    monkeypatch.setattr(page.browser, "address", addresses.append)
    return addresses


def connect(page, search=""):
    page.browser._answer(None, {"op": "ready", "search": search}, [])


def alerts(page):
    return [line.children[0].value for line in page.alerts.root.children]


def hidden(widget):
    return "is-hidden" in widget._dom_classes


def test_the_last_task_leads_to_the_next_lesson(page):
    learn = page.areas["Learn"]
    first, second, *_, last = catalog.lessons
    learn.begin(first)
    assert hidden(learn.back)
    while learn.task + 1 < len(learn.opened.tasks):
        assert learn.next.description == "Next task"
        learn.next.click()
    assert catalog.lessons[second].label in learn.next.description
    learn.next.click()
    assert (learn.opened.key, learn.task) == (second, 0)
    learn.begin(last)
    learn.go(len(learn.opened.tasks) - 1)
    assert hidden(learn.next)


def test_every_lesson_begins_with_its_first_task_set_up(page):
    learn = page.areas["Learn"]
    for key in catalog.lessons:
        learn.begin(key)
        lesson = lessons.load(key)
        assert lesson.tasks[0].name in learn.where.value
        assert page.form.experiment == lesson.tasks[0].setup.experiment()
        assert not hidden(learn.banner)
        assert hidden(learn.list)


def test_an_address_opens_a_lesson_and_keeps_it(page, sent):
    connect(page, "?lesson=scrambling")
    assert page.tabs.value == "Learn"
    assert page.areas["Learn"].opened.key == "scrambling"
    assert sent[-1] == "lesson=scrambling"


def test_an_address_with_an_unknown_lesson_is_refused_with_the_nearest(page):
    connect(page, "?lesson=mmd-blnd")
    assert page.areas["Learn"].opened is None
    assert any("mmd-blind" in text for text in alerts(page))


def test_the_task_stays_while_areas_change_and_setting_up_is_asked_for(page):
    learn = page.areas["Learn"]
    learn.begin("diffusion")
    before = page.form.experiment
    learn.next.click()
    learn.next.click()
    assert "Fewer steps" in learn.where.value
    assert page.form.experiment == before
    learn.set_up.click()
    assert page.tabs.value == "Train"
    assert page.form.experiment.model.schedule.n_steps == 4
    learn.back.click()
    assert "read the loss" in learn.where.value
    page.show("Samples")
    assert not hidden(learn.banner)


def test_the_end_of_a_lesson_brings_all_settings_back(page, sent):
    learn = page.areas["Learn"]
    learn.begin("diffusion")
    assert "display: none" in learn.only.value
    learn.every.click()
    assert learn.only.value == ""
    learn.every.click()
    learn.leave()
    assert learn.only.value == ""
    assert hidden(learn.banner)
    assert sent[-1] == ""


def test_solutions_are_folded_and_formulas_left_to_the_browser(page):
    learn = page.areas["Learn"]
    learn.begin("mmd-blind")
    assert "<details" in learn.text.value
    assert "open" not in learn.text.value.split("<summary>")[0].split("<details")[1]
    assert "mathrm{MMD}" in learn.words.value


def test_a_name_that_is_no_setting_does_not_reach_the_style_sheet():
    style = hide_all_but(("n_layers", "model", "x } body { display: none", "</style><script>"))
    assert ":not(.qd-field-n-layers):not(:has(.qd-kind-model))" in style
    assert "} body" not in style
    assert "script" not in style


def test_the_study_of_barren_plateaus_is_ready_with_a_button_to_run_it(page):
    learn = page.areas["Learn"]
    learn.begin("barren-plateaus")
    learn.go(2)
    learn.set_up.click()
    assert page.tabs.value == "Scale"
    study = page.areas["Scale"].studies.scaling
    assert not hidden(study.result.root)
    assert len(study.result.choice.options) == 3
    assert "shipped with qdiffgui" in study.state.value
    assert not study.start.disabled
    page.form.choose("points-circuit")
    study.refresh()
    assert hidden(study.result.root)
