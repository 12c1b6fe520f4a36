"""Every lesson can be read, and every set-up in it can be trained; a lesson that is written wrongly is told so."""

from __future__ import annotations

import re

import pytest

from qdiffgui import catalog, lessons
from qdiffgui.config.base import Config
from qdiffgui.errors import ConfigError
from qdiffgui.experiment.prepare import prepare

AREAS = {"Explore", "Train", "Samples", "Compare", "Scale", "Export"}
SETUPS = [(key, i) for key in catalog.lessons for i in range(len(lessons.load(key).tasks))]


def test_there_are_six() -> None:
    assert len(catalog.lessons) == 6


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


@pytest.mark.parametrize(("key", "i"), SETUPS)
def test_a_set_up_holds_and_its_controls_are_there(key: str, i: int) -> None:
    setup = lessons.load(key).tasks[i].setup
    experiment = setup.experiment()
    assert setup.area in AREAS
    known = {"data", "representation", "model"} | set(_fields(experiment))
    assert setup.controls
    assert set(setup.controls) <= known, set(setup.controls) - known


def test_every_set_up_can_be_prepared() -> None:
    experiments = [lessons.load(key).tasks[i].setup.experiment() for key, i in SETUPS]
    for experiment in {(one.data, one.representation): one for one in experiments}.values():
        prepare(experiment)


@pytest.mark.parametrize(("key", "i"), SETUPS)
def test_no_control_of_a_task_hides_behind_more_settings(key: str, i: int) -> None:
    setup = lessons.load(key).tasks[i].setup
    extra = _fields(setup.experiment())
    assert not [name for name in setup.controls if (extra.get(name) or {}).get("advanced")]


def _fields(config: Config) -> dict[str, dict[str, object]]:
    """Names of all settings in ``config``, groups included, with what is said of them."""
    found: dict[str, dict[str, object]] = {}
    for name, info in type(config).model_fields.items():
        value = getattr(config, name)
        found[name] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        if isinstance(value, Config):
            found |= _fields(value)
    return found


GOOD = (
    '# T\n\nWords.\n\n## Goals\n- one\n\n## Task: A\nDo.\n```setup\npreset = "jets-observables-mlp"\n```\n### Solution\nDone.\n'
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
        ("## Goals", "## Aims", "needs '## Goals'"),
        ("### Solution\nDone.", "", "needs one fence 'setup' and a '### Solution'"),
        ('preset = "jets-observables-mlp"', "preset = ", "is wrong"),
        ('preset = "jets-observables-mlp"', 'presets = "x"', "is wrong"),
    ],
)
def test_a_lesson_written_wrongly_is_refused_in_a_sentence(old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        lessons.parse("x", GOOD.replace(old, new))


def test_an_unknown_lesson_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match="did you mean 'scrambling'"):
        lessons.load("scramblin")
