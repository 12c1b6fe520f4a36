"""What the page's address can request: ``?preset=``, ``?config=``, ``?run=``, ``?lesson=`` and
``?task=``, which may come from anybody. Invalid requests raise a ``UserError``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs.state import ACTIVE
from qdiffgui.ui import code


def follow_address(page: Any, query: Mapping[str, str]) -> None:
    """Apply ``query``: choose settings, open a run or a lesson; without any of these, follow the
    active run, or show an example where there are no runs.

    Raises ``UserError`` if something does not exist or is invalid."""
    if "lesson" in query:
        key, task = query["lesson"], query.get("task", "")
        if not any(area.lesson(key, task) for area in page.areas.values()):
            raise UserError("This page has no lessons.")
    elif "task" in query:
        raise UserError("The address names a task but no lesson: ?lesson=NAME&task=NUMBER.")
    if "preset" in query:
        page.form.choose(query["preset"])
    if "config" in query:
        page.form.load(code.from_address(query["config"]))
    if "run" in query:
        open_run(page, query["run"])
    elif page.run is None and not {"preset", "config", "lesson"} & set(query):
        states = page.store.list()
        going = next((state for state in states if state.status in ACTIVE), None)
        if going is not None:
            open_run(page, going.id)
        elif not states:
            page.show_example()


def open_run(page: Any, name: str) -> None:
    """Open a run and load its settings, and their preset if there is one, into the form."""
    page.open(name)
    config = page.run.config
    page.form.load(config, preset_of(config))
    page.browser.show_results()


def preset_of(config: Experiment) -> str:
    """The preset with these settings, ignoring the name; "" if there is none."""
    digest = config.digest()
    return next(
        (key for key, entry in catalog.presets.items() if entry.load().digest() == digest), ""
    )
