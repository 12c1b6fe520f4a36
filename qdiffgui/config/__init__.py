"""One validated schema for everything a user can set. Imports neither torch nor PennyLane."""

from qdiffgui.config.base import Config, bounds_of, setting
from qdiffgui.config.experiment import Evaluation, Experiment, Training
from qdiffgui.config.overrides import absolute, assignments, explain, override, parse

__all__ = [
    "Config",
    "Evaluation",
    "Experiment",
    "Training",
    "absolute",
    "assignments",
    "bounds_of",
    "explain",
    "override",
    "parse",
    "setting",
]
