"""The pages of models and lessons, from the files that the app shows."""

from __future__ import annotations

import re

from qdiffgui import catalog, explanations, lessons
from tools.docs.markdown import code

_HEADING = re.compile(r"^#(?=#* )", re.MULTILINE)
_FENCES = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def contents(folder: str, keys: list[str]) -> str:
    """The table of contents of the pages ``folder/KEY.md``."""
    lines = "\n".join(f"{folder}/{key}" for key in keys)
    return f"```{{toctree}}\n:maxdepth: 1\n\n{lines}\n```\n"


def model_keys() -> list[str]:
    """Models with a page, in the order of the catalog."""
    return [key for key, e in catalog.models.items() if e.page and not e.plugin]


def lesson_keys() -> list[str]:
    """Lessons, in the order of the catalog."""
    return [key for key, entry in catalog.lessons.items() if not entry.plugin]


def model(key: str) -> str:
    """The page of a model."""
    return math_apart(explanations.load(key))


def lesson(key: str) -> str:
    """The page of a lesson. Solutions are folded; what the app sets up is said in words."""
    found = lessons.load(key)
    goals = "\n".join(f"- {goal}" for goal in found.goals)
    parts = [f"# {found.title}", found.words, "## Goals", goals]
    for task in found.tasks:
        changes = "".join(f", with {code(change)}" for change in task.setup.change)
        parts += [
            f"## Task: {task.name}",
            task.words,
            f"In the app, this task opens the preset {code(task.setup.preset)}{changes} in the "
            f"area *{task.setup.area}*.",
            "<details><summary>Solution</summary>",
            task.solution,
            "</details>",
        ]
    return math_apart("\n\n".join(parts) + "\n")


def math_apart(text: str) -> str:
    """Formulas between two dollars get lines of their own: MyST reads them only there."""
    parts = _FENCES.split(text)
    parts[::2] = [
        re.sub(r"\$\$(.+?)\$\$", lambda m: f"\n$$\n{m[1].strip()}\n$$\n", part, flags=re.DOTALL)
        for part in parts[::2]
    ]
    return "".join(parts)
