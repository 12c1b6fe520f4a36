"""Train an experiment to the end, with nobody watching: what tasks are made of."""

from __future__ import annotations

from qdiffgui.config import Experiment, override
from qdiffgui.experiment import Session


def trained(config: Experiment, seed: int, *settings: str) -> Session:
    """The session of ``config`` with ``seed`` (and any ``a.b=value`` settings), trained; no report is made.

    Raises ``ConfigError`` for settings that do not fit.
    """
    session = Session(override(config, [f"seed={seed}", *settings]))
    while session.step < session.model.n_steps:
        session.model.step(session.step)
        session.step += 1
    return session
