"""Guided lessons, one Markdown file per lesson.

A lesson starts with ``# Title``, a text, and ``## Goals`` with a list. Each ``## Task: name`` has a
text, one fence called ``setup`` (TOML, with the keys of ``SetUp``) and a ``### Solution``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from qdiffgui import catalog
from qdiffgui.config import Experiment, override
from qdiffgui.config.naming import automatic_name
from qdiffgui.errors import ConfigError

__all__ = ["Lesson", "SetUp", "Task", "load", "parse"]

_SETUP = re.compile(r"^```setup\n(.*?)^```\n?", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_SOLUTION = "### Solution\n"
_TASK = "Task: "


class SetUp(BaseModel):
    """The state of the page at the start of a task.

    Attributes
    ----------
    preset : str
        Key of a preset.
    change : tuple of str
        Changes to its settings, such as ``"model.n_layers=6"``.
    area : str
        The area of the page to show.
    controls : tuple of str
        The settings the task needs, by their names in the form (``n_layers``; ``model`` is the
        choice of the model).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: str
    change: tuple[str, ...] = ()
    area: str = "Explore"
    controls: tuple[str, ...] = ()

    def experiment(self) -> Experiment:
        """The settings, named after the changes. Raises ``ConfigError`` if the preset or a change
        is not valid.
        """
        base = catalog.presets[self.preset].load()
        made = override(base, self.change)
        return made.model_copy(update={"name": automatic_name(made, base)})


@dataclass(frozen=True)
class Task:
    """One task. ``words`` and ``solution`` are Markdown."""

    name: str
    words: str
    solution: str
    setup: SetUp


@dataclass(frozen=True)
class Lesson:
    """One lesson. ``words`` and each of the ``goals`` are Markdown."""

    key: str
    title: str
    words: str
    goals: tuple[str, ...]
    tasks: tuple[Task, ...]


def load(key: str) -> Lesson:
    """The lesson ``key`` of ``catalog.lessons``. Raises ``ConfigError`` if there is none."""
    return parse(key, catalog.lessons[key].read_page())


def parse(key: str, markdown: str) -> Lesson:
    """Read a lesson. Raises ``ConfigError`` naming the part that is missing or wrong."""
    head, *parts = _HEADING.split(markdown)
    sections = list(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))
    first, _, words = head.strip().partition("\n")
    if not first.startswith("# "):
        raise ConfigError(f"The lesson '{key}' must begin with '# Title'; found '{first[:40]}'.")
    goals = next((body for name, body in sections if name == "Goals"), "")
    tasks = tuple(
        _task(key, name.removeprefix(_TASK), body)
        for name, body in sections
        if name.startswith(_TASK)
    )
    unknown = [name for name, _ in sections if name != "Goals" and not name.startswith(_TASK)]
    if unknown or not goals or not tasks:
        raise ConfigError(
            f"The lesson '{key}' needs the sections '## Goals' and '## Task: …' only; found "
            f"{unknown or sections}."
        )
    lines = tuple(line.removeprefix("- ") for line in goals.splitlines() if line.startswith("- "))
    return Lesson(key, first.removeprefix("# "), words.strip(), lines, tasks)


def _task(key: str, name: str, body: str) -> Task:
    found = _SETUP.findall(body)
    words, split, solution = _SETUP.sub("", body).partition(_SOLUTION)
    if len(found) != 1 or not split or not solution.strip():
        raise ConfigError(
            f"The task '{name}' of the lesson '{key}' needs one fence 'setup' and one "
            "'### Solution'."
        )
    try:
        setup = SetUp.model_validate(tomllib.loads(found[0]))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigError(
            f"The set-up of the task '{name}' of the lesson '{key}' is not valid: {error}"
        ) from None
    return Task(name, words.strip(), solution.strip(), setup)
