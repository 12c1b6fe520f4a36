"""Lessons on the page, without a browser."""

from __future__ import annotations

import html
from urllib.parse import urlencode

import pytest

from qdiffgui import catalog, lessons
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.page import Page
from qdiffgui.ui.panels.learn import hide_all_but
from tests.runs.tiny import STATES, tiny


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


@pytest.fixture
def finished_run(page):
    """The id of a finished run of the page's folder."""
    run = page.runner.submit(tiny(STATES, name="done"))
    page.runner.wait(run.id, 300)
    return run.id


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
    assert learn.next.description == "Next lesson"
    assert learn.next.tooltip == f"Next lesson: {catalog.lessons[second].label}"
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


def test_a_lesson_begun_from_the_end_of_the_list_is_seen_from_its_start(page, monkeypatch):
    messages = []
    monkeypatch.setattr(page.browser, "send", lambda content, *_: messages.append(content["op"]))
    page.areas["Learn"].begin("scrambling")
    assert "show" in messages


def test_an_address_opens_a_lesson_and_keeps_it(page, sent):
    connect(page, "?lesson=scrambling")
    assert page.tabs.value == "Learn"
    assert page.areas["Learn"].opened.key == "scrambling"
    assert sent[-1] == "lesson=scrambling"


def test_an_address_with_an_unknown_lesson_is_refused_with_the_nearest(page):
    connect(page, "?lesson=mmd-blnd")
    assert page.areas["Learn"].opened is None
    assert any("mmd-blind" in text for text in alerts(page))


def test_the_link_of_a_task_carries_lesson_task_and_run(page, sent, finished_run):
    learn = page.areas["Learn"]
    connect(page, "?lesson=scrambling&task=2")
    task = lessons.load("scrambling").tasks[1]
    assert (learn.opened.key, learn.task, page.tabs.value) == ("scrambling", 1, "Learn")
    assert task.name in learn.where.value
    assert page.form.experiment == task.setup.experiment()
    assert sent[-1] == "lesson=scrambling&task=2"
    page.open(finished_run)
    assert sent[-1] == f"lesson=scrambling&task=2&run={finished_run}"
    link = f"?lesson=scrambling&amp;task=2&amp;run={finished_run}"
    assert f'data-address="{link}"' in learn.link.value
    learn.leave()
    connect(page, html.unescape(link))
    assert (learn.opened.key, learn.task, page.run.id) == ("scrambling", 1, finished_run)
    assert alerts(page) == []


@pytest.mark.parametrize("task", ["0", "4", "-1", "two", "1e3", "٢", "9" * 5000, "<script>"])
def test_a_task_that_is_not_there_is_refused_in_a_sentence(page, task):
    connect(page, "?" + urlencode({"lesson": "scrambling", "task": task}))
    assert page.areas["Learn"].task == 0
    (text,) = alerts(page)
    assert "has the tasks 1 to 3" in text
    assert "<script>" not in text


def test_a_task_without_a_lesson_is_refused(page):
    connect(page, "?task=2")
    assert "no lesson" in alerts(page)[0]
    assert page.areas["Learn"].opened is None


def test_the_animation_is_that_of_the_settings_or_of_a_run_with_them(page, finished_run):
    learn = page.areas["Learn"]
    learn.begin("scrambling")
    config = page.form.experiment
    forward = {"kind": "pure", "times": [0], "frames": [], "captions": []}
    learn.choice_inspected(config, {"forward": forward})
    assert learn.animation.trajectory == forward
    assert "Forward process" in learn.animation_head.value
    page.open(finished_run)
    page._poll()
    assert learn.animation.trajectory == forward, "the run has other settings"
    learn.choice_inspected(page.run.config, {"forward": forward})
    assert learn.animation.trajectory == page.run.trajectory
    assert "Denoising" in learn.animation_head.value
    learn.choice_inspected(config, {"forward": forward})
    assert learn.animation.trajectory == forward


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
    assert "<details" in learn.solution.value
    assert "open" not in learn.solution.value.split("<summary>")[0].split("<details")[1]
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
