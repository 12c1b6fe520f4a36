"""Guided lessons: goals, words, tasks with a set-up and a solution each. One Markdown file a lesson.

A lesson begins with ``# Title``, words, and ``## Goals`` with a list. Each ``## Task: name`` has words, one fence called ``setup``
(TOML) and a ``### Solution``. The keys of a set-up are those of ``SetUp``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, ValidationError

from qdiffgui import catalog
from qdiffgui.config import Experiment, override
from qdiffgui.errors import ConfigError

__all__ = ["Lesson", "SetUp", "Task", "load", "parse"]

_SETUP = re.compile(r"^```setup\n(.*?)^```\n?", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_SOLUTION = "### Solution\n"
_TASK = "Task: "


class SetUp(BaseModel):
    """What a task begins with: a preset, settings changed in it, the area of the page it is about, the controls it needs.

    ``controls`` are names of settings as they stand in the form (``n_layers``; ``model`` for the choice of the family itself).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: str
    change: tuple[str, ...] = ()
    area: str = "Explore"
    controls: tuple[str, ...] = ()

    def experiment(self) -> Experiment:
        """The settings; raises ``ConfigError`` where preset or change is unknown or out of bounds."""
        return override(catalog.presets[self.preset].load(), self.change)


@dataclass(frozen=True)
class Task:
    """One task: words and solution are Markdown."""

    name: str
    words: str
    solution: str
    setup: SetUp


@dataclass(frozen=True)
class Lesson:
    """One lesson: ``words`` are Markdown, ``goals`` lines of it."""

    key: str
    title: str
    words: str
    goals: tuple[str, ...]
    tasks: tuple[Task, ...]


def load(key: str) -> Lesson:
    """The lesson ``key`` of ``catalog.lessons``; raises ``ConfigError`` where there is none, with the nearest name."""
    entry = catalog.lessons[key]
    return parse(key, (files(__name__) / f"{entry.key}.md").read_text(encoding="utf-8"))


def parse(key: str, markdown: str) -> Lesson:
    """Read a lesson; raises ``ConfigError`` that says which part is missing or wrong."""
    head, *parts = _HEADING.split(markdown)
    sections = list(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))
    first, _, words = head.strip().partition("\n")
    if not first.startswith("# "):
        raise ConfigError(f"The lesson '{key}' must begin with '# Title'; found '{first[:40]}'.")
    goals = next((body for name, body in sections if name == "Goals"), "")
    tasks = tuple(_task(key, name.removeprefix(_TASK), body) for name, body in sections if name.startswith(_TASK))
    unknown = [name for name, _ in sections if name != "Goals" and not name.startswith(_TASK)]
    if unknown or not goals or not tasks:
        raise ConfigError(f"The lesson '{key}' needs '## Goals' and '## Task: …', and nothing else; found {unknown or sections}.")
    lines = tuple(line.removeprefix("- ") for line in goals.splitlines() if line.startswith("- "))
    return Lesson(key, first.removeprefix("# "), words.strip(), lines, tasks)


def _task(key: str, name: str, body: str) -> Task:
    found = _SETUP.findall(body)
    words, split, solution = _SETUP.sub("", body).partition(_SOLUTION)
    if len(found) != 1 or not split or not solution.strip():
        raise ConfigError(f"The task '{name}' of the lesson '{key}' needs one fence 'setup' and a '### Solution'.")
    try:
        setup = SetUp.model_validate(tomllib.loads(found[0]))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigError(f"The set-up of the task '{name}' of the lesson '{key}' is wrong: {error}") from None
    return Task(name, words.strip(), solution.strip(), setup)
