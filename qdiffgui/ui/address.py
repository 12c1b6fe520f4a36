"""What an address asks of the page: ``?preset=``, ``?config=``, ``?run=``, ``?lesson=``, each checked and refused in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs.state import ACTIVE
from qdiffgui.ui import code


def follow_address(page: Any, query: Mapping[str, str]) -> None:
    """Do what ``query`` says: choose settings, open a run, open a lesson; without any of them go on with what is running.

    Raises ``UserError`` with a sentence where something in it does not exist or does not hold.
    """
    if "lesson" in query and not any(area.lesson(query["lesson"]) for area in page.areas.values()):
        raise UserError("This page has no lessons.")
    if "preset" in query:
        page.form.choose(query["preset"])
    if "config" in query:
        page.form.load(code.from_address(query["config"]))
    if "run" in query:
        open_run(page, query["run"])
    elif page.run is None and not {"preset", "config", "lesson"} & set(query):
        going = next((state for state in page.store.list() if state.status in ACTIVE), None)
        if going is not None:
            open_run(page, going.id)


def open_run(page: Any, name: str) -> None:
    """Open a run, and bring the form to its settings, under the name of the preset they came from."""
    page.open(name)
    config = page.run.config
    page.form.load(config, preset_of(config))
    page.browser.show_results()


def preset_of(config: Experiment) -> str:
    """The preset with these settings but for the name; "" where there is none."""
    digest = config.digest()
    return next((key for key, entry in catalog.presets.items() if entry.load().digest() == digest), "")
