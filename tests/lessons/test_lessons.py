"""Lessons: each can be read, each set-up in it can be trained, and mistakes are named."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from qdiffgui import catalog, lessons, testing
from qdiffgui.errors import ConfigError
from qdiffgui.experiment.prepare import prepare

SETUPS = [(key, i) for key in catalog.lessons for i in range(len(lessons.load(key).tasks))]


def test_every_file_is_a_lesson_of_the_catalog() -> None:
    written = {path.name for path in files(lessons).iterdir() if path.name.endswith(".md")}
    assert written == {f"{key}.md" for key in catalog.lessons}


@pytest.mark.parametrize("key", catalog.lessons)
def test_a_lesson_has_words_goals_tasks_and_solutions(key: str) -> None:
    lesson = lessons.load(key)
    assert lesson.title == catalog.lessons[key].label
    assert len(lesson.words) > 400
    assert len(lesson.goals) >= 3
    assert len(lesson.tasks) >= 3
    for task in lesson.tasks:
        assert len(task.words) > 80
        assert len(task.solution) > 120
        assert "```" not in task.words + task.solution
        assert "{{" not in task.solution


@pytest.mark.parametrize("key", catalog.lessons)
def test_contract(key: str) -> None:
    testing.check_lesson(key)


def test_every_set_up_can_be_prepared() -> None:
    experiments = [lessons.load(key).tasks[i].setup.experiment() for key, i in SETUPS]
    for experiment in {(one.data, one.representation): one for one in experiments}.values():
        prepare(experiment)


GOOD = (
    "# T\n\nWords.\n\n## Goals\n- one\n\n## Task: A\nDo.\n```setup\npreset = "
    '"jets-observables-mlp"\n```\n### Solution\nDone.\n'
)


def test_a_lesson_is_read_in_its_parts() -> None:
    lesson = lessons.parse("x", GOOD)
    assert (lesson.title, lesson.words, lesson.goals) == ("T", "Words.", ("one",))
    (task,) = lesson.tasks
    assert (task.name, task.words, task.solution) == ("A", "Do.", "Done.")
    assert task.setup.preset == "jets-observables-mlp"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# T\n", "T\n", "must begin with '# Title'"),
        ("## Goals", "## Aims", "needs the sections '## Goals'"),
        ("### Solution\nDone.", "", "needs one fence 'setup' and one '### Solution'"),
        ('preset = "jets-observables-mlp"', "preset = ", "is not valid"),
        ('preset = "jets-observables-mlp"', 'presets = "x"', "is not valid"),
    ],
)
def test_a_lesson_written_wrongly_is_refused_in_a_sentence(old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        lessons.parse("x", GOOD.replace(old, new))


def test_an_unknown_lesson_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match="did you mean 'scrambling'"):
        lessons.load("scramblin")
