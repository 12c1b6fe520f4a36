"""The contracts of presets and lessons."""

from __future__ import annotations

from typing import Any

from qdiffgui import catalog
from qdiffgui.config.base import Config
from qdiffgui.registry import Entry
from qdiffgui.testing._common import check_words, find, one_sentence, require


@one_sentence
def check_preset(preset: Any) -> None:
    """Check a preset: a valid experiment that survives JSON, with a twin that exists.

    Parameters
    ----------
    preset : str, Entry or Experiment
        The key in ``qdiffgui.catalog.presets``, the entry, or the experiment itself.

    Raises
    ------
    AssertionError
        With one sentence that says what is missing or wrong.

    Examples
    --------
    >>> from qdiffgui import testing
    >>> testing.check_preset("jets-observables-quantum")
    """
    from qdiffgui.config import Experiment, assignments, override, parse

    entry = find(catalog.presets, preset)
    check_words(catalog.presets, entry)
    experiment = entry.load()
    require(
        isinstance(experiment, Experiment),
        f"'{entry.target}' must be a qdiffgui.config.Experiment, found "
        f"{type(experiment).__name__}.",
    )
    require(
        parse(experiment.model_dump_json()) == experiment,
        f"The preset '{entry.key}' changes when it is written as JSON and read back.",
    )
    require(
        override(Experiment(), assignments(Experiment(), experiment)) == experiment,
        f"The preset '{entry.key}' cannot be reached from the defaults by changing settings.",
    )
    twin = entry.facts.get("twin")
    if twin:
        require(
            twin in catalog.presets and catalog.presets[twin].facts.get("twin") == entry.key,
            f"The twin of '{entry.key}' must be a preset whose twin is '{entry.key}', found "
            f"'{twin}'.",
        )


@one_sentence
def check_lesson(lesson: Any) -> None:
    """Check a lesson: its parts, and that the app can set up each task.

    Parameters
    ----------
    lesson : str or Entry
        The key in ``qdiffgui.catalog.lessons``, or the entry.

    Raises
    ------
    AssertionError
        With one sentence that says what is missing or wrong.

    Examples
    --------
    >>> from qdiffgui import testing
    >>> testing.check_lesson("diffusion")
    """
    from qdiffgui import lessons

    entry = find(catalog.lessons, lesson)
    check_words(catalog.lessons, entry)
    found = lessons.parse(entry.key, entry.read_page())
    require(
        found.title == entry.label,
        f"The lesson '{entry.key}' is called '{found.title}' in its text and '{entry.label}' in "
        "its entry: make the two equal.",
    )
    require(found.words, f"The lesson '{entry.key}' needs an introduction before its goals.")
    require(found.goals, f"The goals of the lesson '{entry.key}' must be a list ('- ...').")
    for task in found.tasks:
        _check_task(entry, task)


def _check_task(entry: Entry, task: Any) -> None:
    from qdiffgui.ui.areas import AREAS

    where = f"the task '{task.name}' of the lesson '{entry.key}'"
    require(task.words, f"There is no text in {where}.")
    require(
        "```" not in task.words + task.solution,
        f"The only fence in {where} must be its set-up.",
    )
    areas = [area.name for area in AREAS]
    require(
        task.setup.area in areas,
        f"The area of {where} must be one of {', '.join(areas)}, found '{task.setup.area}'.",
    )
    fields = _fields(task.setup.experiment())
    known = {"data", "representation", "model", *fields}
    unknown = sorted(set(task.setup.controls) - known)
    require(not unknown, f"Some controls of {where} do not exist: {', '.join(unknown)}.")
    require(task.setup.controls, f"There are no controls in {where}.")
    hidden = [name for name in task.setup.controls if fields.get(name, {}).get("advanced")]
    require(not hidden, f"Some controls of {where} are advanced settings: {', '.join(hidden)}.")


def _fields(config: Config) -> dict[str, dict[str, Any]]:
    """Names of all settings, those of groups included, with what is said about them."""
    found: dict[str, dict[str, Any]] = {}
    for name, info in type(config).model_fields.items():
        value = getattr(config, name)
        found[name] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        if isinstance(value, Config):
            found |= _fields(value)
    return found
