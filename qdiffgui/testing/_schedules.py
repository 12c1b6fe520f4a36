"""The contract of a schedule."""

from __future__ import annotations

from typing import Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.testing._common import check_words, find, one_sentence, require, settings_class


@one_sentence
def check_schedule(schedule: Any, **settings: Any) -> None:
    """Check a schedule: its settings, its length, and that the signal never grows with the step.

    Parameters
    ----------
    schedule : str, Entry or callable
        The key in ``qdiffgui.catalog.schedules``, the entry, or the function itself.
    **settings
        Settings that differ from their defaults.

    Raises
    ------
    AssertionError
        With one sentence that says what is missing or wrong.

    Examples
    --------
    >>> from qdiffgui import testing
    >>> testing.check_schedule("cosine", n_steps=10)
    """
    from qdiffgui.config import kinds
    from qdiffgui.config.schedules import ScheduleConfig

    entry = find(catalog.schedules, schedule)
    check_words(catalog.schedules, entry)
    config = settings_class(entry, ScheduleConfig)(**settings)
    processes = {e.facts["process"] for e in catalog.schedules.values() if not e.plugin}
    process = entry.facts["process"]
    require(
        process in processes,
        f"The process of '{entry.key}' must be one of {', '.join(sorted(processes))}, found "
        f"'{process}'.",
    )
    values = np.asarray(entry.load()(config))
    _check_values(entry.key, process, config.n_steps, values)
    require(
        np.array_equal(values, entry.load()(config)),
        f"'{entry.key}' must give the same values for the same settings.",
    )
    require(
        any(entry.key in kinds.schedules_of(model) for model in kinds.classes("model").values()),
        f"No model can use '{entry.key}': derive its settings from the base class of its process "
        "in qdiffgui.config.schedules, such as GaussianSchedule.",
    )


def _check_values(key: str, process: str, n_steps: int, values: Any) -> None:
    length = n_steps + (0 if process == "scrambling" else 1)
    require(
        values.shape == (length,),
        f"'{key}' must give {length} values for {n_steps} steps of the process '{process}', found "
        f"the shape {values.shape}.",
    )
    require(np.all(np.isfinite(values)), f"'{key}' must give finite values.")
    require(np.all(values >= 0), f"'{key}' must give values of 0 or more.")
    if process == "scrambling":
        return
    require(
        abs(values[0] - 1) < 1e-12 and np.all(np.diff(values) <= 0),
        f"'{key}' must start at 1, the clean data, and never rise.",
    )
    if process == "gaussian":
        require(
            np.all(np.diff(values) < 0) and values[-1] > 0,
            f"alpha_bar of '{key}' must fall at each step and stay above 0.",
        )
